"""What the co-op says of its decisions to everybody: posts of its own account.

Votes that open, their results, new texts, and once a day the newest seal of the public log, so
that whoever reads us elsewhere holds a copy of it. Nobody is named: not who proposed, not who
voted. What concerns a person (a recall, an appeal) is not posted. Each post is a duty, so that a
vote never waits for one, and it is posted once.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy.orm import Session

from app.accounts.queries import account_of_coop
from app.core.clock import Clock
from app.core.crypto import Keyring
from app.core.duties import Claim, schedule
from app.core.shapes import Shape
from app.core.words import DayOf, Words, say
from app.http.letters import LetterBox
from app.instance.events import CoopFounded
from app.statuses.service.proclaim import Proclamation, proclaim
from app.statuses.visibility import Visibility
from governance.decision import Outcome
from governance.events import DocumentAdopted, ProposalDecided, ProposalOpened
from governance.queries.law import log_head
from governance.shown.words import PERSONAL
from governance.views import LogHead

POST: Final = "coop.post"
POST_HEAD: Final = "coop.log_head"
HEAD_EVERY: Final = timedelta(days=1)
LOG_PATH: Final = "/coop/log"


class News(StrEnum):
    """What happened."""

    OPENED = "opened"
    DECIDED = "decided"
    ADOPTED = "adopted"


class ToPost(Shape):
    """The payload of "coop.post"; `path` is the page about it, `day` until or from when."""

    news: News
    title: str
    path: str
    day: datetime | None = None
    outcome: Outcome | None = None


class ToldHead(Shape):
    """The payload of "coop.log_head": the number of the entry that was told last."""

    seq: int = 0


def on_opened(session: Session, event: ProposalOpened) -> None:
    """Owe the post that a vote has opened."""
    if event.type not in PERSONAL:
        path = f"/coop/proposals/{event.proposal_id}"
        _owe(session, News.OPENED, event.title, path, at=event.at, day=event.closes_at)


def on_decided(session: Session, event: ProposalDecided) -> None:
    """Owe the post of how a vote ended."""
    if event.type not in PERSONAL:
        path = f"/coop/proposals/{event.proposal_id}/result"
        _owe(session, News.DECIDED, event.title, path, at=event.at, outcome=event.outcome)


def on_document(session: Session, event: DocumentAdopted) -> None:
    """Owe the post of a new version of a text; the first ones come with the founding."""
    if event.proposal_id is not None:
        path = f"/coop/documents/{event.slug}/versions/{event.version}"
        _owe(session, News.ADOPTED, event.title, path, at=event.at, day=event.effective_at)


def begin_to_tell_head(session: Session, event: CoopFounded) -> None:
    """Owe the first telling of the log's head; each owes the next."""
    schedule(session, POST_HEAD, ToldHead(), due_at=event.at + HEAD_EVERY)


def post_news(claim: Claim, clock: Clock, *, letters: LetterBox) -> None:
    """Post what happened."""
    order = ToPost.model_validate(claim.payload)
    with claim.finishing() as session:
        _post(session, letters, _sentence(order), order.path, Visibility.PUBLIC, now=clock.now())


def post_head(claim: Claim, clock: Clock, *, letters: LetterBox, keyring: Keyring) -> None:
    """Post the newest seal of the log, quietly, if there is a new one; owe the next day's."""
    order = ToldHead.model_validate(claim.payload)
    with claim.finishing() as session:
        head, now = log_head(session, keyring), clock.now()
        if head.seq != order.seq:
            _post(session, letters, _sealed(head), LOG_PATH, Visibility.UNLISTED, now=now)
        schedule(session, POST_HEAD, ToldHead(seq=head.seq), due_at=now + HEAD_EVERY)


def _owe(
    session: Session,
    news: News,
    title: str,
    path: str,
    *,
    at: datetime,
    day: datetime | None = None,
    outcome: Outcome | None = None,
) -> None:
    owed = ToPost(news=news, title=title, path=path, day=day, outcome=outcome)
    schedule(session, POST, owed, due_at=at)


def _sentence(order: ToPost) -> Words:
    title = order.title
    if order.news is News.DECIDED:
        assert order.outcome is not None
        return _result(order.outcome, title)
    assert order.day is not None
    if order.news is News.OPENED:
        return say("Our members vote until {day}: {title}", title=title, day=DayOf(order.day))
    return say(
        "New from {day}, as our members decided: {title}", title=title, day=DayOf(order.day)
    )


def _result(outcome: Outcome, title: str) -> Words:
    return {
        Outcome.PASSED: say("Our members said yes: {title}", title=title),
        Outcome.REJECTED: say("Our members did not agree to this: {title}", title=title),
        Outcome.QUORUM_MISSED: say("Too few of our members voted on this: {title}", title=title),
        Outcome.TIED: say("The vote on this was tied: {title}", title=title),
        Outcome.BLOCKED: say("Members blocked this: {title}", title=title),
    }[outcome]


def _sealed(head: LogHead) -> Words:
    return say(
        "Our log of decisions has {count} entries. Its seal today: {hash}. Keep it: with it, "
        "anybody can tell later whether the past was changed.",
        count=head.seq,
        hash=head.hash,
    )


def _post(
    session: Session,
    letters: LetterBox,
    words: Words,
    path: str,
    visibility: Visibility,
    *,
    now: datetime,
) -> None:
    """Post a sentence in the site's own language, and below it the page about it."""
    account = account_of_coop(session)
    if account is None:
        return
    text = f"{letters.speak(words, None, now=now)}\n\n{letters.base_url}{path}"
    language = letters.languages.choose(wanted=None, accepted="").partition("-")[0]
    proclaim(session, account.id, Proclamation(text, language, visibility), now=now)
