"""The layers point downward only, and a page file cannot do anything by being executed."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# Each room, from the top of the house down: it may import its own rooms and those on lower lines, nothing else of ours.
# Rooms on one line do not know each other.
HOUSE = """
app
concord
pages
workflow
data metrics
schemas
"""
INSIDE = {
    "data": """
        demo
        examples releases mailing
        reporting
        checking
        discussing
        ledger
        reading
        receiving
        personal_identifiers
        findings durable_files
    """,
    "metrics": """
        results
        composing acting
        judging disclosure
        indicators grouping
        counting
        statistics
    """,
    "schemas": """
        datasets
        policy vocabularies
    """,
}
# What pages may take from below workflow: the shapes that workflow hands them, and pure words and tests about results.
PURE = (
    "data.reporting.reporting_calendar",
    "metrics.judging",
    "metrics.statistics",
    "metrics.acting",
    "metrics.counting.strata",
)
OURS = {*HOUSE.split(), "tests", "bench"}
BELOW_THE_SCREEN = {"data", "metrics", "schemas", "workflow"}
SCREEN_LIBRARIES = {"streamlit", "plotly"}


def floors(text: str) -> dict[str, int]:
    """Room -> its line, counted from below."""
    lines = [line.split() for line in text.strip().splitlines()]
    return {room: len(lines) - n for n, line in enumerate(lines) for room in line}


def imported(module: str, source: str) -> Iterator[tuple[str, str]]:
    """(module, name taken from it, or "") of all that a module imports, at any depth."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            inside = module.split(".")[: -node.level] if node.level else []
            target = ".".join([*inside, *([node.module] if node.module else [])])
            for alias in node.names:
                yield (target, alias.name) if target else (alias.name, "")


def goes_down(above: str, below: str, order: dict[str, int]) -> bool:
    return above == below or order[above] > order[below]


def layer_faults(module: str, source: str) -> list[str]:
    layer, _, rest = module.partition(".")
    room = rest.partition(".")[0]
    house, faults = floors(HOUSE), []
    for target, name in imported(module, source):
        top, _, inner = target.partition(".")
        inner = inner.partition(".")[0] or name
        if layer in BELOW_THE_SCREEN and top in SCREEN_LIBRARIES:
            faults.append(f"{module} imports {top}")
        if top not in OURS:
            continue
        if top not in house or not goes_down(layer, top, house):
            faults.append(f"{module} imports {target}")
        elif top == layer and layer in INSIDE:
            order = floors(INSIDE[layer])
            if inner in order and room in order and not goes_down(room, inner, order):
                faults.append(f"{module} imports {target}, which lies above it")
        elif layer == "pages" and top in ("data", "metrics") and not fit_for_a_page(target, name):
            faults.append(f"{module} takes {name} from {target}: a page asks workflow")
    return faults


def fit_for_a_page(target: str, name: str) -> bool:
    """Shapes and constants begin with a capital letter; `indicators` lists the declarations."""
    pure = f"{target}.{name}".startswith(PURE) or (target, name) == ("metrics.indicators", "indicators")
    return pure or name[:1].isupper()


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
    for layer in HOUSE.split():
        for path in [ROOT / f"{layer}.py", *sorted((ROOT / layer).rglob("*.py"))]:
            if path.exists():
                yield ".".join(path.relative_to(ROOT).with_suffix("").parts), path


def test_imports_point_downward_only():
    assert [fault for module, path in our_modules() for fault in layer_faults(module, path.read_text())] == []


@pytest.mark.parametrize("layer", INSIDE)
def test_every_room_stands_in_the_order(layer):
    rooms = {p.stem for p in (ROOT / layer).iterdir() if (p.is_dir() or p.suffix == ".py") and p.name[0] != "_"}
    assert rooms - set(floors(INSIDE[layer])) <= {"result_shape"}


def test_page_files_hold_only_imports_constants_and_functions():
    pages = [path for path in sorted((ROOT / "pages").glob("*.py")) if path.name != "__init__.py"]
    assert {path.name: faults for path in pages if (faults := page_faults(path.read_text()))} == {}


def test_no_package_hands_on_the_names_of_its_modules():
    """Where a name comes from is read off the import."""
    passing_on = [
        module
        for module, path in our_modules()
        if any(
            isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == "__all__"
            for n in ast.parse(path.read_text()).body
        )
    ]
    assert passing_on == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("schemas.stay", "import data"),
        ("data.ledger.store", "from metrics.results.published_results import Result"),
        ("data.ledger.store", "def f():\n    import metrics.statistics.spc"),
        ("data.ledger.store", "from data.checking import intake"),
        ("data.receiving.file_source", "from data.reading.cells import clean"),
        ("data.ledger.store", "from data import checking"),
        ("metrics.statistics.funnel_limits", "import plotly.graph_objects as go"),
        ("metrics.statistics.funnel_limits", "from data import store"),
        ("metrics.counting.counts", "from metrics.disclosure import suppression"),
        ("metrics.judging.sentences", "from metrics.disclosure import suppression"),
        ("metrics.indicators.readmission", "from ... import data"),
        ("pages.scorecard", "from data.ledger.store import open_store"),
        ("pages.scorecard", "from metrics.results import published_results"),
        ("workflow.reading", "from pages import scorecard"),
        ("workflow.reading", "import streamlit"),
        ("concord.command", "import pages.scorecard\nimport app"),
        ("app", "from tests import demo"),
    ],
)
def test_an_upward_or_sideways_import_is_a_fault(module, source):
    assert layer_faults(module, source)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        (
            "pages.scorecard",
            "import streamlit as st\nfrom pages.components import charts\nfrom workflow import reading",
        ),
        ("pages.scorecard", "from data.ledger.submissions import Submission\nfrom metrics.judging import sentences"),
        ("pages.components.charts.figures", "from . import tables\nfrom ..components.tables import rows"),
        ("data.checking.intake", "from data.ledger.store import Store\nfrom data.findings import Findings"),
        ("workflow.reading", "from data import store\nfrom metrics import results\nfrom schemas import files"),
        ("app", "import workflow\nfrom data import store"),
    ],
)
def test_a_downward_import_is_not(module, source):
    assert layer_faults(module, source) == []


def test_a_page_that_acts_on_import_is_a_fault():
    assert page_faults('"""Scorecard."""\nimport streamlit as st\nSIZE: int = 3\n\ndef page(): ...') == []
    for acting in ["page()", "if True: page()", "x = st.button('Go')", "class Page: ...", "'late docstring'"]:
        assert page_faults(f"import streamlit as st\n{acting}"), acting
