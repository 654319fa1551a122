"""Commands about backups: write one, also while the app runs; restore one into an empty folder."""

import json
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from concord.command_options import VAR, AsJson, Data
from concord.operating import running_app
from workflow import administering
from workflow.recovery import backing_up


def backup(
    data: Data = VAR,
    to: Annotated[
        Path | None, typer.Option(file_okay=False, help="Folder for backups. Blank: `backups` under [recovery].")
    ] = None,
    keep: Annotated[
        int | None, typer.Option(min=1, help="Backups that stay there. Blank: `keep_backups` under [recovery].")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write a backup, while the app runs or not. Uploads go on. It holds no key: keep that elsewhere."""
    started, into = time.monotonic(), str(to.resolve()) if to else None
    answer = running_app.ask(data, "backup", as_json=as_json, to=into, keep=keep) or _alone(data, into, keep)
    if as_json:
        typer.echo(json.dumps({"ok": True, **answer}, indent=2))
        return
    typer.echo(f"{answer['backup']}: {answer['bytes'] / 1e6:,.1f} MB in {time.monotonic() - started:.1f} s.")


def restore(
    backup_folder: Annotated[Path, typer.Argument(metavar="BACKUP", help="The backup's own folder.")],
    data: Data = VAR,
    as_json: AsJson = False,
) -> None:
    """Make a data folder out of a backup. The folder must be empty, but for the key (or set CONCORD_KEY)."""
    found = backing_up.restore(backup_folder, data)
    if as_json:
        typer.echo(json.dumps({"ok": True, "made_at": found.made_at.isoformat(), "data": str(data)}, indent=2))
        return
    typer.echo(f"{data} is as it was at {found.made_at:%Y-%m-%d %H:%M} UTC. Next: `concord check`.")


def _alone(data: Path, into: str | None, keep: int | None) -> dict[str, Any]:
    store = administering.open_partnership(data)
    try:
        made = backing_up.back_up(store, into, keep)
    finally:
        store.close()
    return {"backup": str(made.folder), "bytes": made.size}
