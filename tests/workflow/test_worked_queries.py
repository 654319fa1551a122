"""The worked queries give the answers of an independent witness: the published figures, or the naive oracle."""

import re
from collections import Counter
from pathlib import Path

import duckdb
import polars as pl
import pytest

from data.releases import release_folders
from schemas.policy.viewer import EVERYONE
from tests.oracles.edition_rows import Edition
from tests.oracles.naive import ORACLES
from tests.oracles.naive_blood_pressure import bp_control
from tests.oracles.naive_readmission import any_hospital, same_hospital
from tests.oracles.scope_rows import scopes, spans
from tests.support.drawing.random_rows import random_partnership
from tests.support.partnerships import usual
from workflow import administering, reading, releasing

ROOT = Path(__file__).parents[2]


def worked_queries() -> list[tuple[str, str]]:
    """Edition and query of each."""
    text = (ROOT / "docs" / "how-to" / "write_queries.md").read_text(encoding="utf-8")
    return re.findall(r"\*(shared|research)\*\n\n```sql\n(.*?)```", text, re.DOTALL)


def answer(folder: Path, number: int) -> pl.DataFrame:
    """What a query gives, by its number in the document."""
    edition, query = worked_queries()[number - 1]
    release = release_folders.current_release(folder)
    assert release
    with duckdb.connect(str(release_folders.edition_path(folder, release, edition)), read_only=True) as con:
        return con.execute(query).pl()


@pytest.fixture(scope="module")
def published(made_demo) -> pl.DataFrame:
    """What the store says was published, read as the pages read it."""
    store = administering.open_partnership(made_demo.folder, read_only=True)
    found = reading.read_results(store, EVERYONE)
    store.close()
    return found


def of_partnership(published: pl.DataFrame, indicator: str, stratifier: str = "all", kind: str = "year") -> list[dict]:
    """Rows of the partnership, in the order of the periods."""
    asked = {"indicator": indicator, "scope": "partnership", "stratifier": stratifier, "period_kind": kind}
    return published.filter(**asked).sort("period_end", "category").to_dicts()


def latest_closed(published: pl.DataFrame, indicator: str) -> dict:
    return [row for row in of_partnership(published, indicator) if row["closed"]][-1]


def test_there_are_ten_worked_queries():
    assert len(worked_queries()) == 10


def test_1_the_scorecard_is_the_latest_closed_year_of_each(made_demo, published):
    found = {row["indicator"]: row for row in answer(made_demo.folder, 1).to_dicts()}
    assert found.keys() == usual().keys()
    for indicator, row in found.items():
        expected = latest_closed(published, indicator)
        assert all(row[c] == expected[c] for c in ("period_end", "numerator", "denominator", "rate", "low", "high"))
        assert row["title"] == usual()[indicator].title


@pytest.mark.parametrize(
    ("number", "indicator", "kind"), [(2, "bp_control", "year"), (3, "readmission_any_hospital", "month")]
)
def test_2_and_3_a_course_is_the_published_one(made_demo, published, number, indicator, kind):
    found, expected = answer(made_demo.folder, number), of_partnership(published, indicator, kind=kind)
    assert found.rows() == [tuple(row[c] for c in found.columns) for row in expected] and expected


def test_4_partners_are_beside_the_partnership(made_demo, published):
    whole = latest_closed(published, "bp_control")
    same = {"indicator": "bp_control", "stratifier": "all", "period_kind": "year", "period_end": whole["period_end"]}
    expected = {
        row["scope"]: "above"
        if (row["low"] or 0) > whole["rate"]
        else "below"
        if (row["high"] or 1) < whole["rate"]
        else "alike"
        for row in published.filter(pl.col("scope") != "partnership", **same).to_dicts()
    }
    found = answer(made_demo.folder, 4)
    assert dict(found.select("scope", "beside_the_partnership").iter_rows()) == expected and len(expected) == 3


def test_5_the_groups_of_the_latest_closed_year(made_demo, published):
    end = latest_closed(published, "bp_control")["period_end"]
    rows = [r for r in of_partnership(published, "bp_control", "race_ethnicity") if r["period_end"] == end]
    found = answer(made_demo.folder, 5)
    columns = found.columns
    assert Counter(found.rows()) == Counter(tuple(row[c] for c in columns) for row in rows) and rows
    told = [rate for rate in found["rate"].to_list() if rate is not None]
    assert told == sorted(told)


def test_6_the_gap_is_the_difference_of_two_groups(made_demo, published):
    rows = of_partnership(published, "bp_control", "race_ethnicity")
    rates = {(row["period_end"], row["category"]): row["rate"] for row in rows}
    ends = sorted({end for end, group in rates if group in ("white", "black")})
    expected = [
        (end, rates[end, "white"] - rates[end, "black"] if rates[end, "white"] and rates[end, "black"] else None)
        for end in ends
    ]
    assert answer(made_demo.folder, 6).rows() == expected and len(ends) == 9


def test_7_reasons_are_those_of_the_year(made_demo, published):
    end = latest_closed(published, "readmission_any_hospital")["period_end"]
    rows = of_partnership(published, "readmission_any_hospital", "exclusion")
    expected = {row["category"]: row["denominator"] for row in rows if row["period_end"] == end}
    assert dict(answer(made_demo.folder, 7).select("reason", "left_out").iter_rows()) == expected and expected


def test_8_unit_rows_count_to_the_published_figure_of_every_closed_year(made_demo, published):
    found = {row[0]: row[1:] for row in answer(made_demo.folder, 8).iter_rows()}
    closed = [row for row in of_partnership(published, "bp_control") if row["closed"]]
    assert [found[row["period_end"]] for row in closed] == [(r["denominator"], r["numerator"]) for r in closed]
    assert len(closed) == 9


def test_published_totals_of_all_scopes_equal_the_unit_rows(made_demo, published):
    query = """SELECT indicator, {scope} AS scope, period_end, count(*) FILTER (in_denominator) AS units,
        count(*) FILTER (in_numerator) AS met FROM {table} GROUP BY ALL"""
    with duckdb.connect(str(release_folders.edition_path(made_demo.folder, 1, "research")), read_only=True) as con:
        own = con.execute(query.format(scope="scope", table="unit_rows WHERE scope <> 'linked'")).pl()
        whole = con.execute(query.format(scope="'partnership'", table="analysis.partnership_units")).pl()
    totals = published.filter(
        "closed", ~pl.col("suppressed"), counts_only_partners=0, stratifier="all", period_kind="year"
    )
    both = totals.join(pl.concat([own, whole]), on=["indicator", "scope", "period_end"])
    assert both.height > 100 and set(both["indicator"]) == set(usual())
    differing = both.filter(
        (pl.col("denominator") != pl.col("units"))
        | (pl.col("numerator").is_not_null() & (pl.col("numerator") != pl.col("met")))
    )
    assert differing.is_empty()


@pytest.mark.heavy
@pytest.mark.parametrize("seed", [0, 3])
def test_9_returns_to_another_hospital_are_those_of_the_oracle(tmp_path, seed):
    partnership = random_partnership(tmp_path / "p", seed, "readmission")
    releasing.publish(partnership.store)
    *own, together = scopes(partnership.accepted, partnership.choices, partnership.store.key)
    span = [s for s in spans(partnership.accepted, "hospital_stays") if s.kind == "year"][-1]
    anywhere = {unit.stay: unit for unit in any_hospital(together, span)}
    readmitted: Counter[str] = Counter()
    elsewhere: Counter[str] = Counter()
    for scope in own:
        back = {unit.stay: unit.met for unit in same_hospital(scope, span)}
        for unit in any_hospital(scope, span):
            if unit.reason:
                continue
            seen = anywhere.get(unit.stay)
            shared = unit.person in together.sharing
            met = unit.met if not shared or (seen and seen.reason) else bool(seen and seen.met)
            readmitted[scope.owner] += met
            elsewhere[scope.owner] += met and not back[unit.stay]
    partnership.close()
    expected = [(owner, readmitted[owner], elsewhere[owner]) for owner in sorted(readmitted) if readmitted[owner]]
    assert answer(tmp_path / "p", 9).rows() == expected and sum(elsewhere.values()) > 0


@pytest.mark.heavy
@pytest.mark.parametrize("seed", [1, 4])
def test_10_all_readings_of_everyone_who_is_not_under_control_and_which_decided(tmp_path, seed):
    partnership = random_partnership(tmp_path / "p", seed, "blood_pressure")
    releasing.publish(partnership.store)
    edition = Edition(partnership)
    named = {(*key[:3], key.period_end) for key, _ in edition.expected() if key.indicator == "bp_control"}
    *own, _ = scopes(partnership.accepted, partnership.choices, partnership.store.key)
    span = [s for s in spans(partnership.accepted, ORACLES["bp_control"][0]) if s.kind == "year"][-1]
    expected: Counter[tuple[str, int, int, bool]] = Counter()
    for scope in own:
        for unit in bp_control(scope, span):
            key = ("bp_control", scope.owner, edition.person_key(scope, unit.person), span.end)
            if unit.reason or unit.met or key not in named:
                continue
            deciding = [row for rows in unit.rows.values() for row in rows]
            for fact in scope.of("blood_pressure", unit.person):
                if span.start <= fact["measured_on"] <= span.end:
                    expected[(scope.owner, *edition.row(fact), any(fact is row for row in deciding))] += 1
    partnership.close()
    found = answer(tmp_path / "p", 10)
    assert Counter(found.select("partner_id", "submission", "row").iter_rows()) == Counter(
        {key[:3]: n for key, n in expected.items()}
    )
    assert set(found.filter("decided").select("partner_id", "submission", "row").iter_rows()) <= {
        key[:3] for key in expected if key[3]
    }
    assert found["decided"].any()
