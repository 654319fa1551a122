"""The data folder: where the partnership's settings, its key, its store and its releases lie."""

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from schemas.policy.partnership import Partnership

SETTINGS, KEY = "concord.toml", "secret.key"
STORE = "store.toml"
"""Where it is there, it says that the store is no file of the folder, and where it lies (`data.ledger.lake`)."""
SOCKET = "command.sock"
"""By which a command asks the app that runs on the folder."""
KEY_VARIABLE = "CONCORD_KEY"
ENCRYPTION_KEY, ENCRYPTION_VARIABLE = "encryption.key", "CONCORD_ENCRYPTION_KEY"
"""Where the encryption key is looked for, if there is one: in the folder, unless it is in the environment."""
SHORTEST_KEY = 16

TEMPLATE = """# The partnership's settings. The Methods page and docs/reference/settings.md explain every key.
name = "Our partnership"

# One block for each partner. kind: hospital, clinic, food_bank, health_department, other.
# date_order: how the partner writes dates with slashes (iso: never, mdy: 03/31/2026, dmy: 31/03/2026).
# named: whether it agrees that leaders and other partners see its name; until then they see a letter.
[[partners]]
id = "first_clinic"
name = "First Clinic"
kind = "clinic"
named = false
date_order = "iso"

[targets]
# indicator id = target rate, 0 to 1
bp_control = 0.70

[choices]

[policy]

# Limits of the checks; one that is moved needs its reason: systolic_max = { value = 280, reason = "..." }
[limits]
"""


BEGUN = """name = "Our partnership"
# To practice with: everything is taken for made up, and whoever sits at this machine chooses a role. For real data say
# under [sign_in] how people sign in, and take this line out, in a new folder.
demo = true
"""
"""What a partnership begins with that is set up on the pages: they add the rest."""


class NotReady(Exception):
    """The data folder cannot be used as it is; the message says what to do."""


def _refuse_taken(folder: Path) -> None:
    if (folder / SETTINGS).exists():
        raise NotReady(f"{folder} already holds a partnership; nothing was changed")


def is_empty(folder: Path) -> bool:
    """Whether nothing lies in a folder, but perhaps the keys of the partnership that shall be made there."""
    return not folder.exists() or {path.name for path in folder.iterdir()} <= {KEY, ENCRYPTION_KEY}


def make_folder(folder: Path, settings: str = TEMPLATE) -> None:
    """Make a data folder with settings and a new key. Raises NotReady when there is one already."""
    _refuse_taken(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / SETTINGS).write_text(settings, encoding="utf-8")
    if not (folder / KEY).exists():
        handle = os.open(folder / KEY, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))


@contextlib.contextmanager
def made_whole(folder: Path) -> Iterator[Path]:
    """A place to make a partnership in; it becomes `folder` when all went well, and is gone when it did not.

    It lies inside `folder`, which may be a mount of its own; keys that wait there are the new partnership's. Raises
    NotReady when there is a partnership already.
    """
    _refuse_taken(folder)
    making = folder / "making"
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    for key in (KEY, ENCRYPTION_KEY):
        if (folder / key).exists():
            shutil.copy2(folder / key, making / key)
    try:
        yield making
        # The settings last: a folder without them is no partnership yet.
        for made in sorted(making.iterdir(), key=lambda path: path.name == SETTINGS):
            made.replace(folder / made.name)
    finally:
        shutil.rmtree(making, ignore_errors=True)


def read_settings(folder: Path) -> Partnership:
    """The partnership's settings. Raises NotReady when the folder holds none."""
    if not (folder / SETTINGS).exists():
        raise NotReady(f"{folder} holds no partnership yet: run `concord init` (or `concord demo` to look around)")
    return Partnership.read(folder / SETTINGS)


def read_key(folder: Path) -> bytes:
    """The pseudonym key: from the environment (CONCORD_KEY), else from the folder. Raises NotReady without one."""
    key = os.environ.get(KEY_VARIABLE, "").strip()
    if not key and (folder / KEY).exists():
        key = (folder / KEY).read_text(encoding="ascii").strip()
    if len(key) < SHORTEST_KEY:
        raise NotReady(f"no key of at least {SHORTEST_KEY} characters: set {KEY_VARIABLE} or restore {KEY} in {folder}")
    return key.encode()
