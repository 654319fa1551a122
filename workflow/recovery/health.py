"""Whether this server can do its work, in figures that say nothing of anybody's data."""

import datetime as dt
import shutil

from data.ledger.store import Store
from data.releases import release_folders, release_ledger
from workflow.recovery import backing_up

LEAST_FREE = 1 << 30
"""Bytes of disk below which uploads begin to be refused."""
Answer = dict[str, str | int | float | list[str] | None]


def health(store: Store) -> Answer:
    """`status` is `ok`, or `failing` with the reasons under `failing`. Ages are hours; None where there is none."""
    if store.naming is not None:
        return _of_releases(store)
    free, released, backup = shutil.disk_usage(store.folder).free, _made_at(store), backing_up.newest(store)
    settings, now = store.partnership.recovery, dt.datetime.now(dt.UTC).replace(tzinfo=None)
    backup_age = _hours(now, backup.made_at if backup else None)
    failing = [
        *(["store"] if store.read_only else []),
        *(["disk"] if free < LEAST_FREE else []),
        *(["backup"] if settings.backups and not _young(backup_age, settings.oldest_backup_hours) else []),
        *(["release_backup"] if backing_up.lacks_release(store) else []),
    ]
    return {
        "status": "failing" if failing else "ok", "failing": failing,
        "store": "read-only" if store.read_only else "open", "disk_free_gb": round(free / 1e9, 1),
        "release_age_hours": _hours(store.now(), released), "backup_age_hours": backup_age,
        "backups": "set up" if settings.backups else "not set up", "encryption": "on" if store.encryption else "off",
    }  # fmt: skip


def _of_releases(store: Store) -> Answer:
    """Of a server that only shows releases: whether it shows the one that it is pointed to."""
    pointed = release_folders.current_release(store.folder)
    made = release_ledger.made(store.cursor())
    failing = [] if made and pointed == made[0] else ["release"]
    return {
        "status": "failing" if failing else "ok", "failing": failing, "store": "releases only",
        "release_age_hours": _hours(store.now(), _made_at(store)),
    }  # fmt: skip


def _made_at(store: Store) -> dt.datetime | None:
    made = release_ledger.past_releases(store.cursor())
    return made[0].made_at if made else None


def _hours(now: dt.datetime, then: dt.datetime | None) -> float | None:
    return None if then is None else round((now - then).total_seconds() / 3600, 1)


def _young(hours: float | None, most: int) -> bool:
    return hours is not None and hours <= most
