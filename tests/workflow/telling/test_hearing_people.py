"""What people say is kept with its release, and shown through disclosure alone; a request has its days to an answer."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from data.ledger.store import Store
from data.ledger.stories.people_asked import Asked, Scored
from data.ledger.submissions import NotPossible
from schemas.policy.viewer import BACKBONE, EVERYONE, Viewer
from tests.support.new_partnerships import new_store
from tests.workflow.deciding.test_acting import SETTINGS, TODAY
from tests.workflow.deciding.test_recording import released
from workflow.access.permitting import NotAllowed
from workflow.telling import hearing_people, score_files

SPANISH, ENGLISH = ("language", "spanish"), ("language", "english")
OPEN = Scored("bp_control", "The clinic is open when I can come", SPANISH, dt.date(2026, 2, 2), 41, 17, 35)
EVENING = Asked("bp_control", "Please open one evening a week", SPANISH, dt.date(2026, 1, 5))
READERS = (EVERYONE, BACKBONE, Viewer(role="analyst"), Viewer(role="partner", partner_id="alder"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = new_store(tmp_path / "var", SETTINGS)
    released(opened, 1)
    yield opened
    opened.close()


def enter(store: Store, *those: Scored) -> int:
    return hearing_people.enter(store, BACKBONE, those, actor="backbone:Dana")


def refused(store: Store, words: str, *those: Scored) -> None:
    before = hearing_people.read_voices(store, BACKBONE)
    with pytest.raises(NotPossible, match=words):
        enter(store, *those)
    assert hearing_people.read_voices(store, BACKBONE) == before, "all of them or none"


def test_small_answers_are_read_by_nobody_whoever_looks(store):
    """Those who typed them in neither: what stands on a screen in a meeting is read by all."""
    enter(store, OPEN, replace(OPEN, group=ENGLISH, agree=52, unsure=4, disagree=21),
          replace(OPEN, group=("language", "korean"), agree=3, unsure=2, disagree=9))  # fmt: skip
    for viewer in READERS:
        few, part, whole = (one.answers for one in hearing_people.read_voices(store, viewer))
        assert (few, part) == ((), ((("agree",), 52), (("unsure", "disagree"), 25))), viewer
        assert [n for _, n in whole] == [41, 17, 35]


def test_nobody_is_left_over_between_two_groups_or_two_versions(store):
    """A trap: everyone less those who speak Spanish, or a count of today less that of yesterday, is a handful."""
    enter(store, OPEN)
    refused(store, "another grouping", replace(OPEN, group=None, agree=44, unsure=17, disagree=35))
    refused(store, "another grouping", replace(OPEN, group=("sex", "female"), statement=OPEN.statement.lower()))
    refused(store, "already", replace(OPEN, agree=60))
    hearing_people.take_back(store, BACKBONE, 1, 1, reason="It was of another clinic", actor="x")
    assert hearing_people.read_voices(store, EVERYONE) == []
    refused(store, "fewer than 11 people", replace(OPEN, agree=42))
    refused(store, "another grouping", replace(OPEN, group=None))
    assert enter(store, replace(OPEN, agree=52, disagree=24)) == 1
    hearing_people.take_back(store, BACKBONE, 2, 1, reason="It was of another clinic", actor="x")
    refused(store, "fewer than 11 people", replace(OPEN, agree=51, disagree=24))
    assert enter(store, OPEN) == 1, "what was shown once may be shown again"


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"statement": "Open"}, "10 to 160 letters: these are 4"),
        ({"statement": "Maria Gonzalez was kind to me"}, "a name"),
        ({"statement": "Birch Lane is open when I can come"}, "not agreed to be named"),
        ({"indicator": "nothing"}, "no measure is called"),
        ({"group": ("language", "klingon")}, "from the list"),
        ({"group": ("zip", "99999")}, "from the list"),
        ({"asked_on": TODAY + dt.timedelta(days=1)}, "day of the last ten years"),
        ({"agree": -1}, "whole numbers"),
        ({"agree": 0, "unsure": 0, "disagree": 0}, "whole numbers"),
    ],
)
def test_what_may_not_be_entered_is_refused_and_nothing_kept(store, told, why):
    refused(store, why, replace(OPEN, statement="Somebody there speaks my language"), replace(OPEN, **told))


def test_a_file_is_read_whole_and_says_what_is_wrong_with_it(store):
    assert enter(store, *score_files.read_scores(score_files.TEMPLATE.replace(b"2026-09", b"2025-09"))) == 2
    spreadsheet = (
        "\ufeffMeasure,Statement,Grouping,Group,Asked on,Agree,Unsure,Disagree,Note\n"
        'bp_control,"I am asked, and heard",Everyone,,2026-01-10,20,20,20,x\n'
    )
    (one,) = score_files.read_scores(spreadsheet.encode())
    assert (one.statement, one.group, one.counts) == ("I am asked, and heard", None, (20, 20, 20))
    copied = spreadsheet.replace('"I am asked, and heard"', "I am heard").replace(",", "\t")
    assert [one.statement for one in score_files.read_scores(copied.encode())] == ["I am heard"]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "the line that names the columns"),
        (b"\xff\xfe\x00a", "the line that names the columns"),
        (b"a" * 1_000_001, "the line that names the columns"),
        (b"measure,statement\nbp_control,Hello there you\n", "a column is missing: grouping, group"),
        (score_files.TEMPLATE.replace(b"2026-09-15", b"15.9.26"), "row 2: write the day"),
        (score_files.TEMPLATE.replace(b"41", b"-1"), "row 2: write how many people in agree"),
        (score_files.TEMPLATE.replace(b"118", b"<11"), "row 3: write how many people in agree"),
        (score_files.TEMPLATE.replace(b"open when", b"open, when"), "row 2 has more cells"),
        (score_files.TEMPLATE + b'bp_control,"never closed', "a quote does not close"),
        (score_files.TEMPLATE.split(b"\n")[0] + b"\n" + score_files.TEMPLATE.split(b"\n")[1] * 0, "no row in it"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(store, data, why):
    with pytest.raises(NotPossible, match=why):
        enter(store, *score_files.read_scores(data))
    assert hearing_people.read_voices(store, BACKBONE) == []


def test_a_request_waits_until_it_is_answered_and_counts_its_days(store):
    number = hearing_people.hear(store, BACKBONE, EVENING, actor="x")
    (one,) = hearing_people.read_requests(store, EVERYONE)
    assert (one.asked, one.days(TODAY)) == (EVENING, 56)
    with pytest.raises(NotPossible, match="recorded already"):
        hearing_people.hear(store, BACKBONE, EVENING, actor="x")
    done = dt.date(2026, 1, 4)
    with pytest.raises(NotPossible, match="earlier day than the request"):
        hearing_people.answer(store, BACKBONE, number, 1, "Alder opens on Tuesdays", done, actor="x")
    hearing_people.answer(store, BACKBONE, number, 1, "Alder opens on Tuesdays", dt.date(2026, 2, 4), actor="x")
    with pytest.raises(NotPossible, match="meanwhile"):
        hearing_people.answer(store, BACKBONE, number, 1, "Alder opens on Fridays", dt.date(2026, 2, 4), actor="x")
    (one,) = hearing_people.read_requests(store, EVERYONE)
    assert (one.asked.answer, one.days(TODAY)) == ("Alder opens on Tuesdays", 30)
    later = replace(EVENING, said="We want a leaflet in our language", said_on=dt.date(2026, 2, 20))
    hearing_people.hear(store, BACKBONE, later, actor="x")
    assert [r.asked.said for r in hearing_people.read_requests(store, EVERYONE)] == [later.said, EVENING.said]
    hearing_people.drop(store, BACKBONE, 2, 1, reason="It was about another measure", actor="x")
    assert len(hearing_people.read_requests(store, EVERYONE)) == 1


@pytest.mark.parametrize("words", ["Maria Gonzalez wants an evening", "Birch Lane should open longer"])
def test_a_request_names_no_patient_and_no_partner_that_is_not_named(store, words):
    with pytest.raises(NotPossible, match=r"a name|not agreed"):
        hearing_people.hear(store, BACKBONE, replace(EVENING, said=words), actor="x")
    hearing_people.hear(store, BACKBONE, EVENING, actor="x")
    with pytest.raises(NotPossible, match=r"a name|not agreed"):
        hearing_people.answer(store, BACKBONE, 1, 1, words, TODAY, actor="x")


def test_a_partner_enters_nothing_and_an_auditor_reads_nothing(store):
    for viewer in (EVERYONE, Viewer(role="partner", partner_id="alder"), Viewer(role="auditor")):
        with pytest.raises(NotAllowed):
            hearing_people.enter(store, viewer, [OPEN], actor="x")
        with pytest.raises(NotAllowed):
            hearing_people.hear(store, viewer, EVENING, actor="x")
    with pytest.raises(NotAllowed):
        hearing_people.read_voices(store, Viewer(role="auditor"))
