"""The address of another page, for links of the browser's own in HTML that is made here."""

from urllib.parse import urlencode

from pages.components.layout import page_state


def address(path: str, **selection: str) -> str:
    """A page with its selection, keeping who is looking."""
    query = urlencode({**page_state.carried(), **selection})
    return f"{path}?{query}" if query else path
