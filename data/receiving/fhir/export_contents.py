"""What a FHIR export holds: its kinds of resources, and what becomes of their lines."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from data.receiving.fhir.table_origin import SourceFile

SOURCES: Mapping[str, tuple[str, ...]] = {
    "patients": ("Patient", "Coverage"),
    "hospital_stays": ("Encounter", "Condition", "Procedure"),
    "clinical_events": ("Encounter", "Condition", "Procedure", "Patient", "Observation"),
    "blood_pressure": ("Observation", "Encounter"),
    "food_security": ("Observation",),
    "referrals": ("ServiceRequest", "Task", "Procedure"),
}
"""Dataset -> the kinds of resources that it is made of; the first is the one without which it cannot be."""
NEEDED: Mapping[str, tuple[str, ...]] = {"clinical_events": ("Encounter", "Condition"), "referrals": ("Task",)}
"""Without these a dataset lacks whole rows that its measures look for."""
TELLING: Mapping[str, tuple[str, ...]] = {"hospital_stays": ("Condition",), "blood_pressure": ("Encounter",)}
"""Without these its rows lack what describes them: the diagnosis of a stay, where a pressure was taken."""
JOINED: Mapping[str, str] = {"patients": "Coverage", "food_security": "Observation", "referrals": "ServiceRequest"}
"""Dataset -> the kind of resources whose lines are in the row of another line."""


@lru_cache(maxsize=1)
def known_kinds() -> frozenset[str]:
    """The kinds of resources of FHIR R4. Any other word in their place is not repeated: it may be anything."""
    return frozenset(Path(__file__).with_name("resource_kinds.txt").read_text().split())


@dataclass(frozen=True)
class Contents:
    """Counts of lines. `by_kind`: kind of resource -> its lines; `used`: (dataset, kind) -> those that are in it."""

    files: tuple[SourceFile, ...]
    by_kind: Counter[str]
    used: Counter[tuple[str, str]] = field(default_factory=Counter)
    no_resource: int = 0
    """Lines that are damaged, too long, or no resource."""
    unknown: int = 0
    """Lines whose kind FHIR R4 does not have."""
    not_read: tuple[str, ...] = ()
    """Files beside those of the export, by the names that may be repeated."""

    @property
    def lines(self) -> int:
        """All lines that are not blank."""
        return self.by_kind.total() + self.no_resource + self.unknown

    @property
    def words(self) -> str:
        """What it holds, in a sentence."""
        kinds = ", ".join(f"{kind} {count:,}" for kind, count in self.by_kind.most_common(12))
        return f"It holds lines of these resources: {kinds}." if kinds else "No line of it is a FHIR resource."

    def outside(self, dataset: str) -> Counter[str]:
        """Kind of resource -> its lines that are not in a dataset."""
        rest = {kind: count - self.used[dataset, kind] for kind, count in self.by_kind.items()}
        return Counter({kind: count for kind, count in rest.items() if count})
