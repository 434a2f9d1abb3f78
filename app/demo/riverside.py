"""The demo's co-op, from its founding fourteen months ago until now."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.duties import Handlers
from app.core.kernel import Kernel
from app.demo.decisions import DAY, Matter, plan_matter
from app.demo.matters import matters
from app.demo.people import RESIDENTS
from app.demo.posting import introduce, plan_follows, plan_posts
from app.demo.story import Stage, open_stage
from app.instance.presets import Preset
from app.instance.service import found_coop
from app.members.consent import accept_all, in_force, missing
from app.members.models import Member
from app.members.offices import Office
from app.members.passwords import Hasher
from app.members.register import Newcomer, enter
from app.members.service import add_coverage
from app.members.standing import Source
from governance.effects import Effects
from governance.founding import first_text
from governance.models.law import Slug
from governance.rules import DecisionType

PASSWORD: Final = "a kettle in the reading room"  # noqa: S105 (printed for whoever looks around)
MAIL: Final = "riverside.example"
STORY_DAYS: Final = 425
POSTS_PER_MEMBER: Final = 14
TERMS: Final = (
    ("ruth", Office.SECRETARY),
    ("maren", Office.TREASURER),
    ("ines", Office.MODERATOR),
    ("femi", Office.FACILITATOR),
)
KEEPERS: Final = ("ada", "tomasz")


@dataclass(frozen=True, slots=True)
class Told:
    """What was told: who can sign in, as what."""

    members: int
    sign_ins: tuple[tuple[str, str], ...]


Report = Callable[[str], None]


def tell(
    kernel: Kernel,
    handlers: Callable[[Kernel], Handlers],
    *,
    effects: Effects,
    members: int,
    seed: int,
    report: Report,
) -> Told:
    """Fill an empty database with the demo, reproducibly; `report` hears how far it is."""
    end = kernel.clock.now()
    begins = end - STORY_DAYS * DAY
    stage = open_stage(kernel, handlers, begins=begins, seed=seed)
    _found(stage)
    residents = [r.handle for r in RESIDENTS[1:members]]
    for number, handle in enumerate(residents):
        # The first dozen come within a month, the others over most of a year.
        days = 2 + 2 * number if number < 12 else 26 + 4 * (number - 11)
        stage.at(begins + min(days, 300) * DAY, partial(_join, handle=handle))
    _plan_elections(stage, effects, begins=begins)
    _tell(stage, report, begins + 60 * DAY, "The first officers are elected")
    present = [m for m in _matters() if m.author in [r.handle for r in RESIDENTS[:members]]]
    for matter in present:
        plan_matter(stage, matter, effects=effects, end=end)
    _tell(stage, report, end - 92 * DAY, "A year of joining and deciding")
    plan_follows(stage, at=end - 91 * DAY)
    count = POSTS_PER_MEMBER * members
    plan_posts(stage, count=count, pictures=count // 12, end=end)
    for days in range(90, 0, -15):
        _tell(stage, report, end - days * DAY, f"Three months of posts, {days} days to go")
        _accept_terms(stage)
    _tell(stage, report, end, "Until today")
    chosen = [h for h in ("ada", "maren", "ines", "ruth", "femi", "bo") if h in stage.cast]
    return Told(len(stage.cast), tuple((f"{h}@{MAIL}", PASSWORD) for h in chosen))


def _tell(stage: Stage, report: Report, until: datetime, words: str) -> None:
    report(f"{words} …")
    stage.tell(until=until)


def _found(stage: Stage) -> None:
    with stage.kernel.db.write.begin() as session:
        founded = found_coop(
            session,
            name="Riverside",
            founder=_newcomer("ada"),
            tagline="Neighbours along the river, and their friends.",
            preset=Preset.SMALL,
            contact=f"hello@{MAIL}",
            via="demo",
            now=stage.now,
        )
        stage.cast["ada"] = founded.founder.id
        _cover(session, founded.founder, now=stage.now)
    introduce(stage, "ada")


def _newcomer(handle: str) -> Newcomer:
    return Newcomer(
        username=handle,
        email=f"{handle}@{MAIL}",
        password_hash=Hasher(threads=1).hash_now(PASSWORD),
    )


def _join(stage: Stage, handle: str) -> None:
    with stage.kernel.db.write.begin() as session:
        required = in_force(session, at=stage.now)
        member = enter(
            session, _newcomer(handle), at_once=True, accepts=required, via="demo", now=stage.now
        )
        stage.cast[handle] = member.id
        _cover(session, member, now=stage.now)
    introduce(stage, handle)


def _cover(session: Session, member: Member, *, now: datetime) -> None:
    """Cover a member for two years, as a list brought along from before would."""
    add_coverage(
        session,
        member_id=member.id,
        starts_on=now.date(),
        ends_on=now.date() + 730 * DAY,
        grace_days=45,
        source=Source.IMPORT,
        now=now,
    )


def _plan_elections(stage: Stage, effects: Effects, *, begins: datetime) -> None:
    stage.at(begins + 12 * DAY, partial(_elect, names=TERMS, effects=effects))
    keepers = tuple((who, Office.ADMIN) for who in KEEPERS)
    stage.at(begins + 30 * DAY, partial(_elect, names=keepers, effects=effects))


def _elect(stage: Stage, names: tuple[tuple[str, Office], ...], effects: Effects) -> None:
    """Put up those of the names who have joined, one proposal for each."""
    for who, office in names:
        if who not in stage.cast:
            continue
        payload = {"member": str(stage.cast[who]), "office": office.value, "days": 400}
        matter = Matter(
            author="ada",
            type=DecisionType.ELECTION,
            title=f"{who.capitalize()} as {office.value}",
            body="For the coming year.",
            effects=({"kind": "role.grant", "payload": payload},),
            before_end=0,
            turnout=90,
            no=4,
        )
        plan_matter(stage, matter, effects=effects, end=stage.now)


def _matters() -> Iterator[Matter]:
    texts = [
        first_text(slug, coop="Riverside", contact=f"hello@{MAIL}")
        for slug in (Slug.TERMS, Slug.PRIVACY)
    ]
    yield from matters(*texts)


def _accept_terms(stage: Stage) -> None:
    """Let most accept what is newly required; a few have not come round to it."""
    with stage.kernel.db.write.begin() as session:
        for member_id in session.scalars(select(Member.id).order_by(Member.id)).all():
            due = missing(session, member_id, at=stage.now)
            if due and stage.random.randrange(10):
                accept_all(session, due, member_id=member_id, via="demo", now=stage.now)
