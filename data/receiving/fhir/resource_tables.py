"""Resources of an export -> one table a kind in an engine of its own, in memory, with what our datasets ask for alone.

What no query here names, such as a person's name, address or number, is never taken out of its line.
"""

import csv
import json
import os
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa

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
        loinc = ", ".join(f"'{system}'" for system, name in code_words()["system"].items() if name == "loinc")
        self.con.execute(f"CREATE MACRO of_loinc(system) AS coalesce(system IN ({loinc}), false)")
        self.con.execute((HERE / "keep" / "macros.sql").read_text())
        for kind in KINDS:
            self.con.execute(f"CREATE TABLE {kind.lower()} AS {_query(kind, _NO_LINES)}")

    def add(self, block: Block) -> tuple[Counter[str], list[int], list[int]]:
        """Take a block's lines apart.

        Returns how many there are of each kind of resource, the numbers of lines that are no JSON, and the numbers of
        those that are no resource. Raises Refused when it is too much to hold in memory.
        """
        lines = pl.DataFrame({"line": pl.Series(block.numbers, dtype=pl.UInt32), "text": block.texts}).to_arrow()
        try:
            return self._add(lines)
        except duckdb.OutOfMemoryException:
            raise Refused("too_large_in_memory") from None

    def _add(self, lines: pa.Table) -> tuple[Counter[str], list[int], list[int]]:
        self.con.register("lines", lines)
        # A path can only be looked for in JSON: what is damaged gives NULL, and is then looked at again.
        kinds = self.con.execute(
            "SELECT TRY(json_extract_string(text, '$.resourceType')) AS kind FROM lines"
        ).to_arrow_table()
        self.con.register("typed", lines.append_column("kind", kinds["kind"]))
        odd = self.con.execute("SELECT line, json_valid(text) FROM typed WHERE kind IS NULL ORDER BY line").fetchall()
        counted = self.con.execute("SELECT kind, count(*) FROM typed WHERE kind IS NOT NULL GROUP BY 1").fetchall()
        for kind, _ in counted:
            if kind in KINDS:
                self.con.execute(
                    f"INSERT INTO {kind.lower()} {_query(kind, _OF_KIND.format(kind, _TEXT.get(kind, '')))}"
                )
        self.con.unregister("typed")
        self.con.unregister("lines")
        return Counter(dict(counted)), [n for n, valid in odd if not valid], [n for n, valid in odd if valid]

    def finish(self) -> None:
        """After the last block: tell the lines that hold the same resource again, as `repeats`, a rule or NULL."""
        repeats = (HERE / "keep" / "repeats.sql").read_text()
        for kind in map(str.lower, KINDS):
            count = self.con.execute(f"SELECT count(id), count(DISTINCT id) FROM {kind}").fetchone()
            if count and count[0] == count[1]:
                self.con.execute(f"ALTER TABLE {kind} ADD COLUMN repeats VARCHAR")
            else:
                self.con.execute(f"ALTER TABLE {kind} RENAME TO resource; CREATE TABLE {kind} AS {repeats}")
                self.con.execute("DROP TABLE resource")


_NO_LINES = "(SELECT 0::UINTEGER AS line, '{}' AS text LIMIT 0)"
_OF_KIND = "(SELECT line, text FROM typed WHERE kind = '{}'{})"
_TEXT = {"Observation": " AND (" + " OR ".join(f"contains(text, '{code}')" for code in _TOLD_OF) + ")"}


def _query(kind: str, lines: str) -> str:
    """What is kept of lines of a kind of resource: `parsed` holds each as a structure of the shape that is declared."""
    parsed = f"parsed AS MATERIALIZED (SELECT line, from_json(text, '{json.dumps(_shapes()[kind])}') AS r FROM {lines})"
    return _keep(kind).replace("WITH parsed", f"WITH {parsed}", 1)


@lru_cache(maxsize=1)
def _shapes() -> dict[str, Any]:
    """Kind of resource -> the elements that are taken of it (`shapes.json`)."""
    return dict(json.loads((HERE / "shapes.json").read_text(encoding="utf-8")))


@lru_cache(maxsize=16)
def _keep(kind: str) -> str:
    """The query of a kind of resource, without its comments above."""
    text = (HERE / "keep" / f"{kind.lower()}.sql").read_text()
    return "\n".join(line for line in text.splitlines() if not line.startswith("--"))


def _threads() -> dict[str, int]:
    said = os.environ.get("CONCORD_THREADS", "")
    return {"threads": int(said)} if said.isdecimal() and int(said) else {}
