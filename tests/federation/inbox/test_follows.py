"""Follow, Accept, Reject, Block and their Undo, by people of another site."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.members.actor import Actor
from app.notifications.kinds import NoticeKind
from app.notifications.models import Notice
from app.relationships import service as relationships
from app.relationships.events import FollowDeclined
from app.relationships.models import Block, Follow, FollowState
from tests.federation.inbox.there import There
from tests.federation.reading import URLS
from tests.mastodon.apps import Site


@pytest.fixture
def ines(site: Site) -> Actor:
    return site.person("ines")


@pytest.fixture
def uri(ines: Actor) -> str:
    return URLS.actor(ines.account_id)


def follows(site: Site) -> list[tuple[int, int, FollowState]]:
    with site.kernel.db.read.begin() as session:
        rows = session.scalars(select(Follow))
        return [(row.follower_id, row.followee_id, row.state) for row in rows]


def account_of(site: Site, name: str) -> Account:
    with site.kernel.db.read.begin() as session:
        return session.scalars(select(Account).where(Account.username == name)).one()


def told(site: Site, of: Actor) -> list[NoticeKind]:
    with site.kernel.db.read.begin() as session:
        mine = select(Notice.kind).where(Notice.account_id == of.account_id)
        return list(session.scalars(mine.order_by(Notice.id)))


@contextmanager
def heard(site: Site, kind: type) -> Iterator[list[Any]]:
    """Collect the events of a kind."""
    events: list[Any] = []
    listeners = dict(site.kernel.db.write.kw["info"]["listeners"])
    listeners[kind] = [*listeners.get(kind, ()), lambda _session, event: events.append(event)]
    before = site.kernel.db.write.kw["info"]
    site.kernel.db.write.configure(info={**before, "listeners": listeners})
    yield events
    site.kernel.db.write.configure(info=before)


def ask(site: Site, there: There, asker: str = "ines", target: str = "ada") -> tuple[Follow, str]:
    """Let a member ask to follow somebody of there, who is known here and is locked."""
    ada = there.person(target, manuallyApprovesFollowers=True)
    there.deliver(there.act("Block", ada, URLS.actor(site.person("somebody").account_id)))
    with site.write() as session:
        follow = relationships.follow(
            session, site.person(asker), target_id=_id(session, target), now=site.now
        )
    return follow, ada


def _id(session: Session, name: str) -> int:
    return session.scalars(select(Account.id).where(Account.username == name)).one()


def test_a_stranger_follows_a_member(site: Site, there: There, ines: Actor, uri: str) -> None:
    follow = there.act("Follow", there.person("ada", name="Ada L."), uri)
    there.deliver(follow)
    ada = account_of(site, "ada")
    assert (ada.domain, ada.display_name) == (there.host, "Ada L.")
    assert follows(site) == [(ada.id, ines.account_id, FollowState.ACCEPTED)]
    assert told(site, ines) == [NoticeKind.FOLLOW]
    there.deliver(there.act("Follow", str(follow["actor"]), uri))
    assert len(follows(site)) == 1
    assert told(site, ines) == [NoticeKind.FOLLOW]


def test_a_locked_account_is_asked(site: Site, there: There) -> None:
    ines = site.person("ines", locked=True)
    there.deliver(there.act("Follow", there.person("ada"), URLS.actor(ines.account_id)))
    ada = account_of(site, "ada")
    assert follows(site) == [(ada.id, ines.account_id, FollowState.REQUESTED)]
    assert told(site, ines) == [NoticeKind.FOLLOW_REQUEST]


@pytest.mark.parametrize("form", ["whole", "by its id", "without its id"])
def test_a_follow_is_taken_back(
    site: Site, there: There, ines: Actor, uri: str, form: str
) -> None:
    ada = there.person("ada")
    follow = there.act("Follow", ada, uri)
    whole = {name: follow[name] for name in ("id", "type", "actor", "object")}
    undone: Any = {
        "whole": whole,
        "by its id": follow["id"],
        "without its id": {k: v for k, v in whole.items() if k != "id"},
    }[form]
    there.deliver(follow, there.act("Undo", ada, undone))
    assert follows(site) == []
    assert told(site, ines) == []
    there.deliver(follow)  # As Misskey does: the same id again.
    assert len(follows(site)) == (0 if form == "without its id" else 1)


def test_a_follow_that_was_taken_back_before_it_came(site: Site, there: There, uri: str) -> None:
    ada = there.person("ada")
    follow = there.act("Follow", ada, uri)
    whole = {name: follow[name] for name in ("id", "type", "actor", "object")}
    there.deliver(there.act("Undo", ada, whole), follow)
    assert follows(site) == []


def test_nobody_takes_back_what_others_did(site: Site, there: There, uri: str) -> None:
    ada, eve = there.person("ada"), there.person("eve")
    follow = there.act("Follow", ada, uri)
    there.deliver(follow, there.act("Follow", eve, uri))
    there.deliver(there.act("Undo", eve, follow["id"]))
    assert len(follows(site)) == 2
    answer = there.send(there.act("Undo", eve, {**follow, "actor": ada}))
    assert answer.status_code == 403


def test_whoever_is_blocked_is_declined(site: Site, there: There, ines: Actor, uri: str) -> None:
    ada = there.person("ada")
    there.deliver(there.act("Follow", ada, uri))
    with site.write() as session:
        relationships.block(session, ines, target_id=_id(session, "ada"), now=site.now)
    follow = there.act("Follow", ada, uri)
    with heard(site, FollowDeclined) as declined:
        there.deliver(follow)
    assert [event.uri for event in declined] == [follow["id"]]
    assert follows(site) == []


@pytest.mark.parametrize("form", ["by the pair", "whole"])
def test_a_member_is_let_in(site: Site, there: There, form: str) -> None:
    asked, ada = ask(site, there)
    assert follows(site)[0][2] is FollowState.REQUESTED
    whole = {
        "id": f"{URLS.base}/ap/activities/{asked.id}",
        "type": "Follow",
        "actor": URLS.actor(asked.follower_id),
        "object": ada,
    }
    if form == "by the pair":
        del whole["id"]
    accept = there.act("Accept", ada, whole)
    with pytest.MonkeyPatch.context():
        there.deliver(accept, there.act("Accept", ada, whole))
    assert follows(site) == [(asked.follower_id, asked.followee_id, FollowState.ACCEPTED)]
    assert told(site, site.person("ines")) == [NoticeKind.FOLLOW_ACCEPTED]
    there.deliver(there.act("Reject", ada, whole))
    assert follows(site) == []


def test_a_request_is_answered_by_its_number(site: Site, there: There) -> None:
    asked, ada = ask(site, there)
    there.deliver(there.act("Accept", ada, f"{URLS.base}/ap/activities/{asked.id}"))
    assert follows(site)[0][2] is FollowState.ACCEPTED


def test_nobody_lets_themselves_in(site: Site, there: There) -> None:
    ines = site.person("ines", locked=True)
    uri, eve = URLS.actor(ines.account_id), there.person("eve")
    follow = there.act("Follow", eve, uri)
    whole = {name: follow[name] for name in ("id", "type", "actor", "object")}
    there.deliver(follow, there.act("Accept", eve, follow["id"]))
    assert there.send(there.act("Accept", eve, whole)).status_code == 403
    assert there.send(there.act("Accept", uri, whole), by=eve).status_code in (202, 403)
    there.work()
    assert [state for _, _, state in follows(site)] == [FollowState.REQUESTED]


def test_nothing_is_answered_that_nobody_asked(site: Site, there: There) -> None:
    asked, ada = ask(site, there)
    eve = there.person("eve")
    number = f"{URLS.base}/ap/activities/{asked.id}"
    there.deliver(there.act("Accept", eve, number), there.act("Reject", eve, number))
    whole = {"type": "Follow", "actor": URLS.actor(site.person("omar").account_id), "object": ada}
    there.deliver(there.act("Accept", ada, whole))
    [(_, followee, state)] = follows(site)
    assert (followee, state) == (asked.followee_id, FollowState.REQUESTED)


@pytest.mark.parametrize("form", ["whole", "by its id", "without its id"])
def test_blocks_hold_and_end(site: Site, there: There, ines: Actor, uri: str, form: str) -> None:
    ada = there.person("ada")
    block = there.act("Block", ada, uri)
    whole = {name: block[name] for name in ("id", "type", "actor", "object")}
    there.deliver(there.act("Follow", ada, uri), block)
    assert follows(site) == []
    assert told(site, ines) == []
    with site.kernel.db.read.begin() as session:
        assert session.scalars(select(Block.target_id)).all() == [ines.account_id]
    undone: Any = {
        "whole": whole,
        "by its id": block["id"],
        "without its id": {k: v for k, v in whole.items() if k != "id"},
    }[form]
    there.deliver(there.act("Undo", ada, undone))
    with site.kernel.db.read.begin() as session:
        assert session.scalars(select(func.count()).select_from(Block)).one() == 0
