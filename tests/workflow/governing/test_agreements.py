"""Agreements are enforced: what they do not allow is refused before it is kept, and what ends with them leaves."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from typer.testing import CliRunner

from concord.command import app
from data.ledger import job_tokens
from data.ledger.settings import settings_toml
from data.ledger.store import Store
from data.ledger.submissions import NotPossible, Window
from data.receiving.spool import FOLDER
from pages.components.forms import file_chooser
from pages.components.forms.file_chooser import Upload
from pages.components.layout import opened_store
from pages.components.wording.settings import agreement_words, change_words
from schemas.policy.agreements.agreement import Agreement
from schemas.policy.partner import Partner
from schemas.policy.partnership import Partnership
from schemas.policy.viewer import BACKBONE, Viewer
from tests.support.new_partnerships import new_folder
from tests.support.running_server import ask, served
from tests.support.whole_run.every_run import some_of
from workflow import accepting, administering, delivering, reading, releasing, submitting
from workflow.delivering import How
from workflow.governing import agreement_receipt, changing_settings, settings_effect

SETTINGS = """
name = "Test"
demo = true
today = 2026-10-20
[policy]
smallest_cell = 1
[[partners]]
id = "alder"
name = "Alder Clinic"
kind = "clinic"
sends = ["blood_pressure"]
[[partners]]
id = "birch"
name = "Birch Clinic"
kind = "clinic"
sends = ["blood_pressure"]
"""
DAY = dt.date(2026, 10, 20)
COVERS = Window(dt.date(2026, 7, 1), dt.date(2026, 9, 30))
ALDER = Viewer(role="partner", partner_id="alder")
EXPIRED, ENDED = {"ends": "2026-10-19"}, {"ended": "2026-10-20", "when_ended": "leaves"}


def readings(start: int = 0) -> bytes:
    lines = [f"P{n},2026-08-{1 + n % 28:02},{110 + n % 50},80" for n in range(start, start + 40)]
    return "\n".join(["patient_id,measured_on,systolic,diastolic", *lines, ""]).encode()


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("CONCORD_DATA", str(new_folder(tmp_path / "var", SETTINGS)))
    opened_store._open.clear()
    yield opened_store.opened()
    opened_store.opened().close()
    opened_store._open.clear()


def agreed(store: Store, partner: str = "alder", **told: Any) -> int:
    """Let an agreement hold, the way backbone staff do."""
    found = Agreement.model_validate(told) if told else None
    partners = tuple(
        p.model_copy(update={"agreement": found}) if p.id == partner else p for p in store.partnership.partners
    )
    settings = store.partnership.model_copy(update={"partners": partners})
    return changing_settings.change(
        store, BACKBONE, store.settings_version, settings, reason="As the document says", actor="x"
    )


def sent(store: Store, partner: str = "alder", start: int = 0) -> int:
    number = submitting.check(store, readings(start), "blood_pressure", partner, covers=COVERS).submission
    assert number
    accepting.accept(store, number, accept_valid=True)
    return number


def totals(store: Store, partner: str) -> int:
    """A year of totals of a partner, accepted."""
    file = b"indicator,period_start,period_end,numerator,denominator\nbp_control,2025-10-01,2026-09-30,30,60\n"
    number = submitting.check(store, file, "indicator_counts", partner).submission
    assert number
    accepting.accept(store, number)
    return number


@pytest.mark.parametrize(
    ("told", "why"),
    some_of(
        [
            (EXPIRED, "the agreement with Alder Clinic expired on 2026-10-19: its files are not taken"),
            ({"ended": "2026-10-20"}, "the agreement with Alder Clinic ended on 2026-10-20"),
            ({"starts": "2026-10-21"}, "the agreement with Alder Clinic begins on 2026-10-21"),
            ({"scope": "counts"}, "for counts only: send indicator_counts, no rows of people"),
        ],
        2,
    ),
)
def test_no_way_in_takes_what_the_agreement_does_not_allow(store, told, why):
    waiting = submitting.check(store, readings(), "blood_pressure", "alder").submission
    assert waiting
    agreed(store, **told)
    with pytest.raises(NotPossible, match=why):
        accepting.accept(store, waiting, accept_valid=True)
    with pytest.raises(KeyError, match=why):
        submitting.check(store, readings(50), "blood_pressure", "alder", viewer=ALDER)
    with pytest.raises(KeyError, match=why):
        delivering.deliver(store, b"never read", "blood_pressure", "alder", How(), "job:alder", viewer=ALDER)
    token = job_tokens.new_token(store.folder, "alder", 10)[0]
    before = len(reading.all_submissions(store))
    with served() as url:
        answer = ask(f"{url}/api/submissions/blood_pressure", "PUT", readings(50), token)
        assert answer.status == 403 and why[1:] in answer.json["message"]
        assert ask(f"{url}/api/submissions", token=token).status == 200, "what was sent can still be listed"
        upload = Upload(ALDER, "alder", "x.csv", 10)
        word = file_chooser.waiting.offer(upload)
        if "scope" not in told:  # which kind of file it is, is said to the check
            answer = ask(f"{url}/upload/{word}", "PUT", readings(50))
            assert answer.status == 403 and why[1:] in answer.json["message"] and upload.file is None
    assert list((store.folder / FOLDER).glob("*")) == [] and len(reading.all_submissions(store)) == before
    assert sent(store, "birch") > 0


def test_the_command_refuses_before_it_reads(store, tmp_path):
    agreed(store, **EXPIRED)
    file = tmp_path / "next.csv"
    file.write_bytes(readings())
    store.close()
    opened_store._open.clear()
    said = CliRunner().invoke(
        app, ["submit", "blood_pressure", str(file), "--partner", "alder", "--data", str(store.folder)]
    )
    assert said.exit_code and "expired on 2026-10-19" in f"{said.output}{said.exception}"


def test_counts_are_taken_where_only_counts_are_agreed(store):
    agreed(store, scope="counts")
    assert totals(store, "alder")


@pytest.mark.parametrize(("own", "policy", "kept"), [(None, 5, 5), (3, 5, 3), (5, 3, 3), (0, 5, 0), (3, 0, 0)])
def test_of_a_zip_code_the_fewer_digits_are_kept(own, policy, kept):
    partner = Partner(id="alder", name="Alder", agreement=Agreement(zip_digits=own))
    assert partner.zip_digits(policy) == kept


def test_zip_codes_of_its_files_are_cut_to_what_is_agreed(store):
    agreed(store, zip_digits=3)
    rows = b"patient_id,birth_date,zip\n" + b"".join(b"P%d,1970-01-01,48104\n" % n for n in range(20))
    for partner, zips in (("alder", {"481"}), ("birch", {"48104"})):
        assert submitting.check(store, rows, "patients", partner).submission
        found = store.cursor().execute(
            "SELECT DISTINCT zip FROM rows.patients JOIN submission USING (submission) WHERE partner_id = ?", [partner]
        )
        assert {row[0] for row in found.fetchall()} == zips


def test_what_was_sent_leaves_later_releases_with_a_receipt_and_the_next_one_does_not_show_it(store):
    numbers = [totals(store, "alder"), totals(store, "birch")]
    releasing.publish(store)
    year = {"indicator": "bp_control", "period_kind": "year", "stratifier": "all"}
    assert {"alder", "birch"} <= scopes(store, year)
    partners = tuple(
        p.model_copy(update={"agreement": Agreement.model_validate(ENDED)}) if p.id == "alder" else p
        for p in store.partnership.partners
    )
    proposed = store.partnership.model_copy(update={"partners": partners})
    assert settings_effect.effect(store, BACKBONE, store.partnership, proposed).withdrawn == {"alder": 1}
    agreed(store, **ENDED)
    (gone,) = agreement_receipt.read_receipt(store, ALDER, "alder")
    assert (gone.submission, gone.rows, gone.why) == (numbers[0], 1, "the agreement ended")
    lines = agreement_receipt.as_csv([gone]).decode().splitlines()
    assert len(lines) == 2 and lines[1].startswith(f"{numbers[0]},indicator_counts,2026-09-30,2026-09-30,1,")
    assert agreement_receipt.read_receipt(store, BACKBONE, "birch") == []
    releasing.publish(store)
    assert "alder" not in scopes(store, year) and "birch" in scopes(store, year)
    with pytest.raises(NotPossible, match="ended on 2026-10-20"):
        accepting.accept(store, numbers[0], accept_valid=True)


def scopes(store: Store, only: dict[str, Any]) -> set[str]:
    return set(reading.read_results(store, BACKBONE, **only)["scope"])


def test_what_was_sent_stays_where_the_agreement_says_so_and_nothing_more_is_awaited(store):
    sent(store)
    agreed(store, ended="2026-10-20", when_ended="stays")
    assert agreement_receipt.read_receipt(store, ALDER, "alder") == []
    assert {s.state for s in reading.all_submissions(store)} == {"accepted"}
    assert {e.state for e in reading.read_calendar(store, BACKBONE) if e.partner_id == "alder"} == {"on time"}


def test_an_end_that_comes_while_the_server_runs_is_seen_by_the_next_release(store, monkeypatch):
    sent(store)
    sent(store, "birch", 100)
    agreed(store, ended="2026-10-21", when_ended="leaves")
    assert agreement_receipt.read_receipt(store, ALDER, "alder") == []
    basis = releasing.basis_of(store.cursor(), None)
    monkeypatch.setattr(store, "partnership", store.partnership.model_copy(update={"today": dt.date(2026, 10, 21)}))
    with pytest.raises(NotPossible, match="changed since you looked"):
        releasing.publish(store, closing=False, as_seen=basis)
    assert len(agreement_receipt.read_receipt(store, ALDER, "alder")) == 1


def test_an_expired_agreement_is_renewed_and_nothing_was_lost(store):
    number = sent(store)
    agreed(store, **EXPIRED)
    assert {s.state for s in reading.all_submissions(store)} == {"accepted"}, "expiry alone takes nothing back"
    agreed(store, ends="2027-12-31")
    assert sent(store, start=50) > number


def test_it_stays_in_the_settings_file_and_in_every_version(store):
    agreed(store, document="DUA “7”; 2026", purposes=["research"], starts="2026-01-01", ends="2027-01-01", zip_digits=3)
    (store.folder / "concord.toml").unlink()
    store.close()
    opened_store._open.clear()
    again = administering.open_partnership(store.folder)
    found = again.partnership.partner("alder").agreement
    assert found and (found.document, found.purposes, found.zip_digits) == ("DUA “7”; 2026", ("research",), 3)
    (store.folder / "concord.toml").write_text(settings_toml.text(again.partnership), encoding="utf-8")
    assert Partnership.read(store.folder / "concord.toml") == again.partnership
    again.close()


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"starts": "2026-02-01", "ends": "2026-01-31"}, "before its first"),
        ({"starts": "2026-02-01", "ended": "2026-01-31"}, "ended before its first day"),
        ({"ends": "31 March"}, "valid date"), ({"scope": "all"}, "'rows' or 'counts'"), ({"purpose": "x"}, "Extra"),
        ({"zip_digits": 4}, "0, 3 or 5"), ({"purposes": ["marketing"]}, "research"),
    ],
)  # fmt: skip
def test_an_agreement_that_is_none_is_refused(told, why):
    with pytest.raises(ValidationError, match=why):
        Agreement.model_validate(told)


@pytest.mark.parametrize(
    ("told", "state", "words"),
    [
        ({}, "holds", "Holds, without an end"),
        ({"ends": "2026-10-20"}, "ends soon", "Until 20 Oct 2026"),
        ({"ends": "2026-10-19"}, "expired", "Expired on 19 Oct 2026"),
        ({"ends": "2027-10-19"}, "holds", "Until 19 Oct 2027"),
        ({"starts": "2026-10-21"}, "not yet", "From 21 Oct 2026"),
        ({"ends": "2026-10-01", "ended": "2026-10-20"}, "ended", "Ended on 20 Oct 2026"),
        ({"ended": "2026-10-21"}, "holds", "Holds, without an end"),
    ],
)  # fmt: skip
def test_how_it_stands_on_a_day_and_in_words(told, state, words):
    found = Agreement.model_validate(told)
    assert found.state(DAY) == state and agreement_words.short(found, DAY) == words
    partner = Partner(id="alder", name="Alder", agreement=found)
    assert bool(partner.refusal(DAY)) == (state in ("not yet", "expired", "ended"))
    assert bool(agreement_words.note(partner, DAY)) == (state != "holds")


def test_a_change_of_it_is_told_in_words():
    none, counts = Partner(id="a1", name="Alder"), {"scope": "counts", "document": "DUA 7", "ends": "2027-01-31"}
    one = none.model_copy(update={"agreement": Agreement.model_validate(counts)})
    assert list(agreement_words.effect(none, one, DAY)) == [
        "From now on Alder can send counts only. Rows that it sent stay.", "Files of Alder are taken until 31 Jan 2027.",
    ]  # fmt: skip
    place = ("partners", "a1", "agreement")
    assert (
        change_words.value(place, one.model_dump(mode="json")["agreement"]) == "DUA 7; counts only; until 31 Jan 2027"
    )
    assert change_words.value(place, None) == "nothing"
