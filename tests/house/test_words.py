"""What people read is plain: US English, short sentences, one word for each thing. All of it is in one page of docs."""

import re

import pytest

from workflow import shown_sentences

MOST_WORDS = 20
BANNED = {
    r"mend(s|ed|ing)?": "fix", r"in force": "current", r"asides?": "left out: not a record",
    r"stands? apart": "differs from the others beyond chance", r"(for|waits for) (your|its|the) yes": "awaiting acceptance",
    r"trails?": "history", r"p-values?": "beyond chance", r"sigma": "usual range", r"funnel": "limits",
    r"overdispersion": "spread", r"confidence interval": "95% range", r"shared figures?": "measure",
    r"catalogues?": "catalog", r"organis\w*": "organiz-", r"colou?rs?(?<!colors)(?<!color)": "color",
    r"analys(e|es|ed|ing)": "analyze", r"standardis\w*": "standardiz-", r"recognis\w*": "recogniz-",
    r"neighbours?\w*": "neighbor", r"programmes?": "program", r"centres?": "center", r"behaviour": "behavior",
    r"cancelled": "canceled", r"pseudonymis\w*": "pseudonymiz-", r"whilst": "while", r"licence": "license",
    r"unauthorised": "unauthorized", r"grey": "gray", r"towards": "toward",
}  # fmt: skip
METHODS = ("Methods", "Worked examples", "Example sentences")
"""There the field's own terms are named and explained, and formulas are no sentences."""
DEFINED = "Measure: "
"""Its plain words and its why are short (below); numerator and denominator follow their published source."""
NOT_PLAIN = ("Data folder",)
"""The settings file that `concord init` writes, whole."""


def sections() -> list[tuple[str, str]]:
    """(heading, a line below it) of the page of all sentences."""
    heading, found = "", []
    for line in shown_sentences.page().splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ")
        elif line.startswith("- "):
            found.append((heading, line[2:]))
    return found


def test_every_module_of_the_pages_is_read_for_its_words():
    read = {p for patterns in shown_sentences.PLACES.values() for p in shown_sentences._files(patterns)}
    pages = {p for p in (shown_sentences.ROOT / "pages").rglob("*.py") if p.name != "__init__.py"}
    unread = {str(p.relative_to(shown_sentences.ROOT)) for p in pages - read} - shown_sentences._NOT_SHOWN_IN
    assert unread == set()


def sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.?!])[)”\"]?\s+(?=[“\"*{]*[A-Z0-9{-])| - | · ", text)


def test_no_word_is_shown_that_has_a_better_one():
    faults = [
        f"{heading}: {text} (say: {better})"
        for heading, text in sections()
        for word, better in BANNED.items()
        if re.search(rf"\b{word}\b", text, re.IGNORECASE) and not (heading in METHODS and word == "funnel")
    ]
    assert faults == []


def test_a_sentence_has_at_most_twenty_words():
    long = [
        f"{heading}: {sentence} ({len(sentence.split())})"
        for heading, text in sections()
        if heading not in (*METHODS, *NOT_PLAIN) and not heading.startswith(DEFINED)
        for sentence in sentences(text)
        if len(sentence.split()) > MOST_WORDS
    ]
    assert long == []


@pytest.mark.parametrize("word", ["Mend it", "as 1 in 20 does, and stands apart", "the catalogue", "a colour"])
def test_a_banned_word_is_found(word):
    assert any(re.search(rf"\b{banned}\b", word, re.IGNORECASE) for banned in BANNED)


@pytest.mark.parametrize("word", ["amend", "recommended", "color", "colors", "stand 3 points apart", "analysis"])
def test_its_likeness_is_not(word):
    assert not any(re.search(rf"\b{banned}\b", word, re.IGNORECASE) for banned in BANNED)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Choose the fixed file", "Choose the fixed file"),
        ('<p class="c-note">Hidden: few people</p>', "Hidden: few people"),
        ("SELECT a, b FROM c", ""),
        ("history_and_comments", ""),
        ("st-key-repair_x", ""),
        ("<style>.a { color: red; }</style>", ""),
        (r"\d{4} or so", ""),
    ],
)
def test_what_is_shown_is_told_from_what_is_not(text, shown):
    assert shown_sentences.visible(text) == shown
