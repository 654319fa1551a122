"""Pandera model of referrals. Each check is named after its rule."""

from typing import Any

import polars as pl

from schemas.datasets.columns import Frame, column, each_row, patient
from schemas.datasets.pandera_alone import pa


class Referrals(pa.DataFrameModel):
    """One row for each status that a referral has reached, or one row with its latest status."""

    referral_id: str = column(
        "identifier",
        "Your id for the referral, the same in each of its rows; replaced by a keyed code before storage.",
        "R-200311",
        required=True,
        synonyms=("referral", "referral_number", "task_id", "case_id"),
        role="identity",
    )
    patient_id: str = patient()
    need: str = column(
        "code",
        "What the person was referred for.",
        "food",
        required=True,
        vocabulary="need",
        synonyms=("service_type", "need_type", "referral_type"),
        role="identity",
    )
    sent_on: pl.Date = column(
        "date",
        "Day on which the referral was sent, the same in each of its rows.",
        "2026-01-12",
        required=True,
        synonyms=("referral_date", "referred_on", "sent", "sent_date"),
        role="identity",
    )
    sent_by: str = column(
        "text",
        "Partner that sent it, by its id or name in the settings.",
        "harbor",
        listed=True,
        synonyms=("sender", "referred_by", "referring_organization"),
        role="describes",
    )
    received_by: str = column(
        "text",
        "Partner that received it, by its id or name in the settings.",
        "harbor",
        listed=True,
        synonyms=("receiver", "referred_to", "receiving_organization"),
        role="describes",
    )
    status: str = column(
        "code",
        "Status that the referral has reached.",
        "completed",
        required=True,
        vocabulary="referral_status",
        synonyms=("referral_status", "task_status"),
        role="identity",
    )
    status_on: pl.Date = column(
        "date",
        "Day on which it reached that status.",
        "2026-01-20",
        required=True,
        synonyms=("status_date", "status_changed_on", "last_updated"),
        role="identity",
    )
    closure_reason: str = column(
        "code",
        "Why it was closed; blank while it is open.",
        "helped",
        vocabulary="closure_reason",
        synonyms=("reason", "outcome", "close_reason", "closed_reason"),
        role="describes",
    )
    service_on: pl.Date = column(
        "date",
        "First day on which the person received the service.",
        "2026-01-19",
        synonyms=("service_date", "served_on", "helped_on"),
        role="decides",
    )

    @pa.dataframe_check(name="status_before_sent")
    def _status_after_sent(cls, data: Any) -> Frame:
        return each_row(data, pl.col("status_on") >= pl.col("sent_on"))

    @pa.dataframe_check(name="service_before_sent")
    def _service_after_sent(cls, data: Any) -> Frame:
        return each_row(data, pl.col("service_on") >= pl.col("sent_on"))
