"""No row vanishes: whatever stands in a file, its rows are kept, or found under their own number, or it is refused."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.checking.intake_report import Report
from data.findings import rows_with
from data.ledger.store import Store
from schemas.policy.rule_catalog import QUESTIONS
from tests.data.checking.case_files import GOOD, HEADER, LATER, WIDE, lines
from tests.data.checking.test_bad_input import SETTINGS, findings
from tests.support.new_partnerships import new_store
from tests.support.written_files import Written, books, texts
from workflow import accepting, submitting


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("vanish") / "var"
    opened = new_store(folder, SETTINGS)
    yield opened
    opened.close()


@pytest.mark.heavy
def test_row_numbers_hold_over_blocks_and_batches(store: Store) -> None:
    """450,000 rows are several of the reader's blocks and batches; every odd row is found under its own number."""
    odd: dict[int, tuple[str, set[tuple[str, str | None]]]] = {}
    kinds: list[tuple[str, set[tuple[str, str | None]]]] = [
        ("", set()),
        ("P2,2025-03-01,128", {(WIDE, None)}),
        ("P2,2025-03-01,128,79,office,,x", {(WIDE, None)}),
        ('P2,2025-03-01,128,79,"off\nice"', {("line_break_in_value", "setting")}),
        ("P2,2025-02-30,128,79,", {("wrong_date", "measured_on")}),
        ("P2,2025-03-01,soon,79,", {("wrong_number_left_blank", "systolic")}),
        ("P2,2025-03-01,999,79,", {("systolic_implausible_left_blank", "systolic")}),
        (",2025-03-01,120,79,", {("blank_required", "patient_id")}),
    ]
    rows = 450_000
    body = [f"P{n},2025-03-01,128,79,office" for n in range(rows)]
    for place in [*range(0, 40), *range(199_980, 200_060), *range(5_000, rows, 1_237), *range(rows - 24, rows)]:
        body[place], found = kinds[place % len(kinds)]
        odd[place + 2] = body[place], found
    checked = submitting.check(store, lines(HEADER, *body), "blood_pressure", "alder")
    expected = {(rule, row, column) for row, (_, found) in odd.items() for rule, column in found}
    # Rows that have lost the value by which they differed repeat each other.
    assert {f for f in findings(checked.report) if f[0] != "repeated_row"} == expected
    blank = sum(not text for text, _ in odd.values())
    assert checked.report.rows_in == rows - blank
    stays = sum(any(rule.endswith("_left_blank") for rule, _ in found) for _, found in odd.values())
    assert checked.report.rows_kept == rows - len(odd) + stays
    assert checked.report.rows_left_blank == checked.report.rows_undecided == stays
    assert checked.submission is not None
    accepting.discard(store, checked.submission)


@pytest.mark.parametrize("tail", [5, pytest.param(300_000, marks=pytest.mark.heavy)])
def test_an_unclosed_quotation_mark_never_swallows_rows(store: Store, tail: int) -> None:
    """The file is refused however much follows the quotation mark, and at the row that holds it."""
    body = [f"P{n},2025-03-01,128,79,office" for n in range(100)]
    checked = submitting.check(
        store,
        lines(HEADER, *body, 'P2,2025-03-01,128,79,"office', *body * (tail // 100 + 1)),
        "blood_pressure",
        "alder",
    )
    assert checked.submission is None
    assert checked.report.refused is not None
    assert checked.report.refused.rule.id == "unclosed_quote"
    assert checked.report.refused.row is not None
    assert checked.report.refused.row <= 102


def test_a_field_longer_than_a_block_is_answered(store: Store) -> None:
    row = f"P2,2025-03-01,128,79,{'x' * 5_000_000}"
    report = submitting.check(store, lines(HEADER, GOOD, row, LATER), "blood_pressure", "alder").report
    assert report.refused is not None
    assert report.refused.rule.id == "unclosed_quote"


cell = st.one_of(
    st.sampled_from(
        [
            "P1",
            "007",
            "7",
            "1.23E+10",
            "2025-03-01",
            "2025-02-30",
            "2099-01-01",
            "128",
            "79",
            "16.0",
            "office",
            "",
            "-",
            "N/A",
        ]
    ),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\n"), max_size=6),
)
row = st.one_of(st.lists(cell, min_size=5, max_size=5), st.lists(cell, max_size=7))


def quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


@pytest.mark.heavy
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(row, min_size=1, max_size=8), encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_no_row_vanishes(store: Store, rows: list[list[str]], encoding: str) -> None:
    """Every row that holds something is kept or has a finding that blocks it; there is never an exception."""
    text = "\n".join([HEADER, *(",".join(map(quoted, r)) for r in rows)]) + "\n"
    report = _checked(store, text.encode(encoding))
    if report.refused:
        return
    blank = [not any(r) if len(r) == 5 else not "".join(r).replace(",", "").replace('"', "").strip() for r in rows]
    filled = {n for n, nothing in enumerate(blank, start=2) if not nothing}
    blocked = {n for reach in ("record", "line") for n in rows_with(report.table, reach)}
    assert report.rows_in == report.rows_kept + len(blocked)
    assert blocked <= filled
    assert report.rows_in == len(filled)


@pytest.mark.heavy
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.one_of(st.binary(max_size=200), st.text(max_size=100).map(str.encode)), header=st.booleans())
def test_no_bytes_break_it(store: Store, body: bytes, header: bool) -> None:
    report = _checked(store, (HEADER.encode() + b"\n" if header else b"") + body)
    if not report.refused:
        assert report.rows_in == report.rows_kept + sum(len(rows_with(report.table, r)) for r in ("record", "line"))


def _checked(store: Store, file: bytes) -> Report:
    checked = submitting.check(store, file, "blood_pressure", "alder")
    if checked.submission:
        accepting.discard(store, checked.submission)
    return checked.report


@pytest.mark.parametrize("swallowed", [1, 3, 5_000])
def test_rows_swallowed_into_a_row_of_the_wrong_length_are_not_lost(store: Store, swallowed: int) -> None:
    """The quotation mark takes the next rows into one value, and the row is then too short as well."""
    inside = ["P3,2025-03-02,128,79,home"] * swallowed
    file = lines(HEADER, GOOD, 'P2,2025-03-02,"128,79,office', *inside, 'P4,2025-03-02,128,79,"home"', LATER)
    refused = submitting.check(store, file, "blood_pressure", "alder").report.refused
    assert refused is not None
    assert (refused.rule.id, refused.row) == ("unclosed_quote", 3)


@pytest.mark.heavy
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(marks=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 27)), min_size=1, max_size=5))
def test_quotation_marks_anywhere_lose_no_row(store: Store, marks: list[tuple[int, int]]) -> None:
    rows = [f"P{n},2025-03-0{n + 1},128,79,office" for n in range(6)]
    for number, place in marks:
        rows[number] = rows[number][:place] + '"' + rows[number][place:]
    report = _checked(store, lines(HEADER, *rows))
    if report.refused:
        assert report.refused.rule.id == "unclosed_quote"
    else:
        assert (
            report.rows_in
            == len(rows)
            == report.rows_kept + sum(len(rows_with(report.table, r)) for r in ("record", "line"))
        )


def _every_line_ends_where_it_must(store: Store, written: Written) -> None:
    """Stored under its own number, or found under it: counted here from how the file was written."""
    # Whatever a guard would ask about the whole file is answered: here each line is followed.
    checked = submitting.check(store, written.file, "blood_pressure", "alder", confirmed=QUESTIONS)
    report = checked.report
    if not written.kept:
        assert checked.submission is None
    else:
        assert report.refused is None, report.refused
        assert checked.submission is not None
        rows = (
            store.cursor()
            .execute('SELECT "row" FROM rows.blood_pressure WHERE submission = ?', [checked.submission])
            .fetchall()
        )
        accepting.discard(store, checked.submission)
        assert {row for (row,) in rows} == written.kept and len(rows) == len(written.kept)
    if report.refused and report.refused.rule.id != "empty_file":
        raise AssertionError(report.refused)
    blocked, aside = (set(rows_with(report.table, reach)) for reach in ("record", "line"))
    assert blocked | aside == written.found and not blocked & aside
    assert report.rows_in == len(written.kept) + len(written.found)
    assert (report.rows_blocked, report.rows_left_out) == (len(blocked), len(aside))


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(written=texts())
def test_every_line_of_a_text_is_kept_or_found_under_its_number(store: Store, written: Written) -> None:
    _every_line_ends_where_it_must(store, written)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(written=books())
def test_every_line_of_a_sheet_is_kept_or_found_under_its_number(store: Store, written: Written) -> None:
    _every_line_ends_where_it_must(store, written)
