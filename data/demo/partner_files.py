"""The demo's tables as the CSV files that the partners send: their words, dialects, windows and names."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import polars as pl

from data.demo.story import (
    COUNTS_ONLY,
    END,
    HABITS,
    LATE,
    PLAIN_ANSWERS,
    PRESCRIBED_FROM,
    REFERRED_FROM,
    START,
    Habit,
)
from schemas.datasets.dataset_catalog import DATASETS
from schemas.vocabularies.code_lists import VOCABULARIES

# The last day of each file that a partner sends of a dataset: the years before it reported, then mostly quarters.
TWO_YEARS, WINTER = dt.date(2025, 9, 30), dt.date(2025, 12, 31)
HALF, SPRING = dt.date(2026, 3, 31), dt.date(2026, 6, 30)
QUARTERS = (WINTER, HALF, SPRING, END)
# fmt: off
CUTS: dict[str, dict[str, tuple[dt.date, ...]]] = {
    "hospital_stays": {
        "kestrel_valley": (TWO_YEARS, *QUARTERS), "aldermoor": (TWO_YEARS, *QUARTERS), "st_oswin": (HALF, END)},
    "clinical_events": {"millrace": QUARTERS, "juniper_row": QUARTERS, LATE: (SPRING, END)},
    "blood_pressure": {
        "millrace": (TWO_YEARS, *QUARTERS), "juniper_row": QUARTERS, LATE: (TWO_YEARS, *QUARTERS)},
    "food_security": {
        "millrace": QUARTERS, "juniper_row": QUARTERS, LATE: (TWO_YEARS, *QUARTERS), "good_furrow": QUARTERS},
    "indicator_counts": {COUNTS_ONLY: QUARTERS},
    # Joined last: one file tells of all that was sent, as it stood when the file was made.
    "referrals": {"millrace": (END,), "good_furrow": (END,)},
    "food_programs": {"millrace": (END,)},
}
BEGAN = {"referrals": REFERRED_FROM, "food_programs": PRESCRIBED_FROM}
# Days after its last day on which a file came; due after 15. Anyone else, and any other quarter: PUNCTUAL.
PUNCTUAL = 12
FORGETFUL = ("juniper_row", "blood_pressure")  # sends some readings twice, the second time without their day
CAME: dict[tuple[str, str], dict[dt.date, int]] = {
    ("aldermoor", "hospital_stays"): {WINTER: 21, HALF: 13, SPRING: 14, END: 14},
    ("juniper_row", "blood_pressure"): {WINTER: 14, HALF: 20, SPRING: 27, END: 19},
    ("juniper_row", "food_security"): {SPRING: 27, END: 19},
    (LATE, "blood_pressure"): {TWO_YEARS: 12, WINTER: 17, HALF: 14, SPRING: 18},
    (COUNTS_ONLY, "indicator_counts"): {HALF: 33, SPRING: 15, END: 15},
}
# fmt: on


@dataclass(frozen=True)
class DemoFile:
    """One file of the demo. `covers` is the window of dates that its sender states (none for patients);
    `history` files can be accepted, the one with `mistakes` is not, `next` is the good one to send by hand."""

    partner_id: str
    dataset: str
    path: Path
    covers: tuple[dt.date, dt.date] | None
    kind: Literal["history", "mistakes", "next"]
    note: str

    @property
    def came(self) -> dt.datetime:
        """The moment (UTC) at which it was sent and accepted; the patients came with the last quarter."""
        last = self.covers[1] if self.covers else END
        days = CAME.get((self.partner_id, self.dataset), {}).get(last, PUNCTUAL)
        return dt.datetime.combine(last, dt.time(14, 30)) + days * dt.timedelta(days=1)


def write_patients(folder: Path, partner_id: str, table: pl.DataFrame, update: bool = False) -> DemoFile:
    """Write a partner's patients file, or an update of a few of its patients."""
    path = folder / f"{partner_id}_patients{'_update_2026-09' if update else ''}.csv"
    path.write_bytes(as_csv(table, "patients", partner_id))
    note = "A few patients whose payer, address or race changed" if update else "Everyone whom the partner knows"
    return DemoFile(partner_id, "patients", path, None, "history", note)


def write_windows(folder: Path, partner_id: str, dataset: str, table: pl.DataFrame) -> list[DemoFile]:
    """Write a dataset in the windows in which the partner sends it. The first one of clinical events reaches
    back to the earliest onset; the late clinic's last one of blood pressures is the file still to be sent."""
    dated = pl.coalesce(DATASETS[dataset].starts)
    first, files = BEGAN.get(dataset, START), list[DemoFile]()
    for last in CUTS[dataset][partner_id]:
        part = table.filter(dated <= last, dated >= first if files else True)
        if dataset == "clinical_events" and not files:
            first = min(START, part.select(dated.min()).item())
        files.append(_write_window(folder, partner_id, dataset, part, (first, last)))
        first = last + dt.timedelta(days=1)
    return files


def _write_window(
    folder: Path, partner_id: str, dataset: str, part: pl.DataFrame, covers: tuple[dt.date, dt.date]
) -> DemoFile:
    first, last = max(covers[0], START), covers[1]
    if (partner_id, dataset) == FORGETFUL:
        undated = part.gather_every(70, offset=69).with_columns(pl.lit(None, pl.Date).alias("measured_on"))
        part = pl.concat([part, undated])
    path = folder / f"{partner_id}_{dataset}_{first:%Y-%m}_to_{last:%Y-%m}.csv"
    path.write_bytes(as_csv(part, dataset, partner_id))
    waits = (partner_id, dataset, last) == (LATE, "blood_pressure", END)
    note = f"{DATASETS[dataset].title}, {first:%B %Y} to {last:%B %Y}"
    return DemoFile(partner_id, dataset, path, covers, "next" if waits else "history", note)


def as_csv(table: pl.DataFrame, dataset: str, partner_id: str) -> bytes:
    """The table with all columns of the dataset, in the partner's words and dialect."""
    habit = HABITS[partner_id]
    columns = [
        _spelled(c.name, c.vocabulary, habit) if c.name in table.columns else pl.lit(None, pl.String).alias(c.name)
        for c in DATASETS[dataset].columns
    ]
    text = table.select(columns).write_csv(separator=habit.separator, date_format=habit.date_format)
    return text.encode(habit.encoding)


def _spelled(name: str, vocabulary: str | None, habit: Habit) -> pl.Expr:
    """A column with each word as the partner writes it; several in a cell are spelled one by one."""
    if vocabulary is None:
        return pl.col(name)
    spelling = _spelling(vocabulary, habit)
    if name in ("race", "items"):
        return pl.col(name).str.split(";").list.eval(pl.element().replace(spelling)).list.join(";")
    return pl.col(name).replace(spelling)


def _spelling(vocabulary: str, habit: Habit) -> dict[str, str]:
    """Our word -> the partner's: the word, its label, or its first other spelling (mostly a code)."""
    own = habit.own_words.get(vocabulary, {})
    if own or (vocabulary == "screen_answer" and habit.style != "code"):
        return own or PLAIN_ANSWERS
    terms = VOCABULARIES[vocabulary].terms
    if habit.style == "label":
        return {word: label for word, (label, _) in terms.items()}
    return {word: others[0] for word, (_, others) in terms.items() if others} if habit.style == "code" else {}
