"""What a change of the settings leads to, in sentences: each from its rule, none where nothing follows."""

from collections.abc import Iterator, Mapping

from data.reporting.reporting_calendar import State
from metrics.indicators import indicators
from metrics.judging import figure_words, sentences
from metrics.judging.indicator_facts import Situation
from pages.components.wording.count_words import day, many
from pages.components.wording.settings import agreement_words, place_words
from pages.components.wording.settings.change_words import title
from schemas.policy.partner import Partner
from schemas.policy.partnership import Partnership
from schemas.policy.release_settings import NOW
from workflow.governing.settings_effect import Effect

_COUNTED: dict[State, str] = {"missing": "missing", "late": "late", "on time": "on time", "to come": "to come"}
WITH_RELEASE = "It shows with the next release. What is published stays as it is."
AT_ONCE = "It holds at once."


def told(found: Effect, before: Partnership, after: Partnership, where: Mapping[str, Situation]) -> list[str]:
    """All that follows. `where`: indicator -> its situation in the release that is shown."""
    lines = [
        *_partners(found, before, after), *_targets(before, after, where), *_calendar(found),
        *(place_words.follows(found.places) if found.places else ()), *_maps(before, after),
    ]  # fmt: skip
    work = any(c.place[0] in NOW or {"contacts", "agreement"} & {*c.place} for c in found.changes)
    later = {*found.with_release} - {"places"}  # of which is said above from when on
    return [*lines, *([WITH_RELEASE] if later else []), *([AT_ONCE] if work and not lines else [])]


def _partners(found: Effect, before: Partnership, after: Partnership) -> Iterator[str]:
    known, now = ({p.id: p for p in one.partners} for one in (before, after))
    for one in after.partners:
        was = known.get(one.id)
        if was is None:
            yield f"{one.name} can send files at once."
            yield _named(one)
        elif was != one:
            yield from _partner(was, one, found, after)
    for gone in known.keys() - now.keys():
        yield f"{known[gone].name} has sent nothing, so nothing is lost."


def _named(one: Partner) -> str:
    if one.named:
        return f"Leaders and other partners read the name {one.name} from the next release on."
    return f"Leaders and other partners see a letter in place of {one.name}."


def _partner(was: Partner, one: Partner, found: Effect, after: Partnership) -> Iterator[str]:
    if one.named and not was.named:
        yield _named(one)
    if was.named and not one.named:
        yield f"The name {one.name} is gone at once, also from what is published. A letter takes its place."
    if was.kind != one.kind:
        yield f"{one.name} is compared with others of its new kind."
    if was.left != one.left and one.left:
        past = one.has_left(after.day)
        yield (
            f"No file of {one.name} is taken any more, and its name is shown nowhere."
            if past
            else f"Files of {one.name} are taken until {day(one.left)}."
        )
    if was.agreement != one.agreement:
        yield from agreement_words.effect(was, one, after.day)
    if was.left and not one.left:
        yield f"{one.name} can send files again."
    if one.id in found.withdrawn:
        gone = many(found.withdrawn[one.id], "accepted file is", "accepted files are")
        yield f"{gone} withdrawn of {one.name}. An undo does not bring them back."


def _targets(before: Partnership, after: Partnership, where: Mapping[str, Situation]) -> Iterator[str]:
    for name in indicators():
        if before.targets.get(name) != after.targets.get(name):
            yield from _target(where.get(name), before.targets.get(name), after.targets.get(name))
        if (before.owners.get(name), before.plans.get(name)) != (after.owners.get(name), after.plans.get(name)):
            yield f"The scorecard’s row of {title(name)} says it."
    if before.targets_for != after.targets_for:
        yield "The pages Measure, Equity and Partners say it of each partner or group."


def _target(s: Situation | None, was: float | None, now: float | None) -> Iterator[str]:
    if s is None or s.now is None or s.now["rate"] is None:
        return
    scale, year = figure_words.scale_of(s.indicator), s.now["rate"]
    yield f"The latest year is {scale.value(year)}."
    for target, when in ((was, "Now it lies"), (now, "With the change it lies")):
        if target is not None:
            short = (target - year) * (1 if s.indicator.better == "higher" else -1)
            words = sentences.short_of(s.indicator.better == "lower").removesuffix(" of")
            yield f"{when} {scale.difference(short)} {words}." if short > 0 else f"{when} at the target or better."


def _maps(before: Partnership, after: Partnership) -> Iterator[str]:
    now, then = ({m.by: m for m in one.maps} for one in (before, after))
    for by in {**now, **then}:
        if now.get(by) != then.get(by):
            yield from place_words.map_follows(by, drawn=by in then)


def _calendar(found: Effect) -> Iterator[str]:
    if found.due is None:
        return
    now, then = found.due
    if now.release != then.release:
        yield f"The next release is planned for {day(then.release)} in place of {day(now.release)}."
    if now.files != then.files:
        yield f"The reporting calendar now: {_files(now.files)}."
        yield f"With the change: {_files(then.files)}."


def _files(files: Mapping[State, int]) -> str:
    return ", ".join(f"{files.get(state, 0)} {words}" for state, words in _COUNTED.items())
