"""Resources of an export -> one table a kind in an engine of its own, in memory, with what our datasets ask for alone.

What no query here names, such as a person's name, address or number, is never taken out of its line.
"""

import csv
import json
import os
from collections import Counter
from functools import lru_cache
from pathlib import Path

import duckdb
import polars as pl

from data.findings import Refused
from data.receiving.fhir.resource_lines import Block

HERE = Path(__file__).parent
KINDS = ("Patient", "Encounter", "Condition", "Procedure", "Observation")
"""The resources that are read."""
MEMORY = "2GB"
_TOLD_OF = ("8480-6", "8462-4", "88121-9", "88122-7", "88123-5", "88124-3", "95264-8", "71802-3")
"""LOINC codes of which an Observation must hold one to be read (`keep/observation.sql`): looking for them in the text
spares taking apart the many others."""


@lru_cache(maxsize=1)
def code_words() -> dict[str, dict[str, str]]:
    """Element -> code -> our word for it (`code_words.csv`; blank where the code only belongs to a group)."""
    found: dict[str, dict[str, str]] = {}
    with (HERE / "code_words.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["element"], {})[row["code"]] = row["word"]
    return found


class ResourceTables:
    """A table for each kind of resource, filled block by block."""

    def __init__(self) -> None:
        # Nothing may be spilled: ids are not pseudonyms here yet.
        self.con = duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": "", **_threads()})
        self.con.execute("SET VARIABLE words = ?::MAP(VARCHAR, MAP(VARCHAR, VARCHAR))", [code_words()])
        self.con.execute("SET VARIABLE events = MAP {'': ''}")
        self.con.execute((HERE / "keep" / "macros.sql").read_text())
        shapes = json.loads((HERE / "shapes.json").read_text())
        self._shapes = {kind: json.dumps(shapes[kind]) for kind in KINDS}
        for kind in KINDS:
            self.con.execute(f"CREATE TABLE {kind.lower()} AS {self._query(kind, 'no_lines')} LIMIT 0")

    def add(self, block: Block) -> tuple[Counter[str], list[int], list[int]]:
        """Take a block's lines apart. Returns how many there are of each kind of resource, the numbers of lines that are
        no JSON, and of those that are no resource. Raises Refused when it is too much to hold in memory."""
        lines = pl.DataFrame({"line": pl.Series(block.numbers, dtype=pl.UInt32), "text": block.texts})
        try:
            return self._add(lines)
        except duckdb.OutOfMemoryException:
            raise Refused("too_large_in_memory") from None

    def _add(self, lines: pl.DataFrame) -> tuple[Counter[str], list[int], list[int]]:
        self.con.register("lines", lines.to_arrow())
        # The text is JSON where a path can be looked for in it; what is damaged gives NULL, and is then looked at again.
        self.con.execute(
            "CREATE OR REPLACE TEMP TABLE typed AS "
            "SELECT line, text, TRY(json_extract_string(text, '$.resourceType')) AS kind FROM lines"
        )
        self.con.unregister("lines")
        odd = self.con.execute("SELECT line, json_valid(text) FROM typed WHERE kind IS NULL ORDER BY line").fetchall()
        kinds = Counter(
            dict(self.con.execute("SELECT kind, count(*) FROM typed WHERE kind NOTNULL GROUP BY 1").fetchall())
        )
        for kind in KINDS:
            if kinds[kind]:
                self.con.execute(f"INSERT INTO {kind.lower()} {self._query(kind, 'typed')}")
        return kinds, [n for n, valid in odd if not valid], [n for n, valid in odd if valid]

    def finish(self) -> None:
        """Tell lines that hold the same resource again (`repeats`): the newest is read. Where it cannot be told which is
        the newest and they differ, none is."""
        for kind in map(str.lower, KINDS):
            count = self.con.execute(f"SELECT count(id), count(DISTINCT id) FROM {kind}").fetchone()
            if count and count[0] == count[1]:
                self.con.execute(f"ALTER TABLE {kind} ADD COLUMN repeats VARCHAR")
                continue
            self.con.execute(f"""CREATE OR REPLACE TABLE {kind} AS
                SELECT * EXCLUDE (row_text, newest), CASE
                    WHEN id IS NULL OR count(*) OVER of_id = 1 THEN NULL
                    WHEN count(DISTINCT row_text) FILTER (newest) OVER of_id > 1 THEN 'same_resource_id'
                    WHEN line <> max(line) FILTER (newest) OVER of_id THEN 'repeated_resource' END AS repeats
                FROM (SELECT *,
                        md5(json_merge_patch(to_json({kind}), '{{"line": null, "updated": null}}')::VARCHAR) AS row_text,
                        coalesce(updated, '') = max(coalesce(updated, '')) OVER (PARTITION BY id) AS newest
                      FROM {kind})
                WINDOW of_id AS (PARTITION BY id)""")

    def _query(self, kind: str, lines: str) -> str:
        source = "(SELECT 0::UINTEGER AS line, '{}' AS text)" if lines == "no_lines" else lines
        of_kind = f"WHERE kind = '{kind}'" if lines == "typed" else ""
        if of_kind and kind == "Observation":
            of_kind += " AND regexp_matches(text, '" + "|".join(_TOLD_OF) + "')"
        parsed = f"parsed AS (SELECT line, from_json(text, '{self._shapes[kind]}') AS r FROM {source} {of_kind})"
        query = _keep(kind)
        return (
            f"WITH {parsed}, {query.removeprefix('WITH ')}" if query.startswith("WITH ") else f"WITH {parsed} {query}"
        )


@lru_cache(maxsize=16)
def _keep(kind: str) -> str:
    """The query of a kind of resource, without its comments above."""
    text = (HERE / "keep" / f"{kind.lower()}.sql").read_text()
    return "\n".join(line for line in text.splitlines() if not line.startswith("--"))


def _threads() -> dict[str, int]:
    said = os.environ.get("CONCORD_THREADS", "")
    return {"threads": int(said)} if said.isdecimal() and int(said) else {}
