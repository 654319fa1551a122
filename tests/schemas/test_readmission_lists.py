"""The loader of the published lists: what it makes of them, and what it says of lists that cannot be used."""

import gzip
from pathlib import Path

import pytest

from schemas.vocabularies.readmission_lists import OURS, ListFault, fingerprint, read_about, read_lists

ABOUT = """
version = "Ours, 2030"
[[sources]]
file = "diagnoses"
source = "Somewhere"
effective_from = 2029-10-01
"""
GOOD = {
    "about.toml": ABOUT,
    "diagnoses.csv": "code,category\nI50.9,108\nm16.11,203\nZ5111,45\nF329,657\nO80,196\nZ44101,254\n",
    "procedures.csv": "code,category\n0SR90JZ,153\n30230AZ,64\n",
    "lists.csv": """list,kind,code
birth,diagnosis_category,196
cancer,diagnosis_category,45
rehabilitation,diagnosis_category,254
psychiatric,diagnosis,F32.9
always_planned,diagnosis_category,45
always_planned,procedure,30230AZ
potentially_planned,procedure_category,153
acute,diagnosis_category,108
acute,diagnosis,T67.01XA
""",
}


def written(folder: Path, **changed: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in (GOOD | {name.replace("_", "."): text for name, text in changed.items()}).items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def fault(folder: Path) -> str:
    with pytest.raises(ListFault) as raised:
        read_lists(folder, fingerprint(folder))
    return str(raised.value)


def test_lists_are_read_with_and_without_dots_plain_and_packed(tmp_path: Path):
    folder = written(tmp_path / "new")
    plain = read_lists(folder, fingerprint(folder))
    assert plain.about.version == "Ours, 2030"
    facts = {row["code"]: (row["left_out"], row["always_planned"], row["acute"]) for row in plain.diagnoses.to_dicts()}
    assert facts == {
        "I509": (None, False, True), "M1611": (None, False, False), "Z5111": ("cancer", True, False),
        "F329": ("psychiatric", False, False), "O80": ("birth", False, False), "T6701XA": (None, False, True),
        "Z44101": ("rehabilitation", False, False),
    }  # fmt: skip
    assert plain.procedures.rows() == [("0SR90JZ", "153", False, True), ("30230AZ", "64", True, False)]
    (folder / "lists.csv.gz").write_bytes(gzip.compress((folder / "lists.csv").read_bytes()))
    (folder / "lists.csv").unlink()
    packed = read_lists(folder, fingerprint(folder))
    assert packed.diagnoses.equals(plain.diagnoses) and packed.procedures.equals(plain.procedures)


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("diagnoses.csv", "I50.9,108", "I50.9", "new/diagnoses.csv, line 2: the line must have 2 cells."),
        ("diagnoses.csv", "I50.9,108", "509,108", "new/diagnoses.csv, line 2: `509` is not the code of one."),
        ("diagnoses.csv", "m16.11,203", "M16.11,", "new/diagnoses.csv, line 3: `M1611` has no category."),
        ("diagnoses.csv", "m16.11,203", "I509,203", "new/diagnoses.csv, line 3: `I509` is there a second time."),
        ("diagnoses.csv", "code,category", "icd,ccs", "new/diagnoses.csv, line 1: the columns must be code, category."),
        ("procedures.csv", "0SR90JZ", "0SR90JO", "new/procedures.csv, line 2: `0SR90JO` is not the code of one."),
        ("lists.csv", "acute,diagnosis_category,108", "acute,procedure,0SR90JZ",
         "new/lists.csv, line 9: `0SR90JZ` of kind `procedure` cannot be on a list `acute`."),
        ("lists.csv", "psychiatric,diagnosis,F32.9", "psychiatry,diagnosis,F32.9",
         "new/lists.csv, line 5: `F329` of kind `diagnosis` cannot be on a list `psychiatry`."),
        ("lists.csv", "birth,diagnosis_category,196", "birth,diagnosis_category,999",
         "new/lists.csv, line 2: no code has the category `999`."),
        ("lists.csv", "acute,diagnosis,T67.01XA", "acute,diagnosis_category,108",
         "new/lists.csv, line 10: `108` is on the list `acute` a second time."),
        ("lists.csv", "potentially_planned,procedure_category,153\n", "",
         "new/lists.csv: the list `potentially_planned` is missing."),
        ("about.toml", 'version = "Ours, 2030"', "", "new/about.toml: version: Field required."),
        ("about.toml", "= 2029-10-01", "=", "new/about.toml, line 6, column 17: cannot be read: Invalid value."),
        ("about.toml", '"diagnoses"', '"codes"',
         "new/about.toml: sources.0.file: Input should be 'diagnoses', 'procedures' or 'lists'."),
    ],
)  # fmt: skip
def test_a_fault_names_file_and_line(tmp_path: Path, name: str, old: str, new: str, said: str):
    folder = written(tmp_path / "new", **{name.replace(".", "_"): GOOD[name].replace(old, new)})
    assert said in fault(folder).splitlines()


def test_a_missing_file_and_one_that_is_there_twice_are_named(tmp_path: Path):
    folder = written(tmp_path / "new")
    (folder / "lists.csv.gz").write_bytes(b"")
    with pytest.raises(
        ListFault, match=r"new/lists\.csv: the file is there twice, plain and packed\. Keep one of them\."
    ):
        fingerprint(folder)
    (folder / "lists.csv.gz").unlink()
    (folder / "lists.csv").unlink()
    with pytest.raises(ListFault, match=r"new/lists\.csv: the file is missing\."):
        fingerprint(folder)
    (folder / "about.toml").unlink()
    with pytest.raises(ListFault, match=r"new/about\.toml: the file is missing"):
        read_about(folder)


def test_ours_are_whole_and_say_where_they_come_from():
    lists = read_lists(OURS, fingerprint(OURS))
    assert lists.diagnoses["category"].count() == 72_446
    assert lists.procedures["category"].count() == 79_758
    assert {source.file for source in lists.about.sources} == {"diagnoses", "procedures", "lists"}
    assert sum(path.stat().st_size for path in OURS.iterdir()) < 1_500_000
