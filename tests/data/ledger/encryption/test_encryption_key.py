"""A key that is written on paper comes back as it was, or says what is wrong with it."""

import pytest

from data.ledger.encryption import encryption_key
from data.ledger.encryption.encryption_key import EncryptionKey, KeyMistyped


def test_a_key_is_read_back_however_it_is_typed():
    key = EncryptionKey.new()
    written = key.written()
    assert written.startswith("CONCORD1-") and written.count("-") == 14
    for typed in (written, written.lower(), written.replace("-", " "), f"  {written}\n", written.replace("-", "")):
        assert encryption_key.read(typed) == key
    head, _, rest = written.partition("-")
    assert encryption_key.read(f"{head}-{rest.replace('0', 'O').replace('1', 'l')}") == key


def test_each_wrong_letter_is_found():
    written = EncryptionKey(bytes(range(32))).written()
    for place in range(len("CONCORD1-"), len(written)):
        if written[place] != "-":
            other = "7" if written[place] != "7" else "8"
            with pytest.raises(KeyMistyped, match="typed wrong"):
                encryption_key.read(written[:place] + other + written[place + 1 :])


@pytest.mark.parametrize(
    ("text", "why"),
    [("", "does not begin"), ("0123456789abcdef" * 4, "does not begin"), ("CONCORD1-AAAA", "14 groups"),
     ("CONCORD1-" + "U" * 56, "14 groups")],
)  # fmt: skip
def test_what_is_no_key_says_why_and_nothing_of_itself(text, why):
    with pytest.raises(KeyMistyped, match=why) as told:
        encryption_key.read(text)
    assert not text or text[-12:] not in str(told.value)


def test_an_editions_key_is_no_partnerships_key_and_opens_that_edition_alone():
    key = EncryptionKey.new()
    of_research = key.of("research")
    assert encryption_key.read_edition(of_research.written()) == of_research
    with pytest.raises(KeyMistyped, match="another kind"):
        encryption_key.read(of_research.written())
    with pytest.raises(KeyMistyped, match="another kind"):
        encryption_key.read_edition(key.written())
    assert len({key.of("research"), key.of("shared"), key.of("store"), EncryptionKey.new().of("store")}) == 4


def test_the_key_is_in_no_text_of_itself():
    key = EncryptionKey.new()
    assert key.secret.hex() not in repr(key) and repr(key.secret) not in repr(key) + repr(key.of("store"))
    assert key.fingerprint() not in key.written() and key.fingerprint() != EncryptionKey.new().fingerprint()
