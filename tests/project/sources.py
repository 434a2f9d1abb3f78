"""The Python files of the project by folder, read and taken apart for rules about them.

Nothing is kept: the collector would look through millions of nodes during all later tests.
"""

import ast
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRODUCT = ("app", "governance", "dues")


def sources(packages: Iterable[str]) -> Mapping[str, Sequence[Path]]:
    """Return the files of the packages, by folder; a test each would cost more than reading."""
    found: dict[str, list[Path]] = {}
    for path in sorted(path for package in packages for path in (ROOT / package).rglob("*.py")):
        found.setdefault(name_of(path.parent), []).append(path)
    return found


def name_of(path: Path) -> str:
    """Return the path below the project's root."""
    return path.relative_to(ROOT).as_posix()


def lines_of(path: Path) -> Sequence[str]:
    """Return the file's lines."""
    return path.read_text().splitlines()


def nodes_of(path: Path) -> Sequence[ast.AST]:
    """Return everything in the file, the module first."""
    return list(ast.walk(ast.parse(path.read_text())))


def called(node: ast.Call) -> str:
    """Return the dotted name of what is called, such as "session.commit"; else nothing."""
    names: list[str] = []
    callee = node.func
    while isinstance(callee, ast.Attribute):
        names.append(callee.attr)
        callee = callee.value
    return ".".join([callee.id, *reversed(names)]) if isinstance(callee, ast.Name) else ""
