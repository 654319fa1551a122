"""The demo's files: the same for the same seed, in the agreed columns, and telling the story they should."""

import datetime as dt
import tomllib
from itertools import pairwise
from statistics import mean

import polars as pl
import pytest

from data.demo.demo_partnership import write_demo
from data.demo.demo_settings import DEMO_SETTINGS
from data.demo.partner_files import BEGAN, FORGETFUL, DemoFile
from data.demo.story import HABITS, PANTRY
from schemas.datasets.dataset_catalog import DATASETS
from schemas.policy.partnership import Partnership
from schemas.vocabularies.code_lists import VOCABULARIES
from schemas.vocabularies.demographic_codes import RACE
from schemas.vocabularies.vocabulary import normal

PEOPLE = 2000
SETTINGS = Partnership.model_validate(tomllib.loads(DEMO_SETTINGS))
WORDS = VOCABULARIES | {"race": RACE}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[DemoFile]:
    return write_demo(tmp_path_factory.mktemp("demo"), people=PEOPLE)


def read(file: DemoFile) -> pl.DataFrame:
    """The file as text, in its sender's dialect."""
    habit = HABITS[file.partner_id]
    text = file.path.read_bytes().decode(habit.encoding)
    return pl.read_csv(text.encode(), separator=habit.separator, infer_schema=False)


def cleaned(file: DemoFile) -> pl.DataFrame:
    """The file as intake would clean it: dates, numbers and canonical words."""
    table, habit = read(file), HABITS[file.partner_id]
    made = []
    for c in DATASETS[file.dataset].columns:
        if c.kind == "date":
            made.append(pl.col(c.name).str.to_date(habit.date_format))
        elif c.kind in ("number", "integer"):
            kind = pl.Float64 if c.kind == "number" else pl.Int32
            made.append(pl.when(~pl.col(c.name).is_in(["<11"])).then(c.name).cast(kind))
        elif c.vocabulary:
            words = WORDS[c.vocabulary].spellings
            spelled = {
                cell: ";".join(words[normal(part)] for part in cell.split(";"))
                for cell in table[c.name].drop_nulls().unique()
            }
            made.append(pl.col(c.name).replace(spelled))
    return table.with_columns(made)


def dated(file: DemoFile) -> pl.DataFrame:
    """The cleaned rows that intake would keep: one partner forgets the day of a few readings."""
    table, starts = cleaned(file), DATASETS[file.dataset].starts
    kept = table.filter(pl.coalesce(starts).is_not_null()) if starts else table
    assert len(kept) == len(table) or (file.partner_id, file.dataset) == FORGETFUL
    assert len(kept) >= 0.98 * len(table)
    return kept


def of(files: list[DemoFile], dataset: str, partner_id: str | None = None) -> list[DemoFile]:
    return [f for f in files if f.dataset == dataset and partner_id in (None, f.partner_id) and f.kind == "history"]


def known(files: list[DemoFile]) -> pl.DataFrame:
    """Every patient row that is not an update, with its partner."""
    firsts = [f for f in of(files, "patients") if "update" not in f.path.name]
    return pl.concat(read(f).with_columns(partner=pl.lit(f.partner_id)) for f in firsts)


def test_the_same_seed_gives_the_same_bytes_and_another_gives_others(files, tmp_path):
    again = write_demo(tmp_path / "again", people=PEOPLE)
    assert [f.path.name for f in again] == [f.path.name for f in files]
    assert all(a.path.read_bytes() == b.path.read_bytes() for a, b in zip(files, again, strict=True))
    other = write_demo(tmp_path / "other", seed=7, people=PEOPLE)
    assert all(a.path.read_bytes() != b.path.read_bytes() for a, b in zip(files, other, strict=True))


def test_settings_name_every_sender_and_what_it_sends(files):
    assert SETTINGS.demo and SETTINGS.today == dt.date(2026, 10, 20)
    sent = {(f.partner_id, f.dataset) for f in files}
    assert sent == {(p.id, dataset) for p in SETTINGS.partners for dataset in p.sends}
    assert [p.id for p in SETTINGS.partners if p.date_order == "mdy"] == ["aldermoor"]


def test_one_file_with_mistakes_and_one_to_send_next(files):
    assert len(files) <= 69
    wrong, right = files[-2:]
    assert (wrong.kind, right.kind) == ("mistakes", "next")
    assert all(f.kind == "history" for f in files[:-2])
    assert (wrong.partner_id, wrong.dataset, wrong.covers) == (right.partner_id, right.dataset, right.covers)
    late = {f.dataset: f.covers for f in files[:-2] if f.partner_id == right.partner_id and f.covers}
    assert right.covers == (dt.date(2026, 7, 1), dt.date(2026, 9, 30))
    assert late["blood_pressure"][1] == dt.date(2026, 6, 30)
    assert late["clinical_events"][1] == dt.date(2026, 9, 30)


def test_headers_are_the_columns_of_the_datasets(files):
    for file in files:
        habit = HABITS[file.partner_id]
        header = file.path.read_bytes().decode(habit.encoding).split("\n", 1)[0]
        assert header.split(habit.separator) == [c.name for c in DATASETS[file.dataset].columns], file.path.name


def test_good_files_hold_to_the_contract(files):
    good: dict[str, list[pl.DataFrame]] = {}
    for file in [f for f in files if f.kind != "mistakes"]:
        dataset, table = DATASETS[file.dataset], dated(file)
        assert not dataset.key or table.select(dataset.key).is_duplicated().sum() == 0, file.path.name
        good.setdefault(file.dataset, []).append(table)
    for name, tables in good.items():
        table = pl.concat(tables)
        if name == "indicator_counts":  # groups that the sender hid have no number
            table = table.drop_nulls("numerator")
        DATASETS[name].schema(SETTINGS.limits, SETTINGS.today or dt.date.max).validate(table, lazy=True)
        past = [c.name for c in DATASETS[name].columns if c.kind == "date" and c.past]
        assert all(table[column].is_between(dt.date(1900, 1, 1), SETTINGS.today).all() for column in past), name


def test_rows_lie_in_their_windows_and_windows_never_overlap(files):
    windows: dict[tuple[str, str], list[tuple[dt.date, dt.date]]] = {}
    for file in files:
        if file.covers is None or file.kind == "mistakes":
            assert file.kind == "mistakes" or file.dataset == "patients"
            continue
        days = dated(file).select(pl.coalesce(DATASETS[file.dataset].starts)).to_series()
        assert days.is_between(*file.covers).all(), file.path.name
        windows.setdefault((file.partner_id, file.dataset), []).append(file.covers)
    for (_, dataset), spans in windows.items():
        assert all(later[0] == earlier[1] + dt.timedelta(1) for earlier, later in pairwise(sorted(spans)))
        begins = BEGAN.get(dataset, dt.date(2023, 10, 1))
        assert min(s[0] for s in spans) <= begins and max(s[1] for s in spans) == dt.date(2026, 9, 30)


def test_a_third_of_the_people_are_known_to_several_partners(files):
    patients = known(files)
    partners = patients.drop_nulls("person_token").group_by("person_token").agg(pl.col("partner").n_unique())
    assert 0.94 * PEOPLE < len(partners) < PEOPLE
    assert 0.30 < (partners["partner"] > 1).sum() / len(partners) < 0.40
    assert 0.01 < patients["person_token"].null_count() / len(patients) < 0.07


def test_ids_are_the_partners_own_and_of_one_width(files):
    for (partner,), rows in known(files).group_by("partner"):
        assert rows["patient_id"].is_unique().all(), partner
        assert rows["patient_id"].str.len_chars().n_unique() == 1, partner
    assert read(of(files, "patients", "kestrel_valley")[0])["patient_id"].str.starts_with("00").all()


def test_mistakes_are_few_and_of_every_kind(files):
    wrong, right = (f.path.read_text("utf-8").splitlines() for f in files[-2:])
    assert len(wrong) == len(right)
    changed = [w for w, r in zip(wrong, right, strict=True) if w != r]
    assert len(changed) == 42
    signs = {"2026-09-31", "2062-08-14", "exam room 4", "office,recheck", "14O", ",,"}
    assert all(any(sign in row for row in changed) for sign in signs)
    pressures = [row.split(",")[2:4] for row in changed]
    assert any("." in systolic for systolic, _ in pressures)
    assert any(s.isdigit() and d.isdigit() and int(s) < int(d) for s, d in pressures)


def test_counts_of_a_rolling_year_agree_with_its_months(files):
    counts = pl.concat(cleaned(f) for f in of(files, "indicator_counts"))
    everyone = counts.filter(pl.col("stratifier").is_null(), pl.col("indicator") == "food_insecurity")
    years = everyone.filter((pl.col("period_end") - pl.col("period_start")).dt.total_days() > 31)
    assert len(years) == 10 and len(everyone) == 49
    for start, end, people in years.select("period_start", "period_end", "denominator").iter_rows():
        months = (
            everyone.filter(pl.col("period_start") >= start, pl.col("period_end") <= end)
            .filter((pl.col("period_end") - pl.col("period_start")).dt.total_days() <= 31)["denominator"]
            .to_list()
        )
        assert len(months) == 12 and max(months) <= people <= sum(months)


def test_pressure_is_better_controlled_at_the_end_at_the_clinic_that_acted(files):
    readings = pl.concat(cleaned(f) for f in of(files, "blood_pressure", "millrace"))
    events = pl.concat(cleaned(f) for f in of(files, "clinical_events", "millrace"))
    ill = events.filter(pl.col("event") == "hypertension")
    days = (
        readings.join(ill, on="patient_id", how="semi")
        .filter(pl.col("setting") != "emergency")
        .group_by("patient_id", "measured_on")
        .agg(pl.col("systolic").min(), pl.col("diastolic").min())
        .drop_nulls()
    )
    controlled = days.with_columns(good=(pl.col("systolic") < 140) & (pl.col("diastolic") < 90))
    before = controlled.filter(pl.col("measured_on") < dt.date(2025, 4, 1))["good"].to_list()
    after = controlled.filter(pl.col("measured_on") >= dt.date(2026, 1, 1))["good"].to_list()
    assert 0.5 < mean(before) < 0.7 and mean(after) - mean(before) > 0.03


def days_to_help(files, clinic, first, last):
    """Of referrals that a clinic sent in these days: the median days to the service, and the share helped."""
    rows = pl.concat(cleaned(f) for f in of(files, "referrals", clinic))
    sent = rows.filter(pl.col("sent_on").is_between(first, last))
    took = sent.drop_nulls("service_on").select((pl.col("service_on") - pl.col("sent_on")).dt.total_days()).to_series()
    return took.median(), len(took) / sent["referral_id"].n_unique()


def test_help_comes_sooner_where_the_pantry_calls_within_two_days(files):
    before, after = (dt.date(2024, 7, 1), dt.date(2025, 8, 31)), (dt.date(2025, 11, 1), dt.date(2026, 6, 30))
    assert days_to_help(files, "millrace", *after)[0] < 0.6 * days_to_help(files, "millrace", *before)[0]


def test_the_pantry_tells_in_one_file_of_referrals_that_clinics_tell_of_too(files):
    (told,) = [cleaned(f) for f in of(files, "referrals", "good_furrow")]
    assert set(told["sent_by"]) == {"millrace", "juniper_row", "fenwick_flats"}
    assert set(told["received_by"]) == {"good_furrow"}
    ours = pl.concat(
        cleaned(f).select("referral_id", "sent_on") for f in of(files, "referrals") if f.partner_id != PANTRY
    )
    told = told.filter(pl.col("sent_by") == "millrace")
    assert len(told) and len(told.join(ours, on=["referral_id", "sent_on"], how="anti")) == 0


def test_the_pantry_says_how_every_referral_ended_and_knows_everyone_it_was_sent(files):
    """Few left open would be a small count in each of its months, and hide what stands beside it."""
    (told,) = [cleaned(f) for f in of(files, "referrals", PANTRY)]
    old = told.filter(pl.col("sent_on") <= dt.date(2026, 6, 30))
    ends = ("completed", "rejected", "cancelled", "failed")
    last = old.filter(pl.col("status").is_in(ends)).with_columns(
        late=pl.col("status_on") - pl.col("sent_on") > dt.timedelta(90)
    )
    assert set(old["referral_id"]) == set(last["referral_id"]) and not last["late"].any()
    (clients,) = [read(f) for f in of(files, "patients", PANTRY)]
    assert set(told["patient_id"]) <= set(clients["patient_id"])


@pytest.mark.parametrize("people", [60, 400])
def test_a_very_small_demo_can_be_made(tmp_path, people):
    assert len(write_demo(tmp_path, people=people)) == 69
