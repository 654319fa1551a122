"""The partnership under attack, through its public surface: settings, files sent, releases made and read."""

import datetime as dt
import re
from collections.abc import Iterable
from pathlib import Path

import duckdb
import polars as pl

from data.ledger.data_folder import make_folder
from data.ledger.store import Store
from data.releases.release_folders import edition_path
from tests.attack.probes.probe_world import KINDS, QUARTERS, Delivery, closed
from tests.support.partnerships import as_csv
from workflow import accepting, administering, releasing, submitting

KEY = ["indicator", "scope", "period_kind", "period_start", "period_end", "stratifier", "category"]
SHOWN = ["denominator", "numerator", "rate", "low", "high", "suppressed", "untold", "expected"]


def settings(partners: Iterable[str], today: dt.date, smallest: int) -> str:
    """A partnership's settings: every partner named, releases made by hand."""
    blocks = "".join(
        f'[[partners]]\nid = "{p}"\nname = "{p}"\nkind = "{KINDS.get(p, "clinic")}"\nnamed = true\n' for p in partners
    )
    return f'name = "Probed"\ntoday = {today}\n{blocks}[policy]\nrelease_on_accept = false\nsmallest_cell = {smallest}\n[choices]\n'


class Probed:
    """A data folder that files are sent to and releases are read from."""

    def __init__(
        self, folder: Path, partners: Iterable[str] = tuple(KINDS), today: dt.date | None = None, smallest: int = 11
    ) -> None:
        self.folder, self.partners = folder, tuple(partners)
        if not (folder / "concord.toml").exists():
            make_folder(folder, settings(self.partners, today or closed(QUARTERS - 1), smallest))
        self.store = self._open()

    def _open(self) -> Store:
        store = administering.open_partnership(self.folder)
        return store

    def settle(self, **changes: str) -> None:
        """Change settings (a key's line, written anew or put below `[choices]`) and count accordingly."""
        self.store.close()
        path = self.folder / "concord.toml"
        text = path.read_text(encoding="utf-8")
        for name, value in changes.items():
            text, found = re.subn(rf"(?m)^{name} = .*$", f"{name} = {value}", text)
            text += "" if found else f"{name} = {value}\n"
        path.write_text(text, encoding="utf-8")
        self.store = self._open()
        administering.refresh(self.store)

    def send(self, deliveries: Iterable[Delivery]) -> list[int]:
        """Let files come, each on its day; all are accepted. Gives their numbers."""
        numbers = []
        for file in sorted(deliveries, key=lambda d: d.at):
            covers = file.covers if file.covers.first else None
            data = as_csv(file.dataset, file.rows)
            checked = submitting.check(self.store, data, file.dataset, file.partner, covers=covers, at=file.at)
            assert checked.submission is not None and checked.report.rows_kept == len(file.rows), checked.report.table
            numbers.append(checked.submission)
        accepting.accept_many(self.store, numbers, as_checked=True)
        return numbers

    def publish(self) -> pl.DataFrame:
        """Make a release, and read what its shared edition shows."""
        number = releasing.publish(self.store)
        with duckdb.connect(str(edition_path(self.folder, number, "shared")), read_only=True) as con:
            return con.execute("SELECT * EXCLUDE (release) FROM results").pl().sort(KEY)

    def exact(self) -> pl.DataFrame:
        """The exact figures of the newest release: for the judge, never for the attacker."""
        rows = self.store.cursor().execute(
            "SELECT * EXCLUDE (release) FROM released WHERE release = (SELECT max(release) FROM released)"
        )
        return rows.pl().sort(KEY)

    def close(self) -> None:
        """Close the store."""
        self.store.close()
