"""Nobody reads posts past the one rule of who may see them."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.project.sources import ROOT, name_of
from tests.project.test_tidy import SOURCES

RULE = {"visible_to", "shown", "lean", "sight"}
TABLES = {"app.statuses.models": "Status", "app.statuses.visible": "statuses"}

# Modules that touch the table without the rule, and why nobody sees anything by it.
EXCEPTIONS = {
    "app/statuses/visible.py": "is the rule",
    "app/statuses/service/publish.py": "counts the author's own posts; reads what the rule gave",
    "app/statuses/service/proclaim.py": "writes a post of the co-op's own account",
    "app/statuses/service/edit.py": "changes the author's own post",
    "app/statuses/service/delete.py": "buries a post, shows none",
    "app/statuses/service/boost.py": "finds the actor's own boost",
    "app/statuses/service/marks.py": "counts marks",
    "app/statuses/service/pins.py": "counts and pins the author's own posts",
    "app/statuses/cards/service.py": "gives posts new versions, and shows none",
    "app/statuses/service/covers.py": "gives a post a new version, and shows none",
    "app/statuses/quotes/service.py": "reads what the rule gave; changes the author's own post",
    "app/statuses/service/quiet.py": "hands on what the rule gave",
    "app/statuses/tally.py": "counts the author's own posts",
    "app/statuses/marking.py": "lists who boosted a post that the rule has shown",
    "app/mastodon/entities/status.py": "renders what the rule gave",
    "app/timelines/feeds.py": "writes feeds; home asks the rule when it reads them",
    "app/timelines/duties.py": "writes feeds",
    "app/timelines/listfeeds.py": "writes feeds; a list asks the rule when it is read",
    "app/statuses/service/adopt.py": "keeps what the author's own site says; shows none",
    "app/statuses/polls/adopt.py": "keeps what the author's own site says of its poll",
    "app/federation/inbox/posts.py": "keeps and buries posts; asks the rule who may answer",
    "app/federation/inbox/featured.py": "pins the author's own post",
    "app/federation/inbox/quotes.py": "joins what the author's policy lets be joined",
    "app/federation/inbox/marks.py": "asks the rule before somebody does something with a post",
    "app/federation/inbox/people.py": "buries the posts of who is gone",
    "app/federation/inbox/desk.py": "finds posts by their ids for what others did; shows none",
    "app/moderation/queries.py": "shows moderators what was reported to them, and no more",
    "app/search/rebuild.py": "counts posts, and forgets the words of those that are gone",
    "app/search/service.py": "keeps words; whoever looks for them is asked by the rule",
    "app/federation/delivery/interested.py": "finds whom a post concerns, shows nothing of it",
    "app/federation/delivery/claims.py": "drops what speaks of deleted posts, shows none",
    "app/notifications/listeners.py": "reads the post of an event; `notify` asks the rule",
}


def imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield the names that a module imports, with where from."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield node.module, alias.name


def touches_posts(tree: ast.Module) -> bool:
    """Return whether a module names the table of posts, or all of the module that holds it."""
    names = set(imported(tree))
    whole = any(module == "app.statuses" and name == "models" for module, name in names)
    return whole or any(item in names for item in TABLES.items())


def asks_the_rule(tree: ast.Module) -> bool:
    """Return whether a module calls the rule, not only imports it."""
    calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return any(isinstance(func, ast.Name) and func.id in RULE for func in calls)


READERS = [
    path
    for path in SOURCES
    if not name_of(path).startswith(("tests/", "bench/", "migrations/"))
    and name_of(path) != "app/wiring.py"
    and touches_posts(ast.parse(path.read_text()))
]


@pytest.mark.parametrize("path", READERS, ids=name_of)
def test_who_reads_posts_asks_the_rule(path: Path) -> None:
    name = name_of(path)
    assert name in EXCEPTIONS or asks_the_rule(ast.parse((ROOT / name).read_text())), (
        "read posts through app.statuses.queries or app.timelines.queries"
    )


def test_every_exception_is_one() -> None:
    assert set(EXCEPTIONS) <= {name_of(path) for path in READERS}


@pytest.mark.parametrize(
    ("source", "caught"),
    [
        ("from app.statuses.models import Status\nselect(Status)", True),
        ("from app.statuses.visible import statuses\nselect(statuses)", True),
        ("from app.statuses import models\nselect(models.Status)", True),
        ("from app.statuses.models import Status\nselect(Status).where(visible_to(me))", False),
        ("from app.statuses.visible import visible_to", False),
    ],
)
def test_a_second_door_is_found(source: str, caught: bool) -> None:
    tree = ast.parse(source)
    assert (touches_posts(tree) and not asks_the_rule(tree)) is caught
