"""Which key a data folder is encrypted with, if any: where the key comes from, and whether it fits.

The key is in the environment or in a file of its own, never in the settings or the store. The folder keeps the key's
fingerprint in `encryption.json`, so that a wrong key is told before anything is opened.
"""

import contextlib
import datetime as dt
import json
import os
from pathlib import Path
from typing import Any

from data.durable_files import onto_disk
from data.ledger.data_folder import ENCRYPTION_KEY, ENCRYPTION_VARIABLE, NotReady
from data.ledger.encryption import database_files, encryption_key
from data.ledger.encryption.encryption_key import EncryptionKey, FileKey, KeyMistyped

STATE = "encryption.json"
EDITION_VARIABLE = "CONCORD_EDITION_KEY"
HOW_TO = "docs/how-to/encrypt_what_is_stored.md"
_FORMAT = 1


def configured(folder: Path) -> EncryptionKey | None:
    """The key of the environment, else of the folder; None where there is none. Raises NotReady for a mistyped one."""
    text, where = os.environ.get(ENCRYPTION_VARIABLE, "").strip(), ENCRYPTION_VARIABLE
    if not text and (folder / ENCRYPTION_KEY).exists():
        text, where = (folder / ENCRYPTION_KEY).read_text(encoding="utf-8", errors="replace").strip(), ENCRYPTION_KEY
        text = text or " "
    return parsed(text, where) if text else None


def parsed(text: str, where: str) -> EncryptionKey:
    """A written key. Raises NotReady, which says where it was read."""
    try:
        return encryption_key.read(text)
    except KeyMistyped as mistake:
        raise NotReady(f"the encryption key in {where} cannot be read: {mistake}. Nothing was changed") from None


def to_open(folder: Path, store: Path, *, still_plain: bool = False) -> EncryptionKey | None:
    """The key that the folder's store is opened or made with; None: it is not encrypted. Nothing is written.

    `still_plain`: the store may lie there as it was before the key was configured. Raises NotReady for a key that is
    missing, wrong, or of no use yet.
    """
    key, known, there = configured(folder), fingerprint(folder), store.exists()
    locked = database_files.is_encrypted(store) if there else None
    if locked is None:  # no store yet, or one that is damaged, which is told when it is opened
        locked = known is not None
    if not locked:
        if known is not None:
            raise NotReady(
                f"{STATE} says that the data folder is encrypted, and {store.name} is not. It was put there from "
                f"elsewhere. Put the right one back ({HOW_TO}). Nothing was changed"
            )
        if there and key and not still_plain:
            raise NotReady(
                "an encryption key is configured, and what is stored is not encrypted yet. Stop the app and run "
                f"`concord encryption encrypt`, once ({HOW_TO}). Nothing was changed"
            )
        return None if there else key
    if key is None:
        raise NotReady(
            f"the data folder is encrypted, and no key is there. Set {ENCRYPTION_VARIABLE}, or put {ENCRYPTION_KEY} "
            "back into the folder. Nothing was changed"
        )
    fits = database_files.opens(store, key.of("store")) if known is None else known == key.fingerprint()
    if not fits:
        raise wrong_key(known, key)
    return key


def wrong_key(known: str | None, key: EncryptionKey) -> NotReady:
    """What is said of a key that opens nothing here."""
    if known is None:
        return NotReady(
            "the encryption key is not the one of this data folder, or its store is damaged. The key's fingerprint is "
            f"{key.fingerprint()}. Restore the right one from where it is kept. Nothing was changed"
        )
    return NotReady(
        f"the encryption key is not the one of this data folder. Its fingerprint is {key.fingerprint()}, and {known} "
        "is wanted. Restore the right one from where it is kept. Nothing was changed"
    )


def fingerprint(folder: Path) -> str | None:
    """The fingerprint of the key that a data folder, or a backup, is encrypted with; None: not encrypted, as far as it
    says. Raises NotReady for a file that cannot be read."""
    try:
        said: dict[str, Any] = json.loads((folder / STATE).read_text(encoding="utf-8"))
        return str(said["key"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        raise NotReady(f"{STATE} cannot be read. Take it from the newest backup. Nothing was changed") from None


def keep(folder: Path, key: EncryptionKey) -> None:
    """Note which key a folder is encrypted with; wholly on the disk."""
    said = {
        "format": _FORMAT, "cipher": "AES-256-GCM", "key": key.fingerprint(),
        "since": dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0).isoformat() + "Z",
    }  # fmt: skip
    beside = folder / f"{STATE}.new"
    beside.write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")
    beside.chmod(0o600)
    onto_disk(beside)
    beside.replace(folder / STATE)
    onto_disk(folder)


def of_edition(data: Path | None, edition: str, said: str | None = None) -> FileKey:
    """The key that a reader of an edition has: given, in the environment (under the edition's own name first, for who
    reads several), or derived from the data folder's.

    Raises NotReady where there is none.
    """
    variables = (f"{EDITION_VARIABLE}_{edition.upper()}", EDITION_VARIABLE)
    text = said or next(filter(None, (os.environ.get(name, "").strip() for name in variables)), "")
    try:
        if text:
            return encryption_key.read_edition(text)
        with contextlib.suppress(PermissionError):
            if (key := configured(data or Path("/nonexistent"))) is not None:
                return key.of(edition)
    except KeyMistyped as mistake:
        raise NotReady(f"the key of the {edition} edition cannot be read: {mistake}") from None
    raise NotReady(
        f"the {edition} edition is encrypted, and no key is there. Set {EDITION_VARIABLE} to the key that backbone "
        f"staff print for it, or ask them for a plain copy ({HOW_TO})"
    )
