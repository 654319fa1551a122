"""Commands about errata: propose a restatement of closed periods, approve it, list them."""

from typing import Annotated

import typer

from concord.command_options import VAR, Data
from schemas.policy.status_words import ERRATUM
from workflow import administering, restating

erratum = typer.Typer(help="Restate closed periods, whole tables at once.", no_args_is_help=True, rich_markup_mode=None)


@erratum.command()
def propose(
    dataset: Annotated[str, typer.Argument(help="The dataset whose late rows shall count.")],
    reason: Annotated[str, typer.Option(help=f"One of: {', '.join(ERRATUM)}.")],
    by: Annotated[str, typer.Option(help="Who proposes it.")] = "cli",
    data: Data = VAR,
) -> None:
    """Show what a restatement would change, and record it to be approved. Figures stay as they are."""
    store = administering.open_partnership(data)
    found = restating.propose(store, dataset, reason, by)
    store.close()
    typer.echo(
        "\n".join([f"Erratum {found.erratum} would change these figures by so many people or stays:", *_lines(found)])
    )
    typer.echo(f"To apply it: concord erratum approve {found.erratum} --by NAME")


@erratum.command()
def approve(
    number: Annotated[int, typer.Argument(help="Its number.")],
    by: Annotated[str, typer.Option(help="Who approves it.")],
    data: Data = VAR,
) -> None:
    """Apply a proposed erratum. The next release publishes it."""
    store = administering.open_partnership(data)
    found = restating.approve(store, number, by)
    store.close()
    typer.echo("\n".join([f"Erratum {number} is applied; the next release shows it.", *_lines(found)]))


@erratum.command(name="list")
def listed(data: Data = VAR) -> None:
    """List the errata with their state."""
    store = administering.open_partnership(data)
    for e in restating.read_proposed(store):
        state = f"release {e.release}" if e.release else "approved" if e.approved_at else "proposed"
        typer.echo(f"{e.erratum:>4}  {state:<12} {e.dataset:<17} {ERRATUM[e.reason]}")
    store.close()


def _lines(found: restating.Proposal) -> list[str]:
    """The largest change of each measure and owner, and of how many cells."""
    return [
        f"  {m.indicator:<26} {m.owner:<16} {m.cells:>6,} cells; at most {m.denominator:+,} in the "
        f"denominator and {m.numerator:+,} in the numerator"
        for m in restating.moves(found)
    ]
