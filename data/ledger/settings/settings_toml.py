"""Settings as the text of `concord.toml`: what differs from the defaults, and nothing else."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from schemas.policy.partnership import Partnership

HEAD = (
    "# The partnership's settings, as Concord last wrote them.",
    "# Every key is explained in docs/reference/settings.md.",
    "# A change here is taken in at the next start, unless a page changed the settings too.",
)


def text(settings: Partnership) -> str:
    """The file's text; `Partnership.read` of it gives the same settings again."""
    told = settings.model_dump(exclude_defaults=True, exclude_none=True)
    plain = {name: value for name, value in told.items() if not _is_section(value)}
    parts = ["\n".join(HEAD), _keys({"name": settings.name, **plain})]
    for name, value in told.items():
        if isinstance(value, dict) and value:
            parts.append(f"[{name}]\n{_keys(value)}")
        elif _is_section(value):
            parts += [f"[[{name}]]\n{_keys(one)}" for one in value]
    return "\n".join(parts)


def _is_section(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, tuple) and bool(value) and isinstance(value[0], dict))


def _keys(values: Mapping[str, Any]) -> str:
    return "".join(f"{_key(name)} = {_value(value)}\n" for name, value in values.items())


def _key(name: str) -> str:
    return name if name.isascii() and name.replace("_", "a").isalnum() else json.dumps(name)


def _value(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case dt.date():
            return value.isoformat()
        case tuple() | list():
            return f"[{', '.join(map(_value, value))}]"
        case Mapping():
            return f"{{ {', '.join(f'{_key(name)} = {_value(one)}' for name, one in value.items())} }}"
        case str():  # JSON's escapes are TOML's too; what lies beyond the first plane stays as it is, not in pairs
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case _:
            return repr(value)
