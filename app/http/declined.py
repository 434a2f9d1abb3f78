"""What the web declines by itself, before a use case is asked. `app.http.errors` answers it."""

from collections.abc import Mapping
from datetime import timedelta

from app.core.errors import AppError


class NotSignedIn(Exception):
    """The caller must sign in first, or send a token that is good."""


class NotLetIn(AppError):
    """The token is missing or not enough, told in words that programs look for."""

    is_exact = True


class Unreadable(AppError):
    """The request lacks something or names what is not there, told in words as above."""

    is_exact = True


class ConfirmFirst(Exception):
    """The caller is signed in, and must give the password again for this."""


class TooMany(Exception):
    """The caller does this too often; `headers` say when it may go on."""

    def __init__(self, wait: timedelta, headers: Mapping[str, str]) -> None:
        super().__init__()
        self.wait = wait
        self.headers = headers
