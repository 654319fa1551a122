"""The door in place of the pages, and the page People, through Streamlit's own test runner."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.components.access import who_looks
from pages.components.layout import opened_store
from schemas.policy.viewer import PERSON_ROLES
from tests.support.doors import SETTINGS, claims, invited
from tests.support.new_partnerships import new_folder
from workflow.access.door import Door, door_of

ROOT = Path(__file__).parents[3]
ANA, LEO = "ana@backbone.example", "leo@alder.example"
DEMO = 'name = "Demo"\ndemo = true\n[[partners]]\nid = "alder"\nname = "Alder Clinic"\nkind = "clinic"\n'
SIGNED_OUT = "Sign in to Test"


class Browser:
    """Whose cookie the browser shows."""

    def __init__(self) -> None:
        self.shows: Mapping[str, Any] = {}


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Browser:
    browser = Browser()
    monkeypatch.setattr(who_looks, "claims", lambda: browser.shows)
    return browser


def door_at(folder: Path, monkeypatch: pytest.MonkeyPatch, settings: str) -> Iterator[Door]:
    new_folder(folder / "var", settings)
    monkeypatch.setenv("CONCORD_DATA", str(folder / "var"))
    opened_store._open.clear()
    store = opened_store.opened()
    yield door_of(store)
    store.close()
    opened_store._open.clear()


@pytest.fixture
def door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    for door in door_at(tmp_path, monkeypatch, SETTINGS):
        invited(door, ANA, "backbone")
        yield door


def app() -> AppTest:
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)


def words(page: AppTest) -> str:
    return " ".join(str(getattr(html, "value", "")) for html in page.get("html")) + " ".join(
        m.value for m in page.markdown
    )


def signed_in(door: Door, email: str) -> dict[str, Any]:
    said = claims(email, is_logged_in=True)
    assert not isinstance(door.come_in("county", said), str)
    return said


@pytest.mark.parametrize("demo", ["", "demo = false\n"])
def test_a_server_that_nobody_can_sign_in_to_shows_nothing(tmp_path, monkeypatch, shown, demo):
    for _ in door_at(tmp_path, monkeypatch, demo + DEMO.replace("demo = true\n", "")):
        page = app()
        page.query_params["as"] = "backbone"
        page.run()
        assert "Nobody can sign in yet" in words(page)
        assert not page.selectbox and not page.button and "Alder" not in words(page)


def test_who_is_not_in_sees_the_door_and_nothing_else(door, shown):
    page = app()
    page.query_params["as"] = "backbone"
    page.run()
    assert SIGNED_OUT in words(page) and "Ana at the backbone office" in page.caption[1].value
    assert [b.label for b in page.button] == ["Sign in with County account", "Sign in with State account"]
    assert not page.selectbox and "Alder" not in words(page)
    shown.shows = claims(ANA, is_logged_in=True)
    page.run()
    assert "Your sign-in has ended" in words(page), "a cookie whose sign-in the server does not know"


@pytest.mark.parametrize("why", ["unknown", "unverified", "second-factor", "failed", "out", "<script>"])
def test_the_door_says_why_in_our_own_words_alone(door, shown, why):
    page = app()
    page.query_params["door"] = why
    page.run()
    assert SIGNED_OUT in words(page) and "<script>" not in words(page)


def test_the_address_makes_nobody_somebody_else(door, shown):
    invited(door, LEO, "partner", "alder")
    shown.shows = signed_in(door, LEO)
    for wish in ("backbone", "birch", "auditor"):
        page = app()
        page.query_params["as"] = wish
        page.run()
        assert "Data person" in words(page) and "birch" not in words(page).lower()
        assert not page.selectbox or page.selectbox[0].label != "Look as"


def test_a_step_of_a_part_of_a_page_ends_at_the_door(door, shown):
    """What draws only a part of a page does not pass the router: each look at the store asks."""
    shown.shows = signed_in(door, ANA)
    page = AppTest.from_function(a_part, default_timeout=60)
    page.run()
    assert page.markdown[0].value == "In: Test"
    guest = door.look(shown.shows)
    assert guest
    door.leave(guest.session, "ended by staff")
    page.button[0].click().run()
    assert [m.value for m in page.markdown] == ["The door"]


def a_part() -> None:
    import streamlit as st

    from pages.components.access import who_looks
    from pages.components.layout import opened_store, page_state

    @st.fragment
    def part() -> None:
        st.markdown(f"In: {page_state.store().partnership.name}")
        st.button("Go on")

    if who_looks.is_in(opened_store.opened()):
        part()
    else:
        st.markdown("The door")


@pytest.mark.parametrize("file", sorted(p.name for p in (ROOT / "pages").glob("*.py") if p.stem != "__init__"))
def test_a_page_file_that_is_run_by_itself_draws_nothing(file):
    page = AppTest.from_file(str(ROOT / "pages" / file), default_timeout=60).run()
    assert len(page.main) == len(page.sidebar) == 0 and not page.exception


def people_page() -> None:
    from pages import access

    access.page()


@pytest.mark.parametrize("role", PERSON_ROLES)
def test_people_are_for_backbone_staff_and_auditors(tmp_path, monkeypatch, role):
    for door in door_at(tmp_path, monkeypatch, DEMO):
        invited(door, ANA, "backbone")
        page = AppTest.from_function(people_page, default_timeout=60)
        page.query_params["as"] = "alder" if role == "partner" else role
        page.run()
        assert not page.exception
        sees, changes = ANA in words(page), bool(page.text_input)
        assert (sees, changes) == (role in ("backbone", "auditor"), role == "backbone")


def test_backbone_staff_invite_change_and_end(tmp_path, monkeypatch):
    for door in door_at(tmp_path, monkeypatch, DEMO):
        invited(door, ANA, "backbone")
        page = AppTest.from_function(people_page, default_timeout=60)
        page.query_params["as"] = "backbone"
        page.run()
        page.text_input("invite_email").set_value("leo at alder").run()
        page.button("invite_send").click().run()
        assert "Nothing changed: this is no e-mail address" in words(page)
        page.text_input("invite_email").set_value(LEO)
        page.selectbox("invite_role").set_value("partner").run()
        page.button("invite_send").click().run()
        assert "needs one or several partners" in words(page)
        page.multiselect("invite_partners").set_value(["alder"]).run()
        page.button("invite_send").click().run()
        assert "Invited. Now write to them" in words(page) and "Data person, Alder Clinic" in words(page)
        number = next(p.person for p in door.people.values() if p.email == LEO)
        page.selectbox("change_person").set_value(number).run()
        page.button(f"end_{number}").click().run()
        assert "say why first" in words(page)
        page.text_input(f"end_{number}_reason").set_value("moved away").run()
        page.button(f"end_{number}").click().run()
        assert door.people[number].ended and "moved away" in words(page)


def test_a_name_from_a_provider_is_no_markup(door, shown):
    number = invited(door, LEO)
    said = claims(LEO, is_logged_in=True, name="<b onclick=x>[Leo](http://evil.example)</b>")
    assert not isinstance(door.come_in("county", said), str)
    shown.shows = said
    page = app().run()
    assert "&lt;b onclick=x&gt;" in words(page) and "<b onclick" not in words(page)
    assert door.people[number].name
