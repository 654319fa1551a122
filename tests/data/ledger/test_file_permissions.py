"""Files of a data folder are their owner's alone; a named group reads releases, and nothing else."""

import grp
import os
from pathlib import Path

import pytest

from data.ledger import file_permissions
from data.ledger.data_folder import NotReady
from data.receiving.watched_folder import DropFolder, Dropped
from tests.support.partnerships import fresh
from workflow import administering, releasing

GROUP = grp.getgrgid(os.getgid()).gr_name


def modes(folder: Path) -> dict[str, str]:
    every = [folder, *folder.rglob("*")]
    return {str(p.relative_to(folder)): oct(p.stat().st_mode & 0o777)[2:] for p in every}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = fresh(tmp_path / "var", ("alder",))
    releasing.publish(made.store)
    made.close()
    return tmp_path / "var"


def test_an_open_folder_is_closed_and_a_release_is_read_only(folder: Path):
    for path in (folder, folder / "concord.toml", folder / "concord.duckdb"):
        path.chmod(0o777 if path.is_dir() else 0o666)
    administering.open_partnership(folder).close()
    found = modes(folder)
    assert (found["."], found["concord.toml"], found["concord.duckdb"], found["secret.key"]) == (
        "700",
        "600",
        "600",
        "600",
    )
    assert found["releases"] == found["releases/0001"] == "700"
    inside = {n: m for n, m in found.items() if n.startswith("releases/0001/")}
    assert {m for n, m in inside.items() if (folder / n).is_file()} == {"400"}
    assert {m for n, m in inside.items() if (folder / n).is_dir()} == {"700"}


def test_a_named_group_reads_releases_old_and_new_and_nothing_else(folder: Path):
    settings = folder / "concord.toml"
    settings.chmod(0o600)
    settings.write_text(settings.read_text() + f'\n[policy]\nresearch_group = "{GROUP}"\n')
    store = administering.open_partnership(folder)
    releasing.publish(store)
    store.close()
    found = modes(folder)
    assert (found["."], found["concord.duckdb"], found["secret.key"]) == ("710", "600", "600")
    assert {found["releases"], found["releases/0001"], found["releases/0002"]} == {"750"}
    assert {found[f"releases/{n}/{e}.duckdb"] for n in ("0001", "0002") for e in ("shared", "research")} == {"440"}
    assert found["releases/current.json"] == "640"


@pytest.mark.heavy
def test_a_group_that_is_not_there_is_told_with_what_to_do(folder: Path):
    with pytest.raises(NotReady, match=r"names the group nobody_here .* Make it, or leave the setting out"):
        file_permissions.settle(folder, "nobody_here")


def test_the_sender_of_a_watched_folder_can_read_its_answer(tmp_path: Path):
    place = tmp_path / "alder" / "patients"
    place.mkdir(parents=True)
    place.chmod(0o770)
    sent = place / "a.csv"
    sent.write_text("x")
    sent.chmod(0o664)
    before = os.umask(0o077)
    try:
        DropFolder(tmp_path, by_partner=True).put_away(Dropped(sent, "patients", "alder"), {"outcome": "accepted"})
    finally:
        os.umask(before)
    assert modes(place) == {".": "770", "done": "770", "done/a.csv": "664", "done/a.csv.findings.json": "664"}
