"""Codes of events: ICD-10-CM, ICD-9-CM, SNOMED CT, CPT and HCPCS (`event_codes.csv`, codes by event and source).

A code of ICD stands for all codes below it, with or without the dot.
"""

import csv
import gzip
import re
from functools import lru_cache
from pathlib import Path

VERSION = "2026-11"
"""Of the table: month in which its sources were read."""
_ICD10 = re.compile(r"[A-Z]\d[0-9A-Z](?:\.?[0-9A-Z]{1,4})?")
_ICD9 = re.compile(r"(?:\d{3}|V\d{2})\.\d{1,2}")
_SNOMED = re.compile(r"\d{6,18}")
_SYSTEM = re.compile(r"(?:ICD[- ]?(?:9|10)(?:[- ]?CM)?|SNOMED(?:[- ]?CT)?|SCT|CPT4?|HCPCS)[ :|\-]+")
"""What some programs write before a code."""
_MODIFIER = re.compile(r"(?<=^\d{5})[- ](?:[A-Z0-9]{2})$")
_LABEL = re.compile(r"([A-Z]\d[0-9A-Z](?:\.?[0-9A-Z]{1,4})?)(?: *[-:=|–—] *| +)[^\W\d_].*")
_CPT = re.compile(r"\d{5}|[A-V]\d{4}|\d{4}[FTU]")


@lru_cache(maxsize=1)
def _codes() -> dict[str, dict[str, str]]:
    """System -> code without its dot -> event."""
    found: dict[str, dict[str, str]] = {}
    with Path(__file__).with_name("event_codes.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["system"], {}).update(
                {code.replace(".", ""): row["event"] for code in row["codes"].split(";")}
            )
    return found


def event_of(text: str) -> str | None:
    """The event that a code stands for; None for any other text."""
    code = _alone(text)
    bare, codes = code.replace(".", ""), _codes()
    if bare == code and (found := codes["cpt"].get(code) or codes["snomed"].get(code)):
        return found
    if _ICD9.fullmatch(code) and (found := _longest(bare, codes["icd9"])):
        return found
    return _longest(bare, codes["icd10"]) if _ICD10.fullmatch(code) else None


def _alone(text: str) -> str:
    """A code without what some programs write before and behind it: its system, its modifier, its label."""
    code = _SYSTEM.sub("", text.strip().upper())
    labeled = _LABEL.fullmatch(code)
    return labeled[1] if labeled else _MODIFIER.sub("", code)


def _longest(code: str, codes: dict[str, str]) -> str | None:
    return next((codes[code[:n]] for n in range(len(code), 2, -1) if code[:n] in codes), None)


def of_no_measure(text: str) -> bool:
    """Whether a word is a code of a published list, of a condition that no measure looks for.

    It is proven, not taken by its looks: ICD-10-CM against the list of the readmission measure, SNOMED CT by its check
    digit, ICD-9-CM by its dot.
    """
    code = _alone(text)
    if event_of(code):
        return False
    if _ICD10.fullmatch(code):
        return code.replace(".", "") in _listed()
    return bool(_ICD9.fullmatch(code)) or bool(_SNOMED.fullmatch(code) and _verhoeff(code))


def is_procedure_code(text: str) -> bool:
    """Whether a word has the form of a CPT or HCPCS code: beside known codes of visits it is one."""
    return bool(_CPT.fullmatch(text.strip().upper()))


def is_known_procedure(text: str) -> bool:
    """Whether a word is a CPT or HCPCS code that stands for an event."""
    return text.strip().upper() in _codes()["cpt"]


@lru_cache(maxsize=1)
def _listed() -> frozenset[str]:
    """Every ICD-10-CM code of the published list, and the categories above them."""
    path = Path(__file__).with_name("readmission") / "diagnoses.csv.gz"
    lines = gzip.decompress(path.read_bytes()).decode().splitlines()[1:]
    codes = {line.split(",", 1)[0].strip('"') for line in lines}
    return frozenset(codes | {code[:n] for code in codes for n in (3, 4, 5)})


_TIMES = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9), (1, 2, 3, 4, 0, 6, 7, 8, 9, 5), (2, 3, 4, 0, 1, 7, 8, 9, 5, 6),
    (3, 4, 0, 1, 2, 8, 9, 5, 6, 7), (4, 0, 1, 2, 3, 9, 5, 6, 7, 8), (5, 9, 8, 7, 6, 0, 4, 3, 2, 1),
    (6, 5, 9, 8, 7, 1, 0, 4, 3, 2), (7, 6, 5, 9, 8, 2, 1, 0, 4, 3), (8, 7, 6, 5, 9, 3, 2, 1, 0, 4),
    (9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
)  # fmt: skip
_TURN = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)


def _verhoeff(digits: str) -> bool:
    """Whether the last digit is the check digit of a SNOMED CT identifier (Verhoeff's dihedral scheme)."""
    check = 0
    for place, digit in enumerate(reversed(digits)):
        number = int(digit)
        for _ in range(place % 8):
            number = _TURN[number]
        check = _TIMES[check][number]
    return check == 0
