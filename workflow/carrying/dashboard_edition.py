"""The dashboards edition: what pages say beside a release's figures, as everyone may read it when it is made.

The figures themselves are those of the shared edition. With both, a server shows the release that has no store. It is
read by Concord alone, so its tables may change from one version to the next: `SCHEMA` says which they are.
"""

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass

import duckdb
import polars as pl

from data.ledger.store import Store
from data.releases.edition_files import Table
from data.releases.release_carried import Carried
from metrics.composing.loop_ends import Row
from metrics.counting.input_views import PARTNERSHIP
from metrics.counting.strata import ALL
from schemas.policy.viewer import EVERYONE
from workflow import reading
from workflow.carrying import everyones_settings
from workflow.carrying.everyones_settings import Everyones
from workflow.telling import hearing_people
from workflow.telling.hearing_people import Voice

SCHEMA = 1
"""Which tables a dashboards edition has."""
_PARTNERS = "JOIN carried_ids ids ON t.partner_id = ids.true_id"
_NAMED = "CASE WHEN named THEN t.partner_id ELSE '' END AS partner_id"
_FILLED = {
    "decision_step": "FROM decision_step",
    "action_step": "FROM action_step",
    "action_part": f"""SELECT action, step, {_NAMED}, money, t.in_kind, gets
        FROM action_part t LEFT {_PARTNERS} ORDER BY ALL""",
    "story_note": "FROM story_note",
    "story_role": f"""SELECT indicator, part, version, {_NAMED}, CASE WHEN named THEN role ELSE '' END AS role
        FROM story_role t LEFT {_PARTNERS} ORDER BY ALL""",
    "voice_score": "FROM carried_voices",
    "voice_request": """FROM voice_request
        QUALIFY row_number() OVER (PARTITION BY request ORDER BY step DESC) = 1 AND kind <> 'withdrawn'""",
    "saved_query": "FROM saved_query WHERE number IN (SELECT number FROM saved_query WHERE edition = 'shared')",
    "submission": f"""SELECT submission, ids.partner_id, dataset, covers_from, covers_to
        FROM submission t {_PARTNERS} ORDER BY submission""",
    "submission_event": f"""SELECT event, submission, state, date_trunc('day', happened_at) AS happened_at
        FROM submission_event JOIN submission t USING (submission) {_PARTNERS}
        WHERE state IN ('accepted', 'withdrawn') ORDER BY event""",
    "erratum": """SELECT erratum, dataset, reason, coalesce(release, {release}) AS release FROM erratum
        WHERE approved_at IS NOT NULL ORDER BY erratum""",
    "release_made": """SELECT release, happened_at, last_event FROM release_made
        UNION ALL FROM carried_release ORDER BY release""",
    "closing": "SELECT release, last_day FROM closing UNION ALL FROM carried_closing ORDER BY release",
    "loop_ends": "FROM loop_ends UNION ALL FROM carried_ends",
}
"""Table of a store -> what everyone may read of it. A store that shows the release is filled with them."""
_MEANINGS = {
    "told": "Settings, names and definitions as everyone may know them, each as JSON.",
    "counted": "Partners' figures for everyone whose people are not told, and that there are some.",
    "area_file": "Boundaries of the maps.",
}
FILLED = tuple(_FILLED)


@dataclass(frozen=True)
class Making:
    """A release that is being made: what is recorded of it once its files are written. `closes`: the last day that it
    closes anew; `ends`: what it keeps of referrals; `last_event`: the last step of the ledger that it knows of."""

    release: int
    made_at: dt.datetime
    last_event: int
    closes: dt.date | None
    ends: Sequence[Row]


def edition(
    store: Store, cur: duckdb.DuckDBPyConnection, making: Making, everyones: Everyones, carried: Carried
) -> list[Table]:
    """The tables of the edition, of what `cur` sees in its transaction."""
    ids = [(true, known, known == true) for true, known in everyones.ids.items()]
    _put(cur, "carried_ids", {"true_id": pl.String, "partner_id": pl.String, "named": pl.Boolean}, ids)
    own = [(making.release, making.made_at, making.last_event)]
    _put(cur, "carried_release", {"release": pl.Int32, "at": pl.Datetime("us"), "event": pl.Int64}, own)
    closed = cur.execute("SELECT max(last_day) FROM closing").fetchall()[0][0]
    anew = making.closes is not None and (closed is None or closed < making.closes)
    closing = [(making.release, making.closes)] if anew else []
    _put(cur, "carried_closing", {"release": pl.Int32, "last_day": pl.Date}, closing)
    cur.execute("CREATE OR REPLACE TEMP TABLE carried_ends AS FROM loop_ends LIMIT 0")
    for row in making.ends:
        cur.execute("INSERT INTO carried_ends VALUES (?, ?, ?, ?, ?, ?)", row)
    _put_voices(cur, hearing_people.read_voices(store, EVERYONE))
    _put(cur, "carried_told", {"what": pl.String, "told": pl.String}, _told(cur, making.release, everyones, carried))
    paths = {one.file: store.folder / one.file for one in everyones.settings.maps}
    files = [(name, path.read_bytes()) for name, path in paths.items() if path.is_file()]
    _put(cur, "carried_area_file", {"name": pl.String, "content": pl.Binary}, files)
    queries = {
        "told": "FROM carried_told",
        "counted": _counted(making.release),
        "area_file": "FROM carried_area_file",
        **{name: query.replace("{release}", str(making.release)) for name, query in _FILLED.items()},
    }
    return [
        Table(name, [query], _MEANINGS.get(name, f"{name} of the store, as everyone may read it."))
        for name, query in queries.items()
    ]


def _told(
    cur: duckdb.DuckDBPyConnection, release: int, everyones: Everyones, carried: Carried
) -> list[tuple[str, str]]:
    senders = sorted(everyones.ids[p] for p in carried.senders or () if p in everyones.ids)
    return [
        ("schema", str(SCHEMA)),
        ("settings", everyones.settings.model_dump_json()),
        ("naming", everyones_settings.written(everyones.naming)),
        ("definitions", json.dumps(dict(carried.definitions))),
        ("code_lists", carried.code_lists or ""),
        ("senders", json.dumps(senders)),
        ("hiding", json.dumps(astuple(reading.hiding_of(cur, release)))),
    ]


def _counted(release: int) -> str:
    """The figures whose people everyone does not see, and of which a page says that they are there, or late."""
    return f"""SELECT indicator, ids.partner_id AS scope, period_kind, period_start, period_end, provisional,
            counts_only_partners, folded
        FROM released t JOIN carried_ids ids ON t.scope = ids.true_id
        WHERE release = {release} AND scope <> '{PARTNERSHIP}' AND stratifier = '{ALL}' AND denominator IS NOT NULL
            AND (folded OR suppressed OR NOT closed)
        ORDER BY ALL"""


def _put_voices(cur: duckdb.DuckDBPyConnection, voices: Iterable[Voice]) -> None:
    """Statements with what may be shown of how people scored them, in counts that show the same and nothing more."""
    cur.execute("CREATE OR REPLACE TEMP TABLE carried_voices AS FROM voice_score LIMIT 0")
    for one in voices:
        cur.execute(
            f"INSERT INTO carried_voices VALUES ({', '.join('?' * 15)})",
            [one.number, one.step, "entered", one.indicator, one.statement, *(one.group or (None, None)), one.asked_on,
             *_counts(one), "", 0, "", None],
        )  # fmt: skip


def _counts(one: Voice) -> tuple[int, int, int]:
    """Those told together stand as one of them and all others, so that they are told together again."""
    told = dict(one.answers)
    apart = {parts[0]: people for parts, people in told.items() if len(parts) == 1}
    together = told.get(("unsure", "disagree"), 0)
    return apart.get("agree", 0), apart.get("unsure", min(1, together)), apart.get("disagree", max(0, together - 1))


def _put(
    cur: duckdb.DuckDBPyConnection, name: str, columns: dict[str, type[pl.DataType] | pl.DataType], rows: list[tuple]
) -> None:
    cur.register("carried_rows", pl.DataFrame(rows, columns, orient="row").to_arrow())
    cur.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM carried_rows")
    cur.unregister("carried_rows")
