"""Proposals as pages: the list, one in full, its older wordings, and what members do with it."""

from enum import StrEnum
from typing import Annotated, Any, Final

from fastapi import Path, Query, Request
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.core.errors import Invalid
from app.core.words import Words, say
from app.http.access import MemberDep
from app.http.deps import ClockDep, ReaderDep, SessionDep
from app.http.forms import Sent, SentDep
from app.http.limits import limit
from app.http.pages import after_post, page_router, render
from app.members.actor import Actor
from app.members.offices import Office
from app.text.markup import render_document
from app.text.safe import EMPTY, SafeHtml
from governance import service
from governance.documents import KIND as DOCUMENT
from governance.lifecycle import DECIDED, UNDER_WAY, Act, State
from governance.pages.common import EffectsDep, ProposalId, read_id
from governance.pages.ruleform import rules_changed
from governance.queries import comments, proposal_view, proposals, revision_view
from governance.rules import DecisionType
from governance.service.challenging import WORDS_MAX
from governance.service.talking import TEXT_MAX
from governance.shown.course import Course, stages
from governance.shown.lines import matter_of
from governance.shown.marks import marks
from governance.shown.threads import reading_time, thread
from governance.shown.words import GROUPS, tone_of, type_sentence
from governance.views import DocumentChange, ProposalView, RevisionView
from governance.wording import state_word, why_no_vote

router = page_router()

PAGE: Final = 30
LEAD_MAX: Final = 400
MARKUP: Final = frozenset("\n#*_[]`|<>")


class Stage(StrEnum):
    """Which proposals a list shows."""

    OPEN = "open"
    DECIDED = "decided"
    MINE = "mine"


class Kind(StrEnum):
    """The groups of types by which a list is narrowed."""

    ALL = "all"
    RULES = "rules"
    MONEY = "money"
    OFFICES = "offices"
    SITES = "sites"


class Show(StrEnum):
    """How the change of a text is shown."""

    MARKS = "marks"
    NEW = "new"
    OLD = "old"


class CommentForm(BaseModel):
    """What a member says, and which comment they answer."""

    text: str = Field(min_length=1, max_length=TEXT_MAX)
    parent: str | None = None


class ChallengeForm(BaseModel):
    """Why a member challenges a vote."""

    words: str = Field(min_length=1, max_length=WORDS_MAX)


class RulingForm(BaseModel):
    """How a challenge is answered."""

    ruling: str = Field(pattern="^(upheld|dismissed)$")
    answer: str = Field(min_length=1, max_length=WORDS_MAX)


SECTIONS: Final[tuple[tuple[str, Words, frozenset[State]], ...]] = (
    ("voting", say("Open for voting"), frozenset({State.VOTING})),
    ("talk", say("Being talked about"), frozenset({State.DELIBERATION, State.NOTICE})),
    ("support", say("Looking for support"), frozenset({State.SEEKING_SUPPORT})),
    (
        "way",
        say("Passed, on its way"),
        frozenset({State.CHALLENGEABLE, State.RATIFIED, State.QUEUED}),
    ),
)
Before = Annotated[int | None, Query(ge=1, lt=2**63)]


@router.get("/coop/proposals")
def get_proposals(
    request: Request,
    session: ReaderDep,
    actor: MemberDep,
    clock: ClockDep,
    stage: Stage = Stage.OPEN,
    kind: Kind = Kind.ALL,
    before: Before = None,
) -> Response:
    """List what is open, what was decided, or one's own."""
    found = proposals(
        session,
        viewer=actor,
        now=clock.now(),
        states={Stage.OPEN: UNDER_WAY, Stage.DECIDED: DECIDED - UNDER_WAY}.get(stage, ()),
        types=_types(kind),
        author_id=actor.member_id if stage is Stage.MINE else None,
        before=before,
        limit=100 if stage is Stage.OPEN else PAGE + 1,
    )
    shown = found if stage is Stage.OPEN else found[:PAGE]
    return render(
        request,
        "governance/proposals.html",
        stage=stage.value,
        kind=kind.value,
        groups=GROUPS,
        sections=[
            (id_, title, [matter_of(one) for one in shown if one.state in states])
            for id_, title, states in SECTIONS
        ],
        matters=[matter_of(one) for one in shown],
        older=shown[-1].id if len(found) > len(shown) else None,
    )


@router.get("/coop/proposals/{proposal_id:int}")
def get_proposal(
    request: Request,
    proposal_id: ProposalId,
    session: ReaderDep,
    actor: MemberDep,
    clock: ClockDep,
    effects: EffectsDep,
    show: Show = Show.MARKS,
    answer: Before = None,
) -> Response:
    """Show a proposal in full."""
    view = proposal_view(session, proposal_id, viewer=actor, effects=effects, now=clock.now())
    shown = _shown(session, view, actor, clock, show=show, answer=answer)
    return render(request, "governance/proposal.html", **shown)


@router.get("/coop/proposals/{proposal_id:int}/versions/{number}")
def get_version(
    request: Request,
    proposal_id: ProposalId,
    number: Annotated[int, Path(ge=1, lt=2**31)],
    session: ReaderDep,
    actor: MemberDep,
    clock: ClockDep,
    effects: EffectsDep,
) -> Response:
    """Show an older wording of a proposal, and what it changed in the one before."""
    view = proposal_view(session, proposal_id, viewer=actor, effects=effects, now=clock.now())
    wording = revision_view(session, proposal_id, number, viewer=actor)
    before = revision_view(session, proposal_id, number - 1, viewer=actor) if number > 1 else None
    old, new = _text_of(before), _text_of(wording)
    return render(
        request,
        "governance/wording.html",
        view=view,
        wording=wording,
        before=before,
        body=marks(before.body, wording.body) if before else None,
        text=marks(old, new) if before and old != new else None,
        body_html=render_document(wording.body),
        text_html=render_document(new),
    )


@router.post("/coop/proposals/{proposal_id:int}/submit", dependencies=[limit("propose")])
def post_submit(
    request: Request,
    proposal_id: ProposalId,
    session: SessionDep,
    actor: MemberDep,
    clock: ClockDep,
) -> Response:
    """Hand one's draft in."""
    proposal = service.submit_proposal(session, proposal_id, actor=actor, now=clock.now())
    said = (
        say("It is handed in. Now others can support it.")
        if proposal.state is State.SEEKING_SUPPORT
        else say("It is handed in, and open for discussion.")
    )
    return after_post(request, to=f"/coop/proposals/{proposal_id}", said=said)


@router.post("/coop/proposals/{proposal_id:int}/second", dependencies=[limit("propose")])
def post_second(
    request: Request,
    proposal_id: ProposalId,
    session: SessionDep,
    actor: MemberDep,
    clock: ClockDep,
) -> Response:
    """Support somebody else's proposal."""
    service.second_proposal(session, proposal_id, actor=actor, now=clock.now())
    to = f"/coop/proposals/{proposal_id}"
    return after_post(request, to=to, said=say("You support this proposal."))


@router.post("/coop/proposals/{proposal_id:int}/withdraw", dependencies=[limit("propose")])
def post_withdraw(
    request: Request,
    proposal_id: ProposalId,
    session: SessionDep,
    actor: MemberDep,
    clock: ClockDep,
) -> Response:
    """Take one's proposal back."""
    service.withdraw_proposal(session, proposal_id, actor=actor, now=clock.now())
    to = f"/coop/proposals/{proposal_id}"
    return after_post(request, to=to, said=say("You have taken this proposal back."))


@router.post("/coop/proposals/{proposal_id:int}/comments", dependencies=[limit("comment")])
def post_comment(
    request: Request,
    proposal_id: ProposalId,
    sent: SentDep,
    session: SessionDep,
    actor: MemberDep,
    clock: ClockDep,
    effects: EffectsDep,
) -> Response:
    """Say something about a proposal, or answer somebody."""
    try:
        form = sent.read(CommentForm)
        parent_id = read_id(form.parent) if form.parent else None
        said = service.comment(
            session,
            proposal_id,
            actor=actor,
            text=form.text,
            parent_id=parent_id,
            now=clock.now(),
        )
    except Invalid as fault:
        return _again(sent, fault, session, proposal_id, actor, clock, effects)
    return after_post(request, to=f"/coop/proposals/{proposal_id}#comment-{said.id}")


@router.post("/coop/proposals/{proposal_id:int}/challenge", dependencies=[limit("propose")])
def post_challenge(
    request: Request,
    proposal_id: ProposalId,
    sent: SentDep,
    session: SessionDep,
    actor: MemberDep,
    clock: ClockDep,
    effects: EffectsDep,
) -> Response:
    """Challenge how a vote was held."""
    try:
        words = sent.read(ChallengeForm).words
        service.challenge_decision(session, proposal_id, actor=actor, words=words, now=clock.now())
    except Invalid as fault:
        return _again(sent, fault, session, proposal_id, actor, clock, effects)
    to = f"/coop/proposals/{proposal_id}#challenges"
    said = say("Your challenge is on record. A facilitator must answer it.")
    return after_post(request, to=to, said=said)


@router.post("/coop/proposals/{proposal_id:int}/challenges/{challenge_id}")
def post_ruling(
    request: Request,
    proposal_id: ProposalId,
    challenge_id: str,
    sent: SentDep,
    session: SessionDep,
    actor: MemberDep,
    clock: ClockDep,
    effects: EffectsDep,
) -> Response:
    """Answer a challenge."""
    try:
        form = sent.read(RulingForm)
        service.rule_on_challenge(
            session,
            read_id(challenge_id),
            actor=actor,
            upheld=form.ruling == "upheld",
            answer=form.answer,
            effects=effects,
            now=clock.now(),
        )
    except Invalid as fault:
        return _again(sent, fault, session, proposal_id, actor, clock, effects)
    to = f"/coop/proposals/{proposal_id}#challenges"
    return after_post(request, to=to, said=say("Your answer is on record."))


def _again(
    sent: Sent,
    fault: Invalid,
    session: Session,
    proposal_id: int,
    actor: Actor,
    clock: ClockDep,
    effects: EffectsDep,
) -> Response:
    view = proposal_view(session, proposal_id, viewer=actor, effects=effects, now=clock.now())
    shown = _shown(session, view, actor, clock, show=Show.MARKS, answer=None)
    return sent.again("governance/proposal.html", fault, **shown)


def _shown(
    session: Session,
    view: ProposalView,
    actor: Actor,
    clock: ClockDep,
    *,
    show: Show,
    answer: int | None,
) -> dict[str, Any]:
    now = clock.now()
    said = comments(session, view.id, viewer=actor)
    change = view.change
    texts = [view.body, change.after if change else ""]
    may_comment = Act.COMMENT in view.acts
    return {
        "view": view,
        "lead": lead_of(view.body),
        "body": render_document(view.body),
        "text": _text(change, show),
        "rules_changed": rules_changed(session, view, now=now),
        "acts": {act.value for act in view.acts},
        "state": state_word(view.state),
        "tone": tone_of(view.state),
        "about": type_sentence(view.type),
        "reading": reading_time(texts),
        "stages": stages(course_of(view), now=now),
        "show": show.value,
        "change": change,
        "marks": marks(change.before, change.after) if change and show is Show.MARKS else None,
        "thread": thread(said),
        "answering": next((one for one in said if one.id == answer), None)
        if may_comment
        else None,
        "is_facilitator": Office.FACILITATOR in actor.offices,
        "no_vote": why_no_vote(view.why) if view.why else None,
        "now": now,
    }


def lead_of(body: str) -> str | None:
    """Return what a proposal is about if it is said in one plain, short paragraph."""
    is_plain = body and not MARKUP & set(body)
    return body if is_plain and len(body) <= LEAD_MAX else None


def course_of(view: ProposalView) -> Course:
    """Return what a proposal's stages follow from."""
    return Course(
        state=view.state,
        days=view.rule.days,
        needs_support=view.seconds_needed > 0,
        has_effects=bool(view.effects),
        support_until=view.support_until,
        begins_at=view.begins_at,
        opens_at=view.opens_at,
        closes_at=view.closes_at,
        challenge_until=view.challenge_until,
        effective_at=view.in_force_at,
    )


def _text(change: DocumentChange | None, show: Show) -> SafeHtml:
    if change is None or show is Show.MARKS:
        return EMPTY
    return render_document(change.after if show is Show.NEW else change.before)


def _types(kind: Kind) -> frozenset[DecisionType]:
    return frozenset() if kind is Kind.ALL else GROUPS[kind.value][1]


def _text_of(wording: RevisionView | None) -> str:
    """Return the whole text of the document that a wording would adopt; empty if none."""
    effects = wording.effects if wording else ()
    texts = (one["payload"]["text"] for one in effects if one["kind"] == DOCUMENT)
    return next(texts, "")
