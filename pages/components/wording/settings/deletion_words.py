"""What a deletion takes, what follows and what remains, in sentences and rows of tables."""

from collections.abc import Mapping

from data.ledger.deletions.doomed_rows import Kind
from pages.components.wording.count_words import listed, many
from schemas.datasets.dataset_catalog import DATASETS
from workflow.deleting.deleting import Effect

KINDS: dict[Kind, str] = {"person": "A person", "partner": "A partner's rows", "period": "All before a day"}


def rows(effect: Effect) -> list[list[str | int]]:
    """What goes: kind of file and rows."""
    return [[DATASETS[name].title, count] for name, count in effect.rows.items()]


def facts(effect: Effect) -> list[str]:
    """Where it lies now, and what becomes of that."""
    lines = [
        f"They lie in {many(effect.submissions, 'file')} that {_was(effect.submissions)} sent, older versions too."
    ]
    if effect.waiting:
        lines.append(f"{many(effect.waiting, 'file')} of these {_wait(effect.waiting)} for acceptance.")
    if effect.releases:
        names = listed([str(n) for n in effect.releases])
        lines.append(f"The research edition of release {names} holds such rows, and is removed. Its figures stay.")
    else:
        lines.append("No research edition that is kept holds such rows.")
    return lines


def moved(effect: Effect, titles: Mapping[str, str]) -> list[list[str | int]]:
    """A row for each measure: how many periods change with the next release, and how many stay as published."""
    return [[titles.get(m.indicator, m.indicator), m.open, m.closed] for m in effect.moved]


def _was(count: int) -> str:
    return "was" if count == 1 else "were"


def _wait(count: int) -> str:
    return "waits" if count == 1 else "wait"
