"""The booth, the receipt, and the list of ballots once the vote has closed."""

from typing import Any, Final

from fastapi import Request
from starlette.responses import PlainTextResponse, Response

from app.core.errors import Conflict, Forbidden, Invalid
from app.core.shapes import Shape
from app.core.words import Words, say
from app.http.access import MemberDep
from app.http.deps import ClockDep, ReaderDep
from app.http.forms import Sent, SentDep
from app.http.limits import limit
from app.http.pages import after_post, page_router, render, translate
from app.members.actor import Actor
from governance import service
from governance.eligibility import Why
from governance.lifecycle import Act, State
from governance.pages.common import ActDep, EffectsDep, LookDep, ProposalId, Visit
from governance.proposals import REFUSED
from governance.queries import receipt_view, result_view
from governance.rules import Choice, DecisionType, Method, Secrecy
from governance.views import ProposalView
from governance.wording import choice_word, secrecy_sentence, why_no_vote

router = page_router()

BOOTH: Final = "governance/booth.html"
NUMBER_LENGTH: Final = 16


class BallotForm(Shape):
    """What a voter marks."""

    choice: str
    reason: str = ""


@router.get("/coop/proposals/{proposal_id:int}/vote")
def get_booth(visit: LookDep, actor: MemberDep) -> Response:
    """Hand out a ballot."""
    return render(visit.request, BOOTH, **_paper(visit, actor))


@router.post("/coop/proposals/{proposal_id:int}/vote", dependencies=[limit("vote")])
def post_ballot(visit: ActDep, actor: MemberDep, sent: SentDep) -> Response:
    """Put a ballot into the box, or exchange it."""
    try:
        form = _read(sent)
        receipt = service.cast_ballot(
            visit.session,
            visit.proposal_id,
            actor=actor,
            marks={"choice": form.choice},
            reason=form.reason,
            now=visit.now,
        )
    except Invalid as fault:
        return sent.again(BOOTH, fault, **_paper(visit, actor))
    return after_post(visit.request, to=f"/coop/votes/{receipt.receipt}")


@router.get("/coop/votes/{receipt}")
def get_receipt(
    request: Request, receipt: str, session: ReaderDep, _actor: MemberDep, clock: ClockDep
) -> Response:
    """Show the receipt of a ballot; it never tells the choice."""
    view = receipt_view(session, receipt.lower(), now=clock.now())
    return render(request, "governance/receipt.html", view=view)


@router.get("/coop/votes/{receipt}/text")
def get_receipt_text(
    request: Request, receipt: str, session: ReaderDep, _actor: MemberDep, clock: ClockDep
) -> Response:
    """Give the receipt as a text to keep."""
    view = receipt_view(session, receipt.lower(), now=clock.now())
    lines = (
        say("Receipt for one ballot"),
        say("On: {title}", title=view.title),
        say("Number: {code}", code=view.code),
        say("In full: {receipt}", receipt=view.receipt),
        say("The list of ballots is open from {at} on.", at=view.closes_at),
    )
    text = "\n".join(translate(request, line) for line in lines) + "\n"
    named = {"Content-Disposition": f'attachment; filename="receipt-{view.code}.txt"'}
    return PlainTextResponse(text, headers=named)


@router.get("/coop/proposals/{proposal_id:int}/ballots")
def get_ballots(
    request: Request,
    proposal_id: ProposalId,
    session: ReaderDep,
    actor: MemberDep,
    clock: ClockDep,
    effects: EffectsDep,
    number: str = "",
) -> Response:
    """List who voted how, or in a secret vote only what was voted; find one's own number."""
    view = result_view(session, proposal_id, viewer=actor, effects=effects, now=clock.now())
    wanted = "".join(sign for sign in number.upper() if sign.isalnum())
    found = [one for one in view.ballots if _is(one.code, one.receipt, wanted)] if wanted else []
    return render(
        request,
        "governance/ballots.html",
        view=view,
        found=found,
        number=number[:80],
        words={choice.value: choice_word(choice, view.method) for choice in Choice},
    )


def _is(code: str, receipt: str, wanted: str) -> bool:
    return wanted in (code.replace("-", ""), receipt.upper())


def _read(sent: Sent) -> BallotForm:
    if len(sent.values.get("choice", ())) > 1:
        text = say("Choose one of the answers.")
        raise Invalid(say("Something is to mend."), choice=text)
    return sent.read(BallotForm)


def _check_may_vote(view: ProposalView) -> None:
    if Act.VOTE in view.acts:
        return
    is_open = view.state is State.VOTING
    if is_open and view.why is not None and view.why is not Why.IN_STANDING:
        raise Forbidden(why_no_vote(view.why))
    raise Conflict(REFUSED[Act.VOTE])


def _paper(visit: Visit, actor: Actor) -> dict[str, Any]:
    view = visit.view(actor)
    _check_may_vote(view)
    return {
        "view": view,
        "choices": [
            (one.value, choice_word(one, view.method), _meaning(one, view)) for one in view.choices
        ],
        "secrecy": secrecy_sentence(view.secrecy),
        "is_secret": view.secrecy is Secrecy.SECRET,
        "needs_reason": [
            choice_word(one, view.method) for one in view.reasons_required if one in view.choices
        ],
    }


def _meaning(choice: Choice, view: ProposalView) -> Words:
    by_consensus = view.method is Method.CONSENSUS
    if view.type is DecisionType.EMERGENCY:
        yes, no = say("What was done stands"), say("What was done is undone")
    elif view.change is not None:
        yes, no = say("The new text takes effect"), say("The text stays as it is")
    else:
        yes, no = say("It is done as proposed"), say("Everything stays as it is")
    return {
        Choice.YES: yes,
        Choice.NO: say("I would not do it, but I do not stop it") if by_consensus else no,
        Choice.ABSTAIN: say("I take part and leave it to the others"),
        Choice.BLOCK: say("It must not happen, and I say why"),
    }[choice]
