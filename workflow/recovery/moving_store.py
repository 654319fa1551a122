"""Moving a partnership's store from its file to Postgres, once; the way back is a backup that is restored."""

import json
from pathlib import Path

from data.durable_files import onto_disk
from data.ledger import data_folder
from data.ledger.data_folder import NotReady
from data.ledger.lake import lake_copies, lake_place
from data.ledger.lake.lake_place import LakePlace
from data.ledger.opening.store_faults import FILE
from workflow import administering
from workflow.deleting import finishing

MOVED = f"{FILE}.moved"
"""What the file is called from then on, so that nobody opens it by mistake. It holds all rows: delete it, in time."""


def to_postgres(folder: Path, place: LakePlace) -> Path:
    """Carry the store of a data folder over, and let `store.toml` say so; the file that is left.

    Nobody else has the store open meanwhile. A stop in between leaves the file as it was, or both: then the next start
    asks which is meant. Raises NotReady or StoreUnavailable, with what to do.
    """
    if lake_place.place_of(folder):
        raise NotReady("the store lies on Postgres already. Nothing was changed")
    store = administering.open_partnership(folder)
    try:
        if store.encryption:
            raise NotReady(
                "what is stored is encrypted with a key of Concord, which cannot encrypt what lies on Postgres. "
                "Nothing was changed"
            )
        with finishing.nobody_writes(store):
            lake_copies.into_lake(store, place)
    finally:
        store.close()
    said = folder / f"{data_folder.STORE}.new"
    told = {"catalog": place.catalog, "schema": place.db_schema, "rows": place.rows}
    # JSON's way of writing a text is TOML's too.
    said.write_text("".join(f"{name} = {json.dumps(value)}\n" for name, value in told.items()), encoding="utf-8")
    said.chmod(0o600)
    onto_disk(said)
    said.replace(folder / data_folder.STORE)
    onto_disk(folder)
    (folder / FILE).rename(folder / MOVED)
    return folder / MOVED
