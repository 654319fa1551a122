"""A provider says without a browser that somebody is out: believed only when it signed so, for this server, just now."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

from pages.components.routes import back_channel
from tests.pages.access.test_sign_in_guard import ANA, LEO, Site, site_on
from tests.support.doors import CLIENT, ISSUER, SETTINGS
from tests.support.whole_run.every_run import some_of

KEY, OTHER = RSAKey.generate_key(2048, auto_kid=True), RSAKey.generate_key(2048, auto_kid=True)
NOW = int(time.time())


@pytest.fixture
def site(tmp_path, monkeypatch) -> Iterator[Site]:
    async def keys_of(provider_id: str, *, anew: bool) -> tuple[dict[str, Any], Any]:
        return {"issuer": ISSUER}, KeySet([KEY]).as_dict(private=False)

    monkeypatch.setattr(back_channel, "keys_of", keys_of)
    yield from site_on(tmp_path, monkeypatch, SETTINGS)


def token(key: Any = KEY, algorithm: str = "RS256", **said: Any) -> str:
    claims = {"iss": ISSUER, "aud": CLIENT, "iat": int(time.time()), "jti": "1", "sub": f"sub of {ANA}",
              "events": {back_channel.EVENT: {}}}  # fmt: skip
    header = {"alg": algorithm, "kid": KEY.kid}
    return jwt.encode(header, {k: v for k, v in (claims | said).items() if v is not None}, key, algorithms=[algorithm])


def told(site: Site, words: str, provider: str = "county") -> int:
    return site.client.post(f"/sign-out/{provider}", data={"logout_token": words}).status_code


def still_in(site: Site) -> list[str]:
    return [site.door.people[s.person].email for s in site.door.sessions()]


def test_every_sign_in_of_the_account_ends(site):
    cookies = [site.sign_in(ANA), site.sign_in(ANA)]
    site.sign_in(LEO)
    assert told(site, token()) == 200
    assert still_in(site) == [LEO]
    assert [site.get("/media/a", c).status_code for c in cookies] == [403, 403]


def test_a_sid_ends_that_sign_in_alone(site):
    site.sign_in(ANA, sid="desk")
    site.sign_in(ANA, sid="phone")
    assert told(site, token(sid="desk", sub=None)) == 200
    assert still_in(site) == [ANA]
    assert told(site, token(sid="phone")) == 200
    assert still_in(site) == []


@pytest.mark.parametrize(
    "words",
    some_of([
        "", "x.y.z",
        token(iss="https://id.evil.example"), token(aud="another server"), token(aud=None), token(iss=None),
        token(iat=NOW - 3600), token(iat=NOW + 7200), token(iat=None), token(iat="now"), token(exp=NOW - 3600),
        token(events=None), token(events={"other": {}}), token(events={back_channel.EVENT: None}),
        token(nonce="n"), token(sub=None),
        token(OTHER), token(OctKey.import_key("s" * 40), "HS256"),
        token() + "x", token().rpartition(".")[0] + ".",
    ], 4),
)  # fmt: skip
def test_what_the_provider_did_not_say_ends_nothing(site, words):
    site.sign_in(ANA)
    assert told(site, words) == 400
    assert still_in(site) == [ANA]


def test_another_provider_ends_nothing_of_this_one(site):
    site.sign_in(ANA)
    assert told(site, token(), "state") == 200, "which it may say of its own"
    assert told(site, token(), "evil") == 400
    assert still_in(site) == [ANA]


def test_a_body_without_end_is_not_read(site):
    assert site.client.post("/sign-out/county", content=b"logout_token=" + b"a" * 1_000_000).status_code == 400
    assert site.client.post("/sign-out/county", data={"logout_token": ["a", "b"]}).status_code == 400
