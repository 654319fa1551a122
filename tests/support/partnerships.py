"""A partnership in a temporary folder, fed from Python rows through the real intake.

The tests keep what was sent (`Sent`) beside the store, so that an oracle can work out the figures on its own.
"""

import csv
import datetime as dt
import io
import shutil
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from data.ledger.data_folder import make_folder
from data.ledger.pseudonyms import Pseudonyms, domain
from data.ledger.store import Store
from data.ledger.submissions import Window
from metrics.counting import counts as counting
from metrics.counting.declaration import Indicator
from metrics.counting.people_of_scopes import set_people, set_profiles
from metrics.counting.touched_people import ALL_PEOPLE
from metrics.indicators import indicators
from schemas.datasets.dataset_catalog import DATASETS
from schemas.policy.partnership import Choices
from workflow import accepting, administering, submitting

Row = dict[str, Any]
Key = tuple[str, str, str, dt.date, dt.date, str, str]
"""indicator, owner, period kind, first day, last day, stratifier, category"""
TODAY = dt.date(2026, 1, 31)
UNTOLD = "untold"
"""Of the numerator of everyone, how many rest on a fact that was not sent: kept under a stratifier of its own."""


@dataclass
class Sent:
    """One accepted file as it was sent. `rank` orders acceptance: the higher, the later."""

    partner: str
    dataset: str
    rows: list[Row]
    covers: Window
    submission: int
    rank: int = 0


@dataclass
class TestPartnership:
    """A store with the accepted files in it, known on both sides."""

    __test__ = False
    store: Store
    partners: tuple[str, ...]
    choices: Choices
    accepted: list[Sent] = field(default_factory=list)
    _ranks: int = 0

    def check(self, partner: str, dataset: str, rows: Sequence[Row], covers: Window | None = None) -> Sent:
        """Send rows through intake; every row must be good."""
        made = submitting.check(
            self.store, as_csv(dataset, rows), dataset, partner, covers=covers, confirmed={"half_missing"}
        )
        assert made.submission is not None, made.report.table
        assert made.report.rows_kept == len(rows), made.report.table
        return Sent(partner, dataset, list(rows), made.report.covers, made.submission)

    def send(self, partner: str, dataset: str, rows: Sequence[Row], covers: Window | None = None) -> Sent:
        """Check and accept: the counts follow."""
        sent = self.check(partner, dataset, rows, covers)
        self.accept(sent)
        return sent

    def load(self, files: Iterable[tuple[str, str, Sequence[Row], Window | None]]) -> None:
        """Check all files and accept them at once."""
        every: dict[tuple[str, str, bytes], Sent] = {}
        for partner, dataset, rows, covers in files:
            same = (partner, dataset, as_csv(dataset, rows))
            every.pop(same, None)  # the same bytes checked again take the place of the first check
            every[same] = self.check(partner, dataset, rows, covers)
        accepting.accept_many(self.store, [sent.submission for sent in every.values()])
        for sent in every.values():
            self._in_force(sent)

    def accept(self, sent: Sent) -> None:
        """Accept a file (again)."""
        accepting.accept(self.store, sent.submission)
        self._in_force(sent)

    def _in_force(self, sent: Sent) -> None:
        if sent.submission not in [s.submission for s in self.accepted]:
            self._ranks += 1
            sent.rank = self._ranks
            self.accepted.append(sent)

    def withdraw(self, sent: Sent) -> None:
        """Take a file back."""
        accepting.withdraw(self.store, sent.submission)
        self.accepted.remove(sent)

    def counts(self) -> dict[Key, tuple[Any, ...]]:
        """Every exact count of the store -> (denominator, numerator), of a mean (denominator, total, squares); where
        stays come with a probability also their sum, and how many have one."""
        return _figures(self.store.cursor().execute("SELECT * FROM counts").fetchall())

    def counts_of(self, people: Mapping[tuple[str, str], str]) -> dict[Key, tuple[Any, ...]]:
        """The same, by what `people` calls a patient: (partner, patient id as sent) -> the owner of the counts.

        The product counts them; only whose they are is put in before. Needs every patient, and no person tokens.
        """
        named = ", ".join(f"('{self.pseudonym(*who)}'::UUID, '{owner}')" for who, owner in people.items())
        cur = self.store.cursor()
        counting.begin(cur, self.choices)
        for alike in counting.by_main(indicators().values()):
            set_people(cur, ALL_PEOPLE, counting.datasets(alike))
            table = ALL_PEOPLE.people
            cur.execute(f"""UPDATE {table}_people p SET owners = [n.owner], profile = hash(p.profile, n.owner)
                FROM (VALUES {named}) n(pseudonym, owner) WHERE n.pseudonym = p.pseudonym""")
            set_profiles(cur, ALL_PEOPLE)
            counting.add(cur, alike, counting.wanted_periods(cur, alike[0]), ALL_PEOPLE)
        return _figures(cur.execute("SELECT * FROM delta").fetchall())

    def counts_by_zip(self) -> dict[Key, tuple[Any, ...]]:
        """The same, with the ZIP of those counted behind the owner of each count: `alder 02139`, `linked 02139`."""
        cur = self.store.cursor()
        counting.begin(cur, self.choices)
        for alike in counting.by_main(indicators().values()):
            set_people(cur, ALL_PEOPLE, counting.datasets(alike))
            table = ALL_PEOPLE.people
            for owners in ("owners", "linked_owners"):
                cur.execute(f"UPDATE {table}_people SET {owners} = [x || ' ' || coalesce(zip, '') FOR x IN {owners}]")
            cur.execute(f"""UPDATE {table}_people SET profile = hash(profile, zip),
                linked_profile = CASE WHEN linked_profile IS NOT NULL THEN hash(linked_profile, zip) END""")
            set_profiles(cur, ALL_PEOPLE)
            counting.add(cur, alike, counting.wanted_periods(cur, alike[0]), ALL_PEOPLE)
        return _figures(cur.execute("SELECT * FROM delta").fetchall())

    def pseudonym(self, partner: str, patient: str) -> uuid.UUID:
        """What the store knows a patient by."""
        return uuid.UUID(bytes=Pseudonyms(self.store.key, domain("patient_id", partner)).code(patient))

    def close(self) -> None:
        """Close the store."""
        self.store.close()


def _figures(rows: list[tuple[Any, ...]]) -> dict[Key, tuple[Any, ...]]:
    """Rows of the table of counts, by their key."""
    found = {tuple(row[:7]): _figure(row) for row in rows}
    assert len(found) == len(rows), "a figure is in the counts twice"
    found |= {(*row[:5], UNTOLD, "all"): (row[11], 0) for row in rows if row[5] == "all" and row[11]}
    return found


def _figure(row: tuple[Any, ...]) -> tuple[Any, ...]:
    one = indicators()[row[0]]
    if row[5] == "exclusion":
        return row[7], row[8] or 0
    if one.statistic == "mean":
        return row[7], *row[9:11]
    return (row[7], row[8] or 0, *row[12:14]) if one.expected else (row[7], row[8] or 0)


def usual() -> dict[str, Indicator]:
    """The measures of a partnership that sends no optional dataset, such as the demo."""
    return {name: one for name, one in indicators().items() if not one.optional}


def fresh(folder: Path, partners: Sequence[str] = ("alder", "birch", "cedar"), **choices: object) -> TestPartnership:
    """A new partnership without any file."""
    blocks = "".join(f'[[partners]]\nid = "{p}"\nname = "{p.title()}"\n' for p in partners)
    chosen = "".join(f"{name} = {_toml(value)}\n" for name, value in choices.items())
    make_folder(folder, f'name = "Test"\ntoday = {TODAY}\n{blocks}[choices]\n{chosen}')
    store = administering.open_partnership(folder)
    return TestPartnership(store, tuple(partners), store.partnership.choices)


def copy_of(closed: TestPartnership, folder: Path) -> TestPartnership:
    """A copy of a partnership that is closed, with what was sent to it: for tests of one that is slow to make."""
    store = administering.open_partnership(Path(shutil.copytree(closed.store.folder, folder)))
    return TestPartnership(store, closed.partners, closed.choices, list(closed.accepted), closed._ranks)


def one_copy_of(closed: TestPartnership, folder: Path) -> Iterator[TestPartnership]:
    """A copy for one test, closed when the test is over: `yield from` it in a fixture."""
    mine = copy_of(closed, folder)
    yield mine
    mine.close()


def _toml(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else f'"{value}"'


def as_csv(dataset: str, rows: Sequence[Row]) -> bytes:
    """Rows -> the bytes of a file with all columns of the dataset; None is a blank cell."""
    text = io.StringIO()
    writer = csv.DictWriter(text, [c.name for c in DATASETS[dataset].columns], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()
