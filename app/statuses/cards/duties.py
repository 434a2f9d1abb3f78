"""Asking the pages that posts link to: read, ask, then write."""

from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

import structlog
from sqlalchemy.orm import Session

from app.core.clock import Clock
from app.core.duties import Claim, schedule
from app.core.net import PAGE, Answer, Ask, FetchFailed, Follow, Net, Unreachable
from app.core.records import Record
from app.media.remote.addresses import RemoteAddress, Variant
from app.media.remote.queries import StoredRemote
from app.media.remote.shelf import Busy, RemoteShelf
from app.statuses.cards.models import Card
from app.statuses.cards.owed import FORGET, FetchCard, ForgetCards
from app.statuses.cards.service import FORGET_BATCH, Found, fill_card, forget_cards
from app.text.handles import shown_domain
from app.text.preview import Preview, read_oembed, read_page

log = structlog.get_logger(__name__)

PAGES: Final = frozenset({"text/html", "application/xhtml+xml"})
EVERY: Final = timedelta(days=1)
SOON: Final = timedelta(seconds=10)


class NoPage(Exception):
    """There is no page to make a card of; the text says why."""


class Reader(Record):
    """What asking a page needs of this process: the way out, and the shelf for its picture."""

    net: Net
    shelf: RemoteShelf

    def read(self, url: str, *, now: datetime) -> Found | None:
        """Return what the page says of itself; None if it cannot be had."""
        host = _host(url)
        try:
            self._check_foreign(url)
            if self.shelf.circuits.is_open(host, now=now):
                raise NoPage("its site has not answered for a while")
            answer, page = self._page(url)
        except (FetchFailed, NoPage) as why:
            if isinstance(why, Unreachable):
                self.shelf.circuits.failed(host, now=now)
            log.info("no card", host=host, why=str(why)[:200])
            return None
        self.shelf.circuits.answered(host)
        return Found(shown_domain(_host(answer.url)), page, self._image(page))

    def _check_foreign(self, url: str) -> None:
        """Raise NoPage if it is an address of ours."""
        if _host(url) in self.shelf.own_hosts:
            raise NoPage("it is a page of ours")

    def _page(self, url: str) -> tuple[Answer, Preview]:
        """Return the page. Raises: NoPage; FetchFailed."""
        # A member wrote this link down for people to follow, so it is followed where it leads.
        answer = self.net.fetch(
            Ask(
                url=url,
                headers={"Accept": ", ".join(sorted(PAGES, reverse=True))},
                limits=PAGE,
                follow=Follow.ANY_HOST,
            )
        )
        self._check_foreign(answer.url)
        content_type = answer.headers.get("content-type", "")
        if answer.status != 200:
            raise NoPage(f"the answer was {answer.status}")
        if content_type.partition(";")[0].strip().lower() not in PAGES:
            raise NoPage("it is no page")
        page = read_page(answer.body, content_type=content_type, url=answer.url)
        if page.oembed_url is not None and not (page.title and page.author_name):
            page = page.filled(self._oembed(page.oembed_url))
        return answer, page

    def _oembed(self, url: str) -> Preview:
        """Return what a page says for machines; nothing if that cannot be had."""
        try:
            answer = self.net.fetch(Ask(url=url, headers={"Accept": "application/json"}))
        except FetchFailed:
            return Preview()
        return read_oembed(answer.body, url=answer.url) if answer.status == 200 else Preview()

    def _image(self, page: Preview) -> StoredRemote | None:
        """Return the page's picture if it can be had; it is shown from our own store."""
        if page.image_url is None or not page.title:
            return None
        try:
            found = self.shelf.obtain(RemoteAddress(page.image_url, Variant.PICTURE))
        except Busy:
            return None  # Fetched for another post; the next asking finds it.
        return found if isinstance(found, StoredRemote) else None


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").rstrip(".")


def fetch_card(claim: Claim, clock: Clock, *, reader: Reader) -> None:
    """Ask the page of a card what it says of itself, and show it in the posts that link to it."""
    order = FetchCard.model_validate(claim.payload)
    with claim.sessions.begin() as session:
        card = session.get(Card, order.card_id)
        url = None if card is None else card.url
    found = None if url is None else reader.read(url, now=clock.now())
    with claim.finishing() as session:
        fill_card(session, order.card_id, found, now=clock.now())


def begin_forgetting(session: Session, *, now: datetime) -> None:
    """Owe the first forgetting; each owes the next."""
    schedule(session, FORGET, ForgetCards(), due_at=now + EVERY)


def forget_old_cards(claim: Claim, clock: Clock) -> None:
    """Forget a batch of cards, and owe the next look."""
    with claim.finishing() as session:
        now = clock.now()
        count = forget_cards(session, now=now)
        wait = SOON if count == FORGET_BATCH else EVERY
        schedule(session, FORGET, ForgetCards(), due_at=now + wait)
