"""Appeals: a partner disagrees with a finding or a figure, in words, and backbone staff answer.

Of a file that was not kept an appeal holds the keyed code of its bytes, its dataset, the ids of rules and counts of
rows: nothing of its rows.
"""

from dataclasses import dataclass

import duckdb

from data.discussing.notes import File, Note, notes, notes_on
from data.ledger.submissions import NotPossible
from schemas.policy.rule_catalog import RULES


@dataclass(frozen=True)
class About:
    """What an appeal tells of its file: counts of rows, and the rules that found something in it."""

    rows_in: int
    rows_blocked: int
    rules: tuple[str, ...]


@dataclass(frozen=True)
class Appeal:
    """An appeal, what it tells of its file, and its answer; `answer` is None while it is open."""

    note: Note
    about: About
    answer: Note | None

    @property
    def state(self) -> str:
        """Open, upheld or not upheld."""
        return self.answer.kind if self.answer else "open"

    @property
    def may_lift_limit(self) -> bool:
        """Whether it is about too many blocked rows: upheld, the good rows of this very file may be accepted."""
        if self.note.file.submission is not None or not self.about.rows_in:
            return False
        blocks = self.note.rule is None or RULES[self.note.rule].reach in ("record", "value")
        return blocks and all(RULES[rule].reach != "submission" for rule in self.about.rules)


def appeals(cur: duckdb.DuckDBPyConnection, partner_id: str | None = None) -> list[Appeal]:
    """All appeals (of one partner), open ones first, then the newest first."""
    every = notes(cur, partner_id)
    answers = {n.appeal: n for n in every if n.kind in ("upheld", "not upheld")}
    about = {row[0]: About(row[1], row[2], _rules(row[3])) for row in cur.execute("FROM appeal").fetchall()}
    found = [Appeal(n, about[n.note], answers.get(n.note)) for n in every if n.kind == "appeal"]
    return sorted(found, key=lambda a: (a.answer is not None, -a.note.note))


def _rules(text: str) -> tuple[str, ...]:
    return tuple(rule for rule in text.split(",") if rule in RULES)


def keep_about(cur: duckdb.DuckDBPyConnection, number: int, about: About) -> None:
    """Keep what an appeal tells of its file."""
    cur.execute("INSERT INTO appeal VALUES (?, ?, ?, ?)", [number, about.rows_in, about.rows_blocked,
                                                          ",".join(about.rules)])  # fmt: skip


def open_appeal(cur: duckdb.DuckDBPyConnection, number: int) -> Appeal:
    """An appeal that waits for its answer. Raises NotPossible when there is none of this number."""
    for appeal in appeals(cur):
        if appeal.note.note == number and appeal.answer is None:
            return appeal
    raise NotPossible("this appeal has been answered already")


def refuse_second(cur: duckdb.DuckDBPyConnection, file: File, rule: str | None, column: str | None) -> None:
    """Raise NotPossible while an appeal about the same thing in the same file is open."""
    said = notes_on(cur, file)
    answered = {n.appeal for n in said}
    if any(n.kind == "appeal" and (n.rule, n.column) == (rule, column) and n.note not in answered for n in said):
        raise NotPossible("an appeal about this is open already. Wait for its answer first")


def limit_lifted(cur: duckdb.DuckDBPyConnection, file: File) -> bool:
    """Whether an upheld appeal lets this very file go on, although too many of its rows are blocked."""
    return any(a.state == "upheld" and a.may_lift_limit and a.note.file == file for a in appeals(cur, file.partner_id))
