"""Peers: a partner is compared with its own kind alone, and a mark allows for all that is compared."""

from collections.abc import Mapping

import numpy as np
import pytest

from metrics.judging import shared_error
from metrics.judging.outliers import ALARM, Judging
from metrics.judging.peer_comparison import Comparison, Reported, comparisons, mark_at
from pages.components.wording import outlier_words, reliability_words
from schemas.policy.partner_naming import Peers
from tests.pages.test_figure_sentences import row

CLINICS, PANTRIES = (
    Peers(frozenset({"mill", "row", "flats"}), "clinic"),
    Peers(frozenset({"furrow", "lark"}), "food_bank"),
)
NAMES = {p: p.title() for p in ("mill", "row", "flats", "furrow", "lark", "letter")}
HIGHER = Judging("higher")


def compared(figures: Mapping[str, tuple[int | None, int | None]], *groups: Peers, how: Judging = HIGHER) -> Comparison:
    rows = {p: row(x, n, scope=p, suppressed=x is None) for p, (x, n) in figures.items()}
    return comparisons({"bp_control": Reported(rows, how)}, groups)["bp_control"]


def test_a_pantry_is_not_compared_with_a_clinic():
    found = compared(
        {"mill": (600, 1000), "row": (605, 1000), "furrow": (200, 1000), "lark": (205, 1000)}, CLINICS, PANTRIES
    )
    assert [f.kind for f in found.funnels] == ["clinic", "food_bank"]
    assert [f.center for f in found.funnels] == pytest.approx([0.6025, 0.2025])
    assert {found.stand(p) for p in found.rows} == {"alike"}


def test_a_partner_without_a_peer_is_shown_and_judged_beside_nobody():
    found = compared({"mill": (600, 1000), "row": (605, 1000), "furrow": (20, 1000)}, CLINICS, PANTRIES)
    assert list(found.rows) == ["mill", "row", "furrow"]
    assert (found.lone, found.stand("furrow"), found.among("furrow")) == (("furrow",), None, None)
    assert outlier_words.beside_nobody(found, NAMES) == (
        "Furrow is compared with nobody: no other partner known to be of its kind has a figure here."
    )


def test_a_partner_of_unknown_kind_has_no_peers_and_bears_on_nobody():
    pair = {"mill": (600, 1000), "row": (605, 1000)}
    alone, beside = compared(pair, CLINICS), compared({**pair, "letter": (10, 1000)}, CLINICS)
    assert beside.unknown == ("letter",) and beside.stand("letter") is None
    assert beside.funnels == alone.funnels
    assert outlier_words.beside_nobody(beside, NAMES) == (
        "Letter is compared with nobody, as its kind is not known here."
    )


def test_a_peer_whose_figure_is_hidden_is_no_peer():
    found = compared({"furrow": (20, 1000), "lark": (None, None)}, PANTRIES)
    assert not found.funnels and found.lone == ("furrow",)


def test_two_without_peers_are_said_in_one_sentence():
    found = compared({"mill": (600, 1000), "furrow": (20, 1000)}, CLINICS, PANTRIES)
    assert outlier_words.together(found, NAMES) == (
        "Mill and Furrow are compared with nobody: no other partner known to be of their kinds has a figure here."
    )
    assert outlier_words.together(compared({}, CLINICS), NAMES).startswith("There is nothing to compare")


def test_the_sentence_says_with_whom_and_by_how_much():
    found = compared({"mill": (500, 1000), "row": (600, 1000), "flats": (610, 1000)}, CLINICS)
    assert outlier_words.together(found, NAMES) == (
        "Mill differs from the other clinics for the worse, beyond chance. Flats may differ from the other clinics for "
        "the better. By chance, 1 partner in 20 looks like that. The other clinic does not differ beyond chance. "
        "Distance from all of them together: Mill 7.0 points."
    )


def test_where_a_letter_is_among_them_the_kind_is_not_said():
    group = Peers(CLINICS.ids, None)
    found = compared({"mill": (500, 1000), "row": (600, 1000), "flats": (610, 1000)}, group)
    told = outlier_words.together(found, NAMES) + outlier_words.group(found.funnels[0])
    assert "clinic" not in told.lower() and "from the other partners of its kind for the worse" in told


def test_a_mark_is_never_nearer_than_the_998_limits_and_moves_out_with_the_number_compared():
    assert mark_at(0) == ALARM == mark_at(2)
    assert ALARM < mark_at(20) < mark_at(60)


def worlds(rng: np.random.Generator, number: int) -> list[dict[str, Reported]]:
    """Seven figures of three hospitals, four clinics and two pantries, in which no partner differs."""
    n = rng.integers(150, 3000, (number, 7, 9))
    x = rng.binomial(n, rng.uniform(0.12, 0.7, (number, 7, 1)))
    return [
        {
            f"f{i}": Reported({f"p{k}": row(int(x[w, i, k]), int(n[w, i, k]), scope=f"p{k}") for k in range(9)}, HIGHER)
            for i in range(7)
        }
        for w in range(number)
    ]


@pytest.mark.heavy
def test_chance_alone_marks_anyone_on_at_most_one_scorecard_in_a_hundred():
    groups = [Peers(frozenset(f"p{k}" for k in those), None) for those in ((0, 1, 2), (3, 4, 5, 6), (7, 8))]
    seen = [comparisons(world, groups) for world in worlds(np.random.default_rng(5), 600)]
    marked = sum(
        any(stand in ("better", "worse") for c in found.values() for f in c.funnels for stand in f.stands)
        for found in seen
    )
    assert marked / len(seen) <= shared_error.PEERS


def test_reliability_is_shown_from_ten_partners_of_a_kind_on_and_moves_small_ones_further():
    people = [60, 90, 120, 300, 400, 500, 600, 700, 800, 900]
    shares = [0.75, 0.5, 0.62, 0.55, 0.6, 0.66, 0.52, 0.63, 0.58, 0.64]
    figures = {f"p{k}": (round(n * p), n) for k, (n, p) in enumerate(zip(people, shares, strict=True))}
    names, group = {p: p.upper() for p in figures}, Peers(frozenset(figures), "clinic")
    (found,) = compared(figures, group).funnels
    rows = reliability_words.rows(found, names)
    assert [row[0] for row in rows] == list(names.values()) and rows[0][1] == "75.0%"
    seen = found.shrunken
    assert seen and 0.58 < float(seen.figures[0]) < 0.70
    assert rows[0][3] == f"{100 * seen.figures[0]:.1f}%" and str(rows[0][4]).endswith(", low")
    (few,) = compared(dict(list(figures.items())[:9]), group).funnels
    assert few.shrunken is None and reliability_words.rows(few, names) == []


@pytest.mark.parametrize(
    ("value", "said"), [(0.95, "0.95, high"), (0.7, "0.70, fair"), (0.3, "0.30, low"), (0, "0.00, low")]
)
def test_reliability_in_words(value, said):
    assert reliability_words.reliability(value) == said
