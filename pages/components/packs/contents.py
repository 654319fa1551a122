"""What a pack holds: a release in words and numbers. Every form of a pack is made of this and of nothing else."""

from dataclasses import dataclass
from typing import Literal

from metrics.judging.figure_words import Scale

Looks = Literal["better", "worse", "usual"]


@dataclass(frozen=True)
class Point:
    """A period of a line: `value` None where it is hidden or not there. `open`: not closed yet."""

    when: str
    value: float | None
    low: float | None
    high: float | None
    said: str
    looks: Looks = "usual"
    open: bool = False
    hidden: bool = False


@dataclass(frozen=True)
class Level:
    """The average of months and their usual range; none where it cannot be told."""

    average: float
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]


@dataclass(frozen=True)
class Line:
    """A figure over time, with its words for those who do not see it."""

    title: str
    alt: str
    points: tuple[Point, ...]
    target: float | None = None
    level: Level | None = None
    told: str = ""


@dataclass(frozen=True)
class Bar:
    """A partner's or a group's figure."""

    name: str
    value: float | None
    low: float | None
    high: float | None
    said: str
    counted: str
    looks: Looks = "usual"


@dataclass(frozen=True)
class Bars:
    """Figures side by side. `by`: the grouping; `whole`: everyone together; `told`: what they say."""

    title: str
    alt: str
    by: str
    rows: tuple[Bar, ...]
    target: float | None
    whole: float | None
    told: str


@dataclass(frozen=True)
class Sheet:
    """A measure: its row of the scorecard, its pictures, and how it is worked out."""

    id: str
    title: str
    plain: str
    number: str
    unit: str
    span: str
    counted: str
    period: str
    looks: Looks
    verdict: str
    moved: str
    target: float | None
    target_by: str
    goal: tuple[str, ...]
    gap: tuple[str, ...]
    partner: tuple[str, ...]
    owner: tuple[str, ...]
    sentence: str
    scale: Scale
    years: Line
    months: Line | None
    groups: Bars | None
    partners: Bars | None
    facts: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def percent(self) -> bool:
        """Whether its figures are shares."""
        return not self.scale.mean


@dataclass(frozen=True)
class Minute:
    """A decision: what it is about, when it was made, who does it by when, and what became of it."""

    about: str
    made: str
    words: str
    owner: str
    due: str
    became: str

    @property
    def row(self) -> tuple[str, ...]:
        """Its cells, below `MINUTE_HEADS`."""
        return self.about, f"{self.made}: {self.words}", self.owner, self.due, self.became


@dataclass(frozen=True)
class Doing:
    """An action: what it is about, who does it with whom, where it stands, what it has done so far and what is next."""

    about: str
    name: str
    who: str
    state: str
    so_far: str
    next_step: str

    @property
    def row(self) -> tuple[str, ...]:
        """Its cells, below `DOING_HEADS`."""
        return self.about, self.name, self.who, self.state, self.so_far, self.next_step


DOING = "What we do about it"
DOING_HEADS = ("Measure", "Action", "Who does it", "State", "Done so far", "Next step")
MINUTES = "What we decided"
MINUTE_HEADS = ("Measure", "Decision", "Who does it", "By when", "What became of it")


@dataclass(frozen=True)
class Pack:
    """A release for one kind of reader. `whom`: who may have it; `checksum`: of the shared edition it is made from;
    `minutes`: what was decided on it, and what is still open from before; `doing`: the actions, as far as that reader
    may know who takes part."""

    partnership: str
    release: int
    made: str
    whom: str
    headline: str
    complete: str
    hidden: str
    rule: str
    checksum: str
    sheets: tuple[Sheet, ...]
    minutes: tuple[Minute, ...] = ()
    doing: tuple[Doing, ...] = ()

    @property
    def title(self) -> str:
        """What the pack is called."""
        return f"{self.partnership}: release {self.release}"

    @property
    def origin(self) -> str:
        """Where its figures come from, for the foot of each page."""
        return f"Release {self.release}, {self.made} · shared edition {self.checksum[:12]}"
