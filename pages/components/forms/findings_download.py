"""The findings to take along: as a list, and beside the rows of the file that was sent."""

from functools import partial

from pages.components.forms.finding_cards import findings_file
from pages.components.forms.upload_draft import Draft
from pages.components.routes import one_time_downloads

_KINDS = {"xlsx": "Your file with findings (Excel)", "csv": "Your file with findings (CSV)"}
_GIVEN_BACK = (
    "Every row as you sent it, with what to fix beside it. Fix it there and choose it again. The added column "
    "is left out."
)
_MIMES: dict[str, str] = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def buttons(at: Draft) -> None:
    """The findings as a list, and where the file is still held, the file itself with a message beside each row."""
    one_time_downloads.button(
        "Download the findings", lambda: [findings_file(at.report.table, at.report.findings.rules, at.report.place)],
        f"findings_{at.dataset}.csv", "text/csv",
        key="findings_file", help="Rule, row, column and message. The values stay in your own file.",
    )  # fmt: skip
    for kind in at.checked.kinds_given_back:
        one_time_downloads.button(
            _KINDS[kind], partial(at.checked.given_back, kind), f"{at.dataset}_with_findings.{kind}", _MIMES[kind],
            key=f"give_back_{kind}", icon=":material/table:", help=_GIVEN_BACK,
        )  # fmt: skip
