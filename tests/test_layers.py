"""The layers point downward only, and a page file cannot do anything by being executed."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# layer -> what it may import of ours. Nothing outside this table may be imported from it either.
MAY_IMPORT = {
    "app": {"pages", "workflow", "data", "metrics", "schemas"},
    "cli": {"cli_unattended", "delivery", "workflow", "data", "metrics", "schemas"},
    "cli_unattended": {"delivery", "workflow", "data", "schemas"},
    "pages": {"pages", "delivery", "talk", "workflow", "schemas"},
    "delivery": {"talk", "workflow", "data", "schemas"},
    "talk": {"data", "schemas"},
    "workflow": {"preview", "publishing", "reads", "data", "metrics", "schemas"},
    "preview": {"data", "metrics", "schemas"},
    "publishing": {"reads", "data", "metrics", "schemas"},
    "reads": {"data", "metrics", "schemas"},
    "data": {"data", "schemas"},
    "metrics": {"metrics", "schemas"},
    "schemas": {"schemas"},
}
OURS = {*MAY_IMPORT, "tests", "bench"}
BELOW_THE_SCREEN = {"data", "metrics", "schemas"}
SCREEN_LIBRARIES = {"streamlit", "plotly"}


def imported(module: str, source: str) -> Iterator[str]:
    """Top-level names that a module (a dotted name; packages end in `.__init__`) imports, at any depth."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            inside = module.split(".")[: -node.level] if node.level else []
            target = ".".join([*inside, node.module or ""]).strip(".")
            yield from [target.split(".")[0]] if target else (alias.name for alias in node.names)


def layer_faults(module: str, source: str) -> list[str]:
    layer = module.partition(".")[0]
    names = set(imported(module, source))
    faults = [f"{module} imports {name}" for name in sorted((names & OURS) - MAY_IMPORT[layer])]
    if layer in BELOW_THE_SCREEN:
        faults += [f"{module} imports {name}" for name in sorted(names & SCREEN_LIBRARIES)]
    if layer not in ("workflow", "preview", "publishing", "reads") and names >= {"data", "metrics"}:
        faults.append(
            f"{module} composes data and metrics: only workflow (and its halves that read, publish and look ahead) does"
        )
    return faults


def page_faults(source: str) -> list[str]:
    """Statements of a page file that would act when the server executes the file without the router."""
    faults = []
    for position, node in enumerate(ast.parse(source).body):
        match node:
            case ast.Expr(value=ast.Constant(value=str())) if position == 0:
                continue
            case ast.Import() | ast.ImportFrom() | ast.FunctionDef() | ast.AsyncFunctionDef():
                continue
            case ast.Assign(value=value) | ast.AnnAssign(value=value) if not draws(value):
                continue
        faults.append(f"line {node.lineno}: {ast.unparse(node).splitlines()[0]}")
    return faults


def draws(value: ast.AST | None) -> bool:
    return value is not None and any(isinstance(n, ast.Name) and n.id == "st" for n in ast.walk(value))


def our_modules() -> Iterator[tuple[str, Path]]:
    for layer in MAY_IMPORT:
        for path in [ROOT / f"{layer}.py", *sorted((ROOT / layer).rglob("*.py"))]:
            if path.exists():
                yield ".".join(path.relative_to(ROOT).with_suffix("").parts), path


def test_imports_point_downward_only():
    assert [fault for module, path in our_modules() for fault in layer_faults(module, path.read_text())] == []


def test_page_files_hold_only_imports_constants_and_functions():
    pages = [path for path in sorted((ROOT / "pages").glob("*.py")) if path.name != "__init__.py"]
    assert {path.name: faults for path in pages if (faults := page_faults(path.read_text()))} == {}


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("schemas.stay", "import data"),
        ("data.store", "from metrics.results import Result"),
        ("data.store", "def f():\n    import metrics.spc"),
        ("metrics.funnel", "import plotly.graph_objects as go"),
        ("metrics.funnel", "from data import store"),
        ("metrics.indicators.readmission", "from ... import data"),
        ("pages.scorecard", "from data.store import Store"),
        ("pages.components.charts", "import metrics"),
        ("workflow", "from pages import scorecard"),
        ("cli", "import pages.scorecard"),
        ("cli", "import data\nimport metrics"),
        ("app", "from tests import demo"),
    ],
)
def test_an_upward_or_sideways_import_is_a_fault(module, source):
    assert layer_faults(module, source)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("pages.scorecard", "import streamlit as st\nfrom pages.components import charts\nimport workflow"),
        ("pages.components.charts", "from . import tables\nfrom ..components.tables import rows"),
        ("data.__init__", "from .store import Store"),
        ("workflow", "from data import store\nfrom metrics import results\nfrom schemas import files"),
        ("app", "import workflow\nfrom data import store"),
    ],
)
def test_a_downward_import_is_not(module, source):
    assert layer_faults(module, source) == []


def test_a_page_that_acts_on_import_is_a_fault():
    assert page_faults('"""Scorecard."""\nimport streamlit as st\nSIZE: int = 3\n\ndef page(): ...') == []
    for acting in ["page()", "if True: page()", "x = st.button('Go')", "class Page: ...", "'late docstring'"]:
        assert page_faults(f"import streamlit as st\n{acting}"), acting
