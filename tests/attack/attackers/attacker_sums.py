"""What an attacker knows to add up, from the published rows alone; sums that the exact rows do not bear out are left out."""

from collections.abc import Callable, Iterable

import polars as pl

KEY = ["indicator", "scope", "period_kind", "period_start", "period_end", "stratifier", "category"]
PERIOD = ["period_kind", "period_start", "period_end"]
COUNTS = ["denominator", "numerator"]
WHOLE, EVERYONE, LEFT_OUT, CROSS = "partnership", "all", "exclusion", "*"
MEASURES = ("numerator", "rest", "denominator")
READMISSIONS = ["readmission_any_hospital", "readmission_same_hospital"]
REFERRALS = ["referral_accepted", "referral_outcome_known", "referral_served"]
PROGRAMS = ["program_completed", "program_redeemed"]
ON_ONE_DAY = [*READMISSIONS, *REFERRALS, "referral_rescreened", "referral_need_gone", *PROGRAMS]

Terms = dict[tuple[int, str], int]


def all_sums(
    rows: pl.DataFrame, size: int, *, nested: bool, outside: "Iterable[Callable[[Sums], None]]" = ()
) -> tuple[list[Terms], list[int]]:
    """Every sum that holds, and the true values of counts without a row that stand in some (numbered from `size`).

    `outside`: what is known from elsewhere, each adding its sums (`tests.attack.attackers.attacker_dimensions`).
    """
    found: list[Terms] = []
    unseen: list[int] = []
    for _, release in rows.group_by("release", maintain_order=True):
        sums = Sums(release, size, unseen)
        sums.groups()
        sums.crossed()
        sums.partners()
        sums.months()
        sums.same()
        sums.screened()
        if nested:
            sums.nested()
        for known in outside:
            known(sums)
        found += sums.found
    return found, unseen


class Sums:
    """The ways in which the counts of one release add up. `unseen` grows by counts that no row holds."""

    def __init__(self, rows: pl.DataFrame, size: int, unseen: list[int]) -> None:
        self.size, self.unseen = size, unseen
        self.found: list[Terms] = []
        self.blank = {r[:6] for r in rows.filter(pl.col("denominator").is_null()).select(KEY).iter_rows()}
        rows = rows.filter(pl.col("denominator").is_not_null())
        self.value: dict[int, tuple[int, int | None]] = {}
        self.at: dict[tuple, int] = {}
        self.table: dict[tuple, list[tuple[str, int]]] = {}
        self.totals: dict[tuple, list[tuple[str, int]]] = {}
        self.owners: dict[tuple, list[tuple[str, int]]] = {}
        for *key, cell, n, x, only in rows.select(*KEY, "cell", *COUNTS, "counts_only").iter_rows():
            indicator, scope, kind, start, end, by, group = key
            self.value[cell] = (n, x)
            self.at[tuple(key)] = cell
            self.table.setdefault(tuple(key[:6]), []).append((group, cell))
            if scope != WHOLE:
                alike = (indicator, kind, start, end, by, group)
                self.owners.setdefault(alike, []).append((scope, cell))
                if only and x is not None:
                    self.totals.setdefault(alike, []).append((scope, cell))

    def add(self, left: list[int], right: list[int], less: Iterable[int] = (), plus: Iterable[int] = ()) -> None:
        """left - less = right - plus, in each count by itself, where that is true."""
        for measure in MEASURES:
            terms: Terms = {}
            for sign, cells in ((1, left), (-1, less), (-1, right), (1, plus)):
                for cell in cells:
                    terms[cell, measure] = terms.get((cell, measure), 0) + sign
            self.keep(terms)

    def keep(self, terms: Terms) -> None:
        """Keep a sum that is nothing, where that is true."""

        def value(cell: int, measure: str) -> int | None:
            if cell >= self.size:
                return self.unseen[cell - self.size]
            people, met = self.value[cell]
            if measure == "rest":
                return None if met is None else people - met
            return met if measure == "numerator" else people

        values = [(sign, value(*term)) for term, sign in terms.items()]
        if len(terms) > 1 and all(v is not None for _, v in values) and not sum(s * (v or 0) for s, v in values):
            self.found.append(terms)

    def new(self, value: int) -> int:
        """A count that no row holds, for use in sums (its denominator)."""
        self.unseen.append(value)
        return self.size + len(self.unseen) - 1

    def _only_totals(self, key: tuple, by: str, group: str) -> list[int]:
        indicator, scope, kind, start, end = key[:5]
        return [c for _, c in self.totals.get((indicator, kind, start, end, by, group), [])] if scope == WHOLE else []

    def groups(self) -> None:
        """The groups of a stratifier add up to everyone."""
        blank_somewhere = {(key[0], *key[2:]) for key in self.blank}
        for key, parts in self.table.items():
            everyone = self.at.get((*key[:5], EVERYONE, EVERYONE))
            if key[5] in (EVERYONE, LEFT_OUT) or CROSS in key[5] or everyone is None:
                continue
            cells = [c for _, c in parts]
            # Who left a group blank leaves everyone in doubt of how many are in it, in the partnership's sum too.
            if key not in self.blank and not (key[1] == WHOLE and (key[0], *key[2:]) in blank_somewhere):
                self.add([everyone], cells)
            less = self._only_totals(key, EVERYONE, EVERYONE)
            if less:
                taken = {g for k, cs in self.totals.items() if (k[0], WHOLE, *k[1:4], k[4]) == key for g in [k[5]]}
                self.add([everyone], cells, less, [c for g in taken for c in self._only_totals(key, key[5], g)])
            if key in self.blank:
                self._blank(everyone, cells)

    def _blank(self, everyone: int, cells: list[int]) -> None:
        """What a partner left blank is together what its other groups lack."""
        for n, measure in enumerate(COUNTS):
            counts = [self.value[c][n] for c in (everyone, *cells)]
            if all(v is not None for v in counts):
                lacks = 2 * (counts[0] or 0) - sum(v or 0 for v in counts)
                if lacks >= 0:
                    self.keep(
                        {(everyone, measure): 1, **{(c, measure): -1 for c in cells}, (self.new(lacks), measure): -1}
                    )

    def crossed(self) -> None:
        """Rows and columns of a two-way table add up to the groups on either side."""
        for key, parts in self.table.items():
            if CROSS not in key[5]:
                continue
            for side, by in enumerate(key[5].removeprefix("people_by_").split(CROSS)):
                lines: dict[str, list[int]] = {}
                for group, cell in parts:
                    lines.setdefault(group.split(CROSS)[side], []).append(cell)
                for group, cells in lines.items():
                    whole = self.at.get((*key[:5], by, group))
                    if whole is not None:
                        self.add([whole], cells)
                        if less := self._only_totals(key, by, group):
                            self.add([whole], cells, less)

    def partners(self) -> None:
        """The partners' cells add up to the partnership's, where they share nobody."""
        for alike, owners in self.owners.items():
            whole = self.at.get((alike[0], WHOLE, *alike[1:]))
            if whole is not None:
                self.add([whole], [c for _, c in owners])

    def months(self) -> None:
        """Twelve months make a year, where each stay (or referral) lies on one day."""
        months: dict[tuple, list[tuple]] = {}
        for key, cell in self.at.items():
            if key[0] in ON_ONE_DAY and key[2] == "month":
                months.setdefault((key[0], key[1], key[5], key[6]), []).append((key[3], key[4], cell))
        for key, cell in self.at.items():
            if key[0] in ON_ONE_DAY and key[2] == "year":
                own = months.get((key[0], key[1], key[5], key[6]), [])
                inside = [c for start, end, c in own if start >= key[3] and end <= key[4]]
                if inside:
                    self.add([cell], inside)

    def same(self) -> None:
        """The same people under two indicators."""
        one, other = READMISSIONS
        for key, cell in self.at.items():
            if key[0] == one:
                self._equal(key, cell, "denominator", other, "denominator")
            for name in REFERRALS[1:]:
                if key[0] == REFERRALS[0]:
                    self._equal(key, cell, "denominator", name, "denominator")
            if key[0] == PROGRAMS[0]:
                self._equal(key, cell, "denominator", PROGRAMS[1], "denominator")
            if key[0] == "referral_rescreened":
                self._equal(key, cell, "numerator", "referral_need_gone", "denominator")
            if key[0] == "food_insecurity" and key[5] != LEFT_OUT:
                self._equal(key, cell, "numerator", "connected_to_help", "denominator")

    def _equal(self, key: tuple, cell: int, measure: str, other: str, its: str) -> None:
        twin = self.at.get((other, *key[1:]))
        if twin is None:
            return
        self.keep({(cell, measure): 1, (twin, its): -1})
        mine, theirs = (dict(self.totals.get((i, *key[2:]), [])) for i in (key[0], other))
        if key[1] == WHOLE and mine.keys() != theirs.keys():
            terms = {(cell, measure): 1, (twin, its): -1}
            terms |= {(c, measure): -1 for p, c in mine.items() if p not in theirs}
            terms |= {(c, its): 1 for p, c in theirs.items() if p not in mine}
            self.keep(terms)

    def screened(self) -> None:
        """Who was screened in a year counts for insecurity, or was left out as incomplete; so in every group."""
        for key, cell in self.at.items():
            if key[0] != "food_screening" or key[2] != "year" or key[5] != EVERYONE:
                continue
            counted = self.at.get(("food_insecurity", *key[1:]))
            out = self.at.get(("food_insecurity", *key[1:5], LEFT_OUT, "incomplete"))
            if counted is None:
                continue
            terms: Terms = {(cell, "numerator"): 1, (counted, "denominator"): -1}
            self.keep(terms | ({(out, "denominator"): -1} if out is not None else {}))
            for table, parts in self.table.items():
                if table[:5] == key[:5] and table[5] not in (EVERYONE, LEFT_OUT) and CROSS not in table[5]:
                    self._screened_groups(table, parts, out)

    def nested(self) -> None:
        """Who came back to the same hospital came back to some; who counts for insecurity was screened."""
        among = (
            (READMISSIONS[1], "numerator", READMISSIONS[0]),
            (REFERRALS[2], "numerator", REFERRALS[1]),
            ("food_insecurity", "denominator", "food_screening"),
        )
        for name, measure, other in among:
            for key, cell in self.at.items():
                whole = self.at.get((other, *key[1:]))
                if key[0] == name and key[5] != LEFT_OUT and whole is not None:
                    more = (self.value[whole][1] or 0) - (self.value[cell][COUNTS.index(measure)] or 0)
                    if more >= 0:
                        self.keep({(whole, "numerator"): 1, (cell, measure): -1, (self.new(more), "denominator"): -1})

    def _screened_groups(self, table: tuple, parts: list[tuple[str, int]], out: int | None) -> None:
        pairs = [(c, self.at.get(("food_insecurity", *table[1:], g))) for g, c in parts]
        lacks = [(self.value[c][1] or 0) - (self.value[t][0] if t is not None else 0) for c, t in pairs]
        if min(lacks) < 0 or sum(lacks) != (self.value[out][0] if out is not None else 0):
            return
        new = [self.new(v) for v in lacks]
        for (cell, twin), incomplete in zip(pairs, new, strict=True):
            terms: Terms = {(cell, "numerator"): 1, (incomplete, "denominator"): -1}
            self.keep(terms | ({(twin, "denominator"): -1} if twin is not None else {}))
        if out is None:
            return
        self.keep({(out, "denominator"): 1, **{(c, "denominator"): -1 for c in new}})
