"""How often a sentence is wrong: what `bench/claims.py` measured where nothing changes, as a table."""

import json
from functools import cache
from importlib.resources import files

COLUMNS = ("Partnerships in which", "Scorecards with a false sentence", "With a false icon by the chart's rules alone")


@cache
def measured() -> tuple[int, list[list[str]]]:
    """How many partnerships of each kind were made at least, and a row for each. Shares are of scorecards a quarter."""
    found = json.loads(files("metrics.judging").joinpath("measured_claims.json").read_text(encoding="utf-8"))
    kinds = {name: shares for name, shares in found["scenarios"].items() if "any" in shares}
    return min(found["worlds"][name] for name in kinds), [
        [name, f"{shares['any']:.1%}", f"{shares['NHS icons']:.1%}"] for name, shares in kinds.items()
    ]
