"""The settings that a release was made under: they rule what is shown of it, whatever the settings say now.

What only limits who may see more holds at once: a partner that takes its agreement back, or leaves, is named no longer.
"""

import json
from functools import lru_cache
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from schemas.policy.partner import Partner
from schemas.policy.partnership import Partnership, Policy

NOW = ("demo", "hosts", "calendar", "limits", "mail", "maps", "readmission_lists", "scorecard", "sign_in", "today")
"""Settings of `Partnership` that are of the work and not of a release. Every other one is of the release."""
POLICY_NOW = (
    "release_on_accept",
    "research_group",
    "keep_releases",
    "held_days",
    "largest_upload_mb",
    "leaders_record",
)
"""The same of `Policy`."""
Kept = TypeVar("Kept", bound=BaseModel)


@lru_cache(maxsize=64)
def read_kept(model: type[Kept], text: str) -> Kept:
    """A model from the JSON that was kept of it. Keys that it no longer has are left out: an older program wrote them.

    Raises pydantic.ValidationError where a value that it still has is none that it knows.
    """
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        gone = [f["loc"] for f in faults if f["type"] == "extra_forbidden"]
        if len(gone) < len(faults):
            raise
    said = json.loads(text)
    for *way, last in gone:
        inside = said
        for step in way:
            inside = inside[step]
        del inside[last]
    return model.model_validate_json(json.dumps(said))


def settings_shown(then: Partnership, now: Partnership) -> Partnership:
    """The settings that rule what is shown now of a release that was made under `then`."""
    policy = then.policy.model_copy(update={name: getattr(now.policy, name) for name in POLICY_NOW})
    figures = then.policy.partner_figures and now.policy.partner_figures
    listed = {p.id: p for p in now.partners}
    return then.model_copy(
        update={
            **{name: getattr(now, name) for name in NOW},
            "policy": policy.model_copy(update={"partner_figures": figures}),
            "partners": tuple(_shown(p, listed[p.id]) for p in then.partners if p.id in listed),
        }
    )


def _shown(then: Partner, now: Partner) -> Partner:
    return then.model_copy(update={"named": then.named and now.named, "left": now.left or then.left})


def changed(then: Partnership, now: Partnership) -> list[str]:
    """The names of the settings that differ since a release, as far as they are of a release: targets, policy …"""
    then, now = _of_release(then), _of_release(now)
    of_release = [name for name in Partnership.model_fields if name not in (*NOW, "policy")]
    of_policy = [name for name in Policy.model_fields if name not in POLICY_NOW]
    return [
        *(name for name in of_release if getattr(then, name) != getattr(now, name)),
        *(f"policy.{name}" for name in of_policy if getattr(then.policy, name) != getattr(now.policy, name)),
    ]


def _of_release(settings: Partnership) -> Partnership:
    """Whom to ask at a partner, and what is agreed with it, is of the work: what leaves with an agreement leaves as
    withdrawn files."""
    partners = tuple(p.model_copy(update={"contacts": (), "agreement": None}) for p in settings.partners)
    return settings.model_copy(update={"partners": partners})
