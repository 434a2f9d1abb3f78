"""Finding an account by what people call it: WebFinger and host-meta, without the lookups.

Source: RFC 7033; RFC 6415; federation.md 2.
"""

from html import escape
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit

from app.core.records import Record
from app.federation.documents.actors import Site
from app.federation.mediatypes import ACTIVITY
from app.http.urls import Urls
from app.text.handles import parse_handle
from app.text.hosts import origin_of

LENGTH_MAX: Final = 1_000
DIGITS_MAX: Final = 19
# What the site's own actor is. Source: FEP-d556.
APPLICATION: Final = {"https://www.w3.org/ns/activitystreams#type": "Application"}
PROFILE_PAGE: Final = "http://webfinger.net/rel/profile-page"
AVATAR: Final = "http://webfinger.net/rel/avatar"
SUBSCRIBE: Final = "http://ostatus.org/schema/1.0/subscribe"


class BadResource(Exception):
    """The text names nothing: no address of an account and no link."""


class ByName(Record):
    """The account of this site with the name, in any spelling."""

    username: str


class ByNumber(Record):
    """The account of this site with the number."""

    account_id: int


class OfSite(Record):
    """The site itself."""


Sought: TypeAlias = ByName | ByNumber | OfSite


def sought(resource: str, site: Site) -> Sought | None:
    """Return whom `resource` means here: acct:name@domain, acct:@name@domain, or a link.

    None if it is well formed and of another site. Raises: BadResource.
    """
    if len(resource) > LENGTH_MAX:
        raise BadResource
    if resource[:5].lower() == "acct:":
        return _by_address(resource[5:].removeprefix("@"), site)
    return _by_link(resource, site)


def _by_address(address: str, site: Site) -> Sought | None:
    name, _, domain = address.partition("@")
    if name.lower() == domain.lower() and name.lower() in _domains(site):
        return OfSite()
    handle = parse_handle(address)
    if handle is None or handle.domain is None:
        raise BadResource
    return ByName(handle.username) if handle.domain in _domains(site) else None


def _domains(site: Site) -> tuple[str, str]:
    return site.host, site.address_domain


def _by_link(link: str, site: Site) -> Sought | None:
    origin = origin_of(link)
    if origin is None:
        raise BadResource
    parts = urlsplit(link)
    if origin != origin_of(site.urls.base) or parts.query:
        return None
    if parts.path in ("", "/", "/actor"):
        return OfSite()
    number = parts.path.removeprefix("/ap/users/")
    if number != parts.path:
        fits = number.isascii() and number.isdigit() and len(number) <= DIGITS_MAX
        return ByNumber(int(number)) if fits else None
    handle = parse_handle(parts.path[1:]) if parts.path.startswith("/@") else None
    return ByName(handle.username) if handle is not None and handle.domain is None else None


def account_jrd(*, username: str, uri: str, avatar: str, site: Site) -> dict[str, Any]:
    """Return the JRD of an account of this site."""
    page = site.urls.profile(username)
    return {
        "subject": f"acct:{username}@{site.address_domain}",
        "aliases": [page, uri],
        "links": [
            {"rel": PROFILE_PAGE, "type": "text/html", "href": page},
            {"rel": "self", "type": ACTIVITY, "href": uri},
            {"rel": SUBSCRIBE, "template": f"{site.urls.base}/authorize_interaction?uri={{uri}}"},
            {"rel": AVATAR, "href": avatar},
        ],
    }


def site_jrd(site: Site) -> dict[str, Any]:
    """Return the JRD of the site itself."""
    page, uri = f"{site.urls.base}/about", site.urls.site_actor
    return {
        "subject": f"acct:{site.host}@{site.host}",
        "aliases": [uri],
        "links": [
            {"rel": PROFILE_PAGE, "type": "text/html", "href": page},
            {"rel": "self", "type": ACTIVITY, "href": uri, "properties": APPLICATION},
        ],
    }


def host_xrd(urls: Urls) -> str:
    """Return where WebFinger is, as older sites ask for it."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">\n'
        f'  <Link rel="lrdd" template="{escape(_template(urls))}"/>\n'
        "</XRD>\n"
    )


def host_jrd(urls: Urls) -> dict[str, Any]:
    """Return where WebFinger is, as JSON."""
    return {"links": [{"rel": "lrdd", "template": _template(urls)}]}


def _template(urls: Urls) -> str:
    return f"{urls.base}/.well-known/webfinger?resource={{uri}}"
