"""The house rules that a machine can read: size, docstrings, and one door for each danger."""

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

import pytest

from tests.project import sources as sources_module
from tests.project.sources import ROOT, called, lines_of, name_of, nodes_of, sources

FILE_LINES_MAX = 500
FUNCTION_LINES_MAX = 70
PACKAGES = ("app", "governance", "dues", "bench", "tests", "migrations")
FOLDERS = {
    folder: files for folder, files in sources(PACKAGES).items() if folder != "migrations/versions"
}
SOURCES = [path for files in FOLDERS.values() for path in files]
LATER = ("TO" + "DO", "FIX" + "ME", "XX" + "X", "Not" + "ImplementedError")

# Calls that have one door each; a line with "tidy: allow" says why it is another.
BANNED_CALLS = {
    "datetime.now": "ask the Clock",
    "datetime.utcnow": "ask the Clock",
    "date.today": "ask the Clock",
    "time.time": "ask the Clock",
    "session.commit": "the edge commits",
    "session.rollback": "the edge rolls back",
    "float": "money and votes are integers and fractions",
    "uuid1": "ids come from app.core.ids",
    "Markup": "HTML comes from app.text",
    "eval": "never",
    "exec": "never",
}
# What runs on nothing but Python makes its values by the standard library.
CARRIED = (
    *("governance/counting/", "governance/decision.py", "governance/eligibility.py"),
    *("governance/lifecycle.py", "governance/presets.py", "governance/rules.py"),
    *("governance/seals.py", "governance/verify.py", "app/core/", "tests/", "bench/"),
)
# Modules that only the named places may import.
DOORS = {
    "aiohttp": ("app/core/wire.py", "tests/", "bench/"),
    "app.core.wire": ("tests/core/",),  # The door `net.py` loads it by name, with the first fetch.
    # Its HTTP client talks to the one endpoint that the operator set, and to nothing else.
    "obstore": ("app/core/bucket.py",),
    "httpx2": ("tests/", "bench/"),
    "requests": (),
    "urllib.request": (),
    "http.client": (),
    "socket": ("app/core/", "app/serve.py", "tests/", "bench/"),
    "smtplib": ("app/core/smtp.py", "tests/"),
    "stripe": ("dues/payments/",),
    "nh3": ("app/text/sanitize.py", "tests/"),
    "sqlite3": ("app/core/", "tests/", "bench/"),
}


@pytest.mark.parametrize("folder", FOLDERS)
def test_tidy(folder: str) -> None:
    files = FOLDERS[folder]
    assert not [f"{name_of(path)}: {fault}" for path in files for fault in faults_of(path)]


def faults_of(path: Path) -> Iterator[str]:
    """Yield what in the file is against the rules of the house."""
    lines, nodes = lines_of(path), nodes_of(path)
    if len(lines) > FILE_LINES_MAX:
        yield f"{len(lines)} lines: split it by noun or verb"
    if lines and not ast.get_docstring(cast(ast.Module, nodes[0])):
        yield "a module says what it is for"
    for number, line in enumerate(lines, 1):
        if any(mark in line for mark in LATER):
            yield f"line {number} is left to do later: {line.strip()}"
    for node in nodes:
        yield from _faults_in(path, node, lines)


def _faults_in(path: Path, node: ast.AST, lines: Sequence[str]) -> Iterator[str]:
    is_test = name_of(path).startswith(("tests/", "bench/"))
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        length = (node.end_lineno or 0) - node.lineno + 1
        if length >= FUNCTION_LINES_MAX:
            yield f"{node.name} has {length} lines"
    elif isinstance(node, ast.Call) and not is_test:
        yield from _banned(node, lines[node.lineno - 1])
    elif isinstance(node, ast.ClassDef):
        yield from _slow_values(path, node)
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from _second_doors(path, node)


def _banned(node: ast.Call, line: str) -> Iterator[str]:
    name = called(node)
    if name in BANNED_CALLS and "tidy: allow" not in line:
        yield f"line {node.lineno}: {name}: {BANNED_CALLS[name]}"


def _slow_values(path: Path, made: ast.ClassDef) -> Iterator[str]:
    """Yield a frozen dataclass that hides no part and computes none: a Record would do."""
    fields = [node for node in ast.walk(made) if isinstance(node, ast.Call)]
    options = {word.arg for node in fields if called(node) == "field" for word in node.keywords}
    if options & {"init", "repr"} or name_of(path).startswith(CARRIED):
        return
    if any("frozen=True, slots=True" in ast.unparse(made_by) for made_by in made.decorator_list):
        yield f"{made.name} is a value that never changes: make it a Record"


def _second_doors(path: Path, node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    if isinstance(node, ast.ImportFrom):
        names = [node.module or ""]
    else:
        names = [alias.name for alias in node.names]
    for name in names:
        for module, places in DOORS.items():
            is_it = name == module or name.startswith(f"{module}.")
            if is_it and not name_of(path).startswith(places):
                yield f"line {node.lineno}: {module} is imported only by {places}"


def test_no_file_is_overlooked() -> None:
    assert len(SOURCES) == len(set(SOURCES))
    for package in PACKAGES:
        found = {path for path in (ROOT / package).rglob("*.py") if path.parent.name != "versions"}
        assert found <= set(SOURCES)


def test_a_file_against_the_rules_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources_module, "ROOT", tmp_path)
    path = tmp_path / "app" / "bad.py"
    path.parent.mkdir()
    body = "\n".join(["    pass"] * FUNCTION_LINES_MAX)
    todo = "TO" + "DO"
    path.write_text(
        f"import smtplib\nnow = datetime.now()\n# {todo}\ndef long() -> None:\n{body}\n"
        "@dataclass(frozen=True, slots=True)\nclass Value:\n    pass\n"
    )
    assert list(faults_of(path)) == [
        "a module says what it is for",
        f"line 3 is left to do later: # {todo}",
        "line 1: smtplib is imported only by ('app/core/smtp.py', 'tests/')",
        f"long has {FUNCTION_LINES_MAX + 1} lines",
        "Value is a value that never changes: make it a Record",
        "line 2: datetime.now: ask the Clock",
    ]
