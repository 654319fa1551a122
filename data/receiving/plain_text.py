"""A cell's text without the marks that programs put around and into it."""

import re
import unicodedata

from schemas.datasets.file_profile import RepairKind

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_PLAIN = str.maketrans({"‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "‐": "-", "‑": "-", "‒": "-",
                        "–": "-", "—": "-", "―": "-", "−": "-"})  # fmt: skip
_GUARD = re.compile(r"""="([^"]*)"|'([^']*)'|"([^"]*)"|'(.*\S.*)""")


def plain(text: str) -> tuple[str, list[RepairKind]]:
    """The text without invisible, typographic and spreadsheet marks, and what was done."""
    done: list[RepairKind] = []
    if text.isascii():  # nearly every cell: a fifth of the time
        return _unguarded(text.strip(), done)
    found = _SPACES.sub(" ", _INVISIBLE.sub("", text))
    if found != text:
        done.append("invisible")
    flat = found.translate(_PLAIN)
    if any("\uff01" <= c <= "\uff5e" for c in flat):
        flat = "".join(unicodedata.normalize("NFKC", c) if "\uff01" <= c <= "\uff5e" else c for c in flat)
    if flat != found:
        done.append("typographic")
    return _unguarded(flat.strip(), done)


def _unguarded(flat: str, done: list[RepairKind]) -> tuple[str, list[RepairKind]]:
    """The text without what a spreadsheet was told to take it for text with."""
    if guarded := _GUARD.fullmatch(flat):
        done.append("text_guard")
        flat = next(part for part in guarded.groups() if part is not None).strip()
    return flat, done
