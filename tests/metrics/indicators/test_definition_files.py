"""What is wrong with an indicator's files is said in words, with file and line."""

import shutil
from pathlib import Path

import pytest

from metrics.indicators import definition_files
from metrics.indicators.definition_files import IndicatorFault

KNOWN = Path(definition_files.__file__).parent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of an indicator that has everything but a mean."""
    made = Path(shutil.copytree(KNOWN / "bp_control", tmp_path / "bp_control"))
    text = made / "indicator.toml"
    text.write_text(text.read_text().replace("[reach]", "run_out_days = 0\n\n[reach]"))
    return made


def fault(folder: Path, old: str, new: str, file: str = "indicator.toml") -> str:
    """What is said when a text is changed in the file."""
    text = (folder / file).read_text()
    assert old in text
    (folder / file).write_text(text.replace(old, new))
    with pytest.raises(IndicatorFault) as raised:
        definition_files.read(folder)
    return str(raised.value)


def line(folder: Path, text: str, file: str = "indicator.toml") -> int:
    """The line that begins with a text."""
    return next(n for n, line in enumerate((folder / file).read_text().splitlines(), 1) if line.startswith(text))


def test_text_over_several_lines_is_one_line(folder):
    assert definition_files.read(folder).plain == (
        "Of adults with high blood pressure who were seen this year, the share whose latest reading was below 140/90."
    )


def test_the_smallest_meaningful_difference_is_one_unless_said(folder):
    path = folder / "indicator.toml"
    path.write_text("".join(row for row in path.read_text().splitlines(True) if not row.startswith("smallest")))
    assert definition_files.read(folder).smallest_meaningful_difference == 1


def test_ages_are_named_where_the_query_reads_birth_dates(folder, tmp_path):
    said = fault(folder, "ages = [18, 66, 81, 86]\n", "")
    assert said == "bp_control/indicator.toml, line 1: `ages` is missing, but the query reads birth dates."
    screens = Path(shutil.copytree(KNOWN / "food_screening", tmp_path / "food_screening"))
    said = fault(screens, "roster = true", "roster = true\nages = [18]")
    assert said.endswith("`ages` names ages, but the query reads no birth date.")


@pytest.mark.parametrize(
    ("old", "new", "key", "words"),
    [
        ("run_out_days", "run_out_day", "run_out_day", "`run_out_day` is not a key of this file. Did you mean `run_out_days`?"),
        ('better = "higher"', 'better = "hihger"', "better", "`better` is 'hihger'; it must be 'higher' or 'lower'."),
        ('kind = "performance"', 'kind = "want"', "kind", "`kind` is 'want'; it must be 'performance' or 'need'."),
        ("order = 30", 'order = "30"', "order", "`order` must be a whole number."),
        ('units = "people"', "units = 3", "units", '`units` must be text in quotes, such as "people".'),
        ('units = "people"', 'units = ""', "units", "`units` must not be empty."),
        ("review_on = 2027-06-30", 'review_on = "2027-06-30"', "review_on", "`review_on` must be a date without quotes, such as 2027-06-30."),
        ('version = "1.0"', 'id = "other"\nversion = "1.0"', "id", "`id` is not a key of this file."),
        ('choices = ["unknown_age_counts"]', 'choices = ["unknown_age"]', "choices", "`unknown_age` is not a choice."),
        ('main = "blood_pressure"', 'main = "bloodpressure"', "main", "`bloodpressure` is not a dataset."),
        ('hospital_stays = "within"', 'hospital_stays = "inside"', "hospital_stays", "`hospital_stays` is 'inside'; it must be 'within', 'since' or 'all'."),
        ('hospital_stays = "within"', 'stays = "within"', "stays", "`stays` is not a dataset."),
        ("rate = 0.609", 'rate = "60 %"', "rate", "`benchmark.rate` must be a number."),
        ("rate = 0.609", "rate = -1", "rate", "`benchmark.rate` must be greater than or equal to 0."),
        ("rate = 0.609", "rate = 0.609\nyear = 2022", "year", "`year` is not a key of this file."),
        ('outcome = "under control"', 'outcome = "under control"\nmeasured_in = "mmHg"', "measured_in", "`measured_in` has no meaning for a rate."),
        ("[benchmark]", 'moved = "Moved away"\n\n[benchmark]', "moved", "`moved` is explained, but the query never leaves anyone out for it."),
    ],
)  # fmt: skip
def test_a_wrong_key_is_told_with_its_line(folder, old, new, key, words):
    said = fault(folder, old, new)
    assert said.startswith(f"bp_control/indicator.toml, line {line(folder, key)}: {words}")


@pytest.mark.parametrize(
    ("old", "new", "section", "words"),
    [
        ('better = "higher"\n', "", "", "`better` is missing. Which way is better."),
        ('label = "Medicaid plans, US mean"\n', "", "[benchmark]", "`label` is missing. Whose figure it is."),
        ('hospice = "Hospice care in the period"\n', "", "[exclusions]", "`hospice` is missing in [exclusions]: the query leaves people out for it."),
        ('hospital_stays = "within"\n', "", "[reach]", "`hospital_stays` is missing in [reach]: the query reads it, and a change of it moves the figure."),
        ('outcome = "under control"\n', "", "", "`outcome` is missing: a rate needs it."),
    ],
)  # fmt: skip
def test_a_missing_key_is_told_with_the_line_of_its_section(folder, old, new, section, words):
    said = fault(folder, old, new)
    assert said.startswith(f"bp_control/indicator.toml, line {line(folder, section)}: {words}")


def test_a_mean_needs_its_unit(folder):
    assert "`measured_in` is missing: a mean needs it." in fault(
        folder, 'outcome = "under control"', 'statistic = "mean"'
    )


def test_a_text_that_cannot_be_read_is_told_with_its_line(folder):
    said = fault(folder, 'version = "1.0"', "version = 1.0.0")
    assert said.startswith(f"bp_control/indicator.toml, line {line(folder, 'version')}, column ")


def test_a_folders_name_must_be_one(folder):
    odd = folder.rename(folder.with_name("Blood pressure"))
    with pytest.raises(IndicatorFault, match="the folder's name must be small letters"):
        definition_files.read(odd)


def test_a_line_of_a_text_is_no_key(folder):
    path = folder / "indicator.toml"
    path.write_text(path.read_text().replace("Of adults with", "better = of adults with"))
    said = fault(folder, 'better = "higher"', 'better = "up"')
    place = line(folder, 'better = "up"')
    assert said.startswith(f"bp_control/indicator.toml, line {place}: ")


def test_everything_that_is_wrong_is_told_at_once(folder):
    (folder / "unit_rows.sql").unlink()
    said = fault(folder, 'better = "higher"\n', "").splitlines()
    assert [one.partition(": ")[0] for one in said] == ["bp_control/indicator.toml, line 1", "bp_control/unit_rows.sql"]


def test_every_folder_that_is_wrong_is_told_at_once(folder):
    shutil.copytree(folder, folder.with_name("other"))
    for name in ("bp_control", "other"):
        (folder.with_name(name) / "unit_rows.sql").unlink()
    with pytest.raises(IndicatorFault) as raised:
        definition_files.read_all(folder.parent)
    assert [one.partition("/")[0] for one in str(raised.value).splitlines()] == ["bp_control", "other"]


@pytest.mark.parametrize(
    ("old", "new", "begins", "words"),
    [
        ("{{ diagnosed }}", "{{ diagnozed }}", "    WHERE event = 'hypertension'", "`diagnozed` is no shared part. There are: "),
        ("of_age AS (", "of_age AS ((", "of_age", "cannot be read: syntax error"),
    ],
)  # fmt: skip
def test_a_query_that_cannot_be_read_is_told_with_its_line(folder, old, new, begins, words):
    said = fault(folder, old, new, "unit_rows.sql")
    place, _, what = said.partition(": ")
    assert what.startswith(words)
    if words.startswith("`"):
        assert place == f"bp_control/unit_rows.sql, line {line(folder, begins, 'unit_rows.sql')}"
    else:
        assert int(place.rpartition(" ")[2]) >= line(folder, begins, "unit_rows.sql")


def test_a_column_that_the_query_does_not_return_is_told(folder):
    said = fault(folder, "AS in_numerator", "AS meets", "unit_rows.sql")
    assert said == "bp_control/indicator.toml, line 1: unit_rows.sql does not return the column `in_numerator`."
