"""Honest human mistakes: the same blood-pressure file as it might be sent in a hurry."""

from collections.abc import Callable

import numpy as np

Cells = list[str]


def _in_kpa(cells: Cells) -> Cells:
    patient, day, systolic, diastolic, setting = cells
    return [patient, day, f"{int(systolic) / 7.5:.1f}", f"{int(diastolic) / 7.5:.1f}", setting]


def _swapped(cells: Cells) -> Cells:
    patient, day, systolic, diastolic, setting = cells
    return [patient, day, diastolic, systolic, setting]


def _cell(place: int, value: str) -> Callable[[Cells], Cells]:
    return lambda cells: [*cells[:place], value, *cells[place + 1 :]]


MISTAKES: tuple[tuple[str, int, Callable[[Cells], Cells]], ...] = (
    ("pressures in kPa, from one new device", 14, _in_kpa),
    ("systolic and diastolic swapped", 6, _swapped),
    ("a day that does not exist", 4, _cell(1, "2026-09-31")),
    ("a year typed wrongly", 2, _cell(1, "2062-08-14")),
    ("no day", 3, _cell(1, "")),
    ("a setting that is not in the list", 7, _cell(4, "exam room 4")),
    ("a comma too many", 3, lambda cells: [*cells[:4], "office", "recheck"]),
    ("the letter O for a zero", 3, _cell(2, "14O")),
)


def with_mistakes(rng: np.random.Generator, text: str) -> str:
    """The file's text with each mistake made in a few rows that have all their cells."""
    lines = text.splitlines()
    whole = [i for i, line in enumerate(lines) if i and all(line.split(",")) and line.count(",") == 4]
    rows = iter(sorted(rng.choice(whole, min(len(whole), sum(m[1] for m in MISTAKES)), replace=False)))
    for _, count, mistake in MISTAKES:
        for row in [next(rows, None) for _ in range(count)]:
            if row is not None:
                lines[row] = ",".join(mistake(lines[row].split(",")))
    return "\n".join(lines) + "\n"
