"""The partnership: its partners, its targets and its choices, read from `concord.toml` in the data folder."""

import datetime as dt
import tomllib
from collections.abc import Mapping
from operator import attrgetter
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from schemas.policy.access.sign_in import SignIn
from schemas.policy.chart_rules import Annotation, Baseline, Rebase, Spc
from schemas.policy.gap_pair import GapPair
from schemas.policy.limits import USUAL, Limits
from schemas.policy.messages.mail_server import MailServer
from schemas.policy.partner import Every, Partner
from schemas.policy.recovery import Recovery
from schemas.policy.rule import Rule
from schemas.policy.rule_catalog import rules_under
from schemas.policy.targets.target_for import TargetFor, refuse_unfit
from schemas.policy.worth.unit_value import UnitValue


class Choices(BaseModel):
    """Governance choices: each is a rule that reasonable partnerships settle differently (MEASURES)."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    observation_stays_count: bool = Field(False, description="Observation stays count as hospital stays.")
    same_day_same_hospital: Literal["count", "combine"] = Field(
        "count",
        description="A same-day return to the same hospital counts as a readmission, or is combined with the stay "
        "before it.",
    )
    transfer_code_removes: bool = Field(
        False,
        description="A stay whose disposition says “another acute hospital” is left out even when no stay there was "
        "sent. Otherwise a transfer is an actual admission elsewhere on the same or the next day.",
    )
    exclude_condition_stays: bool = Field(
        True,
        description="Stays with a diagnosis of cancer treatment, rehabilitation or psychiatric care are left out of "
        "the denominator.",
    )
    planned_first_return: Literal["not_a_readmission", "drop_index"] = Field(
        "not_a_readmission",
        description="If the first return is planned, the stay counts as not readmitted (CMS), or is dropped (HEDIS "
        "PCR).",
    )
    incomplete_vital_sign: Literal["incomplete", "no_risk"] = Field(
        "incomplete",
        description="A Hunger Vital Sign with an unanswered question and no “yes” is incomplete, or counts as no risk.",
    )
    long_food_forms: Literal["own_scale", "six_items"] = Field(
        "own_scale",
        description="Long food-security interviews are judged on their own scale, or on the 6 items that all USDA "
        "forms share.",
    )
    help_counts_from: Literal["latest_screen", "first_screen"] = Field(
        "latest_screen",
        description="Food help counts from the latest complete screen, or from the year's first positive one (HEDIS "
        "SNS-E). That one is of January 1 to December 1.",
    )
    unknown_age_counts: bool = Field(
        True, description="A person whose age is not known counts where the measure asks for adults."
    )
    screening_eligible: Literal["roster", "seen"] = Field(
        "roster",
        description="Who should be screened: everyone in a screening partner's patients file, or only those with a "
        "finished visit.",
    )


class Policy(BaseModel):
    """Privacy, reliability, and the size of files."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    smallest_cell: int = Field(11, ge=1, le=100, description="Counts from 1 to one less than this are hidden.")
    unreliable_below: int = Field(30, ge=1, description="A rate over fewer people or stays is marked unreliable.")
    zip_digits: Literal[0, 3, 5] = Field(5, description="How many digits of the ZIP code are kept.")
    partner_figures: bool = Field(
        True,
        description="Leaders, analysts and other partners see figures of single partners. Without it they see the "
        "partnership's alone; a partner still sees its own, and backbone staff all. Then changes cannot be judged: "
        "whether a partner grew, and so moved the figure of all, is not published.",
    )
    release_on_accept: bool = Field(
        False,
        description="A new release is published whenever a submission is accepted. Only for a partnership of one "
        "partner: nobody looks at what changes. Without it, backbone staff make each release.",
    )
    leaders_record: bool = Field(
        False, description="Leaders record decisions and actions. Otherwise backbone staff alone do."
    )
    research_group: str | None = Field(
        None,
        pattern=r"^[A-Za-z_][\w.-]*$",
        description="Group of accounts on this machine that may read releases, the research edition among them. Blank "
        "means only the account that runs Concord.",
    )
    keep_releases: int = Field(
        8,
        ge=1,
        le=400,
        description="Releases that are kept whole. As many before them keep their shared edition; older ones are "
        "removed. What they showed is remembered.",
    )
    held_days: int = Field(
        14, ge=1, le=365, description="Days that a checked file awaits acceptance. After that, its rows are deleted."
    )
    largest_upload_mb: int = Field(
        4096,
        ge=1,
        description="Largest file that is taken from the page or from a job; `concord submit FILE` has no limit.",
    )


class Calendar(BaseModel):
    """When partners owe their files."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    every: Every = Field("quarter", description="How often partners report: every month or quarter.")
    due_days: int = Field(30, ge=0, le=365, description="Days after a period's end when its files are due.")
    closes_after_days: int | None = Field(
        None,
        ge=0,
        le=730,
        description="Days after a quarter's end that its rows can still come in. The first release after them closes "
        "the quarter: its figures then change by an erratum alone. Blank means one quarter.",
    )
    release_days: int = Field(
        15,
        ge=0,
        le=365,
        description="Days after a quarter's close day when the next release is planned; that release closes it.",
    )
    periods: int = Field(8, ge=1, le=36, description="How many ended periods the reporting calendar shows.")


class Map(BaseModel):
    """Boundaries of areas for the Equity page."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    by: Literal["zip", "county_fips"] = Field(description="What an area is.")
    file: str = Field(
        pattern=r"^[\w][\w .-]*$", description="GeoJSON file in the data folder, longitude and latitude in degrees."
    )
    property: str = Field(description="The property of each feature that holds the area's ZIP code or county code.")


ScorecardColumn = Literal["line", "change", "target", "gap", "partner", "owner"]
SCORECARD_COLUMNS: tuple[str, ...] = get_args(ScorecardColumn)


class Scorecard(BaseModel):
    """What the scorecard shows beside each measure's name and number."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    leave_out: tuple[ScorecardColumn, ...] = Field(
        (), description=f"Columns that the partnership does without: {', '.join(SCORECARD_COLUMNS)}."
    )
    own_pages: tuple[str, ...] = Field(
        (), description="Ids of measures that have their own page alone: not on the scorecard, nor in the board pack."
    )
    paper: Literal["us-letter", "a4"] = Field("us-letter", description="Paper of the board pack's document.")


Owner = Annotated[str, Field(min_length=2, max_length=40)]
Plan = Annotated[str, Field(min_length=5, max_length=70)]
"""So short that seven of them, with their owners, fit the scorecard's one screen."""

_ONCE = {
    "partners": (attrgetter("id"), "two partners have the same id"),
    "maps": (attrgetter("by"), "two maps are of the same kind of area"),
    "baselines": (attrgetter("indicator"), "a measure has two baselines"),
    "gaps": (attrgetter("indicator", "by"), "two gaps are of the same measure and grouping"),
    "targets_for": (attrgetter("whose"), "two targets are for the same partner or group"),
    "values": (attrgetter("indicator"), "two values are of the same measure"),
}
"""What each entry of a list is of, and what is said of a second one."""


class Partnership(BaseModel):
    """Everything that the partnership has settled. Unknown keys in the file are an error, not ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str = Field("Our partnership", min_length=1, description="Name of the partnership, as pages show it.")
    demo: bool = Field(False, description="The data is made up, and every page says so.")
    hosts: tuple[str, ...] = Field(
        (), description="Names of the pages' address, beside those of this machine. Others are refused."
    )
    partners: tuple[Partner, ...] = ()
    targets: dict[str, float] = Field(default_factory=dict, description="Indicator id -> target rate, 0 to 1.")
    target_dates: dict[str, dt.date] = Field(
        default_factory=dict, description="Indicator id -> the day by which its target is to be met; usually a year."
    )
    targets_for: tuple[TargetFor, ...] = ()
    owners: dict[str, Owner] = Field(
        default_factory=dict, description="Indicator id -> who answers for the measure. Everyone who looks reads it."
    )
    plans: dict[str, Plan] = Field(
        default_factory=dict, description="Indicator id -> what we do about it, in one short sentence."
    )
    choices: Choices = Choices()
    policy: Policy = Policy()
    calendar: Calendar = Calendar()
    limits: Limits = USUAL
    maps: tuple[Map, ...] = ()
    places: dict[str, str] = Field(
        default_factory=dict,
        description="The ZIP codes that releases show, each with its county code. Another list holds from the next "
        "calendar year on, in closed years too. Blank means the list that holds; at first the ZIP codes of 11 people "
        "or more at two partners each.",
    )
    readmission_lists: str | None = Field(
        None,
        pattern=r"^[\w][\w .-]*$",
        description="Folder in the data folder with newer published lists for readmission; blank means those that come "
        "with Concord.",
    )
    spc: Spc = Spc()
    baselines: tuple[Baseline, ...] = ()
    rebases: tuple[Rebase, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    gaps: tuple[GapPair, ...] = ()
    values: tuple[UnitValue, ...] = ()
    scorecard: Scorecard = Scorecard()
    sign_in: SignIn = SignIn()
    recovery: Recovery = Recovery()
    mail: MailServer = MailServer()
    today: dt.date | None = Field(None, description="The day to take for today; blank means the real one.")

    @field_validator("partners")
    @classmethod
    def _no_reserved_id(cls, partners: tuple[Partner, ...]) -> tuple[Partner, ...]:
        if reserved := {"partnership", "linked"} & {p.id for p in partners}:
            raise ValueError(f"no partner can be called {reserved.pop()!r}: releases use the word for everyone")
        return partners

    @field_validator("partners", "maps", "baselines", "gaps", "targets_for", "values")
    @classmethod
    def _each_once(cls, told: tuple[Any, ...], info: ValidationInfo) -> tuple[Any, ...]:
        key, fault = _ONCE[str(info.field_name)]
        if len({key(one) for one in told}) != len(told):
            raise ValueError(fault)
        return told

    @model_validator(mode="after")
    def _targets_fit(self) -> "Partnership":
        refuse_unfit(self.targets_for, {p.id for p in self.partners})
        if untold := sorted(self.target_dates.keys() - self.targets.keys()):
            raise ValueError(f"a date without a target: {', '.join(untold)}")
        return self

    @property
    def server_names(self) -> tuple[str, ...]:
        """The names under which the pages may be reached, beside loopback."""
        return (*self.hosts, *filter(None, [self.sign_in.host]))

    @property
    def named_indicators(self) -> set[str]:
        """The indicators that the settings speak of."""
        those = (self.baselines, self.rebases, self.annotations, self.gaps, self.values, self.targets_for)
        marked: list[Any] = [one for each in those for one in each]
        return {*self.targets, *self.owners, *self.plans, *(m.indicator for m in marked)}

    @property
    def day(self) -> dt.date:
        """The day that is taken for today."""
        return self.today or dt.date.today()

    @property
    def members(self) -> tuple[Partner, ...]:
        """The partners that have not left."""
        return tuple(p for p in self.partners if not p.has_left(self.day))

    def partner(self, partner_id: str) -> Partner:
        """The partner with this id; KeyError with a plain message when there is none."""
        for partner in self.partners:
            if partner.id == partner_id:
                return partner
        known = ", ".join(p.id for p in self.members) or "none yet"
        raise KeyError(f"no partner is called {partner_id!r}; known partners: {known}")

    @property
    def rules(self) -> Mapping[str, Rule]:
        """The rule catalog, with the limits of the partnership in its words."""
        return rules_under(self.limits)

    def sender(self, partner_id: str, dataset: str | None = None) -> Partner:
        """The partner, whose files (of a dataset) are taken; KeyError with a plain message when they are not."""
        partner = self.partner(partner_id)
        if why := partner.refusal(self.day, dataset):
            raise KeyError(why)
        return partner

    @classmethod
    def read(cls, path: Path) -> "Partnership":
        """Read `concord.toml`; pydantic.ValidationError or tomllib.TOMLDecodeError say what is wrong where."""
        return cls.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
