"""A FHIR bundle, one JSON document, as the lines that a bulk export would have: a resource each."""

import duckdb

from data.findings import Refused
from data.receiving.fhir.resource_lines import LONGEST_LINE, Block
from data.receiving.file_source import Place, opened

LARGEST = 64 << 20
"""Bytes of a bundle: it is one value, and is held as a whole. A bulk export has no such bound."""


def entries(con: duckdb.DuckDBPyConnection, place: Place, before: int) -> Block:
    """The resources of a bundle, numbered from `before` + 1 on. Raises Refused for one that is too large or damaged.

    Entries refer to each other by their `fullUrl`; where that is a UUID it stands for the id that a resource lacks.
    """
    with opened(place) as stream:
        data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise Refused("bundle_too_large")
    try:
        found = con.execute(
            """SELECT CASE WHEN entry->>'$.resource.id' IS NULL AND starts_with(entry->>'$.fullUrl', 'urn:uuid:')
                   THEN json_merge_patch(entry->'$.resource', json_object('id', (entry->>'$.fullUrl')[10:]))
                   ELSE entry->'$.resource' END
               FROM (SELECT unnest(json_extract(?::VARCHAR, '$.entry[*]')) AS entry)""",
            [data.decode("utf-8-sig")],
        ).fetchall()
    except (duckdb.Error, UnicodeDecodeError):
        raise Refused("damaged_file", note="It is a FHIR bundle that is not whole.") from None
    block = Block(last=before)
    numbers, texts = [], []
    for (text,) in found:
        block.last += 1
        if text and len(text) <= LONGEST_LINE:
            numbers.append(block.last)
            texts.append(text)
        else:
            block.too_long.append((block.last, ""))
    block.take(numbers, texts)
    return block
