"""The settings of the site that its members decide on."""

from enum import StrEnum
from typing import Final

from app.core.errors import Invalid
from app.core.mail import check_email
from app.core.settings import Registration
from app.core.words import say
from app.text.names import one_line

NAME_MAX: Final = 60
TAGLINE_MAX: Final = 200


class SiteSetting(StrEnum):
    """What can be set by decision."""

    NAME = "name"
    TAGLINE = "tagline"
    CONTACT = "contact"
    REGISTRATION = "registration"


def checked(setting: SiteSetting, value: str) -> str:
    """Return the value in its one spelling. Raises: Invalid, whose field is `value`."""
    if setting is SiteSetting.REGISTRATION:
        if value not in set(Registration):
            fault = say("Choose one of the answers offered.")
            raise Invalid(fault, value=fault)
        return value
    if setting is SiteSetting.CONTACT:
        return _address(value)
    limit = NAME_MAX if setting is SiteSetting.NAME else TAGLINE_MAX
    shown = one_line(value, limit=limit)
    if not shown and setting is SiteSetting.NAME:
        fault = say("Give your co-op a name.")
        raise Invalid(fault, value=fault)
    return shown


def _address(value: str) -> str:
    try:
        return check_email(value)
    except Invalid as fault:
        raise Invalid(fault.message, value=fault.message) from None
