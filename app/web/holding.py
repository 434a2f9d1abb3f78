"""Whose notices the reader wants at once, and those that are held until they look."""

from collections.abc import Sequence
from datetime import time
from typing import Any, Final

from fastapi import Request
from starlette.responses import Response

from app.accounts.queries import accounts_by_id
from app.core.errors import Invalid
from app.core.records import Record, asdict
from app.core.shapes import Shape
from app.core.words import say
from app.http.access import MemberDep
from app.http.deps import ClockDep, ReaderDep, SessionDep
from app.http.filled import filled_with
from app.http.forms import SentDep
from app.http.links import with_query
from app.http.pages import after_post, page_router, render
from app.http.rows import Face
from app.members.models import Member
from app.notifications import requests
from app.notifications.policy import Policy, Stance
from app.notifications.push.rhythms import rhythm_of, set_rhythm
from app.notifications.requests import Request as Held
from app.notifications.rhythm import NIGHT, Pace, Rhythm
from app.web.shown import face_of

router = page_router()

PAGE: Final = "/settings/notices"
HELD: Final = "/notifications/held"
PAGE_SIZE: Final = 40
NEWEST: Final = 2**63 - 1
STANCES: Final = (
    (Stance.ACCEPT.value, say("Tell me")),
    (Stance.FILTER.value, say("Hold it until I look")),
    (Stance.DROP.value, say("Never tell me")),
)
QUESTIONS: Final = (
    ("for_not_following", say("From people whom I do not follow")),
    ("for_not_followers", say("From people who do not follow me, or not for three days yet")),
    ("for_new_accounts", say("From accounts of less than thirty days")),
    ("for_private_mentions", say("Letters out of the blue, from people whom I do not follow")),
)


PACES: Final = (
    (Pace.LIVE.value, say("At once")),
    (Pace.HOURLY.value, say("Every hour, what was gathered")),
    (Pace.THRICE.value, say("At eight, one and six, what was gathered")),
    (Pace.DAILY.value, say("Once a day, at six in the evening")),
)


class Sender(Record):
    """Somebody whose notices are held."""

    held: Held
    face: Face


class PolicyForm(Shape):
    """What the reader wants to be told of whom."""

    for_not_following: Stance
    for_not_followers: Stance
    for_new_accounts: Stance
    for_private_mentions: Stance


@router.get(PAGE)
def show_policy(request: Request, actor: MemberDep, session: ReaderDep) -> Response:
    """Show what the reader wants to be told of whom."""
    policy = asdict(requests.policy_of(session, actor.account_id))
    stances = {name: stance.value for name, stance in policy.items()}
    rhythm = rhythm_of(session.get_one(Member, actor.member_id))
    form = filled_with(
        **stances,
        pace=rhythm.pace.value,
        is_quiet=rhythm.is_quiet,
        quiet_from=rhythm.quiet_from.isoformat(timespec="minutes"),
        quiet_until=rhythm.quiet_until.isoformat(timespec="minutes"),
    )
    return render(request, "web/settings/notices.html", form=form, **_around())


def _around() -> dict[str, Any]:
    return {"questions": QUESTIONS, "stances": STANCES, "paces": PACES}


class RhythmForm(Shape):
    """How often the reader's devices are told, and when not."""

    pace: Pace
    is_quiet: bool = False
    quiet_from: time = NIGHT[0]
    quiet_until: time = NIGHT[1]


@router.post(f"{PAGE}/rhythm")
def keep_rhythm(
    request: Request, sent: SentDep, actor: MemberDep, session: SessionDep
) -> Response:
    """Keep how often the reader's devices are told."""
    try:
        rhythm = Rhythm(**sent.read(RhythmForm).model_dump())
        if rhythm.quiet_from == rhythm.quiet_until:
            fault = say("Quiet hours begin and end at different times.")
            raise Invalid(fault, quiet_until=fault)
    except Invalid as fault:
        return sent.again("web/settings/notices.html", fault, **_around())
    set_rhythm(session.get_one(Member, actor.member_id), rhythm)
    return after_post(request, to=PAGE, said=say("Kept."))


@router.post(PAGE)
def keep_policy(
    request: Request, sent: SentDep, actor: MemberDep, session: SessionDep
) -> Response:
    """Keep what the reader wants to be told of whom."""
    form = sent.read(PolicyForm)
    limited = requests.policy_of(session, actor.account_id).for_limited_accounts
    policy = Policy(**form.model_dump(), for_limited_accounts=limited)
    requests.set_policy(session, actor, policy)
    return after_post(request, to=PAGE, said=say("Kept."))


@router.get(HELD)
def show_held(
    request: Request, actor: MemberDep, session: ReaderDep, before: int | None = None
) -> Response:
    """Show whose notices are held."""
    newest = NEWEST if before is None else before
    rows = requests.requests_of(session, actor.account_id, limit=PAGE_SIZE, before=newest)
    older = with_query(request, before=rows[-1].id) if len(rows) == PAGE_SIZE else None
    people = accounts_by_id(session, {row.from_account_id for row in rows})
    senders: Sequence[Sender] = [Sender(row, face_of(people[row.from_account_id])) for row in rows]
    return render(request, "web/held.html", senders=senders, older=older)


@router.post(f"{HELD}/{{request_id:int}}/let-through")
def let_through(
    request: Request, request_id: int, actor: MemberDep, session: SessionDep, clock: ClockDep
) -> Response:
    """Let what somebody causes through, now and from now on."""
    requests.accept_requests(session, actor, [request_id], now=clock.now())
    said = say("What was held stands among your notifications now.")
    return after_post(request, to=HELD, said=said)


@router.post(f"{HELD}/{{request_id:int}}/throw-away")
def throw_away(
    request: Request, request_id: int, actor: MemberDep, session: SessionDep
) -> Response:
    """Throw away what is held of somebody."""
    requests.dismiss_requests(session, actor, [request_id])
    return after_post(request, to=HELD)
