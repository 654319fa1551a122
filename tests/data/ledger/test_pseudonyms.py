"""Pseudonyms: the same id gets the same code, always, and the code is a keyed HMAC."""

import hashlib
import hmac
import uuid

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.ledger.dictionary_encoding import Numbering
from data.ledger.pseudonyms import Pseudonyms, domain

KEY = b"a key of the partnership, kept apart"


def codes(ids: list[str | None], by: Pseudonyms) -> list[uuid.UUID | None]:
    return by.codes(pl.Series(ids, dtype=pl.String), lambda new: None).to_pylist()


@pytest.mark.parametrize("key", [KEY, b"k" * 16, b"k" * 100])
def test_a_code_is_the_first_half_of_an_hmac_sha256(key: bytes):
    made = codes(["P-1", None, "é", "P-1"], Pseudonyms(key, "alder/patient_id"))
    expected = [
        uuid.UUID(bytes=hmac.new(key, b"alder/patient_id\0" + i.encode(), hashlib.sha256).digest()[:16])
        for i in ("P-1", "é")
    ]
    assert made == [expected[0], None, expected[1], expected[0]]


def test_ids_of_two_partners_differ_and_tokens_agree():
    def code(column: str, partner: str) -> uuid.UUID | None:
        return codes(["X1"], Pseudonyms(KEY, domain(column, partner)))[0]

    assert code("patient_id", "alder") != code("patient_id", "birch")
    assert code("patient_id", "alder") != code("stay_id", "alder")
    assert code("person_token", "alder") == code("person_token", "birch")


@given(st.lists(st.lists(st.one_of(st.none(), st.text(max_size=3)), max_size=20), max_size=8))
def test_equal_texts_get_equal_numbers_batch_after_batch(batches: list[list[str | None]]):
    numbering, known = Numbering(), dict[str, int]()
    for batch in batches:
        numbers, new = numbering.numbers(pl.Series(batch, dtype=pl.String))
        for place in new:
            known[batch[place] or ""] = len(known) + 1
        assert numbers.tolist() == [0 if text is None else known[text] for text in batch]
    assert numbering.count == len(known)


@pytest.mark.heavy
def test_half_a_million_ids_are_told_apart():
    numbering, chance = Numbering(), np.random.default_rng(7)
    met = np.zeros(1_000_001, bool)
    for _ in range(10):
        ids = chance.integers(0, 500_000, 100_000)
        numbers, _ = numbering.numbers(pl.Series(ids.astype(str)))
        met[ids] = True
        assert len(np.unique(numbers)) == len(np.unique(ids))
        assert numbering.count == met.sum()


def test_what_is_looked_at_is_each_id_once():
    seen: list[str] = []
    by = Pseudonyms(KEY, "alder/patient_id")
    for batch in (["B", "A", "B"], ["A", "C", None]):
        by.codes(pl.Series(batch, dtype=pl.String), seen.extend)
    assert seen == ["B", "A", "C"] == by.known.to_list()
