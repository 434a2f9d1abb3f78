"""The demo's co-op, from its founding fourteen months ago until now."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy import select

from app.core.duties import Handlers
from app.core.kernel import Kernel
from app.core.orphans import SWEEP
from app.core.records import Record
from app.demo.accounts import plan_accounts
from app.demo.asking import plan_asking
from app.demo.decisions import Matter, plan_matter
from app.demo.habits import FEW_MAX
from app.demo.matters import matters
from app.demo.paying import Purse, keep_hours, plan_choice
from app.demo.people import LEAVER, RESIDENTS
from app.demo.posting import introduce, plan_follows, plan_posts, read_all
from app.demo.showing import plan_showing
from app.demo.story import DAY, Stage, open_stage
from app.herald import POST_HEAD
from app.instance.presets import Preset
from app.instance.service import found_coop
from app.media.remote.duties import EVICT
from app.members.consent import accept_all, in_force, missing
from app.members.duties import TIDY_KIND
from app.members.models import Member
from app.members.offices import Office
from app.members.passwords import Hasher
from app.members.register import Newcomer, enter
from app.statuses.cards.owed import FORGET
from dues.owed import CHECK
from governance.effects import Effects
from governance.founding import first_text
from governance.models.law import Slug
from governance.owed import PULSE
from governance.rules import DecisionType

PASSWORD: Final = "a kettle in the reading room"  # noqa: S105 (printed for whoever looks around)
MAIL: Final = "riverside.example"
STORY_DAYS: Final = 425
POSTING_DAYS: Final = 92
LAST_JOINS: Final = (404, 416)  # These two are still in their first thirty days.
QUIET_SHARE: Final = 40
POSTS: Final = 830  # Of these some thirty are held back, such as by terms not accepted yet.
POSTS_OF_FEW: Final = 40
SETTLED_DAYS: Final = 66
SLOW_DAYS: Final = 25  # So long ago everybody had read what was asked of them.
NIGHTLY: Final = (PULSE, CHECK, TIDY_KIND, "feed.trim", SWEEP, EVICT, FORGET, POST_HEAD)
TERMS: Final = (
    ("ruth", Office.SECRETARY),
    ("maren", Office.TREASURER),
    ("ines", Office.MODERATOR),
    ("femi", Office.FACILITATOR),
)
KEEPERS: Final = ("ada", "tomasz")
SHOWN: Final = ("ada", "maren", "ines", "ruth", "femi", "bo", "otto", "mateo")


class Told(Record):
    """What was told: who can sign in, as what."""

    members: int
    sign_ins: tuple[tuple[str, str], ...]


class Telling(Record):
    """How the story is to be told; `watch` hears the moment that it has come to."""

    members: int
    seed: int
    watch: Callable[[datetime], None]

    @property
    def posts(self) -> int:
        """How many posts are written."""
        return POSTS if self.members == len(RESIDENTS) else POSTS_OF_FEW * self.members // 8


def tell(
    kernel: Kernel,
    handlers: Callable[[Kernel], Handlers],
    *,
    effects: Effects,
    telling: Telling,
) -> Told:
    """Fill an empty database with the demo, reproducibly."""
    end = kernel.clock.now()
    begins = end - STORY_DAYS * DAY
    stage = open_stage(kernel, handlers, begins=begins, seed=telling.seed, watch=telling.watch)
    purse = Purse(members=telling.members)
    secret = Hasher(threads=1).hash_now(PASSWORD)
    _found(stage, purse, secret)
    stage.put_off(NIGHTLY, until=end)
    _plan_joining(stage, purse, secret, members=telling.members)
    keep_hours(stage, purse, begins=begins, end=end)
    plan_accounts(stage, purse, begins=begins, end=end)
    _plan_elections(stage, effects)
    stage.tell(until=begins + SETTLED_DAYS * DAY)
    _plan_matters(stage, effects, end=end)
    stage.tell(until=end - POSTING_DAYS * DAY)
    plan_follows(stage, at=stage.now + DAY)
    plan_posts(stage, count=telling.posts, pictures=telling.posts // 12, end=end)
    plan_asking(stage, end=end)
    plan_showing(stage, end=end)
    for days in range(POSTING_DAYS - 2, 0, -6):
        stage.at(end - days * DAY, partial(_accept_documents, slow=days < SLOW_DAYS))
    stage.at(end - 2 * DAY, read_all)
    stage.tell(until=end)
    return Told(
        len(stage.cast), tuple((f"{h}@{MAIL}", PASSWORD) for h in SHOWN if h in stage.cast)
    )


def share_told(at: datetime, *, end: datetime) -> int:
    """Return how many percent of the work are done: the last months are the fullest."""
    begins, busy = end - STORY_DAYS * DAY, end - POSTING_DAYS * DAY
    quiet = min(max((at - begins) / (busy - begins), 0), 1)
    lively = min(max((at - busy) / (end - busy), 0), 1)
    return round(QUIET_SHARE * quiet + (100 - QUIET_SHARE) * lively)


def _found(stage: Stage, purse: Purse, secret: str) -> None:
    with stage.kernel.db.write.begin() as session:
        founded = found_coop(
            session,
            name="Riverside",
            founder=_newcomer("ada", secret),
            tagline="Neighbours along the river, and their friends.",
            preset=Preset.SMALL,
            contact=f"hello@{MAIL}",
            via="demo",
            now=stage.now,
        )
        stage.cast["ada"] = founded.founder.id
    introduce(stage, "ada")
    plan_choice(stage, purse, "ada")


def _newcomer(handle: str, secret: str) -> Newcomer:
    return Newcomer(username=handle, email=f"{handle}@{MAIL}", password_hash=secret)


def joining_days(count: int) -> Sequence[int]:
    """Return on which day of the story each of so many people joins, after the founder.

    The first dozen come within a month, most over the year, and the last ones only just now.
    """
    first = [2 + 2 * number for number in range(min(count, 12))]
    over_the_year = [26 + 245 * number // max(count - 14, 1) for number in range(1, count - 13)]
    days, latest = first + over_the_year, LAST_JOINS[count < FEW_MAX :]
    return [*days[: count - len(latest)], *latest]


def _plan_joining(stage: Stage, purse: Purse, secret: str, *, members: int) -> None:
    handles = [resident.handle for resident in RESIDENTS[1:members]]
    begins = stage.now
    for handle, days in zip(handles, joining_days(len(handles)), strict=True):
        join = partial(_join, purse=purse, handle=handle, secret=secret)
        stage.at(begins + days * DAY, join)
    leaver = partial(_join, purse=purse, handle=LEAVER.handle, secret=secret)
    stage.at(begins + 25 * DAY, leaver)


def _join(stage: Stage, purse: Purse, handle: str, secret: str) -> None:
    with stage.kernel.db.write.begin() as session:
        required = in_force(session, at=stage.now)
        newcomer = _newcomer(handle, secret)
        member = enter(
            session, newcomer, at_once=True, accepts=required, via="demo", now=stage.now
        )
        stage.cast[handle] = member.id
    introduce(stage, handle)
    plan_choice(stage, purse, handle)


def _plan_elections(stage: Stage, effects: Effects) -> None:
    begins = stage.now
    stage.at(begins + 14 * DAY, partial(_elect, names=TERMS, effects=effects))
    keepers = tuple((who, Office.ADMIN) for who in KEEPERS)
    stage.at(begins + 30 * DAY, partial(_elect, names=keepers, effects=effects))


def _elect(stage: Stage, names: tuple[tuple[str, Office], ...], effects: Effects) -> None:
    """Put up the names, one proposal for each."""
    for who, office in names:
        payload = {"member": str(stage.cast[who]), "office": office.value, "days": 730}
        matter = Matter(
            author="ada",
            type=DecisionType.ELECTION,
            title=f"{who.capitalize()} as {office.value}",
            body="For the coming two years.",
            effects=({"kind": "role.grant", "payload": payload},),
            before_end=0,
            turnout=90,
            no=4,
        )
        plan_matter(stage, matter, effects=effects, end=stage.now)


def _plan_matters(stage: Stage, effects: Effects, *, end: datetime) -> None:
    texts = [
        first_text(slug, coop="Riverside", contact=f"hello@{MAIL}")
        for slug in (Slug.TERMS, Slug.PRIVACY)
    ]
    leaver = str(stage.cast[LEAVER.handle])
    for matter in matters(*texts, leaver=leaver):
        plan_matter(stage, matter, effects=effects, end=end)


def _accept_documents(stage: Stage, slow: bool) -> None:
    """Let most accept what is newly required; the slow ones have not come round to it."""
    with stage.kernel.db.write.begin() as session:
        members = session.scalars(select(Member.id).order_by(Member.id)).all()
        for number, member_id in enumerate(members):
            due = missing(session, member_id, at=stage.now)
            waits = slow and number % 7 == 6
            if due and not waits and stage.random.randrange(3):
                accept_all(session, due, member_id=member_id, via="demo", now=stage.now)
