"""The door: who comes in with what a provider says of them, who is still in, and how a sign-in ends.

One for each store and process. A cookie proves who signed in; whether that sign-in still lasts is said here alone, each
time something is asked for. So a cookie that is shown again after sign-out opens nothing.
"""

import datetime as dt
import hashlib
import hmac
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import duckdb

from data.ledger.opening.store_faults import unusable_kinds
from data.ledger.people import access_history, history_head, person_records, sign_in_sessions
from data.ledger.people.access_history import Kind
from data.ledger.people.person_records import Person
from data.ledger.people.sign_in_sessions import Session, Why
from data.ledger.store import Store, transaction
from schemas.policy.access.sign_in import Provider, SignIn
from schemas.policy.viewer import Viewer

Refusal = Literal["unknown", "unverified", "second-factor", "failed"]
REFUSALS: dict[Refusal, str] = {
    "unknown": "not on the list, or no longer",
    "unverified": "the provider has not verified the e-mail address",
    "second-factor": "no second factor was used",
    "failed": "what the provider said was not for this server, or was used before",
}
SEEN_EVERY = dt.timedelta(seconds=60)
"""How exactly the store knows when a sign-in was last used, in case of a restart; memory knows it to the second."""
MOST_REFUSALS = 60
"""Refusals put down within an hour: whoever knocks all day must not fill the store."""


@dataclass(frozen=True)
class Guest:
    """Who is in: the person and their sign-in."""

    session: str
    person: Person
    emergency: str | None = None
    """The partner whose exact figures they may look at for a while (`workflow.access.emergency`)."""

    def viewer(self, partners: tuple[str, ...], wish: str | None = None) -> Viewer | None:
        """As whom they look. A data person of several partners (`partners`: those that are still in) looks as the one
        they wish; None when they have none."""
        if wish and wish == self.emergency and wish in partners:
            return Viewer(role="partner", partner_id=wish, emergency=True)
        if self.person.role != "partner":
            return Viewer(role=self.person.role)
        mine = [p for p in self.person.partners if p in partners]
        return Viewer(role="partner", partner_id=wish if wish in mine else mine[0]) if mine else None


class Door:
    """Sessions and people of a store. On a store that can only be read, sign-ins live in memory alone."""

    def __init__(self, store: Store, clock: Callable[[], dt.datetime] = sign_in_sessions.utc_now) -> None:
        self.store, self.now = store, clock
        self._lock = threading.RLock()
        self._refused: list[tuple[dt.datetime, str]] = []
        cur = store.cursor()
        self._sessions = {s.session: s for s in sign_in_sessions.open_sessions(cur)}
        self._kept = {s.session: s.seen_at for s in self._sessions.values()}
        self.people: dict[int, Person] = {}
        self.emergencies: dict[str, tuple[str, dt.datetime]] = {}
        self.reload()

    @property
    def settings(self) -> SignIn:
        """How people sign in."""
        return self.store.partnership.sign_in

    def reload(self) -> None:
        """Take the people as they stand now; whoever was changed is looked at anew with their next step."""
        self.people = {p.person: p for p in person_records.people(self.store.cursor())}

    def come_in(self, provider_id: str, claims: Mapping[str, Any]) -> Session | Refusal:
        """Begin the sign-in that a provider has just vouched for, or say why not. Only the way back from a provider may
        ask: what `claims` say has been checked against its signature, nonce and time."""
        with self._lock:
            found = self._admitted(provider_id, claims)
            email = str(claims.get("email", ""))[:200]
            if isinstance(found, str):
                self._refuse(found, email or "no e-mail address")
                return found
            person, session = found
            with self.writing() as cur:
                if cur and person != self.people[person.person]:
                    person_records.write(cur, person, person.email, self.now())
                if cur:
                    sign_in_sessions.begin(cur, session)
                self._event(cur, "signed in", person.email, person.person, provider_id)
            self.people[person.person] = person
            self._sessions[session.session], self._kept[session.session] = session, session.seen_at
            return session

    def _admitted(self, provider_id: str, claims: Mapping[str, Any]) -> tuple[Person, Session] | Refusal:
        provider = self.settings.provider(provider_id)
        session_id = self.session_id(provider_id, claims)
        if provider is None or session_id is None or not meant_for(claims, provider):
            return "failed"
        if session_id in self._sessions or sign_in_sessions.is_known(self.store.cursor(), session_id):
            return "failed"
        person = self._person(provider, claims)
        if not isinstance(person, Person):
            return person
        if person.state(self.now().date()) not in ("active", "invited"):
            return "unknown"
        if self.settings.second_factor and not self._second_factor(claims):
            return "second-factor"
        now = self.now()
        theirs = self._provider_session(provider_id, claims)
        return person, Session(session_id, person.person, provider_id, now, now, theirs)

    def _person(self, provider: Provider, claims: Mapping[str, Any]) -> Person | Refusal:
        """Who it is: by issuer and subject, and only at the first sign-in by the invited e-mail address. An address can
        be given to someone else, and another provider can let anyone claim it."""
        account = self._keyed("account", str(claims["iss"]), str(claims["sub"]))
        everyone = [p for p in self.people.values() if not p.ended]
        if known := next((p for p in everyone if p.account == account), None):
            return known
        try:
            email = person_records.plain_email(str(claims.get("email", "")))
        except ValueError:
            return "unknown"
        invited = next((p for p in everyone if p.email == email and p.account is None), None)
        if invited is None:
            return "unknown"
        if not (claims.get("email_verified") is True or provider.emails_verified):
            return "unverified"
        return replace(invited, account=account, name=str(claims.get("name") or "")[:80])

    def _second_factor(self, claims: Mapping[str, Any]) -> bool:
        used = claims.get("amr")
        methods = {str(m) for m in used} if isinstance(used, list) else set()
        levels = self.settings.second_factor_levels
        return bool(methods & set(self.settings.second_factor_methods)) or str(claims.get("acr")) in levels

    def session_id(self, provider_id: str, claims: Mapping[str, Any]) -> str | None:
        """The id of the sign-in that a cookie is of: no two have it, for each has its nonce; None when it lacks one."""
        said = [claims.get(name) for name in ("iss", "sub", "nonce")]
        return self._keyed("session", provider_id, *map(str, said)) if all(said) else None

    def look(self, claims: Mapping[str, Any], *, touch: bool = True) -> Guest | None:
        """Who shows this cookie, when their sign-in lasts; None otherwise. `touch`: it counts as a step of theirs."""
        session_id = self.session_id(str(claims.get("provider")), claims)
        session = self._sessions.get(session_id or "")
        if session is None:
            return None
        now = self.now()
        if why := self._over(session, now):
            self.leave(session.session, why)
            return None
        if touch:
            self._touch(session, now)
        partner, until = self.emergencies.get(session.session, (None, now))
        return Guest(session.session, self.people[session.person], partner if now < until else None)

    def _over(self, session: Session, now: dt.datetime) -> Why | None:
        """Why a sign-in has come to its end, if it has."""
        if now - session.seen_at > dt.timedelta(minutes=self.settings.idle_minutes):
            return "idle"
        if now - session.began_at > dt.timedelta(hours=self.settings.longest_hours):
            return "too long"
        stands = self.people[session.person].state(now.date()) == "active" and self.settings.provider(session.provider)
        return None if stands else "access ended"

    def _touch(self, session: Session, now: dt.datetime) -> None:
        session.seen_at = max(session.seen_at, now)
        if self.store.read_only or now - self._kept.get(session.session, now) < SEEN_EVERY:
            return
        # A full disk ends nobody's work: memory knows, and the next minute tries again.
        faults = unusable_kinds(encrypted=bool(self.store.encryption))
        with self._lock, suppress(*faults), transaction(self.store.cursor(), aside=True) as cur:
            self._kept[session.session] = now
            sign_in_sessions.seen(cur, session.session, now)

    def leave(self, session_id: str, why: Why, actor: str = "") -> None:
        """End a sign-in for good; nothing when it has ended. `actor`: who ends it, when it is someone else."""
        with self._lock:
            session = self._sessions.pop(session_id, None)
            if session is None:
                return
            self._kept.pop(session_id, None)
            self.emergencies.pop(session_id, None)
            email = self.people[session.person].email
            kind: Kind = "signed out" if why.startswith("signed out") else "sign-in ended"
            with self.writing() as cur:
                if cur:
                    sign_in_sessions.end(cur, session_id, why, self.now())
                self._event(cur, kind, actor or email, session.person, why)

    def leave_everywhere(self, person: int, why: Why, actor: str = "") -> int:
        """End every sign-in of a person; how many there were."""
        with self._lock:
            mine = [s.session for s in self._sessions.values() if s.person == person]
            for session in mine:
                self.leave(session, why, actor)
        return len(mine)

    def provider_ends(self, provider_id: str, claims: Mapping[str, Any]) -> int:
        """End what a provider says is over: the sign-in that it calls `sid`, or all by the account `sub`. How many.

        `claims`: those of its token, whose signature, issuer, audience and time have been checked.
        """
        account = self._keyed("account", str(claims.get("iss")), str(claims.get("sub")))
        theirs = self._provider_session(provider_id, claims)
        with self._lock:
            over = [
                s.session
                for s in self._sessions.values()
                if s.provider == provider_id
                and (s.provider_session == theirs if theirs else self.people[s.person].account == account)
            ]
            for session in over:
                self.leave(session, "ended by provider", provider_id)
        return len(over)

    def _provider_session(self, provider_id: str, claims: Mapping[str, Any]) -> str | None:
        said = claims.get("sid")
        return self._keyed("provider session", provider_id, str(claims.get("iss")), str(said)) if said else None

    def sessions(self) -> list[Session]:
        """The sign-ins that last, oldest first; those past their time are ended on the way."""
        now = self.now()
        with self._lock:
            for session in list(self._sessions.values()):
                if why := self._over(session, now):
                    self.leave(session.session, why)
            return list(self._sessions.values())

    def failed(self, detail: str) -> None:
        """Put down that someone came back from a provider with nothing that could be believed."""
        with self._lock:
            self._refuse("failed", detail)

    @contextmanager
    def writing(self) -> Iterator[duckdb.DuckDBPyConnection | None]:
        """A cursor inside a transaction of the store; None where it can only be read."""
        if self.store.read_only:
            yield None
            return
        with transaction(self.store.cursor()) as cur:
            yield cur
        history_head.note(self.store, self.now())

    def _event(self, cur: duckdb.DuckDBPyConnection | None, kind: Kind, actor: str, person: int | None, d: str) -> None:
        if cur is not None:
            access_history.add(cur, self.store.key, kind, actor, person, d, self.now())

    def record(self, kind: Kind, actor: str, person: int | None, detail: str, changed: Person | None = None) -> None:
        """Put down what was done to a person, and how they stand after it, in one transaction."""
        with self._lock:
            with self.writing() as cur:
                if changed and cur is not None:
                    person_records.write(cur, changed, actor, self.now())
                self._event(cur, kind, actor, person, detail)
            self.reload()

    def _refuse(self, why: Refusal, whom: str) -> None:
        """The same refusal is put down once in ten minutes, and not more than so many in an hour."""
        now, said = self.now(), f"{whom}: {REFUSALS[why]}"
        self._refused = [(at, s) for at, s in self._refused if now - at < dt.timedelta(hours=1)]
        again = any(s == said and now - at < dt.timedelta(minutes=10) for at, s in self._refused)
        if again or len(self._refused) >= MOST_REFUSALS:
            return
        self._refused.append((now, said))
        with self.writing() as cur:
            self._event(cur, "sign-in refused", "", None, said)

    def _keyed(self, *words: str) -> str:
        return hmac.new(self.store.key, "\x1f".join(("door", *words)).encode(), hashlib.sha256).hexdigest()


_DOORS: dict[Path, Door] = {}
_MAKING = threading.Lock()


def door_of(store: Store) -> Door:
    """The one door of an open store."""
    with _MAKING:
        known = _DOORS.get(store.folder)
        if known is None or known.store is not store:
            known = _DOORS[store.folder] = Door(store)
        return known


def meant_for(claims: Mapping[str, Any], provider: Provider) -> bool:
    """Whether the claims were made out to this server (OpenID Connect Core 3.1.3.7, 3). Authlib lets an `aud` of
    another server pass as long as `azp` names this one."""
    audience = claims.get("aud")
    return provider.client_id in (audience if isinstance(audience, list) else [audience])
