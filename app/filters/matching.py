"""Which filters a post matches. Pure, and quick: a page asks it for each of its posts.

Source: mastodon-api.md 9.3, filter semantics.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final

from app.core.records import Record
from app.filters.kinds import Context, FilterAction

KEPT: Final = 1_000  # Sets of filters of that many members are kept ready.


class Rule(Record):
    """A filter as it is matched; keywords are pairs of the words and whether they stand alone."""

    id: int
    title: str
    contexts: tuple[Context, ...]
    action: FilterAction
    expires_at: datetime | None = None
    keywords: tuple[tuple[str, bool], ...] = ()
    status_ids: tuple[int, ...] = ()

    def applies_at(self, now: datetime) -> bool:
        """Return whether the filter has not run out."""
        return self.expires_at is None or now < self.expires_at


class Match(Record):
    """A filter that a post matches, by which of its keywords, and whether by the post itself."""

    rule: Rule
    keywords: tuple[str, ...]
    by_status: bool


class _Keyword(Record):
    """Words to look for: `folded` is what is compared, the flags where a word must end."""

    words: str
    folded: str
    begins_word: bool
    ends_word: bool

    def is_in(self, folded: str) -> bool:
        at = folded.find(self.folded)
        while at >= 0:
            if self._stands_at(folded, at):
                return True
            at = folded.find(self.folded, at + 1)
        return False

    def _stands_at(self, folded: str, at: int) -> bool:
        end = at + len(self.folded)
        if self.begins_word and at > 0 and is_word(folded[at - 1]):
            return False
        return not (self.ends_word and end < len(folded) and is_word(folded[end]))


class _Ready(Record):
    """A filter made ready to match."""

    rule: Rule
    keywords: tuple[_Keyword, ...]
    status_ids: frozenset[int]


class Matcher(Record):
    """The filters of one account at one moment. Falsy if there are none, so nothing is asked."""

    account_id: int
    ready: tuple[_Ready, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.ready)

    def results(
        self, text: str, status_id: int, context: Context | None = None, *, author_id: int
    ) -> tuple[Match, ...]:
        """Return which filters a post matches; `text` is all that is read of it, as plain text.

        Without a `context`, filters of every place are asked. One's own posts match nothing.
        """
        if not self.ready or author_id == self.account_id:
            return ()
        folded, found = text.casefold(), []
        for ready in self.ready:
            if context is not None and context not in ready.rule.contexts:
                continue
            # Most words are not there: that is found out without a call.
            here = (k for k in ready.keywords if k.folded in folded)
            words = tuple(k.words for k in here if k.is_in(folded))
            by_status = status_id in ready.status_ids
            if words or by_status:
                found.append(Match(ready.rule, words, by_status))
        return tuple(found)

    def hides(self, text: str, status_id: int, context: Context, *, author_id: int) -> bool:
        """Return whether the account does not want to meet the post there at all."""
        matches = self.results(text, status_id, context, author_id=author_id)
        return any(match.rule.action is FilterAction.HIDE for match in matches)


def matcher(account_id: int, rules: Sequence[Rule], *, now: datetime) -> Matcher:
    """Return the account's filters, made ready; those that ran out are left out."""
    if not rules:
        return Matcher(account_id)
    lasting = [rule for rule in rules if rule.applies_at(now)]
    return Matcher(account_id, tuple(_ready(rule) for rule in lasting))


def is_word(letter: str) -> bool:
    """Return whether the letter is part of a word."""
    return letter.isalnum() or letter == "_"


@lru_cache(maxsize=KEPT)
def _ready(rule: Rule) -> _Ready:
    keywords = (_keyword(words, whole=whole) for words, whole in rule.keywords)
    return _Ready(rule, tuple(keywords), frozenset(rule.status_ids))


def _keyword(words: str, *, whole: bool) -> _Keyword:
    """Prepare a keyword. Signs at its edge need no edge of a word: they make one themselves."""
    folded = words.casefold()
    return _Keyword(words, folded, whole and is_word(folded[0]), whole and is_word(folded[-1]))
