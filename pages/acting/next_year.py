"""The year ahead: where groups and places are heading, how such forecasts did, and whose files are awaited."""

from pages.components.forms import measure_choice
from pages.components.governing import first_steps
from pages.components.heading import ahead_sections, ahead_words
from pages.components.layout import page_frame, page_state


@page_frame.of_one_release
def page() -> None:
    """Draw the page for the viewer; the link holds the measure."""
    known = {s.indicator.id: s for s in page_state.situations() if s.now} if page_state.release() else {}
    if not known:
        first_steps.nothing_yet()
        return
    ahead, came = ahead_sections.all_ahead()
    with_target = [one for those in ahead.values() for one in those if one.outlook]
    off = [one for one in with_target if one.outlook == "off course"]
    page_frame.title(ahead_words.headline(len(off), len(with_target)), "The year ahead", ahead_words.LEAD)
    most = max(ahead, key=lambda name: sum(one.outlook == "off course" for one in ahead[name]))
    chosen = measure_choice.choose(known, "year-ahead", most)
    ahead_sections.draw(known[chosen], ahead[chosen], came[chosen])
    ahead_sections.tried(came, {name: s.indicator.title for name, s in known.items()})
    ahead_sections.files(known[chosen])
