"""Turn the curve: why a measure is as it is, who has a part in it, what would work, what we do; and what people say."""

from metrics.judging import sentences
from pages.components.actions import known_actions
from pages.components.deciding import step_tried
from pages.components.forms import measure_choice
from pages.components.governing import first_steps
from pages.components.layout import page_frame, page_state
from pages.components.stories import known_stories, story_forms, story_section, story_words, voice_forms
from workflow.telling import telling_stories

LEAD = "Each part is signed and dated, and stays with the release on which it was written."


def page() -> None:
    """Draw the page for the viewer; the link holds the measure."""
    shown, known = page_state.release(), {s.indicator.id: s for s in page_state.situations()}
    if shown is None or not known:
        first_steps.nothing_yet()
        return
    name = measure_choice.choose(known, "turn-the-curve")
    story, names = known_stories.story(name), known_actions.names()
    told = f"{known[name].indicator.title}: {story_words.headline(story)}"
    page_frame.title(told, f"Turn the curve · release {shown.number}", f"{sentences.sentence(known[name].facts)}.")
    step_tried.told(story_forms.TOLD)
    page_frame.section(story_words.ASKS, LEAD)
    story_section.parts(story)
    writes = telling_stories.may_write(page_state.store(), page_state.viewer())
    if writes:
        story_forms.write(name, story, names)
    page_frame.section("What do people say who live with it?", story_words.WHO_SPEAKS)
    story_section.voices(name)
    if writes:
        voice_forms.draw(name)
    story_forms.history(story, names)
