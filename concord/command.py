"""The `concord` command: its parts, and what becomes of an error.

Exit codes: 0 done; 1 cannot be done (the message says why and what to do); 2 wrong usage; 3 the file has findings
that block it, and nothing of it was stored.
"""

import os
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

import duckdb
import typer
from pydantic import ValidationError

from concord import (
    docs_command,
    erratum_commands,
    release_commands,
    serve_command,
    setup_commands,
    submission_commands,
)
from concord.command_options import VAR, WRONG_USAGE, fail, say
from concord.deleting import deletion_commands
from concord.encrypting import encryption_commands
from concord.governing import people_commands, settings_commands, token_commands
from concord.operating import backup_commands, spark_command, store_commands
from concord.publishing import export_command, publish_command
from data.ledger import data_folder, file_permissions
from data.ledger.opening.store_faults import UNUSABLE, StoreUnavailable, kinds_of, unusable
from data.ledger.submissions import NotPossible
from metrics.indicators.definition_files import IndicatorFault

app = typer.Typer(
    help="Concord: the shared-measures dashboard of a community health partnership.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for command in (
    setup_commands.init,
    setup_commands.demo,
    serve_command.serve,
    submission_commands.submit,
    submission_commands.withdraw,
    submission_commands.submissions,
    release_commands.refresh,
    release_commands.release,
    publish_command.publish,
    export_command.export,
    release_commands.check,
    backup_commands.backup,
    backup_commands.restore,
    store_commands.move_store,
    spark_command.spark,
    docs_command.docs,
):
    app.command()(command)
app.add_typer(erratum_commands.erratum, name="erratum")
app.add_typer(settings_commands.settings, name="settings")
app.add_typer(token_commands.token, name="token")
app.add_typer(people_commands.people, name="people")
app.add_typer(deletion_commands.delete, name="delete")
app.add_typer(encryption_commands.encryption, name="encryption")

# Option of version 0.1 -> its name now. The old name is accepted until version 0.3.
RENAMED = {"--files": "--practice-files", "--url": "--server"}


def main() -> None:
    """Run the command; errors that a person can fix are one line (or one JSON object), not a traceback."""
    file_permissions.private()
    arguments = with_new_names(sys.argv[1:])
    asks_json = "--json" in arguments
    try:
        code = app(arguments, standalone_mode=not asks_json)
        sys.exit(code if isinstance(code, int) else 0)
    except (data_folder.NotReady, StoreUnavailable, NotPossible, IndicatorFault) as error:
        fail(str(error), as_json=asks_json)
    except duckdb.InvalidInputException as error:  # a damaged block of an encrypted file; else a fault of the program
        if not isinstance(error, kinds_of(_folder(arguments))):
            raise
        fail(unusable(error, _folder(arguments)), as_json=asks_json)
    except UNUSABLE as error:
        fail(unusable(error, _folder(arguments)), as_json=asks_json)
    except (ValidationError, tomllib.TOMLDecodeError) as error:
        fail(f"the settings ({data_folder.SETTINGS}) are not right: {_plain(error)}", as_json=asks_json)
    except KeyError as error:
        fail(str(error.args[0]), as_json=asks_json)
    except typer.TyperException as error:  # wrong usage, where JSON is asked for; otherwise typer shows it
        fail(str(error), WRONG_USAGE, as_json=True)


def with_new_names(arguments: Sequence[str]) -> list[str]:
    """The arguments with each renamed option under its name of now; says so when there was one."""
    current = []
    for argument in arguments:
        option, equals, value = argument.partition("=")
        if option in RENAMED:
            say(f"concord: {option} is now {RENAMED[option]}; the old name ends with version 0.3.")
        current.append(RENAMED.get(option, option) + equals + value)
    return current


def _folder(arguments: Sequence[str]) -> Path:
    """The data folder that the arguments name."""
    given = [*arguments, ""]
    named = [a.partition("=")[2] or given[n + 1] for n, a in enumerate(arguments) if a.partition("=")[0] == "--data"]
    return Path(named[-1] if named else os.environ.get("CONCORD_DATA", VAR))


def _plain(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_input=False))
    return str(error)


if __name__ == "__main__":
    main()
