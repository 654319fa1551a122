"""Style sheets and scripts are files of their own: whole, in the colors of the tokens, with nothing fetched from outside.

No linter for them comes with the project, so that a test needs no npm: these are the rules that matter here.
"""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from pages.components.frontend import assets
from pages.components.layout import theme

ROOT = Path(__file__).parents[2]
SHEETS = sorted(assets.FOLDER.glob("*.css"))
SCRIPTS = sorted(assets.FOLDER.glob("*.js"))
FILES = [*SHEETS, *SCRIPTS, *sorted(assets.FOLDER.glob("*.html"))]
CODE = [ROOT / "app.py", *sorted((ROOT / "pages").rglob("*.py"))]
# What a rule leaves out: comments and the contents of strings may hold any bracket.
QUIET = re.compile(r"/\*.*?\*/|//[^\n]*|\"[^\"\n]*\"|'[^'\n]*'|`[^`]*`", re.DOTALL)
COLOR = re.compile(r"#[0-9a-f]{3,8}\b(?![^{};]*\{)|\b(?:rgba?|hsla?|lab|lch|color)\(", re.IGNORECASE)
NAMED = re.compile(
    r"(?:color|background|border[\w-]*|outline)\s*:[^;]*\b(?:black|white|gr[ae]y|red|green|blue|orange)\b"
)
OUTSIDE = re.compile(r"(?:https?:)?//[\w.-]+\.\w|@import|url\(", re.IGNORECASE)
OPENS = {"(": ")", "[": "]", "{": "}"}


def balanced(text: str) -> bool:
    waiting = []
    for sign in QUIET.sub("", text):
        if sign in OPENS:
            waiting.append(OPENS[sign])
        elif sign in OPENS.values() and (not waiting or waiting.pop() != sign):
            return False
    return not waiting


def declared(mode: theme.Mode) -> set[str]:
    return set(re.findall(r"(--c-[\w-]+):", theme.style(mode).split("\n", 1)[0]))


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_a_file_is_whole_and_stays_on_this_server(path):
    text = path.read_text(encoding="utf-8")
    assert balanced(text)
    assert "\t" not in text and text.endswith("\n") and not re.search(r" +$", text, re.MULTILINE)
    assert max(map(len, text.splitlines())) <= 120
    assert OUTSIDE.findall(text) == []


@pytest.mark.parametrize("path", SHEETS, ids=lambda p: p.name)
def test_a_color_is_a_token(path):
    """One word for a color in both modes: a literal would be right in one of them."""
    text = QUIET.sub("", path.read_text(encoding="utf-8"))
    assert COLOR.findall(text) == [] and NAMED.findall(text) == []
    used = set(re.findall(r"var\((--c-[\w-]+)", text))
    assert used <= declared("light") == declared("dark")


def test_every_sheet_of_the_pages_is_sent():
    own = {p.name for p in SHEETS if not p.with_suffix(".js").exists() and not p.with_suffix(".typ").exists()}
    assert set(assets.STYLE_SHEETS) == own  # a component brings its own, and so does a pack
    assert theme.style("dark").count("</style") == 1


def test_no_rule_is_for_a_class_that_no_page_has():
    code = "\n".join(p.read_text() for p in CODE)
    written = "\n".join(assets.text(name) for name in assets.STYLE_SHEETS)
    ours = set(re.findall(r"\.([a-z]-[\w-]+)", QUIET.sub("", written)))
    made = re.compile(r"\b([a-z]-(?:[\w-]+-)?)\{")  # c-badge-{kind}, k-{state}
    made_of = {begin + word for begin in made.findall(code) for word in re.findall(r'"([\w-]+)"', code)}
    assert {name for name in ours if name not in code} <= made_of


def test_no_style_or_script_stands_in_python():
    found = [
        f"{path.relative_to(ROOT)}: {hit.group()}"
        for path in CODE
        for hit in re.finditer(r"<style[^>]*>|<script|\bfunction\s*\(|=>\s*\{|@media", path.read_text())
    ]
    # The one place where the style sheets are put on the page.
    assert sorted(set(found)) == ["pages/components/layout/theme.py: <style>"]


@pytest.mark.skipif(
    not shutil.which("node"), reason="node is not installed: scripts are checked by their brackets alone"
)
@pytest.mark.parametrize("path", SCRIPTS, ids=lambda p: p.name)
def test_a_script_is_read_by_node_without_an_error(path, tmp_path):
    module = tmp_path / f"{path.stem}.mjs"  # a component is a module, which the name alone says to node
    module.write_bytes(path.read_bytes())
    checked = subprocess.run(["node", "--check", module], check=False, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize("text", ["a { b: c", "f(}", "a { b: (c }) }", "}"])
def test_what_is_not_closed_is_a_fault(text):
    assert not balanced(text)


@pytest.mark.parametrize("text", ["a { color: #FFF; }", "a { fill: rgba(1,2,3,.5); }"])
def test_a_color_literal_is_a_fault(text):
    assert COLOR.search(text) and not COLOR.search("#label { font-weight: 650; } #far, #hint { margin: 0; }")
