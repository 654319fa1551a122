"""A deletion that a command asks for, in plain values: alike beside the running app and without it."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from data.ledger.store import Store
from metrics.indicators import indicators
from schemas.datasets.dataset_catalog import DATASETS
from schemas.policy.viewer import SERVER
from workflow.deleting import deleting, deletion_receipt, held_elsewhere
from workflow.deleting.deleting import Asked, Effect
from workflow.deleting.deletion_receipt import counted


def look(store: Store, said: Mapping[str, Any]) -> dict[str, Any]:
    """What it would take: `lines` to be shown, and `seen`, which `delete` is to be given."""
    effect = deleting.look(store, _asked(said), str(said["by"]))
    return {"lines": _lines(store, effect), "seen": [effect.rows, effect.submissions]}


def delete(store: Store, said: Mapping[str, Any]) -> dict[str, Any]:
    """Delete it; the receipt."""
    rows, held = said["seen"]
    seen = Effect(rows, held, 0, (), (), held_elsewhere.backups(store))
    told = deleting.delete(store, _asked(said), seen, reason=str(said["reason"]), actor=str(said["by"]))
    return {"receipt": deletion_receipt.as_text(store, told, SERVER)}


def _asked(said: Mapping[str, Any]) -> Asked:
    told = said["asked"]
    before = told.get("before")
    return Asked(
        told["kind"],
        told.get("partner_id"),
        told.get("local_id", ""),
        dt.date.fromisoformat(before) if before else None,
    )


def _lines(store: Store, effect: Effect) -> list[str]:
    known = indicators()
    return [
        f"This goes, from {counted(effect.submissions, 'file')}:",
        *(f"  {DATASETS[name].title}: {counted(count, 'row')}" for name, count in effect.rows.items()),
        *(f"The research edition of release {n} is removed." for n in effect.releases),
        *(
            f"  {known[m.indicator].title}: {m.open} open periods are counted anew, {m.closed} closed ones stay"
            for m in effect.moved
        ),
        "This remains:",
        *(f"- {line}" for line in held_elsewhere.remains(store)),
    ]
