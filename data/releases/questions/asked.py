"""A question to an edition, while it is being answered and when it is."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pyarrow as pa

from data.ledger.encryption.encryption_key import FileKey
from data.releases.questions.question_process import REFUSED, TOO_LARGE

SECONDS, MEMORY, MOST_ROWS = 10, 1 << 30, 1_000
_CHILD = Path(__file__).with_name("question_process.py")
Why = Literal["wrong", "one_question", "not_a_question", "too_large", "too_slow", "ended", "cancelled"]


@dataclass(frozen=True)
class Answer:
    """What a query gave: at most so many rows, and whether there are more. Or why it gave nothing, with DuckDB's own
    words where the query is wrong."""

    rows: pa.Table | None = None
    more: bool = False
    why_not: Why | None = None
    words: str = ""


class Asked:
    """A query that runs in a child process. `done` is called once, when that has ended, however it did."""

    def __init__(
        self, edition: Path, query: str, most_rows: int = MOST_ROWS, done: Callable[[], None] = lambda: None,
        *, seconds: float = SECONDS, memory: int = MEMORY, key: FileKey | None = None,
    ) -> None:  # fmt: skip
        """`key`: what the edition is encrypted with; the child gets it with the query, by the pipe that only it reads.
        Raises OSError where the edition cannot be opened, or no process can be started."""
        self._most, self._seconds, self._done = most_rows, seconds, done
        self._answer: Answer | None = None
        self._cancelled = False
        with edition.open("rb") as file:
            head = json.dumps({
                "fd": file.fileno(), "most_rows": most_rows, "memory": memory, "seconds": int(seconds) + 1,
                "key": key.text if key else None,
            })  # fmt: skip
            self._child = subprocess.Popen(
                [sys.executable, "-I", str(_CHILD)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd="/",
                env={"HOME": "/nowhere", "LC_ALL": "C.UTF-8"}, pass_fds=[file.fileno()], start_new_session=True,
            )  # fmt: skip
        self._waiting = threading.Thread(target=self._wait, args=(f"{head}\n{query}".encode(),), name="question")
        self._waiting.start()

    @property
    def answer(self) -> Answer | None:
        """None while it is being answered."""
        return self._answer

    def wait(self) -> Answer:
        """The answer, when it is there."""
        self._waiting.join()
        assert self._answer is not None
        return self._answer

    def cancel(self) -> None:
        """End it; what was answered already stays."""
        self._cancelled = True
        self._child.kill()

    def _wait(self, said: bytes) -> None:
        try:
            out, errors = self._child.communicate(said, timeout=self._seconds)
            self._answer = self._read(out, errors)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.communicate()
            self._answer = Answer(why_not="too_slow")
        finally:
            self._answer = self._answer or Answer(why_not="ended")
            self._done()

    def _read(self, out: bytes, errors: bytes) -> Answer:
        if self._cancelled:
            return Answer(why_not="cancelled")
        code = self._child.returncode
        if code == REFUSED:
            said = json.loads(errors.rsplit(b"\n", 1)[-1])
            return Answer(why_not=said["kind"], words=said["words"])
        if code == TOO_LARGE or b"bad_alloc" in errors or b"MemoryError" in errors:
            return Answer(why_not="too_large")
        if code:
            return Answer(why_not="ended")
        rows = pa.ipc.open_stream(out).read_all()
        return Answer(rows.slice(0, self._most), more=len(rows) > self._most)
