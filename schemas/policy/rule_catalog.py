"""The rule catalog: every check that intake makes. Its words are in `rules.toml`, which anyone may edit."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from schemas.policy.limits import USUAL, Limits
from schemas.policy.rule import CONFIRMED, LEFT_BLANK, Rule

_WRITTEN = tomllib.loads(Path(__file__).with_name("rules.toml").read_text(encoding="utf-8"))
STAYS = "Until then it is left blank; the row stays."
"""What a rule of a single value adds where its row is kept."""


@lru_cache
def rules_under(limits: Limits) -> Mapping[str, Rule]:
    """The catalog, with the numbers of these limits in its words."""
    return MappingProxyType(
        {r.id: r for name, written in _WRITTEN.items() for r in _rules(name, written, limits.worded)}
    )


def _rules(name: str, written: dict[str, Any], numbers: dict[str, str]) -> Iterator[Rule]:
    """A check; one that is of a single value a second time, for rows that stay without that value; and a question a
    second time, once it is answered."""
    title, fix = (written[key].format_map(numbers) for key in ("title", "fix"))
    of_value = written.get("of_value", False)
    said = {key: words for key, words in written.items() if key != "of_value"}
    yield Rule.model_validate({**said, "id": name, "title": title, "fix": fix})
    if of_value:
        stays = {"id": f"{name}{LEFT_BLANK}", "reach": "value", "severity": "blanks"}
        yield Rule.model_validate({**said, **stays, "title": title, "fix": f"{fix} {STAYS}"})
    if answer := written.get("answer"):
        told = {"id": f"{name}{CONFIRMED}", "reach": "warning", "severity": "information", "answer": ""}
        yield Rule.model_validate(
            {**said, **told, "title": title, "fix": f"The sender said: “{answer}”. Nothing to do."}
        )


RULES = rules_under(USUAL)
"""The catalog with every limit at its usual number."""
QUESTIONS = tuple(rule.id for rule in RULES.values() if rule.answer)
"""The checks that stop a file until its sender has answered."""
