"""Whatever the order in which things come, they end alike."""

import itertools
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.accounts.models import Account, RemoteActor
from app.members.actor import Actor
from app.notifications.models import Notice
from app.relationships.models import Follow
from app.statuses.models import Favourite, RemoteStatus, Status
from tests.fakes import clock_of
from tests.federation.inbox.test_posts_in import created, note
from tests.federation.inbox.there import There
from tests.federation.reading import URLS
from tests.mastodon.apps import Site
from tests.social import post

ROUNDS = itertools.count(1)


def story(there: There, eve: str, ines: str, mine: str) -> list[dict[str, Any]]:
    """Return all that Eve did, told in no order in particular."""
    named = [{"type": "Mention", "href": ines, "name": "@ines"}]
    later = clock_of(there.site.kernel).now().isoformat()
    first = note(there, eve, "<p>Helo</p>", tag=named, cc=[ines])
    changed = {**first, "content": "<p>Hello</p>", "updated": later}
    answer = note(there, eve, "<p>And more</p>", inReplyTo=first["id"], tag=named, cc=[ines])
    gone = note(there, eve, "<p>Forget it</p>", tag=named, cc=[ines])
    like, boost = there.act("Like", eve, mine), there.act("Announce", eve, mine)
    kept_like = there.act("EmojiReact", eve, mine, content="🎂")
    follow = there.act("Follow", eve, ines)
    return [
        created(there, first),
        there.act("Update", eve, changed),
        created(there, answer),
        created(there, gone),
        there.act("Delete", eve, {"id": gone["id"], "type": "Tombstone"}),
        like,
        there.act("Undo", eve, like),
        kept_like,
        boost,
        there.act("Undo", eve, boost["id"]),
        follow,
        there.act("Undo", eve, follow),
    ]


def state(site: Site, eve: str, mine: int) -> dict[str, Any]:
    """Return what came of it here, without numbers that depend on the order."""
    with site.kernel.db.read.begin() as session:
        who = session.scalars(select(RemoteActor.account_id).where(RemoteActor.uri == eve)).one()
        theirs = select(Status, RemoteStatus.answers).outerjoin(RemoteStatus)
        rows = session.execute(theirs.where(Status.account_id == who, Status.deleted_at.is_(None)))
        posts = {status.text: (status, answers) for status, answers in rows}
        liked = select(Favourite.id).where(Favourite.account_id == who)
        followed = select(Follow.id).where(Follow.follower_id == who)
        notices = select(Notice.kind).where(Notice.from_account_id == who)
        parents = {
            text: next((t for t, (s, _) in posts.items() if s.id == status.in_reply_to_id), None)
            for text, (status, _) in posts.items()
        }
        original = session.get_one(Status, mine)
        return {
            "parents": parents,
            "talks": len({status.conversation_id for status, _ in posts.values()}),
            "answers": {text: status.replies_count for text, (status, _) in posts.items()},
            "liked": len(session.scalars(liked).all()),
            "followed": len(session.scalars(followed).all()),
            "notices": sorted(session.scalars(notices)),
            "counts": (original.favourites_count, original.reblogs_count),
            "posts": session.get_one(Account, who).statuses_count,
        }


EXPECTED = {
    "parents": {"Hello": None, "And more": "Hello"},
    "talks": 1,
    "answers": {"Hello": 1, "And more": 0},
    "liked": 1,
    "followed": 0,
    "notices": ["favourite", "mention", "mention"],
    "counts": (1, 0),
    "posts": 2,
}


def test_every_order_ends_alike(site: Site, there: There) -> None:
    ines: Actor = site.person("ines")

    @settings(max_examples=5, phases=[Phase.explicit, Phase.generate])
    @given(order=st.permutations(range(12)), repeated=st.sets(st.integers(0, 11), max_size=3))
    def ends_alike(order: list[int], repeated: set[int]) -> None:
        clock_of(site.kernel).advance(minutes=5)  # Their site may be asked for keys again.
        with site.write() as session:
            mine = post(session, ines, "Cake", now=site.now).id
        eve, uri = there.person(f"eve{next(ROUNDS)}"), URLS.status_uri(ines.account_id, mine)
        told = story(there, eve, URLS.actor(ines.account_id), uri)
        there.deliver(*(told[number] for number in (*order, *repeated)))
        assert state(site, eve, mine) == EXPECTED

    ends_alike()
