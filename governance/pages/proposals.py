"""Proposals as pages: the list, one in full, and its older wordings."""

from enum import StrEnum
from typing import Annotated, Any, Final

from fastapi import Path, Query, Request
from starlette.responses import Response

from app.core.words import Words, say
from app.http.access import MemberDep
from app.http.deps import ClockDep, ReaderDep
from app.http.pages import page_router, render
from app.members.actor import Actor
from app.members.offices import Office, office_word
from app.text.markup import render_document
from app.text.safe import EMPTY, SafeHtml
from governance.documents import KIND as DOCUMENT
from governance.lifecycle import DECIDED, UNDER_WAY, Act, State
from governance.pages.common import LookDep, Visit
from governance.pages.ruleform import rules_changed
from governance.queries import (
    act_of_proposal,
    comments,
    declined_views,
    may_note,
    note_views,
    proposals,
    revision_view,
)
from governance.rules import DecisionType
from governance.shown.course import Course, stages
from governance.shown.lines import matter_of
from governance.shown.marks import marks
from governance.shown.threads import reading_time, thread
from governance.shown.words import GROUPS, tone_of, type_sentence
from governance.views import DocumentChange, ProposalView, RevisionView
from governance.wording import state_word, why_no_vote

router = page_router()

PAGE: Final = "governance/proposal.html"
ROWS: Final = 30
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


SECTIONS: Final[tuple[tuple[str, Words, frozenset[State]], ...]] = (
    ("voting", say("Open for voting"), frozenset({State.VOTING})),
    ("talk", say("Being talked about"), frozenset({State.DELIBERATION, State.NOTICE})),
    ("support", say("Looking for support"), frozenset({State.SEEKING_SUPPORT})),
    (
        "way",
        say("Passed, on its way"),
        frozenset({State.CHALLENGEABLE, State.QUEUED}),
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
        limit=100 if stage is Stage.OPEN else ROWS + 1,
    )
    shown = found if stage is Stage.OPEN else found[:ROWS]
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
    visit: LookDep, actor: MemberDep, show: Show = Show.MARKS, answer: Before = None
) -> Response:
    """Show a proposal in full."""
    return render(visit.request, PAGE, **page_of(visit, actor, show=show, answer=answer))


@router.get("/coop/proposals/{proposal_id:int}/versions/{number}")
def get_version(
    visit: LookDep, actor: MemberDep, number: Annotated[int, Path(ge=1, lt=2**31)]
) -> Response:
    """Show an older wording of a proposal, and what it changed in the one before."""
    view = visit.view(actor)
    wording = _wording(visit, actor, number)
    before = _wording(visit, actor, number - 1) if number > 1 else None
    old, new = _text_of(before), _text_of(wording)
    return render(
        visit.request,
        "governance/wording.html",
        view=view,
        wording=wording,
        before=before,
        body=marks(before.body, wording.body) if before else None,
        text=marks(old, new) if before and old != new else None,
        body_html=render_document(wording.body),
        text_html=render_document(new),
    )


def page_of(
    visit: Visit,
    actor: Actor,
    *,
    show: Show = Show.MARKS,
    answer: int | None = None,
) -> dict[str, Any]:
    """Return what the page of a proposal shows."""
    view, now = visit.view(actor), visit.now
    said = comments(visit.session, view.id, viewer=actor)
    change = view.change
    texts = [view.body, change.after if change else ""]
    may_comment = Act.COMMENT in view.acts
    notes_them = view.outcome is not None and may_note(visit.session, actor, now=now)
    return {
        "view": view,
        "act": act_of_proposal(visit.session, view.id, effects=visit.effects),
        "office_word": office_word,
        "declined": declined_views(visit.session, view.order_id) if view.order_id else [],
        "notes": note_views(visit.session, view.id, also_waiting=notes_them),
        "may_note": notes_them,
        "is_member": True,
        "me": actor.member_id,
        "lead": lead_of(view.body),
        "body": render_document(view.body),
        "text": _text(change, show),
        "rules_changed": rules_changed(visit.session, view, now=now),
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


def _wording(visit: Visit, actor: Actor, number: int) -> RevisionView:
    return revision_view(visit.session, visit.proposal_id, number, viewer=actor)


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
