"""The rooms of the house as a page: each folder with the first line of its package's docstring, and its modules."""

import ast
from collections.abc import Iterator
from pathlib import Path

from workflow.reference_tables import MADE, table

ROOT = Path(__file__).resolve().parents[1]
LAYERS = ("concord", "pages", "workflow", "data", "metrics", "schemas", "tests")


def rooms() -> Iterator[Path]:
    """Every folder of modules, from the top of the house down."""
    for layer in LAYERS:
        yield from sorted(p.parent for p in (ROOT / layer).rglob("__init__.py"))


def purpose(room: Path) -> str:
    """The first line of the package's docstring; blank when it has none."""
    text = ast.get_docstring(ast.parse((room / "__init__.py").read_text(encoding="utf-8"))) or ""
    return text.partition("\n")[0]


def page() -> str:
    """The page docs/reference/rooms.md."""
    parts = [
        MADE,
        "# Rooms\n",
        "Every folder of modules, and what it is for. Who may import whom: [contribute](../how-to/contribute.md). "
        "\nAbove them, `app.py` opens the store, asks who looks and routes to the pages. "
        "Beside them, `bench/` measures speed.\n",
    ]
    for layer in LAYERS:
        rows = ((f"`{name}/`", purpose(room), modules) for name, room, modules in _of_layer(layer))
        parts += [f"## {layer}\n", table(["Room", "What it is for", "Modules"], rows)]
    return "\n".join(parts)


def _of_layer(layer: str) -> Iterator[tuple[str, Path, str]]:
    for room in rooms():
        name = room.relative_to(ROOT).as_posix()
        if name.split("/")[0] == layer:
            modules = sorted(p.stem for p in room.glob("*.py") if not p.stem.startswith("__"))
            yield name, room, ", ".join(f"`{m}`" for m in modules)
