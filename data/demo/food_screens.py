"""The food screens of the demo: at clinic visits, at the pantry, and the totals of one food bank."""

import datetime as dt
from itertools import pairwise

import numpy as np
import polars as pl

from data.demo.people import People
from data.demo.story import (
    CLINICS,
    COUNTS_ONLY,
    END,
    EXTRACTED,
    FOOD_INSECURE,
    HELPED,
    LANGUAGE_GAP,
    NONE,
    PANTRY,
    SCREENED,
    START,
    Array,
    along,
    along_each,
    dates,
    day,
    normal_quantile,
)

Period = tuple[dt.date, dt.date]

SCREENING_PLACES = (*CLINICS, PANTRY)
AGAIN_AFTER = 120
"""Days before a clinic asks the same person again."""
NEED_BY_PAYER = {
    "medicaid": 1.30,
    "uninsured": 1.55,
    "dual": 1.15,
    "medicare": 0.80,
    "commercial": 0.62,
    "government": 0.85,
    "other": 1.0,
}


def make_screens(rng: np.random.Generator, people: People, visits: pl.DataFrame) -> pl.DataFrame:
    """All screens: place, person, day, margin (food insecure above 0), whether complete, day of help."""
    screens = pl.concat([_at_visits(rng, visits), _at_pantry(rng, people)])
    place, person, days = (screens[c].to_numpy() for c in ("place", "person", "day"))
    limit = np.array([FOOD_INSECURE[name] for name in SCREENING_PLACES])[place] + _season(days)
    limit = limit * np.array([NEED_BY_PAYER[p] for p in people.payer])[person] ** np.where(place == 3, 0.2, 1)
    value = (rng.standard_normal(len(people.birth))[person] + 0.6 * rng.standard_normal(len(person))) / 1.16619
    margin = normal_quantile(limit) - value
    behind = np.where(people.language[person] == "english", 0.0, along(LANGUAGE_GAP, days))
    helped = along_each(HELPED, SCREENING_PLACES, place, days) - behind
    return screens.with_columns(
        margin=pl.Series(margin),
        complete=pl.Series(rng.random(len(person)) > np.where(place == 3, 0.015, 0.055)),
        help=pl.Series(day_of_help(rng, days, margin > 0, helped)),
    )


def _at_visits(rng: np.random.Generator, visits: pl.DataFrame) -> pl.DataFrame:
    """A growing share of the visits that took place; no one is asked again within a few months."""
    clinic, days = visits["clinic"].to_numpy(), visits["day"].to_numpy()
    asked = rng.random(len(visits)) < along_each(SCREENED, CLINICS, clinic, days)
    screens = visits.filter(pl.Series(asked) & pl.col("kept") & (pl.col("kind") != 6))
    since = pl.col("day") - pl.col("day").shift(1).over("clinic", "person")
    screens = screens.filter((since > AGAIN_AFTER).fill_null(True))
    return screens.select(pl.col("clinic").alias("place").cast(pl.Int64), "person", "day")


def _at_pantry(rng: np.random.Generator, people: People) -> pl.DataFrame:
    """Each quarter some households are asked: about 40 % of them in the first year, 65 % in the last."""
    clients = people.at(PANTRY)
    quarters = np.linspace(day(START), day(END), 13).astype(int)
    parts = []
    for i, (first, last) in enumerate(pairwise(quarters)):
        mine = clients[rng.random(len(clients)) < 0.10 + 0.0125 * i]
        parts.append(pl.DataFrame({"person": mine, "day": rng.integers(first, last, len(mine))}))
    screens = pl.concat(parts).select(pl.lit(len(CLINICS), pl.Int64).alias("place"), "person", "day")
    return screens.filter(pl.col("day") > pl.Series(people.birth[screens["person"].to_numpy()]))


def _season(days: Array) -> Array:
    """More need in winter: three points up in January, three down in July."""
    return 0.03 * np.cos(2 * np.pi * (days - day("2024-01-15")) / 365.25)


def day_of_help(rng: np.random.Generator, days: Array, need: Array, share: Array) -> Array:
    """The day on which food help was arranged: within 30 days for `share` of those in need, a few later."""
    lot, count = rng.random(len(days)), len(days)
    wait = np.where(lot < share, np.minimum(rng.exponential(9, count), 30), rng.integers(31, 75, count)).astype(int)
    got = need & (lot < share + 0.06) & (days + wait <= day(EXTRACTED))
    return np.where(got, days + wait, NONE)


def screens_file(rng: np.random.Generator, people: People, screens: pl.DataFrame, place: int) -> pl.DataFrame:
    """One partner's screens in the columns of the dataset. Two clinics send answers, one sends results only,
    and the pantry sends the score of its 6-item form for the household."""
    mine = screens.filter(pl.col("place") == place).sort("day", "person", maintain_order=True)
    columns = (_answers, _answers, _results, _scores)[place](rng, mine)
    return pl.DataFrame(
        {
            "patient_id": people.ids(SCREENING_PLACES[place], mine["person"].to_numpy()),
            "screened_on": dates(mine["day"].to_numpy()),
            "instrument": "usda_6" if place == 3 else "hunger_vital_sign",
            "unit": "household" if place == 3 else "person",
            **columns,
            "intervention_on": dates(np.where(mine["complete"], mine["help"], NONE)),
        }
    )


def _answers(rng: np.random.Generator, screens: pl.DataFrame) -> dict[str, pl.Series]:
    """Two answers; an incomplete screen has no affirmative one, and one is missing or not known."""
    need, complete = screens["margin"].to_numpy() > 0, screens["complete"].to_numpy()
    yes = rng.choice(np.array(["A;A", "A;A", "A;N", "N;A"]), len(screens))
    lost = rng.choice(np.array(["D;D", "N;D", "N"]), len(screens))
    return {"items": pl.Series(np.select([~complete, need], [lost, yes], "N;N"))}


def _results(rng: np.random.Generator, screens: pl.DataFrame) -> dict[str, pl.Series]:
    need, complete = screens["margin"].to_numpy() > 0, screens["complete"].to_numpy()
    return {"result": pl.Series(np.select([~complete, need], ["incomplete", "at_risk"], "not_at_risk"))}


def _scores(rng: np.random.Generator, screens: pl.DataFrame) -> dict[str, pl.Series]:
    """A score of 2 or more is food insecure; the deeper the need the higher the score."""
    margin, complete = screens["margin"].to_numpy(), screens["complete"].to_numpy()
    score = np.where(margin > 0, np.minimum(2 + (margin * 3.2).astype(int), 6), (margin > -0.35).astype(int))
    children = rng.random(len(screens))[:, None] < np.array([0.42, 0.97])
    return {
        "raw_score": pl.Series(score, dtype=pl.Int32).set(pl.Series(~complete), None),
        "result": pl.Series(np.where(complete, "", "incomplete")).replace("", None),
        "children_in_household": pl.Series(np.select([*children.T], ["yes", "no"], "")).replace("", None),
    }


def make_counts(rng: np.random.Generator, clients: int) -> pl.DataFrame:
    """The totals of the counts-only food bank: two indicators, rolling years and months, everyone and by sex.
    The screens behind them are made up too and thrown away, so that the totals agree with one another."""
    count = rng.poisson(1.9, clients)
    client = np.repeat(np.arange(clients), count)
    days = rng.integers(day(START), day(END) + 1, len(client))
    share = FOOD_INSECURE[COUNTS_ONLY] + _season(days)
    need = rng.standard_normal(clients)[client] < normal_quantile(share)
    helped = day_of_help(rng, days, need, along(HELPED[COUNTS_ONLY], days))
    sexes = rng.choice(np.array(["female", "male", "other"]), clients, p=[0.63, 0.363, 0.007])
    screens = pl.DataFrame(
        {
            "client": client,
            "sex": sexes[client],
            "day": dates(days),
            "need": need,
            "complete": rng.random(len(client)) > 0.03,
            "helped": need & (helped != NONE) & (helped - days <= 30),
        }
    ).sort("day", "client", maintain_order=True)
    return pl.concat([_counted(screens, first, last) for first, last in periods()])


def periods() -> list[Period]:
    """The months of the span and the rolling years that end with its quarters, in order of their last day."""
    many = (END.year - START.year) * 12 + END.month - START.month + 2
    months_from = START.year * 12 + START.month - 1
    firsts = [dt.date(m // 12, m % 12 + 1, 1) for m in range(months_from, months_from + many)]
    months = [(a, b - dt.timedelta(1)) for a, b in pairwise(firsts)]
    years = [(months[i - 11][0], months[i][1]) for i in range(11, len(months), 3)]
    return sorted(months + years, key=lambda period: (period[1], period[0]))


def _counted(screens: pl.DataFrame, first: dt.date, last: dt.date) -> pl.DataFrame:
    """The rows of one period: each client by the latest complete screen; the sender hides groups below 11."""
    within = screens.filter(pl.col("day").is_between(first, last))
    latest = within.filter("complete").unique("client", keep="last", maintain_order=True)
    lost = within["client"].n_unique() - len(latest)
    everyone = latest.select(pl.lit(None, pl.String).alias("sex"), "need", "helped")
    groups = pl.concat([everyone, latest.select("sex", "need", "helped")])
    by = groups.group_by("sex", maintain_order=True).agg(pl.len(), pl.col("need").sum(), pl.col("helped").sum())
    by = by.sort("sex", nulls_last=False)
    return pl.concat(
        [
            _rows(by, (first, last), "food_insecurity", "need", "len", excluded=lost),
            _rows(by, (first, last), "connected_to_help", "helped", "need"),
        ]
    )


def _rows(
    by: pl.DataFrame,
    period: Period,
    indicator: str,
    numerator: str,
    denominator: str,
    *,
    excluded: int | None = None,
) -> pl.DataFrame:
    grouped, small = pl.col("sex").is_not_null(), pl.col(denominator) < 11

    def reported(column: str) -> pl.Expr:
        return pl.when(grouped & small).then(pl.lit("<11")).otherwise(pl.col(column).cast(pl.String))

    return by.select(
        indicator=pl.lit(indicator),
        period_start=pl.lit(period[0]),
        period_end=pl.lit(period[1]),
        stratifier=pl.when(grouped).then(pl.lit("sex")),
        category="sex",
        numerator=reported(numerator),
        denominator=reported(denominator),
        excluded=pl.when(~grouped).then(pl.lit(excluded, pl.Int64)),
    )
