"""Shares as bars in a table: the figure stands beside each bar, so the bar is only its picture."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from data.reporting.data_quality import Known, Received
from pages.components.layout import page_state


def months(received: Sequence[Received]) -> None:
    """Draw the accepted files month by month: share of the rows that count."""
    rows = []
    for m in received:
        month = f"{m.month:%b}\N{NO-BREAK SPACE}{m.month:%Y}"
        rows.append((month, m.share, _percent(m.share), f"{m.rows_kept:,} of {m.rows_in:,}", f"{m.files:,}"))
    _table(("Month", "Share of rows that count", "Rows", "Files"), rows, "Share of rows that count by month")


def known(items: Sequence[Known], whom: str = "Patients", label: str = "What is known about the people") -> None:
    """Draw of how many patients (or whatever `whom` names) each item is known."""
    rows = [(k.item, k.share, _words(k), f"{k.known:,} of {k.people:,}" if k.known is not None else "") for k in items]
    _table(("Item", "Known", whom), rows, label)


def _words(k: Known) -> str:
    few = f"fewer than {page_state.store().partnership.policy.smallest_cell}"
    nearly = {"hidden": "Hidden: few people", "all": f"Nearly all ({few} are not)", "none": f"Hardly any ({few} are)"}
    return nearly[k.nearly] if k.nearly else _percent(k.share or 0.0)


def _percent(share: float) -> str:
    """A share as 99.6%; never 100% when something is missing, nor 0% when something is there."""
    near = min(share, 0.999) if share < 1 else share
    return f"{100 * near:.1f}%"


def _table(heads: Sequence[str], rows: Sequence[tuple], label: str) -> None:
    spans = ("", ' colspan="2"', ' class="c-num"', ' class="c-num"')
    head = "".join(f'<th scope="col"{span}>{h}</th>' for h, span in zip(heads, spans, strict=False))
    body = "".join(_row(*row) for row in rows)
    st.html(
        f'<div class="c-scroll" role="region" tabindex="0" aria-label="{escape(label)}"><table class="c-table b-table">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(name: str, share: float | None, text: str, *more: str) -> str:
    fill = f'<i style="width:{100 * share:.1f}%"></i>' if share is not None else ""
    bar = f'<span class="b-bar{"" if share is not None else " c-hidden"}" aria-hidden="true">{fill}</span>'
    rest = "".join(f'<td class="c-num">{escape(m)}</td>' for m in more)
    return (
        f'<tr class="b-row"><th scope="row" class="b-name">{escape(name)}</th><td class="b-wide">{bar}</td>'
        f"<td>{escape(text)}</td>{rest}</tr>"
    )
