"""Identities that must not come in: social security numbers, names, phones and e-mail addresses.

A header that names such a column, or a cell that plainly holds one, refuses the file before anything is kept.
"""

import polars as pl

from data.findings import Refused
from schemas.vocabularies.vocabulary import normal

PERSONAL_HEADERS = frozenset(
    normal(h)
    for h in (
        "ssn",
        "ss#",
        "social security",
        "social security number",
        "social_security_no",
        "name",
        "patient name",
        "full name",
        "first",
        "first name",
        "firstname",
        "given name",
        "last",
        "last name",
        "lastname",
        "surname",
        "family name",
        "middle",
        "middle name",
        "maiden",
        "maiden name",
        "phone",
        "phone number",
        "telephone",
        "mobile",
        "cell phone",
        "home phone",
        "email",
        "e-mail",
        "email address",
        "address",
        "street",
        "street address",
        "address 1",
        "address line 1",
        "drivers",
        "drivers license",
        "driver license",
        "passport",
        "mother's name",
        "patient_first_name",
        "patient_last_name",
        "pat_name",
        "client name",
        "member name",
    )
)
SSN = r"\b\d{3}[\-\x{2010}-\x{2015} ]\d{2}[\-\x{2010}-\x{2015} ]\d{4}\b"
EMAIL = r"[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+\.[A-Za-z]{2,}"
PHONE = r"(?:^|[^\d])(?:\+?1[\-. ]?)?(?:\(\d{3}\) ?|\d{3}[\-. ])\d{3}[\-. ]\d{4}(?:$|[^\d])"
# Two to four words of letters, or "Last, First": plain in a column of ids, not in one of free words.
NAME = r"^\p{L}[\p{L}'’.\-]+(?:, ?| +)\p{L}[\p{L}'’.\-]*(?: +\p{L}[\p{L}'’.\-]*){0,2}$"
_ANY = f"{SSN}|{EMAIL}|{PHONE}"


def check_header(cells: tuple[str, ...], used: tuple[object | None, ...], row: int = 1) -> None:
    """Raise Refused when a column that the dataset does not use is named after an identity, or by one."""
    for cell, column in zip(cells, used, strict=True):
        if column is None and normal(cell) in PERSONAL_HEADERS:
            raise Refused("personal_column", row=row, column=cell)
    if looks_personal(pl.Series(cells, dtype=pl.String)).any():
        raise Refused("personal_value", row=row)


def looks_personal(values: pl.Series, *, names: bool = False) -> pl.Series:
    """Whether each value is plainly personal. `names` also looks for names of people."""
    return values.str.contains(f"{_ANY}|{NAME}" if names else _ANY).fill_null(False)


def check_values(values: pl.Series, rows: pl.Series, column: str, *, names: bool = False) -> None:
    """Raise Refused at the first value that is plainly personal."""
    found = looks_personal(values, names=names)
    if found.any():
        raise Refused("personal_value", row=int(rows.filter(found)[0]), column=column)
