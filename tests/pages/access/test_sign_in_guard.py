"""What stands around Streamlit's sign-in: cookies made by Streamlit's own code, and requests that show them."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit import config
from streamlit.web.server.starlette import starlette_auth_routes

from pages.components.forms import file_chooser
from pages.components.forms.file_chooser import Upload
from pages.components.layout import opened_store
from pages.components.routes import one_time_downloads, server_routes
from pages.components.routes.one_time_downloads import Download
from pages.components.routes.sign_in_guard import SignInGuard, claims_of
from schemas.policy.viewer import Viewer
from tests.support.doors import SETTINGS, claims, invited
from tests.support.new_partnerships import new_folder
from workflow.access.door import Door, door_of

ANA, LEO = "ana@backbone.example", "leo@alder.example"
ALDER = Viewer(role="partner", partner_id="alder")


@dataclass
class Site:
    """The routes with a provider's way back, which says what the test wants."""

    door: Door
    client: TestClient
    says: dict[str, Any] = field(default_factory=dict)

    def sign_in(self, email: str, **more: Any) -> dict[str, str]:
        """Come back from the provider as somebody; the cookies of that browser."""
        self.says = claims(email, origin="https://concord.example.org", is_logged_in=True, **more)
        self.client.cookies.clear()
        answer = self.client.get("/oauth2callback?state=s&code=c")
        kept = dict(answer.cookies)
        self.client.cookies.clear()
        return kept

    def get(self, path: str, cookies: dict[str, str] | None = None, **headers: str) -> Any:
        words = "; ".join(f"{n}={v}" for n, v in (cookies or {}).items())
        return self.client.get(path, headers={"Cookie": words, **headers})


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    yield from site_on(tmp_path, monkeypatch, SETTINGS)


def site_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: str) -> Iterator[Site]:
    new_folder(tmp_path / "var", settings)
    monkeypatch.setenv("CONCORD_DATA", str(tmp_path / "var"))
    monkeypatch.setattr(starlette_auth_routes, "get_cookie_secret", lambda: "k" * 40)
    monkeypatch.setattr("pages.components.routes.sign_in_guard.get_cookie_secret", lambda: "k" * 40)
    assert not config.get_option("server.baseUrlPath")
    opened_store._open.clear()
    store = opened_store.opened()
    made: list[Site] = []

    async def back(request: Request) -> Response:
        answer = RedirectResponse("/", 302)
        if made[0].says:
            await starlette_auth_routes._set_auth_cookie(answer, made[0].says, {"id_token": "t" * 2000})
        return answer

    async def file(request: Request) -> Response:
        return PlainTextResponse("rows")

    routes = [
        Route("/oauth2callback", back), Route("/auth/login", back), Route("/auth/logout", file),
        Route("/media/{name}", file), Route("/index", file), *server_routes.ROUTES,
    ]  # fmt: skip
    app = Starlette(routes=routes, middleware=[Middleware(SignInGuard, encrypted=True)])
    with TestClient(app, "https://concord.example.org", follow_redirects=False) as client:
        made.append(Site(door_of(store), client))
        if store.partnership.sign_in.providers:
            invited(door_of(store), ANA, "backbone")
            invited(door_of(store), LEO, "partner", "alder")
        yield made[0]
    store.close()
    opened_store._open.clear()


def test_the_cookie_is_for_tls_and_ends_with_the_browser(site):
    site.says = claims(ANA, origin="o", is_logged_in=True)
    lines = site.client.get("/oauth2callback?state=s&code=c").headers.get_list("set-cookie")
    own = [line for line in lines if line.startswith("_streamlit_user")]
    assert len(own) >= 2 and all("; Secure" in line and "ax-" not in line for line in own), own
    assert all("HttpOnly" in line for line in own)


def test_a_large_cookie_that_came_in_pieces_is_one_sign_in(site):
    cookies = site.sign_in(ANA, groups=[hashlib.sha256(bytes([n])).hexdigest() for n in range(200)])
    assert "_streamlit_user_2" in cookies and claims_of(cookies)["email"] == ANA
    assert site.get("/media/a", cookies).status_code == 200
    assert site.get("/media/a", {k: v for k, v in cookies.items() if k != "_streamlit_user_2"}).status_code == 403


@pytest.mark.parametrize("damage", ["", "x", "e30.x.y", "\u00ff\u0100"])
def test_a_cookie_that_nobody_signed_says_nothing(site, damage):
    cookies = site.sign_in(ANA)
    assert claims_of(cookies | {"_streamlit_user": damage}) == {}
    assert claims_of(cookies | {"_streamlit_user": cookies["_streamlit_user"][:-2] + "aa"}) == {}


def test_files_of_streamlit_are_closed_to_who_is_not_in(site):
    assert site.get("/media/a").status_code == 403
    cookies = site.sign_in(ANA)
    assert site.get("/media/a", cookies).status_code == 200
    site.get("/auth/logout", cookies)
    assert site.get("/media/a", cookies).status_code == 403
    assert site.door.sessions() == []


def test_a_refusal_takes_the_cookies_back_and_says_why(site):
    site.says = claims("someone@else.example", origin="o", is_logged_in=True)
    answer = site.client.get("/oauth2callback?state=s&code=c")
    assert answer.headers["location"] == "/?door=unknown"
    left = [line for line in answer.headers.get_list("set-cookie") if line.startswith("_streamlit_user")]
    assert left and all("Max-Age=0" in line for line in left)


@pytest.mark.parametrize(
    ("query", "why"), [("state=s&code=c", "failed"), ("state=s&error=access_denied", "failed"), ("", "out")]
)
def test_an_answer_without_a_person_says_what_it_was(site, query, why):
    assert site.client.get(f"/oauth2callback?{query}").headers["location"] == f"/?door={why}"


def test_a_sign_in_in_the_same_browser_ends_the_one_before(site):
    first = site.sign_in(ANA)
    site.says = claims(LEO, origin="o", is_logged_in=True)
    site.get("/oauth2callback?state=s&code=c", first)
    assert [site.door.people[s.person].email for s in site.door.sessions()] == [LEO]


@pytest.mark.parametrize(
    ("came", "to"),
    [
        ("https://concord.example.org/equity-gaps?indicator=x", "/equity-gaps?indicator=x"),
        ("https://concord.example.org/", "/"),
        ("https://evil.example/equity-gaps", "/"),
        ("https://concord.example.org//evil.example", "/"),
        ("https://concord.example.org/a?door=unknown", "/"),
        ("", "/"),
    ],
)
def test_the_page_that_was_opened_comes_after_sign_in(site, came, to):
    site.says = {}
    cookies = dict(site.get("/auth/login", Referer=came).cookies)
    site.client.cookies.clear()
    site.says = claims(ANA, origin="o", is_logged_in=True)
    assert site.get("/oauth2callback?state=s&code=c", cookies).headers["location"] == to


@pytest.mark.parametrize("planted", ["//evil.example", "https://evil.example", "/%5Cevil.example", "%2F%2Fevil.example",
                                     "/a%0D%0ASet-Cookie: x=y", "evil.example", ""])  # fmt: skip
def test_a_planted_cookie_leads_to_no_other_site(site, planted):
    site.says = claims(ANA, origin="o", is_logged_in=True)
    answer = site.get("/oauth2callback?state=s&code=c", {"concord_from": planted})
    assert answer.headers["location"] == "/" and "x" not in answer.cookies


@pytest.mark.parametrize("thief", ["nobody", "another person", "the same person elsewhere", "signed out"])
def test_a_download_is_for_the_sign_in_that_it_was_offered_to(site, thief):
    mine, others = site.sign_in(LEO), site.sign_in(ANA)
    session = site.door.look(claims_of(mine)).session
    address = f"/mine/{one_time_downloads.waiting.offer(Download(b'rows', 'a.csv', 'text/csv', session))}"
    if thief == "signed out":
        site.get("/auth/logout", mine)
        assert site.get(address, mine).status_code == 403
        return
    shown = {"nobody": {}, "another person": others, "the same person elsewhere": site.sign_in(LEO)}[thief]
    refused = site.get(address, shown)
    assert refused.status_code == 403 and b"rows" not in refused.content
    assert site.get(address, mine).content == b"rows", "and it is still there for whom it is"
    assert site.get(address, mine).status_code == 404


@pytest.mark.parametrize("thief", ["nobody", "another person", "signed out"])
def test_an_upload_is_for_the_sign_in_that_asked_for_it(site, thief):
    mine, others = site.sign_in(LEO), site.sign_in(ANA)
    wanted = Upload(ALDER, "alder", "a.csv", 4, session=site.door.look(claims_of(mine)).session)
    wanted.word = file_chooser.waiting.offer(wanted)
    if thief == "signed out":
        site.get("/auth/logout", mine)
    shown = {"nobody": {}, "another person": others, "signed out": mine}[thief]
    words = "; ".join(f"{n}={v}" for n, v in shown.items())
    answer = site.client.put(f"/upload/{wanted.word}", content=b"rows", headers={"Cookie": words})
    kept = wanted.file
    assert answer.status_code == 403 and kept is None and not wanted.under_way
    if thief != "signed out":
        words = "; ".join(f"{n}={v}" for n, v in mine.items())
        assert site.client.put(f"/upload/{wanted.word}", content=b"rows", headers={"Cookie": words}).status_code == 201
        assert wanted.file
        wanted.file.delete()


def test_a_cookie_opens_no_endpoint_of_jobs(site):
    """Who signs in and who shows a token are two things: a page of another site could send the cookie along."""
    cookies = site.sign_in(LEO)
    assert site.get("/api/submissions", cookies).status_code == 401
    assert site.client.put("/api/submissions/blood_pressure", content=b"x").status_code == 401


def test_in_the_demo_nobody_is_asked(tmp_path, monkeypatch):
    settings = 'name = "Demo"\ndemo = true\n[[partners]]\nid = "alder"\nname = "Alder"\n'
    for site in site_on(tmp_path, monkeypatch, settings):
        address = f"/mine/{one_time_downloads.waiting.offer(Download(b'rows', 'a.csv', 'text/csv'))}"
        assert site.get(address).content == b"rows"
        assert site.get("/media/a").status_code == 200
        assert json.loads(site.get("/api/submissions").content)["outcome"] == "error"
