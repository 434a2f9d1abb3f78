"""One door: nothing in the product makes law, offices or ballots but the named places."""

import ast
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = [
    path for package in ("app", "dues", "governance") for path in (ROOT / package).rglob("*.py")
]
DOORS = {
    "DocumentVersion": {"governance/documents.py"},
    "RequiredVersion": {"governance/documents.py"},
    "Constitution": {"governance/constitution.py"},
    "ConstitutionRule": {"governance/constitution.py"},
    "Enactment": {"governance/guard.py"},
    "EnactmentOrder": {"governance/orders.py"},
    "Warrant": {"governance/guard.py"},
    "Ballot": {"governance/service/voting.py"},
    "Elector": {"governance/service/opening.py"},
    "Result": {"governance/service/closing.py"},
    "Mandate": {"app/members/mandates.py"},
    "EmergencyAction": {"governance/emergencies.py"},
    "SettingChange": {"app/instance/service.py"},
    "change_setting": {"app/instance/service.py", "governance/sitesettings.py"},
    "restore_setting": {"governance/sitesettings.py"},
    "StoredRule": set(),  # `decide_site` alone writes it, by an upsert.
    "SiteChange": {"app/moderation/sites/service.py"},
    "decide_site": {"app/moderation/sites/service.py", "governance/sites.py"},
    "restore_site": {"governance/sites.py"},
    "resume_mandate": {"governance/roles.py"},
    "act_at_once": {
        "governance/emergencies.py",
        "governance/pages/emergencies.py",
        "governance/api/emergencies.py",
    },
    "undo_act": {"governance/emergencies.py"},
    "grant_mandate": {"governance/roles.py"},
    "end_mandate": {"governance/roles.py"},
    "write_version": {"governance/documents.py", "governance/founding/__init__.py"},
    "write_constitution": {"governance/constitution.py", "governance/founding/__init__.py"},
    "founding_warrant": {"governance/founding/__init__.py"},
}


def callers(name: str) -> set[str]:
    """Return the files that call `name`, bare or as an attribute."""
    return _calls().get(name, set())


@cache
def _calls() -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                found[_called(node)].add(path.relative_to(ROOT).as_posix())
    return found


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


@pytest.mark.parametrize("name", DOORS)
def test_only_the_door_makes_it(name: str) -> None:
    assert callers(name) == DOORS[name]


@pytest.mark.parametrize("name", ["write_version", "write_constitution"])
def test_every_writer_asks_for_its_warrant_first(name: str) -> None:
    [function] = [
        node
        for place in DOORS[name]
        for node in ast.walk(ast.parse((ROOT / place).read_text()))
        if isinstance(node, ast.FunctionDef) and node.name == name
    ]
    first = function.body[1]  # Behind the docstring.
    assert ast.unparse(first) == "check_warrant(session, warrant)"
