"""What a partner needs before it sends a file: for each dataset a template and a one-page guide.

Both are made from the dataset's declaration, so that they cannot say anything else than intake does.
"""

import csv
import datetime as dt
import io
from collections.abc import Iterator

from data.checking import continuity
from schemas.datasets.columns import Column
from schemas.datasets.community_files import HIDDEN_SHOWN
from schemas.datasets.dataset_catalog import Dataset
from schemas.policy.limits import USUAL, Limits
from schemas.policy.rule import LEFT_BLANK, Rule
from schemas.policy.rule_catalog import RULES, rules_under
from schemas.vocabularies.code_lists import VOCABULARIES

_OF_KIND = {
    "identifier": ("mangled_id", "wrong_pattern"),
    "date": ("wrong_date", "ancient_date", "day_in_utc", "impossible_time", "maybe_flipped_dates"),
    "number": ("wrong_number",),
    "integer": ("wrong_number",),
    "code": ("not_in_vocabulary",),
    "codes": ("not_in_vocabulary",),
    "text": (),
}
# What is looked at across rows and files (`data.checking.cross_checks`).
_ACROSS = {
    "hospital_stays": (
        "overlapping_stays",
        "stay_in_two_hospitals",
        "code_not_listed",
        "died_before_records",
        "stay_elsewhere",
        "undeclared_hospital",
    ),
    "clinical_events": ("died_before_records",),
    "patients": (
        "contradicts_earlier",
        "token_contradicts",
        "born_after_records",
        "patients_not_listed",
        "contradicts_elsewhere",
    ),
    "food_security": ("result_contradicts_items",),
    "referrals": ("completed_without_service", "referral_contradicts"),
}
_OF_PATIENTS = (
    "lost_leading_zeros",
    "maybe_lost_leading_zeros",
    "ids_look_personal",
    "maybe_rounded_ids",
    "id_looks_like_date",
    "ids_differ_by_case",
)
_OF_IDS = ("maybe_rounded_ids", "ids_rounded", "one_id_many_rows", "patients_not_yours")
_ABOUT_A_PATIENT = ("unknown_patient", "before_birth", "after_death")
_OF_ROWS = (
    "wrong_field_count",
    "quote_inside_value",
    "line_break_in_value",
    "extra_column",
    "lines_above_header",
    "read_as_mac_roman",
    "maybe_cut_off",
)
_OF_EXPORTS = (
    "damaged_line", "long_line", "no_resource", "unknown_resource", "same_resource_id", "missing_resources",
    "missing_details", "file_not_read", "part_of_a_date", "end_unknown",
)  # fmt: skip
"""Of a FHIR export, which holds all but totals, referrals and food programs."""
_OF_SHEETS = (
    "error_cells",
    "formula_without_value",
    "hidden_rows",
    "hidden_columns",
    "hidden_sheets",
    "merged_cells",
    "other_day_zero",
)
# Lines that are no records of one dataset alone.
_LINES_OF = {"no_pressure": "blood_pressure", "condition_not_used": "clinical_events"}
_REACHES = {
    "submission": "What stops the whole file",
    "record": "What blocks a row",
    "value": "What is left blank: the row stays",
    "warning": "What gets a warning",
    "line": "What is left out: not a record",
    "between": "What only backbone staff see",
}


def template(dataset: Dataset) -> bytes:
    """A CSV file with the dataset's header and one example row."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(c.name for c in dataset.columns)
    writer.writerow(c.example for c in dataset.columns)
    return text.getvalue().encode()


def guide(dataset: Dataset, limits: Limits = USUAL) -> str:
    """The one-page guide of a dataset, as Markdown that begins with a heading of level 1."""
    return (
        "\n\n".join(
            [f"# {dataset.title}", dataset.meaning, *_columns(dataset), *_words(dataset), *_rules(dataset, limits)]
        )
        + "\n"
    )


def rules_of(dataset: Dataset, limits: Limits = USUAL) -> list[Rule]:
    """Every rule that a file of this dataset can break, in the catalog's order."""
    names = {_as_told(dataset, rule, c.name) for c in dataset.columns for rule in _of_column(c)}
    names |= {_as_told(dataset, rule, column) for rule, column in _model_checks(dataset)}
    names |= {dataset.repeated_rule, *_OF_ROWS, *_OF_SHEETS, *_ACROSS.get(dataset.name, ())}
    names |= {r.id for r in RULES.values() if r.reach in ("submission", "line")}
    names -= {rule for rule, of in _LINES_OF.items() if of != dataset.name}
    names |= set(_OF_EXPORTS) if dataset.name not in ("indicator_counts", "referrals", "food_programs") else set()
    patients = any(c.name == "patient_id" for c in dataset.columns)
    names -= {"half_missing"} if not dataset.halves else set()
    names -= set(_OF_IDS) if not patients else set()
    names -= {"maybe_kilopascals", "maybe_degrees"} if not dataset.pairs else set()
    names |= {*_OF_PATIENTS, *(_ABOUT_A_PATIENT if dataset.starts else ())} if patients else set()
    names |= {"outside_window", "replaces_more"} if dataset.starts else set()
    names |= {_as_told(dataset, "not_two_pressures", pair.name) for pair in dataset.pairs}
    names -= set() if any(c.required and c.kind == "code" for c in dataset.columns) else {"row_left_out"}
    names |= set(continuity.RULES) if dataset.name in continuity.JUDGED_BY_VOLUME else set()
    return [rule for rule in rules_under(limits).values() if rule.id in names]


def _of_column(column: Column) -> Iterator[str]:
    yield from _OF_KIND[column.kind]
    if column.required:
        yield "blank_required"
    if column.kind == "date" and column.past:
        yield "future_date"
    if column.pattern:
        yield "wrong_pattern"
    if column.listed:
        yield column.when_unlisted
    if column.hidden_words:
        yield "hidden_at_source"


def _as_told(dataset: Dataset, rule: str, column: str | None) -> str:
    """The rule as a file's sender meets it: the row is blocked, or stays without the value."""
    stays = f"{rule}{LEFT_BLANK}"
    return stays if stays in RULES and dataset.left_blank(rule, column) else rule


def _model_checks(dataset: Dataset) -> Iterator[tuple[str, str | None]]:
    """Each check of the model, and its column; None for the whole row."""
    schema = dataset.schema(USUAL, dt.date.max)
    parts = [(None, schema), *schema.columns.items()]
    yield from ((check.name, column) for column, part in parts for check in part.checks if check.name in RULES)


def _columns(dataset: Dataset) -> Iterator[str]:
    yield "## Columns"
    yield (
        "The first line of the file names its columns, in any order. A column that may be blank may also be left out. "
        "If the example row is still there, it is left out."
    )
    lines = [
        "| Column | Must be filled | What it means | Form | Example | If unreadable |",
        "|---|---|---|---|---|---|",
    ]
    for c in dataset.columns:
        filled = "yes" if c.required else "no"
        cells = (f"`{c.name}`", filled, _cell(c.meaning), _form(c), f"`{_cell(c.example)}`", c.when_bad)
        lines.append(f"| {' | '.join(cells)} |")
    yield "\n".join(lines)
    named = [f"- `{c.name}`: {', '.join(f'`{s}`' for s in c.synonyms)}" for c in dataset.columns if c.synonyms]
    yield "Other names that are understood for a column:\n\n" + "\n".join(named)
    yield (
        "So are the names that Epic, athenahealth, eClinicalWorks, NextGen, OMOP, PCORnet, HMIS and Link2Feed write. "
        "Case, blanks and underscores do not matter."
    )
    if apart := list(_apart(dataset)):
        yield "Also understood:\n\n" + "\n".join(apart)


def _apart(dataset: Dataset) -> Iterator[str]:
    """What need not stand in one column each."""
    for pair in dataset.pairs:
        first, second = (f"`{name}`" for name in pair.name.split("/"))
        names = ", ".join(f"`{s}`" for s in pair.synonyms)
        yield f"- {first} and {second} in one column, such as `{pair.example}`, named {names}"
    for c in dataset.columns:
        if c.kind == "codes" and c.ticked:
            yield f"- `{c.name}` as a column for each word that says yes or no, such as `{c.name.capitalize()}: White`"
        elif c.kind == "codes":
            yield f"- `{c.name}` in several columns, an answer in each, in the questionnaire's order"
    fixed = [f"`{c.name}`" for c in dataset.columns if c.required and c.kind == "code"]
    if fixed:
        yield f"- a file without {' or '.join(fixed)} where one word holds for every row: it is asked for once"


_FORMS = {
    "identifier": "text, up to 64 characters",
    "date": "date, year-month-day",
    "number": "number, with a point for decimals",
    "integer": "whole number",
    "code": "one word of the list “{}”",
    "codes": "words of the list “{}”, separated by semicolons",
    "text": "text",
}


def _form(column: Column) -> str:
    title = VOCABULARIES[column.vocabulary].title if column.vocabulary else ""
    hidden = (
        f"; a count hidden by its source: {', '.join(f'`{_cell(w)}`' for w in HIDDEN_SHOWN)}"
        if column.hidden_words
        else ""
    )
    return _cell(_FORMS[column.kind].format(title)) + hidden


def _words(dataset: Dataset) -> Iterator[str]:
    used = list(dict.fromkeys(c.vocabulary for c in dataset.columns if c.vocabulary))
    if used:
        yield "## Words and codes"
        yield "Upper and lower case make no difference. Nor do blanks, hyphens or underscores between words."
    for name in used:
        vocabulary = VOCABULARIES[name]
        lines = [f"### {vocabulary.title}", "", "| Word | Meaning | Also understood |", "|---|---|---|"]
        for word, (label, others) in vocabulary.terms.items():
            lines.append(f"| `{word}` | {_cell(label)} | {_cell(', '.join(others)) or '–'} |")
        yield "\n".join(lines)


def _rules(dataset: Dataset, limits: Limits) -> Iterator[str]:
    yield "## What is checked"
    every = rules_of(dataset, limits)
    for reach, heading in _REACHES.items():
        rules = [f"- **{rule.title}.** {rule.fix}" for rule in every if rule.reach == reach and not rule.answer]
        yield from (f"### {heading}", "\n".join(rules)) if rules else ()
    yield "### What stops the whole file until you answer"
    yield "\n".join(f"- **{rule.title}.** {rule.fix} (Answer: “{rule.answer}”.)" for rule in every if rule.answer)


def _cell(text: str) -> str:
    """Text that cannot end a cell of a Markdown table."""
    return text.replace("|", r"\|")
