"""A site with proposals in all states that matter, and a program of each kind of caller."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fastapi.testclient import TestClient

from app.core import ids
from app.core.crypto import hash_secret, new_secret
from app.core.runner import Runner
from app.http.openapi import PREFIX
from app.main import create_app
from app.members.states import MemberState
from app.oauth.models import AccessToken
from app.wiring import duty_handlers
from tests.coop_api.table import ABOUT, CALLERS, Row
from tests.engines import opened
from tests.factories import NOON
from tests.fakes import FixedClock
from tests.governance.acts import act
from tests.governance.hall import ELECTORATE, Hall
from tests.governance.web import Web
from tests.kernels import assemble, riverside

OURS = ("coop:read", "coop:vote", "coop:ledger:read", "coop:officer")
SOCIAL = ("read", "write", "follow", "push", "profile", "admin:read", "admin:write")
ALL_YES = dict.fromkeys(ELECTORATE, "yes")
GUESSERS = ("member", "officer")
PEOPLE = {
    "officer": "ada",
    "suspended": "sue",
    "waiting": "walt",
    "lapsed": "lee",
    "seated": "ada",
}


@dataclass(frozen=True)
class World:
    """A site with proposals in all states that matter, and a program of each kind of caller."""

    web: Web
    proposals: dict[str, int]
    order_id: int
    act_id: int
    programs: dict[str, TestClient]

    def everything(self, caller: str) -> TestClient:
        """Return a program with all our scopes: of `nobody`, a `member` or an `officer`."""
        return self.programs[caller]

    def address(self, row: Row) -> str:
        """Return the address to call for a row."""
        about = ABOUT.get(str(row), "talked")
        filled = row.path.format(
            proposal_id=self.proposals[about],
            order_id=self.order_id,
            act_id=self.act_id,
            slug="admin" if row.path.startswith("/roles") else "terms",
            number=1,
            before=1,
            after=1,
            month="2026-11",
        )
        return PREFIX + filled


def _queued(hall: Hall) -> int:
    """Bring an order to where it waits to be carried out."""
    proposal_id = hall.closed(hall.voting("bo"), ALL_YES)
    hall.go_to(hall.proposal(proposal_id).challenge_until)
    return hall.order_of(proposal_id).id


def _proposals(hall: Hall) -> dict[str, int]:
    """Bring proposals to where the rows need them, at one moment."""
    decided = hall.deliberating("cleo")
    hall.pass_days(5)
    voted_on = hall.deliberating("dov", title="Delete at once")
    hall.go_to(hall.proposal(decided).opens_at)
    hall.closed(decided, ALL_YES)
    hall.vote(voted_on, "bo", "no")
    seeking = hall.draft("cleo", title="Keep a diary")
    hall.submit(seeking, "cleo")
    return {
        "decided": decided,
        "voted on": voted_on,
        "seeking": seeking,
        "talked": hall.deliberating("bo", title="Delete on Mondays"),
        "unwanted": hall.deliberating("bo", title="Delete on Tuesdays"),
        "drafted": hall.draft("bo", title="Delete on Wednesdays"),
    }


def _program(web: Web, caller: str) -> TestClient:
    if caller == "nobody":
        return web.program(None)
    if caller == "application":
        return _application(web)
    scopes = {"mastodon": SOCIAL, "seated": ("coop:officer",)}.get(caller, OURS)
    return web.program(PEOPLE.get(caller, "bo"), *((caller,) if caller in OURS else scopes))


def _application(web: Web) -> TestClient:
    """Return a program whose token stands for an application and no member."""
    token, now = new_secret(), web.hall.now
    with web.kernel.db.write.begin() as session:
        scopes = " ".join(OURS)
        session.add(AccessToken(hash=hash_secret(token), scopes=scopes, created_at=now))
    program = web.program(None)
    program.headers["authorization"] = f"Bearer {token}"
    return program


@contextmanager
def built(url: str, folder: Path) -> Iterator[World]:
    """Build the world in the migrated database at `url`, with its files in `folder`."""
    clock = FixedClock(NOON)
    ids.configure(node=0, now_ms=lambda: int(clock.now().timestamp() * 1000))
    with opened(url) as db:
        kernel = assemble(riverside(url, folder, test_open=True), db, clock)
        hall = Hall(db, clock, Runner(db.write, duty_handlers(kernel), clock)).found()
        hall.add("sue", state=MemberState.SUSPENDED)
        hall.add("walt", state=MemberState.WAITING, joined_at=None, covered=False)
        hall.add("lee", covered=False)
        order_id = _queued(hall)
        proposals = _proposals(hall)
        act_id = act(hall)
        web = Web(create_app(kernel), kernel, hall)
        programs = {caller: _program(web, caller) for caller in (*CALLERS, *GUESSERS)}
        for program in programs.values():
            program.get(f"{PREFIX}/me")  # The first call of a day notes that the token was used.
        yield World(web, proposals, order_id, act_id, programs)
