"""The house rules that a machine can read: size, docstrings, and one door for each danger."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILE_LINES_MAX = 500
FUNCTION_LINES_MAX = 70
PACKAGES = ("app", "governance", "dues", "bench", "tests", "migrations")
SOURCES = sorted(
    path
    for package in PACKAGES
    for path in (ROOT / package).rglob("*.py")
    if path.parent.name != "versions"
)

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
# Modules that only the named places may import.
DOORS = {
    "aiohttp": ("app/core/net.py", "tests/", "bench/"),
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


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_tidy(path: Path) -> None:
    text = path.read_text()
    lines = text.splitlines()
    tree = ast.parse(text)
    assert len(lines) <= FILE_LINES_MAX, f"{len(lines)} lines: split it by noun or verb"
    assert not lines or ast.get_docstring(tree), "a module says what it is for"
    is_test = name_of(path).startswith(("tests/", "bench/"))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length < FUNCTION_LINES_MAX, f"{node.name} has {length} lines"
        if isinstance(node, ast.Call) and not is_test:
            name = ast.unparse(node.func)
            allowed = "tidy: allow" in lines[node.lineno - 1]
            assert allowed or name not in BANNED_CALLS, (
                f"line {node.lineno}: {name}: {BANNED_CALLS[name]}"
            )
        if isinstance(node, ast.Import | ast.ImportFrom):
            _check_doors(path, node)


def _check_doors(path: Path, node: ast.Import | ast.ImportFrom) -> None:
    if isinstance(node, ast.ImportFrom):
        names = [node.module or ""]
    else:
        names = [alias.name for alias in node.names]
    for name in names:
        for module, places in DOORS.items():
            if name == module or name.startswith(f"{module}."):
                assert name_of(path).startswith(places), (
                    f"line {node.lineno}: {module} is imported only by {places}"
                )


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_nothing_is_left_to_do_later(path: Path) -> None:
    marks = ("TO" + "DO", "FIX" + "ME", "XX" + "X", "Not" + "ImplementedError")
    for number, line in enumerate(path.read_text().splitlines(), 1):
        assert not any(mark in line for mark in marks), f"line {number}: {line.strip()}"
