"""HTML that cannot hold markup from outside: text is escaped by being put in, and only `tag` makes markup."""

from html import escape


class Html(str):
    """Markup that was made here. Any other string is text, and is escaped where it is put in."""

    __slots__ = ()


EMPTY = Html("")
_VOID = frozenset(("input", "br", "meta"))


def tag(name: str, /, *inside: str | None, **attributes: str | bool | None) -> Html:
    """An element with what is inside. Attributes: `class_` is class, `aria_label` is aria-label; None and False are
    left out, True has no value."""
    written = "".join(_attribute(key, value) for key, value in attributes.items())
    return Html(f"<{name}{written}>" if name in _VOID else f"<{name}{written}>{together(*inside)}</{name}>")


def together(*parts: str | None) -> Html:
    """Parts one after the other."""
    return Html("".join(part if isinstance(part, Html) else escape(part) for part in parts if part))


def _attribute(key: str, value: str | bool | None) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'
