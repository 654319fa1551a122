"""A frame that is kept for as long as a release takes what its rows take."""

import ctypes

import duckdb

from metrics.results.result_frames import frame


class _Malloc(ctypes.Structure):
    """`struct mallinfo2` of the C library."""

    _fields_ = [
        (name, ctypes.c_size_t)
        for name in ("arena", "blocks", "small", "mapped", "in_mapped", "_a", "_b", "in_use", "free", "top")
    ]


def taken() -> int:
    """Bytes that this process has asked of the C library's allocator and not given back."""
    ask = ctypes.CDLL(None).mallinfo2
    ask.restype = _Malloc
    told = ask()
    return int(told.in_use + told.in_mapped)


def test_fifty_frames_of_one_row_each_hold_less_than_a_megabyte_apiece() -> None:
    """DuckDB sets aside a million rows for each column: such frames held 46 MB each."""
    with duckdb.connect(config={"threads": 1}) as con:
        query = "SELECT repeat('a longer text ', 2) AS a, repeat('another long text ', 2) AS b, 1 AS n"
        before = taken()
        frames = [frame(con.execute(query)).sort("n") for _ in range(50)]
        assert taken() - before < 50_000_000
        assert all(one.height == 1 for one in frames)


def test_more_rows_than_one_batch_come_whole_and_in_order() -> None:
    with duckdb.connect(config={"threads": 1}) as con:
        assert frame(con.execute("SELECT range AS n FROM range(1000) ORDER BY n"))["n"].to_list() == list(range(1000))
