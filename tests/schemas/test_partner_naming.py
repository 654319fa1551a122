"""A partner that has not agreed to be named is found nowhere by others: no page, no file, no link, no edition."""

import dataclasses
import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence

import duckdb
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data.demo.demo_settings import DEMO_SETTINGS
from data.releases import release_folders
from data.reporting.reporting_calendar import Entry
from metrics.indicators import indicators
from metrics.results import published_results
from metrics.results.coverage import Coverage
from pages.components.layout import page_state
from pages.components.routes import one_time_downloads
from pages.components.tables import chart_numbers
from schemas.policy.partner import Partner
from schemas.policy.partner_naming import naming
from schemas.policy.partnership import Partnership
from schemas.policy.status_words import KIND_OF_PARTNER
from schemas.policy.viewer import EVERYONE, Viewer
from tests.conftest import Demo, copied
from tests.support.open_folds import with_folds
from workflow import reading

DEMO = Partnership.model_validate(tomllib.loads(DEMO_SETTINGS))
UNNAMED = [p for p in DEMO.partners if not p.named]
ALWAYS_NAMED = {p.id for p in DEMO.partners if p.named}
KEY = b"a key of the test"


def as_partner(partner_id: str) -> Viewer:
    return Viewer(role="partner", partner_id=partner_id)


def partnership(*ids: str, named: tuple[str, ...] = ()) -> Partnership:
    return Partnership(partners=tuple(Partner(id=i, name=i.title(), named=i in named) for i in ids))


def test_the_demo_names_most_partners_and_not_all():
    assert 1 <= len(UNNAMED) <= 2 < len(ALWAYS_NAMED)


def test_nobody_is_named_before_it_agrees():
    assert not Partner(id="alder", name="Alder").named
    seen = naming(partnership("alder", "birch"), KEY, EVERYONE)
    assert all(name.startswith("Partner ") for name in seen.names.values())
    assert not {"alder", "birch"} & {*seen.names}


def test_a_partner_itself_and_backbone_staff_read_the_name():
    known = partnership("alder", "birch")
    assert naming(known, KEY, as_partner("alder")).names["alder"] == "Alder"
    assert "birch" not in naming(known, KEY, as_partner("alder")).names
    assert list(naming(known, KEY, Viewer(role="backbone")).names.values()) == ["Alder", "Birch"]


def test_a_letter_stays_when_others_are_named_or_listed_otherwise():
    ids = ("alder", "birch", "cedar", "dogwood")
    before = naming(partnership(*ids), KEY, EVERYONE).ids
    after = naming(partnership(*reversed(ids), named=("cedar",)), KEY, EVERYONE).ids
    assert {i: before[i] for i in ids if i != "cedar"} == {i: after[i] for i in ids if i != "cedar"}


def test_the_order_shown_is_not_that_of_the_settings():
    ids = [f"p{n}" for n in range(12)]
    shown = naming(partnership(*ids), KEY, EVERYONE)
    assert list(shown.names) == sorted(shown.names) != [shown.ids[i] for i in ids]


def test_letters_differ_by_key_and_tell_everyone_apart():
    ids = [f"p{n}" for n in range(60)]
    one, other = (naming(partnership(*ids), key, EVERYONE).ids for key in (KEY, b"another key of the test"))
    assert len(set(one.values())) == 60
    assert one != other


def test_an_id_shown_leads_back_and_the_id_behind_it_does_not():
    seen = naming(partnership("alder", "birch", named=("birch",)), KEY, EVERYONE)
    assert seen.true(seen.ids["alder"]) == "alder"
    assert (seen.true("alder"), seen.true("birch"), seen.true("partnership")) == (None, "birch", "partnership")


def test_asking_for_the_results_of_an_unnamed_partner_by_its_id_finds_nothing(demo_store):
    for partner in UNNAMED:
        assert reading.read_results(demo_store, EVERYONE, scope=partner.id).is_empty()
        letter = reading.read_naming(demo_store, EVERYONE).ids[partner.id]
        found = reading.read_results(demo_store, EVERYONE, scope=letter)
        assert set(found["scope"]) == {letter}
        backbone = reading.read_results(demo_store, Viewer(role="backbone"), scope=partner.id)
        assert found.drop("scope").equals(backbone.drop("scope"))


PAGES = (
    "scorecard",
    "indicator",
    "partners",
    "equity",
    "submit",
    "calendar",
    "quality",
    "methods",
    "releases",
    "board_pack",
    "settings",
)


def one_page(name: str) -> None:
    """What the router runs, with the pages that it leads to."""
    import importlib

    import streamlit as st

    from pages.components.layout import page_state

    places = {"measures": "scorecard", "measure": "indicator", "partner-comparison": "partners", "equity-gaps": "equity",
              "send-data": "submit", "reporting-calendar": "calendar", "data-quality": "quality",
              "how-it-is-measured": "methods", "make-release": "releases",
              "board-pack": "board_pack", "partnership-settings": "settings"}  # fmt: skip
    known = {
        path: st.Page(importlib.import_module(f"pages.{module}").page, url_path=path, default=module == name)
        for path, module in places.items()
    }
    page_state.know(known)
    st.navigation(list(known.values())).run()


@pytest.fixture(scope="module")
def app_data(made_demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The app on the demo partnership. What it keeps for one viewer is there when the next one comes, as on a server."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONCORD_DATA", str(copied(made_demo, tmp_path_factory.mktemp("naming") / "var").folder))
        st.cache_data.clear()
        st.cache_resource.clear()
        yield
        page_state.store().close()
        st.cache_resource.clear()


@pytest.fixture
def files(app_data: None, monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Every file that the app offers."""
    offered: list[bytes] = []
    write = chart_numbers.as_csv

    def as_csv(rows: Sequence[tuple[str, chart_numbers.Row]]) -> bytes:
        offered.append(write(rows))
        return offered[-1]

    monkeypatch.setattr(chart_numbers, "as_csv", as_csv)
    # A pack's forms are made of the same contents: its web page holds them as text.
    monkeypatch.setattr(
        one_time_downloads, "button",
        lambda label, data, name, mime, **_: offered.extend(data() if mime.startswith("text/") else []),
    )  # fmt: skip
    # What is folded is sent only when it is opened: here everything is open.
    fold = st.expander
    monkeypatch.setattr(st, "expander", lambda *args, **more: fold(*args, **{**more, "expanded": True}))
    return offered


def received(app: AppTest, offered: list[bytes]) -> str:
    """Everything of a page that the browser receives: elements, charts, links, files, the address."""
    elements = [str(e.proto) for e in app.main if getattr(e, "proto", None) is not None]
    return "\n".join([*elements, *(file.decode("utf-8-sig") for file in offered), str(app.query_params)])


KIND = re.compile("|".join(words for both in KIND_OF_PARTNER.values() for words in both), re.IGNORECASE)


def beside_a_letter(text: str, letters: Iterable[str], known: Iterable[str]) -> list[str]:
    """The sentences in which a kind stands beside a letter; `known`: names and titles that may hold such a word."""
    for words in sorted(known, key=len, reverse=True):
        text = text.replace(words, "")
    sentences = re.split(r"<[^>]+>|[.;:] |\\n|\n", text)
    return [one for one in sentences if any(letter in one for letter in letters) and KIND.search(one)]


def test_a_sentence_that_tells_the_kind_of_a_letter_is_found():
    assert beside_a_letter("Mill is fine. Partner B differs from the other hospitals.", ["Partner B"], [])
    assert not beside_a_letter("Partner B and Oak Clinic do not report this.", ["Partner B"], ["Oak Clinic"])


ONE_OF_A_KIND = ("readmission_same_hospital", "bp_control", "food_insecurity")


@pytest.mark.parametrize(
    "who", ["leader", *(pytest.param(who, marks=pytest.mark.heavy) for who in ("analyst", "millrace"))]
)
@pytest.mark.parametrize("page", PAGES)
def test_no_page_and_no_file_gives_an_unnamed_partner_or_the_kind_of_its_letter_away(
    files: list[bytes], page: str, who: str
):
    known = {p.name for p in DEMO.partners} | {words for i in indicators().values() for words in (i.id, i.title)}
    for indicator in ONE_OF_A_KIND if page in ("partners", "indicator") else [""]:
        app = AppTest.from_function(one_page, args=(page,), default_timeout=60)
        app.query_params.update({"as": who, **({"indicator": indicator} if indicator else {})})
        with_folds(app.run())
        assert not app.exception
        text = received(app, files)
        assert text.count("c-title") == 1
        assert [secret for p in UNNAMED for secret in (p.id, p.name) if secret in text] == []
        seen = reading.read_naming(page_state.store(), EVERYONE)
        letters = [words for i, name in seen.names.items() if i.startswith("partner-") for words in (i, name)]
        assert len(letters) == 2 * len(UNNAMED)
        assert beside_a_letter(text, letters, known) == []


def test_a_letter_has_no_kind_in_the_shared_edition_the_calendar_and_the_coverage(made_demo):
    number = release_folders.current_release(made_demo.folder)
    assert number is not None
    with duckdb.connect(str(release_folders.edition_path(made_demo.folder, number, "shared")), read_only=True) as con:
        kinds = dict(con.execute("SELECT partner_id, kind FROM partners").fetchall())
        columns = con.execute("SELECT DISTINCT column_name FROM duckdb_columns() WHERE table_name <> 'partners'")
        elsewhere = [name for (name,) in columns.fetchall() if "partner" in name and "kind" in name]
    assert {kind for i, kind in kinds.items() if i.startswith("partner-")} == {None}
    assert {i for i, kind in kinds.items() if kind} == ALWAYS_NAMED and not elsewhere
    said = {f.name for one in (Entry, Coverage) for f in dataclasses.fields(one)}
    assert "kind" not in said


def test_where_partners_figures_are_left_out_others_see_the_partnerships_alone(demo_store):
    settings = DEMO.model_copy(update={"policy": DEMO.policy.model_copy(update={"partner_figures": False})})
    own = UNNAMED[0].id

    def scopes(viewer: Viewer) -> set[str]:
        seen = naming(settings, demo_store.key, viewer)
        return set(published_results.published_results(demo_store.cursor(), viewer, seen, 1)["scope"])

    assert scopes(EVERYONE) == scopes(Viewer(role="analyst")) == {"partnership"}
    assert scopes(as_partner(own)) == {"partnership", own}
    assert len(scopes(Viewer(role="backbone"))) > 2


@pytest.mark.parametrize("page", ["scorecard", "partners", "calendar"])
def test_a_page_that_shows_partners_shows_the_letter_of_an_unnamed_one(files: list[bytes], page: str):
    app = AppTest.from_function(one_page, args=(page,), default_timeout=60).run()
    letters = [name for name in page_state.partner_names(EVERYONE).values() if name.startswith("Partner ")]
    assert len(letters) == len(UNNAMED)
    assert all(letter in received(app, files) for letter in letters)


def test_an_unnamed_partner_reads_its_own_name_but_its_files_do_not_hold_it(files: list[bytes]):
    own = UNNAMED[0]
    app = AppTest.from_function(one_page, args=("partners",), default_timeout=60)
    app.query_params["as"] = own.id
    with_folds(app.run())
    assert f"{own.name} (you)" in received(app, [])
    held = "".join(file.decode("utf-8-sig") for file in files)
    assert own.name not in held and own.id not in held
    assert reading.read_naming(page_state.store(), EVERYONE).ids[own.id] in held


def test_the_shared_edition_holds_no_unnamed_partner_and_the_research_edition_names_who_sent_its_rows(made_demo):
    number = release_folders.current_release(made_demo.folder)
    assert number is not None
    held = {}
    for edition in release_folders.READ:
        con = duckdb.connect(str(release_folders.edition_path(made_demo.folder, number, edition)), read_only=True)
        rows = [con.execute(f"FROM main.{name}").fetchall() for name in ("results", "partners", "indicators")]
        held[edition] = str(rows)
        con.close()
    raw = release_folders.edition_path(made_demo.folder, number, "shared").read_bytes()
    for partner in UNNAMED:
        assert partner.id not in held["shared"] and partner.name not in held["shared"]
        assert partner.id.encode() not in raw and partner.name.encode() not in raw
        assert partner.id in held["research"]
