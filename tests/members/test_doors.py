"""Power has few doors: who may lend offices, change standing, or require consent."""

import ast

import pytest

from tests.project.sources import name_of
from tests.project.test_tidy import SOURCES

DOORS = {
    "grant_mandate": ("governance/roles.py",),
    "end_mandate": ("governance/roles.py",),
    "grant_caretaker": ("app/instance/service.py", "app/commands/people.py"),
    "RequiredVersion": ("app/members/", "governance/"),
    "found_coop": ("app/web/founding.py", "app/commands/people.py", "app/demo/", "bench/"),
}


@pytest.mark.parametrize("name", DOORS)
def test_only_its_door_imports_it(name: str) -> None:
    importers = [
        name_of(path)
        for path in SOURCES
        if not name_of(path).startswith("tests/") and name in _imported(path.read_text())
    ]
    assert importers, "the door is gone: take its line away"
    assert not [path for path in importers if not path.startswith(DOORS[name])]


def _imported(source: str) -> set[str]:
    return {
        alias.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
