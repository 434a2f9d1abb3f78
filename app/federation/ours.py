"""Addresses of ours, read back: which account or post an id of this site means."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from app.http.urls import Urls
from app.text.hosts import origin_of

NUMBER_MAX: Final = (1 << 63) - 1
_NUMBER: Final = r"([0-9]{1,19})"


@dataclass(frozen=True)
class Ours:
    """Reads ids as `Urls` writes them; a page of a post is understood as well."""

    urls: Urls

    def account(self, uri: str) -> int | None:
        """Return the number of the account whose id it is."""
        return _number(self._account.fullmatch(uri))

    def post(self, uri: str) -> int | None:
        """Return the number of the post whose id, or page, or publishing act it is."""
        return _number(self._post.fullmatch(uri) or self._page.fullmatch(uri))

    def act(self, uri: str) -> int | None:
        """Return the number of the row that made the act whose id it is."""
        return _number(self._act.fullmatch(uri))

    def is_here(self, uri: str) -> bool:
        """Return whether it is of this site's own origin."""
        return origin_of(uri) == origin_of(self.urls.base)

    @cached_property
    def _account(self) -> re.Pattern[str]:
        return re.compile(rf"{re.escape(self.urls.base)}/ap/users/{_NUMBER}")

    @cached_property
    def _post(self) -> re.Pattern[str]:
        base = re.escape(self.urls.base)
        return re.compile(rf"{base}/ap/users/[0-9]{{1,19}}/statuses/{_NUMBER}(?:/activity)?")

    @cached_property
    def _page(self) -> re.Pattern[str]:
        return re.compile(rf"{re.escape(self.urls.base)}/@[^/?#]{{1,100}}/{_NUMBER}")

    @cached_property
    def _act(self) -> re.Pattern[str]:
        return re.compile(rf"{re.escape(self.urls.base)}/ap/activities/{_NUMBER}")


def _number(match: re.Match[str] | None) -> int | None:
    if match is None:
        return None
    number = int(match[1])
    return number if number <= NUMBER_MAX else None
