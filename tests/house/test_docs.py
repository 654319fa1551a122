"""What is written is what is computed, and nothing is left out."""

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from typer.core import TyperGroup
from typer.main import get_command

from concord import command, command_reference
from data.releases import release_folders
from metrics.indicators import indicators
from schemas.datasets.dataset_catalog import DATASETS
from schemas.policy.limits import Limits
from schemas.policy.partnership import Partnership
from schemas.policy.result_columns import RESULT_COLUMNS
from schemas.policy.rule_catalog import RULES
from schemas.vocabularies.code_lists import VOCABULARIES
from workflow import room_reference

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
LARGEST_PICTURE = 200_000


def text(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def rows(page: str) -> dict[str, list[str]]:
    """First cell of each table row, without marks -> the other cells."""
    lines = [re.split(r" ?(?<!\\)\| ?", line)[1:-1] for line in page.splitlines() if line.startswith("|")]
    return {cells[0].strip("`*"): cells[1:] for cells in lines}


def section(page: str, heading: str) -> str:
    found = re.search(rf"^(#+) {re.escape(heading)}\n(.*?)(?=^#{{1,3}} |\Z)", page, re.MULTILINE | re.DOTALL)
    assert found, f"no section {heading}"
    return found[2]


@pytest.mark.heavy
def test_every_generated_page_is_fresh():
    assert [name for name, page in command_reference.pages().items() if text(name) != page] == []


def commands(group: object, prefix: str) -> Iterator[tuple[str, TyperGroup]]:
    assert isinstance(group, TyperGroup)
    for name, each in group.commands.items():
        yield f"{prefix} {name}", each  # type: ignore[misc]
        if isinstance(each, TyperGroup):
            yield from commands(each, f"{prefix} {name}")


def test_every_command_and_option_is_documented():
    page = text("reference/commands.md")
    for name, each in commands(get_command(command.app), "concord"):
        assert each.help and each.help in section(page, name), name
        known = rows(section(page, name))
        for option in (p for p in each.params if not getattr(p, "hidden", False)):
            first = option.opts[0] if option.opts[0].startswith("-") else option.name
            assert any(str(first) in cell and cells[-1] for cell, cells in known.items()), f"{name} {first}"


def test_every_setting_is_documented():
    page = text("reference/settings.md")
    blocks = [(Partnership, "Top level")]
    for name, field in Partnership.model_fields.items():
        model = type(field.get_default(call_default_factory=True))
        if hasattr(model, "model_fields") and model is not Limits:
            blocks.append((model, f"[{name}]"))
    sections = re.findall(r"^## \[\[?(\w+)", page, re.MULTILINE)
    for model, heading in blocks:
        known = rows(section(page, heading))
        for key, field in model.model_fields.items():
            assert field.description or key in sections, f"{heading} {key} says not what it is for"
            assert key in sections or known.get(key, [""])[-1], f"{heading} {key}"
    for key, _, meaning in re.findall(r"^\| `(\w+)` \| (.*?) \| (.*?) \|$", page, re.MULTILINE):
        assert meaning.strip(), f"{key} says not what it is for"
    assert Limits.about().keys() <= rows(section(page, "[limits]")).keys()


def test_every_rule_is_documented():
    known = rows(text("reference/rules.md"))
    assert RULES.keys() <= known.keys() and all(all(known[r][:5]) for r in RULES)


@pytest.mark.parametrize("dataset", DATASETS)
def test_every_column_of_a_dataset_is_documented(dataset):
    of_all, guide = text("reference/datasets.md"), text(f"reference/guides/{dataset}.md")
    for column in DATASETS[dataset].columns:
        assert rows(section(of_all, dataset))[column.name][1:3] == [column.role, column.meaning] and column.meaning
        assert column.name in rows(section(guide, "Columns"))
    assert {v.name for v in VOCABULARIES.values()} <= set(re.findall(r"^## (\w+)$", of_all, re.MULTILINE))


def test_every_measure_is_documented():
    page = text("reference/measures.md")
    for name, indicator in indicators().items():
        assert indicator.denominator in section(page, name) and indicator.numerator in section(page, name)
        assert indicator.exclusions.keys() <= rows(section(page, name)).keys()
    assert RESULT_COLUMNS.keys() <= rows(text("reference/results.md")).keys()


def test_every_table_and_column_of_a_release_is_documented(demo):
    page = text("reference/release.md")
    sections: dict[str, set[str]] = {}
    for part in re.split(r"^### ", page, flags=re.MULTILINE)[1:]:
        name, _, body = part.partition("\n")
        same = re.search(r"Its columns are those of `(\S+)`", body)
        sections[name] = sections[same[1]] if same else {k for k, v in rows(body).items() if v[0]}
    number = release_folders.current_release(demo.folder)
    assert number is not None
    for edition in release_folders.READ:
        path = release_folders.edition_path(demo.folder, number, edition)
        with duckdb.connect(str(path), read_only=True) as con:
            held = con.execute("SELECT schema_name, table_name, column_name FROM duckdb_columns() WHERE NOT internal")
            for schema, table, column in held.fetchall():
                name = table if schema == "main" else f"{schema}.{table}"
                assert column in sections.get(name, ()), f"{edition}: {name}.{column}"


def test_every_room_says_what_it_is_for():
    assert [str(room) for room in room_reference.rooms() if not room_reference.purpose(room)] == []
    folders = {p.parent for layer in room_reference.LAYERS for p in (ROOT / layer).rglob("*.py")}
    assert folders == set(room_reference.rooms())


def test_every_page_stands_in_the_index():
    index = text("README.md")
    linked = {(DOCS / target).resolve() for target in re.findall(r"\]\(([^)#]+)", index)}
    pages = {p.resolve() for p in DOCS.rglob("*") if p.suffix in (".md", ".ipynb") and p != DOCS / "README.md"}
    assert sorted(str(p.relative_to(DOCS)) for p in pages - linked if p.parent.name != "guides") == []


def test_every_local_link_of_the_docs_leads_somewhere():
    for page in [ROOT / "README.md", *DOCS.rglob("*.md")]:
        for target, part in re.findall(r"\]\((?!https?:)([^)#]*)(#[^)]*)?\)", page.read_text(encoding="utf-8")):
            there = page.parent / target if target else page
            assert there.exists(), f"{page.name}: {target}"
            assert not part or part[1:] in anchors(there), f"{page.name}: {target}{part}"


def anchors(page: Path) -> set[str]:
    """The addresses of a page's headings, as they are made where Markdown is shown."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_modules_that_the_docs_name_exist():
    gone = []
    for page in [ROOT / "README.md", *DOCS.rglob("*.md")]:
        for name in re.findall(r"`((?:\w+/)+\w+\.\w+)`", page.read_text(encoding="utf-8")):
            top = name.split("/")[0]
            if (ROOT / top).is_dir() and top not in ("var", "incoming") and not (ROOT / name).exists():
                gone.append(f"{page.name}: {name}")
    assert gone == []


def test_pictures_are_small_and_shown():
    shown = "".join(p.read_text(encoding="utf-8") for p in [ROOT / "README.md", *DOCS.rglob("*.md")])
    for picture in DOCS.rglob("*.png"):
        assert picture.stat().st_size < LARGEST_PICTURE, picture.name
        assert f"images/{picture.name}" in shown, picture.name
