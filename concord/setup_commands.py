"""Commands that make a data folder: an empty one, or the demo partnership."""

import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer

from concord.command_options import VAR, Data, fail, say
from data.demo import area_shapes, demo_actions, demo_partnership, demo_stories
from data.demo.demo_settings import DEMO_SETTINGS
from data.demo.partner_files import DemoFile
from data.ledger import data_folder
from data.ledger.store import Store, transaction
from data.ledger.submissions import Window
from workflow import accepting, administering, releasing, submitting


def init(data: Data = VAR) -> None:
    """Make a data folder with a settings file to fill in, and a new pseudonym key."""
    data_folder.make_folder(data)
    typer.echo(f"Made {data}. Next: name your partners in {data / data_folder.SETTINGS}, then `concord submit`.")
    typer.echo(
        f"Keep {data / data_folder.KEY} safe and apart from backups: without it new files cannot be matched to old "
        "ones."
    )


def demo(
    data: Data = VAR,
    practice_files: Annotated[
        Path, typer.Option(help="Where to leave the two files to try the upload page with.")
    ] = Path("demo-files"),
    seed: Annotated[int, typer.Option(help="Another seed makes other people with the same story.")] = 2026,
    people: Annotated[int, typer.Option(min=3_000, max=500_000, help="About how many people.")] = 60_000,
    if_empty: Annotated[
        bool, typer.Option("--if-empty", help="Do nothing when the folder already holds a partnership.")
    ] = False,
) -> None:
    """Make a demo partnership: three years of made-up files, sent through the real intake, and a first release."""
    if if_empty and (data / data_folder.SETTINGS).exists():
        return
    started = time.monotonic()
    # What is stopped half-way must not be taken for a partnership by the next `--if-empty`.
    with data_folder.made_whole(data) as making:
        data_folder.make_folder(making, DEMO_SETTINGS)
        area_shapes.write_map(making)
        store = administering.open_partnership(making)
        checked = _send_history(store, practice_files, seed, people)
        say(f"Checked {len(checked)} files. Working out the figures ...")
        accepting.accept_many(store, checked, actor="demo", as_checked=True)
        say("Making the first release ...")
        release = releasing.publish(store, actor="demo")
        with transaction(store.cursor()) as cur:
            demo_actions.record(cur, release - 1)  # their days lie before the release
            demo_stories.record(cur, release - 1)
        store.close()
    say(
        f"The demo partnership is ready in {data} (release {release}, {time.monotonic() - started:.0f} s). "
        f"Two files to try the upload page with are in {practice_files}."
    )


def _send_history(store: Store, practice_files: Path, seed: int, people: int) -> list[int]:
    """Make the files and check those of the past; the others are left to practice with. Numbers of submissions."""
    with tempfile.TemporaryDirectory(prefix="concord-demo-") as folder:
        say("Making three years of files ...")
        made = demo_partnership.write_demo(Path(folder), seed=seed, people=people)
        practice_files.mkdir(parents=True, exist_ok=True)
        for file in (f for f in made if f.kind != "history"):
            (practice_files / file.path.name).write_bytes(file.path.read_bytes())
        return [_checked(store, f) for f in made if f.kind == "history"]


def _checked(store: Store, file: DemoFile) -> int:
    covers = Window(*file.covers) if file.covers else None
    checked = submitting.check(
        store, file.path, file.dataset, file.partner_id, covers=covers, actor="demo", at=file.came
    )
    if checked.submission is None:
        fail(f"the demo file {file.path.name} was not accepted: {checked.report.refused or 'it has blocked rows'}")
    say(f"  {file.path.name}: {checked.report.rows_kept:,} rows")
    return checked.submission
