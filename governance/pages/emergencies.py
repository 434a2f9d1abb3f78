"""Act now, ask after: what people in office may do before the members decide."""

from enum import StrEnum
from typing import Annotated, Any, Final

from fastapi import Request
from pydantic import Field
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.core.errors import Invalid
from app.core.settings import Registration
from app.core.shapes import Shape
from app.core.words import Words, say
from app.http.access import confirmed_office
from app.http.deps import ClockDep, ReaderDep, SessionDep
from app.http.filled import Filled
from app.http.forms import SentDep
from app.http.limits import limit
from app.http.pages import after_post, page_router, render
from app.instance.sitesettings import SiteSetting
from app.members.actor import Actor
from app.members.offices import Office, office_word
from app.members.queries import member_by_username
from governance import emergencies, roles, sites, sitesettings
from governance.constitution import rule_for
from governance.emergencies import REASON_MAX
from governance.models import EmergencyState
from governance.pages.common import EffectsDep
from governance.queries import act_views, office_views
from governance.queries.proposal import demands_of
from governance.roll import sizes
from governance.rules import DecisionType
from governance.sites import kept_domain

router = page_router()

ACTS: Final = "/duties/emergencies"
ConfirmedOfficerDep = Annotated[Actor, confirmed_office(*Office)]


class What(StrEnum):
    """What can be done at once."""

    CLOSE = "close"
    END = "end"
    SITE = "site"


WORDS: Final[dict[What, Words]] = {
    What.CLOSE: say("Take no new members"),
    What.END: say("End somebody's office"),
    What.SITE: say("Close the door to another site"),
}


class ActForm(Shape):
    """What is done, to whom if to anybody, and why it cannot wait."""

    what: What
    holder: str = ""
    domain: str = Field(default="", max_length=300)
    reason: str = Field(min_length=1, max_length=REASON_MAX)


@router.get(ACTS)
def get_acts(
    request: Request,
    session: ReaderDep,
    _actor: ConfirmedOfficerDep,
    clock: ClockDep,
    effects: EffectsDep,
) -> Response:
    """Show what can be done at once, what it leads to, and what was done so."""
    shown = _around(session, clock, effects)
    return render(request, "governance/emergencies.html", form=Filled({}), **shown)


@router.post(ACTS, dependencies=[limit("propose")])
def post_act(
    request: Request,
    sent: SentDep,
    session: SessionDep,
    actor: ConfirmedOfficerDep,
    clock: ClockDep,
    effects: EffectsDep,
) -> Response:
    """Act at once, and open the vote."""
    try:
        form = sent.read(ActForm)
        done = emergencies.act_at_once(
            session,
            [_effect(session, form)],
            reason=form.reason,
            actor=actor,
            effects=effects,
            now=clock.now(),
        )
    except Invalid as fault:
        shown = _around(session, clock, effects)
        return sent.again("governance/emergencies.html", _placed(fault), **shown)
    said = say("It is done, and the members are asked. Everybody can see that it was you.")
    return after_post(request, to=f"/coop/proposals/{done.proposal_id}", said=said)


def _placed(fault: Invalid) -> Invalid:
    """Return a fault of the effects as one of the field that they come from."""
    fields = dict(fault.fields)
    if "effects" in fields:
        fields["what"] = fields.pop("effects")
    return Invalid(fault.message, **fields)


def _effect(session: Session, form: ActForm) -> dict[str, Any]:
    if form.what is What.CLOSE:
        closed = Registration.CLOSED.value
        payload = {"name": SiteSetting.REGISTRATION.value, "value": closed}
        return {"kind": sitesettings.KIND, "payload": payload}
    if form.what is What.SITE:
        domain = kept_domain(form.domain)
        if domain is None:
            text = say("Write the address of the site, such as troubled.example.")
            raise Invalid(say("Something is to mend."), domain=text)
        return {"kind": sites.SUSPEND, "payload": {"domain": domain}}
    title, _, name = form.holder.partition(" ")
    member = member_by_username(session, name)
    if member is None or title not in set(Office):
        text = say("Choose one of the answers.")
        raise Invalid(say("Something is to mend."), holder=text)
    return {"kind": roles.END, "payload": {"member": str(member.id), "office": title}}


def _around(session: Session, clock: ClockDep, effects: EffectsDep) -> dict[str, Any]:
    now = clock.now()
    eligible, active = sizes(session, at=now)
    rule = rule_for(session, DecisionType.EMERGENCY, at=now)
    found = act_views(session, effects=effects)
    holders = [
        (
            f"{one.office.value} {one.person.username}",
            say("{name}, {office}", name=one.person.name, office=office_word(one.office.value)),
        )
        for view in office_views(session, now=now)
        for one in view.holders
    ]
    return {
        "whats": [(what.value, words) for what, words in WORDS.items()],
        "holders": holders,
        "demands": demands_of(rule, None, eligible=eligible, active=active),
        "standing": [one for one in found if one.state is EmergencyState.STANDING],
        "over": [one for one in found if one.state is not EmergencyState.STANDING],
        "office_word": office_word,
    }
