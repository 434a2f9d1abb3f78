"""What members do with a proposal: hand it in, support it, take it back, talk, challenge."""

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from app.core.errors import Invalid
from app.core.shapes import Shape
from app.core.words import say
from app.http.access import MemberDep
from app.http.forms import Sent, SentDep
from app.http.limits import limit
from app.http.pages import page_router
from app.members.actor import Actor
from governance import service
from governance.lifecycle import State
from governance.pages.common import ActDep, Visit, read_id
from governance.pages.proposals import PAGE, page_of
from governance.service.challenging import WORDS_MAX
from governance.service.noting import PLACE_MAX
from governance.service.noting import TEXT_MAX as NOTE_MAX
from governance.service.talking import TEXT_MAX

router: APIRouter = page_router(prefix="/coop/proposals/{proposal_id:int}")


class CommentForm(Shape):
    """What a member says, and which comment they answer."""

    text: str = Field(min_length=1, max_length=TEXT_MAX)
    parent: str | None = None


class ChallengeForm(Shape):
    """Why a member challenges a vote."""

    words: str = Field(min_length=1, max_length=WORDS_MAX)


class RulingForm(Shape):
    """How a challenge is answered."""

    ruling: str = Field(pattern="^(upheld|dismissed)$")
    answer: str = Field(min_length=1, max_length=WORDS_MAX)


class NoteForm(Shape):
    """A slip of the pen: where it stands, and what is meant."""

    place: str = Field(default="", max_length=PLACE_MAX)
    note: str = Field(default="", max_length=NOTE_MAX)


@router.post("/submit", dependencies=[limit("propose")])
def post_submit(visit: ActDep, actor: MemberDep) -> Response:
    """Hand one's draft in."""
    proposal = service.submit_proposal(
        visit.session, visit.proposal_id, actor=actor, now=visit.now
    )
    if proposal.state is State.SEEKING_SUPPORT:
        return visit.done(say("It is handed in. Now others can support it."))
    return visit.done(say("It is handed in, and open for discussion."))


@router.post("/second", dependencies=[limit("propose")])
def post_second(visit: ActDep, actor: MemberDep) -> Response:
    """Support somebody else's proposal."""
    service.second_proposal(visit.session, visit.proposal_id, actor=actor, now=visit.now)
    return visit.done(say("You support this proposal."))


@router.post("/withdraw", dependencies=[limit("propose")])
def post_withdraw(visit: ActDep, actor: MemberDep) -> Response:
    """Take one's proposal back."""
    service.withdraw_proposal(visit.session, visit.proposal_id, actor=actor, now=visit.now)
    return visit.done(say("You have taken this proposal back."))


@router.post("/comments", dependencies=[limit("comment")])
def post_comment(visit: ActDep, actor: MemberDep, sent: SentDep) -> Response:
    """Say something about a proposal, or answer somebody."""
    try:
        form = sent.read(CommentForm)
        said = service.comment(
            visit.session,
            visit.proposal_id,
            actor=actor,
            text=form.text,
            parent_id=read_id(form.parent) if form.parent else None,
            now=visit.now,
        )
    except Invalid as fault:
        return _again(visit, actor, sent, fault)
    return visit.done(at=f"#comment-{said.id}")


@router.post("/challenge", dependencies=[limit("propose")])
def post_challenge(visit: ActDep, actor: MemberDep, sent: SentDep) -> Response:
    """Challenge how a vote was held."""
    try:
        words = sent.read(ChallengeForm).words
        service.challenge_decision(
            visit.session, visit.proposal_id, actor=actor, words=words, now=visit.now
        )
    except Invalid as fault:
        return _again(visit, actor, sent, fault)
    said = say("Your challenge is on record. A facilitator must answer it.")
    return visit.done(said, at="#challenges")


@router.post("/challenges/{challenge_id}")
def post_ruling(visit: ActDep, actor: MemberDep, sent: SentDep, challenge_id: str) -> Response:
    """Answer a challenge."""
    try:
        form = sent.read(RulingForm)
        service.rule_on_challenge(
            visit.session,
            read_id(challenge_id),
            actor=actor,
            upheld=form.ruling == "upheld",
            answer=form.answer,
            effects=visit.effects,
            now=visit.now,
        )
    except Invalid as fault:
        return _again(visit, actor, sent, fault)
    return visit.done(say("Your answer is on record."), at="#challenges")


@router.post("/notes", dependencies=[limit("propose")])
def post_note(visit: ActDep, actor: MemberDep, sent: SentDep) -> Response:
    """Propose a note on the sealed text."""
    try:
        form = sent.read(NoteForm)
        service.propose_note(
            visit.session,
            visit.proposal_id,
            actor=actor,
            place=form.place,
            text=form.note,
            now=visit.now,
        )
    except Invalid as fault:
        return _again(visit, actor, sent, fault)
    return visit.done(say("Your note waits for a second person in office."), at="#notes")


@router.post("/notes/{note_id}/confirm")
def post_confirm(visit: ActDep, actor: MemberDep, note_id: str) -> Response:
    """Confirm somebody else's note."""
    service.confirm_note(visit.session, read_id(note_id), actor=actor, now=visit.now)
    return visit.done(say("The note stands beside the text, and in the log."), at="#notes")


@router.post("/notes/{note_id}/drop")
def post_drop(visit: ActDep, actor: MemberDep, note_id: str) -> Response:
    """Drop a note that was not confirmed."""
    service.drop_note(visit.session, read_id(note_id), actor=actor, now=visit.now)
    return visit.done(say("The note is dropped."), at="#notes")


def _again(visit: Visit, actor: Actor, sent: Sent, fault: Invalid) -> Response:
    return sent.again(PAGE, fault, **page_of(visit, actor))
