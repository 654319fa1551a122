"""The demo's story is told rightly: ten statements that are true of it by how it was made, beside what is said."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from concord.command import app
from metrics.judging import group_changes, indicator_facts
from metrics.judging.group_changes import JudgedGroups
from metrics.judging.indicator_facts import Situation
from schemas.policy.viewer import EVERYONE, Viewer
from tests.support.partnerships import usual
from workflow import administering, reading

pytestmark = pytest.mark.heavy

PEOPLE = 20_000


@dataclass(frozen=True)
class Said:
    """What the scorecard and the Equity page say."""

    situations: Mapping[str, Situation]
    gaps: Mapping[tuple[str, str], JudgedGroups]
    names: Mapping[str, str]
    """Partner as everyone sees it -> its id."""

    def changed(self, indicator: str) -> str | None:
        facts = self.situations[indicator].facts
        return facts.changed or facts.warned

    def partner(self, indicator: str, partner: str) -> str | None:
        own = {self.names[p]: one.way for p, one in self.situations[indicator].own_changes.items()}
        return own.get(partner)

    def gap(self, indicator: str, stratifier: str) -> str | None:
        judged = self.gaps[indicator, stratifier].gap
        return judged.course if judged else None


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Said]:
    folder: Path = tmp_path_factory.mktemp("story")
    where = ["--data", str(folder / "var"), "--practice-files", str(folder / "files")]
    done = CliRunner().invoke(app, ["demo", "--people", str(PEOPLE), *where])
    assert done.exit_code == 0, done.output
    store = administering.open_partnership(folder / "var")
    published = reading.read_results(store, EVERYONE, stratifier="all")
    situations = indicator_facts.situations(usual().values(), published, store.partnership)
    years = reading.read_results(store, EVERYONE, scope="partnership", period_kind="year")
    gaps = group_changes.judged(group_changes.groupings(situations, years, store.partnership))
    naming, all_names = (reading.read_naming(store, who) for who in (EVERYONE, Viewer(role="backbone")))
    yield Said(
        {s.indicator.id: s for s in situations},
        {(g.indicator, g.stratifier): g for g in gaps},
        {naming.shown(p): p for p in all_names.names},
    )
    store.close()


def test_1_blood_pressure_control_improved(said):
    assert said.changed("bp_control") == "better"


def test_2_it_was_millrace_that_improved_it_and_no_clinic_got_worse(said):
    ways = {clinic: said.partner("bp_control", clinic) for clinic in ("millrace", "juniper_row", "fenwick_flats")}
    assert ways["millrace"] == "better" and "worse" not in ways.values()


def test_3_systolic_pressure_of_people_with_diabetes_did_not_rise(said):
    assert said.changed("systolic_diabetes") in (None, "better")


def test_4_need_comes_back_every_winter_and_is_no_change(said):
    assert said.changed("food_insecurity") is None


def test_5_more_people_are_screened(said):
    assert said.changed("food_screening") == "better"


def test_6_more_people_in_need_are_helped(said):
    assert said.changed("connected_to_help") in ("better", None)


def test_7_readmissions_did_not_fall(said):
    for indicator in ("readmission_any_hospital", "readmission_same_hospital"):
        assert said.changed(indicator) in (None, "worse")


def test_8_only_aldermoor_readmits_more(said):
    for hospital in ("kestrel_valley", "st_oswin"):
        assert said.partner("readmission_same_hospital", hospital) is None
    assert said.partner("readmission_same_hospital", "aldermoor") in (None, "worse")


def test_9_the_gap_in_blood_pressure_control_by_race_did_not_close(said):
    assert said.gap("bp_control", "race_ethnicity") in (None, "no change", "widened")


def test_10_the_gap_in_help_by_language_did_not_widen(said):
    assert said.gap("connected_to_help", "language") in (None, "no change", "narrowed", "nearly closed")


def test_no_other_gap_moved(said):
    """Screening grows by different steps at different clinics, so its gaps by place and age truly move."""
    true = {
        ("bp_control", "race_ethnicity"),
        ("systolic_diabetes", "race_ethnicity"),
        ("connected_to_help", "language"),
    }
    moved = {key for key, g in said.gaps.items() if g.gap and g.gap.course not in (None, "no change")}
    assert {key for key in moved - true if key[0] != "food_screening"} == set()
