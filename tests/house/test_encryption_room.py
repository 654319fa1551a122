"""Nobody opens or writes a database, an edition or a Parquet file around the one room that knows about keys."""

import ast
import re
from pathlib import Path

from tests.house.test_layers import our_modules

ROOM = "data.ledger.encryption.database_files"
# A process of its own, which gets one edition as an open file, and its key by the pipe that it reads its query from.
AROUND = {ROOM, "data.releases.questions.question_process"}
COPIES = {
    # Backups and restoring copy files as they are; a new folder begins with the keys that wait in it.
    "data.ledger.backups.backup_files", "data.ledger.data_folder",
}  # fmt: skip
SQL = re.compile(r"\b(ATTACH\s+'|COPY\s+(\(|\w).*\bTO\s+'|EXPORT\s+DATABASE|read_parquet\(|ENCRYPTION_)", re.DOTALL)
WRITERS = {"write_parquet", "to_parquet", "sink_parquet", "write_table"}
COPIERS = {"copy", "copy2", "copyfile", "copytree"}


def faults(module: str, source: str) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.search(node.value):
            if ":memory:" not in node.value:
                found.append(f"{module}: {node.value.strip()[:60]}")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner, name = ast.unparse(node.func.value), node.func.attr
            if (
                owner == "duckdb"
                and name == "connect"
                and (node.args or any(k.arg == "database" for k in node.keywords))
            ):
                found.append(f"{module}: duckdb.connect with a file")
            elif name in WRITERS and owner not in ("database_files", "pq"):
                found.append(f"{module}: {name}")
            elif owner == "pq" and not ast.unparse(node.args[1]).startswith("out"):
                found.append(f"{module}: {name} to a file")
            elif owner == "shutil" and name in COPIERS and module not in COPIES:
                found.append(f"{module}: shutil.{name}")
    return found


def test_databases_and_tables_are_opened_and_written_in_one_room():
    found = [f for module, path in our_modules() if module not in AROUND for f in faults(module, path.read_text())]
    assert found == []


def test_the_look_finds_what_goes_around():
    for source in (
        "duckdb.connect(str(path), read_only=True)", "duckdb.connect(database=x)", "con.execute(\"ATTACH 'x' AS y\")",
        "con.execute(f\"ATTACH '{x}' AS y\")", "con.execute(f\"COPY t TO '{path}'\")", "con.table('t').write_parquet(x)",
        "frame.write_parquet(path)", "pq.write_table(rows, path)", "shutil.copy2(store, beside)",
        "con.execute(\"COPY (SELECT 1) TO 'x.csv'\")",
    ):  # fmt: skip
        assert faults("data.somewhere", source), source
    for source in ("duckdb.connect()", "duckdb.connect(config={})", "pq.write_table(rows, out)", "x.copy()"):
        assert not faults("data.somewhere", source), source


def test_the_rooms_that_may_are_there():
    known = {module for module, _ in our_modules()}
    assert known >= AROUND | COPIES
    assert "ENCRYPTION_KEY ?" in Path(dict(our_modules())[ROOM]).read_text(), "the key is bound, never written into SQL"
