"""What became of a year's referrals, for everyone: through disclosure, once, and equal to the measures beside it."""

import datetime as dt
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.ledger.submissions import Window
from metrics.composing import loop_ends
from metrics.composing.loop_ends import Ends
from metrics.statistics.kaplan_meier import kaplan_meier
from pages.components.referring import ends_section, return_file
from schemas.policy.viewer import EVERYONE, Viewer
from tests.support.partnerships import Row, TestPartnership, fresh
from workflow import accepting, reading, releasing, submitting
from workflow.referring import own_referrals, published_ends

YEAR = Window(dt.date(2024, 1, 1), dt.date(2025, 6, 30))
DAY = dt.timedelta(days=1)
REASONS = ("no_funds", "not_eligible", "could_not_reach", "declined", "other", None)
SENDERS = ("birch", "cedar")


def drawn(seed: int, people: int, first: int = 0) -> list[Row]:
    """Referrals of so many people, in the last rows of which stands what became of them."""
    rng, rows = random.Random(seed), []
    for n in range(first, first + people):
        sent = dt.date(2024, 1, 1) + rng.randrange(365) * DAY
        row = {"referral_id": f"R{n}", "patient_id": f"P{n}", "need": "food", "sent_on": str(sent),
               "sent_by": rng.choice(SENDERS), "received_by": "alder"}  # fmt: skip
        kind = rng.choices(("helped", "closed", "open"), (5, 4, 1))[0]
        after = sent + rng.choice((3, 30, 31, 60, 61, 90, 91)) * DAY
        if kind == "helped":
            more = {"status": "completed", "closure_reason": "helped", "service_on": str(after)}
        elif kind == "closed":
            more = {"status": "rejected", "closure_reason": rng.choice(REASONS) or ""}
            after = sent + 5 * DAY
        else:
            more, after = {"status": "accepted"}, sent + 2 * DAY
        rows.append(row | more | {"status_on": str(after)})
    return rows


def naive(rows: list[Row]) -> tuple[Counter[str], Counter[str]]:
    """The same, referral by referral: each person has one."""
    days, reasons = Counter[str](), Counter[str]()
    for row in rows:
        sent, on = (dt.date.fromisoformat(str(row[name])) for name in ("sent_on", "status_on"))
        took = (dt.date.fromisoformat(str(row["service_on"])) - sent).days if row.get("service_on") else None
        if took is not None and took <= 90:
            days["30" if took <= 30 else "60" if took <= 60 else "90"] += 1
            continue
        days["later"] += 1
        ended = row["status"] in ("completed", "rejected") and (on - sent).days <= 90
        reason = str(row.get("closure_reason") or "other")
        reasons[(reason if reason in REASONS else "other") if ended else "open"] += 1
    return days, reasons


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestPartnership]:
    """Alder, which 700 people were sent to, and Birch, whose rows tell of some of the same and of others."""
    partnership = fresh(Path(tmp_path_factory.mktemp("ends")) / "p")
    partnership.send("alder", "referrals", drawn(1, 700), YEAR)
    partnership.send("birch", "referrals", drawn(2, 600, 1000), YEAR)
    releasing.publish(partnership.store)
    yield partnership
    partnership.close()


def test_they_are_those_of_a_naive_count_and_of_the_measures(made: TestPartnership):
    days, reasons = naive(drawn(1, 700) + drawn(2, 600, 1000))
    (one,) = published_ends.read_ends(made.store, viewer=EVERYONE)
    assert one.year == 2024
    assert dict(one.days) == {(name,): days[name] for name in ("30", "60", "90", "later")}
    assert dict(one.reasons) == {(name,): n for name, n in reasons.items()}
    shown = reading.read_results(made.store, EVERYONE, period_kind="year", stratifier="all", scope="partnership",
                                 period_end=dt.date(2024, 12, 31)).to_dicts()  # fmt: skip
    served, known = (next(r for r in shown if r["indicator"] == name) for name in (
        "referral_served", "referral_outcome_known"))  # fmt: skip
    assert served["denominator"] == 1300 == sum(n for _, n in one.days)
    assert served["numerator"] == 1300 - days["later"]
    assert known["denominator"] - known["numerator"] == reasons["open"]


def test_the_shares_are_those_of_kaplan_and_meier(made: TestPartnership):
    rows = drawn(1, 700) + drawn(2, 600, 1000)
    took = [(dt.date.fromisoformat(str(r["service_on"])) - dt.date.fromisoformat(str(r["sent_on"]))).days
            if r.get("service_on") else 999 for r in rows]  # fmt: skip
    curve = kaplan_meier([min(t, 90) for t in took], [t <= 90 for t in took])
    (one,) = published_ends.read_ends(made.store, viewer=EVERYONE)
    assert [row[2] for row in ends_section.waits(one)] == [f"{curve.done_by(d):.1%}" for d in (30, 60, 90)]


@pytest.mark.heavy
def test_a_year_is_kept_once_and_no_later_release_changes_it(made: TestPartnership):
    before = published_ends.read_ends(made.store, viewer=EVERYONE)
    made.send("birch", "referrals", drawn(3, 640, 1000), YEAR)
    releasing.publish(made.store)
    assert published_ends.read_ends(made.store, viewer=EVERYONE) == before


@pytest.mark.heavy
def test_few_referrals_are_shown_to_nobody_and_what_one_partner_alone_lacks_neither(tmp_path: Path):
    """A trap: all but a handful are Alder's own, so that it would read what became of the others'."""
    partnership = fresh(tmp_path / "p")
    partnership.send("alder", "referrals", drawn(1, 700), YEAR)
    partnership.send("birch", "referrals", drawn(2, 9, 1000), YEAR)
    releasing.publish(partnership.store)
    (one,) = published_ends.read_ends(partnership.store, viewer=EVERYONE)
    assert (one.days, one.reasons) == ((), ())
    assert ends_section.waits(one)[0][2] == ends_section.HIDDEN
    partnership.close()


def test_reasons_that_few_have_are_told_together():
    both = ["alder", "birch"]
    ends = [Ends("30", "other", both, 40), Ends("later", "no_funds", both, 25), Ends("later", "declined", both, 4),
            Ends("later", "other", both, 12), Ends("later", "open", both, 30)]  # fmt: skip
    days, reasons = loop_ends.shown(ends, 11)
    assert days == ((("30",), 40), (("60",), 0), (("90",), 0), (("later",), 71))
    assert (("declined", "other"), 16) in reasons and (("no_funds", "not_eligible"), 25) in reasons
    more = [*ends, Ends("60", "other", both, 2)]
    assert loop_ends.shown(more, 11)[0] == ((("30", "60", "90"), 42), (("later",), 71))


def test_a_food_bank_fills_in_one_file_for_all_senders_and_reads_it_as_its_page(tmp_path: Path):
    partnership = fresh(tmp_path / "p")
    alder = Viewer(role="partner", partner_id="alder")
    rows = [{k: str(v) for k, v in row.items() if k in return_file.COLUMNS} for row in drawn(1, 40)]
    senders = own_referrals.read_senders(partnership.store, alder, "alder")
    filled = return_file.workbook(senders, rows)
    checked = submitting.check(partnership.store, filled, "referrals", "alder", covers=YEAR)
    assert checked.submission and checked.report.rows_kept == 40, checked.report.table
    accepting.accept(partnership.store, checked.submission, accept_valid=True)
    own = own_referrals.read_own(partnership.store, alder, "alder")
    assert YEAR.last
    lately = [row for row in rows if dt.date.fromisoformat(row["sent_on"]) > YEAR.last - 365 * DAY]
    assert {b.other for b in own.to_us.by_other} == set(SENDERS) and own.by_us.sent == 0
    assert own.to_us.sent == len(lately) > 10
    empty = submitting.check(partnership.store, return_file.workbook(senders), "referrals", "alder", covers=YEAR)
    assert empty.submission is None, "an empty one is no file of referrals"
    partnership.close()
