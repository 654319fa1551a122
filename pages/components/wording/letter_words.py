"""Letters that can be guessed, in words: whose, why, what ends it. For backbone staff, and the partner itself."""

from collections.abc import Sequence

from pages.components.wording.count_words import many
from schemas.policy.guessable_letters import FEWEST, Guessable
from schemas.policy.status_words import KIND_OF_PARTNER
from schemas.policy.viewer import Viewer

ENDS = "This ends when the partner agrees to be named, or when the partnership leaves partners' figures out."


def guessed(those: Sequence[tuple[Guessable, str]], viewer: Viewer) -> list[str]:
    """For each partner whose letter can be guessed, whose it is and why; `those` with the name that leaders see.

    Nothing for anyone else: it would say who is behind a letter.
    """
    mine = [(one, letter) for one, letter in those if viewer.role == "backbone" or one.partner.id == viewer.partner_id]
    return [f"{_who(one, letter, viewer)} {_why(one)}" for one, letter in mine]


def _who(one: Guessable, letter: str, viewer: Viewer) -> str:
    whose = "Your organization" if one.partner.id == viewer.partner_id else one.partner.name
    return f"{whose} goes by “{letter}”, and whoever knows the partnership can tell who that is."


def _why(one: Guessable) -> str:
    if one.in_all < FEWEST:
        there = "it is the only partner that goes" if one.in_all == 1 else f"only {one.in_all} partners go"
        return f"The reason is that {there} by a letter."
    noun, nouns = KIND_OF_PARTNER.get(one.partner.kind, ("partner of no known kind", "partners of no known kind"))
    there = f"it is the only {noun} that goes" if one.of_kind == 1 else f"only {many(one.of_kind, noun, nouns)} go"
    return f"What it reports tells its kind, and {there} by a letter."
