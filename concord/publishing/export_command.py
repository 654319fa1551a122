"""The command that writes a release's figures in the formats of other systems, beside the running app or without it."""

import datetime as dt
import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from concord.command_options import VAR, AsJson, Data
from concord.operating import running_app
from workflow import administering
from workflow.exporting import release_export

Form = StrEnum("Form", {name.replace("-", "_"): name for name in release_export.FORMATS})  # type: ignore[misc]


def export(
    form: Annotated[
        Form,
        typer.Argument(
            metavar="FORMAT",
            help="measure-report (FHIR R4, DEQM summary), qrda-iii (HL7 QRDA Category III), or adx (IHE ADX).",
        ),
    ],
    folder: Annotated[Path, typer.Argument(help="An empty folder, or one that this command has filled before.")],
    measure: Annotated[
        list[str] | None, typer.Option(help="A measure to export; give it again for more. All unless given.")
    ] = None,
    ending: Annotated[
        dt.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The last day of the year; the newest closed one unless given."),
    ] = None,
    data: Data = VAR,
    as_json: AsJson = False,
) -> None:
    """Write the proportions of the current release, as everyone may see them, in a format that other systems read."""
    day = ending.date() if ending else None
    told = running_app.ask(
        data, "export", as_json=as_json, into=str(folder.resolve()), form=form.value, measures=measure or [],
        ending=day.isoformat() if day else None,
    ) or _alone(data, folder, form.value, measure or [], day)  # fmt: skip
    if as_json:
        typer.echo(json.dumps({"ok": True, **told}, indent=2, ensure_ascii=False))
        return
    files, left_out = len(told["files"]), len(told["left_out"])
    typer.echo(
        f"Release {told['release']} is in {folder}: {files} {'file' if files == 1 else 'files'} of {told['standard']}. "
        f"export.json lists what is left out ({left_out})."
    )


def _alone(data: Path, folder: Path, form: str, measures: list[str], ending: dt.date | None) -> dict[str, Any]:
    store = administering.open_partnership(data)
    try:
        return release_export.into_folder(store, folder, form, measures, ending)
    finally:
        store.close()
