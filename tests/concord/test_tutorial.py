"""The notebook of the first question runs as it stands, and prints what its text says."""

import contextlib
import io
import json
import re
from pathlib import Path

import pytest

NOTEBOOK = Path(__file__).parents[2] / "docs" / "tutorials" / "first_question.ipynb"
CELLS = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
PRINTED = re.compile(r"```text\n(.*?)```", re.DOTALL)


def test_every_cell_prints_what_the_text_after_it_says(demo, monkeypatch):
    place = demo.folder.parent / "docs" / "tutorials"
    place.mkdir(parents=True)
    monkeypatch.chdir(place)
    names: dict[str, object] = {}
    printed, said = [], []
    for cell in CELLS:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code":
            with contextlib.redirect_stdout(io.StringIO()) as out:
                exec(compile(source, NOTEBOOK.name, "exec"), names)
            printed += [out.getvalue()] if out.getvalue() else []
        else:
            said += PRINTED.findall(source)
    assert printed == said and len(said) >= 6


@pytest.mark.parametrize("cell", [c for c in CELLS if c["cell_type"] == "code"], ids=lambda c: c["id"])
def test_no_output_is_kept(cell):
    assert cell["outputs"] == [] and cell["execution_count"] is None
