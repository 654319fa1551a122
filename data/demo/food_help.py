"""What follows a positive screen in the demo: the referral to a food bank, how it ended and whether the need is gone;
produce prescriptions."""

from dataclasses import replace

import numpy as np
import polars as pl

from data.demo.food_screens import SCREENING_PLACES, day_of_help
from data.demo.people import People
from data.demo.story import (
    ANSWER_DAYS,
    ASKED_AGAIN,
    CLINICS,
    COUNTS_ONLY,
    END,
    EXTRACTED,
    FETCH_DAYS,
    HELPED,
    NONE,
    PANTRY,
    PRESCRIBED,
    PRESCRIBED_FROM,
    REDEEMED,
    REFERRED,
    REFERRED_FROM,
    STILL_IN_NEED,
    TOLD_BACK,
    Array,
    along,
    along_each,
    dates,
    day,
)

REFERRERS = CLINICS
RECEIVERS = (PANTRY, COUNTS_ONLY, None)
"""The last is an organization outside the partnership, for what is no food."""
NEEDS = ("food", "utilities", "housing", "transport")
_WHY_NOT = ("could_not_reach", "declined", "no_funds", "not_eligible", "other", None)
"""The last is open still."""
_STATUS = {
    "helped": "completed", "could_not_reach": "failed", "declined": "cancelled", "no_funds": "rejected",
    "not_eligible": "rejected", "other": "cancelled",
}  # fmt: skip
_WEEKS, _WORTH, _VISITS = 26, 240, 6
_KEPT_OPEN = 84
"""Days after which the pantry closes what was not fetched: of all that it was sent it tells how it ended."""


def make_referrals(rng: np.random.Generator, people: People, screens: pl.DataFrame) -> pl.DataFrame:
    """A referral for some of those whom a clinic found food insecure: number, clinic, person, sent, need, receiver,
    accepted and served (days, `NONE` for never), ended, reason, told (whether the sender hears of its end)."""
    need = screens.filter(pl.col("place") < len(REFERRERS), pl.col("complete"), pl.col("margin") > 0)
    sent_of = rng.random(len(need)) < along(REFERRED, need["day"].to_numpy())
    need = need.filter(pl.Series(sent_of), pl.col("day") >= day(REFERRED_FROM))
    need = need.sort("day", "place", "person", maintain_order=True)
    clinic, person, asked, helped = (need[c].to_numpy() for c in ("place", "person", "day", "help"))
    many = len(need)
    sent = np.minimum(asked + rng.integers(0, 3, many), day(END))
    what = rng.choice(len(NEEDS), many, p=[0.86, 0.06, 0.05, 0.03])
    knows = people.numbers[PANTRY][person] >= 0
    receiver = np.where(what > 0, 2, np.where(knows | (rng.random(many) < 0.35), 0, 1))
    answered = sent + rng.exponential(along_each(ANSWER_DAYS, CLINICS, clinic, sent)).astype(int)
    fetched = rng.exponential(along_each(FETCH_DAYS, CLINICS, clinic, sent)).astype(int)
    served = np.where(helped == NONE, NONE, np.maximum(answered, helped) + fetched)
    served[(receiver == 0) & (served > sent + _KEPT_OPEN)] = NONE
    why = np.array(_WHY_NOT, dtype=object)[rng.choice(len(_WHY_NOT), many, p=[0.36, 0.2, 0.19, 0.08, 0.05, 0.12])]
    why = np.where((receiver == 0) & (why == None), _WHY_NOT[0], why)  # noqa: E711
    reason = np.where(served != NONE, "helped", why)
    ended = np.where(served != NONE, served, sent + rng.integers(3, 46, many))
    refused = np.isin(reason, ["no_funds", "not_eligible"])
    unanswered = refused | ((served == NONE) & (rng.random(many) < 0.3))
    return pl.DataFrame({
        "number": np.arange(many), "clinic": clinic, "person": person, "sent": sent,
        "need": np.array(NEEDS)[what], "receiver": receiver,
        "accepted": np.where(unanswered, NONE, np.minimum(answered, ended)), "served": served, "ended": ended,
        "reason": pl.Series(reason.tolist(), dtype=pl.String),
        "told": rng.random(many) < along_each(TOLD_BACK, CLINICS, clinic, sent),
    })  # fmt: skip


def with_new_clients(people: People, referrals: pl.DataFrame) -> People:
    """The people, those among them whom the pantry wrote down when they were referred to it."""
    numbers = people.numbers[PANTRY].copy()
    sent = referrals.filter(pl.col("receiver") == 0)["person"].unique(maintain_order=True).to_numpy()
    new = sent[numbers[sent] < 0]
    numbers[new] = numbers.max() + 1 + np.arange(len(new))
    return replace(people, numbers=people.numbers | {PANTRY: numbers})


def with_second_screens(rng: np.random.Generator, referrals: pl.DataFrame, screens: pl.DataFrame) -> pl.DataFrame:
    """The screens, and those with which people are asked again since they were referred, 95 to 330 days after."""
    parts = [screens]
    for who, mine in ((REFERRERS[0], pl.col("clinic") == 0), (PANTRY, pl.col("receiver") == 0)):
        sent = referrals.filter(mine)
        sent = sent.filter(pl.Series(rng.random(len(sent)) < along(ASKED_AGAIN[who], sent["sent"].to_numpy())))
        many, days = len(sent), sent["sent"].to_numpy() + rng.integers(95, 331, len(sent))
        margin = np.abs(rng.normal(0, 0.7, many)) * np.where(rng.random(many) < STILL_IN_NEED, 1, -1)
        parts.append(pl.DataFrame({
            "place": SCREENING_PLACES.index(who), "person": sent["person"], "day": days, "margin": margin,
            "complete": True, "help": day_of_help(rng, days, margin > 0, along(HELPED[who], days)),
        }).filter(pl.col("day") <= day(END)))  # fmt: skip
    both = pl.concat(parts, how="vertical_relaxed")
    return both.unique(["place", "person", "day"], keep="first", maintain_order=True)


def referrals_file(people: People, referrals: pl.DataFrame, partner_id: str) -> pl.DataFrame:
    """A partner's rows of its referrals, a row for each status that it knows of: a clinic of all it sent, as far as it
    was told; the pantry of those sent to it, in its one return file for all senders."""
    if partner_id == PANTRY:
        mine = referrals.filter(pl.col("receiver") == 0).with_columns(told=pl.lit(value=True))
    else:
        mine = referrals.filter(pl.col("clinic") == REFERRERS.index(partner_id))
    ends = pl.col("told") & pl.col("reason").is_not_null() & (pl.col("ended") <= day(EXTRACTED))
    taken = (pl.col("accepted") != NONE) & (pl.col("accepted") <= day(EXTRACTED))
    asked = mine.with_columns(status=pl.lit("requested"), on="sent", why=pl.lit(None, pl.String), served=pl.lit(NONE))
    accepted = asked.filter(taken).with_columns(status=pl.lit("accepted"), on="accepted")
    ended = mine.filter(ends).with_columns(status=pl.col("reason").replace_strict(_STATUS), on="ended", why="reason")
    rows = pl.concat([asked.filter(~taken & ~ends), accepted, ended], how="vertical_relaxed")
    rows = rows.sort("sent", "number", "on", maintain_order=True)
    names = np.array([*REFERRERS, *RECEIVERS], dtype=object)
    return pl.DataFrame({
        "referral_id": "R" + rows["number"].cast(pl.String).str.zfill(6),
        "patient_id": people.ids(partner_id, rows["person"].to_numpy()),
        "need": rows["need"],
        "sent_on": dates(rows["sent"].to_numpy()),
        "sent_by": pl.Series(names[rows["clinic"].to_numpy()].tolist(), dtype=pl.String),
        "received_by": pl.Series(names[len(REFERRERS) + rows["receiver"].to_numpy()].tolist(), dtype=pl.String),
        "status": rows["status"],
        "status_on": dates(rows["on"].to_numpy()),
        "closure_reason": rows["why"],
        "service_on": dates(rows["served"].to_numpy()),
    })  # fmt: skip


def prescriptions_file(rng: np.random.Generator, people: People, screens: pl.DataFrame) -> pl.DataFrame:
    """Produce prescriptions of half a year that the first clinic gives to most of those whom it found food insecure."""
    need = screens.filter(pl.col("place") == 0, pl.col("complete"), pl.col("margin") > 0)
    need = need.filter(pl.col("day") >= day(PRESCRIBED_FROM)).sort("day", "person", maintain_order=True)
    need = need.filter(pl.Series(rng.random(len(need)) < PRESCRIBED))
    need = need.unique("person", keep="first", maintain_order=True)
    began, many = need["day"].to_numpy(), len(need)
    began = np.minimum(began + rng.integers(3, 15, many), day(END))
    stayed = rng.random(many) < 0.82
    ended = began + _WEEKS * 7  # also of those who stayed away: what was issued to them is good for as long
    share = rng.beta(4 * _odds(along(REDEEMED, began)), 4).clip(0, 1) * np.where(stayed, 1, 0.6)
    came = rng.binomial(_VISITS, np.where(stayed, 0.86, 0.4))
    over = ended <= day(EXTRACTED)
    return pl.DataFrame({
        "enrollment_id": pl.Series([f"E{n:05d}" for n in range(many)], dtype=pl.String),
        "patient_id": people.ids(REFERRERS[0], need["person"].to_numpy()),
        "program": pl.Series(["produce_prescription"] * many, dtype=pl.String),
        "enrolled_on": dates(began),
        "ended_on": dates(np.where(over, ended, NONE)),
        "issued": pl.Series([_WORTH] * many, dtype=pl.Int64).set(pl.Series(~over), None),
        "redeemed": pl.Series(np.round(_WORTH * share, 2)).set(pl.Series(~over), None),
        "offered": pl.Series([_VISITS] * many, dtype=pl.Int64),
        "attended": pl.Series(came, dtype=pl.Int64).set(pl.Series(~over), None),
    })  # fmt: skip


def _odds(share: Array) -> Array:
    return share / (1 - share)
