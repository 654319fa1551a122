"""The people who may sign in. Each change of one is a new row; the newest holds."""

import datetime as dt
from dataclasses import astuple, dataclass, replace
from typing import Literal

import duckdb

from schemas.policy.access.permissions import PERMISSIONS, Action
from schemas.policy.viewer import PersonRole

State = Literal["invited", "active", "expired", "ended"]
_COLUMNS = "person, email, name, role, partners, expires_on, ended, account"


@dataclass(frozen=True)
class Person:
    """Someone who was invited. `account`: keyed hash of issuer and subject, None until the first sign-in.

    `partners`: ids, for a data person; `expires_on`: the last day on which they may come in, None for no end.
    """

    person: int
    email: str
    name: str
    role: PersonRole
    partners: tuple[str, ...] = ()
    expires_on: dt.date | None = None
    ended: bool = False
    account: str | None = None

    def state(self, today: dt.date) -> State:
        """Where they stand on a day."""
        if self.ended:
            return "ended"
        if self.expires_on and self.expires_on < today:
            return "expired"
        return "active" if self.account else "invited"

    def reaches(self, action: Action) -> bool:
        """Whether there is anything to which their role may do it."""
        return PERMISSIONS[action].reach(self.role) != "no"

    @property
    def called(self) -> str:
        """The name that their provider gave, else their e-mail address."""
        return self.name or self.email


def plain_email(text: str) -> str:
    """An e-mail address as it is kept and compared: trimmed, in small letters. Raises ValueError for what is none."""
    email = text.strip().lower()
    name, _, host = email.partition("@")
    if not (name and "." in host.strip(".") and "@" not in host and not set(email) & set(" \t\r\n,;:<>\"'()/\\")):
        raise ValueError("this is no e-mail address")
    return email


def people(cur: duckdb.DuckDBPyConnection) -> list[Person]:
    """Everyone who was ever invited, as they stand now, in the order in which they were invited."""
    rows = cur.execute(
        f"""SELECT {_COLUMNS} FROM person_change
            QUALIFY row_number() OVER (PARTITION BY person ORDER BY change DESC) = 1 ORDER BY person"""
    ).fetchall()
    return [replace(Person(*row), partners=tuple(row[4] or ())) for row in rows]


def next_person(cur: duckdb.DuckDBPyConnection) -> int:
    """A number that nobody has had."""
    return _next(cur, "person")


def write(cur: duckdb.DuckDBPyConnection, person: Person, actor: str, at: dt.datetime) -> None:
    """Put a person down as they stand from now on (UTC)."""
    said = [list(v) if isinstance(v, tuple) else v for v in astuple(person)]
    cur.execute(
        f"""INSERT INTO person_change (change, {_COLUMNS}, changed_by, happened_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        [_next(cur, "change"), *said, actor, at],
    )


def _next(cur: duckdb.DuckDBPyConnection, column: Literal["person", "change"]) -> int:
    return int(cur.execute(f"SELECT coalesce(max({column}), 0) + 1 FROM person_change").fetchall()[0][0])
