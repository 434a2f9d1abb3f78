"""Who is told what by which stream: every audience, every relation, every channel, as a table.

What a stream tells is also held against what the timelines of the client API show to the same
member at the same moment.
"""

from collections.abc import Mapping
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from app.accounts.models import Account
from app.core.news import News, NewsItem, NewsKind, latest_number
from app.filters.kinds import Context, FilterAction
from app.filters.service import FilterForm, KeywordForm, make_filter
from app.mastodon.streams.channels import DIRECT, USER, USER_NOTICES, Subscription
from app.mastodon.streams.editor import Editor
from app.mastodon.streams.hub import Delivery
from app.members.actor import Actor
from app.relationships import service as relationships
from app.relationships.keeping import avoid_domain
from app.statuses.models import Status
from app.statuses.service.boost import boost_status
from app.statuses.service.delete import delete_status
from app.statuses.service.edit import edit_status
from app.statuses.visibility import Visibility
from app.statuses.writing import Writing
from app.timelines.lists import ListForm, add_to_list, make_list
from tests.mastodon.apps import Site
from tests.queries import counted
from tests.social import befriend, post
from tests.statuses.test_pictures import make_picture

TAG = "boats"
CHANNELS = {
    "user": USER,
    "public": Subscription("public"),
    "public:media": Subscription("public:media"),
    "public:local": Subscription("public:local"),
    "public:remote": Subscription("public:remote"),
    "hashtag": Subscription("hashtag", TAG),
    "hashtag:local": Subscription("hashtag:local", TAG),
    "another tag": Subscription("hashtag", "trains"),
    "direct": DIRECT,
    "notices": USER_NOTICES,
}
BOARDS = ("public", "public:local", "hashtag", "hashtag:local")
# By audience: who is told on which channel that ada posted, with the tag and a mention. `lister`
# follows ada on an exclusive list, `gatherer` on one that is not; both listen to their lists.
READERS = "ada follower mentioned stranger lister gatherer"
FOLLOWERS = "ada follower gatherer"
# Whoever is named is told so, whatever the audience.
NAMED = {"user": {"mentioned"}, "notices": {"mentioned"}}
LISTS = {"list": "lister gatherer"}
TOLD: Mapping[Visibility, Mapping[str, str]] = {
    Visibility.PUBLIC: {
        "user": FOLLOWERS,
        **dict.fromkeys(BOARDS, READERS),
        **LISTS,
    },
    Visibility.LOCAL: {
        "user": FOLLOWERS,
        **dict.fromkeys(BOARDS, READERS),
        **LISTS,
    },
    Visibility.UNLISTED: {"user": FOLLOWERS, **LISTS},
    Visibility.FOLLOWERS: {"user": FOLLOWERS, **LISTS},
    Visibility.DIRECT: {"direct": "ada mentioned"},
}
# Nobody of these hears anything, whatever it is: who follows and mutes ada, whom she blocked, who
# blocked her.
NEVER = ("muter", "blocked", "blocker")
PEOPLE = ("ada", "follower", "mentioned", "stranger", "lister", "gatherer", *NEVER)


class Square:
    """Ada among people who stand to her in every way, all of whom listen to everything."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.people = {name: site.person(name) for name in PEOPLE}
        self.names = {actor.account_id: name for name, actor in self.people.items()}
        self.lists: dict[str, int] = {}
        ada, now = self.people["ada"], site.now
        with site.write() as session:
            for name in ("follower", "lister", "gatherer", "muter", "blocked"):
                befriend(session, self.people[name], ada)
            for name in ("lister", "gatherer"):
                form = ListForm("Boats", exclusive=name == "lister")
                made = make_list(session, self.people[name], form, now=now)
                add_to_list(session, self.people[name], made.id, [ada.account_id], now=now)
                self.lists[name] = made.id
            me, blocked = ada.account_id, self.people["blocked"].account_id
            relationships.mute(session, self.people["muter"], target_id=me, now=now)
            relationships.block(session, ada, target_id=blocked, now=now)
            relationships.block(session, self.people["blocker"], target_id=me, now=now)
        self.editor = Editor(site.app.state.renderer, site.kernel.clock)

    def __getitem__(self, name: str) -> Actor:
        return self.people[name]

    def told(self, after: int) -> list[Delivery]:
        """Return what everybody is told of what happened after a number of news."""
        audience = {what: frozenset(self.names) for what in CHANNELS.values()}
        for name, list_id in self.lists.items():
            owner = self.people[name].account_id
            audience[Subscription("list", str(list_id))] = frozenset({owner})
        with self.site.kernel.db.read_engine.connect() as connection:
            rows = select(News.seq, News.kind, News.account_id, News.about_id, News.word)
            found = connection.execute(rows.where(News.seq > after).order_by(News.seq)).all()
            items = [NewsItem._make(row) for row in found]
            return [
                x for item in items for x in self.editor.deliveries(connection, item, audience)
            ]

    def heard(self, after: int, *events: str) -> dict[str, set[str]]:
        """Return who is told something of these names, by channel."""
        channels = {what: name for name, what in CHANNELS.items()}
        by_channel: dict[str, set[str]] = {}
        for subscription, account_id, event in self.told(after):
            if event.name in events:
                channel = channels.get(subscription, "list")
                by_channel.setdefault(channel, set()).add(self.names[account_id])
        return by_channel

    def now_at(self) -> int:
        with self.site.kernel.db.read.begin() as session:
            return latest_number(session)

    def post(self, text: str = f"@mentioned Two #{TAG}", *, by: str = "ada", **given: Any) -> int:
        with self.site.write() as session:
            written: Status = post(session, self.people[by], text, now=self.site.now, **given)
            return written.id


@pytest.fixture
def square(site: Site) -> Square:
    return Square(site)


def table(told: Mapping[str, str]) -> dict[str, set[str]]:
    return {channel: set(names.split()) for channel, names in told.items()}


def test_the_table_of_who_is_told_of_a_post(square: Square) -> None:
    for visibility, told in TOLD.items():
        before = square.now_at()
        square.post(visibility=visibility)
        assert square.heard(before, "update", "conversation") == table(told), visibility
        assert square.heard(before, "notification") == NAMED, visibility


def test_whoever_was_told_of_a_post_is_told_of_its_change_and_of_its_end(square: Square) -> None:
    for visibility, told in TOLD.items():
        status_id = square.post(visibility=visibility)
        places = {k: v for k, v in table(told).items() if k != "direct"}
        before = square.now_at()
        with square.site.write() as session:
            changed = Writing(text=f"@mentioned Three #{TAG}")
            edit_status(session, square["ada"], status_id, changed, now=square.site.now)
        assert square.heard(before, "status.update") == places, visibility
        before = square.now_at()
        with square.site.write() as session:
            delete_status(session, square["ada"], status_id, now=square.site.now)
        # Its tags and pictures are gone: those of another tag, and of pictures, are told as well.
        boards = places.get("public")
        wider = {"another tag": boards, "public:media": boards} if boards else {}
        assert square.heard(before, "delete") == places | wider, visibility


def test_streams_tell_what_timelines_show(square: Square) -> None:
    """The same member, the same moment, the same post: on both or on neither."""
    site = square.site
    before = square.now_at()
    ids = {str(square.post(visibility=visibility)) for visibility in Visibility}
    with site.write() as session:
        picture = make_picture(session, square["ada"])
    ids.add(str(square.post(f"Look #{TAG}", media_ids=(picture,))))
    ids.add(str(square.post("Without a tag")))
    ids.add(str(square.post("@ada I answer", by="stranger")))
    addresses = {
        "user": "home",
        "public": "public",
        "public:media": "public?only_media=1",
        "public:local": "public?local=1",
        "public:remote": "public?remote=1",
        "hashtag": f"tag/{TAG}",
        "hashtag:local": f"tag/{TAG}?local=1",
        "another tag": "tag/trains",
    }
    told: dict[tuple[str, str], set[str]] = {}
    channels = {what: name for name, what in CHANNELS.items()}
    for subscription, account_id, event in square.told(before):
        if event.name == "update":
            post_id = _id_in(event.payload)
            place = channels.get(subscription, "list"), square.names[account_id]
            told.setdefault(place, set()).add(post_id)
    for name in PEOPLE:
        reader = site.program(name)
        own = {"list": f"list/{square.lists[name]}"} if name in square.lists else {}
        for channel, address in (addresses | own).items():
            shown = reader.get(f"/api/v1/timelines/{address}").json()
            found = {one["id"] for one in shown} & ids
            assert told.get((channel, name), set()) == found, (channel, name)


def _id_in(payload: bytes | None) -> str:
    assert payload is not None
    found: str = orjson.loads(payload)["id"]
    return found


def test_a_boost_is_told_to_those_who_want_it(square: Square, site: Site) -> None:
    boris = site.person("boris")
    with site.write() as session:
        for name in ("follower", "stranger", "blocked", "blocker", "muter"):
            befriend(session, square[name], boris, shows_boosts=name != "follower")
    status_id, before = square.post("Look at this"), square.now_at()
    with site.write() as session:
        boost_status(session, boris, status_id, now=site.now)
    square.names[boris.account_id] = "boris"
    # Not who switched boosts off, nor anybody whom a mute or a block keeps apart from ada.
    assert square.heard(before, "update") == {"user": {"boris", "stranger"}}
    before = square.now_at()
    with site.write() as session:
        delete_status(session, square["ada"], status_id, now=site.now)
    gone = [x for x in square.told(before) if x.subscription == USER and x.account_id]
    told = {square.names[x.account_id] for x in gone}
    assert told == {"boris", "stranger", *FOLLOWERS.split()}


def test_nobody_is_told_anything_of_who_is_suspended(square: Square) -> None:
    before = square.now_at()
    status_id = square.post()
    with square.site.write() as session:
        edit_status(session, square["ada"], status_id, Writing(text="More"), now=square.site.now)
        session.get_one(Account, square["ada"].account_id).suspended_at = square.site.now
    assert square.heard(before, "update", "status.update", "notification") == {}


def test_what_a_filter_hides_does_not_come_home(square: Square) -> None:
    keyword = KeywordForm("plover", whole_word=True)
    with square.site.write() as session:
        for name, action in (("follower", FilterAction.HIDE), ("gatherer", FilterAction.WARN)):
            contexts = frozenset({Context.HOME})
            form = FilterForm("Birds", contexts, action, keywords=(keyword,))
            make_filter(session, square[name], form, now=square.site.now)
    before = square.now_at()
    square.post("A plover")
    heard = square.heard(before, "update")
    assert heard["user"] == {"ada", "gatherer"}
    assert "follower" in heard["public"]
    before = square.now_at()
    square.post("A heron")
    assert square.heard(before, "update")["user"] == set(FOLLOWERS.split())


def test_whoever_avoids_a_site_hears_nothing_of_it(square: Square) -> None:
    with square.site.write() as session:
        session.get_one(Account, square["ada"].account_id).domain = "far.example"
        avoid_domain(session, square["stranger"], "far.example", now=square.site.now)
    before = square.now_at()
    square.post("From afar")
    public = square.heard(before, "update")["public"]
    assert ("follower" in public, "stranger" in public) == (True, False)


def test_what_wakes_nobody_costs_nothing(square: Square) -> None:
    before = square.now_at()
    square.post()
    with square.site.kernel.db.read_engine.connect() as connection:
        rows = select(News.seq, News.kind, News.account_id, News.about_id, News.word)
        item = NewsItem._make(connection.execute(rows.where(News.seq > before)).first() or ())
        assert square.editor.deliveries(connection, item, {}) == []


def test_many_who_listen_cost_no_more_statements_than_few(square: Square) -> None:
    before = square.now_at()
    square.post("Two boats")
    kernel = square.site.kernel
    rows = select(News.seq, News.kind, News.account_id, News.about_id, News.word)
    with kernel.db.read_engine.connect() as connection:
        found = connection.execute(rows.where(News.seq > before, News.kind == NewsKind.POST))
        item = NewsItem._make(found.one())
        counts = []
        for whom in (["ada"], ["ada"], list(PEOPLE)):  # What is kept is kept after the first.
            ids = frozenset(square[name].account_id for name in whom)
            with counted(kernel.db) as statements:
                told = square.editor.deliveries(connection, item, {CHANNELS["public"]: ids})
            counts.append((len(told), len(statements)))
    assert counts[1:] == [(1, 1), (6, 1)]
