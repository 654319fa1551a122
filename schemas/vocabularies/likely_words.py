"""What an unknown word of a code column may mean: a guess that is preselected, so only a mistyping is guessed."""

from schemas.vocabularies.vocabulary import Vocabulary, normal
from schemas.vocabularies.word_meaning import NEGATIONS, distance, is_asked, joins_two, repaired, words_of_other_kinds

_SHORTEST, _LONG, _NOT_NEAR = 4, 8, 99
_MOST_WORDS = 0.6
"""Letters of a word that is put right and of a long one; share of all words that two must have in common."""


def likely(word: str, vocabulary: Vocabulary) -> str | None:
    """What a mistyped word means, else the word of the list that is written most alike, or shares its first words; None
    when none is near, and of a word with two readings.
    """
    word = normal(word)
    if not any(map(str.isalpha, word)) or is_asked(vocabulary, word):
        return None
    if joins_two(vocabulary, word) or is_other_kind(word, vocabulary):
        return None
    if found := repaired(vocabulary, word):
        return found
    # What denies never means what it denies.
    denied = bool(NEGATIONS & set(word.split()))
    spellings = {s: w for s, w in vocabulary.spellings.items() if bool(NEGATIONS & set(s.split())) == denied}
    parts = set(word.split())
    shared = {s: len(parts & set(s.split())) / len(parts | set(s.split())) for s in spellings}
    best = max(shared, key=lambda s: shared[s], default="")
    if close := _nearest(word, spellings):
        return close
    return spellings[best] if best and shared[best] >= _MOST_WORDS else None


def _nearest(word: str, spellings: dict[str, str]) -> str | None:
    """The one meaning of the spellings with fewest letters different, one in a short word and two in a long one.

    Mistypings keep the first letter; in "outpatient" and "unplanned" it turns the meaning round.
    """
    if len(word) < _SHORTEST:
        return None
    alike = [s for s in spellings if s[:1] == word[:1] and len(s) >= _SHORTEST]
    away = {s: distance(word, s) for s in alike}
    nearest = min(away.values(), default=_NOT_NEAR)
    told = {spellings[s] for s, d in away.items() if d == nearest}
    return told.pop() if nearest <= (2 if len(word) >= _LONG else 1) and len(told) == 1 else None


def is_other_kind(word: str, vocabulary: Vocabulary) -> bool:
    """Whether a word is known as a kind that the list leaves to others: an emergency visit is no hospital stay."""
    return normal(word) in words_of_other_kinds(vocabulary.name)
