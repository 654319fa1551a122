"""What pages keep between people is kept by who looks, or is the same for everyone."""

import ast
from pathlib import Path

PAGES = Path(__file__).parents[2] / "pages"
SAME_FOR_ALL = {
    "measured": "a table of our own docs", "text": "a file of the program", "words": "words of a language",
    "icon": "a file of the program", "_component": "a script", "style": "the theme", "_worn": "the theme", "_boundaries": "shapes of areas", "_hiding": "how much is hidden",
    "_situations": "said of what is published", "_judged_groups": "said of what is published",
    "_settings": "what a release was made under", "_definitions": "definitions of a release",
    "_anchor": "a mark", "_trusted": "whom the machine trusts",
    "_release_work": "the server's own", "_open": "the server's own", "_open_releases": "the server's own",
    "_views": "the server's own", "settle": "the server's own", "_tables_of": "names of tables and columns, asked for who may",
    "_figure": "drawn from what it is given, and kept under all of it",
    "_probing": "counts of all; read_probing asks the table before it hands any on",
}  # fmt: skip
"""Function -> why nobody's own figures are in it."""


def kept() -> dict[str, set[str]]:
    """Each function of pages whose answer is kept beyond one person -> its arguments."""
    found = {}
    for path in PAGES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and any(_keeps(one) for one in node.decorator_list):
                found[node.name] = {a.arg for a in node.args.args}
    return found


def _keeps(decorator: ast.expr) -> bool:
    name = ast.unparse(decorator).partition("(")[0].rpartition(".")[2]
    return name in ("cache", "lru_cache", "cache_data", "cache_resource", "at_hand")


def test_what_is_kept_of_figures_is_kept_by_who_looks():
    by_viewer = {name for name, arguments in kept().items() if {"role", "partner_id"} <= arguments}
    assert by_viewer and set(kept()) - by_viewer == set(SAME_FOR_ALL)
