"""Notices, alone and in groups. Source: mastodon-api.md 9.3.

What the co-op itself says is not told to apps: their types know nothing of it.
"""

import re
from collections.abc import Collection, Sequence
from typing import Any, Final

from app.core.errors import NotFound
from app.core.words import say
from app.http.urls import Urls
from app.mastodon.entities.account import account_page
from app.mastodon.values import moment
from app.notifications.grouping import GROUPED, GroupKey
from app.notifications.kinds import NoticeKind
from app.notifications.policy import Policy, Stance
from app.notifications.push.names import NAMES
from app.notifications.requests import Pending, Request
from app.notifications.rows import Group, NoticeRow

OLD_NAMES: Final = {
    "filter_not_following": "for_not_following",
    "filter_not_followers": "for_not_followers",
    "filter_new_accounts": "for_new_accounts",
    "filter_private_mentions": "for_private_mentions",
}
KIND_OF: Final = {NAMES[kind]: kind for kind in GROUPED}
_KEY: Final = re.compile(
    r"ungrouped-(\d{1,18})|(favourite|reblog)-(\d{1,19})-(\d{1,9})|(follow)-(\d{1,9})", re.ASCII
)


def kinds_of(types: Collection[str], unwanted: Collection[str]) -> frozenset[NoticeKind]:
    """Return the kinds that an app asks for by their types; unknown types are none."""
    return frozenset(
        kind
        for kind, name in NAMES.items()
        if (not types or name in types) and name not in unwanted
    )


def key_text(key: GroupKey) -> str:
    """Return the name of a group."""
    if key.id is not None:
        return f"ungrouped-{key.id}"
    about = "" if key.status_id is None else f"-{key.status_id}"
    return f"{NAMES[key.kind]}{about}-{key.span}"


def read_key(text: str) -> GroupKey:
    """Return the group of that name. Raises: NotFound."""
    found = _KEY.fullmatch(text)
    if found is None:
        raise NotFound(say("There is no such notice."))
    if found[1]:
        return GroupKey(NoticeKind.MENTION, id=int(found[1]))
    if found[2]:
        return GroupKey(KIND_OF[found[2]], int(found[3]), int(found[4]))
    return GroupKey(KIND_OF[found[5]], None, int(found[6]))


def notification_values(row: NoticeRow, *, account: Any, status: Any) -> dict[str, Any]:
    """Return one notice; who caused it and what it is about are rendered already."""
    return {
        "id": str(row.id),
        "type": NAMES[row.kind],
        "group_key": key_text(row.key()),
        "created_at": moment(row.created_at),
        "account": account,
        **({} if row.status_id is None else {"status": status}),
        **({"filtered": True} if row.held else {}),
    }


def group_values(group: Group) -> dict[str, Any]:
    """Return a group; its people and its post stand beside all groups."""
    newest, oldest = group.on_page[0], group.on_page[-1]
    return {
        "group_key": key_text(group.key),
        "notifications_count": group.count,
        "type": NAMES[newest.kind],
        "most_recent_notification_id": newest.id,
        "page_min_id": str(oldest.id),
        "page_max_id": str(newest.id),
        "latest_page_notification_at": moment(newest.created_at),
        "sample_account_ids": [str(account_id) for account_id in group.account_ids],
        **({} if newest.status_id is None else {"status_id": str(newest.status_id)}),
    }


def partial_values(row: Any, urls: Urls) -> dict[str, Any]:
    """Return of an account only what the picture beside a line needs."""
    handle = row.username if row.domain is None else f"{row.username}@{row.domain}"
    avatar = urls.avatar(row.id, row.avatar_key)
    return {
        "id": str(row.id),
        "acct": handle,
        "url": account_page(row, handle, urls),
        "avatar": avatar,
        "avatar_static": avatar,
        "locked": row.locked,
        "bot": row.bot,
    }


def policy_values(policy: Policy, waiting: Pending) -> dict[str, Any]:
    """Return what a member wants to be told of whom, and what waits."""
    return {
        "for_not_following": policy.for_not_following,
        "for_not_followers": policy.for_not_followers,
        "for_new_accounts": policy.for_new_accounts,
        "for_private_mentions": policy.for_private_mentions,
        "for_limited_accounts": policy.for_limited_accounts,
        "summary": _summary(waiting),
    }


def old_policy_values(policy: Policy, waiting: Pending) -> dict[str, Any]:
    """Return the same as older apps know it: held or not."""
    held = {old: getattr(policy, name) is not Stance.ACCEPT for old, name in OLD_NAMES.items()}
    return {**held, "summary": _summary(waiting)}


def request_values(row: Request, *, account: Any, status: Any) -> dict[str, Any]:
    """Return a sender whose notices are held."""
    return {
        "id": str(row.id),
        "created_at": moment(row.created_at),
        "updated_at": moment(row.updated_at),
        "account": account,
        "notifications_count": str(row.count),
        "last_status": status,
    }


def people_and_posts(
    rows: Sequence[NoticeRow], groups: Sequence[Group] = ()
) -> tuple[list[int], list[int]]:
    """Return the ids of all accounts and posts that notices show, each once."""
    people = dict.fromkeys(row.from_account_id for row in rows)
    people |= dict.fromkeys(id_ for group in groups for id_ in group.account_ids)
    posts = dict.fromkeys(row.status_id for row in rows if row.status_id is not None)
    return list(people), list(posts)


def _summary(waiting: Pending) -> dict[str, int]:
    return {
        "pending_requests_count": waiting.requests,
        "pending_notifications_count": waiting.notices,
    }
