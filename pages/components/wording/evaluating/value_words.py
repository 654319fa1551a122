"""What a change is worth in words, its assumptions as rows, and the rules of sharing."""

from collections.abc import Mapping

from metrics.acting.sharing import Funding, Shares
from metrics.acting.value import Value, as_sure
from metrics.counting.declaration import Indicator
from workflow.evaluating.reading_impact import NEEDED, PEOPLE, WORTH

RULES = {
    "equal": ("Equal parts", "The same for everyone."),
    "volume": ("By people served", "In proportion to the people or stays counted."),
    "contribution": ("By what each paid", "In proportion to the costs that each bore."),
    "shapley": ("By what each adds", "What each adds on average, whoever comes first (Shapley)."),
}
SAID = {
    "worth": "A year of it is worth {worth} after costs of {cost}, very probably {low} to {high}.",
    "untold": "No change can be told, so it may be worth nothing: {low} to {high} after costs of {cost}.",
    "unsure": "It may be worth nothing: the range holds zero.",
    "sure": "That is more than nothing, beyond chance.",
    "loss": "That is a loss, beyond chance.",
    "not set": "The partnership has not said what one result of this measure is worth.",
    "how": "Backbone staff write it into the settings under [[values]], with a source.",
    "no comparison": "Without a comparison nothing is known to be worth anything.",
    "mean": "Only shares of people or stays have a value, and this measure is a mean.",
    "funded": "The bids reach the cost: it is done.",
    "not funded": "The bids do not reach the cost: it is not done, and nobody pays.",
    "left": "{left} of the cost is paid by nobody and has to come from elsewhere.",
}
NO_SUM = "Type in a sum to see how each rule shares it."
SHARING = "Which rule is fair, the partnership decides. Each adds up to the cent."
ADDS = "The last rule asks what each group would have gained: its results, less the costs that all share."
BIDS = "Each bids what it is worth to them, unseen. Each pays what the others leave open, never more than its own bid."
OTHERS = "others (grants, health plans)"
ASSUMPTIONS = ("Assumption", "Value", "Where it comes from")


def lines(found: Value, *, changed: bool) -> list[str]:
    """What it is worth; of no change that can be told, how far chance reaches."""
    middle, low, high = as_sure(found.net)
    if not changed:
        return [SAID["untold"].format(low=dollars(low), high=dollars(high), cost=dollars(found.cost))]
    first = SAID["worth"].format(worth=dollars(middle), cost=dollars(found.cost), low=dollars(low), high=dollars(high))
    return [first, SAID["unsure" if not found.surely else "sure" if low > 0 else "loss"]]


def assumptions(found: Value, indicator: Indicator, names: Mapping[str, str]) -> list[list[str]]:
    """Every assumption as a row: what, how much, and where it comes from."""
    unit = found.unit
    middle, low, high = found.results
    worth = [dollars(v) for v in as_sure(found.gross)]
    return [
        ["Difference that the action made", f"{_count(middle)} ({_count(low)} to {_count(high)})",
         f"The impact above, for {found.people:,.0f} {indicator.units} a year"],
        ["One result", unit.result, "Settings of the partnership"],
        ["Worth of one", f"{dollars(unit.central)} ({dollars(unit.low)} to {dollars(unit.high)})",
         f"{unit.source}, prices of {unit.year}"],
        ["Worth of all", f"{worth[0]} ({worth[1]} to {worth[2]})",
         "Both ranges together; all sums are rounded by the width of their range"],
        ["Who benefits", unit.benefits, "Settings of the partnership"],
        *([f"Paid by {names.get(who, OTHERS)}", dollars(cost), "The action, or typed in here"]
          for who, cost in found.costs.items()),
    ]  # fmt: skip


def pot(found: Value | None) -> float:
    """The sum that is offered for sharing: what is left of the worth after costs, as finely as it may be said."""
    return max(0.0, as_sure(found.net)[0]) if found else 0.0


def sharing_table(
    partners: Mapping[str, str], people: Mapping[str, int], own: Mapping[str, int]
) -> list[dict[str, object]]:
    """What is asked of each partner, filled in as far as it is known. `own`: cents."""
    return [
        {"Partner": name, PEOPLE: people.get(p, 0), WORTH: own.get(p, 0) / 100, NEEDED: False}
        for p, name in partners.items()
    ]


def sharing_rows(
    shares: Mapping[str, Shares | str], partners: Mapping[str, str]
) -> tuple[list[str], list[list[str]], list[str]]:
    """Columns, a row for each partner, and why a rule has none."""
    works = {rule: s for rule, s in shares.items() if not isinstance(s, str)}
    columns = ["Partner", *(RULES[rule][0] for rule in works)]
    rows = [[name, *(cents(s.get(p, 0)) for s in works.values())] for p, name in partners.items()]
    total = ["Together", *(cents(sum(s.values())) for s in works.values())]
    return (
        columns,
        [*rows, total],
        [f"{RULES[rule][0]}: {why}." for rule, why in shares.items() if isinstance(why, str)],
    )


def bids(found: Funding, partners: Mapping[str, str]) -> tuple[list[str], list[list[str]]]:
    """What the bids decide, and what each pays."""
    said = [SAID["funded" if found.funded else "not funded"]]
    if found.left:
        said.append(SAID["left"].format(left=cents(found.left)))
    rows = [[partners[p], cents(paid)] for p, paid in found.pays.items()] if found.funded else []
    return said, rows


def _count(number: float) -> str:
    return f"{number:,.0f}".replace("-", "−")


def dollars(amount: float) -> str:
    """Whole dollars, as $1,200 or −$300."""
    return f"{'−' if round(amount) < 0 else ''}${abs(round(amount)):,}"


def cents(amount: int) -> str:
    """Dollars and cents, as $12.05."""
    return f"{'−' if amount < 0 else ''}${abs(amount) // 100:,}.{abs(amount) % 100:02d}"
