"""What packages show on pages that are not theirs: home, the co-op's hub, the landing page.

Each package offers functions; `app/panels.py` names them; pages gather what they return.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final, TypeAlias, TypeVar

from fastapi import Depends
from sqlalchemy.orm import Session
from starlette.requests import HTTPConnection

from app.core.records import Record
from app.core.words import Words
from app.members.actor import Actor
from app.text.safe import SafeHtml

T = TypeVar("T")
NEEDS_MAX: Final = 3


class Need(Record):
    """One thing that needs the reader: a vote, a consent, a payment, a duty."""

    title: str | Words
    text: Words  # One sentence: what it is, how long it takes, until when.
    url: str
    action: Words  # What the button says: "Vote", "Read and accept".
    icon: str = "board"
    due_at: datetime | None = None  # The sooner, the further up; None comes last.
    over: Words | None = None  # A small line over the title: "Needs you, about four minutes".
    later_url: str | None = None  # Where "Not this time" is sent by POST.


class Drawer(Record):
    """A place where an officer works, and how much waits there, in words."""

    title: Words
    text: Words
    url: str
    waits: bool = False  # Something in it waits for this officer now.
    icon: str = "key"


class FirstStep(Record):
    """One of the small things that a new member can try; `key` is by which it is skipped."""

    key: str
    title: Words
    text: Words
    url: str
    action: Words
    icon: str
    is_done: bool


class Tone(StrEnum):
    """How a matter stands; its sign and colour follow."""

    QUIET = "quiet"
    TALK = "talk"
    OPEN = "open"
    PASSED = "passed"
    FAILED = "failed"


class Matter(Record):
    """Something that is being decided, or was."""

    title: str
    url: str
    state: Words
    tone: Tone
    when: Words
    text: Words | None = None
    at: datetime | None = None


class MoneyLine(Record):
    """The co-op's money in one sentence."""

    text: Words
    url: str


class Price(Record):
    """What membership costs, as it is suggested now."""

    monthly_minor: int
    currency: str
    provisional_days: int  # How long a new member is free of dues.


class Rule(Record):
    """A house rule, and where it comes from."""

    text: str
    why: str | None = None
    url: str | None = None


class Paper(Record):
    """A document as it reads from a moment on; `until` is when the next one begins."""

    title: str
    html: SafeHtml
    since: datetime
    until: datetime | None = None


class Heard(Record):
    """A public post of somebody who wants to be found, for visitors."""

    name: str
    address: str
    profile_url: str
    avatar_url: str
    url: str
    html: SafeHtml
    language: str | None
    at: datetime


class Date(Record):
    """Something in the co-op's calendar; `key` is the same whenever it is asked for."""

    key: str
    at: datetime
    what: Words  # What happens then: "Voting closes".
    title: str | Words
    url: str


NeedsOf: TypeAlias = Callable[[Session, Actor, datetime], Sequence[Need]]
MattersOf: TypeAlias = Callable[[Session, datetime], Sequence[Matter]]
MoneyOf: TypeAlias = Callable[[Session, datetime], MoneyLine | None]
RulesOf: TypeAlias = Callable[[Session, datetime], Sequence[Rule]]
PapersOf: TypeAlias = Callable[[Session, str], Sequence[Paper]]
PriceOf: TypeAlias = Callable[[Session, datetime], Price | None]
NewSinceOf: TypeAlias = Callable[[Session, Actor, datetime], datetime | None]
HeardOf: TypeAlias = Callable[[Session, int, datetime], Sequence[Heard]]
DrawersOf: TypeAlias = Callable[[Session, Actor, datetime], Sequence[Drawer]]
DatesOf: TypeAlias = Callable[[Session, datetime], Sequence[Date]]
FirstStepOf: TypeAlias = Callable[[Session, Actor, datetime], FirstStep | None]


class Panels(Record):
    """Who contributes what. The order of the functions decides between equals."""

    needs: Sequence[NeedsOf] = ()
    under_way: Sequence[MattersOf] = ()
    decided: Sequence[MattersOf] = ()
    money: Sequence[MoneyOf] = ()
    rules: Sequence[RulesOf] = ()
    price: Sequence[PriceOf] = ()
    heard: Sequence[HeardOf] = ()
    new_since: Sequence[NewSinceOf] = ()
    drawers: Sequence[DrawersOf] = ()
    first_steps: Sequence[FirstStepOf] = ()
    dates: Sequence[DatesOf] = ()
    papers: Sequence[PapersOf] = ()

    def needs_of(
        self, session: Session, actor: Actor, now: datetime, *, at_most: int = NEEDS_MAX
    ) -> list[Need]:
        """Return what needs the actor, most pressing first."""
        found = [need for offer in self.needs for need in offer(session, actor, now)]
        found.sort(key=lambda need: (need.due_at is None, need.due_at or now))
        return found[:at_most]

    def matters_under_way(
        self, session: Session, now: datetime, *, at_most: int = 8
    ) -> list[Matter]:
        """Return what is being decided, soonest end first."""
        found = [matter for offer in self.under_way for matter in offer(session, now)]
        found.sort(key=lambda matter: (matter.at is None, matter.at or now))
        return found[:at_most]

    def matters_decided(
        self, session: Session, now: datetime, *, at_most: int = 5
    ) -> list[Matter]:
        """Return what was decided, latest first."""
        found = [matter for offer in self.decided for matter in offer(session, now)]
        found.sort(key=lambda matter: matter.at or now, reverse=True)
        return found[:at_most]

    def money_line(self, session: Session, now: datetime) -> MoneyLine | None:
        """Return the money in one sentence, if there are books."""
        return _first(offer(session, now) for offer in self.money)

    def rules_of(self, session: Session, now: datetime) -> list[Rule]:
        """Return the house rules in force."""
        return [rule for offer in self.rules for rule in offer(session, now)]

    def papers_of(self, session: Session, slug: str) -> list[Paper]:
        """Return every version of a document, the first one first; none if there is none."""
        return [paper for offer in self.papers for paper in offer(session, slug)]

    def paper_of(self, session: Session, slug: str, now: datetime) -> Paper | None:
        """Return the version of a document that is in force."""
        in_force = [paper for paper in self.papers_of(session, slug) if paper.since <= now]
        return in_force[-1] if in_force else None

    def price_of(self, session: Session, now: datetime) -> Price | None:
        """Return what membership costs, if somebody knows."""
        return _first(offer(session, now) for offer in self.price)

    def new_since_of(self, session: Session, actor: Actor, now: datetime) -> datetime | None:
        """Return the moment after which unread notices came, if some did."""
        found = [offer(session, actor, now) for offer in self.new_since]
        return min((at for at in found if at is not None), default=None)

    def drawers_of(self, session: Session, actor: Actor, now: datetime) -> list[Drawer]:
        """Return where the officer works, with what waits first."""
        found = [drawer for offer in self.drawers for drawer in offer(session, actor, now)]
        return sorted(found, key=lambda drawer: not drawer.waits)

    def first_steps_of(self, session: Session, actor: Actor, now: datetime) -> list[FirstStep]:
        """Return the small things to try, in the order of those who offer them."""
        found = [offer(session, actor, now) for offer in self.first_steps]
        return [step for step in found if step is not None]

    def dates_ahead(self, session: Session, now: datetime) -> list[Date]:
        """Return what is to come, soonest first; the same for every member."""
        found = [date for offer in self.dates for date in offer(session, now) if date.at > now]
        return sorted(found, key=lambda date: (date.at, date.key))

    def heard_lately(self, session: Session, now: datetime, *, at_most: int) -> list[Heard]:
        """Return public posts for visitors, latest first."""
        found = [post for offer in self.heard for post in offer(session, at_most, now)]
        return sorted(found, key=lambda post: post.at, reverse=True)[:at_most]


def _first(offers: Iterable[T | None]) -> T | None:
    return next((offer for offer in offers if offer is not None), None)


async def panels_of(connection: HTTPConnection) -> Panels:
    """Return what the packages of this process contribute."""
    panels: Panels = connection.app.state.panels
    return panels


PanelsDep = Annotated[Panels, Depends(panels_of)]
