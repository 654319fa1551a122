"""What is written is what is computed."""

import re
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from concord import command as cli
from workflow import reference_pages

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", sorted(reference_pages.pages()))
def test_a_generated_page_is_fresh(name):
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == reference_pages.pages()[name]


def test_every_command_has_help_and_stands_in_the_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = get_command(cli.app)
    assert isinstance(commands, TyperGroup)
    for name, command in commands.commands.items():
        assert command.help, name
        assert f"concord {name}" in readme, name


def test_every_local_link_of_the_docs_leads_somewhere():
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
