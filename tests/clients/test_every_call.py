"""Whatever Mastodon.py and toot can call, works: each of their calls has a test, or a reason."""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from mastodon import Mastodon
from toot.cli import cli

from tests.clients.calls import NO_CALLS, NO_COMMANDS

HERE = Path(__file__).parent
SOURCES = "\n".join(path.read_text() for path in sorted(HERE.glob("test_*.py")))


def calls() -> set[str]:
    """Return the names of all that a program can call on Mastodon.py."""
    found = inspect.getmembers(Mastodon, callable)
    return {name for name, _ in found if not name.startswith("_")}


def commands(group: click.Group = cli, *above: str) -> Iterator[tuple[str, ...]]:
    """Yield every command of toot, by its words; of two names of one, the newer."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, *above, name)
        elif not command.hidden:
            yield (*above, name)


@pytest.mark.parametrize("name", sorted(calls() - NO_CALLS.keys()))
def test_a_call_of_mastodon_py_is_made(name: str) -> None:
    assert re.search(rf"\.{name}\b", SOURCES), "no test of this folder calls it"


@pytest.mark.parametrize("words", sorted(set(commands()) - NO_COMMANDS.keys()), ids=" ".join)
def test_a_command_of_toot_is_given(words: tuple[str, ...]) -> None:
    said = ", ".join(f'"{word}"' for word in words)
    assert said in SOURCES, "no test of this folder gives it"


def test_what_is_left_out_is_there_and_not_called() -> None:
    assert NO_CALLS.keys() <= calls()
    assert NO_COMMANDS.keys() <= set(commands())
    assert not [name for name in NO_CALLS if re.search(rf"\b(api|maren|noor)\.{name}\(", SOURCES)]
