"""Our accounts as other sites read them. Source: federation.md 1, 4."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from mimetypes import guess_type
from typing import Any, Final, NamedTuple

from app.accounts.models import AccountKind
from app.core.records import Record
from app.emojis.book import NO_EMOJIS, Emoji, EmojiBook
from app.federation.documents.contexts import ACTOR_CONTEXT
from app.federation.documents.emojis import emoji_tag
from app.http.urls import Urls

KEY_NAME: Final = "#main-key"


class ActorRow(NamedTuple):
    """An account of this site, with what its document says, and the key that it publishes."""

    id: int
    username: str
    display_name: str
    note: str
    note_html: str
    fields: Sequence[Mapping[str, str]]
    avatar_key: str | None
    header_key: str | None
    locked: bool
    bot: bool
    discoverable: bool
    indexable: bool
    kind: AccountKind
    created_at: datetime
    public_pem: str | None  # None: nobody has asked for it yet.

    @property
    def name(self) -> str:
        """What people call the account."""
        return self.display_name or self.username


class Site(Record):
    """Where this site is: its addresses, and what stands behind the @ of its accounts."""

    urls: Urls
    host: str
    address_domain: str


def actor_document(
    account: ActorRow, *, public_pem: str, site: Site, book: EmojiBook = NO_EMOJIS
) -> dict[str, Any]:
    """Return the document of an account of this site, which stands."""
    urls, uri = site.urls, site.urls.actor(account.id)
    document = {
        "@context": ACTOR_CONTEXT,
        "id": uri,
        "type": actor_type(account),
        "preferredUsername": account.username,
        "name": account.name,
        "summary": urls.absolute(account.note_html),
        "url": urls.profile(account.username),
        "webfinger": f"{account.username}@{site.address_domain}",
        "inbox": f"{uri}/inbox",
        "outbox": f"{uri}/outbox",
        "followers": f"{uri}/followers",
        "following": f"{uri}/following",
        "featured": f"{uri}/collections/featured",
        "featuredTags": f"{uri}/collections/tags",
        "endpoints": {"sharedInbox": urls.shared_inbox},
        "publicKey": _public_key(uri, public_pem),
        "manuallyApprovesFollowers": account.locked,
        "discoverable": account.discoverable,
        "indexable": account.indexable,
        "memorial": False,
        "suspended": False,
        "published": f"{account.created_at:%Y-%m-%d}T00:00:00Z",
        "attachment": [_line(field, urls) for field in account.fields],
        "tag": [emoji_tag(emoji, urls) for emoji in _emojis(account, book)],
        "icon": _image(urls.avatar(account.id, account.avatar_key)),
    }
    if account.header_key is not None:
        document["image"] = _image(urls.header(account.header_key))
    return document


def site_document(*, name: str, public_pem: str, site: Site) -> dict[str, Any]:
    """Return the document of the site itself, which signs what no member asks for."""
    urls, uri = site.urls, site.urls.site_actor
    return {
        "@context": ACTOR_CONTEXT,
        "id": uri,
        "type": "Application",
        "preferredUsername": site.host,
        "name": name,
        "url": f"{urls.base}/about",
        "webfinger": f"{site.host}@{site.host}",
        "inbox": f"{uri}/inbox",
        "outbox": f"{uri}/outbox",
        "endpoints": {"sharedInbox": urls.shared_inbox},
        "publicKey": _public_key(uri, public_pem),
        "manuallyApprovesFollowers": True,
        "discoverable": False,
        "indexable": False,
    }


def _emojis(account: ActorRow, book: EmojiBook) -> Sequence[Emoji]:
    lines = (text for field in account.fields for text in (field["name"], field["value"]))
    return book.used_in(account.display_name, account.note, *lines)


def actor_type(account: ActorRow) -> str:
    """Return what stands behind an account, in the words of ActivityStreams."""
    if account.kind is AccountKind.COOP:
        return "Organization"
    return "Service" if account.bot or account.kind is AccountKind.SERVICE else "Person"


def _public_key(uri: str, public_pem: str) -> dict[str, str]:
    return {"id": f"{uri}{KEY_NAME}", "owner": uri, "publicKeyPem": public_pem}


def _line(field: Mapping[str, str], urls: Urls) -> dict[str, str]:
    value = urls.absolute(field["html"])
    return {"type": "PropertyValue", "name": field["name"], "value": value}


def _image(url: str) -> dict[str, str]:
    kind, _ = guess_type(url)
    return {"type": "Image", "url": url, **({"mediaType": kind} if kind else {})}
