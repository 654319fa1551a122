"""A log line holds no value: of an address only its kind, of an error only its kind and place."""

import json
import logging
import sys

from pages.components.routes.request_log import JsonLines, kind

CANARY = "Jane Q Canary 123-45-6789"


def line(name: str, message: str, *args: object, error: bool = False) -> dict:
    try:
        raise ValueError(CANARY)
    except ValueError:
        info = sys.exc_info() if error else None
    record = logging.LogRecord(name, logging.ERROR, "place.py", 7, message, args, info)
    return json.loads(JsonLines().format(record))


def test_what_a_library_puts_into_its_words_is_left_out():
    for said in (
        line("streamlit.runtime", "Uncaught app execution", error=True), line("streamlit", f"could not read {CANARY}"),
        line("duckdb", "bad row %s", CANARY), line("uvicorn.error", "%s", CANARY, error=True),
    ):  # fmt: skip
        assert CANARY not in json.dumps(said)
    said = line("streamlit.runtime", "Uncaught app execution", error=True)
    assert (said["error"], said["place"], said["level"]) == ("ValueError", "place:7", "error")


def test_our_own_words_are_kept():
    assert line("concord", "a request failed: %s", "KeyError")["event"] == "a request failed: KeyError"


def test_of_an_address_only_its_kind_is_written():
    assert [kind(p) for p in (f"/mine/{CANARY}", "/upload/x", "/api/submissions/patients", "/measure", "/minefield")] == [
        "/mine", "/upload", "/api/submissions", "page", "page",
    ]  # fmt: skip
