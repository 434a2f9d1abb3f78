"""What the client API declines by itself, before a use case is asked."""

from app.core.errors import Invalid, NotFound
from app.core.words import say


class NeedsMember(Invalid):
    """A program calls by itself what only makes sense for a member."""

    is_exact = True

    def __init__(self) -> None:
        super().__init__(say("This method requires an authenticated user"))


class NoSuchReply(NotFound):
    """What is to be answered is not there, or not for this member."""

    is_exact = True

    def __init__(self) -> None:
        text = say("The post you are trying to reply to does not appear to exist.")
        super().__init__(text)
