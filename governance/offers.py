"""What deciding shows on pages that are not its own: home, the hub, the landing page."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.core.words import say
from app.http.panels import Matter, Need
from app.members.actor import Actor
from app.members.consent import missing
from governance.queries import decided, under_way, votes_waiting_for
from governance.shown.lines import matter_of, page_of
from governance.shown.words import type_sentence


def votes(session: Session, actor: Actor, now: datetime) -> Sequence[Need]:
    """Return the open votes in which the actor has a vote and has not cast it."""
    return [
        Need(
            title=line.title,
            text=say(
                "{about} Open until {moment}.",
                about=type_sentence(line.type),
                moment=line.closes_at or now,
            ),
            url=f"{page_of(line)}/vote",
            action=say("Vote"),
            icon="ballot",
            due_at=line.closes_at,
            over=say("Needs you"),
        )
        for line in votes_waiting_for(session, actor, now=now)
    ]


def consents(session: Session, actor: Actor, now: datetime) -> Sequence[Need]:
    """Return the documents that the actor has still to accept."""
    return [
        Need(
            title=required.title,
            text=say("There is a new version. See what changed, and accept it."),
            url=f"/coop/documents/{required.slug}/accept",
            action=say("Read"),
            icon="redline",
            due_at=required.accept_by,
            over=say("Needs you"),
        )
        for required in missing(session, actor.member_id, at=now)
    ]


def matters_under_way(session: Session, now: datetime) -> Sequence[Matter]:
    """Return what is being decided, as anybody may see it."""
    return [matter_of(line) for line in under_way(session, viewer=None, now=now)]


def matters_decided(session: Session, now: datetime) -> Sequence[Matter]:
    """Return what was decided lately."""
    return [matter_of(line) for line in decided(session, viewer=None, now=now)]
