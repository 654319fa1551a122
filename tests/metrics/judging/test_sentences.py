"""Situations and the sentence each yields, to be read aloud: what changed, and how it stands to the target."""

import datetime as dt
from typing import Any

import pytest

from metrics.judging import indicator_facts, sentences
from metrics.judging.figure_words import Scale
from metrics.judging.sentences import Facts, headline, sentence, titled
from metrics.judging.target_met import TargetTest
from schemas.policy.viewer import EVERYONE
from tests.support.partnerships import usual
from workflow import reading


def at(text: str) -> dt.date:
    """'2026-04' as the last day of April 2026."""
    first = dt.date.fromisoformat(f"{text}-28") + dt.timedelta(days=4)
    return first.replace(day=1) - dt.timedelta(days=1)


YEAR: dict[str, Any] = {"year_end": at("2026-06")}
GOAL: dict[str, Any] = {**YEAR, "target": 0.70}
LOW: dict[str, Any] = {**YEAR, "target": 0.14, "lower_is_better": True}
BETTER: dict[str, Any] = {"changed": "better", "up": True}
WORSE: dict[str, Any] = {"changed": "worse", "up": False}
MMHG: dict[str, Any] = {"scale": Scale(True, "mmHg"), "target": 130.0, "lower_is_better": True, **YEAR}


def beside(met: Any, beyond: float, forecast: Any = "open") -> dict[str, Any]:
    return {"tested": TargetTest(beyond, met, forecast)}


SITUATIONS: dict[str, tuple[Facts, str]] = {
    # Nothing that can be told: chance is never called change, and nothing is called unchanged.
    "no change, no target": (Facts(**YEAR), "No change large enough to tell"),
    "no change, clearly met": (
        Facts(**GOAL, **beside("clearly met", 0.05)),
        "No change large enough to tell. The year to Jun 2026 clearly meets the 70.0% target"),
    "no change, met within chance": (
        Facts(**GOAL, **beside("met", 0.004)),
        "No change large enough to tell. The year to Jun 2026 meets the 70.0% target, within chance"),
    "no change, missed within chance": (
        Facts(**GOAL, **beside("missed", -0.004)),
        "No change large enough to tell. The year to Jun 2026 is 0.4 points short of the 70.0% target, within chance"),
    "no change, clearly missed": (
        Facts(**GOAL, **beside("clearly missed", -0.052)),
        "No change large enough to tell. The year to Jun 2026 is 5.2 points short of the 70.0% target"),
    "no change, and it will be met": (
        Facts(**GOAL, **beside("clearly met", 0.09, "on course")),
        "No change large enough to tell. The year to Jun 2026 clearly meets the 70.0% target. It is on course to meet it "
        "next year"),
    "no change, and it will be missed": (
        Facts(**GOAL, **beside("clearly missed", -0.12, "off course")),
        "No change large enough to tell. The year to Jun 2026 is 12.0 points short of the 70.0% target. At this level it "
        "will miss it next year"),
    "a target with a day": (
        Facts(**GOAL, target_by=dt.date(2027, 12, 31), **beside("clearly missed", -0.12, "off course")),
        "No change large enough to tell. The year to Jun 2026 is 12.0 points short of the 70.0% target. At this level it "
        "will miss it by Dec 2027"),
    "a target whose day is past": (
        Facts(**GOAL, target_by=dt.date(2025, 12, 31), **beside("clearly missed", -0.12, None)),
        "No change large enough to tell. The year to Jun 2026 is 12.0 points short of the 70.0% target. It was to be met "
        "by Dec 2025"),
    "no change, a target that must not be passed": (
        Facts(**LOW, **beside("clearly missed", -0.021)),
        "No change large enough to tell. The year to Jun 2026 is 2.1 points above the 14.0% target"),
    # The year beside the year before, or beside the two before.
    "up, which is good": (Facts(**BETTER), "Improved: higher than in the year before"),
    "down, which is good": (
        Facts(changed="better", **LOW, **beside("met", 0.002)),
        "Improved: lower than in the year before. The year to Jun 2026 meets the 14.0% target, within chance"),
    "up, which is bad": (
        Facts(changed="worse", up=True, **LOW, **beside("clearly missed", -0.03, "off course")),
        "Got worse: higher than in the year before. The year to Jun 2026 is 3.0 points above the 14.0% target. At this "
        "level it will miss it next year"),
    "down, which is bad": (Facts(**WORSE), "Got worse: lower than in the year before"),
    "better, and clearly met": (
        Facts(**BETTER, **GOAL, **beside("clearly met", 0.06, "on course")),
        "Improved: higher than in the year before. The year to Jun 2026 clearly meets the 70.0% target. It is on course "
        "to meet it next year"),
    "worse, and still met": (
        Facts(**WORSE, **GOAL, **beside("met", 0.006)),
        "Got worse: lower than in the year before. The year to Jun 2026 meets the 70.0% target, within chance"),
    "better, seen beside two years alone": (
        Facts(**BETTER, two_years=True), "Improved: higher than in the two years before"),
    "worse, seen beside two years alone": (
        Facts(**WORSE, two_years=True), "Got worse: lower than in the two years before"),
    # The last months alone: a warning, and never a verdict.
    "may have risen": (
        Facts(warned="better", up=True, since=at("2026-03"), **YEAR),
        "May have risen since about Mar 2026, give or take two months. It is too early to say"),
    "may have fallen": (
        Facts(warned="worse", since=at("2026-01"), **GOAL, **beside("missed", -0.01)),
        "May have fallen since about Jan 2026, give or take two months. It is too early to say. The year to Jun 2026 is 1.0 point "
        "short of the 70.0% target, within chance"),
    "may have risen, nobody knows since when": (
        Facts(warned="better", up=True), "May have risen. It is too early to say"),
    # What cannot be judged is said to be so; the year's figure stands beside its target all the same.
    "the first years": (
        Facts(why_not="few", **GOAL, **beside("met", 0.05, None)),
        "Too early to say whether it changed. The year to Jun 2026 meets the 70.0% target, within chance"),
    "hidden months": (
        Facts(why_not="hidden", **YEAR), "Cannot be judged, as months are hidden to protect privacy"),
    "a month of nobody": (Facts(why_not="nobody"), "Cannot be judged, as a month has nobody in it"),
    "a partner may have grown unseen": (Facts(why_not="mix"), "Cannot be judged, as some partners' figures are hidden"),
    "partners came or went": (Facts(why_not="partners"), "Cannot be judged, as partners came, went or grew"),
    # No figure: nothing is said of it, whatever else is known.
    "hidden": (Facts(shown="hidden", **BETTER, **GOAL, **beside("met", 0.1)), "Hidden to protect privacy"),
    "not known": (Facts(shown="not known", **GOAL), "Not known: the counts were not sent"),
    "no figure yet": (Facts(shown="no figure"), "No figure yet"),
    # A mean is said in its unit.
    "a mean, clearly missed": (
        Facts(**MMHG, **beside("clearly missed", -4.2)),
        "No change large enough to tell. The year to Jun 2026 is 4.2 mmHg above the 130.0 mmHg target"),
    "a mean that fell": (
        Facts(changed="better", **MMHG, **beside("clearly met", 2.0, "on course")),
        "Improved: lower than in the year before. The year to Jun 2026 clearly meets the 130.0 mmHg target. It is on "
        "course to meet it next year"),
}  # fmt: skip


@pytest.mark.parametrize("name", SITUATIONS)
def test_the_sentence(name):
    facts, expected = SITUATIONS[name]
    assert sentence(facts) == expected


def test_no_two_situations_sound_alike():
    assert len(SITUATIONS) >= 24
    assert len(dict(SITUATIONS.values())) == len(SITUATIONS)


@pytest.mark.parametrize("name", SITUATIONS)
def test_without_a_verdict_no_word_of_better_or_worse_and_nothing_is_called_unchanged(name):
    facts, said = SITUATIONS[name]
    if facts.verdict in ("no change", "unknown"):
        assert "Improved" not in said and "worse" not in said
    assert "unchanged" not in said.lower() and "no change " not in said.replace("No change large enough to tell", "")


def test_the_sentence_goes_on_after_the_title():
    assert titled("Readmissions", Facts(shown="no figure")) == "Readmissions: no figure yet"
    assert titled("Control", Facts(**BETTER)).startswith("Control improved: higher than"), "one colon, not two"
    assert titled("Control", Facts()) == "Control: no change large enough to tell"


SIGNS = {
    "+": Facts(**BETTER), "-": Facts(**WORSE), "=": Facts(), "w": Facts(warned="worse", since=at("2026-03")),
    "?": Facts(why_not="few"), "h": Facts(shown="hidden", **WORSE), "m": Facts(why_not="hidden"),
    "0": Facts(shown="no figure"),
}  # fmt: skip


@pytest.mark.parametrize(
    "signs,said",
    [
        ("", "The first figures are in. In two years they can be judged"),
        ("?", "The first figures are in. In two years they can be judged"),
        ("mh", "No measure can be judged"),
        ("h", "No measure can be judged"),
        ("?m", "No measure can be judged"),
        ("=", "No change large enough to tell"),
        ("+", "The measure improved"),
        ("-", "“A” got worse"),
        ("==", "No change large enough to tell in 2 measures"),
        ("=w", "No change large enough to tell in 2 measures"),
        ("+=", "1 of 2 measures improved"),
        ("++=", "2 of 3 measures improved"),
        ("-+=", "1 of 3 measures improved, “A” got worse"),
        ("--++", "2 of 4 measures improved, “A” and “B” got worse"),
        ("----", "“A”, “B” and 2 more got worse"),
        ("-h", "“A” got worse. 1 cannot be judged"),
        ("+m?", "1 of 3 measures improved. 2 cannot be judged"),
        ("==m", "2 of 3 measures show no change large enough to tell. 1 cannot be judged"),
        ("=mm", "1 of 3 measures shows no change large enough to tell. 2 cannot be judged"),
        ("=0", "No change large enough to tell"),
    ],
)
def test_the_headline_counts_what_the_sentences_say(signs, said):
    assert headline([(title, SIGNS[sign]) for title, sign in zip("ABCD", signs, strict=False)]) == said


@pytest.mark.parametrize("signs", ["mh?", "=m", "+h", "-m", "=?="])
def test_the_headline_never_says_none_or_all_past_something_unknown(signs):
    said = headline([(title, SIGNS[sign]) for title, sign in zip("ABCD", signs, strict=False)])
    assert "none" not in said.lower() and " all " not in said and "No change" not in said


@pytest.mark.parametrize(
    "met,said",
    [
        ([], ""), (["met"], ". The target is met"), (["missed"], ". The target is not met"),
        (["met", "clearly met"], ". 2 of 2 targets are met"), (["missed", "clearly missed"], ". 0 of 2 targets are met"),
        (["met", "missed", "clearly met"], ". 2 of 3 targets are met"), (["met", "missed"], ". 1 of 2 targets is met"),
        (["met", None], ". 1 of 2 targets is met, 1 cannot be told"),
    ],
)  # fmt: skip
def test_the_headline_counts_targets_met(met, said):
    facts = [Facts(target=0.5, **(beside(word, 0.0) if word else {"shown": "hidden"})) for word in met]
    found = headline([(str(n), f) for n, f in enumerate([*facts, Facts(), Facts()])])
    unknown = met.count(None)
    still = f"No change large enough to tell in {len(facts) + 2} measures"
    if unknown:
        still = f"{len(facts) + 1} of {len(facts) + 2} measures show no change large enough to tell. 1 cannot be judged"
    assert found == still + said


def test_every_indicator_of_the_demo_has_a_sentence_and_a_chart(demo_store):
    everyone = reading.read_results(demo_store, EVERYONE, stratifier="all")
    for s in indicator_facts.situations(usual().values(), everyone, demo_store.partnership):
        assert s.signal is not None and s.facts.shown == "shown"
        assert sentences.titled(s.indicator.title, s.facts).startswith(s.indicator.title)
