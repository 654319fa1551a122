"""What an unknown word of a code column may mean: a guess that is preselected, so only a mistyping is guessed."""

import difflib

from schemas.vocabularies.vocabulary import Vocabulary, normal
from schemas.vocabularies.word_meaning import words_of_other_kinds


def likely(word: str, vocabulary: Vocabulary) -> str | None:
    """The word of the list that is written most alike, or shares its first words; None when none is near."""
    if not any(map(str.isalpha, word)):
        return None
    spellings = vocabulary.spellings
    # Mistypings keep the first letter; in "outpatient" and "unplanned" it turns the meaning round.
    if close := difflib.get_close_matches(word, [s for s in spellings if s[:1] == word[:1]], n=1, cutoff=0.7):
        return spellings[close[0]]
    parts = set(word.split())
    shared = {s: len(parts & set(s.split())) / len(parts | set(s.split())) for s in spellings}
    best = max(shared, key=lambda s: shared[s])
    return spellings[best] if shared[best] >= 0.4 else None


def is_other_kind(word: str, vocabulary: Vocabulary) -> bool:
    """Whether a word is known as a kind that the list leaves to others: an emergency visit is no hospital stay."""
    return normal(word) in words_of_other_kinds(vocabulary.name)
