"""A small demo partnership, made once, and copies of it to change."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import workflow
from data.demo import DEMO_SETTINGS, DemoFile, write_demo, write_map
from data.settings import make_folder
from data.store import Store

PEOPLE = 3_000


@dataclass(frozen=True)
class Demo:
    """A data folder with a first release, and the files that are not yet sent."""

    folder: Path
    files: list[DemoFile]

    def file(self, kind: str) -> DemoFile:
        return next(f for f in self.files if f.kind == kind)


@pytest.fixture(scope="session")
def made_demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """Do not change what lies in it: take `demo` for that."""
    root = tmp_path_factory.mktemp("demo")
    files = write_demo(root / "files", people=PEOPLE)
    make_folder(root / "var", DEMO_SETTINGS)
    write_map(root / "var")
    store = workflow.open_partnership(root / "var")
    held = []
    for f in (f for f in files if f.kind == "history"):
        covers = workflow.Window(*f.covers) if f.covers else None
        held.append(workflow.check(store, f.path, f.dataset, f.partner_id, covers=covers, at=f.came).submission)
    workflow.accept_many(store, [n for n in held if n is not None], actor="demo", as_checked=True)
    workflow.publish(store, actor="demo")
    store.close()
    assert None not in held
    return Demo(root / "var", files)


@pytest.fixture
def demo(made_demo: Demo, tmp_path: Path) -> Demo:
    """A copy of the demo partnership for one test."""
    shutil.copytree(made_demo.folder, tmp_path / "var")
    return Demo(tmp_path / "var", made_demo.files)


@pytest.fixture
def demo_store(demo: Demo) -> Iterator[Store]:
    """The copy, opened."""
    store = workflow.open_partnership(demo.folder)
    yield store
    store.close()
