"""Small files after public reports, real header names and code words (../shared/cases): what each sender expects.

`python -m tests.support.sender_cases` prints the score, one line a case; the tests hold it.
"""

import csv
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from data.checking.file_check import Checked
from data.findings import Refused
from data.ledger.data_folder import make_folder
from data.ledger.store import Store
from data.receiving.header_matching import match
from schemas.datasets.dataset_catalog import DATASETS
from schemas.datasets.file_profile import NO_PROFILE, NOT_USED, FileProfile
from schemas.policy.partner import DateOrder
from schemas.vocabularies.code_lists import VOCABULARIES
from schemas.vocabularies.likely_words import likely
from schemas.vocabularies.word_meaning import meaning_of
from tests.support.real_input import SHARED, Table, read
from workflow import administering, submitting

CASES = SHARED / "cases"
SETTINGS = 'name = "Test"\ntoday = 2026-10-31\n[[partners]]\nid = "alder"\nname = "Alder"\nhospitals = ["H"]\n'


def index() -> Table:
    """The lines of the index, by which each case has an id, a file, a dataset, a road and what was said."""
    return read(CASES / "INDEX.csv")


def opened(folder: Path) -> Store:
    """An empty store that these files are sent to."""
    make_folder(folder / "var", SETTINGS)
    store = administering.open_partnership(folder / "var")
    store.connection.execute("SET threads = 1")
    return store


@dataclass(frozen=True)
class Answer:
    """What became of a case: the check, what its sender was told, and, on the page, how its columns were asked."""

    checked: Checked
    asked: FileProfile
    file: bytes

    @property
    def rules(self) -> dict[str, int]:
        """Rule -> number of its findings."""
        table = self.checked.report.table
        return dict(sorted(table["rule"].value_counts().iter_rows()))

    @property
    def kept(self) -> int:
        """Rows kept; none of a refused file."""
        return 0 if self.refused else self.checked.report.rows_kept

    @property
    def refused(self) -> str:
        """The rule that refused the file; blank for none."""
        found = self.checked.report.refused
        return found.rule.id if found else ""

    @property
    def row(self) -> int | None:
        """The row that the refusal names."""
        found = self.checked.report.refused
        return found.row if found else None

    def words(self) -> str:
        """Everything that its sender reads."""
        report = self.checked.report
        return " ".join([str(report.refused or ""), *(str(r["message"]) for r in report.findings.records())])

    def __str__(self) -> str:
        report = self.checked.report
        sums = f"kept {report.rows_kept} blocked {report.rows_blocked} left out {report.rows_left_out}"
        return f"{'refused:' + self.refused + f' row {self.row}' if self.refused else sums} {self.rules}"


def answer(store: Store, case: dict[str, str]) -> Answer:
    """Check a case's file as its sender does: by the command, or on the page with every guess left as it stands."""
    name, dataset = case["file"], case["dataset"]
    file = _cut_at_65536() if name.startswith("truncated") else (CASES / name).read_bytes()
    profile = _of_the_page(store, file, case) if case["road"] == "page" else NO_PROFILE
    order: DateOrder | None = "dmy" if "dmy" in case["said"] else None
    checked = submitting.check(store, file, dataset, "alder", date_order=order, profile=profile)
    return Answer(checked, profile, file)


def _cut_at_65536() -> bytes:
    lines = [f"A{n % 9000},2026-{n % 9 + 1:02}-{n % 28 + 1:02},{100 + n % 70},{60 + n % 30}" for n in range(65_535)]
    return "\n".join(["patient_id,measured_on,systolic,diastolic", *lines, ""]).encode()


def _of_the_page(store: Store, file: bytes, case: dict[str, str]) -> FileProfile:
    look = submitting.find_tables(store, file, "alder")[0]
    if look.table is None:
        return NO_PROFILE
    try:
        asked = submitting.questions(store, look, case["dataset"], "alder")
    except Refused:
        return NO_PROFILE
    columns = {m.key: m.column or NOT_USED for m in asked.matches if not m.sure}
    if "settle_duplicate" in case["said"]:
        twice = DATASETS[case["dataset"]].named_twice([m.column for m in asked.matches if m.column])
        columns |= {m.key: NOT_USED for m in [m for m in asked.matches if m.column in twice][1:]}
    orders = {q.key: q.likely for q in asked.dates if q.likely}
    return FileProfile(columns=columns, date_orders=orders)


def _whole(kept: int) -> Callable[[Answer], bool]:
    return lambda a: a.kept == kept and a.checked.report.rows_blocked == 0


def _told(*rules: str) -> Callable[[Answer], bool]:
    return lambda a: any(rule in a.rules for rule in rules)


def _days(a: Answer) -> tuple[str, str]:
    covers = a.checked.report.covers
    return str(covers.first), str(covers.last)


EXPECTED: dict[str, Callable[[Answer], bool]] = {
    "quoted-break-in-note": _whole(24),
    "bom-in-the-middle": lambda a: a.kept == 24 and a.rules.get("repeated_header") == 1 and not a.checked.blocked,
    "mixed-encodings": lambda a: a.refused == "unreadable_bytes" and a.row in (25, 26),
    "nul-byte": lambda a: bool(a.refused) and a.row == 12,
    "nul-padded": lambda a: a.kept == 24 or (bool(a.refused) and a.row == 2),
    "short-rows": _whole(24),
    "rows-with-trailing-delimiter": _whole(24),
    "duplicate-column-can-be-settled": _whole(24),
    "wide-redcap": lambda a: a.kept == 24 or a.refused == "too_many_columns",
    "truncated-65535": _told("maybe_cut_off"),
    "hl7-ts": _whole(24),
    "utc-evening": lambda a: a.kept == 24 and "day_in_utc" in a.rules,
    "impossible-time": _told("impossible_time"),
    "mysql-zero-date": lambda a: a.kept == 24 and "wrong_date" not in a.rules and "wrong_date_left_blank" not in a.rules,
    "excel-flipped-half": _told("maybe_flipped_dates"),
    "unit-mistake-temperature": _told("maybe_temperature"),
    "markers-optional": lambda a: _whole(24)(a) and not any(r.startswith("not_in_vocabulary") for r in a.rules),
    "null-flavours": lambda a: _whole(24)(a) and not any(r.startswith("not_in_vocabulary") for r in a.rules),
    "subtotal-rows-excel": lambda a: a.kept == 24 and a.rules.get("totals_line") == 2,
    "masked-counts": lambda a: not a.refused and a.rules.get("hidden_at_source") == 6 and "wrong_number" not in a.rules,
    "rounded-16-digit": _told("maybe_rounded_ids"),
    "leading-zeros-some": _told("maybe_lost_leading_zeros", "lost_leading_zeros"),
    "date-like-id": _told("id_looks_like_date"),
    "case-differs": _told("ids_differ_by_case"),
    "simplereport-race": lambda a: _whole(28)(a) and not any(r.startswith("not_in_vocabulary") for r in a.rules),
    "icd10-problem-list": lambda a: a.kept >= 16 and not a.checked.blocked and "not_in_vocabulary" not in a.rules,
    "personal-header-spelled-otherwise": lambda a: a.refused == "personal_column",
    "ids-that-begin-with-N": lambda a: ("totals_line" not in a.rules and a.checked.report.rows_unusable >= 20)
    or (a.rules.get("wrong_number_left_blank") == 20 and "totals_line" not in a.rules),
    "two-tables-one-below-the-other": lambda a: "lines_above_header" not in a.rules
    and (bool(a.refused) or a.checked.report.rows_in >= 40),
    "footer-padded": lambda a: a.kept == 24 and a.rules.get("note_line") == 1 and not a.checked.blocked,
    "row-of-blanks": _whole(24),
    "no-header-no-leak": lambda a: bool(a.refused) and not any(
        cell in a.words() for line in a.file.decode().splitlines() for cell in line.split(",") if len(cell) > 3
    ),
    "county-names": lambda a: _whole(24)(a) and "wrong_pattern_left_blank" not in a.rules and "extra_column" in a.rules,
    "patient-race": lambda a: a.kept == 24 and "extra_column" not in a.rules and (
        not a.asked.columns or set(a.asked.columns.values()) == {"race"}
    ),
    "null-in-yes-no": lambda a: _whole(24)(a) and not any(r.startswith("not_in_vocabulary") for r in a.rules),
    "problem-status": lambda a: _whole(24)(a) and not any(r.startswith("not_in_vocabulary") for r in a.rules),
    "visit-without-reading": lambda a: a.kept == 35 and a.checked.report.rows_left_out == 5 and not a.checked.blocked,
    "mac-roman": _told("read_as_mac_roman"),
    "fhir-xml": lambda a: bool(a.refused) and "FHIR" in a.words(),
    "x12-claims": lambda a: bool(a.refused) and "X12" in a.words(),
    "x-1904-general": lambda a: a.kept == 24 and _days(a)[0].startswith("2026"),
    "x-formula-no-cache": lambda a: "formula_without_value" in a.rules and "24" in a.words(),
    "x-hidden-rows": _told("hidden_rows"),
    "x-merged-header": _whole(24),
    "x-group-header": _whole(24),
    "x-merged-ids": lambda a: a.kept == 24 and "merged_cells" in a.rules,
    "x-encrypted": lambda a: a.refused == "encrypted_file",
}  # fmt: skip
"""Case -> what must hold."""


@dataclass(frozen=True)
class Scored:
    """One header or word: what it is, what we say, and whether we say it unasked."""

    source: str
    text: str
    means: str
    said: str
    sure: bool


def headers() -> list[Scored]:
    """Each header of ../shared/cases with those of the same table, and what we take it for."""
    rows = read(CASES / "headers.csv")
    found: list[Scored] = []
    for (source, dataset), group in groupby(rows, lambda r: (r["source"], r["dataset"])):
        lines = list(group)
        cells = [line["header"] for line in lines]
        values = [[v.strip() for v in line["values below"].split(";")] for line in lines]
        below = [list(row) for row in zip(*(v + [""] * (4 - len(v)) for v in values), strict=False)]
        for line, m in zip(lines, match(cells, below, DATASETS[dataset], NO_PROFILE), strict=True):
            found.append(Scored(source, m.cell, line["is"], m.column or "-", m.sure))
    return found


def words() -> list[Scored]:
    """Each code word of ../shared/cases, what it means to us unasked, or what would be preselected."""
    found = []
    with (CASES / "words.csv").open(encoding="utf-8", newline="") as file:
        for column, word, means in list(csv.reader(file))[1:]:
            vocabulary = VOCABULARIES[column]
            known = meaning_of(vocabulary, word)
            said = known or likely(word, vocabulary)
            found.append(Scored(column, word, means, said or "?", known is not None))
    return found


def header_shares(found: list[Scored]) -> tuple[float, float, float]:
    """Right, wrong (a used column taken for another) and false (an unused one taken for one), of all used or unused."""
    used, unused = [s for s in found if s.means != "-"], [s for s in found if s.means == "-"]
    right = sum(s.said == s.means for s in used) / len(used)
    wrong = sum(s.said not in (s.means, "-") for s in used) / len(used)
    return right, wrong, sum(s.said != "-" for s in unused) / len(unused)


def word_shares(found: list[Scored]) -> tuple[float, float, float]:
    """Unasked and right, unasked and wrong, preselected and wrong, of all words."""
    right = sum(s.sure and s.said == s.means for s in found)
    wrong = sum(s.sure and s.said != s.means for s in found)
    preselected = sum(not s.sure and s.said not in ("?", s.means) for s in found)
    return right / len(found), wrong / len(found), preselected / len(found)


def main() -> None:
    """Print the score, and every miss."""
    good = 0
    with tempfile.TemporaryDirectory() as folder:
        store = opened(Path(folder))
        for case in index():
            try:
                found = answer(store, case)
                as_expected, shown = EXPECTED[case["id"]](found), str(found)
            except Exception as error:  # a crash is a miss, and the others go on
                as_expected, shown = False, f"{type(error).__name__}: {error}"
            good += as_expected
            if not as_expected or "-v" in sys.argv:
                print("ok  " if as_expected else "MISS", case["id"], shown[:300])
        store.close()
    print(f"cases as expected: {good} of {len(index())}")
    for s in headers():
        if s.said != s.means:
            print("header", s)
    for s in words():
        if s.said != s.means:
            print("word", s)
    print("headers right, wrong, false: {:.1%} {:.1%} {:.1%}".format(*header_shares(headers())))
    print("words unasked right, unasked wrong, preselected wrong: {:.1%} {:.1%} {:.1%}".format(*word_shares(words())))


if __name__ == "__main__":
    main()
