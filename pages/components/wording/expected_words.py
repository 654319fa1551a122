"""Observed beside expected, in words: whether a partner has as many cases as its people let expect."""

from collections.abc import Mapping

from metrics.counting.declaration import Indicator
from metrics.judging.outliers import Adjusted
from pages.components.tables.plain_table import Cell
from pages.components.wording.count_words import listed

COLUMNS = ("Partner", "Observed (O)", "Expected (E)", "O/E", "95% range", "Expected from", "In words")
_FROM = {"sender": "its own probabilities", "age_and_sex": "age and sex, all partners", "age": "age, its kind"}
_FEWER, _MORE = ("Fewer", "Perhaps fewer"), ("More", "Perhaps more")
_WAYS = ("As many", "No more", *reversed(_MORE), *reversed(_FEWER))


def _way(found: Adjusted, indicator: Indicator) -> str:
    """How many beside those expected. By its own probabilities a partner that sees a part of its cases alone has
    never surely fewer."""
    assert found.ratio
    _, low, high = found.ratio
    if low > 1:
        return _MORE[not found.sure]
    if indicator.partner_means and found.by == "sender":
        return "No more"
    return _FEWER[not found.sure] if high < 1 else "As many"


def _said(way: str, indicator: Indicator | None = None) -> str:
    """The way with what is counted: As many readmitted as expected."""
    what = f"{way} {indicator.outcome}" if indicator else way
    seen = ", as far as it can be seen" if way == "No more" else ""
    return f"{what} {'as' if way == 'As many' else 'than'} expected{seen}"


def in_words(found: Adjusted, indicator: Indicator) -> str:
    """What the ratio says beyond chance."""
    return _said(_way(found, indicator))


def together(those: Mapping[str, Adjusted], indicator: Indicator) -> str:
    """Who has as many as expected, and who more or fewer; `those`: name -> its ratio."""
    by: dict[str, list[str]] = {}
    for name, found in those.items():
        if found.ratio:
            by.setdefault(_way(found, indicator), []).append(name)
    return " ".join(f"{_said(way, indicator)}: {listed(by[way])}." for way in _WAYS if way in by)


def of_one(found: Adjusted, indicator: Indicator) -> str:
    """One partner's sentence: As many readmitted as expected for its stays (O/E 1.03)."""
    assert found.ratio
    way = _way(found, indicator)
    whose = "" if way == "No more" else f" for its {indicator.units}"
    return f"{_said(way, indicator)}{whose} (O/E {found.ratio[0]:.2f})."


def why_not(found: Adjusted, bands: Mapping[str, str]) -> str:
    """Why a partner has no ratio; `bands`: age band -> its words."""
    if found.hidden:
        return f"Not shown: a figure for ages {listed([bands.get(b, b) for b in found.hidden])} is hidden"
    return "Not shown: it has nobody of its kind to be compared with, or no ages"


def row(name: str, found: Adjusted, indicator: Indicator, bands: Mapping[str, str]) -> list[Cell]:
    """A row of `COLUMNS`."""
    if not found.ratio:
        return [name, "", "", "", "", "", why_not(found, bands)]
    ratio, low, high = found.ratio
    return [
        name, found.observed, f"{found.expected:,.1f}", f"{ratio:.2f}", f"{low:.2f} to {high:.2f}", _FROM[found.by],
        in_words(found, indicator),
    ]  # fmt: skip


def caveats(indicator: Indicator) -> str:
    """What the ratio does not say."""
    partial = f" A partner's figure counts {indicator.partner_means}. So O/E by its own probabilities may be too low."
    return (
        "1.00 is as many as expected. More than this differs between people, so it is not care alone."
        f"{partial if indicator.partner_means else ''}"
    )
