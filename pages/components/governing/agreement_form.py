"""The agreement with a partner as questions, and the receipt of what left with one that ended."""

from typing import Any

import streamlit as st

from pages.components.governing import field_inputs, settings_draft
from pages.components.layout import page_frame, page_state
from pages.components.routes import one_time_downloads
from pages.components.wording.count_words import many
from pages.components.wording.settings import field_words
from schemas.policy.agreements.agreement import Agreement
from schemas.policy.partner import Partner
from schemas.policy.settings_places import Place
from workflow.governing import agreement_receipt

_LISTS = {
    "scope": "What it may send", "zip_digits": "Digits of the ZIP code that are kept",
    "when_ended": "Once it has ended, what was sent",
}  # fmt: skip


def ask(place: Place, held: dict[str, Any] | None) -> dict[str, Any] | None:
    """Ask for the agreement; None where nothing of one is said."""
    known = held or Agreement().model_dump(mode="json")
    with st.expander("Agreement", expanded=bool(settings_draft.fault(place))):
        left, right = st.columns(2, gap="large")
        with left:
            told: dict[str, Any] = {"document": _document(place, known["document"]) or ""}
            told |= {name: _ask(place, name, known[name]) for name in ("scope", "zip_digits")}
            told["purposes"] = _purposes(place, known["purposes"])
        with right:
            for name, question in (
                ("starts", "Its first day"), ("ends", "Its last day"), ("ended", "Day on which it ended for good"),
            ):  # fmt: skip
                more = field_words.asked(Agreement, name)[1]
                told[name] = field_inputs.date(question, (*place, name), known[name], more)
            told["when_ended"] = _ask(place, "when_ended", known["when_ended"])
        field_inputs.beneath(place)
    return None if held is None and told == Agreement().model_dump(mode="json") else told


def _document(place: Place, value: str) -> str | None:
    question = field_words.asked(Agreement, "document")[0]
    return field_inputs.text(question, (*place, "document"), value, longest=120)


def _ask(place: Place, field: str, value: Any) -> Any:
    question, more = _LISTS[field], ". ".join(filter(None, field_words.asked(Agreement, field)))
    choices = field_words.options(Agreement, field)
    listed = [None, *choices] if field == "zip_digits" else choices
    return st.selectbox(
        question, listed, index=listed.index(value), key=settings_draft.key("_".join((*place, field))),
        help=more or None, width=field_inputs.WIDTH,
        format_func=lambda one: field_words.option(field, one) if one is not None else "As the policy says",
    )  # fmt: skip


def _purposes(place: Place, value: list[str]) -> list[str]:
    known = field_words.OPTIONS["purposes"]
    question, more = field_words.asked(Agreement, "purposes")
    return st.multiselect(
        question, list(known), value, format_func=known.__getitem__,
        key=settings_draft.key("_".join((*place, "purposes"))), width=field_inputs.WIDTH, help=more or None,
    )  # fmt: skip


def receipt(partner: Partner) -> None:
    """What left with the agreement, or with the partner, to be handed to it."""
    store, viewer = page_state.store(), page_state.viewer()
    gone = agreement_receipt.read_receipt(store, viewer, partner.id)
    if not gone:
        return
    page_frame.subsection(f"{many(len(gone), 'file')} left with it")
    one_time_downloads.button(
        "Download the receipt (CSV)", agreement_receipt.as_csv(gone), "receipt.csv", "text/csv",
        key=settings_draft.key("receipt"), help="Each file that was withdrawn: number, days, rows, and when.",
    )  # fmt: skip
