"""Values that programs write for "nothing": an id 999999999, a day 1970-01-01.

They read like any other. So they are asked about, once: the answer stays in the file profile.
"""

from collections.abc import Iterator, Mapping

from data.findings import Findings
from data.ledger.pseudonyms import Pseudonyms
from data.ledger.staging import Staged
from schemas.datasets.file_profile import FileProfile
from schemas.vocabularies.blanks.marker_words import MARKER_DAYS, MARKER_ID
from schemas.vocabularies.vocabulary import normal

Markers = dict[tuple[str, str], int]
"""(column, value as it is asked about) -> rows with it. In memory only."""
OF_RUNNING_NUMBERS = 3
"""A running number stands on about as many rows as the next one: 999 beside 998 is a patient."""


def look(
    staged: Staged, ids: Mapping[str, Pseudonyms], profile: FileProfile, findings: Findings,
) -> Markers:  # fmt: skip
    """The marker values that nobody has said anything about yet, each column with a question."""
    met: Markers = {}
    for (column, word), rows in (*_of_ids(ids), *_of_days(staged)):
        if normal(word) not in profile.words.get(column, {}):
            met[column, word] = rows
    for column in dict.fromkeys(column for column, _ in met):
        rows = sum(n for (c, _), n in met.items() if c == column)
        findings.ask("maybe_marker", column, f"Rows with such a value: {rows:,}.")
    return met


def _of_ids(ids: Mapping[str, Pseudonyms]) -> Iterator[tuple[tuple[str, str], int]]:
    for column, coded in ids.items():
        known = coded.known
        marks = known.filter(known.str.contains(MARKER_ID)).to_list()
        if not marks:
            continue
        beside = {mark: n for mark in marks if (n := _beside(mark)) and (known == n).any()}
        asked = known.is_in([*marks, *beside.values()])
        rows = dict(zip(known.filter(asked).to_list(), coded.rows[asked.to_numpy()].tolist(), strict=True))
        for mark in marks:
            usual = rows.get(beside.get(mark, ""), 0)
            if rows.get(mark, 0) > OF_RUNNING_NUMBERS * usual:
                yield (column, mark), rows[mark]


def _beside(mark: str) -> str:
    """The number before a row of nines, or after zeros: where ids run, it is there too."""
    return str(int(mark) - 1).zfill(len(mark)) if int(mark) else "1".zfill(len(mark))


def _of_days(staged: Staged) -> Iterator[tuple[tuple[str, str], int]]:
    days = ", ".join(f"DATE '{day}'" for day in MARKER_DAYS)
    for column in staged.dataset.columns:
        # Days of birth are left alone: 1970-01-01 is many people's, and the very old ones are findings.
        if column.kind == "date" and not column.of_birth:
            found = staged.found(f"""SELECT CAST("{column.name}" AS VARCHAR), count(*) FROM staged
                WHERE "{column.name}" IN ({days}) GROUP BY ALL ORDER BY ALL""")
            yield from (((column.name, str(day)), int(rows)) for day, rows in found.iter_rows())
