"""What the documentation says exists, and what exists is in it."""

import re
from pathlib import Path

import pytest

from app.core.kernel import Kernel
from app.core.settings import PREFIX, Settings
from app.main import create_app
from app.wiring import EFFECTS, duty_handlers
from tests.project.routes_table import render_table
from tests.shell import commands

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def text_of(name: str) -> str:
    return (DOCS / name).read_text()


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_explained(name: str) -> None:
    assert f"`{PREFIX}{name.upper()}`" in text_of("operators.md")


def test_no_setting_is_explained_that_is_not_there() -> None:
    named = set(re.findall(rf"`{PREFIX}([A-Z_]+)[`=]", text_of("operators.md")))
    assert named <= {name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_command_is_explained(name: str) -> None:
    assert f"`commonhold {name}" in text_of("operators.md")


@pytest.mark.parametrize("kind", sorted(EFFECTS))
def test_every_effect_is_explained(kind: str) -> None:
    assert f"`{kind}`" in text_of("admins.md")


def test_every_duty_is_explained(kernel: Kernel) -> None:
    missing = [k for k in duty_handlers(kernel) if f"| `{k}` |" not in text_of("operators.md")]
    assert not missing


def test_every_route_stands_in_the_table(kernel: Kernel) -> None:
    """`python -m tests.project.routes_table` writes it anew; read the difference as a review."""
    assert text_of("routes.md") == render_table(create_app(kernel))


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.md")), ids=lambda path: path.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
        assert (page.parent / target).exists(), target


def test_the_readme_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", (ROOT / "README.md").read_text()):
        assert (ROOT / target).exists(), target
