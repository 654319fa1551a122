"""How people scored a statement, as far as it may be shown: each answer apart, those who agree beside all others, or
nothing at all, not even how many were asked."""

from collections.abc import Sequence

from metrics.disclosure.declared_lists.fixed_rungs import Rung, Told, finest

ANSWERS = ("agree", "unsure", "disagree")
RUNGS: tuple[Rung, ...] = ((("agree",), ("unsure",), ("disagree",)), (("agree",), ("unsure", "disagree")))


def shown(counts: Sequence[int], smallest: int) -> Told:
    """What may be shown of the people who agree, are unsure and disagree; empty where nothing may."""
    return finest(RUNGS, dict(zip(ANSWERS, counts, strict=True)), smallest)
