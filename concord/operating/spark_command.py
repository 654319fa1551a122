"""The command that counts on Spark what DuckDB counted, and says whether all is equal."""

import json
from pathlib import Path
from typing import Annotated

import typer

from concord.command_options import VAR, AsJson, Data, fail
from data.ledger.submissions import NotPossible
from workflow import administering
from workflow.scaling import counting_inputs, spark_counts


def spark(
    into: Annotated[Path, typer.Option(help="A new folder for the rows as Parquet, and for both engines' answers.")],
    data: Data = VAR,
    as_json: AsJson = False,
    threads: Annotated[int, typer.Option(min=1, help="Threads of Spark on this machine.")] = 1,
) -> None:
    """Count every measure on Spark, by the same queries, and compare each unit row and each count with DuckDB's. The
    folder holds pseudonymized rows."""
    if why := spark_counts.lacking():
        raise NotPossible(why)
    if into.exists():
        fail(f"{into} is there already. Name a new folder")
    store = administering.open_partnership(data, read_only=True)
    counting_inputs.write(store, into)
    store.close()
    found = []
    for one in spark_counts.count(into, threads=threads):  # told as they come: a query can take minutes
        found.append(one)
        if not as_json:
            same = "equal" if not one.different else f"{one.different:,} rows differ"
            typer.echo(f"{one.indicator:28} {one.what:9} {one.duckdb:>10,} rows  {same}")
    if as_json:
        typer.echo(json.dumps([one.__dict__ for one in found], indent=2))
    if any(one.different for one in found):
        raise typer.Exit(1)
