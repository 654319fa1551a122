"""House rules that a reader cannot be asked to check by eye."""

import ast
import re
import subprocess
from collections import Counter
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[2]
MOST_LINES = 300
MOST_MODULES = 15
MOST_LINES_OF_THE_MEDIAN_FUNCTION = 12
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common"}

# The patterns are put together from pieces so that this file does not match them.
MACHINE_PATH = re.compile(r"(?:^|[^\w.])/(?:" + "|".join(["work", "root", "farm", "home"]) + r")/", re.MULTILINE)
PACKAGE_SOURCE = re.compile(
    "|".join(
        [
            *(
                "-".join(pair)
                for pair in [("index", "url"), ("extra", "index"), ("find", "links"), ("trusted", "host")]
            ),
            r"https?:/" + r"/\S*/(?:simple|packages)/",
            r"registry\s*=\s*\W*http",
        ]
    ),
    re.IGNORECASE,
)
LOCK_LINE = re.compile(r"(?:#.*|[a-z0-9-]+==[\w.+]+ \\|    --hash=sha256:[0-9a-f]{64}(?: \\)?|)")


def our_files(pattern: str = "*") -> list[Path]:
    """Files that are tracked, or would be by the next `git add`."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", pattern],
        cwd=ROOT, capture_output=True, check=True, text=True,
    )  # fmt: skip
    return [path for name in sorted(set(listed.stdout.split("\0"))) if name and (path := ROOT / name).is_file()]


def matches(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}: {hit.group().strip()}"
        for path in our_files()
        for hit in pattern.finditer(path.read_text(errors="ignore"))
    ]


def test_no_file_names_a_place_on_one_machine():
    assert matches(MACHINE_PATH) == []
    assert MACHINE_PATH.search("see " + "/ro" + "ot/x") and not MACHINE_PATH.search("a/wo" + "rk/x and ./ro" + "ot/x")


def test_no_file_says_where_packages_come_from():
    assert matches(PACKAGE_SOURCE) == []
    assert PACKAGE_SOURCE.search("--index" + "-url x") and PACKAGE_SOURCE.search("http:/" + "/host/simple/x")


def test_the_lock_holds_only_pinned_names_and_hashes():
    lock = (ROOT / "requirements.lock").read_text()
    assert [line for line in lock.splitlines() if not LOCK_LINE.fullmatch(line)] == []
    assert "://" not in lock


def test_the_lock_follows_the_pins_of_the_project():
    pinned = set(
        re.findall(r'^    "([\w-]+)(?:\[\w+\])?(==[\w.]+)",$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    )
    locked = set(re.findall(r"^([\w-]+)(==[\w.]+)", (ROOT / "requirements.lock").read_text(), re.MULTILINE))
    assert pinned and pinned <= locked


def test_every_module_is_one_idea():
    lengths = {str(p.relative_to(ROOT)): len(p.read_text().splitlines()) for p in our_files("*.py")}
    assert {name: n for name, n in lengths.items() if n > MOST_LINES} == {}


def test_no_room_is_crowded():
    rooms = Counter(p.parent for p in our_files("*.py") if not p.stem.startswith("__"))
    assert {str(room.relative_to(ROOT)): n for room, n in rooms.items() if n > MOST_MODULES} == {}


def test_no_two_modules_share_a_name():
    """A name in a traceback, or typed to open a file, leads to one place."""
    stems = Counter(p.stem for p in house_files() if not p.stem.startswith("__"))
    assert [stem for stem, n in stems.items() if n > 1] == []


def test_functions_are_short():
    lengths = [
        int(node.end_lineno or node.lineno) - node.lineno + 1
        for path in house_files()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert median(lengths) <= MOST_LINES_OF_THE_MEDIAN_FUNCTION


def house_files() -> list[Path]:
    return [p for p in our_files("*.py") if p.relative_to(ROOT).parts[0] not in ("tests", "bench", "docs")]


def test_every_module_is_named_for_what_it_is():
    vague = [str(r) for p in our_files("*.py") if VAGUE_NAMES & set((r := p.relative_to(ROOT)).with_suffix("").parts)]
    assert vague == []
