"""Commands about the settings: take `concord.toml` in, write it, list the versions, undo one."""

from pathlib import Path
from typing import Annotated

import typer

from concord.command_options import VAR, Data
from data.ledger.data_folder import SETTINGS
from schemas.policy.viewer import BACKBONE
from workflow import administering
from workflow.governing import changing_settings, settings_exchange

settings = typer.Typer(
    help="The settings: every version is kept, and concord.toml is the way in and out.", no_args_is_help=True
)
By = Annotated[str, typer.Option(help="Who does it.")]


def _actor(by: str) -> str:
    return by if by == "cli" else f"backbone:{by.replace(':', ' ')}"


@settings.command("import")
def import_settings(
    reason: Annotated[str, typer.Option(help="Why, in a sentence that is kept.")] = "Taken in by the command",
    by: By = "cli",
    data: Data = VAR,
) -> None:
    """Take concord.toml in as a new version, also where pages changed the settings since."""
    store = administering.open_partnership(data)
    number = settings_exchange.import_file(store, BACKBONE, reason=reason, actor=_actor(by))
    store.close()
    typer.echo(f"Version {number} of the settings holds: it is what {data / SETTINGS} says.")


@settings.command("export")
def export_settings(
    data: Data = VAR, stdout: Annotated[bool, typer.Option("--stdout", help="Only print it.")] = False
) -> None:
    """Write the settings that hold to concord.toml, in place of what stands there."""
    store = administering.open_partnership(data, read_only=stdout)
    text = settings_exchange.as_text(store) if stdout else settings_exchange.export_file(store, BACKBONE)
    store.close()
    typer.echo(text if stdout else f"{Path(data / SETTINGS)} says what version {store.settings_version} says.")


@settings.command("history")
def list_versions(data: Data = VAR) -> None:
    """List every version, the newest first: number, when, who, why, what changed."""
    from pages.components.wording.settings import change_words

    store = administering.open_partnership(data, read_only=True)
    names = {p.id: p.name for p in store.partnership.partners}
    for version in changing_settings.history(store, BACKBONE):
        typer.echo(
            f"{version.number:>4}  {version.at:%Y-%m-%d %H:%M}  {version.actor.rpartition(':')[2]}: {version.reason}"
        )
        for line in change_words.lines(version.changed, names):
            typer.echo(f"      {line}")
    store.close()


@settings.command("undo")
def undo_version(
    version: Annotated[int, typer.Argument(help="Number of the version whose change is taken back.")],
    by: By = "cli",
    data: Data = VAR,
) -> None:
    """Take one version's change back, as a new version. What else was changed since stays."""
    store = administering.open_partnership(data)
    number = changing_settings.undo(store, BACKBONE, version, actor=_actor(by))
    store.close()
    typer.echo(f"Version {number} of the settings holds: version {version} is undone.")
