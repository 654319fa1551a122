"""A cleaned batch against its dataset's pandera model: failures become findings, and a column's role says which row
they cost.

`coerce=False`: coercing under `lazy` hides real failures. pandera's errors carry the offending cell, so they
are caught here and nowhere else, and only rule, row and column go on.
"""

from collections.abc import Mapping
from typing import Any

import polars as pl

from data.findings import Findings, rows_with
from schemas.datasets.columns import NOT_READABLE
from schemas.datasets.dataset_catalog import Dataset
from schemas.datasets.pandera_alone import errors
from schemas.policy.rule import LEFT_BLANK
from schemas.policy.rule_catalog import RULES

_BUILT_IN = {"not_nullable": "blank_required"}


def check(batch: pl.DataFrame, schema: Any, findings: Findings) -> None:
    """Check one batch (columns of a dataset and `row`) against its schema and add a finding for every failure."""
    try:
        schema.validate(batch.drop("row"), lazy=True)
    except errors.SchemaErrors as broken:
        cases = broken.failure_cases
    else:
        return
    by_check = cases.select("column", "check", pl.col("index").cast(pl.UInt32)).partition_by("check", as_dict=True)
    for (check,), failed in by_check.items():
        rule = _BUILT_IN.get(str(check), str(check))
        if rule not in RULES:
            raise AssertionError(f"the batch does not have the dataset's types: {check}")
        for (column,), group in failed.partition_by("column", as_dict=True).items():
            rows = batch["row"].gather(group["index"])
            known = str(column) if str(column) in batch.columns else None
            findings.add(rule, known, rows, _shown(batch, group["index"], known))


def _shown(batch: pl.DataFrame, index: pl.Series, column: str | None) -> pl.Series | None:
    return batch[column].gather(index).cast(pl.String) if column else None


def settle(batch: pl.DataFrame, found: pl.DataFrame, dataset: Dataset) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A batch without the bad values that its rows can do without, and its findings, which say so.

    The one place that knows what a bad value costs: its row, where the column is of identity (or the row has such a
    value besides); otherwise only itself. Such a finding is of reach `value`, one for each column left blank.
    """
    kinds = {
        (str(rule), column): names
        for rule, column in found.select("rule", "column").unique().iter_rows()
        if f"{rule}{LEFT_BLANK}" in RULES and (names := dataset.left_blank(str(rule), column))
    }
    if not kinds:
        return batch, found
    each = {key: _these(found, *key) for key in kinds}
    others = found.filter(~pl.any_horizontal(*(each.values())))
    blocked = rows_with(others, "record").implode()
    stays = ~pl.col("row").is_in(blocked)
    settled, blank = [others], dict[str, list[pl.Series]]()
    # Only values in doubt become text: as text the whole columns took half of the time of the contract.
    doubted = batch.filter(pl.col("row").is_in(found["row"].implode()))
    for (rule, column), these in each.items():
        settled.append(found.filter(these & ~stays))
        lines = found.filter(these & stays)
        for name in kinds[rule, column]:
            blank.setdefault(name, []).append(lines["row"])
        renamed = lines.with_columns(rule=pl.lit(f"{rule}{LEFT_BLANK}"))
        settled += [renamed] if column else [_in_column(renamed, doubted, name) for name in kinds[rule, column]]
    stand_ins = {c.name: c.stand_in for c in dataset.columns}
    values = [
        pl.when(pl.col("row").is_in(pl.concat(rows).implode())).then(pl.lit(stand_ins[name])).otherwise(pl.col(name))
        for name, rows in blank.items()
    ]
    return batch.with_columns(v.alias(name) for name, v in zip(blank, values, strict=True)), pl.concat(settled)


def _these(found: pl.DataFrame, rule: str, column: str | None) -> pl.Expr:
    """Whether a finding is of this rule and column."""
    return (pl.col("rule") == rule) & pl.col("column").eq_missing(pl.lit(column, pl.String))


def _in_column(lines: pl.DataFrame, batch: pl.DataFrame, name: str) -> pl.DataFrame:
    """Findings of whole rows as findings of one of the values in doubt."""
    values = batch.select("row", value=pl.col(name).cast(pl.String))
    return (
        lines.drop("column", "value")
        .join(values, on="row", how="left")
        .select("rule", "row", column=pl.lit(name), value="value")
    )


def notes_of(dataset: Dataset) -> Mapping[tuple[str, str | None], str]:
    """(rule, column) -> what was done with a bad value, for columns whose values are not simply left blank."""
    return {
        (rule, c.name): f"Kept as “{NOT_READABLE.replace('_', ' ')}”. {c.if_not_readable}"
        for c in dataset.columns
        if c.if_not_readable
        for rule in RULES
        if rule.endswith(LEFT_BLANK)
    }
