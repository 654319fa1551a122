"""The four packs and the community pages of a release: how long each takes, how large it is, and whether two are alike.

    python bench/exports/pack_files.py [--data FOLDER] [--to FOLDER] [--validator COMMAND]

Without a folder a demo of 20,000 people is made first. The PDF may take 1 s; the same release gives the same bytes.
`--to` keeps the files. `--validator` names a program that checks a PDF for PDF/UA-1 and ends with 0 where it finds no
error, such as `outloud` (from PyPI, in an environment of its own).
"""

import argparse
import os
import shlex
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from machine import ROOT, apart, show

sys.path.insert(0, str(ROOT))  # before the pages.py beside machine

PEOPLE, MOST_SECONDS = 20_000, 1.0


def made(folder: Path) -> None:
    from tests.conftest import _released, accepted

    _released(accepted(folder, PEOPLE), folder / "shown", 11)


def packs(data: Path, to: Path) -> list[tuple[str, float, int, bool]]:
    """(ending, seconds of processor time, bytes, whether a second one is the same) of each, as everyone may see it."""
    os.environ["CONCORD_DATA"] = str(data)
    from streamlit.logger import set_log_level

    set_log_level("error")
    from pages.components.packs import pack_files
    from schemas.policy.viewer import EVERYONE

    pack = pack_files.pack(EVERYONE)
    assert pack
    found = []
    for kind in (*pack_files.kinds(), pack_files.community()):
        start = time.process_time()
        first = kind.make(pack)
        seconds = time.process_time() - start
        (to / f"pack.{kind.ending}").write_bytes(first)
        found.append((kind.ending, seconds, len(first), kind.make(pack) == first))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--to", type=Path)
    parser.add_argument("--validator")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="concord-bench-") as name:
        if asked.data is None:
            apart(made, Path(name))
        to = asked.to or Path(name)
        to.mkdir(exist_ok=True)
        found = apart(packs, asked.data or Path(name) / "shown", to).result
        show(f"Packs of a release (the PDF at most {MOST_SECONDS:.0f} s of processor time)", [
            (ending, f"{seconds:5.2f} s {size / 1000:7,.0f} kB, {'the same twice' if same else 'NOT the same twice'}")
            for ending, seconds, size, same in found
        ])  # fmt: skip
        if asked.validator:
            subprocess.run([*shlex.split(asked.validator), str(to / "pack.pdf")], check=True)
    sys.exit(not all(same for *_, same in found))


if __name__ == "__main__":
    main()
