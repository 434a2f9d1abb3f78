"""The offices that a member can hold by mandate. Pure."""

from enum import StrEnum

from app.core.words import Words, say


class Office(StrEnum):
    """An office. Its power lasts as long as a mandate runs, to the instant."""

    ADMIN = "admin"
    TREASURER = "treasurer"
    MODERATOR = "moderator"
    FACILITATOR = "facilitator"
    SECRETARY = "secretary"


def office_word(office: str) -> Words:
    """Return the name of an office as people read it."""
    return {
        Office.ADMIN: say("admin"),
        Office.TREASURER: say("treasurer"),
        Office.MODERATOR: say("moderator"),
        Office.FACILITATOR: say("facilitator"),
        Office.SECRETARY: say("secretary"),
    }[Office(office)]
