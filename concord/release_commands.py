"""Commands about figures and releases: work figures out again, make a release, check the data folder."""

import json
import sys
import time
from typing import Annotated

import typer

from concord import docs_command
from concord.command_options import FAILED, VAR, AsJson, Data
from concord.operating import running_app
from data.releases import release_folders
from schemas.policy.viewer import BACKBONE
from workflow import administering, reading, releasing
from workflow.publishing import release_preview
from workflow.recovery import checking_store


def refresh(data: Data = VAR) -> None:
    """Work all figures out again from the current rows (after a choice or a definition changed)."""
    store = administering.open_partnership(data)
    started = time.monotonic()
    administering.refresh(store)
    store.close()
    typer.echo(f"Worked out again in {time.monotonic() - started:.1f} s. `concord release` shows it.")


def release(
    data: Data = VAR,
    as_json: AsJson = False,
    preview: Annotated[
        bool, typer.Option("--preview", help="Only show what it would change. Nothing is made.")
    ] = False,
) -> None:
    """Make a release of the current rows: the shared and the research edition, and what the dashboards show."""
    store = administering.open_partnership(data)
    if preview:
        from pages.components.wording.releases import release_words

        seen, names = release_preview.preview(store), reading.read_naming(store, BACKBONE).names
        store.close()
        typer.echo(
            json.dumps(release_words.record(seen, names), indent=2) if as_json else release_words.lines(seen, names)
        )
        return
    number = releasing.publish(store, actor="cli")
    store.close()
    paths = {e: str(release_folders.edition_path(data, number, e)) for e in release_folders.EDITIONS}
    typer.echo(
        json.dumps({"release": number, **paths}, indent=2)
        if as_json
        else f"Release {number}:\n" + "\n".join(f"  {e}: {p}" for e, p in paths.items())
    )


def check(
    data: Data = VAR,
    as_json: AsJson = False,
    head: Annotated[
        str | None, typer.Option(help="An end of the history of access, as the page People printed it: 42:0f3a...")
    ] = None,
    # Of version 0.1: `concord docs --check` now. Accepted until version 0.3.
    docs: Annotated[bool, typer.Option("--docs", hidden=True)] = False,
) -> None:
    """Check the data folder and change nothing: settings, key, store, releases, what they showed, and the counts. The
    app may run meanwhile."""
    if docs:
        return docs_command.docs(check=True)
    beside = running_app.ask(data, "check", as_json=as_json, head=head)
    problems = beside["problems"] if beside else checking_store.problems(data, head)
    typer.echo(
        json.dumps({"ok": not problems, "problems": problems}, indent=2)
        if as_json
        else "\n".join(problems) or "All is well."
    )
    if problems:
        sys.exit(FAILED)
