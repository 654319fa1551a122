"""Settings taken apart into places, one value each: what differs between two versions, and how two changes join.

A place is the way to a value: `("targets", "bp_control")`, `("partners", "alder", "named")`. Lists other than that of
the partners are one value, since their items have no names of their own.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from schemas.policy.partnership import Partnership

Place = tuple[str, ...]
Values = dict[Place, Any]
_PARTNERS = "partners"


class Change(NamedTuple):
    """What stood at a place and what stands there now, as JSON has them; None for nothing."""

    place: Place
    before: Any
    after: Any


def places(settings: Partnership) -> Values:
    """Place -> its value as JSON has it, in the order of the model."""
    found: Values = {}
    for name, value in settings.model_dump(mode="json").items():
        if name == _PARTNERS:
            found |= {(name, one["id"], key): inner for one in value for key, inner in one.items()}
        elif isinstance(value, dict):
            found |= {(name, key): inner for key, inner in value.items()}
        else:
            found[name,] = value
    return found


def put_together(values: Mapping[Place, Any]) -> Partnership:
    """The settings of such places. Raises pydantic.ValidationError where they do not fit together."""
    told: dict[str, Any] = {}
    for (name, *way), value in values.items():
        if not way:
            told[name] = value
        else:
            inside = told.setdefault(name, {})
            for step in way[:-1]:
                inside = inside.setdefault(step, {})
            inside[way[-1]] = value
    told[_PARTNERS] = list(told.get(_PARTNERS, {}).values())
    return Partnership.model_validate(told)


def differences(then: Partnership, now: Partnership) -> list[Change]:
    """What differs, in the order of the model; places that are new come last."""
    return _between(places(then), places(now))


def _between(then: Values, now: Values) -> list[Change]:
    return [
        Change(place, then.get(place), now.get(place)) for place in {**then, **now} if then.get(place) != now.get(place)
    ]


class Joined(NamedTuple):
    """Two changes of the same settings, joined. `meanwhile`: what the other one changed; `both`: what both changed, and
    not to the same: there `settings` holds what mine says (before: theirs)."""

    settings: Partnership
    meanwhile: list[Change]
    both: list[Change]


def join(base: Partnership, mine: Partnership, theirs: Partnership) -> Joined:
    """Put the change from `base` to `mine` on top of `theirs`. Raises pydantic.ValidationError where they clash."""
    other, own = places(theirs), _between(places(base), places(mine))
    meanwhile = {c.place: c for c in _between(places(base), other)}
    both = [Change(c.place, other.get(c.place), c.after) for c in own if c.place in meanwhile]
    for change in own:
        if change.after is None:
            other.pop(change.place, None)
        else:
            other[change.place] = change.after
    return Joined(put_together(other), list(meanwhile.values()), [c for c in both if c.before != c.after])
