"""The errors that we raise on purpose. Their text is safe to show to the caller."""


class CannotStart(Exception):
    """The process must not start or go on like this; the text names what helps."""


class AppError(Exception):
    """The request was understood and is declined, for a reason that the caller may read.

    The message is a `say(...)` text where it may meet a person, so that the edge translates it.
    `is_exact`: programs look for this very text, so no edge may say it in its own words.
    """

    is_exact = False

    def __init__(self, message: str = "") -> None:
        super().__init__(message)
        self.message = message


class NotFound(AppError):
    """No such thing, or none that the caller may know of."""


class Forbidden(AppError):
    """The caller is known and lacks the right."""


class Conflict(AppError):
    """The state of the thing rules the action out: already closed, already paid."""


class Invalid(AppError):
    """The input breaks a rule of the domain; `fields` maps each field to its fault."""

    def __init__(self, message: str, **fields: str) -> None:
        super().__init__(message)
        self.fields = fields
