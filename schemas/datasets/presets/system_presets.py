"""Presets: one TOML file a system beside this module. Each entry names a column of the system's files and its source.

A preset holds what the header names alone do not tell: codes that mean something else in another system, and columns
with a name of many meanings. What is not published is left out.
"""

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, model_validator

from schemas.datasets.dataset_catalog import DATASETS
from schemas.datasets.file_profile import READ_AS_BLANK, ROW_LEFT_OUT, FileProfile
from schemas.vocabularies.code_lists import VOCABULARIES
from schemas.vocabularies.vocabulary import normal


class Entry(BaseModel):
    """One column of a system's file: its header, what it is, and what its words mean."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    dataset: str
    header: str
    column: str
    source: str = Field(min_length=8)
    words: dict[str, str] = {}
    """Word of the system -> word of the column's list, or `~` where it stands for nothing."""

    @model_validator(mode="after")
    def _of_our_words(self) -> "Entry":
        column = next((c for c in DATASETS[self.dataset].named if c.name == self.column), None)
        if column is None:
            raise ValueError(f"{self.dataset} has no column {self.column}")
        listed = VOCABULARIES[column.vocabulary].terms if column.vocabulary else {}
        if wrong := [w for w in self.words.values() if w not in (*listed, READ_AS_BLANK, ROW_LEFT_OUT)]:
            raise ValueError(f"{self.column} has no word {wrong[0]}")
        return self


class Preset(BaseModel):
    """What is published of one system's files."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    title: str
    about: str
    """Which files of the system are meant, in a sentence."""
    entry: tuple[Entry, ...] = Field(min_length=1)

    @property
    def profiles(self) -> dict[str, FileProfile]:
        """Dataset -> its entries as a file profile."""
        return {name: _profile([e for e in self.entry if e.dataset == name]) for name in self.datasets}

    @property
    def datasets(self) -> tuple[str, ...]:
        """The datasets of which it tells anything."""
        return tuple(name for name in DATASETS if any(e.dataset == name for e in self.entry))


def _profile(entries: list[Entry]) -> FileProfile:
    words: dict[str, dict[str, str]] = {}
    for entry in entries:
        if entry.words:
            words.setdefault(entry.column, {}).update({normal(word): meaning for word, meaning in entry.words.items()})
    return FileProfile(columns={normal(entry.header): entry.column for entry in entries}, words=words)


PRESETS: dict[str, Preset] = {
    path.stem: Preset.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    for path in sorted(Path(__file__).parent.glob("*.toml"))
}
"""System -> its preset."""
