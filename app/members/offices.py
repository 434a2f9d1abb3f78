"""The offices that a member can hold by mandate. Pure."""

from enum import StrEnum


class Office(StrEnum):
    """An office. Its power lasts as long as a mandate runs, to the instant."""

    ADMIN = "admin"
    TREASURER = "treasurer"
    MODERATOR = "moderator"
    FACILITATOR = "facilitator"
    SECRETARY = "secretary"
