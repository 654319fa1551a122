"""Notes: what people say of a file, kept with who and when: reasons, comments, appeals and their answers.

Only ever added. The words are for the partner and backbone staff; whatever looks personal, or is the id of a patient
in the store, is refused.
"""

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

import duckdb

from data.discussing import prose_identifiers
from data.ledger.pseudonyms import Pseudonyms, domain
from data.ledger.submissions import NotPossible, Submission
from schemas.datasets.dataset_catalog import DATASETS

Kind = Literal["reason", "comment", "appeal", "upheld", "not upheld"]
SHORTEST, LONGEST = 10, 500
# Shorter runs, and those without a digit, are words and numbers of everyday.
_MAY_BE_ID = re.compile(r"(?=\S*\d)[\w-]{5,}")


@dataclass(frozen=True)
class File:
    """What is talked about: a partner's file of a dataset, by its bytes; and its submission, if it was kept."""

    partner_id: str
    dataset: str
    sha256: str
    submission: int | None = None

    @classmethod
    def of(cls, entry: Submission) -> "File":
        """The file of a submission."""
        return cls(entry.partner_id, entry.dataset, entry.sha256, entry.submission)


@dataclass(frozen=True)
class Note:
    """One note. `appeal`: the number of the appeal that it answers; `rule`, `column`: the finding that it is about.

    `event`: the last step of the ledger when it was written.
    """

    note: int
    file: File
    kind: Kind
    appeal: int | None
    rule: str | None
    column: str | None
    words: str
    at: dt.datetime
    actor: str
    event: int


_NOTES = """SELECT note, partner_id, dataset, sha256, submission, kind, appeal, rule, "column", words, happened_at,
    actor, event FROM note"""


def notes(cur: duckdb.DuckDBPyConnection, partner_id: str | None = None) -> list[Note]:
    """All notes (on one partner's files), oldest first."""
    rows = cur.execute(f"{_NOTES} WHERE coalesce(partner_id = ?, true) ORDER BY note", [partner_id]).fetchall()
    return [_note(row) for row in rows]


def notes_on(cur: duckdb.DuckDBPyConnection, file: File) -> list[Note]:
    """All notes on a file, oldest first: also those made when its bytes were another submission, or none."""
    rows = cur.execute(
        f"{_NOTES} WHERE partner_id = ? AND dataset = ? AND sha256 = ? ORDER BY note",
        [file.partner_id, file.dataset, file.sha256],
    ).fetchall()
    return [_note(row) for row in rows]


def _note(row: tuple) -> Note:
    number, partner_id, dataset, sha256, submission, *rest = row
    return Note(number, File(partner_id, dataset, sha256, submission), *rest)


def write(
    cur: duckdb.DuckDBPyConnection, file: File, kind: Kind, words: str, actor: str, at: dt.datetime, *,
    appeal: int | None = None, rule: str | None = None, column: str | None = None,
) -> int:  # fmt: skip
    """Keep a note whose words are `fit`; returns its number. The caller holds the store's `accepting`."""
    row = cur.execute("SELECT coalesce(max(note), 0) + 1 FROM note").fetchone()
    number = int(row[0]) if row else 1
    cur.execute(
        """INSERT INTO note SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, coalesce(max(event), 0) FROM submission_event""",
        [number, file.partner_id, file.dataset, file.sha256, file.submission, kind, appeal, rule, column, words, at,
         actor],
    )  # fmt: skip
    return number


def fit(
    cur: duckdb.DuckDBPyConnection, words: str, partners: Collection[str], key: bytes, known: Collection[str] = ()
) -> str:
    """The words as they may be kept. Raises NotPossible, with what to do, when they may not.

    `partners`: those whose ids must not stand there; `key`: the pseudonym key, to tell the ids of known patients and
    stays; `known`: names that may stand there.
    """
    said = " ".join(words.split())
    if len(said) < SHORTEST:
        raise NotPossible(f"write at least {SHORTEST} letters, so that others understand it")
    if len(said) > LONGEST:
        raise NotPossible(f"write at most {LONGEST} letters: these are {len(said):,}")
    refuse_personal(cur, said, partners, key, known)
    return said


def refuse_personal(
    cur: duckdb.DuckDBPyConnection, said: str, partners: Collection[str], key: bytes, known: Collection[str] = ()
) -> None:
    """Raise NotPossible, with what to do, where words look personal, or hold the id of a patient or a stay."""
    if kind := prose_identifiers.found_in(said, known):
        raise NotPossible(f"this looks like {kind}. Leave it out; nothing of it was kept")
    if _names_patient(cur, said, partners, key):
        raise NotPossible("this names the id of a patient or a stay. Leave it out; nothing of it was kept")


def _names_patient(cur: duckdb.DuckDBPyConnection, words: str, partners: Collection[str], key: bytes) -> bool:
    """Whether a word is an id that one of the partners has sent: coded as at intake, it is found in the store."""
    runs = set(_MAY_BE_ID.findall(words))
    if not runs:
        return False
    for dataset in DATASETS.values():
        for column in (c.name for c in dataset.columns if c.kind == "identifier"):
            ids = [Pseudonyms(key, domain(column, partner)) for partner in partners]
            codes = [UUID(bytes=one.code(run)) for one in ids for run in runs]
            # Joined by a hash: a list of all partners' codes would be gone through for each row.
            found = f'SELECT 1 FROM rows.{dataset.name} WHERE "{column}" IN (SELECT unnest(?)) LIMIT 1'
            if cur.execute(found, [codes]).fetchone():
                return True
    return False
