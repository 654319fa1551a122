"""Looking at a release and making it, off the request path: a thread of the server does it, pages ask how far it is."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from data.ledger.store import Store
from data.ledger.submissions import NotPossible
from schemas.policy.viewer import Viewer
from workflow import releasing
from workflow.access.permitting import require
from workflow.publishing import release_preview
from workflow.publishing.release_preview import Preview
from workflow.releasing import LOOKING, MAKING, Basis, Step

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Progress:
    """How far the work is. `steps`: those of a look or of a release, in their order; `step`: the present one.

    `preview` stays until the next look; `made`: the number of the release that was made last; `error`: why the last
    one failed, as sentences.
    """

    doing: Literal["nothing", "looking", "making"] = "nothing"
    step: Step | None = None
    preview: Preview | None = None
    made: int | None = None
    error: str = ""

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of what is being done."""
        return MAKING if self.doing == "making" else LOOKING


class ReleaseWork:
    """One look or release at a time; what is asked for meanwhile is not begun. One for each store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._progress = Progress()
        self._thread: threading.Thread | None = None

    @property
    def progress(self) -> Progress:
        """How far it is now."""
        return self._progress

    def look(self, viewer: Viewer) -> bool:
        """Begin to look at what the next release would change. False when something is under way.

        Raises NotAllowed.
        """
        require(viewer, "look_at_release")

        def seen() -> dict[str, object]:
            return {"preview": release_preview.preview(self._store, self._at, viewer=viewer)}

        return self._begin("looking", seen)

    def make(self, viewer: Viewer, actor: str, as_seen: Basis) -> bool:
        """Begin to make the release that was looked at. False when something is under way. Raises NotAllowed."""
        require(viewer, "make_release")

        def made() -> dict[str, object]:
            number = releasing.publish(self._store, actor, as_seen=as_seen, heard=self._at, viewer=viewer)
            return {"made": number, "preview": None}

        return self._begin("making", made)

    def wait(self) -> Progress:
        """Wait for its end; how it ended."""
        if self._thread:
            self._thread.join()
        return self._progress

    def _begin(self, doing: Literal["looking", "making"], work: Callable[[], dict[str, object]]) -> bool:
        with self._lock:
            if self._progress.doing != "nothing":
                return False
            kept = self._progress.preview if doing == "making" else None
            self._progress = Progress(doing, preview=kept)
            self._thread = threading.Thread(target=self._run, args=(work,), name=f"release-{doing}")
            self._thread.start()
            return True

    def _run(self, work: Callable[[], dict[str, object]]) -> None:
        ended: dict[str, object] = {"doing": "nothing", "step": None}
        try:
            ended |= work()
        except NotPossible as error:
            ended |= {"error": f"{str(error)[:1].upper()}{str(error)[1:]}.", "preview": None}
        except Exception as error:  # only its kind is logged: its words may hold a value
            log.error("a release failed while %s: %s", self._progress.doing, type(error).__name__)
            ended |= {"error": "Something went wrong on the server. The usual cause is a full disk.", "preview": None}
        self._progress = replace(self._progress, **ended)  # type: ignore[arg-type]

    def _at(self, step: Step) -> None:
        self._progress = replace(self._progress, step=step)
