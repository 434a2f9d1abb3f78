"""What a vote came to, and everything that it takes to count it again."""

import json
from typing import Any

from fastapi import Request
from starlette.responses import Response

from app.http.access import MemberDep, ViewerDep
from app.http.declined import NotSignedIn
from app.http.deps import ClockDep, ReaderDep
from app.http.pages import page_router, render
from app.members.offices import office_word
from governance.bundle import export_bundle
from governance.pages.common import EffectsDep, ProposalId
from governance.queries import act_of_proposal, note_views, result_view
from governance.shown.after import bar_of, happened, tone_of_result, took_part
from governance.shown.words import PERSONAL, type_sentence
from governance.views import ResultView
from governance.wording import state_word

router = page_router()


@router.get("/coop/proposals/{proposal_id:int}/result")
def get_result(
    request: Request,
    proposal_id: ProposalId,
    session: ReaderDep,
    actor: ViewerDep,
    clock: ClockDep,
    effects: EffectsDep,
) -> Response:
    """Show the result; names and reasons only to members, and nothing before the close."""
    view = result_view(session, proposal_id, viewer=actor, effects=effects, now=clock.now())
    is_member = actor is not None and actor.is_member
    if view.type in PERSONAL and not is_member:
        raise NotSignedIn
    shown = _shown(view, clock) | {
        "act": act_of_proposal(session, proposal_id, effects=effects),
        "office_word": office_word,
        "notes": note_views(session, proposal_id),
        "may_note": False,  # The forms stand on the page of the proposal.
    }
    return render(request, "governance/result.html", view=view, is_member=is_member, **shown)


@router.get("/coop/proposals/{proposal_id:int}/bundle.json")
def get_bundle(proposal_id: ProposalId, session: ReaderDep, actor: MemberDep) -> Response:
    """Give all that `commonhold verify` needs, as one file."""
    bundle = export_bundle(session, proposal_id, viewer=actor)
    return Response(
        json.dumps(bundle, ensure_ascii=False, indent=1),
        media_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="decision-{proposal_id}.json"'},
    )


def _shown(view: ResultView, clock: ClockDep) -> dict[str, Any]:
    return {
        "state": state_word(view.state),
        "tone": tone_of_result(view),
        "about": type_sentence(view.type),
        "bar": bar_of(view),
        "took_part": took_part(view),
        "quorum": view.steps[0],
        "steps": happened(view, now=clock.now()),
    }
