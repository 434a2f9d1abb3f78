"""Who may call what of the client API: every route, its gate, and what a good call is answered.

A new route without a row fails `test_table.py`. Where a row names something, it is not there:
so a caller who is let in is answered 404, and nothing is changed for the next row.
"""

from dataclasses import dataclass
from typing import Any, Final

# Each column is a token: none, of a program alone; a member's with another scope, with the
# scope, and with all that contain it; of somebody unconfirmed, waiting, and suspended.
CALLERS: Final = (
    *("nobody", "program", "other scope", "scope", "parent"),
    *("unconfirmed", "waiting", "suspended"),
)
# By gate, the status that each of CALLERS gets; 0 stands for what a good call is answered.
GATES: Final = {
    "anyone": (0, 0, 0, 0, 0, 0, 0, 0),
    "viewer": (0, 0, 403, 0, 0, 403, 403, 403),
    "member": (401, 422, 403, 0, 0, 403, 403, 403),
    "any member": (401, 422, 0, 0, 0, 403, 403, 403),
    "any program": (401, 0, 0, 0, 0, 0, 0, 0),
    "program": (401, 0, 403, 0, 0, 0, 0, 0),
    "listener": (401, 401, 401, 0, 0, 403, 403, 403),
}


@dataclass(frozen=True)
class Row:
    """A route, its gate and scope, and what a call with the right token is answered."""

    method: str
    path: str
    gate: str
    scope: str = ""
    good: int = 200
    body: Any = None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def statuses(self) -> tuple[int, ...]:
        """The status that each of CALLERS gets."""
        return tuple(status or self.good for status in GATES[self.gate])


def _open(path: str, good: int = 200) -> Row:
    return Row("GET", path, "anyone", good=good)


def _seen(path: str, scope: str, good: int = 200) -> Row:
    return Row("GET", path, "viewer", scope, good)


def _own(path: str, scope: str, good: int = 200) -> Row:
    return Row("GET", path, "member", scope, good)


def _stream(path: str, good: int = 200, scope: str = "read:statuses") -> Row:
    return Row("GET", f"{STREAMS}/{path}", "listener", scope, good)


def _act(method: str, path: str, scope: str, good: int = 404, **body: Any) -> Row:
    return Row(method, path, "member", scope, good, body or None)


V1, V2 = "/api/v1", "/api/v2"
STREAMS = f"{V1}/streaming"
ACCOUNT, STATUS = f"{V1}/accounts/{{account_id}}", f"{V1}/statuses/{{status_id}}"
MEDIA = f"{V1}/media/{{media_id}}"
SCHEDULED = f"{V1}/scheduled_statuses/{{scheduled_id}}"
PUSH = f"{V1}/push/subscription"

LIST, FILTERS = f"{V1}/lists/{{list_id}}", f"{V2}/filters"
FILTER, KEYWORD = f"{FILTERS}/{{filter_id}}", f"{FILTERS}/keywords/{{keyword_id}}"
OLD_FILTER, TAG = f"{V1}/filters/{{keyword_id}}", f"{V1}/tags/{{name}}"
NOTICES, GROUPS = f"{V1}/notifications", f"{V2}/notifications"
ANNOUNCEMENT = f"{V1}/announcements/{{announcement_id}}"
GROUP, HELD = f"{GROUPS}/{{group_key}}", f"{NOTICES}/requests"


def _change(path: str, scope: str, good: int = 404) -> tuple[Row, Row]:
    return _act("PUT", path, scope, good), _act("PATCH", path, scope, good)


# What one keeps in order for oneself.
SHELVES: Final = (
    _own(f"{V1}/lists", "read:lists"),
    _act("POST", f"{V1}/lists", "write:lists", 422),
    _own(LIST, "read:lists", 404),
    *_change(LIST, "write:lists"),
    _act("DELETE", LIST, "write:lists"),
    _own(f"{LIST}/accounts", "read:lists", 404),
    _act("POST", f"{LIST}/accounts", "write:lists"),
    _act("DELETE", f"{LIST}/accounts", "write:lists"),
    _own(f"{V1}/timelines/list/{{list_id}}", "read:lists", 404),
    _own(f"{ACCOUNT}/lists", "read:lists", 404),
    _own(FILTERS, "read:filters"),
    _act("POST", FILTERS, "write:filters", 422),
    _own(FILTER, "read:filters", 404),
    *_change(FILTER, "write:filters"),
    _act("DELETE", FILTER, "write:filters"),
    _own(f"{FILTER}/keywords", "read:filters", 404),
    _act("POST", f"{FILTER}/keywords", "write:filters"),
    _own(KEYWORD, "read:filters", 404),
    *_change(KEYWORD, "write:filters"),
    _act("DELETE", KEYWORD, "write:filters"),
    _own(f"{FILTER}/statuses", "read:filters", 404),
    _act("POST", f"{FILTER}/statuses", "write:filters"),
    _own(f"{FILTERS}/statuses/{{row_id}}", "read:filters", 404),
    _act("DELETE", f"{FILTERS}/statuses/{{row_id}}", "write:filters"),
    _own(f"{V1}/filters", "read:filters"),
    _act("POST", f"{V1}/filters", "write:filters", 422),
    _own(OLD_FILTER, "read:filters", 404),
    *_change(OLD_FILTER, "write:filters"),
    _act("DELETE", OLD_FILTER, "write:filters"),
    _seen(TAG, "read"),
    _act("POST", f"{TAG}/follow", "write:follows", 200),
    _act("POST", f"{TAG}/unfollow", "write:follows", 200),
    _act("POST", f"{TAG}/feature", "write:accounts", 200),
    _act("POST", f"{TAG}/unfeature", "write:accounts", 200),
    _own(f"{V1}/followed_tags", "read:follows"),
    _own(f"{V1}/featured_tags", "read:accounts"),
    _act("POST", f"{V1}/featured_tags", "write:accounts", 422),
    _own(f"{V1}/featured_tags/suggestions", "read:accounts"),
    _act("DELETE", f"{V1}/featured_tags/{{featured_id}}", "write:accounts"),
    _open(f"{ACCOUNT}/featured_tags", 404),
    *(
        _act("POST", f"{ACCOUNT}/{verb}", "write:accounts")
        for verb in ("endorse", "unendorse", "pin", "unpin", "note")
    ),
    _own(f"{V1}/endorsements", "read:accounts"),
    _open(f"{ACCOUNT}/endorsements", 404),
    _open(f"{ACCOUNT}/identity_proofs", 404),
    _own(f"{V1}/accounts/familiar_followers", "read:follows"),
    _own(f"{V1}/domain_blocks", "read:blocks"),
    _act("POST", f"{V1}/domain_blocks", "write:blocks", 422),
    _act("DELETE", f"{V1}/domain_blocks", "write:blocks", 422),
    _own(f"{V1}/domain_blocks/preview", "read:follows", 422),
    _own(NOTICES, "read:notifications"),
    _own(f"{NOTICES}/unread_count", "read:notifications"),
    _own(f"{NOTICES}/{{notice_id}}", "read:notifications", 404),
    _act("POST", f"{NOTICES}/clear", "write:notifications", 200),
    _act("POST", f"{NOTICES}/{{notice_id}}/dismiss", "write:notifications", 200),
    _act("POST", f"{NOTICES}/dismiss", "write:notifications", 422),
    _own(f"{NOTICES}/policy", "read:notifications"),
    *_change(f"{NOTICES}/policy", "write:notifications", 200),
    _own(HELD, "read:notifications"),
    _own(f"{HELD}/merged", "read:notifications"),
    _own(f"{HELD}/{{request_id}}", "read:notifications", 404),
    _act("POST", f"{HELD}/{{request_id}}/accept", "write:notifications"),
    _act("POST", f"{HELD}/{{request_id}}/dismiss", "write:notifications"),
    _act("POST", f"{HELD}/accept", "write:notifications"),
    _act("POST", f"{HELD}/dismiss", "write:notifications"),
    _own(GROUPS, "read:notifications"),
    _own(f"{GROUPS}/unread_count", "read:notifications"),
    _act("POST", f"{GROUPS}/clear", "write:notifications", 200),
    _own(f"{GROUPS}/policy", "read:notifications"),
    *_change(f"{GROUPS}/policy", "write:notifications", 200),
    _own(GROUP, "read:notifications", 404),
    _own(f"{GROUP}/accounts", "read:notifications", 404),
    _act("POST", f"{GROUP}/dismiss", "write:notifications"),
    _own(f"{V1}/markers", "read:statuses"),
    _act("POST", f"{V1}/markers", "write:statuses", 200),
    _own(f"{V1}/preferences", "read:accounts"),
    *(_open(f"{V1}/trends{rest}") for rest in ("", "/tags", "/statuses", "/links")),
    _own(f"{V1}/suggestions", "read:accounts"),
    _own(f"{V2}/suggestions", "read:accounts"),
    _act("DELETE", f"{V1}/suggestions/{{account_id}}", "read:accounts"),
    _open(f"{V1}/directory"),
    _seen(f"{V2}/search", "read:search", 400),
    _seen(f"{V1}/search", "read:search", 400),
    _own(f"{V1}/accounts/search", "read:accounts"),
    Row("GET", f"{V1}/announcements", "any member"),
    _act("POST", f"{ANNOUNCEMENT}/dismiss", "write:accounts"),
    _act("PUT", f"{ANNOUNCEMENT}/reactions/{{name}}", "write:favourites"),
    _act("DELETE", f"{ANNOUNCEMENT}/reactions/{{name}}", "write:favourites", 200),
    _act("POST", f"{V1}/reports", "write:reports"),
)
# The table's site lets streams begin and end at once, as one does that is about to stop.
OPEN_STREAMS: Final = (
    _open(STREAMS, 404),
    _open(f"{STREAMS}/health"),
    _stream("user"),
    _stream("user/notification", scope="read:notifications"),
    _stream("public"),
    _stream("public/local"),
    _stream("public/remote"),
    _stream("hashtag", 400),
    _stream("hashtag/local", 400),
    _stream("list", 400),
    _stream("direct"),
)
ROWS: Final = (
    Row("POST", f"{V1}/apps", "anyone", good=422),
    Row("GET", f"{V1}/apps/verify_credentials", "any program", good=404),
    Row("POST", "/oauth/token", "anyone", good=400),
    Row("POST", "/oauth/revoke", "anyone", good=401),
    _own("/oauth/userinfo", "profile"),
    Row("POST", "/oauth/userinfo", "member", "profile"),
    _open("/.well-known/oauth-authorization-server"),
    Row("POST", f"{V1}/accounts", "program", "write:accounts", good=403),
    Row("POST", f"{V1}/emails/confirmations", "any program", good=403),
    _open("/health"),
    _open("/api/oembed", 400),
    _open(f"{V2}/instance"),
    _open(f"{V1}/instance"),
    _open(f"{V1}/instance/rules"),
    _open(f"{V1}/instance/extended_description", 404),
    _open(f"{V1}/instance/privacy_policy", 404),
    _open(f"{V1}/instance/terms_of_service", 404),
    _open(f"{V1}/instance/terms_of_service/{{day}}", 404),
    _open(f"{V1}/instance/languages"),
    _open(f"{V1}/instance/translation_languages"),
    _open(f"{V1}/instance/peers"),
    _open(f"{V1}/peers/search"),
    _open(f"{V1}/instance/domain_blocks"),
    _open(f"{V1}/instance/activity"),
    _own(f"{V1}/accounts/verify_credentials", "read:accounts"),
    _seen(f"{V1}/accounts", "read:accounts"),
    _seen(f"{V1}/accounts/lookup", "read:accounts", 404),
    _own(f"{V1}/accounts/relationships", "read:follows"),
    _seen(ACCOUNT, "read:accounts", 404),
    _seen(f"{ACCOUNT}/statuses", "read:statuses", 404),
    _seen(f"{ACCOUNT}/followers", "read:accounts", 404),
    _seen(f"{ACCOUNT}/following", "read:accounts", 404),
    _own(f"{V1}/blocks", "read:blocks"),
    _own(f"{V1}/mutes", "read:mutes"),
    _own(f"{V1}/follow_requests", "read:follows"),
    _act("POST", f"{ACCOUNT}/follow", "write:follows"),
    _act("POST", f"{ACCOUNT}/unfollow", "write:follows"),
    _act("POST", f"{ACCOUNT}/remove_from_followers", "write:follows"),
    _act("POST", f"{ACCOUNT}/block", "write:blocks"),
    _act("POST", f"{ACCOUNT}/unblock", "write:blocks"),
    _act("POST", f"{ACCOUNT}/mute", "write:mutes"),
    _act("POST", f"{ACCOUNT}/unmute", "write:mutes"),
    _act("POST", f"{V1}/follow_requests/{{account_id}}/authorize", "write:follows"),
    _act("POST", f"{V1}/follow_requests/{{account_id}}/reject", "write:follows"),
    _act("PATCH", f"{V1}/accounts/update_credentials", "write:accounts", 200),
    _act("PUT", f"{V1}/accounts/update_credentials", "write:accounts", 200),
    _act("DELETE", f"{V1}/profile/{{picture}}", "write:accounts", 404),
    _act("POST", f"{V1}/statuses", "write:statuses", 422),
    _seen(f"{V1}/statuses", "read:statuses"),
    _seen(STATUS, "read:statuses", 404),
    _seen(f"{STATUS}/context", "read:statuses", 404),
    _seen(f"{STATUS}/reblogged_by", "read:statuses", 404),
    _seen(f"{STATUS}/favourited_by", "read:statuses", 404),
    _seen(f"{STATUS}/card", "read:statuses", 404),
    Row("POST", f"{STATUS}/translate", "viewer", "read:statuses", 404),
    _act("POST", f"{STATUS}/favourite", "write:favourites"),
    _act("POST", f"{STATUS}/unfavourite", "write:favourites"),
    _act("POST", f"{STATUS}/bookmark", "write:bookmarks"),
    _act("POST", f"{STATUS}/unbookmark", "write:bookmarks"),
    _act("POST", f"{STATUS}/reblog", "write:statuses"),
    _act("POST", f"{STATUS}/unreblog", "write:statuses"),
    _act("PUT", STATUS, "write:statuses"),
    _act("PATCH", STATUS, "write:statuses"),
    _act("DELETE", STATUS, "write:statuses"),
    _own(f"{STATUS}/source", "read:statuses", 404),
    _seen(f"{STATUS}/history", "read:statuses", 404),
    _act("POST", f"{STATUS}/pin", "write:accounts"),
    _act("POST", f"{STATUS}/unpin", "write:accounts"),
    _act("POST", f"{STATUS}/mute", "write:mutes"),
    _act("POST", f"{STATUS}/unmute", "write:mutes"),
    _own(f"{STATUS}/quotes", "read:statuses", 404),
    _act("POST", f"{STATUS}/quotes/{{quoting_id}}/revoke", "write:statuses"),
    _act("PUT", f"{STATUS}/interaction_policy", "write:statuses"),
    _act("PATCH", f"{STATUS}/interaction_policy", "write:statuses"),
    _seen(f"{V1}/polls/{{poll_id}}", "read:statuses", 404),
    _act("POST", f"{V1}/polls/{{poll_id}}/votes", "write:statuses"),
    _own(f"{V1}/scheduled_statuses", "read:statuses"),
    _own(SCHEDULED, "read:statuses", 404),
    _act("PUT", SCHEDULED, "write:statuses"),
    _act("PATCH", SCHEDULED, "write:statuses"),
    _act("DELETE", SCHEDULED, "write:statuses"),
    _own(f"{V1}/conversations", "read:statuses"),
    _act("POST", f"{V1}/conversations/{{talk_id}}/read", "write:conversations"),
    _act("POST", f"{V1}/conversations/{{talk_id}}/unread", "write:conversations"),
    _act("DELETE", f"{V1}/conversations/{{talk_id}}", "write:conversations"),
    _open(f"{V1}/custom_emojis"),
    _seen(f"{V1}/timelines/link", "read:statuses", 404),
    _own(f"{V1}/timelines/direct", "read:statuses"),
    _own(f"{V1}/timelines/home", "read:statuses"),
    _seen(f"{V1}/timelines/public", "read:statuses"),
    _seen(f"{V1}/timelines/tag/{{name}}", "read:statuses"),
    _own(f"{V1}/bookmarks", "read:bookmarks"),
    _own(f"{V1}/favourites", "read:favourites"),
    _act("POST", f"{V1}/media", "write:media", 422),
    _act("POST", f"{V2}/media", "write:media", 422),
    _act("GET", MEDIA, "write:media"),
    _act("PUT", MEDIA, "write:media"),
    _act("PATCH", MEDIA, "write:media"),
    _act("DELETE", MEDIA, "write:media"),
    *SHELVES,
    *OPEN_STREAMS,
    _act("POST", PUSH, "push", 422),
    _own(PUSH, "push", 404),
    _act("PUT", PUSH, "push"),
    _act("PATCH", PUSH, "push"),
    _act("DELETE", PUSH, "push", 200),
)
# What stands in the braces of a path, unless it is an id.
NAMED: Final = {"name": "garden", "day": "2026-01-01", "picture": "nose"}
