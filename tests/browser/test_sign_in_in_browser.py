"""People come in by the door, in a real Chromium, with a real provider of OpenID Connect; and nobody else does."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from schemas.policy.viewer import SERVER
from tests.support.chromium import DESKTOP, PHONE, heading, picture, press, settled, wide
from tests.support.identity_provider import provider, settings, sign_in, sign_out
from tests.support.new_partnerships import new_folder
from tests.support.running_server import ask, free_port, running
from workflow import administering
from workflow.access import inviting
from workflow.access.door import door_of
from workflow.access.inviting import Invitation

pytestmark = pytest.mark.browser
PARTNERS = """name = "Test partnership"
[[partners]]
id = "alder"
name = "Alder Clinic"
kind = "clinic"
"""
ANA = {"email": "ana@backbone.example", "email_verified": True, "name": "Ana Ruiz", "amr": ["pwd", "otp"]}
LEO = {"email": "leo@alder.example", "email_verified": True, "name": "Leo Park", "amr": ["pwd", "otp"]}
PEOPLE = {
    "ana": ANA, "leo": LEO,
    "stranger": {"email": "someone@else.example", "email_verified": True, "amr": ["otp"]},
    "one factor": {"email": "mia@county.example", "email_verified": True, "amr": ["pwd"]},
    "wrong nonce": ANA | {"nonce": "of another sign-in"},
    "wrong audience": ANA | {"aud": "another server"},
    "audience of another": ANA | {"aud": ["another server"], "azp": "concord"},
    "expired": ANA | {"exp": 1_000_000_000},
    "other issuer": ANA | {"iss": "https://id.evil.example"},
}  # fmt: skip
DOOR = "Sign in to Test partnership"


@dataclass(frozen=True)
class Served:
    """The app, with a provider beside it."""

    url: str


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder, port = tmp_path_factory.mktemp("door"), free_port()
    with provider(PEOPLE) as there:
        data = new_folder(folder / "var", PARTNERS + settings(f"http://127.0.0.1:{port}", there))
        (data / "sign_in_secrets.toml").write_text('county = "made up"\n')
        store = administering.open_partnership(data)
        inviting.invite(door_of(store), SERVER, str(ANA["email"]), Invitation("backbone"), "test")
        inviting.invite(door_of(store), SERVER, "mia@county.example", Invitation("leader"), "test")
        store.close()
        with running(data, folder / "server.log", port=port) as (url, _):
            yield Served(url)


@pytest.fixture
def context(browser, app) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport=DESKTOP)
    yield made
    made.close()


def opened(context: BrowserContext, url: str) -> Page:
    page = context.new_page()
    page.goto(url)
    page.locator("h1").first.wait_for()
    settled(page)
    return page


def said(page: Page) -> str:
    return page.locator("section.c-state h2").first.inner_text()


def cookies_of_streamlit(context: BrowserContext) -> list[str]:
    return [c["name"] for c in context.cookies() if c["name"].startswith("_streamlit_user")]


def test_a_page_that_is_opened_first_is_the_door_and_the_page_afterwards(context, app):
    page = opened(context, f"{app.url}/send-data")
    assert heading(page) == DOOR and page.get_by_role("link", name="Submit data").count() == 0
    assert "Alder" not in page.content(), "who takes part is nobody's business at the door"
    sign_in(page, "ana")
    assert page.url.startswith(f"{app.url}/send-data") and heading(page) != DOOR
    expect(page.get_by_text("Ana Ruiz")).to_be_visible()
    cookie = next(c for c in context.cookies() if c.get("name") == "_streamlit_user")
    assert cookie["expires"] == -1 and cookie["httpOnly"] and cookie["sameSite"] == "Lax"


@pytest.mark.parametrize(
    ("who", "why"),
    [
        ("stranger", "You are not on the list yet"),
        pytest.param("one factor", "A second step is needed", marks=pytest.mark.heavy),
        ("wrong nonce", "The sign-in did not work"),
        pytest.param("wrong audience", "The sign-in did not work", marks=pytest.mark.heavy),
        pytest.param("audience of another", "The sign-in did not work", marks=pytest.mark.heavy),
        pytest.param("expired", "The sign-in did not work", marks=pytest.mark.heavy),
        pytest.param("other issuer", "The sign-in did not work", marks=pytest.mark.heavy),
    ],
)
def test_nobody_else_comes_in(context, app, who, why):
    page = opened(context, app.url)
    sign_in(page, who)
    assert (heading(page), said(page)) == (DOOR, why)
    assert cookies_of_streamlit(context) == [], "nothing stays in the browser that could be shown again"
    expect(page.get_by_text("Ana Ruiz at the backbone office")).to_be_visible()


def test_a_cookie_replayed_after_sign_out_opens_nothing(context, browser, app):
    page = opened(context, app.url)
    sign_in(page, "ana")
    stolen = context.cookies()
    sign_out(page)
    assert (heading(page), said(page)) == (DOOR, "You are signed out")
    thief = browser.new_context()
    thief.add_cookies(stolen)
    there = opened(thief, f"{app.url}/people-and-access")
    assert (heading(there), said(there)) == (DOOR, "Your sign-in has ended")
    words = "; ".join(f"{c['name']}={c['value']}" for c in stolen)
    assert ask(f"{app.url}/media/abc.csv", Cookie=words).status == 403
    thief.close()


@pytest.mark.heavy
def test_a_role_that_changes_meanwhile_holds_at_the_next_click(context, browser, app):
    ana = opened(context, f"{app.url}/people-and-access")
    sign_in(ana, "ana")
    picture(ana, "people_first")
    ana.get_by_label("E-mail address").fill(str(LEO["email"]))
    press(ana, "Invite")
    expect(ana.get_by_text("Invited. Now write to them")).to_be_visible()
    other = browser.new_context(viewport=DESKTOP)
    leo = opened(other, app.url)
    sign_in(leo, "leo")
    leo.get_by_role("link", name="Equity").click()
    expect(leo.locator("h1").first).to_have_text("No figures yet")
    changed(ana, "Auditor")
    leo.get_by_role("link", name="Scorecard").click()
    expect(leo.locator("h1").first).to_have_text("What Test partnership has settled")  # an auditor's first page
    expect(leo.get_by_role("link", name="People")).to_be_visible()
    assert leo.get_by_role("link", name="Scorecard").count() == 0
    ana.get_by_label("Why does their access end?").fill("moved to another county")
    press(ana, "End their access")
    expect(ana.get_by_text("Their access ended, and their sign-ins")).to_be_visible()
    picture(ana, "people_end")
    leo.get_by_role("link", name="Methods").click()
    expect(leo.locator("h1").first).to_have_text(DOOR)
    leo.reload()
    leo.locator("h1").first.wait_for()
    settled(leo)
    sign_in(leo, "leo")
    assert said(leo) == "You are not on the list yet"
    other.close()


def chosen(page: Page, box: Locator, option: str) -> None:
    """Open the list, again where the page moved under the click and closed it, and take an option."""
    box.scroll_into_view_if_needed()
    item = page.get_by_role("option", name=option)
    for _ in range(5):
        box.click()
        page.wait_for_timeout(500)
        if item.count():
            break
    item.first.click()
    settled(page)


def changed(ana: Page, role: str) -> None:
    """Ana gives the only other person another role."""
    chosen(ana, ana.get_by_label("Person", exact=True), str(LEO["email"]))
    chosen(ana, ana.get_by_label("Role").nth(1), role)
    ana.get_by_role("button", name="Change", exact=True).click()
    expect(ana.get_by_text("Changed.")).to_be_visible()
    settled(ana)


@pytest.mark.heavy
@pytest.mark.parametrize(("scheme", "size"), [("light", DESKTOP), ("dark", PHONE)])
def test_the_door_and_people_fit_the_screen(browser, app, scheme, size):
    context = browser.new_context(color_scheme=scheme, viewport=size)
    page = opened(context, app.url)
    assert wide(page) == 0
    picture(page, f"door_{scheme}")
    sign_in(page, "stranger")
    picture(page, f"door_refused_{scheme}")
    sign_in(page, "ana")
    page.goto(f"{app.url}/people-and-access")
    page.locator("h1").first.wait_for()
    settled(page)
    assert wide(page) == 0
    picture(page, f"people_{scheme}")
    context.close()
