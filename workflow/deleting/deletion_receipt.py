"""The receipt of a deletion, to be handed to who asked for it: what went and what remains where, and of nobody."""

from data.ledger.deletions.deletion_records import Deletion
from data.ledger.store import Store
from schemas.datasets.dataset_catalog import DATASETS
from schemas.policy.viewer import Viewer
from workflow.access.permitting import require
from workflow.deleting import held_elsewhere


def as_text(store: Store, told: Deletion, viewer: Viewer) -> str:
    """The receipt in plain text. Raises NotAllowed."""
    require(viewer, "read_deletions")
    return "\n".join([*_what(store, told), "", *_remains(store, told), ""])


def _what(store: Store, told: Deletion) -> list[str]:
    rows = sum(told.rows.values())
    return [
        f"{store.partnership.name}: deletion {told.deletion}",
        f"Made at {told.at:%Y-%m-%d %H:%M} UTC by {told.actor.rpartition(':')[2]}",
        f"Reason: {told.reason}",
        f"Deleted: {subject(store, told)}, {counted(rows, 'row')} in {counted(len(told.submissions), 'file')}",
        *(f"  {DATASETS[name].title}: {counted(count, 'row')}" for name, count in told.rows.items()),
        f"Research editions removed: {', '.join(f'release {n}' for n in told.releases) or 'none held such rows'}",
        "The store's file was written anew: nothing of these rows is left in it"
        if told.cleaned_at
        else "The store's file is written anew at the next start of Concord: until then traces may be left in it",
    ]


def subject(store: Store, told: Deletion) -> str:
    """Whose rows they were, as far as that is kept."""
    names = {p.id: p.name for p in store.partnership.partners}
    partner = names.get(told.partner_id or "", told.partner_id or "")
    match told.kind:
        case "person":
            return f"A person of {partner}"
        case "partner":
            return f"All rows of {partner}"
        case _:
            return f"Rows of people before {told.before}"


def _remains(store: Store, told: Deletion) -> list[str]:
    return ["What remains:", *(f"- {line}" for line in held_elsewhere.remains(store, told.at))]


def counted(count: int, one: str) -> str:
    """A count with its noun."""
    return f"{count:,} {one if count == 1 else f'{one}s'}"
