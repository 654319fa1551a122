"""Some 2,600 files, each polluted in one place: how many are read silently wrong, and which refusals name no row.

    python bench/files/polluted.py [--every N] [--seed S]

Silently wrong is a file with a stored row that says something else than its line, or with a line that is neither stored,
nor found under its number, nor in a refused file. The bar is 7 of 2,290; DuckDB's own reader has 740 when strict.
"""

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import machine  # noqa: F401  (a program of bench/ also runs where Concord is not installed)

from tests.support.polluting.polluted_files import polluted
from tests.support.polluting.polluted_verdicts import opened, verdict


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--every", type=int, default=1, help="check only every Nth file")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    met: Counter[tuple[str, str]] = Counter()
    with tempfile.TemporaryDirectory(prefix="concord-bench-") as folder:
        store = opened(Path(folder))
        for number, one in enumerate(polluted(asked.seed)):
            if number % asked.every == 0:
                met[one.kind, verdict(store, one)] += 1
        store.close()
    for (kind, what), files in sorted(met.items()):
        print(f"{files:6,}  {what:24} {kind}")
    total = Counter[str]()
    for (_, what), files in met.items():
        total[what] += files
    print(f"{sum(total.values()):,} files: " + ", ".join(f"{what} {files:,}" for what, files in total.most_common()))


if __name__ == "__main__":
    main()
