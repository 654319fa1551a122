"""The rule catalog: every check that intake makes. Its words are in `rules.toml`, which anyone may edit."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from schemas.policy.limits import USUAL, Limits
from schemas.policy.rule import Rule

_WRITTEN = tomllib.loads(Path(__file__).with_name("rules.toml").read_text(encoding="utf-8"))


@lru_cache
def rules_under(limits: Limits) -> Mapping[str, Rule]:
    """The catalog, with the numbers of these limits in its words."""
    return MappingProxyType({name: _rule(name, written, limits.worded) for name, written in _WRITTEN.items()})


def _rule(name: str, written: dict[str, str], numbers: dict[str, str]) -> Rule:
    title, fix = (written[key].format_map(numbers) for key in ("title", "fix"))
    return Rule.model_validate({**written, "id": name, "title": title, "fix": fix})


RULES = rules_under(USUAL)
"""The catalog with every limit at its usual number."""
