"""The columns of a file -> the columns of the dataset, where they are not one to one.

Both pressures in one cell, the answers of a screen in a column each, races that are ticked one by one, and a word that
holds for every row because the file has no column for it.
"""

import re
from collections.abc import Mapping, Sequence

import polars as pl

from data.findings import Findings
from data.personal_identifiers import check_values
from data.reading.lines.row_batches import Batch
from data.reading.repairs import EXAMPLES, Receipt
from data.reading.table_header import Header
from data.reading.text_column import Text
from data.receiving.plain_text import plain
from schemas.vocabularies.blanks.null_words import is_nothing
from schemas.vocabularies.code_lists import YES_NO
from schemas.vocabularies.vocabulary import normal

_PAIR = re.compile(r"(\d{1,3}(?:\.\d+)?) ?(?:[/\\\\|-]|over) ?(\d{1,3}(?:\.\d+)?) ?(?:mm ?\[?hg\]?)?", re.IGNORECASE)
_NUMBERED = re.compile(r"\D*(\d{1,2})\D*")
_TICKED = {"x": "yes", "checked": "yes", "✓": "yes", "✔": "yes", "☑": "yes", "unchecked": "no", "☐": "no"}


def shaped(
    batch: Batch, header: Header, every_row: Mapping[str, str], findings: Findings, receipt: Receipt
) -> dict[str, Text]:
    """Column of the dataset -> its text cells; one finding for each cell that should hold two values and does not."""
    several: dict[str, list[tuple[str, Text]]] = {}
    for cell, column, text in zip(header.cells, header.columns, batch.columns, strict=True):
        if column is None:
            continue
        if column.kind == "pair":
            names = column.name.split("/")
            for name, part in zip(names, _split(column.name, text, batch.rows, findings, receipt), strict=True):
                several.setdefault(name, []).append((cell, part))
        elif column.kind == "tick":
            name, word = column.name.split(":")
            several.setdefault(name, []).append((cell, _ticked(text, word)))
        else:
            several.setdefault(column.name, []).append((cell, text))
    in_order = {c.name for c in header.columns if c and c.kind == "codes" and not c.ticked}
    texts = {name: _joined(parts, blanks=name in in_order) for name, parts in several.items()}
    for name, word in every_row.items():
        if name not in texts and len(batch.rows):
            texts[name] = Text(pl.Series([word]), pl.Series([0], dtype=pl.UInt32).new_from_index(0, len(batch.rows)))
            receipt.add("every_row", name, len(batch.rows), "(no column)", word)
    return texts


def _split(name: str, text: Text, rows: pl.Series, findings: Findings, receipt: Receipt) -> tuple[Text, Text]:
    words = text.words.unique().drop_nulls().to_list()
    flat = {word: plain(word)[0] for word in words}
    found = {word: pair for word, form in flat.items() if (pair := _PAIR.fullmatch(form))}
    not_two = [word for word, form in flat.items() if word not in found and form and not is_nothing(form)]
    if not_two:
        wrong = text.cells(text.words.is_in(not_two)).fill_null(False)
        check_values(text.cells(text.words).filter(wrong), rows.filter(wrong), name)
        findings.add("not_two_pressures", name, rows.filter(wrong), text.filter(wrong).cells(text.words))
    for word, pair in list(found.items())[:EXAMPLES]:
        receipt.add("split", name, 0, word, f"{pair[1]} and {pair[2]}")
    if found:
        cells = text.count(text.words.is_in(list(found)))
        receipt.add("split", name, cells, next(iter(found)), " and ".join(next(iter(found.values())).groups()))
    parts = [{word: pair[n] for word, pair in found.items()} for n in (1, 2)]
    first, second = (text.words.replace_strict(p, default=None, return_dtype=pl.String) for p in parts)
    return Text(first, text.at), Text(second, text.at)


def _ticked(text: Text, word: str) -> Text:
    """Yes is the word, no is none; anything else stays, to be found."""
    known = {w: YES_NO.spellings.get(_TICKED.get(normal(w), normal(w))) for w in text.words.drop_nulls().to_list()}
    meant: dict[str, str | None] = {w: word if answer == "yes" else None for w, answer in known.items() if answer}
    return Text(text.words.replace(meant), text.at)


def _joined(parts: Sequence[tuple[str, Text]], *, blanks: bool) -> Text:
    """The cells of several columns as one, in the order of the numbers in their names, else of the file. `blanks`: a
    blank cell keeps its place, as an answer that was not given."""
    if len(parts) == 1:
        return parts[0][1]
    numbers = [int(found[1]) for cell, _ in parts if (found := _NUMBERED.fullmatch(cell))]
    places = numbers if len(set(numbers)) == len(parts) else range(len(parts))
    ordered = [text for _, (_, text) in sorted(zip(places, parts, strict=True), key=lambda part: part[0])]
    cells = pl.DataFrame({str(n): text.cells(text.words).str.strip_chars() for n, text in enumerate(ordered)})
    filled = pl.any_horizontal(pl.all().fill_null("") != "")
    each = pl.all().fill_null("") if blanks else pl.all().replace("", None)
    words = cells.select(pl.when(filled).then(pl.concat_str(each, separator=";", ignore_nulls=True))).to_series()
    at = pl.int_range(len(words), dtype=pl.UInt32, eager=True)
    return Text(words, at.set(words.is_null(), None))
