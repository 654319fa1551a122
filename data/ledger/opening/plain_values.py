"""What an older store holds in plain and this one keeps keyed: it is coded in place, with the store's own key.

A digest of 64 digits is a plain sha256; a keyed one has 32. So what is coded already is left as it is.
"""

import datetime as dt

import duckdb

from data.ledger.profiles.saved_profiles import hidden
from data.ledger.pseudonyms import READ_AS, HospitalCodes, file_digest, keyed_digest
from data.ledger.store import transaction

_PLAIN_DIGEST, _CODE = "length(sha256) = 64", "^[0-9a-f]{32}$"


def code_once(cur: duckdb.DuckDBPyConnection, key: bytes, at: dt.datetime) -> int:
    """`code_plain_values` in a store of which it is not known to be done; how many values. All of it, or nothing.

    Whatever is stored since is keyed. So a start need not read every stay.
    """
    if cur.execute("SELECT 1 FROM plain_values_coded").fetchall():
        return 0
    with transaction(cur):
        cur.execute("INSERT INTO plain_values_coded VALUES (?)", [at])
        return code_plain_values(cur, key)


def code_plain_values(cur: duckdb.DuckDBPyConnection, key: bytes) -> int:
    """Code the digests of files, the words of how they were read and the names of hospitals, and encrypt profiles.

    Returns how many different values were changed, in the caller's transaction. Releases made before keep what they
    were made with: prune them.
    """
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
    return len(files) + len(said) + _code_hospitals(cur, key) + _hide_profiles(cur, key)


def _hide_profiles(cur: duckdb.DuckDBPyConnection, key: bytes) -> int:
    plain = cur.execute("SELECT DISTINCT partner_id, dataset, words FROM said WHERE starts_with(words, '{')").fetchall()
    for partner_id, dataset, words in plain:
        cur.execute(
            "UPDATE said SET words = ? WHERE partner_id = ? AND dataset = ? AND words = ?",
            [hidden(words, key, partner_id, dataset), partner_id, dataset, words],
        )
    return len(plain)


def _code_hospitals(cur: duckdb.DuckDBPyConnection, key: bytes) -> int:
    named = cur.execute(
        """SELECT DISTINCT s.partner_id, r.hospital FROM rows.hospital_stays r JOIN submission s USING (submission)
           WHERE NOT regexp_matches(r.hospital, ?)""", [_CODE]
    ).fetchall()  # fmt: skip
    for partner_id, name in named:
        cur.execute(
            """UPDATE rows.hospital_stays SET hospital = ? WHERE hospital = ?
               AND submission IN (SELECT submission FROM submission WHERE partner_id = ?)""",
            [HospitalCodes(key, partner_id).code(name), name, partner_id],
        )
    return len(named)
