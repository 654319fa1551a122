"""Commands about encryption of what is stored. `docs/how-to/encrypt_what_is_stored.md` has the steps."""

import os
from pathlib import Path
from typing import Annotated, Literal

import typer

from concord.command_options import VAR, Data, fail, say
from concord.operating import running_app
from data.ledger.data_folder import ENCRYPTION_VARIABLE, NotReady
from data.ledger.encryption import folder_key
from data.ledger.encryption.encryption_key import EncryptionKey
from workflow import administering
from workflow.encrypting import changing_key, handing_over, key_history
from workflow.encrypting.key_history import KeyUse

encryption = typer.Typer(help="Encrypt what is stored, and keep its key.", no_args_is_help=True)
Edition = Annotated[Literal["shared", "research", "dashboards"], typer.Argument(help="Which edition.")]
KeyFile = Annotated[Path, typer.Option("--key-file", dir_okay=False, help="File with the new key.")]


@encryption.command("new-key")
def new_key(
    to: Annotated[
        Path | None, typer.Option(dir_okay=False, help="New file for it, which its owner alone can read.")
    ] = None,
) -> None:
    """Make an encryption key. It is printed, or written into a new file, and kept nowhere else."""
    key = EncryptionKey.new()
    if to is None:
        typer.echo(key.written())
    else:
        try:
            handle = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            fail(f"{to} cannot be made ({error.strerror}). A key that is there already is never written over")
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(key.written() + "\n")
    say(f"Its fingerprint is {key.fingerprint()}. Print the key, and seal it: without it nothing can be read.")


@encryption.command("encrypt")
def encrypt(data: Data = VAR) -> None:
    """Encrypt the store and its releases under the key that is configured. The app must not run. Stopped at any step,
    it is finished by the next start."""
    typer.echo(changing_key.say_what(changing_key.encrypt(data)))


@encryption.command("rotate-key")
def rotate_key(key_file: KeyFile, data: Data = VAR) -> None:
    """Write all anew under another key. The app must not run. Stopped at any step, all is under the old key or the new
    one, and the next start finishes it."""
    changed = changing_key.rotate(data, changing_key.read_key_file(key_file))
    typer.echo(changing_key.say_what(changed))
    if changed.done and os.environ.get(ENCRYPTION_VARIABLE):
        say(f"Put the new key into {ENCRYPTION_VARIABLE} before you start Concord. Keep the old one for old backups.")


@encryption.command("check-key")
def check_key(
    place: Annotated[Path, typer.Argument(metavar="FOLDER", help="A data folder, or a backup's own folder.")],
    key_file: Annotated[
        Path | None, typer.Option("--key-file", help="File with the key to try. Blank: the one that is configured.")
    ] = None,
) -> None:
    """Say whether a key opens a data folder or a backup. A key on paper is typed into a file first."""
    key = changing_key.read_key_file(key_file) if key_file else folder_key.configured(place)
    wanted = changing_key.fingerprint_of_backup(place)
    if wanted is None:
        fail(f"{place} is not encrypted")
    if key is None:
        fail(f"no key was given: {place} wants the one with the fingerprint {wanted}")
    if key.fingerprint() != wanted:
        raise NotReady(str(folder_key.wrong_key(wanted, key)))
    typer.echo(f"The key fits: {place} is encrypted under the fingerprint {wanted}.")


@encryption.command("edition-key")
def edition_key(edition: Edition, data: Data = VAR) -> None:
    """Print the key of one edition, for analysts who read it on this machine. It opens nothing else."""
    key = folder_key.configured(data)
    if key is None:
        fail("no encryption key is configured")
    _record(data, "edition key printed", edition)
    typer.echo(key.of(edition).written())
    say(f"They set {folder_key.EDITION_VARIABLE} to it. It ends with the next rotate-key.")


@encryption.command("hand-over")
def hand_over(
    edition: Edition,
    into: Annotated[Path, typer.Option(file_okay=False, help="Folder, outside the data folder, for the copy.")],
    data: Data = VAR,
    release: Annotated[int | None, typer.Option(min=1, help="Blank: the release that is shown.")] = None,
) -> None:
    """Write a plain copy of an edition, for who has no key. From then on whoever receives it protects it."""
    made = handing_over.hand_over(
        data, edition, into, release, record=lambda number: _record(data, "edition handed over", edition, number)
    )
    typer.echo(f"{made} is not encrypted. It holds {'pseudonymized rows' if edition == 'research' else 'figures'}.")


def _record(data: Path, kind: KeyUse, edition: str, release: int | None = None) -> None:
    """Put it down in the history of access, by the app where it runs."""
    if running_app.ask(data, "record_key_use", kind=kind, edition=edition, release=release) is None:
        store = administering.open_partnership(data)
        try:
            key_history.record(store, kind, edition, release)
        finally:
            store.close()
