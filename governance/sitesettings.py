"""The effect "instance.setting": the name, the purpose, the address, and how people join."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Self

from pydantic import Field, model_validator
from sqlalchemy.orm import Session

from app.core.errors import Invalid
from app.core.settings import Registration
from app.core.words import Words, say
from app.instance.queries import coop_of, setting_of
from app.instance.service import change_setting, restore_setting
from app.instance.sitesettings import SiteSetting, checked
from governance.effects import Effect, Payload, Warrant
from governance.guard import check_warrant
from governance.rules import DecisionType

KIND: Final = "instance.setting"


class SetSetting(Payload):
    """The payload of "instance.setting": which setting of the site, and what it is to say."""

    name: SiteSetting
    value: str = Field(max_length=400)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        """Let only values through in the spelling in which they are kept."""
        try:
            kept = checked(self.name, self.value)
        except Invalid as fault:
            raise ValueError(str(fault.message)) from None
        if kept != self.value:
            raise ValueError(f"must be written as {kept!r}")
        return self


def _check(session: Session, payload: SetSetting, _now: datetime) -> None:
    if _before(session, payload) == payload.value:
        text = say("Nothing would change.")
        raise Invalid(text, effects=text)


def _before(session: Session, payload: SetSetting) -> str | None:
    coop = coop_of(session)
    assert coop is not None, "nothing is proposed before the founding"
    return setting_of(coop, payload.name)


def _preview(session: Session, payload: SetSetting, _now: datetime) -> dict[str, Any]:
    return {
        "name": payload.name.value,
        "before": _before(session, payload),
        "after": payload.value,
    }


def registration_word(registration: Registration) -> Words:
    """Return how people join, in a sentence."""
    return {
        Registration.OPEN: say("Everybody can join at once."),
        Registration.APPLICATION: say("People apply, and somebody in office answers."),
        Registration.INVITE: say("People join by invitation."),
        Registration.CLOSED: say("We take no new members."),
    }[registration]


def _describe(preview: Mapping[str, Any]) -> Words:
    setting, after = SiteSetting(preview["name"]), preview["after"]
    if setting is SiteSetting.REGISTRATION:
        return say("How people join: {how}", how=registration_word(Registration(after)))
    return {
        SiteSetting.NAME: say("Our name becomes: {value}", value=after),
        SiteSetting.TAGLINE: say("What we say about us becomes: {value}", value=after),
        SiteSetting.CONTACT: say("People write to us at: {value}", value=after),
    }[setting]


def _apply(session: Session, payload: SetSetting, warrant: Warrant) -> None:
    check_warrant(session, warrant)
    assert warrant.decision_id is not None
    change_setting(
        session, payload.name, payload.value, decision_id=warrant.decision_id, now=warrant.now
    )


def _restore(session: Session, payload: SetSetting, warrant: Warrant) -> None:
    check_warrant(session, warrant)
    assert warrant.decision_id is not None
    restore_setting(session, payload.name, decision_id=warrant.decision_id, now=warrant.now)


def _closes_the_door(payload: SetSetting) -> bool:
    return payload == SetSetting(name=SiteSetting.REGISTRATION, value=Registration.CLOSED.value)


SET_SETTING: Effect[SetSetting] = Effect(
    payload=SetSetting,
    types=lambda _payload: frozenset({DecisionType.POLICY}),
    subject=lambda payload: f"setting:{payload.name.value}",
    check=_check,
    preview=_preview,
    describe=_describe,
    apply=_apply,
    is_urgent=_closes_the_door,
    restore=_restore,
)
