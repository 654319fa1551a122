"""An erratum restates whole tables, and only where no change tells of a few people."""

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data.ledger.submissions import NotPossible, Window
from data.releases import release_folders
from pages.components.layout import page_state
from schemas.policy.viewer import EVERYONE
from tests.schemas.test_partner_naming import one_page, received
from tests.support.partnerships import Row, TestPartnership, fresh, one_copy_of
from workflow import reading, releasing, restating
from workflow.publishing import release_audit

pytestmark = pytest.mark.both_stores

YEAR = Window(dt.date(2024, 1, 1), dt.date(2024, 12, 31))
USUAL, LATE, INVENTED = 60, 40, 30


def screens(first: int, many: int, **cells: object) -> list[Row]:
    """One screen a person, of different people, all in May 2024."""
    return [
        {"patient_id": f"P{n:04}", "screened_on": dt.date(2024, 5, 1 + n % 28), "instrument": "hunger_vital_sign",
         "result": "at_risk" if n % 2 else "not_at_risk", **cells}
        for n in range(first, first + many)
    ]  # fmt: skip


def people(first: int, many: int) -> list[Row]:
    return [{"patient_id": f"P{n:04}", "birth_year": 1970, "sex": "female"} for n in range(first, first + many)]


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> TestPartnership:
    """Two pantries with people of one group each, of whom a year is closed and released; closed."""
    made = fresh(tmp_path_factory.mktemp("released") / "var", ("alder", "birch"))
    for partner in made.partners:
        made.send(partner, "patients", people(0, USUAL + LATE + INVENTED))
        made.send(partner, "food_security", screens(0, USUAL), YEAR)
    releasing.publish(made.store)
    made.close()
    return made


@pytest.fixture
def partnership(released: TestPartnership, tmp_path: Path) -> Iterator[TestPartnership]:
    """A copy of them for one test."""
    yield from one_copy_of(released, tmp_path / "var")


def insecurity(made: TestPartnership) -> dict[str, int | None]:
    """Scope -> people screened in the closed year, as everyone sees them."""
    found = reading.read_results(
        made.store, EVERYONE, indicator="food_insecurity", period_kind="year", stratifier="all",
        period_end=dt.date(2024, 12, 31),
    )  # fmt: skip
    return dict(found.select("scope", "denominator").iter_rows())


def test_late_rows_of_many_people_join_by_an_erratum_and_no_sooner(partnership: TestPartnership):
    before = insecurity(partnership)
    for partner in partnership.partners:
        partnership.send(partner, "food_security", screens(0, USUAL + LATE), YEAR)
    releasing.publish(partnership.store)
    assert insecurity(partnership) == before and before["partnership"] == 2 * USUAL
    proposal = restating.propose(partnership.store, "food_security", "late_files", "staff")
    moved = proposal.changes.filter(indicator="food_insecurity", owner="partnership", stratifier="all")
    assert set(moved["denominator"]) == {2 * LATE}
    assert restating.read_errata(partnership.store) == [], "proposed is not published"
    releasing.publish(partnership.store)
    assert insecurity(partnership) == before, "a proposal changes nothing"
    restating.approve(partnership.store, proposal.erratum, "staff")
    assert insecurity(partnership) == before, "it is published with a release"
    releasing.publish(partnership.store)
    after = insecurity(partnership)
    assert after["partnership"] == 2 * (USUAL + LATE) and USUAL + LATE in after.values()
    assert [e.reason for e in restating.read_errata(partnership.store)] == ["late_files"]
    shown = release_folders.edition_path(partnership.store.folder, 4, "shared")
    with duckdb.connect(str(shown), read_only=True) as con:
        assert con.execute("FROM errata").fetchall() == [(1, "food_security", "late_files", 4)]
    assert release_audit.audit_current(partnership.store) == []
    with pytest.raises(NotPossible, match="waits for approval"):
        restating.approve(partnership.store, proposal.erratum, "staff")


@pytest.mark.parametrize(
    "padded", [pytest.param(False, marks=pytest.mark.heavy), True], ids=["one person", "one person and thirty invented"]
)
def test_an_erratum_that_tells_of_one_person_is_refused_also_when_another_partner_pads_it(
    partnership: TestPartnership, padded: bool
):
    before = insecurity(partnership)
    partnership.send("birch", "food_security", screens(0, USUAL + 1), YEAR)
    if padded:
        partnership.send("alder", "food_security", screens(0, USUAL + INVENTED), YEAR)
    with pytest.raises(NotPossible, match="fewer than 11 people") as refused:
        restating.propose(partnership.store, "food_security", "late_files", "staff")
    assert not any(str(n) in str(refused.value) for n in (1 + INVENTED, INVENTED, USUAL))
    assert restating.read_proposed(partnership.store) == []
    releasing.publish(partnership.store)
    assert insecurity(partnership) == before


def test_what_was_allowed_when_it_was_proposed_is_looked_at_again_when_it_is_approved(partnership: TestPartnership):
    partnership.send("birch", "food_security", screens(0, USUAL + LATE), YEAR)
    proposal = restating.propose(partnership.store, "food_security", "late_files", "staff")
    partnership.send("alder", "food_security", screens(0, USUAL + 1), YEAR)
    with pytest.raises(NotPossible, match="single people"):
        restating.approve(partnership.store, proposal.erratum, "staff")
    assert [e.approved_at for e in restating.read_proposed(partnership.store)] == [None]


def test_an_erratum_needs_a_listed_reason_a_name_and_something_to_change(partnership: TestPartnership):
    with pytest.raises(NotPossible, match="late_files"):
        restating.propose(partnership.store, "food_security", "because Mrs. Quill asked", "staff")
    with pytest.raises(NotPossible, match="no closed figure would change"):
        restating.propose(partnership.store, "food_security", "late_files", "staff")
    with pytest.raises(KeyError, match="no dataset"):
        restating.propose(partnership.store, "stays", "late_files", "staff")
    partnership.send("birch", "food_security", screens(0, USUAL + LATE), YEAR)
    number = restating.propose(partnership.store, "food_security", "late_files", "staff").erratum
    with pytest.raises(NotPossible, match="name of who gives it"):
        restating.approve(partnership.store, number, " ")


@pytest.mark.heavy
def test_before_the_first_release_nothing_is_closed(tmp_path: Path):
    made = fresh(tmp_path / "var", ("alder",))
    made.send("alder", "food_security", screens(0, USUAL), YEAR)
    with pytest.raises(NotPossible, match="nothing is closed yet"):
        restating.propose(made.store, "food_security", "late_files", "staff")
    made.send("alder", "food_security", screens(0, USUAL + 1), YEAR)
    releasing.publish(made.store)
    assert insecurity(made)["partnership"] == USUAL + 1
    made.close()


@pytest.fixture
def opened_page(partnership: TestPartnership, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], AppTest]]:
    """The page Releases as backbone staff see it, once the files are sent."""

    def opened() -> AppTest:
        folder = partnership.store.folder
        partnership.close()
        settings = folder / "concord.toml"
        settings.write_text("demo = true\n" + settings.read_text())
        monkeypatch.setenv("CONCORD_DATA", str(folder))
        st.cache_data.clear()
        st.cache_resource.clear()
        app = AppTest.from_function(one_page, args=("releases",), default_timeout=60)
        app.query_params["as"] = "backbone"
        return app.run()

    yield opened
    page_state.store().close()
    st.cache_resource.clear()


def pressed(app: AppTest, button: str, field: str, name: str) -> str:
    """What the page says once a name is typed and a button pressed."""
    app.text_input(field).set_value(name)
    next(b for b in app.button if b.label == button).click()
    app.run()
    assert not app.exception
    return received(app, [])


def test_an_erratum_is_proposed_looked_at_and_approved_on_the_page(
    partnership: TestPartnership, opened_page: Callable[[], AppTest]
):
    partnership.send("birch", "food_security", screens(0, USUAL + LATE), YEAR)
    page = opened_page()
    assert "wait" not in received(page, []).split("Must closed figures")[1].split("Which releases")[0]
    page.selectbox("erratum_dataset").set_value("food_security")
    assert "Type your name first." in pressed(page, "Propose erratum", "erratum_proposer", " ")
    assert restating.read_proposed(page_state.store()) == []
    said = pressed(page, "Propose erratum", "erratum_proposer", "Kim Doe")
    assert "Erratum 1 changes these figures" in said and f"+{LATE}" in said
    approved = pressed(page, "Approve erratum", "erratum_approver", "Ana Ruiz")
    assert "Erratum 1 changes these figures" in approved
    (made,) = restating.read_proposed(page_state.store())
    assert (made.proposed_by, made.approved_by) == ("backbone:Kim Doe", "backbone:Ana Ruiz")


def test_the_page_says_why_an_erratum_may_not_be_made(partnership: TestPartnership, opened_page: Callable[[], AppTest]):
    partnership.send("birch", "food_security", screens(0, USUAL + 1), YEAR)
    page = opened_page()
    page.selectbox("erratum_dataset").set_value("food_security")
    said = pressed(page, "Propose erratum", "erratum_proposer", "Kim Doe")
    assert "The closed figures stay as they are" in said and "fewer than 11 people" in said
    assert restating.read_proposed(page_state.store()) == []
