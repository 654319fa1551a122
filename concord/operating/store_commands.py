"""Moving the store from its file to Postgres, so that several servers can take files in."""

from typing import Annotated

import typer
from pydantic import ValidationError

from concord.command_options import VAR, Data, fail
from data.ledger.lake.lake_place import LakePlace, fault
from workflow.recovery import moving_store


def move_store(
    catalog: Annotated[
        str, typer.Option(help='The database: "postgres:host=db.example.org dbname=concord user=concord". No password.')
    ],
    schema: Annotated[str, typer.Option(help="Its schema in that database.")] = "concord",
    rows: Annotated[
        str,
        typer.Option(help="Folder of the rows' files, in the data folder or a full path; every server must see it."),
    ] = "rows",
    data: Data = VAR,
) -> None:
    """Move the store from its file to Postgres, once. Stop the app first, and make a backup."""
    try:
        place = LakePlace(catalog=catalog, schema=schema, rows=rows)
    except ValidationError as error:
        fail(f"nothing was moved: {fault(error)}")
    left = moving_store.to_postgres(data, place)
    typer.echo(
        f"The store lies in {place.told} now, as store.toml says. Next: `concord check`. When all is well, delete "
        f"{left.name}: it holds every row."
    )
