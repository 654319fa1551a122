"""Letters that can be guessed, and kinds that are never said of a letter: whatever the settings, whoever looks."""

import itertools
import typing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.components.wording import letter_words
from schemas.policy.guessable_letters import FEWEST, guessable
from schemas.policy.partner import KIND_UNKNOWN, Partner, PartnerKind
from schemas.policy.partner_naming import Naming, naming
from schemas.policy.partnership import Partnership
from schemas.policy.status_words import KIND_OF_PARTNER
from schemas.policy.viewer import EVERYONE, Viewer

KEY, BACKBONE = b"a key of the test", Viewer(role="backbone")
KINDS: tuple[PartnerKind, ...] = typing.get_args(PartnerKind)


def made(*those: tuple[PartnerKind, bool]) -> Partnership:
    """A partnership of partners by kind and whether they are named."""
    return Partnership(
        partners=tuple(Partner(id=f"p{n}", name=f"Name {n}", kind=k, named=named) for n, (k, named) in enumerate(those))
    )


def blind(kind: PartnerKind, many: int) -> list[tuple[PartnerKind, bool]]:
    return [(kind, False)] * many


def test_every_kind_has_its_words_but_the_unknown_one():
    assert set(KIND_OF_PARTNER) == set(KINDS) - {KIND_UNKNOWN}


@pytest.mark.parametrize(("those", "found"), [
    ([], set()),
    ([("hospital", True), ("clinic", True)], set()),
    (blind("clinic", 1), {"p0"}),
    (blind("clinic", 2), {"p0", "p1"}),
    (blind("clinic", 3), set()),
    ([*blind("clinic", 3), ("clinic", True)], set()),
    ([*blind("clinic", 3), *blind("hospital", 1)], {"p3"}),
    ([*blind("clinic", 1), *blind("hospital", 1), *blind("food_bank", 1)], {"p0", "p1", "p2"}),
    (blind("other", 2), {"p0", "p1"}),
])  # fmt: skip
def test_a_letter_is_guessed_where_fewer_than_three_go_by_one_in_all_or_of_its_kind(those, found):
    assert set(guessable(made(*those))) == found


def grouped(seen: Naming) -> set[frozenset[str]]:
    return {g.ids for g in seen.peers}


def test_a_letter_that_can_be_guessed_is_compared_with_nobody_by_leaders_and_with_its_kind_by_backbone_staff():
    known = made(("hospital", True), ("hospital", True), *blind("hospital", 1))
    assert grouped(naming(known, KEY, EVERYONE)) == {frozenset({"p0", "p1"})}
    assert grouped(naming(known, KEY, BACKBONE)) == {frozenset({"p0", "p1", "p2"})}
    assert grouped(naming(known, KEY, Viewer(role="partner", partner_id="p2"))) == {frozenset({"p0", "p1", "p2"})}


def test_three_letters_of_a_kind_are_compared_with_it_and_the_kind_is_not_said():
    known = made(("clinic", True), *blind("clinic", 3), ("hospital", True), ("hospital", True))
    seen = naming(known, KEY, EVERYONE)
    assert {(len(g.ids), g.kind) for g in seen.peers} == {(4, None), (2, "hospital")}
    assert {(len(g.ids), g.kind) for g in naming(known, KEY, BACKBONE).peers} == {(4, "clinic"), (2, "hospital")}


def test_partners_of_no_known_kind_are_nobodys_peers():
    assert not naming(made((KIND_UNKNOWN, True), (KIND_UNKNOWN, True)), KEY, BACKBONE).peers


PARTNERS = st.lists(st.tuples(st.sampled_from(KINDS), st.booleans()), max_size=12)


@given(PARTNERS, st.sampled_from(["leader", "analyst", "partner", "backbone"]))
def test_no_kind_stands_beside_a_letter_and_no_group_holds_fewer_than_three_letters(those, role):
    known = made(*those)
    if role == "partner" and not those:
        return
    viewer = Viewer(role=role, partner_id="p0" if role == "partner" else None)
    seen = naming(known, KEY, viewer)
    leaders = naming(known, KEY, EVERYONE)
    kinds = {p.kind for p in known.partners}
    for group in seen.peers:
        letters = {i for i in group.ids if i.startswith("partner-")}
        assert group.ids <= set(seen.names) and not (letters and group.kind)
        behind = {p.id for p in known.partners if leaders.shown(p.id) in letters}
        of_them = [p for p in known.partners if p.id in behind]
        alike = [p for p in known.partners if not p.named and of_them and p.kind == of_them[0].kind]
        assert not letters or len(alike) >= FEWEST
        assert len({known.partner(seen.true(i) or next(iter(behind))).kind for i in group.ids}) == 1
    assert all(a.ids.isdisjoint(b.ids) for a, b in itertools.combinations(seen.peers, 2))
    assert KIND_UNKNOWN not in {g.kind for g in seen.peers} <= {None, *kinds}


def told(known: Partnership, viewer: Viewer) -> list[str]:
    names = naming(known, KEY, EVERYONE)
    return letter_words.guessed(
        [(g, names.names[names.shown(g.partner.id)]) for g in guessable(known).values()], viewer
    )


def test_who_can_be_guessed_is_told_to_backbone_staff_and_to_that_partner_and_to_nobody_else():
    known = made(*blind("clinic", 3), *blind("hospital", 1), ("hospital", True))
    letter = naming(known, KEY, EVERYONE).names[naming(known, KEY, EVERYONE).shown("p3")]
    why = "What it reports tells its kind, and it is the only hospital that goes by a letter."
    assert told(known, BACKBONE) == [
        f"Name 3 goes by “{letter}”, and whoever knows the partnership can tell who that is. {why}"
    ]
    assert told(known, Viewer(role="partner", partner_id="p3")) == [
        f"Your organization goes by “{letter}”, and whoever knows the partnership can tell who that is. {why}"
    ]
    for other in (EVERYONE, Viewer(role="analyst"), Viewer(role="partner", partner_id="p0")):
        assert told(known, other) == []


@pytest.mark.parametrize(("those", "why"), [
    (blind("clinic", 1), "The reason is that it is the only partner that goes by a letter."),
    (blind("clinic", 2), "The reason is that only 2 partners go by a letter."),
    ([*blind("food_bank", 2), *blind("clinic", 3)], "What it reports tells its kind, and only 2 food banks go by a letter."),
    ([*blind("other", 2), *blind("clinic", 3)],
     "What it reports tells its kind, and only 2 partners of no known kind go by a letter."),
])  # fmt: skip
def test_the_reason_is_said(those, why):
    assert told(made(*those), BACKBONE)[0].endswith(why)
