"""The published lists that decide about readmissions: what a diagnosis or a procedure is grouped as, and what follows.

A folder holds them: `about.toml` (version, sources, effective dates) and three tables, plain (.csv) or packed
(.csv.gz): `diagnoses` and `procedures` (code, category) and `lists` (list, kind, code). Ours is `readmission/`; a
partnership may have a newer one in its data folder. People who do not program make these files, so whatever is wrong
is said in words, with file and line.
"""

import datetime as dt
import gzip
import hashlib
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, ValidationError

OURS = Path(__file__).with_name("readmission")
ABOUT = "about.toml"
TABLES = {"diagnoses": ("code", "category"), "procedures": ("code", "category"), "lists": ("list", "kind", "code")}
LEFT_OUT = ("birth", "cancer", "rehabilitation", "psychiatric")
"""Lists of diagnoses with which a stay is no index stay. A code on several counts for the first."""
OF_PROCEDURES, OF_BOTH = ("potentially_planned",), ("always_planned",)
OF_DIAGNOSES = (*LEFT_OUT, "acute")
KINDS = {
    "diagnosis": r"^[A-Z][0-9][0-9A-Z]{1,5}$",
    "procedure": r"^[0-9A-HJ-NP-Z]{7}$",
    "diagnosis_category": r"^[0-9A-Z]{1,12}$",
    "procedure_category": r"^[0-9A-Z]{1,12}$",
}
"""What a line of `lists` speaks of -> the shape of its code: ICD-10-CM, ICD-10-PCS, and categories of either."""
_MOST_FAULTS = 20


class ListFault(ValueError):
    """Lists that cannot be used: a line for each thing that is wrong, with file and line."""


class Source(BaseModel):
    """Where a table comes from, and when its codes are (or were) in use."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    file: Literal["diagnoses", "procedures", "lists"]
    source: str = Field(min_length=1)
    effective_from: dt.date
    effective_to: dt.date | None = None


class About(BaseModel):
    """What the lists are. The version becomes part of the version of every figure that they decide."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    version: str = Field(min_length=1, max_length=60)
    sources: tuple[Source, ...] = Field(min_length=1)


@dataclass(frozen=True)
class ReadmissionLists:
    """`diagnoses`: code, category, left_out (one of `LEFT_OUT` or null), always_planned, acute; `procedures`: code,
    category, always_planned, potentially_planned. A code that is on a list and in no category is there without one.
    """

    about: About
    diagnoses: pl.DataFrame
    procedures: pl.DataFrame


def read_about(folder: Path) -> About:
    """The folder's `about.toml`. Raises ListFault."""
    path = folder / ABOUT
    if not path.exists():
        raise ListFault(f"{folder.name}/{ABOUT}: the file is missing. It says which lists these are.")
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
        return About.model_validate(said)
    except tomllib.TOMLDecodeError as error:
        what, _, at = str(error).partition(" (at ")
        raise ListFault(f"{folder.name}/{ABOUT}, {at.rstrip(')') or 'line 1'}: cannot be read: {what}.") from None
    except ValidationError as error:
        wrong = [f"{folder.name}/{ABOUT}: {'.'.join(map(str, e['loc']))}: {e['msg']}." for e in error.errors()]
        raise ListFault("\n".join(wrong)) from None


def fingerprint(folder: Path) -> str:
    """What the bytes of the lists come to: other bytes, another fingerprint. Raises ListFault for a missing file."""
    digest = hashlib.sha256()
    for path in [folder / ABOUT, *(_file(folder, name) for name in TABLES)]:
        digest.update(path.read_bytes() if path.exists() else b"")
    return digest.hexdigest()


def _file(folder: Path, name: str) -> Path:
    found = [path for ending in (".csv", ".csv.gz") if (path := folder / f"{name}{ending}").exists()]
    if len(found) == 1:
        return found[0]
    wrong = "is there twice, plain and packed. Keep one of them" if found else "is missing"
    raise ListFault(f"{folder.name}/{name}.csv: the file {wrong}.")


@lru_cache(maxsize=2)
def read_lists(folder: Path, _fingerprint: str) -> ReadmissionLists:
    """The lists of a folder, checked (once for each `fingerprint`). Raises ListFault with what is wrong, by line."""
    about = read_about(folder)
    tables = {name: _table(_file(folder, name), columns) for name, columns in TABLES.items()}
    faults = [
        *_grouping_faults(folder / "diagnoses", tables["diagnoses"], KINDS["diagnosis"]),
        *_grouping_faults(folder / "procedures", tables["procedures"], KINDS["procedure"]),
        *_list_faults(folder / "lists", tables),
    ]
    if faults:
        raise ListFault("\n".join(faults[:_MOST_FAULTS]))
    return ReadmissionLists(about, _diagnoses(tables), _procedures(tables))


def _table(path: Path, columns: tuple[str, ...]) -> pl.DataFrame:
    """The table's cells in capitals without dots and blanks (lists and kinds as they stand), with their line."""
    where = f"{path.parent.name}/{path.name}"
    try:
        raw = path.read_bytes()
        text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8-sig")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise ListFault(f"{where}: cannot be read: {error}.") from None
    head, *lines = text.splitlines() or [""]
    if tuple(name.strip() for name in head.split(",")) != columns:
        raise ListFault(f"{where}, line 1: the columns must be {', '.join(columns)}.")
    cells = pl.DataFrame({"line": range(2, len(lines) + 2), "cells": pl.Series(lines, dtype=pl.String)})
    cells = cells.filter(pl.col("cells").str.strip_chars() != "").with_columns(pl.col("cells").str.split(","))
    if len(ragged := cells.filter(pl.col("cells").list.len() != len(columns))):
        raise ListFault(f"{where}, line {ragged['line'][0]}: the line must have {len(columns)} cells.")
    return cells.select("line", *(_cell(n, name) for n, name in enumerate(columns)))


def _cell(place: int, name: str) -> pl.Expr:
    cell = pl.col("cells").list.get(place).str.strip_chars(' \t"')
    bare = cell.str.replace_all(r"[.\s]", "").str.to_uppercase()
    return (bare if name in ("code", "category") else cell).alias(name)


def _said(path: Path, rows: pl.DataFrame, words: str) -> list[str]:
    """A fault for each of the rows; `{code}` and other columns are filled in."""
    where = f"{path.parent.name}/{path.name}.csv"
    return [f"{where}, line {row['line']}: {words.format(**row)}." for row in rows.head(_MOST_FAULTS).to_dicts()]


def _grouping_faults(path: Path, table: pl.DataFrame, shape: str) -> list[str]:
    return [
        *_said(path, table.filter(~pl.col("code").str.contains(shape)), "`{code}` is not the code of one"),
        *_said(path, table.filter(pl.col("category") == ""), "`{code}` has no category"),
        *_said(path, table.filter(~pl.col("code").is_first_distinct()), "`{code}` is there a second time"),
        *([] if len(table) else [f"{path.parent.name}/{path.name}.csv: the table holds no line."]),
    ]


def _list_faults(path: Path, tables: dict[str, pl.DataFrame]) -> list[str]:
    lists, known = tables["lists"], {k: tables[t]["category"] for k, t in _CATEGORIES_OF.items()}
    fits = pl.lit(False)
    for kind, shape in KINDS.items():
        named = (*OF_BOTH, *(OF_DIAGNOSES if kind.startswith("diagnosis") else OF_PROCEDURES))
        fits |= (pl.col("kind") == kind) & pl.col("list").is_in(named) & pl.col("code").str.contains(shape)
    faults = _said(path, lists.filter(~fits), "`{code}` of kind `{kind}` cannot be on a list `{list}`")
    for kind, categories in known.items():
        lost = lists.filter(fits, pl.col("kind") == kind, ~pl.col("code").is_in(categories.unique().implode()))
        faults += _said(path, lost, "no code has the category `{code}`")
    again = lists.filter(~pl.struct("list", "kind", "code").is_first_distinct())
    faults += _said(path, again, "`{code}` is on the list `{list}` a second time")
    missing = {*OF_DIAGNOSES, *OF_PROCEDURES, *OF_BOTH} - set(lists["list"])
    return faults + [f"{path.parent.name}/{path.name}.csv: the list `{name}` is missing." for name in sorted(missing)]


_CATEGORIES_OF = {"diagnosis_category": "diagnoses", "procedure_category": "procedures"}


def _diagnoses(tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    codes, on = _grouped(tables["diagnoses"], tables["lists"], "diagnosis")
    left_out = pl.coalesce(pl.when(on(name)).then(pl.lit(name)) for name in LEFT_OUT)
    return codes.select(
        "code", "category", left_out=left_out, always_planned=on("always_planned"), acute=on("acute")
    ).sort("code")


def _procedures(tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    codes, on = _grouped(tables["procedures"], tables["lists"], "procedure")
    names = (*OF_BOTH, *OF_PROCEDURES)
    return codes.select("code", "category", **{name: on(name) for name in names}).sort("code")


def _grouped(table: pl.DataFrame, lists: pl.DataFrame, kind: str) -> tuple[pl.DataFrame, Callable[[str], pl.Expr]]:
    """Every code with its category, and for a list's name whether a code is on it: by itself, or by its category."""
    alone = lists.filter(pl.col("kind") == kind).select("code").unique().join(table, on="code", how="anti")
    codes = pl.concat([table.select("code", "category"), alone], how="diagonal")

    def on(name: str) -> pl.Expr:
        mine = lists.filter(pl.col("list") == name)
        of_kind, of_category = (mine.filter(pl.col("kind") == k)["code"] for k in (kind, f"{kind}_category"))
        by_category = pl.col("category").is_in(of_category.implode()).fill_null(False)
        return pl.col("code").is_in(of_kind.implode()) | by_category

    return codes, on
