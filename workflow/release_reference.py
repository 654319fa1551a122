"""The release's schema as a page: every table and column of both editions, from where the editions are declared."""

from collections.abc import Iterable

from metrics.results.editions import EditionTable, shared_edition
from metrics.results.research_edition import research_edition
from workflow.reference_tables import MADE, table

EDITIONS = {
    "shared": "`shared.duckdb` holds suppressed figures, and may be handed around.",
    "research": "`research.duckdb` holds the same under the partners' own ids, and the tables below. It is used under "
    "[agreement](../explanation/research_edition.md).",
}


def edition_tables() -> dict[str, list[EditionTable]]:
    """Edition -> the tables that it adds. No query of them is run."""
    return {"shared": shared_edition(), "research": research_edition()}


def page() -> str:
    """The page docs/reference/release.md."""
    parts = [
        MADE,
        "# Tables of a release\n",
        "Each release is a folder with two DuckDB files. The tables of the research edition are also there as Parquet, "
        "a file each in `research/`.\nEach table and column carries its meaning inside the file too.\n"
        "[Ten worked queries](../how-to/write_queries.md) show how they are used.\n",
    ]
    for edition, tables in edition_tables().items():
        parts += [f"## The {edition} edition\n", EDITIONS[edition] + "\n", *_tables(tables)]
    return "\n".join(parts)


def _tables(tables: Iterable[EditionTable]) -> Iterable[str]:
    shown: dict[tuple[tuple[str, str], ...], str] = {}
    for t in tables:
        columns = tuple(t.columns.items())
        yield f"### {t.name}\n"
        key = f" Key: {', '.join(f'`{column}`' for column in t.key)}." if t.key else ""
        yield f"{t.meaning}{' A view.' if t.view else ''}{key}\n"
        if columns in shown:
            yield f"Its columns are those of `{shown[columns]}`.\n"
        else:
            shown[columns] = t.name
            yield table(["Column", "Meaning"], ((f"`{name}`", meaning) for name, meaning in columns))
