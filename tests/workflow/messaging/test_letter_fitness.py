"""What may stand in a message: no patient, no figure, no link but our own; the whole way, as it would be sent."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from data.ledger.messages import message_log
from data.ledger.store import Store
from data.ledger.submissions import NotPossible
from schemas.policy.viewer import BACKBONE
from tests.support.mail.post_office import post_office
from tests.workflow.messaging.test_posting import BY, FILE, about, draft_of
from workflow import submitting
from workflow.messaging import posting


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = post_office(Path(tmp_path_factory.mktemp("letters")))
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ("\nMr. Smith waits.", "a name"),
        ("\nJane Roe was readmitted.", "a name"),
        ("\nHer number is 123-45-6789.", "social security"),
        ("\nWrite to jane@home.example.", "e-mail"),
        ("\nCall 555-201-3344.", "phone"),
        ("\nOnly 7 patients are left.", "no figures"),
        ("\nOnly seven of your patients are left.", "no figures"),
        ("\nYour rate is 63.5 %.", "no figures"),
        ("\nSee https://evil.example/login now.", "web"),
        ("\nSee https://concord.example.org.evil.example/login now.", "web"),
        ("\nSee https://concord.example.org@evil.example/ now.", "e-mail"),
        ("\nSee evil.example/login now.", "another site"),
        ("\x07", "control character"),
        ("x" * 4000, "20 to 4,000 letters"),
    ],
)  # fmt: skip
def test_no_patient_no_figure_and_no_other_sites_link_leaves(store, more, why):
    with pytest.raises(NotPossible, match=why):
        posting.post(store, BACKBONE, draft_of(store, about(store), more=more), actor=BY)
    assert message_log.messages(store.cursor()) == []


def test_the_id_of_a_patient_that_was_sent_does_not_leave(store):
    file = FILE.replace(b"P1", b"MRN4821")
    assert submitting.check(store, file, "blood_pressure", "birch").submission
    with pytest.raises(NotPossible, match="id of a patient"):
        posting.post(store, BACKBONE, draft_of(store, about(store), more="\nIt is MRN4821."), actor=BY)


def test_what_staff_add_in_plain_words_with_a_day_goes_out(store):
    more = (
        "\nDear Kim Lee, please send it by Friday 23 October 2026, 5 pm, or by 2026-10-26. Here it is: "
        "https://concord.example.org/send-data?dataset=blood_pressure. Q3 is all that we miss.\nAna"
    )
    number = posting.post(store, BACKBONE, draft_of(store, about(store), more=more), actor=BY)
    posting.cancel(store, BACKBONE, number, actor=BY)  # for the other tests


@pytest.mark.parametrize("subject", ["Due\r\nBcc: all@evil.example", "Due\nX", "", "x" * 151])
def test_a_subject_is_one_line(store, subject):
    with pytest.raises(NotPossible, match="on one line"):
        posting.post(store, BACKBONE, replace(draft_of(store, about(store)), subject=subject), actor=BY)
