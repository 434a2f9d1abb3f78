"""Acting without a decision: what the tests of it do."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from app.core.settings import Registration
from app.instance.models import Coop
from governance import emergencies
from governance.models import EmergencyAction
from governance.rules import DecisionType
from tests.governance.hall import Hall

CLOSE: dict[str, Any] = {
    "kind": "instance.setting",
    "payload": {"name": "registration", "value": "closed"},
}
WHY = "Forty sign-ups an hour, all of them selling watches."


def act(hall: Hall, name: str = "ada", *effects: Mapping[str, Any], reason: str = WHY) -> int:
    """Act without a decision; close the door unless told otherwise."""
    with hall.db.write.begin() as session:
        return emergencies.act_at_once(
            session,
            effects or (CLOSE,),
            reason=reason,
            actor=hall.actor(name),
            effects=hall.effects,
            now=hall.now,
        ).id


def end_role(hall: Hall, name: str, office: str) -> dict[str, Any]:
    return {"kind": "role.end", "payload": {"member": str(hall.members[name]), "office": office}}


def acted(hall: Hall, act_id: int) -> EmergencyAction:
    with hall.db.read.begin() as session:
        return session.get_one(EmergencyAction, act_id)


def registration(hall: Hall) -> Registration | None:
    found: list[Registration | None] = hall.scalars(select(Coop.registration))
    return found[0]


def elect(hall: Hall, name: str, office: str) -> None:
    payload = {"member": str(hall.members[name]), "office": office}
    order_id = hall.queued(
        type=DecisionType.ELECTION,
        title=f"{name} as {office}",
        effects=[{"kind": "role.grant", "payload": payload}],
    )
    hall.enact(order_id, "eve" if name == "ada" else "ada")
