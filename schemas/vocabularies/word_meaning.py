"""What a word of a file means in a code list: by its spellings, by codes, and by the parts that it is made of.

A word is understood only when every part of it is: "Medicaid HMO of Texas" is Medicaid, because the rest changes
nothing; "Inpatient rehab" is none of the known kinds of stay, so it is asked about. The parts are data
(`word_families.csv`: vocabulary, word, phrases; without a word: fillers; with a plus: what two meanings come to; with a
hyphen: kinds that the list leaves to others, which are never understood unasked; with a question mark: words with two
readings in the field, which are asked about). Two meanings joined by a stroke are asked about as well, unless the table
says what both come to.
"""

import csv
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from schemas.vocabularies.blanks.null_words import null_words
from schemas.vocabularies.codes.code_hierarchies import word_of_code
from schemas.vocabularies.event_codes import event_of
from schemas.vocabularies.vocabulary import Vocabulary, normal

VERSION = "2026-11"
"""Of the table: month in which its sources were read."""
_LONGEST_PHRASE = 16
_OTHER_KIND = "-"
_ASKED = "?"
_COMBINED = ("combined", "beside")
"""Rows of what two meanings come to: however they are joined, or only where they stand beside each other."""
NEGATIONS = frozenset(
    ["not", "non", "no", "never", "without", "sin", "neither", "nor", "ni", "none", "denies", "nunca"]
)
_LONG_ENOUGH = 6
_NOT_NEAR = 2
"""Letters of a word that is put right, at least; edits within which no word of another meaning may stand."""
# Letters alone are codes of a list, never parts of a phrase: "I" is inpatient, "I do not know" is not.
_SHORT = 2
_GENDERED = (
    (re.compile(r"\blatin(?:[aoxe@]|\b)(?:\s*[/(]\s*(?:latin)?[aoxe@]\)?)*"), "latino"),
    (re.compile(r"\bchican[aox@](?:\s*[/(]\s*[aox]\)?)*"), "chicano"),
    (re.compile(r"\bfilipin[aox](?:\s*[/(]\s*[aox]\)?)*"), "filipino"),
    (re.compile(r"\b([a-z]{3,}[oa])(?:\s*/\s*[oaxe]\b|\s*\(\s*[oaxe]\s*\))+"), r"\1"),
    (re.compile(r"\bmexican[ao]\b"), "mexican"),
)
_NULLS_OF = {"screen_answer": {"unknown": "D", "declined": "D"}}
"""Lists whose words for these stand for both."""
_AMBIGUOUS = {"race": {"na", "n/a"}}
"""Words for nothing that may mean something in a list: NA is also Native American."""


@dataclass
class _Families:
    """Phrases of a list, as tokens -> the word of the list; tokens that change nothing; what meanings come to."""

    phrases: dict[tuple[str, ...], str] = field(default_factory=dict)
    fillers: set[tuple[str, ...]] = field(default_factory=set)
    combined: dict[frozenset[str], str] = field(default_factory=dict)
    beside: dict[frozenset[str], str] = field(default_factory=dict)
    asked: set[tuple[str, ...]] = field(default_factory=set)


def meaning_of(vocabulary: Vocabulary, text: str) -> str | None:
    """The word of the list that a cell surely means; None when that is not sure."""
    return _meaning(vocabulary.name, vocabulary, text.strip())


@lru_cache(maxsize=8192)
def _meaning(name: str, vocabulary: Vocabulary, text: str) -> str | None:
    spellings = vocabulary.spellings
    if found := spellings.get(normal(text)):
        return found
    if whole := re.fullmatch(r"(\d+)\.0", text):
        return spellings.get(whole[1])
    if name == "event" and (found := event_of(text)):
        return found
    if is_asked(vocabulary, text) or joins_two(vocabulary, text):
        return None
    if re.fullmatch(r"(?:[^\W\d_]\.){2,}[^\W\d_]?", text):
        return meaning_of(vocabulary, text.replace(".", ""))
    return (
        word_of_code(name, text)
        or _label_beside_code(vocabulary, text)
        or _of_tag(vocabulary, text)
        or _of_nulls(vocabulary, text)
        or _of_families(vocabulary, text)
        or _of_abbreviation(vocabulary, text)
    )


def is_asked(vocabulary: Vocabulary, text: str) -> bool:
    """Whether a word is known to have two readings in such a column, so that only its sender can say."""
    return _tokens(text) in _families(vocabulary.name, vocabulary).asked


def joins_two(vocabulary: Vocabulary, text: str) -> bool:
    """Whether a stroke joins words of two meanings, and no table says what both come to: "Medicare/Commercial"."""
    parts = [part for part in text.split("/") if part.strip()]
    families = _families(vocabulary.name, vocabulary)
    tokens = _tokens(text)
    # "Not Hispanic/Latino" denies both: the whole of it is looked at.
    if len(parts) < 2 or tokens in families.phrases or NEGATIONS & set(tokens[:1]):
        return False
    told = {meaning for part in parts if (meaning := meaning_of(vocabulary, part))}
    return len(told) > 1 and frozenset(told) not in families.combined


def _of_abbreviation(vocabulary: Vocabulary, text: str) -> str | None:
    """A word cut off with a point ("Observ."), where all words that begin so mean the same."""
    found = re.fullmatch(r"([^\W\d_]{4,})\.", text)
    stem = _tokens(found[1])[0] if found else ""
    phrases = _families(vocabulary.name, vocabulary).phrases
    told = (
        {word for phrase, word in phrases.items() if len(phrase) == 1 and phrase[0].startswith(stem)} if stem else set()
    )
    return told.pop() if len(told) == 1 else None


def _label_beside_code(vocabulary: Vocabulary, text: str) -> str | None:
    """What a code with its label ("01 - Home or self care", "1-Often true", "Often true (1)") means.

    A number that is no code of the list only counts the words of some other program's list.
    """
    found = re.fullmatch(r"([\w.-]{1,12}?)(?: *[:=–—^|] *| +- +)(\S.*)", text)
    found = found or re.fullmatch(r"(\d{1,3})[-.)] ?([^\W\d].*)", text)
    if found:
        code, label = (meaning_of(vocabulary, part) for part in found.groups())
        if code is None and found[1].isdigit():
            return label
        return code if code == label or (label is None and re.search(r"\d", found[1])) else None
    if behind := re.fullmatch(r"(\D+?) ?\((\d{1,3}|[A-Za-z]{1,2})\)", text):
        label, code = (meaning_of(vocabulary, part) for part in behind.groups())
        return label if code == label or (code is None and behind[2].isdigit()) else None
    return None


def _of_tag(vocabulary: Vocabulary, text: str) -> str | None:
    """The language of a tag such as es-MX (RFC 5646)."""
    found = re.fullmatch(r"([A-Za-z]{2,3})(?:[-_](?:[A-Za-z]{2,4}|\d{3}))+(?:[-_]\w{2,8})*", text)
    return meaning_of(vocabulary, found[1]) if found and vocabulary.name == "language" else None


def _of_nulls(vocabulary: Vocabulary, text: str) -> str | None:
    """Not known, or declined to say, where the list has a word for it."""
    words = _NULLS_OF.get(vocabulary.name, {m: m for m in ("unknown", "declined") if m in vocabulary.terms})
    if not words or text.casefold() in _AMBIGUOUS.get(vocabulary.name, ()):
        return None
    families = _null_families()
    found = _made_of(_tokens(text), families)
    return words.get(found) if found else None


def _of_families(vocabulary: Vocabulary, text: str) -> str | None:
    families = _families(vocabulary.name, vocabulary)
    return _made_of(_tokens(text), families) if families.fillers else None


def _made_of(tokens: tuple[str, ...], families: _Families) -> str | None:
    """The one meaning of all parts; None when a part is not known, or they mean different things."""
    if found := families.phrases.get(tokens):
        return found
    meanings = set()
    for phrase in _parts(tokens, families):
        if phrase is None:
            return None
        if (meaning := families.phrases.get(phrase)) and (len(phrase) > 1 or len(phrase[0]) > _SHORT):
            meanings.add(meaning if phrase not in families.fillers else "")
        elif phrase not in families.fillers:
            return None
    told = meanings - {""}
    both = families.combined | families.beside
    return both.get(frozenset(told), next(iter(told)) if len(told) == 1 else None)


def _parts(tokens: tuple[str, ...], families: _Families) -> Iterator[tuple[str, ...] | None]:
    """The longest known phrases from left to right; None for a token that no phrase holds."""
    at = 0
    while at < len(tokens):
        for length in range(min(_LONGEST_PHRASE, len(tokens) - at), 0, -1):
            phrase = tokens[at : at + length]
            if phrase in families.phrases or phrase in families.fillers:
                yield phrase
                at += length
                break
        else:
            yield None
            return


def repaired(vocabulary: Vocabulary, text: str) -> str | None:
    """What a cell means with its one mistyped word put right; None when that is not plain.

    A word of six letters or more that is one letter, or one swap of two, from exactly one known word with the same
    first letter ("unplanned" is no mistyping of planned), when no known word of another meaning is within two.
    """
    families = _families(vocabulary.name, vocabulary)
    tokens, known = _tokens(text), _known_words(vocabulary.name, vocabulary)
    strange = [n for n, token in enumerate(tokens) if token not in known]
    if len(strange) != 1:
        return None
    wrong = tokens[strange[0]]
    near = {word: away for word in known if (away := distance(wrong, word)) <= _NOT_NEAR}
    ones = [word for word, away in near.items() if away == 1 and len(word) >= _LONG_ENOUGH and word[0] == wrong[0]]
    told = {
        _made_of((*tokens[: strange[0]], word, *tokens[strange[0] + 1 :]), families)
        for word in near if word in ones or len(word) >= _LONG_ENOUGH - 1
    }  # fmt: skip
    return told.pop() if len(ones) == 1 and len(told) == 1 else None


def distance(one: str, other: str) -> int:
    """How many letters are to be put in, left out, changed or swapped with the next, to 3 at most (optimal string
    alignment)."""
    if abs(len(one) - len(other)) > _NOT_NEAR:
        return _NOT_NEAR + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(row[j - 1] + 1, before[j] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return min(row[-1], _NOT_NEAR + 1)


@lru_cache(maxsize=64)
def _known_words(name: str, vocabulary: Vocabulary) -> frozenset[str]:
    families = _families(name, vocabulary)
    phrases = {*families.phrases, *families.fillers, *families.asked, *map(_tokens, words_of_other_kinds(name))}
    return frozenset(token for phrase in phrases for token in phrase) | NEGATIONS


@lru_cache(maxsize=8192)
def _tokens(text: str) -> tuple[str, ...]:
    """Words in lower case without accents, marks, and forms of gender."""
    flat = unicodedata.normalize("NFKD", text.casefold().replace("&", " and "))
    flat = "".join(c for c in flat if not unicodedata.combining(c))
    flat = re.sub(r"['’`]", "", flat)
    for form, plain in _GENDERED:
        flat = form.sub(plain, flat)
    return tuple(re.findall(r"[^\W_]+", flat))


@lru_cache(maxsize=64)
def _families(name: str, vocabulary: Vocabulary) -> _Families:
    found = _Families()
    for spelling, word in vocabulary.spellings.items():
        if not re.search(r"\d", spelling) and (tokens := _tokens(spelling)):
            found.phrases[tokens] = word
    for row in _table():
        if row["vocabulary"] != name or row["word"] == _OTHER_KIND:
            continue
        for words in row["words"].split(";"):
            if row["source"] in _COMBINED:
                both = found.combined if row["source"] == "combined" else found.beside
                both[frozenset(words.split("+"))] = row["word"]
            elif row["word"] == _ASKED:
                found.asked.add(_tokens(words))
            elif row["word"]:
                found.phrases[_tokens(words)] = row["word"]
            else:
                found.fillers.add(_tokens(words))
    return found


@lru_cache(maxsize=64)
def words_of_other_kinds(name: str) -> frozenset[str]:
    """Words that stand in such columns, in their normal form, and are no kind of the list."""
    rows = [row for row in _table() if row["vocabulary"] == name and row["word"] == _OTHER_KIND]
    return frozenset(normal(word) for row in rows for word in row["words"].split(";"))


@lru_cache(maxsize=1)
def _table() -> list[dict[str, str]]:
    with Path(__file__).with_name("word_families.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@lru_cache(maxsize=1)
def _null_families() -> _Families:
    words = null_words()
    phrases = {_tokens(w): m for m in ("unknown", "declined") for w in words[m] if _tokens(w)}
    return _Families(phrases, {_tokens(w) for w in words["filler"]})
