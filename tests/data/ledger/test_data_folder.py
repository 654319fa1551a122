"""A data folder: a partnership is there as a whole or not at all."""

import pytest

from data.ledger import data_folder


def test_what_was_made_half_way_is_no_partnership_and_may_be_made_again(tmp_path):
    folder = tmp_path / "var"
    with pytest.raises(KeyboardInterrupt), data_folder.made_whole(folder) as making:
        data_folder.make_folder(making)
        raise KeyboardInterrupt
    assert list(folder.iterdir()) == []
    with data_folder.made_whole(folder) as making:
        data_folder.make_folder(making)
    assert sorted(p.name for p in folder.iterdir()) == [data_folder.SETTINGS, data_folder.KEY]


def test_what_a_killed_process_left_is_cleared_and_a_key_that_waits_is_kept(tmp_path):
    (tmp_path / "making").mkdir()
    (tmp_path / "making" / data_folder.SETTINGS).write_text("half")
    (tmp_path / data_folder.KEY).write_text("k" * 64)
    with data_folder.made_whole(tmp_path) as making:
        data_folder.make_folder(making, settings='name = "Whole"')
    assert (tmp_path / data_folder.SETTINGS).read_text() == 'name = "Whole"'
    assert (tmp_path / data_folder.KEY).read_text() == "k" * 64
    assert not (tmp_path / "making").exists()


def test_a_partnership_that_is_there_is_left_alone(tmp_path):
    data_folder.make_folder(tmp_path)
    with pytest.raises(data_folder.NotReady, match="already holds"), data_folder.made_whole(tmp_path):
        pytest.fail("nothing is made")
