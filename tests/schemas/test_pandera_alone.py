"""A server takes pandas only where a table is typed into: it is the largest of what nobody uses."""

import subprocess
import sys

SERVES = """
import sys, types
from schemas.datasets.pandera_alone import leave_pandas_to_the_pages
leave_pandas_to_the_pages()
import duckdb, schemas.datasets.dataset_catalog
with duckdb.connect() as con:
    con.execute("SELECT ?", ["a text"]).fetchall()
assert "pandas" not in sys.modules, "taken along"
asks = "try:\\n    import pandas\\nexcept ImportError:\\n    pandas = None\\n"
for name, has_it in (("plotly.tools", False), ("streamlit.elements.tables", True)):
    module = types.ModuleType(name)
    exec(asks, vars(module))
    assert bool(module.pandas) == has_it, name
with duckdb.connect() as con:
    assert con.execute("SELECT ?", ["a text"]).df().shape == (1, 1)
"""
ANALYZES = """
import concord.release
import pandas
"""


def run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=120)


def test_a_server_takes_pandas_for_streamlit_alone() -> None:
    done = run(SERVES)
    assert not done.returncode, done.stderr


def test_who_analyzes_has_pandas() -> None:
    done = run(ANALYZES)
    assert not done.returncode, done.stderr
