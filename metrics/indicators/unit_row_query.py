"""An indicator's query: its file with the shared parts put in, and what it reads, returns and leaves out.

`{{ name }}` stands for the file `shared_sql/name.sql`, or for one of the code lists in `LISTS`. Nothing else is put
in: whatever depends on the partnership is read from the one-row table `choice`.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from metrics.counting.input_views import VIEWS
from schemas.vocabularies.code_lists import VISITS

FILE = "unit_rows.sql"
LISTS = {"visits": VISITS}
PARTS = {path.stem: path for path in (Path(__file__).parent / "shared_sql").glob("*.sql")}
_MONTHS, _OF_PERIODS = "period_months", {"periods", "reporting"}
_COLUMNS_OF_PERIODS = {"period_kind", "period_start", "period_end", "diagnosis_by"}
_NAMED = re.compile(r"\{\{ *(\w+) *\}\}")
_DATASET_OF = {name: dataset for name, (dataset, _) in VIEWS.items()} | {"people": "patients"}


@dataclass(frozen=True)
class Query:
    """The whole SQL, and what its text shows. Faults name file and line; with faults the rest is empty."""

    sql: str = ""
    datasets: frozenset[str] = frozenset()
    reasons: frozenset[str] = frozenset()
    columns: frozenset[str] = frozenset()
    by_code_lists: bool = False
    by_age: bool = False
    by_month: bool = False
    faults: tuple[str, ...] = ()


def read_query(folder: Path) -> Query:
    """The query of an indicator's folder, parsed and not run."""
    path, where = folder / FILE, f"{folder.name}/{FILE}"
    if not path.exists():
        return Query(faults=(f"{where}: the file is missing. It holds the query that counts.",))
    text = path.read_text(encoding="utf-8")
    unknown = [
        f"{where}, line {number}: `{name}` is no shared part. There are: {', '.join(sorted({*LISTS, *PARTS}))}."
        for number, line in enumerate(text.splitlines(), 1)
        for name in _NAMED.findall(line)
        if name not in LISTS and name not in PARTS
    ]
    if unknown:
        return Query(faults=tuple(unknown))
    sql = with_parts(text)
    tree = _parsed(sql)
    if tree["error"]:
        line = _line_at(text, int(tree.get("position", 0)))
        return Query(faults=(f"{where}, line {line}: cannot be read: {tree['error_message']}.",))
    return _shown(sql, tree["statements"][0]["node"])


def with_parts(text: str) -> str:
    """The text with each `{{ name }}` replaced."""
    return _NAMED.sub(lambda name: _part(name[1]), text)


def _part(name: str) -> str:
    return str(LISTS[name]) if name in LISTS else with_parts(PARTS[name].read_text(encoding="utf-8").rstrip())


def _parsed(sql: str) -> dict[str, Any]:
    """DuckDB's own syntax tree: it knows the dialect, and needs none of the tables."""
    with duckdb.connect(config={"threads": 1}) as connection:
        row = connection.execute("SELECT json_serialize_sql(?)", [sql]).fetchone()
    assert row
    return dict(json.loads(row[0]))


def _line_at(text: str, position: int) -> int:
    """The line of the file from which the character at `position` of the whole SQL comes."""
    lines, reached = text.splitlines(), 0
    for number, line in enumerate(lines, 1):
        reached += len(with_parts(line)) + 1
        if reached > position:
            return number
    return len(lines)


def _shown(sql: str, tree: dict[str, Any]) -> Query:
    nodes = list(_nodes(tree))
    tables = {node["table_name"] for node in nodes if node.get("type") == "BASE_TABLE"}
    return Query(
        sql,
        frozenset(dataset for name, dataset in _DATASET_OF.items() if name in tables),
        frozenset(reason for node in nodes if node.get("alias") == "exclusion_reason" for reason in _constants(node)),
        frozenset(column.get("alias") or column.get("column_names", [""])[-1] for column in tree["select_list"]),
        any(node["schema_name"] == "code_list" for node in nodes if node.get("type") == "BASE_TABLE"),
        any("birth_date" in node.get("column_names", ()) for node in nodes),
        _by_month(tree, nodes),
    )


def _by_month(tree: dict[str, Any], nodes: list[dict[str, Any]]) -> bool:
    """Whether the query ends in `JOIN period_months USING (month)` and looks at periods nowhere else: then a unit
    counts alike in each period that holds its month, and months can be added up."""
    last = tree["from_table"]
    joined = last.get("right", {}).get("table_name") == _MONTHS and last.get("using_columns") == ["month"]
    tables = [node["table_name"] for node in nodes if node.get("type") == "BASE_TABLE"]
    columns = [node["column_names"][-1] for node in nodes if node.get("type") == "COLUMN_REF"]
    taken_as_they_are = not (tree["group_expressions"] or tree["modifiers"] or tree["qualify"]) and not any(
        node.get("class") == "WINDOW" for given in tree["select_list"] for node in _nodes(given)
    )
    return (
        joined
        and taken_as_they_are
        and tables.count(_MONTHS) == 1
        and _OF_PERIODS.isdisjoint(tables)
        and _COLUMNS_OF_PERIODS.isdisjoint(columns)
        and columns.count("period") == 1
    )


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    if isinstance(tree, dict):
        yield tree
    for inner in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from _nodes(inner)


def _constants(case: dict[str, Any]) -> Iterator[str]:
    """The texts that a CASE can give."""
    for given in [*(check["then_expr"] for check in case.get("case_checks", [])), case.get("else_expr"), case]:
        if given and given.get("class") == "CONSTANT" and not given["value"]["is_null"]:
            yield str(given["value"]["value"])
