"""A pack holds what the scorecard shows, in four forms that are the same bytes each time and run nothing."""

import dataclasses
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pptx
import pytest
import streamlit as st
import typst
from python_calamine import CalamineWorkbook
from streamlit.testing.v1 import AppTest

from metrics.judging.figure_words import RATE
from pages.components.layout import page_state
from pages.components.packs import document, gathering, pack_files, pictures, slides, standalone_page, workbook
from pages.components.packs.contents import Bar, Doing, Pack
from schemas.policy.status_words import FIGURE
from schemas.policy.viewer import BACKBONE, EVERYONE, Viewer
from tests.conftest import Demo, copied

OWN = Viewer(role="partner", partner_id="fenwick_flats")
HOSTILE = '<script>alert(1)</script> =HYPERLINK("x") #eval("1") [*_$ & \\'
FORMS = ("pdf", "pptx", "xlsx", "html")
HIDDEN = FIGURE["hidden"]
Gather = Callable[[Viewer], Pack]


@pytest.fixture(scope="module")
def gather(made_hiding_demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gather]:
    """The pack of a release that hides something, for a viewer."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONCORD_DATA", str(copied(made_hiding_demo, tmp_path_factory.mktemp("packs") / "var").folder))
        patch.setattr(page_state, "link", lambda *where, **selection: None)
        st.cache_data.clear()
        st.cache_resource.clear()

        def gathered(who: Viewer) -> Pack:
            with page_state.seen_by(who):
                found = gathering.gather()
            assert found
            return found

        yield gathered
        page_state.store().close()
        st.cache_resource.clear()


def forms(pack: Pack) -> dict[str, bytes]:
    return {
        "pdf": document.pdf(pack), "pptx": slides.slides(pack), "xlsx": workbook.workbook(pack),
        "html": standalone_page.page(pack),
    }  # fmt: skip


def bars(pack: Pack) -> list[Bar]:
    return [row for one in pack.sheets for part in (one.groups, one.partners) if part for row in part.rows]


def test_the_same_release_gives_the_same_bytes_in_every_form(gather: Gather):
    first = forms(gather(EVERYONE))
    assert forms(gather(EVERYONE)) == first
    assert first["pdf"].startswith(b"%PDF-1.7") and all(len(file) > 10_000 for file in first.values())


def test_numbers_are_those_of_the_release(gather: Gather):
    pack = gather(EVERYONE)
    rows = page_state.results(EVERYONE, scope="partnership", period_kind="year", stratifier="all")
    published = {round(r["rate"], 9) for r in rows.to_dicts() if r["rate"] is not None}
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook.workbook(pack)))
    for n, one in enumerate(pack.sheets, 1):
        told = [
            row for row in book.get_sheet_by_index(n + 1).to_python() if row and row[0] == one.years.points[-2].when
        ]
        assert round(float(str(told[0][1])), 9) in published


def test_what_is_hidden_is_a_word_in_every_form_and_never_a_number(gather: Gather):
    one = next(s for s in gather(EVERYONE).sheets if s.groups)
    assert one.groups
    row = {"rate": None, "low": None, "high": None, "numerator": None, "denominator": None, "suppressed": True}
    bar = gathering.bar("Few", {**row, "indicator": one.id}, "usual", "people")
    assert (bar.value, bar.low, bar.high, bar.said, bar.counted) == (None, None, None, HIDDEN, "")
    groups = dataclasses.replace(one.groups, rows=(*one.groups.rows, bar))
    pack = dataclasses.replace(gather(EVERYONE), sheets=(dataclasses.replace(one, groups=groups),))
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook.workbook(pack)))
    assert ["Few", HIDDEN, "", "", ""] in book.get_sheet_by_index(2).to_python()
    assert f"<td>Few</td><td>{HIDDEN}</td><td>–</td><td></td>" in standalone_page.page(pack).decode()
    show = pptx.Presentation(io.BytesIO(slides.slides(pack)))
    charts = [shape.chart for slide in show.slides for shape in slide.shapes if shape.has_chart]
    told = next(c for c in charts if f"Few ({HIDDEN})" in c.plots[0].categories)
    assert {series.values[0] for series in told.plots[0].series} == {None}, "the last group stands at the bottom"


def test_a_partner_s_pack_has_its_own_exact_figures_and_says_that_they_stay_with_it(gather: Gather):
    pack, shared = gather(OWN), gather(EVERYONE)
    name = page_state.partner_names(OWN)[OWN.partner_id or ""]
    assert pack.whom == gathering.FOR_ONE.format(name=name) and shared.whom == gathering.FOR_EVERYONE
    assert gather(BACKBONE).whom == gathering.INSIDE
    mine = {b.name: b.said for b in bars(pack) if b.name == f"{name} (you)"}
    assert mine and "hidden" not in mine.values()
    kind = pack_files.Kind("pdf", "", "", "", document.pdf)
    assert pack_files.file_name(shared, kind) == "kestrel_valley_health_partnership_release_1.pdf"
    assert pack_files.file_name(pack, kind).endswith("_release_1_not_to_be_passed_on.pdf")
    for file in (standalone_page.page(pack).decode(), _words_of(slides.slides(pack))):
        assert pack.whom in file


def test_no_word_runs_or_leaves_its_place_whatever_it_holds(gather: Gather):
    pack = gather(EVERYONE)
    first = dataclasses.replace(
        pack.sheets[0], title=HOSTILE, plain=HOSTILE, sentence=HOSTILE, gap=(HOSTILE,), partner=(HOSTILE, HOSTILE)
    )
    bad = dataclasses.replace(pack, partnership=HOSTILE, headline=HOSTILE, whom=HOSTILE, sheets=(first,))
    page = standalone_page.page(bad).decode()
    assert "<script" not in page and "&lt;script&gt;" in page
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook.workbook(bad)))
    assert any(HOSTILE in str(cell) for cell in book.get_sheet_by_index(1).to_python()[1])
    with zipfile.ZipFile(io.BytesIO(workbook.workbook(bad))) as parts:
        assert not any(b"<f>" in parts.read(name) for name in parts.namelist() if "worksheets/" in name)
    assert HOSTILE in _words_of(slides.slides(bad))
    assert document.pdf(bad) != document.pdf(pack)
    assert re.fullmatch(r"[a-z0-9_]+\.pdf", pack_files.file_name(bad, pack_files.Kind("pdf", "", "", "", document.pdf)))


def test_the_web_page_asks_nobody_for_anything(gather: Gather):
    page = standalone_page.page(gather(EVERYONE)).decode().replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not re.search(r"https?://|src=|url\(|@import|<link|<script", page)
    assert page.count("<svg") == page.count('role="img"') >= 14


def test_a_picture_without_words_is_refused_on_paper(gather: Gather):
    pack = gather(EVERYONE)
    silent = dataclasses.replace(pack.sheets[0], years=dataclasses.replace(pack.sheets[0].years, alt=""))
    with pytest.raises(typst.TypstError, match="alt"):
        document.pdf(dataclasses.replace(pack, sheets=(silent,)))


def test_paper_is_that_of_the_settings(gather: Gather):
    pack = gather(EVERYONE)
    assert document.pdf(pack, "a4") != document.pdf(pack)


def test_charts_of_slides_are_native_and_told_in_words(gather: Gather):
    pack = gather(EVERYONE)
    show = pptx.Presentation(io.BytesIO(slides.slides(pack)))
    charts = [shape for slide in show.slides for shape in slide.shapes if shape.has_chart]
    assert len(charts) == sum(bool(p) for one in pack.sheets for p in (one.years, one.months, one.groups, one.partners))
    assert all(len(shape._element.nvGraphicFramePr.cNvPr.get("descr")) > 20 for shape in charts)
    first = charts[0].chart.plots[0]
    assert list(first.categories) == [p.when for p in pack.sheets[0].years.points]
    assert list(first.series[0].values) == [None if p.open else p.value for p in pack.sheets[0].years.points]


def test_every_table_of_the_slides_lies_within_its_slide(gather: Gather):
    """A trap: columns that add up to more than the slide is wide lose their last words, on paper as on a wall."""
    pack = gather(EVERYONE)
    doing = tuple(Doing("About", "Name", "Owner", "State", "So far", "Next") for _ in range(8))
    show = pptx.Presentation(io.BytesIO(slides.slides(dataclasses.replace(pack, doing=doing))))
    tables = [shape for slide in show.slides for shape in slide.shapes if shape.has_table]
    assert len(tables) >= 3
    for shape in tables:
        assert shape.left + sum(column.width for column in shape.table.columns) <= show.slide_width


def test_the_number_of_a_line_steps_aside_for_its_target(gather: Gather):
    """A trap: the newest number stood struck through by the target's dashes."""
    one = next(s for s in gather(EVERYONE).sheets if s.years.points[-2].value is not None).years
    last = next(p for p in reversed(one.points) if p.value is not None and not p.open)
    places = {}
    for target in (None, (last.value or 0) + 0.02):
        drawn = pictures.line(dataclasses.replace(one, target=target), RATE)
        (places[target],) = {
            m.group(1) for m in re.finditer(rf'<text x="[\d.]+" y="([\d.]+)"[^>]*bold[^>]*>{last.said}<', drawn)
        }
    assert float(places[None]) < float(places[(last.value or 0) + 0.02])


def _words_of(file: bytes) -> str:
    show = pptx.Presentation(io.BytesIO(file))
    return "\n".join(shape.text_frame.text for slide in show.slides for shape in slide.shapes if shape.has_text_frame)


def _page() -> None:
    from pages import board_pack

    board_pack.page()


@pytest.mark.parametrize(("who", "own"), [("leader", False), ("backbone", True), ("fenwick_flats", True)])
def test_everybody_finds_a_pack_to_hand_on_and_who_sees_more_one_of_their_own_beside_it(gather: Gather, who, own):
    app = AppTest.from_function(_page, default_timeout=60)
    app.query_params["as"] = who
    app.run()
    assert not app.exception
    keys = [b.key or "" for b in app.button]
    assert [k for k in keys if k.endswith("_shared")] == [f"pack_{e}_shared" for e in (*FORMS, "zip")]
    assert [k for k in keys if k.endswith("_own")] == ([f"pack_{e}_own" for e in FORMS] if own else [])
    with page_state.seen_by(BACKBONE):
        assert pack_files.pack(EVERYONE) == gather(EVERYONE), "whoever asks, what is handed on is everyone's"


@pytest.mark.parametrize(
    ("who", "offered"), [("leader", False), ("fenwick_flats", False), ("analyst", True), ("backbone", True)]
)
def test_formats_of_other_systems_are_offered_to_those_who_may_take_them(gather: Gather, who, offered):
    app = AppTest.from_function(_page, default_timeout=60)
    app.query_params["as"] = who
    app.run()
    assert not app.exception
    keys = [b.key for b in app.button if (b.key or "").startswith("export_")]
    assert keys == (["export_measure_report", "export_qrda_iii", "export_adx"] if offered else [])
    assert ("For other systems" in "".join(str(e.proto) for e in app.main)) == offered


def test_before_the_first_release_the_page_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from tests.support.new_partnerships import new_folder

    monkeypatch.setenv("CONCORD_DATA", str(new_folder(tmp_path / "var", 'name = "New"\ndemo = true\n')))
    monkeypatch.setattr(page_state, "link", lambda *where, **selection: None)
    st.cache_resource.clear()
    app = AppTest.from_function(_page, default_timeout=60).run()
    assert not app.exception and not app.button and "No figures yet" in "".join(str(e.proto) for e in app.main)
    page_state.store().close()
    st.cache_resource.clear()
