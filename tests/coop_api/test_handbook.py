"""The handbook of the API: each of its calls exists, with the scope that it names."""

import json
import re
from pathlib import Path

import pytest

from app.core.kernel import Kernel
from app.http.openapi import describe
from app.main import create_app
from tests.coop_api.table import ROWS
from tests.governance.web import SQLITE

TEXT = (Path(__file__).parents[2] / "docs" / "api.md").read_text()
CALLS = re.findall(r"^\| `([A-Z]+) (/[^`]*)` \| `([a-z:]+)`(?:, (\w+))? \|", TEXT, re.MULTILINE)
CURLS = re.findall(
    r"^\$ curl (?:-X (\w+) )?.*?\"?\$API(/[^\s?\"]*)\S*(?: -d '(.*?)')?(?: > \S+)?$",
    TEXT,
    re.MULTILINE | re.DOTALL,
)
PATHS = {str(row) for row in ROWS}


@SQLITE
def test_every_call_names_its_scope_and_its_office(kernel: Kernel) -> None:
    paths = describe(create_app(kernel))["paths"]
    assert {f"{method} {path}" for method, path, _, _ in CALLS} == PATHS
    for method, path, scope, office in CALLS:
        operation = paths[f"/api/coop/v1{path}"][method.lower()]
        assert operation["security"] == [{"bearer": [scope]}], path
        assert operation.get("x-offices", []) == ([office] if office else []), path


def test_there_are_examples() -> None:
    assert len(CURLS) == TEXT.count("$ curl ") > 20


def template_of(path: str) -> str:
    """Return the path of the table that an example is of."""
    path = path.replace("$ID", "{proposal_id}").replace("$ORDER", "{order_id}")
    return path.replace("/terms", "/{slug}").replace("1..2", "{before}..{after}")


@pytest.mark.parametrize(("method", "path", "body"), CURLS)
def test_every_example_is_a_call(method: str, path: str, body: str) -> None:
    assert f"{method or 'GET'} {template_of(path)}" in PATHS
    assert not body or isinstance(json.loads(body), dict)
