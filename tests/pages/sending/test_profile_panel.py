"""Step Choose shows how files are read before any check: what was said, its versions, presets, and the ways back."""

from pages.components.wording import profile_words
from schemas.datasets.dataset_catalog import DATASETS
from schemas.datasets.file_profile import FileProfile
from schemas.datasets.presets.system_presets import PRESETS
from tests.pages.test_submit_page import labels, opened, press, ran, said, send, title
from workflow import submitting

HEADER = b"Pt,When,Top,Bottom\n"
ROWS = b"".join(b"H-%05d,2026-08-%02d,128,80\n" % (n, 1 + n % 28) for n in range(30))
PROFILE = FileProfile(
    columns={"pt": "patient_id", "when": "measured_on", "top": "systolic", "bottom": "diastolic"},
    words={"setting": {"front desk": "~"}}, date_orders={"when": "mdy"}, units={"systolic": "kpa"},
)  # fmt: skip


def folded(page) -> str:
    return next(e.label for e in page.expander if "files are read" in e.label)


def test_what_was_said_is_shown_before_a_file_is_chosen_and_can_be_forgotten_and_brought_back(store):
    assert folded(opened()) == "How your files are read: as the guide says"
    submitting.keep_profile(store, "harbor", "blood_pressure", PROFILE, "page:harbor")
    page = opened()
    assert folded(page) == "Your files are read as last time: 4 columns, 1 order of dates, 1 word and 1 unit"
    shown = "".join(e.proto.body for e in page.get("html"))
    for words in (
        "“pt”",
        "patient id",
        "“front desk” in setting",
        "Nothing: read as blank",
        "Month first",
        "Kilopascals",
    ):
        assert words in shown, words
    page = press(page, "Forget all")
    assert folded(page) == "How your files are read: as the guide says"
    assert submitting.read_profile(store, "harbor", "blood_pressure") == FileProfile()
    older = page.selectbox(key="version_blood_pressure")
    older.set_value(submitting.profile_versions(store, "harbor", "blood_pressure")[-1])
    page = press(ran(page), "Go back to this version")
    assert submitting.read_profile(store, "harbor", "blood_pressure") == PROFILE.ordered()
    assert [v.number for v in submitting.profile_versions(store, "harbor", "blood_pressure")] == [3, 2, 1]


def test_a_file_of_known_names_is_checked_unasked_and_says_as_what_it_was_read(store):
    submitting.keep_profile(store, "harbor", "blood_pressure", PROFILE.model_copy(update={"units": {}}), "page:harbor")
    page = send(opened(), HEADER + ROWS)
    assert "add 30 rows" in title(page) and "4 columns, 1 order of dates and 1 word" in said(page)


def test_a_column_whose_values_cannot_be_what_was_said_is_asked_about_again(store):
    submitting.keep_profile(store, "harbor", "blood_pressure", PROFILE, "page:harbor")
    moved = HEADER.replace(b"When,Top", b"Top,When") + ROWS.replace(b"2026-08-", b"x-")
    page = send(opened(), moved)
    assert "What do these columns mean?" in said(page)
    assert "Preview" not in labels(page)


def test_a_preset_adds_what_is_published_and_leaves_what_the_partner_said(store):
    own = FileProfile(words={"sex": {"8507": "other"}})
    submitting.keep_profile(store, "harbor", "patients", own, "page:harbor")
    page = opened(dataset="patients")
    page.selectbox(key="preset_patients").set_value("omop")
    page = press(ran(page), "Read files as OMOP writes them")
    words = submitting.read_profile(store, "harbor", "patients").words
    assert words["sex"]["8507"] == "other" and words["sex"]["8532"] == "female" and words["race"]["8527"] == "white"
    header = b"person_id,gender_concept_id,year_of_birth,race_concept_id,ethnicity_concept_id\n"
    rows = b"".join(b"%d,8532,1950,8516,38003564\n" % (5000 + n) for n in range(20))
    assert "add 20 rows" in title(send(opened(dataset="patients"), header + rows))


def test_everything_that_a_profile_may_say_has_words():
    assert len(profile_words.lines(PROFILE, "blood_pressure")) == 7
    full = FileProfile(every_row={"setting": "office"}, unrepaired=("unit/systolic",))
    assert [line[0] for line in profile_words.lines(full, "blood_pressure")] == ["Every row", "Left as it is"]
    for preset in PRESETS.values():
        assert set(preset.datasets) <= set(DATASETS) and all(e.source for e in preset.entry)
        for name, profile in preset.profiles.items():
            assert profile_words.lines(profile, name)
