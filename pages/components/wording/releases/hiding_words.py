"""What is hidden in a release, and by which groups its tables are: said from the release itself."""

from collections.abc import Mapping

from metrics.counting import strata
from metrics.counting.declaration import Indicator
from metrics.grouping.pooled_years import KIND
from metrics.judging.figure_words import upper_first
from pages.components.wording.count_words import listed, many
from schemas.policy.partnership import Partnership
from workflow.reading import Hiding

_MOST_NAMED = 12
COLUMNS = ["Grouping", "Groups", "Measures"]


def hidden(found: Hiding, smallest: int) -> str:
    """One sentence for leaders: how many headline figures are shown, and what is hidden why."""
    if found.headlines == found.headlines_shown:
        first = f"All {many(found.headlines, 'yearly figure')} of the partnership are shown"
    else:
        first = f"{found.headlines_shown} of {many(found.headlines, 'yearly figure')} of the partnership are shown"
    if smallest <= 1 or not found.hidden:
        return f"{first}."
    share = upper_first(_share(found))
    return f"{first}. {share} of all figures are hidden to protect counts of 1 to {smallest - 1} people."


def brief(found: Hiding) -> str:
    """How much is hidden, in a few words."""
    return f"{_share(found)} of figures hidden" if found.hidden else "nothing hidden"


def _share(found: Hiding) -> str:
    return f"{100 * found.hidden:.0f}%" if found.hidden >= 0.005 else "fewer than 1%"


def rules(partnership: Partnership) -> str:
    """How groups are counted and shown, as Markdown."""
    smallest = partnership.policy.smallest_cell
    listed_by = (
        f"The settings list {many(len(partnership.places), 'ZIP code')}"
        if partnership.places
        else f"Each had {smallest} people or more at two partners when the list was settled"
    )
    return f"""
- **Sums.** A partnership's groups, months and reasons are the sums of its partners' own.
  So nobody can send a row of someone else's and read what others know of that person.
- **Finest groups that hold.** Each table uses the finest groups with hardly any count from 1 to {smallest - 1}.
  That is settled once a year, from closed years. A partner's groups may be coarser.
- **Small groups.** Where race or language has finer groups over three years, those are shown too.
  The figures of three years are added up. That is done anew once three further years have closed.
- **Places.** Only listed ZIP codes are shown. {listed_by}.
  The list stays, so that closed years stay. Another one in the settings holds from the next calendar year on.
"""


def grouped_by(rows: list[tuple[str, str, str, list[str]]], known: Mapping[str, Indicator]) -> list[list[str]]:
    """Grouping, its groups and the measures that are shown by them, of the measures that the release knows."""
    by_groups: dict[tuple[str, str, tuple[str, ...]], list[str]] = {}
    for kind, indicator, stratifier, groups in rows:
        if indicator in known:
            by_groups.setdefault((kind, stratifier, tuple(groups)), []).append(indicator)
    found = []
    for (kind, stratifier, shown), measures in by_groups.items():
        own = known[measures[0]].own_strata
        labels = [strata.category_label(stratifier, group) for group in shown]
        named = listed(labels) if len(labels) <= _MOST_NAMED else many(len(labels), "group")
        titles = [known[i].title for i in measures]
        by = strata.stratum_title(stratifier, own) + (", three years together" if kind == KIND else "")
        found.append([by, named, listed(titles)])
    return sorted(found)
