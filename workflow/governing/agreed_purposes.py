"""What agreements let partners' data be used for: who is left out where a purpose is not among theirs."""

import duckdb

from data.ledger import kept_reads
from data.ledger.deletions.doomed_rows import Target
from data.ledger.store import Store
from data.ledger.submissions import NotPossible, senders
from schemas.policy.agreements.agreement import Purpose
from schemas.policy.partner import Partner
from workflow.deleting import held_elsewhere


def not_for(store: Store, purpose: Purpose) -> list[Partner]:
    """The partners whose agreement does not include a purpose; those without an agreement are not among them."""
    return [p for p in store.partnership.partners if not p.allows(purpose)]


def editions_to_remove(store: Store, cur: duckdb.DuckDBPyConnection) -> list[tuple[int, str]]:
    """The research editions of earlier releases that hold rows of a partner whose agreement does not include research
    any more: they go with the next release."""
    targets = [Target("partner", p.id) for p in not_for(store, "research")]
    return [(n, "research") for n in sorted({n for t in targets for n in held_elsewhere.editions_with(store, cur, t)})]


def refuse_public(store: Store) -> None:
    """Raise NotPossible where figures for everyone hold counts of a partner whose agreement does not include that."""
    sent = set(kept_reads.read(store, senders))
    names = [p.name for p in not_for(store, "public_reporting") if p.id in sent]
    if names:
        raise NotPossible(
            f"the agreement with {' and '.join(names)} does not include public reporting, and these figures hold its "
            "counts: nothing was written"
        )
