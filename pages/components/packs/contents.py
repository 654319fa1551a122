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
        """Its cells in a table."""
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
        """Its cells in a table."""
        return self.about, self.name, self.who, self.state, self.so_far, self.next_step


@dataclass(frozen=True)
class Table:
    """A list in words. `place`: what links to it are made of; `wide`: how wide each column is beside the others."""

    title: str
    place: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    wide: tuple[float, ...]


@dataclass(frozen=True)
class Side:
    """A line of an effect's picture: by period, None where it has nothing."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class Effect:
    """What an action changed, as its page says. `about`: the measure's id; `before`: how many of the periods lie before
    its `start`; `sides`: those taking part first."""

    action: str
    about: str
    headline: str
    found: tuple[str, ...]
    rests_on: tuple[str, ...]
    periods: tuple[str, ...]
    before: int
    start: str
    sides: tuple[Side, ...]
    alt: str
    scale: Scale

    @property
    def legend(self) -> str:
        """What the lines of its picture are, in words."""
        looks = ("Solid", "Dotted", "Dashed")
        lines = [f"{look}: {side.name}" for look, side in zip(looks, self.sides, strict=False)]
        return f"{'. '.join(lines)}. Upright: start, {self.start}."


EFFECTS = "What did it change?"
_DOING = ("What we do about it", "doing", ("Measure", "Action", "Who does it", "State", "Done so far", "Next step"))
_MINUTES = ("What we decided", "minutes", ("Measure", "Decision", "Who does it", "By when", "What became of it"))


@dataclass(frozen=True)
class Pack:
    """A release for one kind of reader. `whom`: who may have it; `checksum`: of the shared edition it is made from;
    `minutes`: what was decided on it, and what is still open from before; `doing`: the actions, as far as that reader
    may know who takes part; `effects`: what they changed; `stories`: what is behind the measures, and voices."""

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
    effects: tuple[Effect, ...] = ()
    stories: tuple[Table, ...] = ()

    @property
    def tables(self) -> tuple[Table, ...]:
        """What is in words alone, each list with its rows; none without."""
        found = (
            *self.stories,
            Table(*_DOING, tuple(one.row for one in self.doing), (1.4, 1.7, 1.8, 1.3, 1.4, 1.6)),
            Table(*_MINUTES, tuple(one.row for one in self.minutes), (1.5, 3.2, 1.2, 1, 1.6)),
        )
        return tuple(one for one in found if one.rows)

    @property
    def title(self) -> str:
        """What the pack is called."""
        return f"{self.partnership}: release {self.release}"

    @property
    def origin(self) -> str:
        """Where its figures come from, for the foot of each page."""
        return f"Release {self.release}, {self.made} · shared edition {self.checksum[:12]}"
