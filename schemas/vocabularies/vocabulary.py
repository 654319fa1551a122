"""A code list: canonical words, their labels, and every spelling accepted for them."""

import re
from dataclasses import dataclass, field
from functools import cached_property


def normal(text: str) -> str:
    """The form in which words are compared: lower case, single blanks for hyphens and underscores."""
    return re.sub(r"[\s_\-]+", " ", text.strip().casefold())


@dataclass(frozen=True)
class Vocabulary:
    """`terms`: canonical word -> (label for people, other spellings and codes accepted for it)."""

    name: str
    title: str
    terms: dict[str, tuple[str, tuple[str, ...]]] = field(hash=False)

    @cached_property
    def spellings(self) -> dict[str, str]:
        """Every accepted spelling in its normal form -> canonical word."""
        return {
            normal(spelling): word
            for word, (label, others) in self.terms.items()
            for spelling in (word, label, *others)
        }

    def label(self, word: str) -> str:
        """The label people read for a canonical word; the word itself when it is not of this list."""
        return self.terms[word][0] if word in self.terms else word


def code_list(name: str, title: str, text: str) -> Vocabulary:
    """A list written as lines `word | label | spelling, spelling`."""
    terms = {}
    for line in text.strip().splitlines():
        word, label, others = (part.strip() for part in line.split("|"))
        terms[word] = (label, tuple(o.strip() for o in others.split(",") if o.strip()))
    return Vocabulary(name, title, terms)
