"""How much of a partner's distance from its peers is its own, and how much is chance, in words."""

from collections.abc import Mapping

from metrics.judging import outliers
from pages.components.tables.plain_table import Cell
from pages.components.wording import figure_sentences

COLUMNS = ("Partner", "Figure", "95% range", "Moved toward its kind", "Reliability")
_WORDS = ((0.9, "high"), (0.7, "fair"), (0.0, "low"))
"""From which reliability on a word is said (Adams 2009: 0.7 to tell groups apart, 0.9 to tell single ones apart)."""
HOW = (
    "The fewer people, the more of a figure is chance, and the further it is moved toward its kind. "
    "Reliability is the part that is not chance. Nothing is judged by a moved figure."
)
TOO_FEW = (
    f"This needs {outliers.FEWEST_FOR_SPREAD} partners of one kind. With fewer it is not known how far they usually "
    "lie apart. So no figure is moved, and its reliability is not known."
)


def reliability(value: float) -> str:
    """The number with its word: 0.82, fair."""
    return f"{value:.2f}, {next(word for least, word in _WORDS if value >= least)}"


def rows(found: outliers.Funnel, names: Mapping[str, str]) -> list[list[Cell]]:
    """A row of `COLUMNS` for each partner shown; none when too few are."""
    seen = found.shrunken
    if seen is None:
        return []
    scale = figure_sentences.scale(found.shown[0])
    return [
        [
            names[row["scope"]], figure_sentences.figure(row), figure_sentences.interval(row),
            scale.value(float(moved)), reliability(float(share)),
        ]
        for row, moved, share in zip(found.shown, seen.figures, seen.reliability, strict=True)
    ]  # fmt: skip
