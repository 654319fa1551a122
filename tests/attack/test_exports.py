"""Exports under attack: they are made of what is shown, so that no hidden count can be in them, however it is looked for."""

import datetime as dt
import io
import zipfile

import polars as pl
import pytest

from data.ledger.store import Store
from metrics.results import published_results
from schemas.policy.viewer import EVERYONE, SERVER
from tests.attack.attackers.attacker import Known, Release, attack
from tests.attack.attackers.attacker_sums import KEY
from tests.attack.attackers.written_releases import written
from tests.support.reports import read_exports
from tests.support.whole_run.every_run import some_of
from workflow import reading
from workflow.exporting import release_export

DAYS = (dt.date(2024, 6, 30), dt.date(2026, 6, 30))


def everything(store: Store) -> dict[tuple[str, dt.date], bytes]:
    """All bytes that leave, with what is told beside them."""
    return {
        (form, day): release_export.export(store, SERVER, form, (), day).zipped()
        for form in release_export.FORMATS
        for day in DAYS
    }


def test_other_hidden_counts_give_the_same_bytes(hiding_store):
    """Two releases that differ in nothing but what is hidden cannot be told apart by their exports."""
    first, cur = everything(hiding_store), hiding_store.cursor()
    hidden = cur.execute("SELECT count(*) FROM released WHERE suppressed AND denominator > 0").fetchone()
    assert hidden and hidden[0] > 100
    cur.execute(
        """UPDATE released SET denominator = denominator * 3 + 17, numerator = numerator + 5, rate = 0.123456,
               low = 0.1, high = 0.2, expected = 9.9 WHERE suppressed"""
    )
    assert everything(hiding_store) == first


def test_a_changed_count_that_is_shown_gives_other_bytes(hiding_store):
    """The same change of what is shown is seen in each: the test above would notice."""
    first = everything(hiding_store)
    hiding_store.cursor().execute("UPDATE released SET denominator = denominator + 1 WHERE NOT suppressed")
    assert all(content != first[name] for name, content in everything(hiding_store).items())


def test_no_number_in_any_file_is_more_than_a_shown_count_a_rate_a_day_or_the_release(hiding_store):
    """A trap: a total in the words of a file, or in a narrative, would give the hidden group back."""
    rows = reading.read_results(hiding_store, EVERYONE, period_kind="year").filter("closed", ~pl.col("suppressed"))
    counts = {str(n) for c in ("denominator", "numerator") for n in rows[c].drop_nulls()}
    rates = {f"{rate:.6f}" for rate in rows["rate"].drop_nulls()}
    known = reading.read_definitions(hiding_store).values()
    words = " ".join(
        [text for one in known for text in (one.denominator, one.numerator, one.plain, one.source, one.why, one.title)]
        + [text for one in known for text in one.exclusions.values()]
        + [version.replace("-", " ") for version in rows["version"].unique()]
    )
    told = read_exports.numbers_in(words) | {"1", "4.0.1", "2.1", "2015"}
    for (form, day), content in everything(hiding_store).items():
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            inside = {n: archive.read(n).decode() for n in archive.namelist() if n != "export.json"}
        for name, text in inside.items():
            strange = read_exports.counts_in(form, text) - counts - rates - {_short(r) for r in rates} - told
            assert strange == set(), (form, day, name)


def _short(rate: str) -> str:
    return str(float(rate))


def bundle_as_release(store: Store, day: dt.date) -> pl.DataFrame:
    """What a reader of the bundle has: rows in the shape of results, read out of it alone."""
    naming = reading.read_naming_of_release(store, EVERYONE)
    names = {store.partnership.name: "partnership"} | {name: shown for shown, name in naming.names.items()}
    true = {shown: real for real, shown in naming.ids.items()}
    files = release_export.export(store, SERVER, "measure-report", (), day).files
    (start,) = {r["period"]["start"] for r in read_exports.reports_of(files)}
    return pl.DataFrame(
        [
            {
                "indicator": indicator, "scope": true.get(scope, scope), "period_kind": "year",
                "period_start": dt.date.fromisoformat(start), "period_end": day, "stratifier": by, "category": category,
                "denominator": None if isinstance(n, str) else n, "numerator": None if isinstance(x, str) else x,
                "suppressed": n == "masked",
            }
            for (indicator, scope, by, category), (n, x) in read_exports.of_bundle(files, names).items()
        ]
    )  # fmt: skip


@pytest.mark.parametrize("day", some_of(DAYS, 2), ids=str)
def test_who_has_the_bundle_alone_works_no_hidden_count_out_that_the_release_itself_does_not_give(hiding_store, day):
    """The attacker of the shared edition, by linear programs of its own, on the rows that the bundle gives."""
    read, release = bundle_as_release(hiding_store, day), written(hiding_store)
    exact = published_results.exact_results(hiding_store.cursor(), 1).filter("closed", ~pl.col("folded"))
    exact = exact.join(read.select(KEY), on=KEY, how="semi")
    assert len(exact) == len(read) and read["suppressed"].sum() >= 4
    smallest = hiding_store.partnership.policy.smallest_cell
    itself = attack([Release(*(of_year(rows, day) for rows in (release.published, release.exact)))], smallest=smallest)
    found = attack([Release(read, exact)], smallest=smallest)
    assert known(found) <= known(itself)


def of_year(rows: pl.DataFrame, day: dt.date) -> pl.DataFrame:
    return rows.filter(pl.col("period_kind") == "year", pl.col("period_end") == day)


def known(found: list[Known]) -> set[tuple[str, tuple, str]]:
    return {(one.attacker, one.cell, one.measure) for one in found}
