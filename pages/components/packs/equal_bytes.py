"""An office file whose bytes depend on its contents alone, not on the hour at which it was made."""

import io
import re
import zipfile

_MADE = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")
_BEGINNING = b"1980-01-01T00:00:00Z"


def without_time(file: bytes) -> bytes:
    """The same file with every date of making set to 1980, in the files within it too."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file)) as old, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name)  # begins in 1980
            entry.compress_type = zipfile.ZIP_DEFLATED
            content = old.read(name)
            if name.endswith(".xlsx"):
                content = without_time(content)
            elif name == "docProps/core.xml":
                content = _MADE.sub(rb"\g<1>" + _BEGINNING, content)
            new.writestr(entry, content)
    return held.getvalue()
