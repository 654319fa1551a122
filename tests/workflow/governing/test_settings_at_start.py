"""`concord.toml` against the store: an edited file is taken in, unless the settings were changed elsewhere too."""

import tomllib

import pytest
from pydantic import ValidationError

from data.ledger import data_folder
from data.ledger.data_folder import SETTINGS
from data.ledger.settings import settings_versions
from data.ledger.submissions import NotPossible
from schemas.policy.partnership import Partnership
from schemas.policy.viewer import BACKBONE
from tests.support.command_line import concord
from tests.support.new_partnerships import new_folder
from workflow import administering
from workflow.governing import changing_settings, settings_at_start

TOLD = 'name = "Test"\ntoday = 2026-10-20\n[[partners]]\nid = "alder"\nname = "Alder"\n'
WHY = "The board decided it in October"


@pytest.fixture
def folder(tmp_path):
    return new_folder(tmp_path / "var", TOLD)


def edit(folder, before, after):
    text = (folder / SETTINGS).read_text()
    assert before in text
    (folder / SETTINGS).write_text(text.replace(before, after))


def opened(folder, **how):
    """Its settings, their version, and what was to be told."""
    store = administering.open_partnership(folder, **how)
    found = store.partnership, store.settings_version, store.notes
    store.close()
    return found


def changed_on_a_page(folder, **told):
    store = administering.open_partnership(folder)
    settings = store.partnership.model_copy(update=told)
    changing_settings.change(store, BACKBONE, store.settings_version, settings, reason=WHY, actor="backbone:Dana")
    store.close()


def test_a_new_store_takes_the_file_in_and_an_edited_one_is_a_new_version(folder):
    assert opened(folder)[1] == 1
    edit(folder, '"Test"', '"Renamed"')
    settings, version, notes = opened(folder)
    assert (settings.name, version, notes) == ("Renamed", 2, [])
    assert opened(folder)[1] == 2, "the same file is taken in once"


def test_a_comment_is_no_new_version(folder):
    (folder / SETTINGS).write_text("# said\n" + (folder / SETTINGS).read_text())
    assert opened(folder)[1] == 1
    edit(folder, '"Test"', '"Renamed"')
    assert opened(folder)[1] == 2, "the file with the comment is known"


def test_who_only_reads_sees_the_edited_file_and_writes_nothing(folder):
    edit(folder, '"Test"', '"Renamed"')
    assert opened(folder, read_only=True)[0].name == "Renamed"
    assert opened(folder)[1] == 2, "it was not written before"


def test_a_file_edited_beside_a_page_is_not_taken_in_and_it_is_said(folder):
    changed_on_a_page(folder, name="By page")
    assert opened(folder)[::2] == (opened(folder)[0], []), "the file is as it was: nothing to say"
    edit(folder, '"Test"', '"By hand"')
    settings, version, notes = opened(folder)
    assert (settings.name, version) == ("By page", 2) and notes == [settings_at_start.AHEAD]
    taken = concord("settings", "import", folder=folder)
    assert taken.returncode == 0 and "Version 3" in taken.stdout, taken.stderr
    assert opened(folder)[0].name == "By hand" and opened(folder)[2] == []


def test_a_broken_file_stops_the_start_unless_the_settings_are_no_longer_its(folder):
    (folder / SETTINGS).write_text("name = 3\n")
    with pytest.raises(ValidationError):
        administering.open_partnership(folder)
    (folder / SETTINGS).write_text(TOLD)
    changed_on_a_page(folder, name="By page")
    (folder / SETTINGS).write_text("name =\n")
    assert opened(folder)[0].name == "By page" and opened(folder)[2] == [settings_at_start.AHEAD]


def test_without_its_file_the_store_says_the_settings_and_can_write_it_again(folder):
    (folder / SETTINGS).unlink()
    assert opened(folder)[0].name == "Test" and opened(folder)[2] == [settings_at_start.GONE]
    assert concord("settings", "export", folder=folder).returncode == 0
    assert Partnership.read(folder / SETTINGS) == opened(folder)[0] and opened(folder)[2] == []


def test_settings_of_a_measure_that_does_not_exist_are_refused_before_they_hold(folder):
    edit(folder, "[[partners]]", "[targets]\nnothing = 0.5\n[[partners]]")
    with pytest.raises(data_folder.NotReady, match="nothing"):
        administering.open_partnership(folder)
    edit(folder, "[targets]\nnothing = 0.5\n", "")
    store = administering.open_partnership(folder)
    bad = store.partnership.model_copy(update={"targets": {"nothing": 0.5}})
    with pytest.raises(NotPossible, match="nothing"):
        changing_settings.change(store, BACKBONE, 1, bad, reason=WHY, actor="x")
    assert settings_versions.newest(store.cursor()) == 1
    store.close()


def test_the_command_lists_what_changed_and_undoes_it(folder):
    changed_on_a_page(folder, targets={"bp_control": 0.7})
    listed = concord("settings", "history", folder=folder)
    assert "Dana: The board decided it in October" in listed.stdout, listed.stderr
    assert "nothing → 70.0%" in listed.stdout
    assert concord("settings", "undo", "2", folder=folder).returncode == 0
    assert opened(folder)[0].targets == {} and opened(folder)[1] == 3
    told = concord("settings", "export", "--stdout", folder=folder)
    assert Partnership.model_validate(tomllib.loads(told.stdout)) == opened(folder)[0]
