"""Links of profiles, and whether the pages behind them say that they belong to the same person.

A page does by a link with rel="me" to the profile. It is asked a moment after the profile named
it, and again each month; what it said last is kept while it cannot be had.
Source: https://microformats.org/wiki/rel-me; mastodon-api.md 9.1, Field.
"""

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

import structlog
from sqlalchemy.orm import Session

from app.accounts.events import ProfileChanged
from app.accounts.models import Account
from app.accounts.owed import CHECK_LINKS, CheckLinks
from app.core.clock import Clock
from app.core.duties import Claim, schedule
from app.core.net import PAGE, Ask, FetchFailed, Net
from app.core.orm import lock
from app.core.records import Record
from app.text.handles import host_of
from app.text.preview import me_links

log = structlog.get_logger(__name__)

PAGES: Final = frozenset({"text/html", "application/xhtml+xml"})
SOON_SECONDS: Final = 60  # Never all pages of a busy hour at once.
AGAIN_DAYS: Final = (25, 35)
LOOK, VERIFIED = "look", "verified_at"  # What stands in a line of a profile beside its words.


class Links(Record):
    """What looking needs of this process: the way out, our hosts, and addresses of profiles."""

    net: Net
    own_hosts: Collection[str]
    addresses: Callable[[Account], Collection[str]]

    def link_back(self, url: str, mine: Collection[str]) -> bool | None:
        """Return whether the page links to one of `mine` as its own; None if it cannot be had."""
        if urlsplit(url).hostname in self.own_hosts:
            return False
        try:
            answer = self.net.fetch(Ask(url=url, headers={"Accept": "text/html"}, limits=PAGE))
        except FetchFailed as why:
            log.info("no page to look at", host=urlsplit(url).hostname, why=str(why)[:200])
            return None
        content_type = answer.headers.get("content-type", "")
        if answer.status >= 500:
            return None
        if answer.status != 200 or content_type.partition(";")[0].strip().lower() not in PAGES:
            return False
        said = me_links(answer.body, content_type=content_type, url=answer.url)
        return not {_plain(link) for link in said}.isdisjoint(map(_plain, mine))


def is_link(value: str) -> bool:
    """Return whether a line of a profile is a link and nothing else."""
    return value.startswith("https://") and " " not in value and host_of(value) is not None


def carried_over(
    fields: Sequence[dict[str, Any]], known: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return lines of a profile; those that stood there before keep what was found about them."""
    found = {(line["name"], line["value"]): line for line in known}
    return [{**line, **_findings(found.get((line["name"], line["value"]), {}))} for line in fields]


def look_at_new_links(session: Session, event: ProfileChanged) -> None:
    """Owe a look at the links of a profile, unless all of them are looked at already."""
    account = session.get_one(Account, event.account_id)
    links = [line for line in account.fields if is_link(line["value"])]
    if account.domain is None and not all(LOOK in line for line in links):
        _owe(session, account, at=event.at + timedelta(seconds=secrets.randbelow(SOON_SECONDS)))


def check_links(claim: Claim, clock: Clock, *, links: Links) -> None:
    """Look at the pages that a profile links to, and owe the next look."""
    order = CheckLinks.model_validate(claim.payload)
    with claim.sessions.begin() as session:
        account = session.get(Account, order.account_id)
        asked = [] if account is None else _asked(account, order.look)
        mine = () if account is None else links.addresses(account)
    found = {url: links.link_back(url, mine) for url in asked}
    with claim.finishing() as session:
        _keep(session, order, found, now=clock.now())


def _keep(
    session: Session, order: CheckLinks, found: Mapping[str, bool | None], *, now: datetime
) -> None:
    account = lock(session, Account, order.account_id)
    if account is None or not _asked(account, order.look):
        return
    before = [line.get(VERIFIED) for line in account.fields]
    account.fields = [_judged(line, found.get(line["value"]), now=now) for line in account.fields]
    if [line.get(VERIFIED) for line in account.fields] != before:
        account.rev += 1
    least, most = AGAIN_DAYS
    days = least + secrets.randbelow(most - least)
    _owe(session, account, at=now + timedelta(days=days))


def _judged(line: dict[str, Any], is_back: bool | None, *, now: datetime) -> dict[str, Any]:
    if is_back is None or (is_back and VERIFIED in line):
        return line
    rest = {name: value for name, value in line.items() if name != VERIFIED}
    return rest | ({VERIFIED: now.isoformat()} if is_back else {})


def _owe(session: Session, account: Account, *, at: datetime) -> None:
    look = secrets.token_hex(4)
    account.fields = [
        line | {LOOK: look} if is_link(line["value"]) else line for line in account.fields
    ]
    schedule(session, CHECK_LINKS, CheckLinks(account_id=account.id, look=look), due_at=at)


def _asked(account: Account, look: str) -> list[str]:
    return [line["value"] for line in account.fields if line.get(LOOK) == look]


def _findings(line: Mapping[str, Any]) -> dict[str, Any]:
    return {name: line[name] for name in (LOOK, VERIFIED) if name in line}


def _plain(url: str) -> str:
    return url.partition("#")[0].rstrip("/").lower()
