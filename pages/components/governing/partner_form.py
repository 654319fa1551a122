"""Partners: who they are, what they send, under which name they stand, whom to ask, and whether they left."""

import re
from html import escape
from typing import Any

import streamlit as st

from pages.components.governing import agreement_form, field_inputs, settings_draft, settings_names
from pages.components.governing.model_form import PREVIEW
from pages.components.layout import page_frame, page_state
from pages.components.tables.plain_table import Cell, listing
from pages.components.wording.count_words import day, listed
from pages.components.wording.settings import agreement_words, field_words
from schemas.datasets.dataset_catalog import DATASETS
from schemas.policy.partner import Partner
from schemas.policy.partnership import Partnership
from schemas.policy.settings_places import Place
from workflow.governing import settings_effect

NEW = "new"
_COLUMNS = ("Partner", "Kind", "Others see", "Sends", "Ask", "Agreement", "State")
_FIELDS = (
    "name", "kind", "hospitals", "sends", "reports_since", "named", "contacts", "date_order", "every", "due_days",
    "left", "rows", "agreement",
)  # fmt: skip


def draw() -> None:
    """The list of partners, and a form for one of them."""
    settings = settings_names.called(settings_draft.shown())
    page_frame.section("Who are the partners?", "Choose one to change it, or add one.")
    if settings.partners:
        listing(_COLUMNS, [_row(p, settings) for p in settings.partners], "Partners")
    chosen = _choose(settings)
    partner = next((p for p in settings.partners if p.id == chosen), None)
    page_frame.subsection(f"Change {partner.name}" if partner else "Add a partner", typed=True)
    _form(partner or Partner(id="new_partner", name="New"), settings, new=partner is None)


def _row(partner: Partner, settings: Partnership) -> list[Cell]:
    if partner.left and partner.has_left(settings.day):
        return [partner.name, "–", "A letter", "–", "–", "–", f"Left on {day(partner.left)}"]
    left = f"Leaves on {day(partner.left)}" if partner.left else "Member"
    sends = listed([DATASETS[d].title for d in partner.sends if d in DATASETS]) or "What it has sent so far"
    return [
        partner.name, field_words.option("kind", partner.kind).partition(":")[0],
        "Its name" if partner.named else "A letter", sends, listed(list(partner.contacts)) or "–",
        agreement_words.short(partner.agreement, settings.day), left,
    ]  # fmt: skip


def _choose(settings: Partnership) -> str:
    options = [*(p.id for p in settings.partners), NEW]
    names = {p.id: p.name for p in settings.partners}
    if len(options) == 1:
        return NEW
    key = settings_draft.key("which_partner")
    chosen = st.selectbox(
        "Partner", options, index=options.index(page_state.picked("partner", options, NEW, key)),
        width=field_inputs.WIDTH,
        format_func=lambda one: names.get(one, "Add a partner"), key=key,
    )  # fmt: skip
    page_state.keep("partner", None if chosen == NEW else chosen)
    return str(chosen)


def _form(partner: Partner, settings: Partnership, *, new: bool) -> None:
    at: dict[str, Place] = {f: ("partners", partner.id, f) for f in _FIELDS}
    held = partner.model_dump(mode="json")
    with st.form(settings_draft.key(f"partner_{partner.id}"), border=False):
        field_inputs.above(list(at.values()))
        told = _leaving(at, held) if partner.has_left(settings.day) else _whole(at, held, new=new)
        pressed = st.form_submit_button(PREVIEW, type="primary", key="preview_partner", icon=":material/difference:")
    if pressed:
        _propose(partner, told, settings, new=new)
        st.rerun()
    if not new and not settings_draft.faults():
        agreement_form.receipt(partner)
        _take_out(partner)


def _whole(at: dict[str, Place], held: dict[str, Any], *, new: bool) -> dict[str, Any]:
    told = _first(at, held, new=new) | _more(at, held)
    told["agreement"] = agreement_form.ask(at["agreement"], held["agreement"])
    if not new:
        with st.expander("Leaving", expanded=bool(held["left"])):
            told |= _leaving(at, held)
    return told


def _first(at: dict[str, Place], held: dict[str, Any], *, new: bool) -> dict[str, Any]:
    left, right = st.columns(2, gap="large")
    with left:
        told = {
            "name": field_inputs.text("Its name", at["name"], "" if new else held["name"]),
            "kind": field_inputs.ask(Partner, at["kind"], held["kind"]),
            "sends": _sends(at["sends"], held["sends"]),
            "named": field_inputs.ask(Partner, at["named"], held["named"]),
        }
    with right:
        told["hospitals"] = field_inputs.lines(
            "Its hospitals or campuses, one a line", at["hospitals"], held["hospitals"],
            field_words.asked(Partner, "hospitals")[1], "North campus",
        )  # fmt: skip
        told["contacts"] = field_inputs.lines(
            "People to ask about its files, one a line", at["contacts"], held["contacts"],
            field_words.asked(Partner, "contacts")[1], "Kim Lee, extension 12",
        )  # fmt: skip
    return told


def _sends(place: Place, held: list[str]) -> list[str]:
    return st.multiselect(
        "What it has agreed to send", list(DATASETS), [d for d in held if d in DATASETS],
        key=settings_draft.key("_".join(place)), format_func=lambda d: DATASETS[d].title, width=field_inputs.WIDTH,
        help=field_words.asked(Partner, "sends")[0],
    )  # fmt: skip


def _more(at: dict[str, Place], held: dict[str, Any]) -> dict[str, Any]:
    with st.expander("How it writes dates, and when its files are due"):
        told = {f: field_inputs.ask(Partner, at[f], held[f]) for f in ("date_order", "every", "due_days")}
        told["reports_since"] = field_inputs.date(
            "First day that it owes files for", at["reports_since"], held["reports_since"],
            field_words.asked(Partner, "reports_since")[1],
        )  # fmt: skip
    return told


def _leaving(at: dict[str, Place], held: dict[str, Any]) -> dict[str, Any]:
    """All that is asked of one that has left: its name and what it sent are nobody's business any more."""
    return {
        "left": field_inputs.date("Its last day in the partnership", at["left"], held["left"]),
        "rows": field_inputs.ask(Partner, at["rows"], held["rows"]),
    }


def _propose(partner: Partner, told: dict[str, Any], settings: Partnership, *, new: bool) -> None:
    one = id_for(told["name"] or "", [p.id for p in settings.partners]) if new else partner.id
    if "name" in told:
        told["name"] = told["name"] or ""
    values: dict[Place, Any] = {("partners", one, field): value for field, value in told.items()}
    if new:
        values = {("partners", one, "id"): one, **values}
    settings_draft.propose("partners", values)
    if new:  # the form of a new partner does not know its id yet
        settings_draft.rename_faults(("partners", one), ("partners", partner.id))


def _take_out(partner: Partner) -> None:
    if settings_effect.has_sent(page_state.store(), page_state.viewer(), partner.id):
        return
    st.html(f'<p class="c-note">{escape(partner.name)} has sent nothing yet.</p>')
    if st.button("Take it out", key=settings_draft.key("take_out"), icon=":material/delete:"):
        settings_draft.propose("partners", {}, without=partner.id)
        st.rerun()


def id_for(name: str, taken: list[str]) -> str:
    """A short id for a name, such as first_clinic, that no other partner has: it stays whatever the name becomes."""
    words = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    stem = (words if words[:1].isalpha() else f"partner_{words}")[:34].strip("_")
    stem = stem if len(stem) > 1 else "partner"
    reserved = {*taken, "partnership", "linked", "new_partner", NEW}
    return next(one for one in [stem, *(f"{stem}_{n}" for n in range(2, 1000))] if one not in reserved)
