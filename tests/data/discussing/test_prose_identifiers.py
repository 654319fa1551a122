"""What people type is looked through for identifiers, says which kind it found, and lets talk of files through."""

import pytest

from data.discussing.prose_identifiers import found_in
from tests.attack.disguised import identifiers

PARTNERS = ("Kestrel Valley Medical Center", "St. Oswin Hospital")
HARMLESS = (
    "rows 10,000 to 12,000 of 2025-03-01 are right",
    "The extract of 3/4/2025 counts 18774 rows; Kestrel Valley sent 1,204,332 of them",
    "Oak Clinic moved to Epic in May 2025",
    "ICD I10 and CPT 99213 are right, see rows 12 14 15 16",
    "Stays at North campus were coded 2024-01-01 to 2024-12-31.",
    "I called St. Oswin and they agree",
    "The patient portal was down; Patient IDs are new",
    "E11.9 and 0SR9019 are right, 8480-6 too, in Ward 4 West and Labor and Delivery",
)
MOST_MISSED = 12
"""Of 330. A single word may be a name, a street abroad or a code, and prose has no list of what is allowed."""


def test_disguised_identifiers_in_a_sentence_are_found():
    missed = [value for value in identifiers() if not found_in(f"Please look at {value} again, it is right", PARTNERS)]
    assert len(missed) <= MOST_MISSED, missed


@pytest.mark.parametrize("words", HARMLESS)
def test_talk_of_files_is_let_through(words):
    assert found_in(words, PARTNERS) is None


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Ask quillonia (at) canary.example", "an e-mail address"),
        ("It is １２３-４５-６７８９ only", "a social security number"),
        ("It is 123 - 45 - 6789 only", "a social security number"),
        ("call 617 555 0199 then", "a phone number"),
        ("she was born on 2 April and is right", "a date of birth"),
        ("DOB 04/02/1957 is right", "a date of birth"),
        ("lives at 412 Larkspur Ave now", "an address"),
        ("it is Mrs. Vanterpoole again", "a name"),
        ("it is Quillonia Vanterpoole again", "a name"),
        ("her number is 004829137", "a long number, which may be someone's"),
        ("see 1EG4-TE5-MK73 for it", "a number of letters and digits, which may be someone's"),
    ],
)
def test_what_was_found_is_said(words, kind):
    assert found_in(words, PARTNERS) == kind
