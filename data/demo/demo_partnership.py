"""The demo: three years of a made-up partnership, written as the files that its partners would send.

The same seed gives the same bytes. What happens in those years is told in `data.demo.story`.
"""

from pathlib import Path

import numpy as np
import polars as pl

from data.demo.clinics import (
    events_file,
    hypertension_onset,
    make_conditions,
    make_readings,
    make_visits,
    readings_file,
)
from data.demo.food_help import (
    REFERRERS,
    make_referrals,
    prescriptions_file,
    referrals_file,
    with_new_clients,
    with_second_screens,
)
from data.demo.food_screens import SCREENING_PLACES, make_counts, make_screens, screens_file
from data.demo.mistakes import MISTAKES, with_mistakes
from data.demo.partner_files import DemoFile, write_patients, write_windows
from data.demo.patients import changed_patients, patients_file
from data.demo.people import People, make_people
from data.demo.stays import make_stays, stays_file
from data.demo.story import CLINICS, COUNTS_ONLY, HOSPITALS, PANTRY, Array

CLIENTS_SHARE = 0.045
"""Clients of the counts-only food bank, as a share of the other people."""


def write_demo(folder: Path, seed: int = 2026, people: int = 60_000) -> list[DemoFile]:
    """Write the demo's CSV files into `folder` (made when it is not there) and say what each of them is.

    Files of kind `history` come first and can be submitted in this order; then the one with `mistakes` and
    the corrected one to send `next`. Sizes follow `people`; a few hundred are the least that make sense.
    """
    folder.mkdir(parents=True, exist_ok=True)
    everyone = make_people(_chance(seed, 1), people)
    stays, death = make_stays(_chance(seed, 2), everyone)
    onset = hypertension_onset(_chance(seed, 6), everyone)
    visits = make_visits(_chance(seed, 7), everyone, onset, death)
    screens = make_screens(_chance(seed, 10), everyone, visits)
    referrals = make_referrals(_chance(seed, 13), everyone, screens)
    everyone = with_new_clients(everyone, referrals)
    screens = with_second_screens(_chance(seed, 15), referrals, screens)
    files = _patients(folder, seed, everyone)
    for i, hospital in enumerate(HOSPITALS):
        table = stays_file(_chance(seed, 3, i), everyone, stays, i)
        files += write_windows(folder, hospital, "hospital_stays", table)
    files += _clinics(folder, seed, everyone, onset, visits, make_conditions(_chance(seed, 8), everyone, onset, death))
    files += _food(folder, seed, everyone, screens, referrals)
    counts = make_counts(_chance(seed, 4), int(CLIENTS_SHARE * people))
    files += write_windows(folder, COUNTS_ONLY, "indicator_counts", counts)
    waiting = [f for f in files if f.kind == "next"]
    return [f for f in files if f.kind == "history"] + [_in_a_hurry(seed, f) for f in waiting] + waiting


def _chance(*seed: int) -> np.random.Generator:
    """A stream of chance for each part, so that a change in one part leaves the others as they are."""
    return np.random.default_rng(seed)


def _patients(folder: Path, seed: int, everyone: People) -> list[DemoFile]:
    files = []
    for i, partner_id in enumerate((*HOSPITALS, *CLINICS, PANTRY)):
        table = patients_file(_chance(seed, 5, i), everyone, partner_id)
        if partner_id == HOSPITALS[2]:  # was extracted before the last patients were registered
            table = table.filter(pl.int_range(pl.len()) % 400 != 399)
        files.append(write_patients(folder, partner_id, table))
        if partner_id == HOSPITALS[0]:
            files.append(write_patients(folder, partner_id, changed_patients(table), update=True))
    return files


def _clinics(
    folder: Path, seed: int, everyone: People, onset: Array, visits: pl.DataFrame, conditions: pl.DataFrame
) -> list[DemoFile]:
    readings = make_readings(_chance(seed, 9), everyone, onset, visits)
    files = []
    for i, clinic in enumerate(CLINICS):
        files += write_windows(folder, clinic, "clinical_events", events_file(everyone, visits, conditions, i))
        files += write_windows(folder, clinic, "blood_pressure", readings_file(everyone, readings, i))
    return files


def _food(folder: Path, seed: int, everyone: People, screens: pl.DataFrame, referrals: pl.DataFrame) -> list[DemoFile]:
    files = []
    for i, place in enumerate(SCREENING_PLACES):
        table = screens_file(_chance(seed, 11, i), everyone, screens, i)
        files += write_windows(folder, place, "food_security", table)
    for who in (REFERRERS[0], PANTRY):
        files += write_windows(folder, who, "referrals", referrals_file(everyone, referrals, who))
    table = prescriptions_file(_chance(seed, 14), everyone, screens)
    return files + write_windows(folder, REFERRERS[0], "food_programs", table)


def _in_a_hurry(seed: int, right: DemoFile) -> DemoFile:
    """The file still to be sent, with the mistakes that people make."""
    path = right.path.with_name(right.path.stem + "_with_mistakes.csv")
    path.write_bytes(with_mistakes(_chance(seed, 12), right.path.read_bytes().decode()).encode())
    note = "Must not be accepted: " + "; ".join(words for words, _, _ in MISTAKES)
    return DemoFile(right.partner_id, right.dataset, path, right.covers, "mistakes", note)
