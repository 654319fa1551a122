"""The terms of the scorecard, each explained where it is pressed."""

from metrics.judging.published_months import LEAST
from pages.components.meeting.html_parts import Html, tag

TERMS: dict[str, tuple[str, str]] = {
    "measure": (
        "Measure",
        "A figure that all partners report the same way. Below it: how many people or stays met it, of all that count.",
    ),
    "now": (
        "Latest year",
        "The latest twelve months that are complete. Below it is the 95% range: the true figure very probably lies in "
        "it.",
    ),
    "range": (
        "95% range",
        "How sure the number is: the true figure very probably lies in it. Many people make it narrow.",
    ),
    "line": (
        "Two years",
        "The same figure, twelve months at a time, one point a quarter. Gray is the 95% range, dashes are the target.",
    ),
    "change": (
        "Change in a year",
        "Compared with the year before. A verdict allows for chance, season and all measures judged together. "
        f"It needs {LEAST} settled months.",
    ),
    "target": (
        "Target",
        "The target and its day, how the year stands to it, and what its course so far suggests.",
    ),
    "gap": (
        "Widest gap",
        "Two groups that lay furthest apart before, or that the partnership follows. The word says whether their gap "
        "moved.",
    ),
    "partner": (
        "Partner to talk to",
        "One that does worse than others of its kind, or than itself before, beyond chance. It ranks nobody.",
    ),
    "owner": (
        "Who does what",
        "Who answers for the measure, the action about it, and what it has done so far. More is on the page Actions.",
    ),
    "no_change": (
        "No change large enough to tell",
        "What moved is within chance, or too little to matter. It may still have changed.",
    ),
    "open": (
        "Not closed yet",
        "A year that partners can still correct. It is rounded and not judged.",
    ),
}
"""Key -> the term as the page has it, and what it means."""


def term(key: str, words: str = "") -> Html:
    """A term that explains itself when pressed."""
    return tag(
        "button", words or TERMS[key][0], type="button", class_="m-term", popovertarget=f"m-about-{key}",
        aria_haspopup="dialog",
    )  # fmt: skip


def notes(extra: dict[str, tuple[str, str]]) -> list[Html]:
    """What stands behind the terms, hidden until it is asked for."""
    return [
        tag(
            "div", tag("b", words), tag("p", meaning), id=f"m-about-{key}", popover="auto", class_="m-about",
            role="dialog", aria_label=words,
        )
        for key, (words, meaning) in {**TERMS, **extra}.items()
    ]  # fmt: skip
