"""A founded site with many people and posts, made quickly and always the same."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Connection, insert

from app.accounts.models import Account, address_key
from app.core.db import open_database
from app.core.ids import id_at, new_id
from app.core.kernel import Kernel, open_kernel
from app.core.orm import Base
from app.core.settings import read_settings
from app.instance.service import found_coop
from app.media.kinds import MediaKind
from app.media.models import MediaFile, MediaState
from app.members.register import Newcomer
from app.members.sessions import open_session
from app.relationships.models import Follow, FollowState
from app.statuses.models import Favourite, Mention, Status, StatusTag, Tag
from app.statuses.visibility import Visibility
from app.text.markup import render_post
from app.timelines.models import HomeFeed
from app.wiring import LISTENERS
from migrations.upgrade import upgrade

FOUNDED_AGO = timedelta(days=400)
ACCOUNTS = 2_000
POSTS = 200_000
VIEWERS = 100
FOLLOWED = 200
FEED_ROWS = 400
BOOSTS_PERCENT = 15
PICTURES_PERCENT = 45
MENTIONS_PERCENT = 33
CHUNK = 5_000
_WORDS = (
    "the river bread kettle #garden neighbours window quiet morning bicycle soup lamp letters "
    "together #books small light market bridge evening we mended shelf"
)
WORDS = _WORDS.split()


def environment(folder: Path, port: int, database_url: str = "") -> Mapping[str, str]:
    """Return the environment of a site in `folder` that answers on `port`."""
    return {
        "COMMONHOLD_ENV": "test",
        "COMMONHOLD_BASE_URL": f"http://127.0.0.1:{port}",
        "COMMONHOLD_DATA_DIR": str(folder),
        "COMMONHOLD_DATABASE_URL": database_url,
        "COMMONHOLD_TRUSTED_PROXIES": "127.0.0.1/32",
    }


def found_site(given: Mapping[str, str]) -> tuple[Kernel, str, int]:
    """Found a co-op long ago, by the environment of its site; return its kernel, a browser's
    secret, and its account.

    Whoever founded it is a member like others by now: their offices have ended.
    """
    settings = read_settings(given)
    folder = settings.data_dir
    folder.mkdir(parents=True, exist_ok=True)
    database = open_database(settings.database)
    upgrade(database)
    database.dispose()
    kernel = open_kernel(settings, LISTENERS)
    now = kernel.clock.now()
    founder = Newcomer("ada", "ada@riverside.example", None)
    with kernel.db.write.begin() as session:
        founded = found_coop(
            session, name="Riverside", founder=founder, via="bench", now=now - FOUNDED_AGO
        )
        member = founded.founder
        opened = open_session(session, member_id=member.id, label="bench", now=now)
    return kernel, opened.secret, member.account_id


def settle(kernel: Kernel, viewer_id: int) -> list[int]:
    """Fill the site with people, posts, marks and home feeds; return accounts with feeds."""
    dice = Random(1)
    now = kernel.clock.now()
    # In several transactions: nothing else can be written meanwhile, such as this process's seat.
    with _filling(kernel) as connection:
        people = [viewer_id, *add_people(connection, "member", ACCOUNTS, now)]
        posts = _posts(connection, dice, people, now)
    viewers = people[:VIEWERS]
    with _filling(kernel) as connection:
        _follows_and_feeds(connection, dice, viewers, people, posts, now)
        _favourites(connection, dice, people, posts, now)
    with _filling(kernel) as connection:
        _tags(connection, posts, now)
        _pictures(connection, dice, posts, now)
        _mentions(connection, dice, people, posts)
        connection.exec_driver_sql("ANALYZE")
    return viewers


@contextmanager
def _filling(kernel: Kernel) -> Iterator[Connection]:
    """Yield a transaction for many rows, of which nobody is told."""
    with kernel.db.write_engine.begin() as connection:
        if kernel.db.dialect == "postgresql":
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        yield connection


def add_people(connection: Connection, name: str, count: int, now: datetime) -> list[int]:
    """Add accounts of this site called `name` and a number; return their ids."""
    rows: list[dict[str, Any]] = [
        {
            "id": new_id(),
            "username": f"{name}{n}",
            "domain": None,
            "key": address_key(f"{name}{n}", None),
            "display_name": f"{name.title()} {n}",
            "created_at": now - timedelta(days=400),
        }
        for n in range(count)
    ]
    insert_rows(connection, Account, rows)
    return [row["id"] for row in rows]


def _posts(
    connection: Connection, dice: Random, people: Sequence[int], now: datetime
) -> list[dict[str, Any]]:
    """Add the posts, a few seconds apart; return their rows."""
    texts = [" ".join(dice.choices(WORDS, k=dice.randrange(8, 60))) for _ in range(400)]
    html = [render_post(text).html for text in texts]
    rows: list[dict[str, Any]] = []
    boosted: set[tuple[int, int]] = set()
    begin = now - timedelta(seconds=40 * POSTS)
    for number in range(POSTS):
        at = begin + timedelta(seconds=40 * number)
        post_id = id_at(at)
        is_boost = number > 100 and dice.randrange(100) < BOOSTS_PERCENT
        author = dice.choice(people)
        original = _original(dice, rows, boosted, author) if is_boost else None
        which = dice.randrange(len(texts))
        rows.append(
            {
                "id": post_id,
                "account_id": author,
                "text": "" if original else texts[which],
                "content_html": "" if original else str(html[which]),
                "visibility": Visibility.PUBLIC,
                "conversation_id": post_id,
                "reblog_of_id": original["id"] if original else None,
                "created_at": at,
            }
        )
    insert_rows(connection, Status, rows)
    return rows


def _original(
    dice: Random, rows: Sequence[dict[str, Any]], boosted: set[tuple[int, int]], author: int
) -> dict[str, Any] | None:
    """Return a recent post that the author has not boosted yet, if the dice find one."""
    one = rows[-dice.randrange(1, 100)]
    pair = one["id"], author
    if one["reblog_of_id"] is not None or pair in boosted:
        return None
    boosted.add(pair)
    return one


def _follows_and_feeds(
    connection: Connection,
    dice: Random,
    viewers: Sequence[int],
    people: Sequence[int],
    posts: Sequence[dict[str, Any]],
    now: datetime,
) -> None:
    author_of = {row["id"]: row["account_id"] for row in posts}
    follows, feeds = [], []
    for viewer in viewers:
        followed = set(dice.sample(people, FOLLOWED)) - {viewer}
        follows += [follow_row(viewer, target, now) for target in followed]
        mine = (row for row in reversed(posts) if row["account_id"] in followed)
        feeds += [
            {
                "owner_id": viewer,
                "status_id": row["id"],
                "author_id": row["account_id"],
                "reblog_of_id": row["reblog_of_id"],
                "reblog_author_id": author_of.get(row["reblog_of_id"] or 0),
            }
            for row in islice(mine, FEED_ROWS)
        ]
    insert_rows(connection, Follow, follows)
    insert_rows(connection, HomeFeed, feeds)


def follow_row(follower_id: int, followee_id: int, now: datetime) -> dict[str, Any]:
    """Return the row by which one account follows another."""
    return {
        "follower_id": follower_id,
        "followee_id": followee_id,
        "state": FollowState.ACCEPTED,
        "created_at": now,
        "accepted_at": now,
    }


def _favourites(
    connection: Connection,
    dice: Random,
    people: Sequence[int],
    posts: Sequence[dict[str, Any]],
    now: datetime,
) -> None:
    pairs = {(dice.choice(people), dice.choice(posts)["id"]) for _ in range(200_000)}
    rows = [
        {"id": new_id(), "account_id": account, "status_id": post, "created_at": now}
        for account, post in sorted(pairs)
    ]
    insert_rows(connection, Favourite, rows)


def _tags(connection: Connection, posts: Sequence[dict[str, Any]], now: datetime) -> None:
    tags = [{"id": new_id(), "name": name, "created_at": now} for name in ("garden", "books")]
    insert_rows(connection, Tag, tags)
    rows = [
        {"tag_id": tag["id"], "status_id": post["id"]}
        for post in posts
        for tag in tags
        if f"#{tag['name']}" in post["text"]
    ]
    insert_rows(connection, StatusTag, rows)


def _pictures(
    connection: Connection, dice: Random, posts: Sequence[dict[str, Any]], now: datetime
) -> None:
    """Give pictures to many posts: only what the database knows of them, which pages name."""
    shown = [post for post in posts if post["text"] and dice.randrange(100) < PICTURES_PERCENT]
    rows = [
        {
            "id": new_id(),
            "account_id": post["account_id"],
            "status_id": post["id"],
            "kind": MediaKind.PICTURE,
            "state": MediaState.KEPT,
            "key": f"media/{post['id']}",
            "content_type": "image/webp",
            "width": 1600,
            "height": 1200,
            "preview_width": 640,
            "preview_height": 480,
            "blurhash": "LEHV6nWB2yk8pyo0adR*.7kCMdnj",
            "description": "A bridge over the river",
            "created_at": now,
        }
        for post in shown
    ]
    insert_rows(connection, MediaFile, rows)


def _mentions(
    connection: Connection, dice: Random, people: Sequence[int], posts: Sequence[dict[str, Any]]
) -> None:
    naming = [post for post in posts if post["text"] and dice.randrange(100) < MENTIONS_PERCENT]
    rows = [{"status_id": post["id"], "account_id": dice.choice(people)} for post in naming]
    insert_rows(connection, Mention, rows)


def insert_rows(
    connection: Connection, kind: type[Base], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Add many rows."""
    statement = insert(kind)
    for chunk in _chunks(rows):
        connection.execute(statement, chunk)


def _chunks(rows: Sequence[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    for start in range(0, len(rows), CHUNK):
        yield list(rows[start : start + CHUNK])
