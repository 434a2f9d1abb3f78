"""What apps ask for, beside a bare answer of the same size (B2 to B5)."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.kernel import Kernel
from app.members.models import Member
from app.members.states import MemberState
from app.oauth.service import give_token
from app.statuses.models import Status
from bench.processes import free_port
from bench.readings import Reading
from bench.sites import found_site, settle
from bench.web import Page, measure_pages, raw_server, site_server

SCOPES = ("read", "write", "follow", "push")
ADDRESSES = 40  # Of visitors, each of whom may ask only so often.


@dataclass(frozen=True, slots=True)
class Stage:
    """Who asks, by their tokens, and what the addresses of the scenarios name."""

    tokens: Sequence[str]
    account: int
    talk: int

    @property
    def pages(self) -> Sequence[Page]:
        """What is asked for, and how many bare answers each may cost."""
        members = [{"Authorization": f"Bearer {token}"} for token in self.tokens]
        visitors = [{"X-Forwarded-For": f"192.0.2.{n}"} for n in range(ADDRESSES)]
        v1 = "/api/v1"
        talk, posts = (
            f"{v1}/statuses/{self.talk}/context",
            f"{v1}/accounts/{self.account}/statuses",
        )
        return (
            Page("home_warm", f"{v1}/timelines/home", 8, 800, members),
            Page("context: thread of 60", talk, 10, 400, members),
            Page("account statuses", posts, 10, 600, members),
            Page("tiny: instance", "/api/v2/instance", 1.7, 1_600, visitors),
            Page("tiny: own account", f"{v1}/accounts/verify_credentials", 1.7, 1_600, members),
        )


def measure(folder: Path) -> Iterator[Reading]:
    """Yield the readings of the client API on SQLite."""
    port = free_port()
    kernel, _, account_id = found_site(folder / "apps", port)
    viewers = settle(kernel, account_id)
    stage = _prepare(kernel, viewers)
    kernel.close()
    with ExitStack() as stack:
        raw = stack.enter_context(raw_server())
        trust = {"COMMONHOLD_TRUSTED_PROXIES": "127.0.0.1/32"}
        site = stack.enter_context(site_server(folder / "apps", port, **trust))
        yield from measure_pages(raw, site, stage.pages)


def _prepare(kernel: Kernel, viewers: Sequence[int]) -> Stage:
    """Make members of the viewers, with a token each, and a talk of sixty answers."""
    now = kernel.clock.now()
    with kernel.db.write.begin() as session:
        members = [_member(session, account_id, now) for account_id in viewers]
        session.flush()
        tokens = [
            give_token(session, member_id=member.id, scopes=SCOPES, now=now) for member in members
        ]
        newest = select(Status).where(Status.reblog_of_id.is_(None)).order_by(Status.id.desc())
        first, *answers = session.scalars(newest.limit(61)).all()[::-1]
        for answer in answers:
            answer.in_reply_to_id = first.id
            answer.in_reply_to_account_id = first.account_id
            answer.conversation_id = first.id
        return Stage(tokens, viewers[1], first.id)


def _member(session: Session, account_id: int, now: datetime) -> Member:
    known = session.scalar(select(Member).where(Member.account_id == account_id))
    if known is not None:
        return known
    member = Member(
        account_id=account_id,
        email=f"{account_id}@mail.example",
        state=MemberState.ACTIVE,
        created_at=now,
        joined_at=now,
    )
    session.add(member)
    return member
