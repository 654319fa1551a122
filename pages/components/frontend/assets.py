"""The files that go to the browser: style sheets, scripts and the picture of the app."""

import base64
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
STYLE_SHEETS = ("base.css", "tables.css", "calendar.css", "uploads.css", "methods.css")
"""Those of the pages, in the order in which one may refine another; a component brings its own."""


@cache
def text(name: str) -> str:
    """What a file of the folder holds."""
    return (FOLDER / name).read_text(encoding="utf-8")


@cache
def icon() -> str:
    """The picture of the app, as an address that holds it: a file's would be read anew at every rerun."""
    return f"data:image/png;base64,{base64.b64encode((FOLDER / 'icon.png').read_bytes()).decode()}"
