"""What a release carries: the settings that it was made under, its definitions and lists, who had sent something.

Of a release that was made before these were kept, what is so now stands for them.
"""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import duckdb

from schemas.policy.partnership import Partnership
from schemas.policy.release_settings import read_kept, settings_shown

_SENDERS, _LISTS, _HIDING, _DEFINITION = "senders", "code_lists", "hiding", "definition "


@dataclass(frozen=True)
class Carried:
    """`definitions`: indicator id -> its declaration as JSON; `code_lists`: what they are, as JSON; `senders`: ids of
    the partners that had sent a file, None where it was not kept; `hiding`: how much of it is hidden, as JSON, where
    its exact results are not at hand."""

    definitions: Mapping[str, str] = field(default_factory=dict)
    code_lists: str | None = None
    senders: tuple[str, ...] | None = None
    hiding: str | None = None


def keep(cur: duckdb.DuckDBPyConnection, release: int, carried: Carried) -> None:
    """Write down what a release carries, in the transaction that records it."""
    told = {
        **{f"{_DEFINITION}{name}": text for name, text in carried.definitions.items()},
        **({_LISTS: carried.code_lists} if carried.code_lists else {}),
        **({_SENDERS: json.dumps(carried.senders)} if carried.senders is not None else {}),
        **({_HIDING: carried.hiding} if carried.hiding else {}),
    }
    cur.execute("DELETE FROM release_carried WHERE release = ?", [release])
    cur.executemany(
        "INSERT INTO release_carried VALUES (?, ?, ?)", [[release, what, text] for what, text in told.items()]
    )


def read(cur: duckdb.DuckDBPyConnection, release: int) -> Carried:
    """What was kept of it."""
    told = dict(cur.execute("SELECT what, told FROM release_carried WHERE release = ?", [release]).fetchall())
    senders = told.get(_SENDERS)
    definitions = {k.removeprefix(_DEFINITION): text for k, text in told.items() if k.startswith(_DEFINITION)}
    known = tuple(json.loads(senders)) if senders else None
    return Carried(definitions, told.get(_LISTS), known, told.get(_HIDING))


def settings_then(cur: duckdb.DuckDBPyConnection, release: int, now: Partnership) -> Partnership:
    """The settings as they were when a release was made, its day taken for today."""
    row = cur.execute("SELECT made_under, happened_at FROM release_made WHERE release = ?", [release]).fetchone()
    if row is None or row[0] is None:
        return now
    then, made_at = read_kept(Partnership, row[0]), row[1]
    assert isinstance(made_at, dt.datetime)
    return then if then.today else then.model_copy(update={"today": made_at.date()})


def settings_now_shown(cur: duckdb.DuckDBPyConnection, release: int, now: Partnership) -> Partnership:
    """The settings that rule what is shown now of a release."""
    then = settings_then(cur, release, now)
    return now if then is now else settings_shown(then, now)
