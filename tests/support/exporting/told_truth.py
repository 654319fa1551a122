"""What a store counts, row by row, to hold against the truth: the unit rows of all measures."""

from data.ledger.store import Store
from metrics.indicators import indicators
from metrics.results import edition_units


def unit_rows(store: Store) -> list[tuple[object, ...]]:
    """The unit rows of all measures, of people by what the store knows them by."""
    cur = store.cursor()
    edition_units.set_unit_rows(cur, indicators(), store.partnership.choices)
    columns = [c[0] for c in cur.execute("DESCRIBE temp.edition_units").fetchall()]
    told = ", ".join(c for c in columns if c not in ("person_key", "partner_id", "decided"))
    return cur.execute(
        f"SELECT patient_id, {told} FROM temp.edition_units JOIN temp.edition_people USING (person_key) ORDER BY ALL"
    ).fetchall()
