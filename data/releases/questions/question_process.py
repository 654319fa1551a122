"""A program of its own: a query on standard input is answered from one edition, as an Arrow stream on standard output.

`data.releases.questions.asked` starts it as a child. The edition comes as an open file: the child never sees a path.
It may read that file and nothing else, write nothing, and use so much memory and time: a hostile query can only end
the child. The input is a line of JSON (fd, most_rows, memory, seconds, key), then the query. An encrypted edition is
read without the extension that would write one: it would bring ways into the network.
"""

import json
import os
import resource
import sys
from contextlib import suppress

import duckdb
import pyarrow as pa

REFUSED, TOO_LARGE = 3, 4
ONE, NOT_A_QUESTION, WRONG = "one_question", "not_a_question", "wrong"
ASKING = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)
MOST_BYTES = 64 << 20
_CONFIG = {
    "threads": "2", "temp_directory": "", "python_enable_replacements": "false", "allow_persistent_secrets": "false",
    "autoinstall_known_extensions": "false", "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
}  # fmt: skip


def main() -> None:
    head, _, query = sys.stdin.read().partition("\n")
    said = json.loads(head)
    _limit(said["memory"], said["seconds"])
    with duckdb.connect(config={**_CONFIG, "memory_limit": f"{said['memory'] >> 21}MB"}) as con:
        # By its number: a path would be read in `duckdb_databases()`.
        opened, key = f"ATTACH '/proc/self/fd/{int(said['fd'])}' AS edition (READ_ONLY", said.pop("key", None)
        con.execute(f"{opened}, ENCRYPTION_KEY ?)" if key else f"{opened})", [key] if key else None)
        con.execute("USE edition")
        con.execute("SET enable_external_access = false; SET lock_configuration = true")
        try:
            _answer(con, query, said["most_rows"])
        except (duckdb.OutOfMemoryException, MemoryError, pa.ArrowMemoryError):
            sys.exit(TOO_LARGE)
        except (duckdb.Error, pa.ArrowException) as error:
            _refuse(WRONG, str(error))


def _limit(memory: int, seconds: int) -> None:
    """What a query may use; DuckDB's own limit does not bound a single value."""
    resource.setrlimit(resource.RLIMIT_AS, (memory + _used(), memory + _used()))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _used() -> int:
    with open("/proc/self/statm", encoding="ascii") as pages:
        return int(pages.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")


def _answer(con: duckdb.DuckDBPyConnection, query: str, most_rows: int) -> None:
    statements = con.extract_statements(query)
    if len({one.query for one in statements}) != 1:  # a PIVOT is two of the same text: first the names of its columns
        _refuse(ONE, "")
    if statements[-1].type not in ASKING:
        _refuse(NOT_A_QUESTION, "")
    reader = con.execute(query).to_arrow_reader(1024)
    rows = size = 0
    names = _apart(reader.schema.names)
    schema = pa.schema([field.with_name(name) for field, name in zip(reader.schema, names, strict=True)])
    with suppress(BrokenPipeError), pa.ipc.new_stream(sys.stdout.buffer, schema) as out:
        for batch in reader:
            size += batch.nbytes
            if size > MOST_BYTES:
                sys.exit(TOO_LARGE)
            part = batch.slice(0, most_rows + 1 - rows)  # one more says that there are more
            out.write_batch(pa.RecordBatch.from_arrays(part.columns, schema=schema))
            rows += batch.num_rows
            if rows > most_rows:
                break


def _apart(names: list[str]) -> list[str]:
    """Names of columns that differ by more than their case: of two of one name the second ends in _2."""
    found: list[str] = []
    for name in names:
        number, new = 1, name
        while new.casefold() in {other.casefold() for other in found}:
            number += 1
            new = f"{name}_{number}"
        found.append(new)
    return found


def _refuse(kind: str, words: str) -> None:
    sys.stderr.write(json.dumps({"kind": kind, "words": words}))
    sys.exit(REFUSED)


if __name__ == "__main__":
    main()
