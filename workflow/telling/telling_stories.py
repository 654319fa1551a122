"""The story of each measure, in four parts with authors and days. Each version is kept for good, with its release.

Of a partner that has not agreed to be named no reader learns its role: what it does would tell who it is. It is
counted, and nothing more.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from data.ledger import kept_reads
from data.ledger.store import Store
from data.ledger.stories import story_notes
from data.ledger.stories.story_notes import Note, Part, Role
from data.ledger.submissions import NotPossible
from metrics.indicators import indicators
from schemas.policy.viewer import Viewer
from workflow import reading
from workflow.access.permitting import NotAllowed, require
from workflow.deciding import kept_steps

SHORTEST, LONGEST, LONGEST_ROLE = 10, 400, 90
"""Letters of a part, so that four fit a slide; of a role."""


@dataclass(frozen=True)
class Story:
    """The versions of each part of a measure's story, the oldest first."""

    versions: Mapping[Part, tuple[Note, ...]]

    def now(self, part: Part) -> Note | None:
        """What a part says; None where nothing is said."""
        last = (self.versions.get(part) or (None,))[-1]
        return last if last and last.says else None

    @property
    def told(self) -> tuple[Note, ...]:
        """What holds of each part that says anything."""
        return tuple(note for part in story_notes.PARTS if (note := self.now(part)))

    def seen(self, part: Part) -> int:
        """The last version of a part; 0 before the first."""
        return len(self.versions.get(part, ()))


NONE = Story({})


def read_stories(store: Store, viewer: Viewer) -> dict[str, Story]:
    """Measure -> its story, as far as the viewer may know who has which role. Raises NotAllowed."""
    require(viewer, "see_stories")
    return dict(kept_reads.worked_out(store, _seen_by, viewer))


def _seen_by(store: Store, viewer: Viewer) -> dict[str, Story]:
    known = reading.read_naming(store, viewer).known()
    found: dict[str, dict[Part, list[Note]]] = defaultdict(lambda: defaultdict(list))
    for note in kept_reads.read(store, story_notes.notes):
        found[note.indicator][note.part].append(_shown(note, known))
    return {name: Story({part: tuple(those) for part, those in parts.items()}) for name, parts in found.items()}


def _shown(note: Note, known: set[str]) -> Note:
    """Those whose names the reader knows by id, then the others as so many without role."""
    roles = [r if r.partner_id in known else Role("", "") for r in note.roles]
    return replace(note, roles=tuple(sorted(roles, key=lambda r: (not r.partner_id, r.partner_id))))


def may_write(store: Store, viewer: Viewer) -> bool:
    """Whether the viewer may write stories: a leader only where the partnership lets leaders."""
    return kept_steps.may_keep(store, viewer, "write_stories", "write_stories_as_leader")


def write(
    store: Store, viewer: Viewer, indicator: str, part: Part, seen: int, words: str, roles: tuple[Role, ...] = (),
    *, actor: str,
) -> None:  # fmt: skip
    """Keep a part's next version; without words and roles the part is taken back. `seen`: the version looked at.

    Partners whose names the viewer may not know keep their roles. Raises NotAllowed, and NotPossible with what to do.
    """
    if not may_write(store, viewer):
        raise NotAllowed
    if indicator not in indicators() or part not in story_notes.PARTS:
        raise NotPossible("this measure is not known any more. Open the page again")
    said, known = _fit(store, words), reading.read_naming(store, viewer).known()
    own = _fit_roles(store, roles, known)
    with kept_steps.writing(store) as cur:
        before = [n for n in story_notes.notes(cur) if (n.indicator, n.part) == (indicator, part)]
        if len(before) != seen:
            raise NotPossible("someone wrote this part meanwhile. Look at it, and then say it again")
        others = tuple(r for r in before[-1].roles if r.partner_id not in known) if before else ()
        last = (before[-1].words, before[-1].roles) if before else ("", ())
        if last == (said, (*own, *others)):
            raise NotPossible("nothing is changed by it")
        release = kept_steps.release_shown(store, "A story")
        story_notes.add(cur, Note(indicator, part, seen + 1, said, (*own, *others), release, actor, store.now()))


def _fit(store: Store, words: str) -> str:
    said = " ".join(words.split())
    if not said:
        return ""
    if not SHORTEST <= len(said) <= LONGEST:
        raise NotPossible(f"write {SHORTEST} to {LONGEST} letters: these are {len(said)}")
    return kept_steps.fit_words(store, said)


def _fit_roles(store: Store, roles: tuple[Role, ...], known: set[str]) -> tuple[Role, ...]:
    if {r.partner_id for r in roles} - known or len({r.partner_id for r in roles}) < len(roles):
        raise NotPossible("choose the partners from the list, each once")
    found = []
    for role in roles:
        said = " ".join(role.words.split())
        if not SHORTEST <= len(said) <= LONGEST_ROLE:
            raise NotPossible(f"write each role in {SHORTEST} to {LONGEST_ROLE} letters: one has {len(said)}")
        found.append(Role(role.partner_id, kept_steps.fit_words(store, said)))
    return tuple(sorted(found, key=lambda r: r.partner_id))
