"""The demo's shared edition as written, under attack; and after a correction of closed quarters it is the same."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from data.demo.partner_files import DemoFile
from data.ledger.store import Store
from data.ledger.submissions import Window
from metrics.disclosure.suppression import small
from tests.attack.attackers.attacker import Release, attack
from tests.attack.attackers.attacker_sums import KEY
from tests.attack.attackers.written_releases import written
from tests.attack.test_attack import SMALLEST, published
from tests.conftest import accepted
from workflow import accepting, administering, releasing, submitting


def some(release: Release, which: Callable[[pl.DataFrame], pl.DataFrame]) -> Release:
    return Release(which(release.published), which(release.exact))


def newest_years(rows: pl.DataFrame) -> pl.DataFrame:
    rows = rows.filter(pl.col("period_kind") == "year")
    ends = rows["period_end"].unique().sort(descending=True)
    return rows.filter(pl.col("period_end").is_in(ends[:2].to_list()))


def resent(store: Store, file: DemoFile, folder: Path) -> None:
    """The partner sends the file once more, without every hundredth of its rows."""
    lines = file.path.read_bytes().splitlines(keepends=True)
    changed = folder / file.path.name
    changed.write_bytes(b"".join(line for n, line in enumerate(lines) if n % 100 != 7))
    assert file.covers
    checked = submitting.check(store, changed, file.dataset, file.partner_id, covers=Window(*file.covers))
    assert checked.submission, checked.report.table
    accepting.accept(store, checked.submission, accept_valid=True)


@pytest.mark.heavy
def test_the_newest_years_of_a_shared_edition_tell_no_attacker_more(hiding_store):
    release = some(written(hiding_store), newest_years)
    assert release.published["suppressed"].sum() > 50, "hardly anything is hidden: nothing was attacked"
    assert attack([release], smallest=hiding_store.partnership.policy.smallest_cell) == []


@pytest.mark.heavy
def test_the_same_years_with_small_counts_alone_hidden_do(hiding_store):
    rows = newest_years(written(hiding_store).exact)
    assert attack([published(rows, small(rows, SMALLEST))])


@pytest.mark.heavy
def test_the_demo_s_shared_edition_tells_no_attacker_more_and_a_correction_of_closed_quarters_moves_no_figure(tmp_path):
    demo = accepted(tmp_path, 60_000)
    store = administering.open_partnership(demo.folder)
    assert store.partnership.policy.smallest_cell == SMALLEST
    releasing.publish(store)
    first = written(store)
    assert attack([first], nested=True) == []
    file = next(f for f in demo.files if f.dataset == "blood_pressure" and f.kind == "history")
    resent(store, file, tmp_path)
    releasing.publish(store)
    second = written(store)
    store.close()
    assert len(first.exact) > 1_000
    for one, other in ((first.exact, second.exact), (first.published, second.published)):
        assert one.drop("release").sort(KEY).equals(other.drop("release").sort(KEY))
