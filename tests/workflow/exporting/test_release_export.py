"""What is exported: each published count of a closed year, at its place, once; what is hidden by word; nothing added."""

import datetime as dt
import io
import json
import zipfile

import duckdb
import pytest

from data.ledger.store import Store
from data.ledger.submissions import NotPossible
from data.releases.release_folders import edition_path
from metrics.counting.strata import category_label, stratum_title
from metrics.indicators import indicators
from schemas.policy.viewer import BACKBONE, EVERYONE, SERVER, Viewer
from tests.conftest import Demo, copied
from tests.support.new_partnerships import new_store
from tests.support.reports import read_exports
from tests.support.reports.read_exports import Place, Said
from tests.workflow.exporting.conftest import FIRST, NEWEST
from workflow import administering, reading
from workflow.access.permitting import NotAllowed
from workflow.exporting import release_export

YEARS = pytest.mark.parametrize("day", [FIRST, NEWEST], ids=str)


def published(store: Store, day: dt.date) -> dict[Place, Said]:
    """The oracle: the rows of the shared edition's file, by SQL that knows nothing of the export."""
    with duckdb.connect(str(edition_path(store.folder, 1, "shared")), read_only=True) as con:
        rows = con.execute(
            """SELECT indicator, scope, stratifier, category, suppressed, denominator, numerator FROM results
               WHERE closed AND period_kind = 'year' AND period_end = ? AND indicator <> 'systolic_diabetes'
               AND stratifier NOT IN ('exclusion', 'at_each_partner') AND NOT contains(stratifier, '*')""",
            [day],
        ).fetchall()
    return {tuple(row[:4]): ("masked",) * 2 if row[4] else (row[5], row[6]) for row in rows} | {
        # A partner that sends totals may leave a group blank: nobody knows its counts.
        tuple(row[:4]): ("unknown",) * 2
        for row in rows
        if not row[4] and row[5] is None and row[6] is None
    }


def shown(rows: dict[Place, Said]) -> dict[Place, Said]:
    return {place: said for place, said in rows.items() if all(isinstance(count, int) for count in said)}


def scopes(store: Store) -> dict[str, str]:
    names = reading.read_naming_of_release(store, EVERYONE).names
    return {store.partnership.name: "partnership"} | {name: scope for scope, name in names.items()}


@YEARS
def test_each_count_of_the_bundle_is_the_release_s_row_and_each_hidden_one_is_masked(hiding, exports, day):
    found = read_exports.of_bundle(exports["measure-report", day].files, scopes(hiding))
    rows = published(hiding, day)
    assert found == rows
    assert len(rows) - len(shown(rows)) >= 12, "hardly anything is hidden: nothing was tried"


@YEARS
def test_each_count_of_adx_is_the_release_s_row_and_hidden_ones_are_not_there(hiding, exports, day):
    assert read_exports.of_adx(exports["adx", day].files) == shown(published(hiding, day))


@YEARS
def test_each_count_of_qrda_is_the_release_s_row_and_hidden_ones_are_not_there(hiding, exports, day):
    rows = published(hiding, day)
    no_document = {place[:2] for place in rows if place[2] == "all" and place not in shown(rows)}
    awaited = {}
    for (indicator, scope, by, category), said in shown(rows).items():
        own = indicators()[indicator].own_strata
        words = ("all", "all") if by == "all" else ("", f"{stratum_title(by, own)}: {category_label(by, category)}")
        if (indicator, scope) not in no_document:
            awaited[indicator, scope, *words] = said
    assert read_exports.of_qrda(exports["qrda-iii", day].files) == awaited


@pytest.mark.parametrize("form", ["qrda-iii", "adx"])
@YEARS
def test_each_count_that_a_format_has_no_word_for_is_listed_beside_it(hiding, exports, form, day):
    rows = published(hiding, day)
    hidden = [place for place in rows if place not in shown(rows)]
    whole = {place[:2] for place in hidden if place[2] == "all"} if form == "qrda-iii" else set()
    awaited = [place[:2] for place in hidden if place[:2] not in whole] + list(whole)
    listed = [(n["indicator"], n["scope"]) for n in exports[form, day].about["left_out"] if n["scope"]]
    assert sorted(listed) == sorted(awaited)


def test_what_is_left_out_of_all_is_said_in_the_bundle_itself_and_beside_it(exports):
    export = exports["measure-report", NEWEST]
    (outcome,) = read_exports.resources(read_exports.bundle_of(export.files), "OperationOutcome")
    said = [issue["details"]["text"] for issue in outcome["issue"]]
    assert said == [f"{n['what']}: {n['why']}." for n in export.about["left_out"]]
    assert any("Systolic pressure" in one and "is a mean" in one for one in said)
    assert any("Individual reports" in one for one in said)


def test_scores_are_the_published_rates_and_a_hidden_one_is_masked(exports):
    scores = {"value": 0, "masked": 0}
    for report in read_exports.reports_of(exports["measure-report", FIRST].files):
        (group,) = report["group"]
        for part in (group, *(s for by in group.get("stratifier", []) for s in by["stratum"])):
            denominator, numerator = read_exports._said(part)
            if isinstance(denominator, str):
                # The profile's rule deqm-6 has no word for a hidden score of everyone: it is left out there.
                told = part.get("measureScore", {}).get("extension", [{}])[0].get("valueCode")
                assert told == (None if part is group else denominator) and denominator == numerator
                assert "value" not in part.get("measureScore", {})
                scores["masked"] += denominator == "masked"
            elif denominator:
                assert part["measureScore"] == {"value": round(numerator / denominator, 6)}
                scores["value"] += 1
    assert min(scores.values()) > 12


@pytest.mark.parametrize("form", release_export.FORMATS)
def test_two_runs_give_the_same_bytes_alone_and_zipped(hiding, exports, form):
    again = release_export.export(hiding, BACKBONE, form, (), NEWEST)
    assert again == exports[form, NEWEST] and again.zipped() == exports[form, NEWEST].zipped()
    with zipfile.ZipFile(io.BytesIO(again.zipped())) as archive:
        assert {n: archive.read(n) for n in archive.namelist() if n != "export.json"} == again.files
        assert json.loads(archive.read("export.json"))["sha256"].keys() == again.files.keys()


def test_without_a_day_it_is_the_newest_closed_year_and_only_the_measures_asked_for(hiding, exports):
    whole = release_export.export(hiding, SERVER, "adx")
    assert whole.files == exports["adx", NEWEST].files
    one = release_export.export(hiding, SERVER, "adx", ["bp_control"])
    assert {place[0] for place in read_exports.of_adx(one.files)} == {"bp_control"}


@pytest.mark.parametrize(
    ("form", "measures", "day", "told"),
    [
        ("hl7", (), None, "no format is called 'hl7'; there are: measure-report, qrda-iii, adx"),
        ("adx", ("bp",), None, "no measure is called 'bp'; the release holds: .*bp_control"),
        ("adx", ("systolic_diabetes",), None, "systolic_diabetes cannot be exported: it is a mean"),
        ("adx", ("bp_control", "systolic_diabetes"), None, "systolic_diabetes cannot be exported"),
        ("adx", (), dt.date(2025, 1, 7), "nothing to export: the closed years end on 2024-06-30, "),
        # Its quarter is not closed: what is shown of it is a rate in whole points.
        ("adx", (), dt.date(2026, 9, 30), "nothing to export"),
    ],
)
def test_what_cannot_be_exported_is_said(hiding, form, measures, day, told):
    with pytest.raises(NotPossible, match=told):
        release_export.export(hiding, SERVER, form, measures, day)


def test_before_the_first_release_there_is_nothing_to_export(tmp_path):
    store = new_store(tmp_path / "var", 'name = "New"\n')
    with pytest.raises(NotPossible, match="there is no release yet"):
        release_export.export(store, SERVER, "measure-report")
    store.close()


def test_a_partner_that_is_not_named_is_there_by_its_letter_alone(hiding, exports):
    unnamed = [p for p in hiding.partnership.partners if not p.named]
    assert unnamed
    for export in exports.values():
        text = b"\n".join(export.files.values()).decode() + json.dumps(export.about)
        assert "partner-" in text or "Partner " in text
        assert [p.id for p in unnamed if p.id in text or p.name in text] == []


def test_a_name_whose_agreement_was_taken_back_is_in_no_export(made_hiding_demo: Demo, tmp_path):
    """A trap: the shared edition names the partner as it was made; an export is made anew and must not."""
    folder = copied(made_hiding_demo, tmp_path / "var").folder
    store = administering.open_partnership(folder)
    named = next(p for p in store.partnership.partners if p.id == "millrace")
    partners = tuple(
        p.model_copy(update={"named": False}) if p.id == named.id else p for p in store.partnership.partners
    )
    store.partnership = store.partnership.model_copy(update={"partners": partners})
    for form in release_export.FORMATS:
        made = release_export.export(store, BACKBONE, form)
        text = b"\n".join(made.files.values()).decode() + json.dumps(made.about) + " ".join(made.files)
        assert named.name not in text and named.id not in text, form
    store.close()


@pytest.mark.parametrize("role", ["leader", "auditor"])
def test_who_may_not_take_it_is_refused_before_anything_is_read(hiding, role):
    with pytest.raises(NotAllowed):
        release_export.export(hiding, Viewer(role=role), "no such format")
