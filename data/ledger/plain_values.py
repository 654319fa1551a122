"""What an older store holds in plain and this one keeps keyed: it is coded in place, with the store's own key.

A digest of 64 digits is a plain sha256; a keyed one has 32. So what is coded already is left as it is.
"""

import duckdb

from data.ledger.pseudonyms import READ_AS, file_digest, keyed_digest

_PLAIN_DIGEST, _CODE = "length(sha256) = 64", "^[0-9a-f]{32}$"


def code_plain_values(cur: duckdb.DuckDBPyConnection, key: bytes) -> int:
    """Code the digests of files and the words of how they were read; returns how many different ones. The caller's
    transaction holds the change. Releases made before keep what they were made with: prune them."""
    files = [d for (d,) in cur.execute(f"SELECT sha256 FROM submission WHERE {_PLAIN_DIGEST} "
                                       f"UNION SELECT sha256 FROM note WHERE {_PLAIN_DIGEST}").fetchall()]  # fmt: skip
    for digest in files:
        for table in ("submission", "note"):
            cur.execute(f"UPDATE {table} SET sha256 = ? WHERE sha256 = ?", [file_digest(key, digest), digest])
    said = [w for (w,) in cur.execute(
        "SELECT DISTINCT reading FROM submission WHERE reading <> '' AND NOT regexp_matches(reading, ?)", [_CODE]
    ).fetchall()]  # fmt: skip
    for words in said:
        coded = keyed_digest(key, READ_AS, words)
        cur.execute("UPDATE submission SET reading = ? WHERE reading = ?", [coded, words])
    return len(files) + len(said)
