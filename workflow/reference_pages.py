"""Reference pages, generated from the declarations: measures, datasets, rules, settings, sentences.

A test holds docs/ to them, so that what is written is what is computed.
"""

from collections.abc import Iterable

from pydantic.fields import FieldInfo

from data.examples import dataset_templates
from metrics.counting.declaration import Benchmark, Indicator
from metrics.counting.strata import STRATA
from metrics.indicators import indicators
from metrics.indicators.definition_files import KEYS
from schemas.datasets.columns import ROLES
from schemas.datasets.dataset_catalog import DATASETS
from schemas.datasets.file_profile import ALWAYS_MADE, REPAIRS
from schemas.policy.access.sign_in import Provider, SignIn
from schemas.policy.agreements.agreement import Agreement
from schemas.policy.chart_rules import RULE_SETS, Annotation, Baseline, Rebase, RuleSet, Spc
from schemas.policy.gap_pair import GapPair
from schemas.policy.limits import Limits
from schemas.policy.messages.mail_server import MailServer
from schemas.policy.partner import Partner
from schemas.policy.partnership import Calendar, Choices, Map, Partnership, Policy, Scorecard
from schemas.policy.recovery import Recovery
from schemas.policy.result_columns import RESULT_COLUMNS
from schemas.policy.rule import REACHES, SEVERITIES
from schemas.policy.rule_catalog import RULES
from schemas.policy.targets.target_for import TargetFor
from schemas.policy.worth.unit_value import UnitValue
from schemas.vocabularies.code_lists import VOCABULARIES
from schemas.vocabularies.readmission_lists import OURS, read_about
from workflow import release_reference, room_reference, shown_sentences
from workflow.access import permission_reference
from workflow.questioning import asking
from workflow.reference_tables import MADE as _MADE
from workflow.reference_tables import table as _table

_BLOCKS = (
    "choices",
    "policy",
    "calendar",
    "limits",
    "partners",
    "spc",
    "baselines",
    "rebases",
    "annotations",
    "maps",
    "gaps",
    "values",
    "targets_for",
    "scorecard",
    "sign_in",
    "recovery",
    "mail",
    "agreement",
)


def pages() -> dict[str, str]:
    """File name below docs/ -> its text."""
    return {
        "reference/measures.md": _indicators(),
        "reference/datasets.md": _datasets(),
        "reference/rules.md": _rules(),
        "reference/settings.md": _settings(),
        "reference/results.md": _results(),
        "reference/release.md": release_reference.page(),
        "reference/rooms.md": room_reference.page(),
        "reference/permissions.md": permission_reference.page(),
        "reference/sentences.md": shown_sentences.page(),
        "how-to/write_queries.md": asking.worked_page(),
        **{f"reference/guides/{name}.md": dataset_templates.guide(dataset) for name, dataset in DATASETS.items()},
    }


def _indicators() -> str:
    known = indicators().values()
    table = _table(
        ["Indicator", "Title", "Version", "Kind", "Better", "Counts", "Source"],
        ((f"[`{i.id}`](#{i.id})", i.title, i.version, i.kind, i.better, i.units, i.source) for i in known),
    )
    return "\n".join([_MADE, "# Indicators\n", table, *map(_indicator, known), *_indicator_keys()])


def _indicator_keys() -> list[str]:
    said = ((name, field) for name, field in Indicator.model_fields.items() if name in KEYS)
    return [
        "## The keys of `indicator.toml`\n",
        "`*` marks a key that must be there. Sections come last. An unknown key is an error.\n",
        _keys(said),
        "### [benchmark]\n",
        _keys(Benchmark.model_fields.items()),
    ]


def _keys(fields: Iterable[tuple[str, FieldInfo]]) -> str:
    rows = (
        (f"`{name}`{'*' if f.is_required() else ''}", _default(f.get_default()), f.description) for name, f in fields
    )
    return _table(["Key", "Default", "Meaning"], rows)


def _indicator(i: Indicator) -> str:
    lines = [f"## {i.id}\n", f"**{i.title}.** {i.plain}\n", f"{i.why}\n"]
    lines += [
        f"- **Denominator:** {i.denominator}",
        f"- **{'Numerator' if i.statistic == 'rate' else 'What is averaged'}:** {i.numerator}",
    ]
    if i.by_code_lists:
        lines.append(f"- **Code lists:** {read_about(OURS).version}; a partnership may load newer ones")
    lines += [f"- **Source:** {i.source}; version {i.version}; to be reviewed on {i.review_on}"]
    points = "percentage point" if i.smallest_meaningful_difference == 1 else "percentage points"
    lines += [
        f"- **Kind:** {i.kind}; {i.better} is better",
        f"- **Smallest meaningful difference:** {i.smallest_meaningful_difference:g} {i.measured_in or points}",
    ]
    if i.benchmark:
        lines.append(f"- **Benchmark:** {i.benchmark.rate:.1%}, {i.benchmark.label} ({i.benchmark.source})")
    if i.choices:
        lines.append("- **Choices that change it:** " + ", ".join(f"[`{c}`](settings.md)" for c in i.choices))
    lines.append("- **Grouped by:** " + ", ".join([*STRATA.values(), *i.own_strata.values()]) + "\n")
    if i.exclusions:
        lines.append(_table(["Left out", "Reason"], ((f"`{k}`", v) for k, v in i.exclusions.items())))
    return "\n".join(lines)


def _datasets() -> str:
    parts = [
        _MADE,
        "# Datasets\n",
        "`*` marks a required column. Column names ignore case, blanks and hyphens.\n",
        "A column's role says what a value costs that cannot be read or cannot be true:\n",
        _table(["Role", "What the column is to its row", "A bad value"], ((r, *words) for r, words in ROLES.items())),
        "In a row that does not count for another reason, nothing is left blank. Rows whose own figure is lost count "
        "toward the [limit](settings.md#limits) of blocked rows. A reading whose setting cannot be read is no office "
        "reading: the day's hospital and emergency events decide, as for a blank.\n",
    ]
    for d in DATASETS.values():
        rows = (
            (f"`{c.name}`{'*' if c.required else ''}", c.kind, c.role, c.meaning, f"`{c.example}`",
             ", ".join(f"`{s}`" for s in c.synonyms), c.when_bad)
            for c in d.columns
        )  # fmt: skip
        parts += [
            f"## {d.name}\n",
            f"{d.meaning}\n",
            _table(["Column", "Kind", "Role", "Meaning", "Example", "Also named", "If it cannot be read"], rows),
        ]
    parts.append("# Vocabularies\n")
    for v in VOCABULARIES.values():
        rows_v = ((f"`{word}`", label, ", ".join(others)) for word, (label, others) in v.terms.items())
        parts += [f"## {v.name}\n", f"{v.title}.\n", _table(["Word", "Meaning", "Also accepted"], rows_v)]
    return "\n".join(parts)


def _rules() -> str:
    rows = ((f"`{r.id}`", r.severity, r.category, r.reach, r.title, r.fix) for r in RULES.values())
    repairs = (
        (f"`{kind}`", title, covers or "–", "no" if kind in ALWAYS_MADE else "yes")
        for kind, (title, covers) in REPAIRS.items()
    )
    return "\n".join([
        _MADE, "# Rules\n",
        f"{REACHES}\n",
        f"Severity, the worst first: {', '.join(f'*{s}*' for s in SEVERITIES)}. Numbers in the texts are the usual "
        "limits; a partnership may [set others](settings.md#limits), and everyone then reads those.\n",
        _table(["Rule", "Severity", "Category", "Reach", "What is wrong", "How to fix it"], rows),
        "## Repairs\n",
        "What can be read in one way only is read so, and listed for whoever sends the file.\n",
        _table(["Repair", "What is done", "What it covers", "Can be refused"], repairs),
    ])  # fmt: skip


def _settings() -> str:
    parts = [_MADE, "# Settings\n", "`concord.toml` in the data folder. An unknown key is an error.\n"]
    for title, model in (
        ("Top level", Partnership), ("[[partners]]", Partner), ("[choices]", Choices), ("[policy]", Policy),
        ("[calendar]", Calendar), ("[[maps]]", Map), ("[spc]", Spc),
        ("[[baselines]]", Baseline), ("[[rebases]]", Rebase),
        ("[[annotations]]", Annotation), ("[[gaps]]", GapPair), ("[[values]]", UnitValue), ("[scorecard]", Scorecard),
        ("[[annotations]]", Annotation), ("[[gaps]]", GapPair), ("[[targets_for]]", TargetFor),
        ("[scorecard]", Scorecard),
        ("[sign_in]", SignIn), ("[[sign_in.providers]]", Provider), ("[recovery]", Recovery),
        ("[mail]", MailServer), ("[partners.agreement]", Agreement),
    ):  # fmt: skip
        rows = ((f"`{name}`", _default(f.get_default(call_default_factory=True)), f.description or "")
                for name, f in model.model_fields.items()
                if name not in _BLOCKS)  # fmt: skip
        parts += [f"## {title}\n", _table(["Key", "Default", "Meaning"], rows)]
    return "\n".join([*parts, *_limits(), *_rule_sets()])


def _rule_sets() -> list[str]:
    numbers = ((f"`{name}`", f.description or "", *(getattr(r, name) for r in RULE_SETS.values()))
               for name, f in RuleSet.model_fields.items())  # fmt: skip
    return [
        "## Rule sets of control charts\n",
        _table(["Number", "Meaning", *(f"`{name}`" for name in RULE_SETS)], numbers),
    ]


def _limits() -> list[str]:
    rows = ((f"`{name}`", f"{a.worded(a.usual)}", f"{a.worded(a.low)} to {a.worded(a.high)}", a.unit, a.meaning)
            for name, a in Limits.about().items())  # fmt: skip
    return [
        "## [limits]\n",
        "Numbers at which a check speaks up. One that is not the default needs its reason, which everyone can read on "
        "the Methods page:\n",
        '```toml\n[limits]\nsystolic_max = { value = 280, reason = "Our monitors stop at 280" }\n```\n',
        "Readings in kPa and 0/0 stay findings, whatever is set: `systolic_max` must lie below 7.5 times "
        "`systolic_min`.\n",
        _table(["Key", "Default", "May be", "Unit", "Meaning"], rows),
    ]


def _default(value: object) -> str:
    if value is None or str(value) == "PydanticUndefined" or value in ((), {}, ""):
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _results() -> str:
    rows = ((f"`{name}`", kind, meaning) for name, (kind, meaning) in RESULT_COLUMNS.items())
    return "\n".join([_MADE, "# Results\n", "The one shape in which every figure leaves Concord.\n",
                      _table(["Column", "Type", "Meaning"], rows)])  # fmt: skip
