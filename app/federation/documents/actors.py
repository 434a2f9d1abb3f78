"""Our accounts as other sites read them. Source: federation.md 1, 4."""

from collections.abc import Mapping
from dataclasses import dataclass
from mimetypes import guess_type
from typing import Any, Final

from app.accounts.models import Account, AccountKind
from app.federation.documents.contexts import ACTOR_CONTEXT
from app.http.urls import Urls

KEY_NAME: Final = "#main-key"


@dataclass(frozen=True, slots=True)
class Site:
    """Where this site is: its addresses, and what stands behind the @ of its accounts."""

    urls: Urls
    host: str
    address_domain: str


def actor_document(account: Account, *, public_pem: str, site: Site) -> dict[str, Any]:
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
        "tag": [],
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


def actor_type(account: Account) -> str:
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
