"""Commands about the tokens with which a partner's scheduled jobs send files."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from concord.command_options import VAR, AsJson, Data, fail
from data.ledger import data_folder, job_tokens
from data.ledger.opening.store_faults import StoreUnavailable
from schemas.policy.partnership import Partnership
from workflow import administering

token = typer.Typer(help="Tokens with which a partner's scheduled jobs send files.", no_args_is_help=True)


@token.command("new")
def new(
    partner: Annotated[str, typer.Argument(help="Id of the partner whose files the job sends.")],
    data: Data = VAR,
    days: Annotated[int, typer.Option(min=1, max=3650, help="Days that it works.")] = job_tokens.DAYS,
    may: Annotated[
        str, typer.Option(help=f"What it may do, with commas between: {', '.join(job_tokens.SCOPES)}.")
    ] = ",".join(job_tokens.USUAL),
    networks: Annotated[
        list[str] | None,
        typer.Option("--from", help="Network from which it is taken, such as 10.2.0.0/16. May be given several times."),
    ] = None,
) -> None:
    """Make a token and show it, once: only its SHA-256 is kept.

    It works while the app runs. Then a partner that was added on a page is known once concord.toml is written.
    The page Settings has a button for that, under History.
    """
    _known(data).sender(partner)
    try:
        words, kept = job_tokens.new_token(data, partner, days, _words(may), networks or ())
    except ValueError as error:
        fail(str(error))
    typer.echo(f"Token {kept.id} for {partner}, until {kept.expires:%Y-%m-%d}. It is shown only now:", err=True)
    typer.echo(words)


@token.command("watch")
def watch(
    data: Data = VAR,
    days: Annotated[int, typer.Option(min=1, max=3650, help="Days that it works.")] = job_tokens.DAYS,
    networks: Annotated[
        list[str] | None, typer.Option("--from", help="Network from which it is taken. May be given several times.")
    ] = None,
) -> None:
    """Make a token with which a monitor reads /metrics, and nothing else. It is shown once."""
    _known(data)
    try:
        words, kept = job_tokens.new_token(data, "", days, (job_tokens.WATCHES,), networks or ())
    except ValueError as error:
        fail(str(error))
    typer.echo(f"Token {kept.id} for metrics, until {kept.expires:%Y-%m-%d}. It is shown only now:", err=True)
    typer.echo(words)


@token.command("list")
def list_tokens(data: Data = VAR, as_json: AsJson = False) -> None:
    """List every token: id, partner, state, days."""
    listed = {p.id for p in _known(data).members}
    at = job_tokens.now()
    rows: list[dict[str, Any]] = [
        {"token": t.id, "partner": t.partner_id if t.partner_id in listed else "none", "state": t.state(at),
         "made": f"{t.made:%Y-%m-%d}", "expires": f"{t.expires:%Y-%m-%d}", "may": list(t.may),
         "from": list(t.networks)}
        for t in job_tokens.tokens(data)
    ]  # fmt: skip
    lines = [
        f"{r['token']}  {r['partner']:<16} {r['state']:<9} {r['made']} to {r['expires']}  {_terms(r)}" for r in rows
    ]
    typer.echo(
        json.dumps(rows, indent=2) if as_json else "\n".join(lines) or "No token yet: `concord token new PARTNER`."
    )


def _terms(row: dict[str, Any]) -> str:
    """What a token may do, and from where."""
    return ", ".join([*row["may"], *(f"from {network}" for network in row["from"])])


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _known(data: Path) -> Partnership:
    """The partners, as the store knows them; while it cannot be opened beside the app, as `concord.toml` does."""
    try:
        store = administering.open_partnership(data, read_only=True)
    except StoreUnavailable:
        return data_folder.read_settings(data)
    store.close()
    return store.partnership


@token.command("revoke")
def revoke(
    token_id: Annotated[str, typer.Argument(metavar="ID", help="Its id, as `concord token list` shows it.")],
    data: Data = VAR,
) -> None:
    """End a token at once, also while the app runs."""
    typer.echo(f"Token {job_tokens.revoke_token(data, token_id).id} is revoked.")
