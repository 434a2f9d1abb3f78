"""Reading the co-op's own row."""

from sqlalchemy.orm import Session

from app.core.settings import Registration, Settings
from app.instance.models import ONLY, Coop
from app.instance.sitesettings import SiteSetting
from app.members.signup import Door


def coop_of(session: Session) -> Coop | None:
    """Return the co-op; None while the site is not founded."""
    return session.get(Coop, ONLY)


def setting_of(coop: Coop, setting: SiteSetting) -> str | None:
    """Return what a setting says now; None: as the operator has it."""
    value: str | None = getattr(coop, setting.value)
    return value


def registration_of(session: Session, settings: Settings) -> Registration:
    """Return how people may join: as the members decided, or else as the operator set it."""
    coop = coop_of(session)
    decided = coop.registration if coop else None
    return decided or settings.registration


def door_of(session: Session, settings: Settings) -> Door:
    """Return how people may come in."""
    registration = registration_of(session, settings)
    return Door(registration, is_open_for_tests=settings.test_open)
