"""Pages ask `workflow` as the person who looks, each time; the table of permissions has no way around it."""

import ast
import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path

from tests.workflow.access.asked_functions import ASK, EMPTY

ROOT = Path(__file__).parents[2]
SCREENS = [ROOT / "app.py", *sorted((ROOT / "pages").rglob("*.py"))]
FOR_EVERYONE = {
    "asking": {"editions", "parquet", "texts"},  # of what was answered, and what the docs say
    "acting": {"groups", "may_record", "read_places"},  # declared lists, and whether somebody may
    "administering": {"keep_up", "open_partnership", "server_names", "sign_in_settings", "sign_in_secrets"},
    "delivering": {"bearer", "watches", "incoming", "listing"},  # who shows a token; the spool; what was read as its partner
    "discussing": {"awaits_until", "identifier_in"},
    "door": {"door_of", "meant_for"},  # which know only cookies and tokens
    "reading": {
        # What a release says to everyone, and what is so whoever looks.
        "count_probing", "current_release", "guide", "last_step", "read_areas", "read_checksum", "read_code_lists",
        "read_definitions",
        "read_grouped_by", "read_hiding", "read_quarters", "read_settings_of_release", "released", "template",
        "today",
    },
    # Asked over the socket in the data folder, by the account that owns it.
    "backing_up": {"back_up", "lacks_release"},
    "checking_store": {"problems_of"},
    "health": {"health"},  # which says nothing of anybody's data
    "counters": {"answered", "drawn"},  # counts of this process, of nobody
    "beginning": {"progress"},
    "counting_views": {"months"},
    # By the account that owns the data folder; and what backups there are.
    "deletion_requests": {"look", "delete"},
    "key_history": {"record_asked"},
    "held_elsewhere": {"remains"},
    "deleting": {"last_possible"},
    "recording": {"may_record"},
    "score_files": {"read_scores"},  # a file's rows, not kept yet
    "telling_stories": {"may_write"},
    "posting": {"may_send", "send_due", "settle_interrupted"},  # the server's own round sends what is due
    "deletion_receipt": {"subject"}, "agreed_purposes": {"refuse_public"},  # of all partners at once
    "agreement_receipt": {"as_csv"},  # of what was read as somebody
    "calendar_feeds": {"feed"},  # which knows only the word in an address
    "changing_settings": {"refuse_outdated"},
    "listed_places": {"lines", "read_lines"},  # a text's lines
    "release_preview": {"planned"},
    "settings_exchange": {"differs_from_file"},
    "settings_rights": {"may_change", "may_see"},
    "settings_trial": {"needs_a_look"},
    # Arithmetic on what was shown, and what the settings say.
    "reading_impact": {"opened", "own_worth", "shares", "unit_value", "worth"},
    "releasing": {"basis_of", "publish_by_policy", "quarters_due"},
    # A server that only shows releases: what everyone may see, and who may look.
    "release_store": {"open_releases", "refresh", "server_names", "sign_in_secrets", "sign_in_settings"},
    "restating": {"moves", "read_errata"},
    "submitting": {"count_lines"},
}  # fmt: skip
"""Functions that take no viewer, for they answer the same to all, or are not about anyone's things."""
NAMES = {"read_naming", "read_naming_of_release"}
"""Names of partners: for the viewer, and as everyone sees them beside it."""


def named() -> Iterator[tuple[Path, ast.Module, dict[str, str]]]:
    """(file, its code, name in it -> module of workflow or function in one)."""
    for path in SCREENS:
        tree = ast.parse(path.read_text())
        yield (
            path,
            tree,
            {
                (alias.asname or alias.name): f"{node.module}.{alias.name}"
                for node in ast.walk(tree)
                if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "workflow"
                for alias in node.names
            },
        )


def calls() -> Iterator[tuple[Path, str, str, ast.Call]]:
    """(file, module of workflow, function, call) of all that pages ask of workflow."""
    for path, tree, modules in named():
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=function)) if name in modules:
                    yield path, modules[name], function, node
                case ast.Call(func=ast.Name(id=name)) if name in modules and name[0].islower():
                    yield path, modules[name].rpartition(".")[0], name, node


def used() -> set[str]:
    """Every function of workflow that pages name, called at once or handed on: module.function."""
    found: set[tuple[str, str]] = set()
    for _, tree, modules in named():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules:
                found.add((modules[node.value.id], node.attr))
            elif isinstance(node, ast.Name) and node.id in modules and "." in modules[node.id]:
                module, _, name = modules[node.id].rpartition(".")
                found.add((module, name))
    return {
        f"{module.rpartition('.')[2]}.{name}"
        for module, name in found
        if inspect.isfunction(getattr(importlib.import_module(module), name, None))
    }


def test_pages_say_who_asks():
    """`viewer=` has a default, the account of the server: a page that left it out would act as the server."""
    faults = []
    for path, module, name, call in calls():
        function = getattr(importlib.import_module(module), name)
        parameters = list(inspect.signature(function).parameters) if inspect.isfunction(function) else []
        if "viewer" not in parameters:
            continue
        place = parameters.index("viewer")
        if len(call.args) <= place and all(k.arg != "viewer" for k in call.keywords):
            faults.append(f"{path.relative_to(ROOT)}:{call.lineno} {name}")
    assert faults == []


def test_no_page_looks_as_the_server():
    named = [p for p in SCREENS if "SERVER" in p.read_text() or 'role="server"' in p.read_text()]
    assert named == []


def test_all_that_pages_ask_is_tried_as_every_role():
    asked = used()
    free = {f"{module}.{name}" for module, names in FOR_EVERYONE.items() for name in names}
    tried = {*ASK, *EMPTY, *(f"reading.{name}" for name in NAMES)}
    assert asked - free - tried == set()
    assert free - asked == set(), "no page asks this any more: take it off"


def test_who_may_is_asked_of_the_table_alone():
    """A comparison with a role is a second table; only what is drawn differently may look at it."""
    compared = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted((ROOT / "workflow").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Compare) and ".role" in ast.unparse(node)
    ]
    assert [c for c in compared if not c.startswith(("workflow/access/door.py", "workflow/access/inviting.py"))] == []
