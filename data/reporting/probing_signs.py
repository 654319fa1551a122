"""Signs that someone sends rows to learn of other partners' people. For backbone staff alone.

Nothing can be learned that way (docs/explanation/disclosure.md). But whoever tries it sends data that is not meant to
count, and that is worth a talk. Each sign has innocent causes too, so it stands beside the shares of other partners.
"""

from dataclasses import dataclass

import duckdb

from data.checking.contradictions import DIFFER, known_with
from schemas.datasets.dataset_catalog import DATASETS

_DATED = sorted(name for name, d in DATASETS.items() if d.starts and any(c.name == "patient_id" for c in d.columns))
_WITH_ROWS = " UNION ".join(f"SELECT partner_id, patient_id FROM in_force.{name}" for name in _DATED)
NAMES = ("shared_without_rows", "shared_and_different", "places_of_its_own", "sent_again")
_COUNTED = f"""
WITH people AS MATERIALIZED ({known_with("zip")} GROUP BY partner_id, patient_id),
shared AS MATERIALIZED (FROM people WHERE token IN (SELECT token FROM people WHERE token IS NOT NULL GROUP BY token
    HAVING count(DISTINCT partner_id) > 1)),
lived AS (SELECT partner_id, zip, count(*) AS people FROM people WHERE zip IS NOT NULL GROUP BY ALL),
elsewhere AS (SELECT a.partner_id, a.token, bool_and({DIFFER}) AS from_all
    FROM shared a JOIN shared b ON a.token = b.token AND a.partner_id <> b.partner_id GROUP BY ALL),
files AS (
    SELECT partner_id, row_number() OVER (PARTITION BY partner_id, dataset, covers_from, covers_to) AS nth
    FROM submission s WHERE covers_from IS NOT NULL AND EXISTS (
        SELECT 1 FROM submission_event e WHERE e.submission = s.submission AND e.state = 'accepted'))
SELECT 'shared_without_rows', partner_id, count(*) FILTER ((partner_id, patient_id) NOT IN ({_WITH_ROWS})), count(*)
FROM shared GROUP BY partner_id
UNION ALL SELECT 'shared_and_different', partner_id, count(*) FILTER (from_all), count(*)
FROM elsewhere GROUP BY partner_id
UNION ALL SELECT 'places_of_its_own', partner_id, sum(people) FILTER (
    zip IN (SELECT zip FROM lived GROUP BY zip HAVING count(DISTINCT partner_id) = 1)), sum(people)
FROM lived GROUP BY partner_id
UNION ALL SELECT 'sent_again', partner_id, count(*) FILTER (nth > 1), count(*) FROM files GROUP BY partner_id"""
Counted = dict[str, dict[str, tuple[int, int]]]
"""Sign -> partner -> of how many people (or files) it is true, and of how many in all: exact, for nobody's eyes."""


@dataclass(frozen=True)
class Sign:
    """Of so many (`of`) people, or files, this is true of a `share`, 0 to 1, and of `others` of theirs: lowest and
    highest of the partners whose shares are known. A share of few is None."""

    name: str
    of: int
    share: float | None
    others: tuple[float, float] | None

    @property
    def stands_out(self) -> bool:
        """More than twice the share of any other partner."""
        return self.share is not None and self.others is not None and self.share > 2 * self.others[1]


def count(cur: duckdb.DuckDBPyConnection) -> Counted:
    """All signs of all partners, in one pass over their current rows and accepted files."""
    found: Counted = {name: {} for name in NAMES}
    for name, partner, some, all_ in cur.execute(_COUNTED).fetchall():
        found[name][partner] = (int(some or 0), int(all_))
    return found


def signs(counted: Counted, partner_id: str, *, fewest: int) -> list[Sign]:
    """What may be a sign in a partner's current rows and accepted files; of none where there is nothing to count.

    A share rests on at least `fewest` people or files, and so does what it is a share of.
    """
    found = []
    for name, counts in counted.items():
        shares = {p: some / all_ for p, (some, all_) in counts.items() if all_ >= fewest and not 0 < some < fewest}
        others = [share for partner, share in shares.items() if partner != partner_id]
        if partner_id in counts:
            between = (min(others), max(others)) if others else None
            found.append(Sign(name, counts[partner_id][1], shares.get(partner_id), between))
    return found
