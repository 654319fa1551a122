"""The patients files of the demo: what each partner wrote down about its people, gaps included."""

import numpy as np
import polars as pl

from data.demo.people import PLACES, RACES, People
from data.demo.story import HABITS, PANTRY, Array, dates


def patients_file(rng: np.random.Generator, people: People, partner_id: str) -> pl.DataFrame:
    """A partner's patients file in our own words, in the order of its ids, with the gaps of real files."""
    persons = people.at(partner_id)
    persons = persons[np.argsort(people.numbers[partner_id][persons])]
    race, ethnicity = _race_as_written(rng, people, persons, HABITS[partner_id].race_standard)
    births, sex = (
        dates(people.birth[persons]),
        np.where(people.female[persons], "female", "male").astype(object),
    )
    year_only = partner_id == PANTRY
    return pl.DataFrame(
        {
            "patient_id": people.ids(partner_id, persons),
            "person_token": _gaps(rng, people.token[persons], 0.008),
            "birth_date": None if year_only else births,
            "birth_year": births.dt.year() if year_only else None,
            "sex": _gaps(rng, sex, 0.004, ("other", 0.004), ("declined", 0.003), ("unknown", 0.004)),
            "race": race,
            "ethnicity": ethnicity,
            "language": _gaps(rng, people.language[persons], 0.03, ("declined", 0.004), ("unknown", 0.012)),
            "payer": _gaps(rng, people.payer[persons].astype(object), 0.3 if year_only else 0.02, ("unknown", 0.015)),
            "zip": _gaps(rng, np.array([p[0] for p in PLACES], dtype=object)[people.place[persons]], 0.015),
            "county_fips": _gaps(rng, np.array([p[1] for p in PLACES], dtype=object)[people.place[persons]], 0.02),
        },
        schema_overrides={"birth_date": pl.Date, "birth_year": pl.Int32, "ethnicity": pl.String},
    )


def changed_patients(patients: pl.DataFrame) -> pl.DataFrame:
    """An update of a few patients: a new payer, a move, an answer about race that was missing."""
    asked = pl.col("race").is_null() | (pl.col("race") == "unknown")
    return patients.gather_every(61, offset=11).with_columns(
        race=pl.when(asked).then(pl.lit("white")).otherwise("race"),
        payer=pl.col("payer").replace({"uninsured": "medicaid", "commercial": "medicare"}),
        zip=pl.lit("01216"),
        county_fips=pl.lit("25901"),
    )


def _gaps(rng: np.random.Generator, values: Array, blank: float, *words: tuple[str, float]) -> pl.Series:
    """The values with a share left blank, and shares given as "declined", "unknown" and the like."""
    written, lot, above = values.copy(), rng.random(len(values)), blank
    written[lot < blank] = None
    for word, share in words:
        written[(lot >= above) & (lot < above + share)] = word
        above += share
    return pl.Series(written.tolist(), dtype=pl.String)


def _race_as_written(
    rng: np.random.Generator, people: People, persons: Array, standard: str
) -> tuple[pl.Series, pl.Series | None]:
    """Race, and ethnicity where the partner still asks for it apart (OMB 1997: a Hispanic person then gives a
    race too or none; Middle Eastern is White)."""
    race, too = RACES[people.race[persons]].astype(object), RACES[people.race_too[persons]].astype(object)
    gaps = (("declined", 0.03), ("unknown", 0.03))
    if standard == "spd15":
        return _gaps(rng, np.where(too == "", race, race + ";" + too), 0.04, *gaps), None
    hispanic = race == "hispanic"
    instead = np.array(["white", "white", "other", "other", "black", "declined", None], dtype=object)
    race[hispanic] = rng.choice(instead, int(hispanic.sum()))
    race[race == "middle_eastern_north_african"] = "white"
    ethnicity = np.where(hispanic, "hispanic", "not_hispanic").astype(object)
    return _gaps(rng, race, 0.03, *gaps), _gaps(rng, ethnicity, 0.03, ("declined", 0.02), ("unknown", 0.02))
