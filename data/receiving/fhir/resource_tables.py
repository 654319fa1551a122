"""Resources of an export -> one table a kind in an engine of its own, in memory, with what our datasets ask for alone.

What no query here names, such as a person's name, address or number, is never taken out of its line.
"""

import csv
import json
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from data.receiving.fhir.resource_lines import Block

HERE = Path(__file__).parent
KINDS = ("Patient", "Coverage", "Encounter", "Condition", "Procedure", "Observation", "ServiceRequest", "Task")
"""The resources that are read."""
MEMORY = "2GB"
_PRESSURES = ("8480-6", "8462-4")
_QUESTIONS = ("88121-9", "88122-7", "88123-5", "88124-3", "95264-8", "71802-3")
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
        self.con = _engine()
        self.con.execute(_empty_tables())

    def add(self, block: Block) -> tuple[Counter[str], list[int], list[int]]:
        """Take a block's lines apart.

        Returns how many there are of each kind of resource, the numbers of lines that are no JSON, and the numbers of
        those that are no resource.
        """
        lines = pa.table({"line": block.numbers, "text": block.texts})
        self.con.register("lines", lines)
        # A path can only be looked for in JSON: what is damaged gives NULL, and is then looked at again.
        kinds = self.con.execute(
            "SELECT TRY(json_extract_string(text, '$.resourceType')) AS kind FROM lines"
        ).to_arrow_table()
        self.con.register("typed", lines.append_column("kind", kinds["kind"]))
        odd = self.con.execute(
            "SELECT line, json_valid(text) FROM typed WHERE kind IS NULL AND trim(text, ' \t\r\n') <> '' ORDER BY line"
        ).fetchall()
        counted = self.con.execute("SELECT kind, count(*) FROM typed WHERE kind IS NOT NULL GROUP BY 1").fetchall()
        for kind, _ in counted:
            if kind in KINDS:
                _parse(self.con, kind)
                self.con.execute(f"INSERT INTO {kind.lower()} {_keep(kind)}")
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


def _engine() -> duckdb.DuckDBPyConnection:
    """With our words, and what the queries call by name."""
    # Nothing may be spilled: ids are not pseudonyms here yet. One thread: a second made 200,000 observations cost
    # half as much processor time again (3.5 and 2.3 times that of their CSV file), and others wait for it.
    con = duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": "", "threads": 1})
    con.execute("SET VARIABLE words = ?::MAP(VARCHAR, MAP(VARCHAR, VARCHAR))", [code_words()])
    con.execute("SET VARIABLE events = MAP {'': ''}")
    con.execute("SET VARIABLE payers = MAP {'': ''}")
    loinc = ", ".join(f"'{system}'" for system, name in code_words()["system"].items() if name == "loinc")
    con.execute(f"CREATE MACRO of_loinc(system) AS coalesce(system IN ({loinc}), false)")
    con.execute((HERE / "keep" / "macros.sql").read_text())
    return con


@lru_cache(maxsize=1)
def _empty_tables() -> str:
    """SQL of a table for each kind, with the columns that the query has which fills it.

    Asked of the engine once in a process: planning the eight queries takes 0.1 s of processor time, a third of what
    an export of a few lines costs altogether.
    """
    with _engine() as con:
        con.execute("CREATE TEMP TABLE typed (line UINTEGER, text VARCHAR, kind VARCHAR)")
        for kind in KINDS:
            _parse(con, kind)
            con.execute(f"CREATE TABLE {kind.lower()} AS {_keep(kind)}")
        return " ".join(sql for (sql,) in con.execute("SELECT sql FROM duckdb_tables() WHERE NOT temporary").fetchall())


def _parse(con: duckdb.DuckDBPyConnection, kind: str) -> None:
    """The lines of a kind of resource as `parsed`, each a structure of the shape that is declared.

    A table, and no part of the query that keeps of it: there the optimizer takes each line apart several times. It
    hands a plain comparison to pyarrow, which copies all texts to filter them; so it stands in `lower`.
    """
    shape = json.dumps(_shapes()[kind])
    con.execute(f"""CREATE OR REPLACE TEMP TABLE parsed AS
        SELECT line, from_json(text, '{shape}') AS r, {_holds_one(_QUESTIONS)} AS asks
        FROM typed WHERE lower(kind) = '{kind.lower()}' {_TEXT.get(kind, "")}""")


def _holds_one(codes: tuple[str, ...]) -> str:
    return "(" + " OR ".join(f"contains(text, '{code}')" for code in codes) + ")"


_TEXT = {"Observation": f" AND {_holds_one(_PRESSURES + _QUESTIONS)}"}


@lru_cache(maxsize=1)
def _shapes() -> dict[str, Any]:
    """Kind of resource -> the elements that are taken of it (`shapes.json`)."""
    return dict(json.loads((HERE / "shapes.json").read_text(encoding="utf-8")))


@lru_cache(maxsize=16)
def _keep(kind: str) -> str:
    """The query that takes of `parsed` what is kept of a kind of resource."""
    return (HERE / "keep" / f"{kind.lower()}.sql").read_text(encoding="utf-8")
