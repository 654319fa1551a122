"""An indicator's folder -> the indicator: `indicator.toml` says it, `unit_rows.sql` counts it.

People who do not program edit these files, so whatever is wrong is said in words, with file and line.
"""

import difflib
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from metrics.counting.declaration import Benchmark, Indicator
from metrics.indicators.unit_row_query import Query, read_query
from schemas.datasets.dataset_catalog import DATASETS
from schemas.policy.partnership import Choices

TEXT = "indicator.toml"
Key = tuple[str, ...]
Fault = tuple[Key, str]
_FROM_ELSEWHERE = {"id", "unit_rows", "by_month"}
KEYS = [name for name in Indicator.model_fields if name not in _FROM_ELSEWHERE]
_MUST_BE = {
    "string_type": 'must be text in quotes, such as "people"',
    "string_too_short": "must not be empty",
    "int_type": "must be a whole number",
    "float_type": "must be a number",
    "bool_type": "must be true or false",
    "date_type": "must be a date without quotes, such as 2027-06-30",
    "tuple_type": 'must be a list, such as ["a", "b"]',
    "dict_type": "must be a section: a line [name] with its keys below",
    "model_type": "must be a section: a line [name] with its keys below",
}


class IndicatorFault(ValueError):
    """Definitions that cannot be used: a line for each thing that is wrong, with file and line."""


def read_all(place: Path) -> list[Indicator]:
    """The indicators of every folder in `place` that holds a text. Raises `IndicatorFault` with all that is wrong."""
    found, wrong = [], []
    for text in sorted(place.glob(f"*/{TEXT}")):
        try:
            found.append(read(text.parent))
        except IndicatorFault as fault:
            wrong.append(str(fault))
    if wrong:
        raise IndicatorFault("\n".join(wrong))
    return found


def read(folder: Path) -> Indicator:
    """One folder's indicator. Raises `IndicatorFault` with all that is wrong with it."""
    path = folder / TEXT
    text = path.read_text(encoding="utf-8")
    try:
        said = _on_one_line(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        what, _, at = str(error).partition(" (at ")
        raise IndicatorFault(f"{folder.name}/{TEXT}, {at.rstrip(')') or 'line 1'}: cannot be read: {what}.") from None
    query = read_query(folder)
    faults = list(_faults(folder.name, said, query))
    if faults or query.faults:
        lines = _lines(text)
        lines_wrong = [f"{folder.name}/{TEXT}, line {_line(lines, key)}: {words}" for key, words in faults]
        raise IndicatorFault("\n".join([*lines_wrong, *query.faults]))
    return _made(folder.name, said, query)


def _made(name: str, said: dict[str, Any], query: Query) -> Indicator:
    return Indicator(**{**said, "id": name, "unit_rows": query.sql, "by_month": query.by_month})


def _on_one_line(value: Any) -> Any:
    """Text over several lines is one line; what it is in is kept."""
    if isinstance(value, dict):
        return {key: _on_one_line(inner) for key, inner in value.items()}
    return " ".join(value.split()) if isinstance(value, str) else value


def _faults(name: str, said: dict[str, Any], query: Query) -> Iterator[Fault]:
    yield from (((key,), _unknown(key, KEYS)) for key in said if key in _FROM_ELSEWHERE)
    try:
        indicator = _made(name, said, query)
    except ValidationError as error:
        yield from (_in_words(one) for one in error.errors(include_url=False))
        return
    yield from _names_faults(indicator)
    yield from _statistic_faults(indicator)
    if not query.faults:
        yield from _query_faults(indicator, query)


def _in_words(error: ErrorDetails) -> Fault:
    key = tuple(str(part) for part in error["loc"])
    inside = key[0] == "benchmark" and len(key) > 1
    fields = Benchmark.model_fields if inside else Indicator.model_fields
    match error["type"]:
        case "missing":
            return key[:-1], f"`{key[-1]}` is missing. {fields[key[-1]].description}"
        case "extra_forbidden":
            return key, _unknown(key[-1], list(fields) if inside else KEYS)
        case "literal_error":
            return key, f"`{key[-1]}` is {error['input']!r}; it must be {error['ctx']['expected']}."
        case "string_pattern_mismatch" if key == ("id",):
            return (), "the folder's name must be small letters, digits and _, and begin with a letter."
        case kind:
            said = _MUST_BE.get(kind, error["msg"].replace("Input should", "must"))
            return key, f"`{'.'.join(key)}` {said}."


def _unknown(key: str, known: list[str]) -> str:
    near = difflib.get_close_matches(key, known, n=1)
    return f"`{key}` is not a key of this file." + (f" Did you mean `{near[0]}`?" if near else "")


def _names_faults(i: Indicator) -> Iterator[Fault]:
    """Datasets and choices that do not exist."""
    for key, dataset in [(("main",), i.main), *((("reach", name), name) for name in i.reach)]:
        if dataset not in DATASETS:
            yield key, f"`{dataset}` is not a dataset. There are: {', '.join(DATASETS)}."
    for choice in i.choices:
        if choice not in Choices.model_fields:
            yield ("choices",), f"`{choice}` is not a choice. There are: {', '.join(Choices.model_fields)}."


def _statistic_faults(i: Indicator) -> Iterator[Fault]:
    needed, other = ("measured_in", "outcome") if i.statistic == "mean" else ("outcome", "measured_in")
    if not getattr(i, needed):
        yield (), f"`{needed}` is missing: a {i.statistic} needs it. {Indicator.model_fields[needed].description}"
    if getattr(i, other):
        yield (other,), f"`{other}` has no meaning for a {i.statistic}."
    if i.expected and i.statistic == "mean":
        yield ("expected",), "`expected` has no meaning for a mean."


def _query_faults(i: Indicator, query: Query) -> Iterator[Fault]:
    """What the text says about the query must be so."""
    for dataset in sorted({i.main, *query.datasets} - set(i.reach)):
        yield ("reach",), f"`{dataset}` is missing in [reach]: the query reads it, and a change of it moves the figure."
    for reason in sorted(query.reasons - set(i.exclusions)):
        yield ("exclusions",), f"`{reason}` is missing in [exclusions]: the query leaves people out for it."
    for reason in i.exclusions:
        if reason not in query.reasons:
            yield ("exclusions", reason), f"`{reason}` is explained, but the query never leaves anyone out for it."
    if query.by_code_lists != i.by_code_lists:
        found = "joins a code list" if query.by_code_lists else "joins no code list"
        yield ("by_code_lists",), f"`by_code_lists` is {str(i.by_code_lists).lower()}, but the query {found}."
    if query.by_age != bool(i.ages):
        found = "reads birth dates" if query.by_age else "reads no birth date"
        yield ("ages",), f"`ages` {'names ages' if i.ages else 'is missing'}, but the query {found}."
    if "untold" in query.columns and not i.untold:
        yield (), f"`untold` is missing. {Indicator.model_fields['untold'].description}"
    outcome = "value" if i.statistic == "mean" else "in_numerator"
    likely = ["expected"] if i.expected else []
    for column in ("person", "period", "partner_id", "unit_id", "in_denominator", "exclusion_reason", outcome,
                   "aged_on", *likely, *i.own_strata, *i.details, *i.deciding,
                   *(["untold"] if i.untold else [])):  # fmt: skip
        if column not in query.columns:
            yield (), f"unit_rows.sql does not return the column `{column}`."


def _lines(text: str) -> dict[Key, int]:
    """Each key of a TOML text -> its line, counted from 1."""
    found: dict[Key, int] = {}
    section: Key = ()
    inside_text = False
    for number, line in enumerate(text.splitlines(), 1):
        if not inside_text:
            if header := re.match(r"\s*\[([\w.]+)\]", line):
                section = tuple(header[1].split("."))
                found[section] = number
            elif key := re.match(r"\s*\"?(\w+)\"?\s*=", line):
                found[(*section, key[1])] = number
        inside_text ^= bool((line.count('"""') + line.count("'''")) % 2)
    return found


def _line(lines: dict[Key, int], key: Key) -> int:
    """The line of the key, or of the section it belongs to, or the first."""
    while key and key not in lines:
        key = key[:-1]
    return lines.get(key, 1)
