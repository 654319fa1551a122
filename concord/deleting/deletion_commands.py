"""Commands about deletion for good: of a person, a partner's rows or a period; what is taken is shown first."""

import datetime as dt
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from concord.command_options import VAR, Data, fail
from concord.operating import running_app
from workflow import administering
from workflow.deleting import deleting, deletion_requests

delete = typer.Typer(
    help="Delete rows for good: what it takes is shown first, and the receipt names nobody.",
    no_args_is_help=True, rich_markup_mode=None,
)  # fmt: skip
Reason = Annotated[str, typer.Option(help="Why, in a sentence that is kept. Not whose rows they are.")]
By = Annotated[str, typer.Option(help="Who deletes it.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask before it is done.")]
Receipt = Annotated[Path | None, typer.Option(dir_okay=False, help="File for the receipt. Blank: it is printed.")]


@delete.command()
def person(
    partner: Annotated[str, typer.Argument(help="Id of the partner through which the person is known.")],
    reason: Reason, by: By = "cli", yes: Yes = False, receipt: Receipt = None, data: Data = VAR,
) -> None:  # fmt: skip
    """Delete a person. The id that the partner has for them is asked for, or read from standard input."""
    asks = sys.stdin.isatty()
    local = typer.prompt("The partner's id of the person", hide_input=True) if asks else sys.stdin.readline().strip()
    _run(data, {"kind": "person", "partner_id": partner, "local_id": local}, reason, by, receipt, yes=yes)


@delete.command("partner")
def of_partner(
    partner: Annotated[str, typer.Argument(help="Id of the partner whose rows go.")],
    reason: Reason, by: By = "cli", yes: Yes = False, receipt: Receipt = None, data: Data = VAR,
) -> None:  # fmt: skip
    """Delete all rows of a partner. Totals of closed periods stay as they were published."""
    _run(data, {"kind": "partner", "partner_id": partner}, reason, by, receipt, yes=yes)


@delete.command()
def before(
    day: Annotated[str, typer.Argument(metavar="DAY", help="The first day that stays, such as 2020-01-01.")],
    reason: Reason, by: By = "cli", yes: Yes = False, receipt: Receipt = None, data: Data = VAR,
) -> None:  # fmt: skip
    """Delete the rows of people that are all of days before a day."""
    try:
        dt.date.fromisoformat(day)
    except ValueError:
        fail("write the day as YEAR-MONTH-DAY, such as 2020-01-01")
    _run(data, {"kind": "period", "before": day}, reason, by, receipt, yes=yes)


@delete.command("list")
def list_deletions(data: Data = VAR) -> None:
    """List what was deleted: how much, when and why; never whose rows they were."""
    store = administering.open_partnership(data, read_only=True)
    for d in deleting.read_deletions(store):
        what = d.kind if d.before is None else f"before {d.before}"
        typer.echo(f"{d.deletion:>4}  {d.at:%Y-%m-%d %H:%M}  {what:<18} {sum(d.rows.values()):>10,} rows  {d.reason}")
    store.close()


def _run(
    data: Path, asked: dict[str, Any], reason: str, by: str, receipt: Path | None, *, yes: bool
) -> None:  # fmt: skip
    by = by if by == "cli" else f"backbone:{by.replace(':', ' ')}"
    told = running_app.ask(data, "look_at_deletion", asked=asked, by=by)
    store = None
    if told is None:
        store = administering.open_partnership(data)
        told = deletion_requests.look(store, {"asked": asked, "by": by})
    try:
        typer.echo("\n".join(told["lines"]))
        if not yes and not typer.confirm("Delete this for good?"):
            typer.echo("Nothing was deleted.")
            return
        said = {"asked": asked, "by": by, "reason": reason, "seen": told["seen"]}
        done = deletion_requests.delete(store, said) if store else running_app.ask(data, "delete", **said)
    finally:
        if store:
            store.close()
    if done is None:
        fail("the app was stopped meanwhile: nothing was deleted. Ask again")
    if receipt:
        receipt.write_text(done["receipt"], encoding="utf-8")
        typer.echo(f"Done. The receipt is in {receipt}.")
    else:
        typer.echo(done["receipt"])
