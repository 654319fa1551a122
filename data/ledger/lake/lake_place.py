"""Where a store lies that is no file of the data folder: `store.toml` in the folder says it.

It stands apart from the settings: those are kept in the store, change on pages, and go into releases and backups.
"""

import hashlib
import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from data.ledger.data_folder import STORE, NotReady
from data.ledger.opening.store_faults import FILE

_KIND = "postgres:"
_SECRETS = {"password", "passfile", "sslpassword"}


class LakePlace(BaseModel):
    """A store on Postgres. Servers that share it share the data folder too."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    catalog: str = Field(
        pattern=rf"^{_KIND}(\w+=[^\s'\"\\]+)( \w+=[^\s'\"\\]+)*$",
        description="The database, as libpq names it: `postgres:host=db.example.org dbname=concord user=concord`. No "
        "password: that is in `~/.pgpass`, or in PGPASSFILE.",
    )
    db_schema: str = Field(
        "concord", alias="schema", pattern=r"^[a-z_][a-z0-9_]*$", description="Its schema in that database."
    )
    rows: str = Field(
        "rows",
        pattern=r"^/?[\w .-]+(/[\w .-]+)*/?$",
        description="Folder of the rows' files, within the data folder or as a full path. Every server must see it.",
    )

    @field_validator("catalog")
    @classmethod
    def _no_secret(cls, catalog: str) -> str:
        if found := _SECRETS & {part.partition("=")[0] for part in catalog.removeprefix(_KIND).split(" ")}:
            raise ValueError(f"{found.pop()} does not belong here: libpq reads it from ~/.pgpass or PGPASSFILE")
        return catalog

    @property
    def database(self) -> str:
        """The Postgres database, as libpq names it."""
        return self.catalog.removeprefix(_KIND)

    @property
    def told(self) -> str:
        """The place in words, for whoever runs the server."""
        said = dict(part.split("=", 1) for part in self.database.split(" "))
        return f"{said.get('dbname', 'the usual database')} at {said.get('host', 'this machine')}"

    def rows_in(self, folder: Path) -> Path:
        """The folder of the rows' files, seen from a data folder."""
        return (folder / self.rows).resolve()

    def number_of(self, name: str) -> int:
        """What Postgres calls a lock of this store: 64 bits, since it knows locks by numbers alone."""
        digest = hashlib.blake2b(f"concord {self.db_schema} {name}".encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big", signed=True)


def has_store(folder: Path) -> bool:
    """Whether a data folder has a store, as far as the folder can say: its file, or word of where else it lies."""
    return (folder / FILE).exists() or (folder / STORE).exists()


def place_of(folder: Path) -> LakePlace | None:
    """Where the store of a data folder lies; None: it is a file of the folder. Raises NotReady for a file that cannot
    be read."""
    if not (folder / STORE).exists():
        return None
    try:
        return LakePlace.model_validate(tomllib.loads((folder / STORE).read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise NotReady(f'{STORE} is no TOML: write catalog = "postgres:dbname=...". Nothing was opened') from None
    except ValidationError as error:
        raise NotReady(f"{STORE} is not right: {fault(error)}. Nothing was opened") from None


def fault(error: ValidationError) -> str:
    """What is wrong with a place, in words; never the words that were given."""
    found = error.errors(include_input=False, include_context=False)
    return "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg'].removeprefix('Value error, ')}" for e in found)
