"""Guessing and knocking are slowed down; whoever is right is not."""

import asyncio

from pages.components.routes.rate_limit import MOST_ADDRESSES, MOST_FAILURES, MOST_STEPS, WINDOW, RateLimit


class Server:
    """A server behind the limit: it answers `status`, at a time that the test sets."""

    def __init__(self) -> None:
        self.at, self.status = 0.0, 401
        self.limit = RateLimit(self._app, lambda: self.at)

    async def _app(self, scope, receive, send):
        await send({"type": "http.response.start", "status": self.status, "headers": []})

    def ask(self, path: str, address: str = "10.0.0.1") -> int:
        said: list[dict] = []

        async def send(message):
            said.append(message)

        async def receive():
            return {"type": "http.request"}

        scope = {"type": "http", "path": path, "client": (address, 1), "method": "GET", "headers": []}
        asyncio.run(self.limit(scope, receive, send))
        return int(said[0]["status"])


def test_guessed_tokens_are_answered_429_until_a_minute_is_over():
    server = Server()
    assert [server.ask("/api/submissions") for _ in range(MOST_FAILURES + 2)] == [401] * MOST_FAILURES + [429] * 2
    assert server.ask("/mine/word") == 429, "tickets of the same address too"
    assert server.ask("/api/submissions", "10.0.0.2") == 401, "another address"
    assert server.ask("/measure") == 401, "pages are not counted"
    server.at = WINDOW + 1
    assert server.ask("/api/submissions") == 401


def test_a_job_that_shows_a_valid_token_is_never_slowed_down():
    server = Server()
    server.status = 200
    assert {server.ask("/api/submissions/patients") for _ in range(1_000)} == {200}
    server.status = 422
    assert {server.ask("/api/submissions/patients") for _ in range(1_000)} == {422}, "a file with findings is no guess"


def test_steps_of_sign_in_are_counted_whatever_comes_of_them():
    server = Server()
    server.status = 302
    assert [server.ask("/auth/login") for _ in range(MOST_STEPS + 1)] == [302] * MOST_STEPS + [429]
    assert server.ask("/oauth2callback") == 429 and server.ask("/api/submissions") == 302


def test_made_up_addresses_do_not_fill_the_memory():
    server = Server()
    for n in range(MOST_ADDRESSES + 50):
        server.limit._count((str(n), "tries"))
    assert len(server.limit._tries) == MOST_ADDRESSES
