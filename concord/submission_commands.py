"""Commands about submissions: send a file, take one back, list them."""

import json
import sys
import time
from pathlib import Path
from typing import Annotated, get_args

import typer

from concord import folder_watch
from concord.command_options import BLOCKED, VAR, AsJson, Data
from data.checking.intake import Progress
from data.ledger.submissions import Window
from data.reporting import check_reports
from schemas.policy.partner import DateOrder
from schemas.policy.rule_catalog import QUESTIONS
from schemas.policy.status_words import SUBMISSION
from workflow import accepting, administering, delivering, reading, releasing
from workflow.delivering import How


def submit(
    dataset: Annotated[str | None, typer.Argument(help="Kind of file, such as blood_pressure.")] = None,
    file: Annotated[
        Path | None,
        typer.Argument(exists=True, readable=True, help="The file, or the folder of a FHIR export."),
    ] = None,
    partner: Annotated[str | None, typer.Option(help="Id of the partner that sends it.")] = None,
    data: Data = VAR,
    covers: Annotated[
        str | None, typer.Option(help="Days that the file covers, FIRST:LAST, such as 2026-01-01:2026-03-31.")
    ] = None,
    date_order: Annotated[str | None, typer.Option(help="How dates with slashes are written: mdy or dmy.")] = None,
    accept_valid: Annotated[
        bool, typer.Option("--accept-valid", help="Accept the good rows although others are blocked.")
    ] = False,
    confirm: Annotated[
        list[str] | None,
        typer.Option(
            metavar="QUESTION",
            help="Answer a question about this file with yes; the refusal names it. Repeat it for several.",
        ),
    ] = None,
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
    server: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="With --watch: send to this running Concord, with the token in CONCORD_TOKEN."
        ),
    ] = None,
    every: Annotated[float, typer.Option(min=0.1, help="With --watch: seconds between two looks.")] = 5,
) -> None:
    """Check a partner's file and accept it if nothing blocks it. Every finding is listed with row and column."""
    answered = _confirmed(confirm or [], watched=watch is not None)
    how = How(
        _window(covers), _date_order(date_order), accept_valid, dry_run, confirmed=answered, show_values=show_values
    )
    if watch:
        return folder_watch.watch(watch, data, server, how, every)
    if not (dataset and file and partner):
        raise typer.BadParameter("name the dataset, the file and --partner (or a folder with --watch)")
    store = administering.open_partnership(data, intake=True)
    answer = delivering.deliver(store, file, dataset, partner, how, f"cli:{partner}", _counter())
    store.close()
    typer.echo(json.dumps(answer, indent=2) if as_json else check_reports.as_lines(answer))
    if answer["outcome"] == "blocked":
        sys.exit(BLOCKED)


def _window(covers: str | None) -> Window | None:
    try:
        return Window.read(covers) if covers else None
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--covers") from None


def _confirmed(rules: list[str], *, watched: bool) -> frozenset[str]:
    if rules and watched:
        raise typer.BadParameter("an answer is for one file: send that file by itself", param_hint="--confirm")
    if unknown := sorted(set(rules) - set(QUESTIONS)):
        known = ", ".join(QUESTIONS)
        raise typer.BadParameter(f"{unknown[0]!r} is no question; there are: {known}", param_hint="--confirm")
    return frozenset(rules)


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


def withdraw(
    submission: Annotated[int, typer.Argument(help="Its number, as `concord submissions` lists it.")],
    data: Data = VAR,
) -> None:
    """Take an accepted submission back; what it had replaced is current again."""
    store = administering.open_partnership(data, intake=True)
    accepting.withdraw(store, submission, actor="cli")
    release = (
        releasing.publish(store, actor="cli", closing=False) if store.partnership.policy.release_on_accept else None
    )
    store.close()
    typer.echo(f"Submission {submission} is withdrawn" + (f"; release {release} shows it." if release else "."))


def submissions(data: Data = VAR, as_json: AsJson = False) -> None:
    """List every submission with its state."""
    store = administering.open_partnership(data, read_only=True)
    rows = delivering.listing(store, reading.all_submissions(store))
    store.close()
    typer.echo(
        json.dumps(rows, indent=2)
        if as_json
        else "\n".join(
            f"{r['submission']:>5}  {SUBMISSION[r['state']]:<19}  {r['partner']:<16} {r['dataset']:<17} "
            f"{r['covers'][0] or '':>10} {r['covers'][1] or '':>10} {r['rows_kept']:>10,} rows"
            for r in rows
        )
    )
