"""All guards of a file, once its rows are staged: what they find doubtful is asked before anything counts."""

from collections.abc import Mapping

import polars as pl

from data.checking.guards import marker_values, whole_columns, whose_patients
from data.checking.intake_report import Report, Sending
from data.checking.signs import id_signs
from data.findings import Findings
from data.ledger.profiles.file_shapes import shape_of
from data.ledger.pseudonyms import Pseudonyms
from data.ledger.staging import Staged
from schemas.policy.rule import LEFT_BLANK


def look(staged: Staged, ids: Mapping[str, Pseudonyms], sending: Sending, report: Report, found: Findings) -> None:
    """Add to `found` what has to be asked about the file. The report learns its shape and its marker values.

    `staged`: all rows that could be read, also those that repeat an earlier one. `ids`: the ids met, by column.
    """
    table, signs = report.table, report.receipt.signs
    patients = whose_patients.counted(staged, ids["patient_id"]) if "patient_id" in ids else None
    if patients and report.header:
        report.shape = shape_of(sending.key, report.header.cells, ids["patient_id"].known)
        whose_patients.look(staged, patients, ids["patient_id"], report.shape, sending.key, found)
    whole_columns.one_id(staged, ids, patients, found)
    blank = table.filter(pl.col("rule").str.ends_with(LEFT_BLANK))["column"].value_counts()
    whole_columns.halves(staged, dict(blank.iter_rows()), found)
    whole_columns.units(signs, found)
    id_signs.mangled(table, found)
    report.markers = marker_values.look(staged, ids, sending.reading.profile, found)
