"""Small partnerships of made-up counts, in the shape of results: every total is the sum of its parts.

People are counted by partner, two groupings and month; all rows follow from those counts.
"""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import polars as pl

SCHEMA = {
    "indicator": pl.String, "scope": pl.String, "period_kind": pl.String, "period_start": pl.Date,
    "period_end": pl.Date, "stratifier": pl.String, "category": pl.String, "denominator": pl.Int64,
    "numerator": pl.Int64, "counts_only": pl.Boolean,
}  # fmt: skip
YEAR = ("year", dt.date(2025, 1, 1), dt.date(2025, 12, 31))
MONTHS = [("month", dt.date(2025, m, 1), dt.date(2025, m + 1, 1) - dt.timedelta(days=1)) for m in (1, 5, 9)]
RACES, LANGUAGES = "abcde", "xyzw"
SIZES = (0, 0, 1, 2, 5, 9, 14, 40, 120)


@dataclass(frozen=True)
class Shape:
    """How a partnership looks. `shares`: partners share people, so the partnership is less than their sum.

    `totals`: the first partner sends totals by race, and leaves as many groups blank as are `withheld`.
    """

    partners: int = 3
    races: int = 4
    languages: int = 1
    two_way: bool = False
    families: tuple[str, ...] = ("bp",)
    factor: float = 1.0
    shares: bool = False
    totals: bool = False
    withheld: int = 0
    empty_rows: bool = False


@dataclass
class Partnership:
    """The people of each indicator: counts by partner (the last: shared, to be taken off), race, language, month."""

    shape: Shape
    people: dict[str, np.ndarray] = field(default_factory=dict)
    met: dict[str, np.ndarray] = field(default_factory=dict)
    out: dict[str, np.ndarray] = field(default_factory=dict)

    def rows(self) -> pl.DataFrame:
        """All rows: `attack.KEY`, counts, counts_only."""
        found: list[tuple] = []
        for indicator in self.people:
            for n in range(self.shape.partners + 1):
                found += self._tables(indicator, n)
        return pl.DataFrame(found, schema=SCHEMA, orient="row")

    def _of(self, counts: np.ndarray, n: int, *, totals: bool = True) -> np.ndarray:
        """Counts of a partner, or of all (less what they share); `totals`: with what is sent as a total."""
        last = self.shape.partners
        first = int(self.shape.totals and not totals)
        return counts[n] if n < last else counts[first:last].sum(axis=0) - counts[last]

    def _tables(self, indicator: str, n: int) -> Iterator[tuple]:
        scope = f"p{n}" if n < self.shape.partners else "partnership"
        only = self.shape.totals and n == 0
        both = self.people[indicator], self.met[indicator]
        own, rows = ([self._of(c, n, totals=t) for c in both] for t in (True, False))

        def add(period: tuple, by: str, group: str, counts: list[np.ndarray]) -> Iterator[tuple]:
            of, met = (int(c.sum()) for c in counts)
            if of or by == "all" or self.shape.empty_rows:
                yield (indicator, scope, *period, by, group, of, met, only)

        yield from add(YEAR, "all", "all", own)
        for r in range(self.shape.races):
            withheld = self.shape.totals and r < self.shape.withheld
            if withheld and only:
                yield (indicator, scope, *YEAR, "race", RACES[r], None, None, True)
            else:
                yield from add(YEAR, "race", RACES[r], [c[r] for c in (rows if withheld else own)])
        if indicator.startswith(("readmission", "referral", "program")):
            for m, month in enumerate(MONTHS):
                yield from add(month, "all", "all", [c[..., m] for c in own])
        if only:
            return
        for v in range(self.shape.languages) if self.shape.languages > 1 else ():
            yield from add(YEAR, "language", LANGUAGES[v], [c[:, v] for c in rows])
            for r in range(self.shape.races) if self.shape.two_way and scope == "partnership" else ():
                yield from add(YEAR, "race*language", f"{RACES[r]}*{LANGUAGES[v]}", [c[r, v] for c in rows])
        left = int(self._of(self.out[indicator], n, totals=False).sum()) if indicator in self.out else 0
        if left:
            yield (indicator, scope, *YEAR, "exclusion", "incomplete", left, None, False)


def made_up(shape: Shape, seed: int) -> Partnership:
    """A partnership of that shape; the same for the same seed."""
    chance = random.Random(seed)
    size = (shape.partners + 1, shape.races, shape.languages, len(MONTHS))
    made = Partnership(shape)

    def some(scale: float) -> np.ndarray:
        counts = np.zeros(size, int)
        for at in np.ndindex(*size[:3]):
            n = round(chance.choice(SIZES) * scale)
            for _ in range(n):
                counts[(*at, chance.randrange(len(MONTHS)))] += 1
        return counts

    def part(of: np.ndarray, share: float | None = None) -> np.ndarray:
        share = chance.random() if share is None else share
        return np.array([sum(chance.random() < share for _ in range(n)) for n in of.ravel()]).reshape(of.shape)

    def shared(of: np.ndarray, within: np.ndarray | None = None) -> np.ndarray:
        """Set what partners share: a few of the least that fits."""
        if not shape.shares:
            of[-1] = 0
            return of
        most = of[:-1].sum(axis=0) - of[:-1].max(axis=0)
        of[-1] = part(most, 0.1) if within is None else np.minimum(part(most, 0.1), within[-1])
        return of

    if "bp" in shape.families:
        made.people["bp_control"] = shared(some(shape.factor))
        made.met["bp_control"] = _fits(shared(part(made.people["bp_control"])), made.people["bp_control"])
    if "readmission" in shape.families:
        stays = some(shape.factor)
        stays[-1] = 0  # a stay is of one hospital
        anywhere, left = part(stays, 0.3), part(stays, 0.1)
        for name, met in (("readmission_any_hospital", anywhere), ("readmission_same_hospital", part(anywhere, 0.7))):
            made.people[name], made.met[name] = stays, met
            made.out[name] = left
    if "food" in shape.families:
        people = some(shape.factor)
        people[-1] = 0
        screened = part(people, 0.8)
        left = part(screened, 0.05)
        insecure = part(screened - left, 0.3)
        made.people |= {"food_screening": people, "food_insecurity": screened - left, "connected_to_help": insecure}
        made.met |= {"food_screening": screened, "food_insecurity": insecure, "connected_to_help": part(insecure, 0.5)}
        made.out["food_insecurity"] = left
    if "referrals" in shape.families:
        sent = some(shape.factor)
        sent[-1] = 0  # a referral is of one partner's file
        known, asked = part(sent, 0.7), part(sent, 0.4)
        for name, met in (("accepted", part(sent, 0.5)), ("outcome_known", known), ("served", part(known, 0.6)),
                          ("rescreened", asked)):  # fmt: skip
            made.people[f"referral_{name}"], made.met[f"referral_{name}"] = sent, met
        made.people["referral_need_gone"], made.met["referral_need_gone"] = asked, part(asked, 0.5)
    if "programs" in shape.families:
        ended = some(shape.factor)
        ended[-1] = 0  # a time in a program is of one partner's file
        for name in ("program_completed", "program_redeemed"):
            made.people[name], made.met[name] = ended, part(ended, 0.6)
    return made


def _fits(met: np.ndarray, people: np.ndarray) -> np.ndarray:
    """Shared people met by several partners, so that neither the numerator nor the rest falls below none."""
    whole, numerator = people[:-1].sum(axis=0) - people[-1], met[:-1].sum(axis=0)
    met[-1] = np.clip(met[-1], numerator - whole, numerator)
    return met


def corrected(made: Partnership, seed: int) -> Partnership:
    """The same, after one partner has corrected its file: some of its people moved, came or went."""
    chance = random.Random(seed)
    partner = chance.randrange(made.shape.partners)
    people, met, out = ({k: v.copy() for k, v in d.items()} for d in (made.people, made.met, made.out))
    places = list(np.ndindex(*next(iter(people.values())).shape[1:]))
    for at in chance.sample(places, min(len(places), chance.randrange(1, 5))):
        here = (partner, *at)
        family = chance.choice(made.shape.families)
        more = chance.choice([-3, -1, 1, 2, 6])
        if family == "bp":
            n = max(people["bp_control"][here] + more, met["bp_control"][here])
            people["bp_control"][here] = n
        elif family == "readmission":
            for name in ("readmission_any_hospital", "readmission_same_hospital"):
                people[name] = people["readmission_any_hospital"]
            any_, same = (f"readmission_{k}_hospital" for k in ("any", "same"))
            people[any_][here] = max(people[any_][here] + more, met[any_][here])
            people[same] = people[any_]
            met[same][here] = min(met[same][here], met[any_][here])
        elif family == "programs":
            ended = people["program_completed"]
            ended[here] = max(ended[here] + more, met["program_completed"][here], met["program_redeemed"][here])
            people["program_redeemed"] = ended
        elif family == "referrals":
            _correct_referrals(people, met, here, more)
        else:
            people["food_screening"][here] = max(people["food_screening"][here] + more, met["food_screening"][here])
            n = max(1, abs(more))
            people["food_screening"][here] += n
            met["food_screening"][here] += n
            people["food_insecurity"][here] += n
    return Partnership(made.shape, people, met, out)


def _correct_referrals(people: dict[str, np.ndarray], met: dict[str, np.ndarray], here: tuple, more: int) -> None:
    """So many referrals more of those that nothing is known of, or fewer; one that was open has been served."""
    of_same = [f"referral_{name}" for name in ("accepted", "outcome_known", "served", "rescreened")]
    sent = people[of_same[0]]
    sent[here] = max(sent[here] + more, *(met[name][here] for name in of_same))
    for name in of_same:
        people[name] = sent
    if sent[here] > met["referral_outcome_known"][here]:
        met["referral_outcome_known"][here] += 1
        met["referral_served"][here] += 1
