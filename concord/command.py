"""The `concord` command.

Exit codes: 0 done; 1 cannot be done (the message says why and what to do); 2 wrong usage; 3 the file has findings
that block it, and nothing of it was stored.
"""

import ipaddress
import json
import os
import sys
import tempfile
import time
import tomllib
from pathlib import Path
from typing import Annotated, NoReturn, get_args

import typer
from pydantic import ValidationError

from concord import unattended
from data.checking import check_reports
from data.checking.intake import Progress
from data.demo import area_shapes
from data.demo import demo_partnership as demo_data
from data.demo.partner_files import DemoFile
from data.demo.story import DEMO_SETTINGS
from data.ledger import data_folder
from data.ledger.store import Store, StoreInUse
from data.ledger.submissions import NotPossible, Window
from data.releases import release_folders
from schemas.policy.partnership import DateOrder
from workflow import accepting, administering, delivering, reading, reference_pages, releasing, submitting
from workflow.delivering import How

app = typer.Typer(
    help="Concord: the shared-measures dashboard of a community health partnership.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

app.add_typer(unattended.token, name="token")
ROOT = Path(__file__).resolve().parents[1]
FAILED, BLOCKED = 1, 3

Data = Annotated[Path, typer.Option("--data", envvar="CONCORD_DATA", help="The data folder.")]
AsJson = Annotated[bool, typer.Option("--json", help="Answer with one JSON object on standard output.")]
VAR = Path("var")


def main() -> None:
    """Run the command; errors that a person can mend are one line, not a traceback."""
    try:
        app()
    except (data_folder.NotReady, StoreInUse, NotPossible) as error:
        fail(str(error))
    except (ValidationError, tomllib.TOMLDecodeError) as error:
        fail(f"the settings ({data_folder.SETTINGS}) are not right: {_plain(error)}")
    except KeyError as error:
        fail(str(error.args[0]))


def fail(message: str, code: int = FAILED) -> NoReturn:
    """Say why on standard error and stop."""
    typer.echo(f"concord: {message}", err=True)
    sys.exit(code)


def _plain(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_input=False))
    return str(error)


@app.command()
def init(data: Data = VAR) -> None:
    """Make a data folder with a settings file to fill in, and a new pseudonym key."""
    data_folder.make_folder(data)
    typer.echo(f"Made {data}. Next: name your partners in {data / data_folder.SETTINGS}, then `concord submit`.")
    typer.echo(
        f"Keep {data / data_folder.KEY} safe and apart from backups: without it new files cannot be matched to old "
        "ones."
    )


@app.command()
def demo(
    data: Data = VAR,
    files: Annotated[Path, typer.Option(help="Where to leave the two files to try the upload page with.")] = Path(
        "demo-files"
    ),
    seed: Annotated[int, typer.Option(help="Another seed makes other people with the same story.")] = 2026,
    people: Annotated[int, typer.Option(min=500, max=500_000, help="About how many people.")] = 60_000,
    if_empty: Annotated[
        bool, typer.Option("--if-empty", help="Do nothing when the folder already holds a partnership.")
    ] = False,
) -> None:
    """Make a demo partnership: three years of made-up files, sent through the real intake, and a first release."""
    if if_empty and (data / data_folder.SETTINGS).exists():
        return
    started = time.monotonic()
    data_folder.make_folder(data, DEMO_SETTINGS)
    area_shapes.write_map(data)
    store = administering.open_partnership(data)
    with tempfile.TemporaryDirectory(prefix="concord-demo-") as folder:
        _say("Making three years of files ...")
        made = demo_data.write_demo(Path(folder), seed=seed, people=people)
        held = [_hold(store, f) for f in made if f.kind == "history"]
        files.mkdir(parents=True, exist_ok=True)
        for file in (f for f in made if f.kind != "history"):
            (files / file.path.name).write_bytes(file.path.read_bytes())
    _say(f"Checked {len(held)} files. Working out the figures ...")
    accepting.accept_many(store, held, actor="demo", as_checked=True)
    _say("Making the first release ...")
    release = releasing.publish(store, actor="demo")
    store.close()
    _say(
        f"The demo partnership is ready in {data} (release {release}, {time.monotonic() - started:.0f} s). "
        f"Two files to try the upload page with are in {files}."
    )


def _hold(store: Store, file: DemoFile) -> int:
    covers = Window(*file.covers) if file.covers else None
    checked = submitting.check(
        store, file.path, file.dataset, file.partner_id, covers=covers, actor="demo", at=file.came
    )
    if checked.submission is None:
        fail(f"the demo file {file.path.name} was not accepted: {checked.report.refused or 'it has blocked rows'}")
    _say(f"  {file.path.name}: {checked.report.rows_kept:,} rows")
    return checked.submission


def _say(text: str) -> None:
    typer.echo(text, err=True)


@app.command()
def serve(
    data: Data = VAR,
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8501,
    address: Annotated[str, typer.Option(help="Loopback only, until sign-in exists.")] = "127.0.0.1",
) -> None:
    """Start the dashboards on this machine."""
    if not _is_loopback(address):
        fail(f"{address} is not a loopback address. Without sign-in Concord is served to this machine only.")
    data_folder.read_settings(data)
    data_folder.read_key(data)
    os.environ["CONCORD_DATA"] = str(data.resolve())
    os.chdir(ROOT)  # Streamlit looks for its settings in the working directory
    typer.echo(f"Concord is at http://{address if ':' not in address else f'[{address}]'}:{port}  (Ctrl-C stops it)")
    sys.stdout.flush()
    _run_app(address, port)


def _run_app(address: str, port: int) -> None:
    """Run the app, with its pages and the addresses beside them, in this process. Streamlit is told from the first
    visit on that the app names its pages itself: otherwise the first visitor of a page's own address is told
    "Page not found"."""
    from streamlit.logger import get_logger
    from streamlit.runtime.pages_manager import PagesManager
    from streamlit.web import bootstrap

    PagesManager.uses_pages_directory = False
    options = {"server_address": address, "server_port": port, "server_headless": True}
    bootstrap.load_config_options(options)
    # The app is imported before its runtime is there: that its caches are in memory need not be said.
    get_logger("streamlit.runtime.caching.cache_data_api").setLevel("ERROR")
    bootstrap.run_asgi_app(str(ROOT / "app.py"), "app:app", [], options)


def _is_loopback(address: str) -> bool:
    try:
        return address == "localhost" or ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


@app.command()
def submit(
    dataset: Annotated[str | None, typer.Argument(help="Kind of file, such as blood_pressure.")] = None,
    file: Annotated[Path | None, typer.Argument(exists=True, dir_okay=False, readable=True)] = None,
    partner: Annotated[str | None, typer.Option(help="Id of the partner that sends it.")] = None,
    data: Data = VAR,
    covers: Annotated[
        str | None, typer.Option(help="Days that the file covers, FIRST:LAST, such as 2026-01-01:2026-03-31.")
    ] = None,
    date_order: Annotated[str | None, typer.Option(help="How dates with slashes are written: mdy or dmy.")] = None,
    accept_valid: Annotated[
        bool, typer.Option("--accept-valid", help="Accept the good rows although others are blocked.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only check: nothing is stored.")] = False,
    show_values: Annotated[
        bool, typer.Option("--show-values", help="Show the cells' values beside the findings.")
    ] = False,
    as_json: AsJson = False,
    watch: Annotated[
        Path | None,
        typer.Option(
            exists=True, file_okay=False, help="Send what arrives in FOLDER/<partner>/<dataset>/, until Ctrl-C."
        ),
    ] = None,
    url: Annotated[
        str | None, typer.Option(help="With --watch: send to this running Concord, with the token in CONCORD_TOKEN.")
    ] = None,
    every: Annotated[float, typer.Option(min=0.1, help="With --watch: seconds between two looks.")] = 5,
) -> None:
    """Check a partner's file and, when nothing blocks it, accept it; every finding is listed with row and column."""
    how = How(_window(covers), _date_order(date_order), accept_valid, dry_run, show_values)
    if watch:
        return unattended.watch(watch, data, url, how, every)
    if not (dataset and file and partner):
        raise typer.BadParameter("name the dataset, the file and --partner (or a folder with --watch)")
    store = administering.open_partnership(data)
    answer = delivering.deliver(store, file, dataset, partner, how, f"cli:{partner}", _counter())
    store.close()
    typer.echo(json.dumps(answer, indent=2) if as_json else check_reports.told(answer))
    if answer["outcome"] == "blocked":
        sys.exit(BLOCKED)


def _window(covers: str | None) -> Window | None:
    try:
        return Window.read(covers) if covers else None
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--covers") from None


def _date_order(text: str | None) -> DateOrder | None:
    if text not in (None, *get_args(DateOrder)):
        raise typer.BadParameter("write mdy (03/31/2026) or dmy (31/03/2026)", param_hint="--date-order")
    return text  # type: ignore[return-value]


def _counter() -> Progress | None:
    """A line of progress, once a second, where a person watches."""
    if not sys.stderr.isatty():
        return None
    last = [time.monotonic()]

    def tell(rows: int) -> None:
        if time.monotonic() - last[0] > 1:
            last[0] = time.monotonic()
            typer.echo(f"\r{rows:,} rows checked", err=True, nl=False)

    return tell


@app.command()
def withdraw(submission: int, data: Data = VAR) -> None:
    """Take an accepted submission back; what it had replaced is in force again."""
    store = administering.open_partnership(data)
    accepting.withdraw(store, submission, actor="cli")
    release = releasing.publish(store, actor="cli") if store.partnership.policy.release_on_accept else None
    store.close()
    typer.echo(f"Submission {submission} is withdrawn" + (f"; release {release} shows it." if release else "."))


@app.command()
def submissions(data: Data = VAR, as_json: AsJson = False) -> None:
    """List every submission with its state."""
    store = administering.open_partnership(data)
    rows = delivering.listing(reading.all_submissions(store))
    store.close()
    typer.echo(
        json.dumps(rows, indent=2)
        if as_json
        else "\n".join(
            f"{r['submission']:>5}  {r['state']:<9}  {r['partner']:<16} {r['dataset']:<17} "
            f"{r['covers'][0] or '':>10} {r['covers'][1] or '':>10} {r['rows_kept']:>10,} rows"
            for r in rows
        )
    )


@app.command()
def refresh(data: Data = VAR) -> None:
    """Work all figures out again from the rows in force (after a choice or a definition changed)."""
    store = administering.open_partnership(data)
    started = time.monotonic()
    administering.refresh(store)
    store.close()
    typer.echo(f"Worked out again in {time.monotonic() - started:.1f} s. `concord release` shows it.")


@app.command()
def release(data: Data = VAR, as_json: AsJson = False) -> None:
    """Make a release of what is in force: the shared and the research edition, and what the dashboards show."""
    store = administering.open_partnership(data)
    number = releasing.publish(store, actor="cli")
    store.close()
    paths = {e: str(release_folders.edition_path(data, number, e)) for e in release_folders.EDITIONS}
    typer.echo(
        json.dumps({"release": number, **paths}, indent=2)
        if as_json
        else f"Release {number}:\n" + "\n".join(f"  {e}: {p}" for e, p in paths.items())
    )


@app.command()
def check(
    data: Data = VAR,
    docs: Annotated[
        bool, typer.Option("--docs", help="Check instead that the generated pages in docs/ are fresh.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Check the data folder: settings, key, release files, and that the counts equal a rebuild from scratch."""
    problems = _stale_docs() if docs else administering.problems(data)
    typer.echo(
        json.dumps({"ok": not problems, "problems": problems}, indent=2)
        if as_json
        else "\n".join(problems) or "All is well."
    )
    if problems:
        sys.exit(FAILED)


def _stale_docs() -> list[str]:
    pages = reference_pages.pages()
    return [
        f"docs/{name} is not what the declarations say: run `concord docs`"
        for name, text in pages.items()
        if not (ROOT / "docs" / name).exists() or (ROOT / "docs" / name).read_text(encoding="utf-8") != text
    ]


@app.command()
def docs() -> None:
    """Write the generated pages in docs/ anew from the declarations."""
    for name, text in reference_pages.pages().items():
        (ROOT / "docs" / name).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / "docs" / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
