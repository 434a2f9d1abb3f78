"""Programs that guess: whatever they send to the client API, the fault is never ours.

Every route is sent the parameters of all others, with strange values, in each way that a parameter
can be sent. What fits a description of the routes is tried in `test_described`.
"""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import app.mastodon
from app.core.db import Database
from app.members.models import Member
from app.members.offices import Office
from app.statuses.polls.rules import Asking
from tests.coop_api.guessing import WEIRD_TEXTS, json_values
from tests.factories import make_mandate
from tests.fakes import FixedClock
from tests.kernels import assemble, riverside
from tests.mastodon.apps import Site
from tests.mastodon.table import ROWS, Row
from tests.social import befriend, post

SOURCES = Path(app.mastodon.__path__[0])
ASKED = frozenset({"text", "texts", "flag", "id", "ids", "file", "get", "limit_of"})
# The one would end the guesser's own token, the other never ends.
LEFT_OUT = ("/oauth/revoke", "/api/v1/streaming")
RAW = (b"{", b"\xff\xfe", b"[" * 50_000, b'{"a":' + b"9" * 5000 + b"}", b'{"status": NaN}', b"[]")
WORDS = ("true", "0", "home", "public", "direct", "follow", "mention", "text/markdown", "lottery")
EXAMPLES = 120


def names_of_parameters() -> list[str]:
    """Return all names that the client API asks parameters by."""
    found: set[str] = set()
    for path in sorted(SOURCES.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                named = node.func.attr in ASKED and node.args
                if named and isinstance(node.args[0], ast.Constant):
                    found.add(str(node.args[0].value))
            if isinstance(node, ast.ClassDef) and node.name.endswith("Shape"):
                fields = (part.target for part in node.body if isinstance(part, ast.AnnAssign))
                found |= {field.id for field in fields if isinstance(field, ast.Name)}
    return sorted(found | {"max_id", "min_id", "since_id", "limit", "id"})


NAMES = names_of_parameters()


@dataclass(frozen=True)
class Call:
    """What a guesser sends."""

    method: str
    address: str
    sent: Mapping[str, Any]


def filled(template: str, there: list[str]) -> st.SearchStrategy[str]:
    """Return addresses of a route: of what is there, and of what is not."""
    strange = [quote(text, safe="", errors="replace") for text in WEIRD_TEXTS[1:]]
    place = st.sampled_from(there) | st.sampled_from(there) | st.sampled_from(strange)
    parts = dict.fromkeys(re.findall(r"{(\w+)}", template), place)
    return st.fixed_dictionaries(parts).map(lambda values: template.format(**values))


def bodies(there: list[str]) -> st.SearchStrategy[Mapping[str, Any]]:
    """Return what comes with a call: in the address, as a form, as JSON, or as rubbish."""
    text = st.sampled_from(there) | st.sampled_from(WORDS) | st.sampled_from(WEIRD_TEXTS)
    sayable = text.map(lambda value: value.encode("utf-8", "replace").decode())
    name = st.sampled_from(NAMES) | st.sampled_from(NAMES).map(lambda one: f"{one}[]")
    flat = st.dictionaries(name, sayable, max_size=5)
    deep = st.dictionaries(st.sampled_from(NAMES), json_values | text, max_size=5)
    kinds = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data")
    return st.one_of(
        flat.map(lambda values: {"params": values}),
        flat.map(lambda values: {"data": values}),
        deep.filter(is_sayable).map(lambda values: {"json": values}),
        st.builds(
            lambda raw, kind: {"content": raw, "headers": {"content-type": kind}},
            st.sampled_from(RAW),
            st.sampled_from(kinds),
        ),
    )


def is_sayable(values: Any) -> bool:
    """Return whether the values can be sent as JSON at all: half characters cannot."""
    return "\\ud800" not in ascii(values)


def calls(there: list[str]) -> st.SearchStrategy[Call]:
    """Return calls of every route of the table."""
    rows = [row for row in ROWS if not row.path.startswith(LEFT_OUT)]

    def of(row: Row) -> st.SearchStrategy[Call]:
        return st.builds(Call, st.just(row.method), filled(row.path, there), bodies(there))

    return st.sampled_from(rows).flatmap(of)


@pytest.fixture
def site(database_url: str, tmp_path: Path, db: Database, clock: FixedClock) -> Site:
    """A site that counts nobody's calls."""
    return Site(assemble(riverside(database_url, tmp_path, test_open=True), db, clock))


def what_is_there(site: Site) -> list[str]:
    """Let people post, ask, follow, list and filter; return the ids of it all."""
    ada, bo = site.person("ada"), site.person("bo")
    with site.write() as session:
        make_mandate(session, session.get_one(Member, ada.member_id), Office.ADMIN)
        befriend(session, ada, bo)
        first = post(session, bo, text="A #lottery for @ada")
        answer = post(session, ada, text="No", in_reply_to_id=first.id)
        asked = post(session, bo, text="Which?", poll=Asking(("one", "two"), timedelta(days=1)))
        ids = [first.id, answer.id, asked.id, asked.poll_id, ada.account_id, bo.account_id]
    app = site.program("ada")
    made = [
        app.post("/api/v1/lists", json={"title": "Few"}).json()["id"],
        app.post("/api/v2/filters", json={"title": "Quiet", "context": ["home"]}).json()["id"],
    ]
    return [*map(str, ids), *made, "1", "garden"]


@pytest.mark.parametrize("caller", [None, "bo", "ada"], ids=["nobody", "member", "officer"])
def test_no_guess_is_a_fault_of_ours(site: Site, caller: str | None) -> None:
    there = what_is_there(site)
    program, seen = site.program(caller), set()

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(guess=calls(there))
    def guess_and_look(guess: Call) -> None:
        answer = program.request(guess.method, guess.address, **guess.sent)
        seen.add(answer.status_code)
        assert answer.status_code < 500, answer.text
        if answer.status_code >= 400:
            assert isinstance(answer.json()["error"], str)
            assert answer.json()["error"]

    guess_and_look()
    assert seen >= ({200, 401} if caller is None else {200, 404, 422})
