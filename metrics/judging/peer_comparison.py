"""Peers: each partner beside the others of its kind that report the same figure, over all figures of a scorecard.

Together, because every mark of a partner that differs allows for the number of partners and figures compared.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from metrics.judging import shared_error
from metrics.judging.outliers import ALARM, Funnel, Judging, Row, Stand, partner_funnel, with_figure
from schemas.policy.partner_naming import Peers


@dataclass(frozen=True)
class Comparison:
    """The partners that report one figure of one period.

    `rows`: scope -> its row, in the order given; `funnels`: one for each kind with two figures to compare. Beside
    nobody: `lone`, as no other partner of its kind has a figure; `unknown`, as its kind is not known to the viewer.
    `alarm`: z from which on a difference is marked.
    """

    rows: Mapping[str, Row]
    funnels: tuple[Funnel, ...]
    lone: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    alarm: float = ALARM

    def among(self, scope: str) -> Funnel | None:
        """The funnel that a partner with a figure is in."""
        return next((f for f in self.funnels if scope in f.by_scope), None)

    def stand(self, scope: str) -> Stand | None:
        """Where a partner stands among its peers; None without a figure, or without peers."""
        found = self.among(scope)
        return found.by_scope[scope] if found else None


@dataclass(frozen=True)
class Reported:
    """One figure of all partners that report it: scope -> row of one period, and how partners are judged in it."""

    rows: Mapping[str, Row]
    how: Judging


def mark_at(compared: int) -> float:
    """z that a difference must pass to be marked, when so many partners and figures are compared: never nearer than
    the 99.8 % limits, and so far out that chance marks anyone on one scorecard in a hundred (`shared_error.PEERS`)."""
    return max(ALARM, shared_error.cut([0.0] * compared, shared_error.PEERS)) if compared else ALARM


def comparisons(figures: Mapping[str, Reported], peers: Iterable[Peers]) -> dict[str, Comparison]:
    """Figure -> its comparison. A partner in none of the groups of `peers` is compared with nobody."""
    groups = list(peers)
    compared = sum(len(those) for one in figures.values() for _, those in _with_peers(one, groups))
    alarm = mark_at(compared)
    return {name: _compared(one, groups, alarm) for name, one in figures.items()}


def _with_peers(one: Reported, groups: list[Peers]) -> list[tuple[Peers, list[str]]]:
    """Each group with its partners that have a figure to compare, where they are two or more."""
    found = [(g, [s for s, row in one.rows.items() if s in g.ids and with_figure(row)]) for g in groups]
    return [(g, those) for g, those in found if len(those) > 1]


def _compared(one: Reported, groups: list[Peers], alarm: float) -> Comparison:
    there = _with_peers(one, groups)
    funnels = tuple(
        replace(found, kind=g.kind)
        for g, _ in there
        if (found := partner_funnel([r for s, r in one.rows.items() if s in g.ids], one.how, alarm))
    )
    beside = {s for _, those in there for s in those}
    nobody = [s for s, row in one.rows.items() if with_figure(row) and s not in beside]
    known = frozenset[str]().union(*(g.ids for g in groups))
    return Comparison(
        one.rows, funnels, tuple(s for s in nobody if s in known), tuple(s for s in nobody if s not in known), alarm
    )
