"""A file of blood-pressure readings as partners send them: 0.5 % bad rows of ten kinds, 0.1 % repeats.

python bench/make_readings.py [--rows N] [--out FILE]
"""

import argparse
import datetime as dt
import tempfile
from pathlib import Path

import numpy as np
import polars as pl

FIRST, LAST = dt.date(2023, 10, 1), dt.date(2026, 9, 30)
BAD_SHARE, REPEATED_SHARE = 0.005, 0.001
CHUNK = 1_000_000

# Ten mistakes, each made from a good row's cells: patient, day, systolic, diastolic, setting.
MISTAKES = {
    "cut short": "{p},{d},{s}",
    "one comma too many": "{p},{d},{s},{u},office,recheck",
    "no patient": ",{d},{s},{u},office",
    "no day": "{p},,{s},{u},office",
    "30 February": "{p},2025-02-30,{s},{u},office",
    "in the future": "{p},2062-08-14,{s},{u},office",
    "a unit": "{p},{d},{s} mmHg,{u},office",
    "in kPa": "{p},{d},16.2,9.3,office",
    "swapped": "{p},{d},{u},{s},office",
    "an unknown place": "{p},{d},{s},{u},exam room 4",
}


def write_readings(path: Path, rows: int, seed: int = 2026) -> None:
    """Write `rows` data rows, about ten for each patient, in no order of patients or days."""
    chance = np.random.default_rng(seed)
    with path.open("wb") as file:
        file.write(b"patient_id,measured_on,systolic,diastolic,setting\n")
        for start in range(0, rows, CHUNK):
            lines = _lines(chance, min(CHUNK, rows - start), max(rows // 10, 1))
            file.write("\n".join(lines.to_list()).encode() + b"\n")


def _lines(chance: np.random.Generator, rows: int, patients: int) -> pl.Series:
    diastolic = np.clip(chance.normal(79, 10, rows), 45, 125).round()
    cells = pl.DataFrame({
        "p": chance.integers(0, patients, rows),
        "d": chance.integers(0, (LAST - FIRST).days + 1, rows),
        "s": (diastolic + np.clip(chance.normal(52, 12, rows), 15, 110).round()).astype(int),
        "u": diastolic.astype(int),
        "place": chance.choice(["office", "home", "remote_device", "emergency", ""], rows, p=[0.7, 0.1, 0.1, 0.02, 0.08]),
        "kind": np.where(chance.random(rows) < BAD_SHARE, chance.integers(0, len(MISTAKES), rows), -1),
    })  # fmt: skip
    cells = cells.with_columns(
        p=pl.format("P-{}", (1_000_000_000 + pl.col("p") * 7919 % 899_999_999).cast(pl.String)),
        d=(pl.lit(FIRST) + pl.duration(days="d")).dt.to_string("%Y-%m-%d"),
    )
    line = pl.format("{},{},{},{},{}", "p", "d", "s", "u", "place")
    for number, wrong in enumerate(MISTAKES.values()):
        line = pl.when(pl.col("kind") == number).then(_filled(wrong)).otherwise(line)
    lines = cells.select(line.alias("line")).to_series()
    repeats = np.flatnonzero(chance.random(rows) < REPEATED_SHARE)
    return lines.scatter(repeats, lines.gather(chance.integers(0, rows, len(repeats))))


def _filled(wrong: str) -> pl.Expr:
    pieces = wrong.replace("{", "\0").replace("}", "\0").split("\0")
    return pl.concat_str(pl.col(p) if n % 2 else pl.lit(p) for n, p in enumerate(pieces))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="concord-bench-") as folder:
        path = asked.out or Path(folder) / "readings.csv"
        write_readings(path, asked.rows)
        print(f"{asked.rows:,} readings, {path.stat().st_size / 1e6:,.1f} MB{'' if asked.out else ' (not kept)'}")


if __name__ == "__main__":
    main()
