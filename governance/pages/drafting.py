"""Writing a proposal: what it is about, the form, a look at it before it is kept."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import Query, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.core.errors import Conflict, Forbidden, Invalid
from app.core.records import replace
from app.core.settings import Registration
from app.core.words import Words, say
from app.http.access import MemberDep
from app.http.deps import ClockDep, ReaderDep, SessionDep, refuse
from app.http.filled import Filled
from app.http.forms import Sent, SentDep
from app.http.pages import page_router, render
from app.instance.sitesettings import SiteSetting
from app.members.actor import Actor, Verb, require
from app.members.offices import Office, office_word
from governance import service
from governance.constitution import rule_for, rules_at
from governance.lifecycle import Act
from governance.models.law import Slug
from governance.pages.common import ActDep, EffectsDep, LookDep, Visit
from governance.pages.draftform import (
    Step,
    Subject,
    currency_of,
    draft_from,
    first_values,
    placed,
    recalled,
    subject_of,
    subject_of_view,
    values_of_view,
)
from governance.pages.ruleform import rules_changed
from governance.proposals import REFUSED
from governance.queries.proposal import demands_of, passes_by
from governance.roll import sizes
from governance.rules import (
    Base,
    DecisionType,
    Method,
    QuorumCounts,
    QuorumMissed,
    RuleSet,
    Secrecy,
)
from governance.service.drafting import AUTOMATIC, SECRET_ELIGIBLE_MIN
from governance.shown.marks import marks
from governance.shown.words import type_sentence, type_word
from governance.sitesettings import registration_word
from governance.views import ProposalView
from governance.wording import secrecy_sentence

router = page_router()

TypeInQuery = Annotated[DecisionType | None, Query(alias="type")]
NameInQuery = Annotated[str | None, Query(max_length=100)]
STEPS: Final[dict[Step, Words]] = {
    Step.SUSPEND: say("Close the door to it"),
    Step.LIFT: say("Open the door again"),
}
METHODS: Final[dict[Method, Words]] = {
    Method.MAJORITY: say("Yes, no or abstain"),
    Method.CONSENSUS: say("Agree, disagree, abstain or block"),
}


@router.get("/coop/proposals/new")
def get_new(
    request: Request,
    session: ReaderDep,
    actor: MemberDep,
    clock: ClockDep,
    kind: TypeInQuery = None,
    document: Slug | None = None,
    rule: DecisionType | None = None,
    setting: SiteSetting | None = None,
    member: NameInQuery = None,
    office: Office | None = None,
    site: NameInQuery = None,
) -> Response:
    """Ask what a proposal is about, or show the form for it."""
    require(actor, Verb.PROPOSE)
    if document is None and (kind is None or kind in AUTOMATIC):
        return render(request, "governance/new.html")
    subject = subject_of(
        kind or DecisionType.POLICY, document=document, rule=rule, setting=setting
    )
    context = _around(session, subject, clock.now())
    asked = {**recalled(member, office), **({"domain": site, "step": "lift"} if site else {})}
    return render(
        request,
        "governance/draft.html",
        form=_first_form(session, subject, context, clock, asked),
        action=_address(subject),
        view=None,
        preview=None,
        **context,
    )


@router.post("/coop/proposals/new")
def post_new(
    request: Request,
    sent: SentDep,
    session: SessionDep,
    actor: MemberDep,
    clock: ClockDep,
    effects: EffectsDep,
    kind: Annotated[DecisionType, Query(alias="type")],
    document: Slug | None = None,
    rule: DecisionType | None = None,
    setting: SiteSetting | None = None,
) -> Response:
    """Keep a draft, or only show what it would be."""
    subject = subject_of(kind, document=document, rule=rule, setting=setting)
    context = _around(session, subject, clock.now()) | {"action": _address(subject), "view": None}
    try:
        draft = draft_from(session, sent, subject)
        proposal = service.draft_proposal(
            session, draft, actor=actor, effects=effects, now=clock.now()
        )
    except Invalid as fault:
        return sent.again("governance/draft.html", placed(fault, subject), preview=None, **context)
    visit = Visit(request, proposal.id, session, clock.now(), effects)
    if not sent.text("keep"):
        return _previewed(visit, actor, sent, context)
    return visit.done(say("Your draft is kept. Nobody sees it until you hand it in."))


@router.get("/coop/proposals/{proposal_id:int}/edit")
def get_edit(visit: LookDep, actor: MemberDep) -> Response:
    """Show the form of one's own proposal."""
    view = visit.view(actor)
    _check_may_edit(view)
    subject = subject_of_view(view)
    return render(
        visit.request,
        "governance/draft.html",
        form=values_of_view(view, subject),
        action=f"{visit.page}/edit",
        view=view,
        preview=None,
        **_around(visit.session, subject, visit.now),
    )


@router.post("/coop/proposals/{proposal_id:int}/edit")
def post_edit(visit: ActDep, actor: MemberDep, sent: SentDep) -> Response:
    """Give one's proposal another wording, or only show what it would be."""
    view, session = visit.view(actor), visit.session
    subject = subject_of_view(view)
    context = _around(session, subject, visit.now)
    context |= {"action": f"{visit.page}/edit", "view": view}
    try:
        # What it replaces is no field of the form.
        draft = replace(draft_from(session, sent, subject), supersedes=view.supersedes)
        service.revise_proposal(
            session, view.id, draft, actor=actor, effects=visit.effects, now=visit.now
        )
    except Invalid as fault:
        return sent.again("governance/draft.html", placed(fault, subject), preview=None, **context)
    if not sent.text("keep"):
        return _previewed(visit, actor, sent, context)
    return visit.done(say("The new wording is kept."))


def _first_form(
    session: Session,
    subject: Subject,
    context: dict[str, Any],
    clock: ClockDep,
    asked: Mapping[str, str],
) -> Filled:
    changed = rule_for(session, subject.rule, at=clock.now()) if subject.rule else None
    usual = {"method": context["methods"][0][0], "secrecy": context["secrecies"][0][0]}
    return first_values(session, subject, usual={**usual, **asked}, changed=changed)


def _check_may_edit(view: ProposalView) -> None:
    if not view.is_author:
        raise Forbidden(say("Only the person who made this proposal can do that."))
    if Act.EDIT not in view.acts:
        raise Conflict(REFUSED[Act.EDIT])


def _previewed(visit: Visit, actor: Actor, sent: Sent, context: dict[str, Any]) -> Response:
    """Show what was just written as it would be read; then none of it is kept."""
    visit.session.flush()
    view = visit.view(actor)
    refuse(visit.request)
    change = view.change
    return render(
        visit.request,
        "governance/draft.html",
        form=Filled(sent.values),
        preview=view,
        marks=marks(change.before, change.after) if change else None,
        rules_changed=rules_changed(visit.session, view, now=visit.now),
        **context,
    )


def _around(session: Session, subject: Subject, now: datetime) -> dict[str, Any]:
    rule = rule_for(session, subject.type, at=now)
    eligible, active = sizes(session, at=now)
    return {
        "subject": subject,
        "asks": subject.asks.value,
        "about": type_sentence(subject.type),
        "demands": demands_of(rule, None, eligible=eligible, active=active),
        "passes": [
            (METHODS[one], passes_by(rule, one, eligible=eligible, active=active))
            for one in rule.methods
        ],
        "methods": [(one.value, METHODS[one]) for one in rule.methods],
        "secrecies": [(one.value, secrecy_sentence(one)) for one in _possible(rule, eligible)],
        "currency": currency_of(session),
        "offices": [(one.value, office_word(one.value)) for one in Office],
        "rule_types": _rule_types(session, now) if subject.rule else [],
        "steps": [(one.value, STEPS[one]) for one in Step],
        "ways_in": [(one.value, registration_word(one)) for one in Registration],
        **(_choices() if subject.rule else {}),
    }


def _possible(rule: RuleSet, eligible: int) -> tuple[Secrecy, ...]:
    """Return the kinds of secrecy that can be kept among so many; one at least."""
    is_small = eligible < SECRET_ELIGIBLE_MIN
    found = tuple(one for one in rule.secrecy if not (is_small and one is Secrecy.SECRET))
    return found or (Secrecy.SEALED,)


def _rule_types(session: Session, now: datetime) -> list[tuple[str, Words]]:
    return [(kind.value, type_word(kind)) for kind in rules_at(session, at=now)]


def _choices() -> dict[str, Any]:
    """Return the answers that the fields of a rule set offer."""
    bases = {
        Base.DECISIVE: say("those who say yes or no"),
        Base.CAST: say("those who vote"),
        Base.ACTIVE: say("members active in the last 90 days"),
        Base.ELIGIBLE: say("all members with a vote"),
    }
    missed = {
        QuorumMissed.FAIL: say("it does not pass"),
        QuorumMissed.EXTEND_ONCE: say("the vote goes on once, then it is only advice"),
        QuorumMissed.SECOND_CALL: say("the vote goes on once, and fewer are needed"),
        QuorumMissed.ADVISORY: say("it is only advice"),
    }
    counts = {
        QuorumCounts.PARTICIPATION: say("everybody who votes"),
        QuorumCounts.APPROVAL: say("only those who say yes"),
    }
    secrecy = {
        Secrecy.OPEN: say("open"),
        Secrecy.SEALED: say("sealed until the close"),
        Secrecy.SECRET: say("secret"),
    }
    return {
        "bases": [(one.value, words) for one, words in bases.items()],
        "quorum_bases": [(one.value, bases[one]) for one in (Base.ACTIVE, Base.ELIGIBLE)],
        "missed": [(one.value, words) for one, words in missed.items()],
        "counts": [(one.value, words) for one, words in counts.items()],
        "all_methods": [(one.value, METHODS[one]) for one in Method],
        "all_secrecies": [(one.value, words) for one, words in secrecy.items()],
    }


def _address(subject: Subject) -> str:
    address = f"/coop/proposals/new?type={subject.type.value}"
    if subject.document is Slug.FEDERATION_POLICY:
        return f"{address}&document={subject.document.value}"
    if subject.setting is not None:
        return f"{address}&setting={subject.setting.value}"
    return f"{address}&rule={subject.rule.value}" if subject.rule else address
