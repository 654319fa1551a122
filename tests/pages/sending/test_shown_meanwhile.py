"""How far an acceptance is, shown without anything of Streamlit in the thread that does it."""

import datetime as dt
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from data.ledger.submissions import Window
from metrics.indicators import indicators
from pages.components.forms.steps import shown_meanwhile
from tests.support.partnerships import fresh
from workflow import accepting

YEAR = Window(dt.date(2025, 1, 1), dt.date(2025, 12, 31))


def test_an_acceptance_tells_of_each_counting_once_and_of_no_more_than_there_are(tmp_path: Path):
    made = fresh(tmp_path / "var", ("alder",))
    people = [{"patient_id": f"P{n}", "birth_year": 1970, "sex": "female"} for n in range(20)]
    screens = [
        {"patient_id": f"P{n}", "screened_on": f"2025-0{1 + n % 9}-02", "instrument": "hunger_vital_sign",
         "result": "at_risk"} for n in range(20)
    ]  # fmt: skip
    made.send("alder", "patients", people)
    told: list[tuple[int, int]] = []
    first = made.check("alder", "food_security", screens, YEAR)
    accepting.accept(made.store, first.submission, heard=lambda *how: told.append(how))
    counted = sum(one.main == "food_security" for one in indicators().values())
    assert told == [(n, counted) for n in range(1, counted + 1)]
    told.clear()
    again = made.check("alder", "food_security", screens[1:], YEAR)
    accepting.accept(made.store, again.submission, heard=lambda *how: told.append(how))
    made.close()
    assert told == [(n, 2 * counted) for n in range(1, 2 * counted + 1)]


@dataclass
class Bar:
    """A bar that remembers what it was told, and whether by the thread of the script."""

    script: threading.Thread = field(default_factory=threading.current_thread)
    told: list[tuple[bool, str]] = field(default_factory=list)

    def progress(self, share: float, text: str) -> None:
        self.told.append((threading.current_thread() is self.script, f"{share:.2f} {text}"))

    def empty(self) -> None:
        self.told.append((threading.current_thread() is self.script, "gone"))


def test_the_script_s_own_thread_shows_nothing_until_the_work_is_done(monkeypatch: pytest.MonkeyPatch):
    bar = Bar()
    monkeypatch.setattr(shown_meanwhile.st, "progress", lambda *_, **__: bar)
    monkeypatch.setattr(shown_meanwhile, "EVERY", 0.01)
    with shown_meanwhile.shown_meanwhile("Accepting the rows") as heard:
        heard(3, 12)
        patience = time.monotonic() + 10
        while not bar.told and time.monotonic() < patience:
            time.sleep(0.01)
        assert bar.told == [(False, "0.25 Accepting the rows: counting the figures, 3 of 12")]
    assert bar.told[-1] == (True, "gone") and not any(mine for mine, _ in bar.told[:-1])
