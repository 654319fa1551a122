"""The release that is shown, as files in a format of other systems: who may take them, and what they are called."""

import datetime as dt
import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from data.ledger.store import Store
from data.ledger.submissions import NotPossible
from schemas.policy.viewer import SERVER, Viewer
from workflow.access.permitting import require
from workflow.exporting import adx, measure_reports, proportions, qrda_iii
from workflow.exporting.own_folder import Mark
from workflow.exporting.proportions import Figures, LeftOut

MARK = Mark("export.json", "concord export")
"""What stands beside the files: the release, the standard, the checksums, and what is left out."""


@dataclass(frozen=True)
class Format:
    """A standard: its title, its own name and version, and what makes its files and tells what has no number there."""

    title: str
    standard: str
    make: Callable[[Figures], tuple[dict[str, bytes], tuple[LeftOut, ...]]]


FORMATS = {
    "measure-report": Format("FHIR MeasureReports (DEQM)", measure_reports.STANDARD, measure_reports.files),
    "qrda-iii": Format("QRDA Category III", qrda_iii.STANDARD, qrda_iii.files),
    "adx": Format("ADX", adx.STANDARD, adx.files),
}


@dataclass(frozen=True)
class Export:
    """Files of a release: name -> bytes, and what is told of them."""

    release: int
    files: dict[str, bytes]
    about: dict[str, Any]

    def zipped(self) -> bytes:
        """All of it in one file, the same bytes each time."""
        held = io.BytesIO()
        told = {"made_by": MARK.command, **self.about, "files": sorted(self.files)}
        text = json.dumps(told, indent=2, ensure_ascii=False) + "\n"
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in {MARK.name: text.encode(), **self.files}.items():
                entry = zipfile.ZipInfo(name)  # begins in 1980
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, content)
        return held.getvalue()


def export(
    store: Store,
    viewer: Viewer,
    form: str,
    measures: Sequence[str] = (),
    ending: dt.date | None = None,
) -> Export:
    """The proportions of the current release, as everyone may see them, in a format.

    Of each measure, or of those named, it is the newest closed year, or the one that ends on a day.

    Raises NotAllowed, and NotPossible, with what to do: for an unknown format, before the first release, for a measure
    or a year that the release does not hold, a measure that is no proportion, and where nothing has a number.
    """
    require(viewer, "export_figures")
    if form not in FORMATS:
        raise NotPossible(f"no format is called {form!r}; there are: {', '.join(FORMATS)}")
    figures = proportions.read(store, measures, ending)
    made, without_number = FORMATS[form].make(figures)
    if not made:
        raise NotPossible(f"every figure asked for is {proportions.HIDDEN}, and {form} has no word for that")
    about = {
        "format": form,
        "standard": FORMATS[form].standard,
        "release": figures.release,
        "partnership": figures.partnership,
        "made_at": figures.made_at.isoformat() + "Z",
        "sha256": {name: hashlib.sha256(content).hexdigest() for name, content in sorted(made.items())},
        "left_out": [asdict(one) for one in (*figures.left_out, *without_number)],
    }
    return Export(figures.release, made, about)


def into_folder(
    store: Store,
    folder: Path,
    form: str,
    measures: Sequence[str] = (),
    ending: dt.date | None = None,
    *,
    viewer: Viewer = SERVER,
) -> dict[str, Any]:
    """Write an export into a folder that is empty or holds an earlier one; what `export.json` says. Raises as `export`
    does, and NotPossible for another folder."""
    MARK.refuse_other(folder)
    made = export(store, viewer, form, measures, ending)
    MARK.write(folder, made.files, made.about)
    return {**made.about, "files": sorted(made.files)}
