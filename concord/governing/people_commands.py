"""Commands about people: the first of the backbone staff is invited here, and invites the others on the page People.

The app must not be running meanwhile: it owns the store.
"""

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, get_args

import typer

from concord.command_options import VAR, AsJson, Data, fail
from data.ledger.data_folder import read_settings
from schemas.policy.viewer import SERVER, PersonRole
from workflow import administering
from workflow.access import inviting
from workflow.access.door import Door, door_of
from workflow.access.inviting import Invitation

ACTOR = "cli"
people = typer.Typer(help="People who may sign in.", no_args_is_help=True)


@people.command("invite")
def invite(
    email: Annotated[str, typer.Argument(help="E-mail address of the account with which they sign in.")],
    role: Annotated[str, typer.Option(help=f"One of: {', '.join(get_args(PersonRole))}.")],
    partner: Annotated[
        list[str] | None, typer.Option(help="Id of a partner whose files a data person sends; several times for more.")
    ] = None,
    until: Annotated[str | None, typer.Option(help="Last day of the access, as 2026-12-31. Blank: no end.")] = None,
    data: Data = VAR,
) -> None:
    """Put somebody on the list of those who may sign in."""
    known = [r for r in get_args(PersonRole) if r == role]
    if not known:
        fail(f"no role is called {role!r}; there are: {', '.join(get_args(PersonRole))}")
    with _door(data) as door:
        what = Invitation(known[0], tuple(partner or ()), _day(until))
        person = inviting.invite(door, SERVER, email, what, ACTOR)
    at = read_settings(data).sign_in.address or "the address of your pages"
    typer.echo(f"{person.email} may sign in at {at} as {person.role}. Concord sends no mail: write to them.")


@people.command("list")
def list_people(data: Data = VAR, as_json: AsJson = False) -> None:
    """List everyone who was ever invited: e-mail, role, partners, state, last day."""
    with _door(data) as door:
        today = door.now().date()
        rows = [
            {"email": p.email, "role": p.role, "partners": list(p.partners), "state": p.state(today),
             "until": p.expires_on.isoformat() if p.expires_on else None}
            for p in inviting.read_people(door, SERVER)
        ]  # fmt: skip
    lines = [
        f"{r['email']:<32} {r['role']:<9} {r['state']:<8} {r['until'] or '-':<10} {' '.join(r['partners'] or [])}"
        for r in rows
    ]
    none = "Nobody yet: `concord people invite EMAIL --role backbone`."
    typer.echo(json.dumps(rows, indent=2) if as_json else "\n".join(lines) or none)


@people.command("end")
def end(
    email: Annotated[str, typer.Argument(help="E-mail address, as `concord people list` shows it.")],
    reason: Annotated[str, typer.Option(help="Why, for the history of access.")],
    data: Data = VAR,
) -> None:
    """End somebody's access, and their sign-ins."""
    with _door(data) as door:
        found = [p for p in inviting.read_people(door, SERVER) if p.email == email.strip().lower() and not p.ended]
        if not found:
            fail("nobody on the list has this address: `concord people list` shows them")
        inviting.end(door, SERVER, found[0].person, reason, ACTOR)
    typer.echo(f"The access of {found[0].email} has ended.")


def _day(said: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(said) if said else None
    except ValueError:
        fail("write the last day as 2026-12-31")


@contextmanager
def _door(data: Data) -> Iterator[Door]:
    store = administering.open_partnership(data)
    try:
        yield door_of(store)
    finally:
        store.close()
