"""Who is looking: whom the door knows by this browser's cookie, or in the demo whoever was chosen in the sidebar.

Asked anew with every step of a person, also one that draws only a part of a page, and never remembered here.
"""

from collections.abc import Collection, Mapping
from typing import Any, Literal

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from data.ledger.store import Store
from schemas.policy.partnership import Partnership
from schemas.policy.viewer import EVERYONE, RELEASE_ROLES, Viewer
from workflow.access.door import Guest, door_of

Way = Literal["provider", "chooser", "shut"]
AT_RELEASE = Viewer(role="leader", at_release=True)
ROLES = {
    "leader": "Partnership leader", "analyst": "Analyst", "backbone": "Backbone staff", "auditor": "Auditor",
}  # fmt: skip


def way(partnership: Partnership) -> Way:
    """How people come in: by a provider; in the demo, which is made up, by choosing a role; otherwise not at all."""
    if partnership.sign_in.providers:
        return "provider"
    return "chooser" if partnership.demo else "shut"


def claims() -> Mapping[str, Any]:
    """What the browser's cookie says, whose signature has been checked; nothing where there is none."""
    return st.user.to_dict()


def guest(store: Store) -> Guest | None:
    """Who is signed in, while their sign-in lasts; this is a step of theirs. None in the demo, where nobody is."""
    return door_of(store).look(claims()) if way(store.partnership) == "provider" else None


def viewer(store: Store, wish: str | None) -> Viewer:
    """As whom they look. `wish`: one of their partners, for a data person of several; in the demo a role or partner."""
    members = tuple(p.id for p in store.partnership.members)
    if way(store.partnership) == "chooser":
        return audience(wish, members) if store.naming is None else _at_release(audience(wish, ()))
    found = guest(store)
    who = found.viewer(members, wish) if found else None
    if who is None:  # signed out between two looks of one step, or all their partners have left: the door says it
        st.rerun()
    return who if store.naming is None else _at_release(who)


def _at_release(who: Viewer) -> Viewer:
    """The same on a server that only shows releases; who has nothing there is a leader, who may least."""
    return Viewer(role=who.role, at_release=True) if who.role in RELEASE_ROLES else AT_RELEASE


def audience(choice: str | None, partner_ids: Collection[str]) -> Viewer:
    """The viewer that the word of the role chooser (`as=` in the URL) stands for; anything unknown is the leader."""
    if choice in partner_ids:
        return Viewer(role="partner", partner_id=choice)
    return Viewer.model_validate({"role": choice}) if choice in ROLES else EVERYONE


def is_in(store: Store) -> bool:
    """Whether the person who takes this step may see the pages."""
    match way(store.partnership):
        case "chooser":
            return True
        case "shut":
            return False
    found = guest(store)
    return found is not None and found.viewer(tuple(p.id for p in store.partnership.members)) is not None


def ask(store: Store) -> None:
    """Let the person who takes this step go on, when they are in. Otherwise it ends here, and the door is drawn."""
    if get_script_run_ctx(suppress_warning=True) is not None and not is_in(store):  # a route asks for itself
        st.rerun()
