"""What deciding shows on pages that are not its own: what needs a member, what is decided."""

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import zip_longest
from typing import Final

from sqlalchemy.orm import Session

from app.core.duties import abandoned
from app.core.words import Words, say
from app.http.panels import Drawer, Matter, Need, Paper, Rule
from app.members.actor import Actor
from app.members.consent import missing
from app.members.offices import Office
from app.text.markup import render_document
from governance.documents import versions_of
from governance.effects import Effects
from governance.models.law import Slug
from governance.queries import decided as decided_lately
from governance.queries import orders_waiting_for, under_way, votes_waiting_for
from governance.shown.lines import matter_of
from governance.shown.words import PERSONAL, type_sentence
from governance.wording import number

ORDERS: Final = "/duties/admin/orders"
ACTS: Final = "/duties/emergencies"

RULES: Final[tuple[Words, ...]] = (
    say("Treat each other as people who will meet again."),
    say("Do not hound, threaten or expose anybody."),
    say("Say when something is not for everybody's eyes."),
)


def votes_needed(session: Session, actor: Actor, now: datetime) -> Sequence[Need]:
    """Return the open votes in which the member has a vote and has not cast it."""
    return [
        Need(
            title=line.title,
            text=say(
                "{about} Open until {at}.", about=type_sentence(line.type), at=line.closes_at
            ),
            url=f"/coop/proposals/{line.id}/vote",
            action=say("Vote"),
            icon="ballot",
            due_at=line.closes_at,
        )
        for line in votes_waiting_for(session, actor, now=now)
    ]


def consents_needed(session: Session, actor: Actor, now: datetime) -> Sequence[Need]:
    """Return one thing to do for all versions that the member has still to accept."""
    waiting = sorted(missing(session, actor.member_id, at=now), key=lambda one: one.accept_by)
    return [
        Need(
            title=one.title,
            text=say("There is a new version. Please read and accept it."),
            url=f"/coop/documents/{one.slug}/accept",
            action=say("Read and accept"),
            icon="hand",
            due_at=one.accept_by,
        )
        for one in waiting[:1]
    ]


def orders_needed(effects: Effects) -> Callable[[Session, Actor, datetime], Sequence[Need]]:
    """Return the function that finds the orders that wait for somebody in office."""

    def waiting(session: Session, actor: Actor, now: datetime) -> Sequence[Need]:
        """Return the orders that the member may carry out or sign now, if in office."""
        if not actor.offices:
            return []
        return [
            Need(
                title=order.title,
                text=say("Decided, and waits to be carried out until {at}.", at=order.not_after),
                url=f"/duties/admin/orders#order-{order.id}",
                action=say("See the order"),
                icon="key",
                due_at=order.not_after,
            )
            for order in orders_waiting_for(session, actor, effects=effects, now=now)
        ]

    return waiting


def drawers_of(effects: Effects) -> Callable[[Session, Actor, datetime], Sequence[Drawer]]:
    """Return the function that offers people in office the places where they work."""

    def drawers(session: Session, actor: Actor, now: datetime) -> Sequence[Drawer]:
        """Offer the orders, and to admins the work that was given up."""
        waiting = len(orders_waiting_for(session, actor, effects=effects, now=now))
        found = [Drawer(say("Orders"), _orders_words(waiting), ORDERS, waits=waiting > 0)]
        hurry = say("for what cannot wait for a vote")
        found.append(Drawer(say("Act now, ask after"), hurry, ACTS, icon="warning"))
        if Office.ADMIN in actor.offices:
            given_up = bool(abandoned(session, limit=1))
            text = say("some was given up") if given_up else say("nothing was given up")
            title = say("Work of the machine")
            found.append(
                Drawer(title, text, "/duties/admin/given-up", waits=given_up, icon="clock")
            )
        return found

    return drawers


def _orders_words(waiting: int) -> Words:
    if not waiting:
        return say("no order waits for you")
    if waiting == 1:
        return say("one order waits for you")
    return say("{count} orders wait for you", count=number(waiting))


def matters_under_way(session: Session, now: datetime) -> Sequence[Matter]:
    """Return what is being decided, as far as everybody may know."""
    lines = under_way(session, viewer=None, now=now)
    return [matter_of(line) for line in lines if line.type not in PERSONAL]


def matters_decided(session: Session, now: datetime) -> Sequence[Matter]:
    """Return what was decided lately, as far as everybody may know."""
    lines = decided_lately(session, viewer=None, now=now)
    return [matter_of(line) for line in lines if line.type not in PERSONAL]


def house_rules(_session: Session, _now: datetime) -> Sequence[Rule]:
    """Return the code of conduct in three sentences."""
    return [Rule(text=text, url="/rules") for text in RULES]


def papers(session: Session, slug: str) -> Sequence[Paper]:
    """Return every version of a document as it is shown, the first one first."""
    if slug not in set(Slug):
        return []
    versions = versions_of(session, Slug(slug))[::-1]
    ends = [version.effective_at for version in versions[1:]]
    return [
        Paper(version.title, render_document(version.text), version.effective_at, until)
        for version, until in zip_longest(versions, ends)
    ]
