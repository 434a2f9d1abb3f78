"""Whose inbox is gone is looked for: they moved on their site, or they are gone."""

import orjson
import pytest
from sqlalchemy import func, select

from app.accounts.models import Account, RemoteActor
from app.core.duties import Duty, claim_due
from app.core.kernel import Kernel
from app.core.net import Answer, Ask
from app.core.runner import LEASE
from app.federation.asking import site_signer
from app.federation.fetching import Fetcher
from app.federation.inbox.duties import refresh_person
from app.federation.inbox.elsewhere import Elsewhere
from app.federation.inbox.owed import REFRESH
from app.federation.inbox.work import Here
from app.federation.ours import Ours
from app.relationships.models import Follow
from tests.fakes import FixedClock
from tests.federation.delivery.far import FarSites, answers, meet
from tests.federation.reading import URLS
from tests.mastodon.apps import Site
from tests.social import post

KIM = "https://far.example/u/kim"
MOVED = {
    "id": KIM,
    "type": "Person",
    "preferredUsername": "kim",
    "inbox": f"{KIM}/new-inbox",
}
JRD = {
    "subject": "acct:kim@far.example",
    "links": [{"rel": "self", "type": "application/activity+json", "href": KIM}],
}


def elsewhere(kernel: Kernel, *, is_gone: bool) -> Elsewhere:
    """Return the way to a site that says that Kim is gone, or has another inbox."""

    def fetch(ask: Ask) -> Answer:
        if "webfinger" in ask.url:
            headers = {"content-type": "application/jrd+json"}
            return Answer(200, ask.url, headers, orjson.dumps(JRD))
        if is_gone:
            return Answer(410, ask.url, {}, b"")
        headers = {"content-type": "application/activity+json"}
        return Answer(200, ask.url, headers, orjson.dumps(MOVED))

    fetcher = Fetcher(
        fetch,
        signer=lambda: site_signer(kernel),
        clock=kernel.clock,
        here=frozenset({"riverside.example"}),
    )
    return Elsewhere(kernel.db, kernel.clock, fetcher, Ours(URLS))


@pytest.mark.parametrize("is_gone", [True, False])
def test_whose_inbox_is_gone_is_read_anew_once(
    site: Site, far: FarSites, kernel: Kernel, clock: FixedClock, is_gone: bool
) -> None:
    ines, kim = site.person("ines"), meet(site, "kim", has_shared=False)
    far.heard_by(site, kim, ines)
    clock.advance(days=2)
    far.reactions["far.example"] = answers(410)
    with site.write() as session:
        post(session, ines, now=site.now)
    far.work()
    [claim] = claim_due(kernel.db.write, now=clock.now(), lease=LEASE, limit=9, only={REFRESH})
    refresh_person(
        claim,
        clock,
        here=Here(Ours(URLS), frozenset({"riverside.example"})),
        elsewhere=elsewhere(kernel, is_gone=is_gone),
    )
    with kernel.db.read.begin() as session:
        assert session.scalar(select(func.count()).where(Duty.kind == REFRESH)) == 0
        assert (session.get_one(Account, kim).suspended_at is not None) is is_gone
        assert session.scalar(select(func.count(Follow.id))) == (0 if is_gone else 1)
        inbox = session.get_one(RemoteActor, kim).inbox
        assert inbox == (f"{KIM}/inbox" if is_gone else f"{KIM}/new-inbox")
    with site.write() as session:
        post(session, ines, now=site.now)
    far.work()
    with kernel.db.read.begin() as session:
        assert session.scalar(select(func.count()).where(Duty.kind == REFRESH)) == 0
