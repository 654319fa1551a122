"""A cleaned batch against its dataset's pandera model; failures become findings.

`coerce=False`: coercing under `lazy` hides real failures. pandera's errors carry the offending cell, so they
are caught here and nowhere else, and only rule, row and column go on.
"""

from typing import Any

import pandera.errors
import polars as pl

from data.findings import Findings
from schemas.policy.rule_catalog import RULES

_BUILT_IN = {"not_nullable": "blank_required"}


def check(batch: pl.DataFrame, schema: Any, findings: Findings) -> None:
    """Check one batch (columns of a dataset and `row`) against its schema and add a finding for every failure."""
    try:
        schema.validate(batch.drop("row"), lazy=True)
    except pandera.errors.SchemaErrors as errors:
        cases = errors.failure_cases
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
