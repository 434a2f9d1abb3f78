"""An HTTP request as its signature sees it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Self
from urllib.parse import urlsplit

from app.core.records import Record, field, replace
from app.federation.signatures.faults import BadSignature, Fault

_USUAL_PORTS: Final = {"https": ":443", "http": ":80"}


class Message(Record, kw_only=True):
    """A request, whole. Build it with `sent` or `received`.

    `method` is in capitals. `origin` is such as "https://example.org", without the usual port.
    `target` is path and query exactly as on the wire. `headers` maps names in small letters to
    their values in order; text that came as bytes is decoded as Latin-1, and goes back as such.
    """

    method: str
    origin: str
    target: str
    headers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    body: bytes = b""

    @classmethod
    def sent(
        cls, method: str, url: str, headers: Mapping[str, str] | None = None, *, body: bytes = b""
    ) -> Self:
        """Return the request that we are about to send to `url`, an http or https URL."""
        parts = urlsplit(url)
        query = f"?{parts.query}" if parts.query else ""
        return cls(
            method=method.upper(),
            origin=_origin(parts.scheme, parts.netloc),
            target=f"{parts.path or '/'}{query}",
            headers={name.lower(): (value,) for name, value in (headers or {}).items()},
            body=body,
        )

    @classmethod
    def received(
        cls,
        method: str,
        base_url: str,
        target: str,
        headers: Iterable[tuple[bytes, bytes]],
        *,
        body: bytes = b"",
    ) -> Self:
        """Return the request that came to us.

        `base_url` is our own public address: a proxy may have come between, and what it says of
        scheme and host is not asked. `target` is the raw path with the raw query.
        """
        lists: dict[str, list[str]] = {}
        for name, value in headers:
            lists.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
        parts = urlsplit(base_url)
        origin = _origin(parts.scheme, parts.netloc)
        return cls(method=method.upper(), origin=origin, target=target, headers=lists, body=body)

    def with_headers(self, added: Mapping[str, str]) -> Self:
        """Return the same request with `added` in place of headers of these names."""
        lower = {name.lower(): (value,) for name, value in added.items()}
        return replace(self, headers={**self.headers, **lower})

    @property
    def authority(self) -> str:
        """The host in small letters, with its port unless that is the usual one."""
        return self.origin.partition("://")[2]

    @property
    def path(self) -> str:
        """The path without the query."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """The query with its question mark; if there is none, the mark. Source: RFC 9421 2.2.7."""
        return f"?{self.target.partition('?')[2]}"

    def host_names_us(self, host: str) -> bool:
        """Return whether a Host header, in whatever spelling, names the host of `origin`."""
        scheme = self.origin.partition("://")[0]
        return _origin(scheme, host) == self.origin

    def one(self, name: str) -> str | None:
        """Return the value of a header that may stand only once; None if it is not there.

        Raises: BadSignature if it stands there twice: two readers could take one each.
        """
        values = self.headers.get(name, ())
        if len(values) > 1:
            raise BadSignature(Fault.MALFORMED)
        return values[0].strip() if values else None

    def joined(self, name: str) -> str | None:
        """Return all values of a header in one line, as both forms sign them; None if absent."""
        values = self.headers.get(name)
        if not values:
            return None
        line = ", ".join(value.strip() for value in values)
        if "\n" in line or "\r" in line:  # It would pass for further lines of what is signed.
            raise BadSignature(Fault.COMPONENT)
        return line


def _origin(scheme: str, host: str) -> str:
    small = host.lower()
    usual = _USUAL_PORTS.get(scheme, "")
    return f"{scheme}://{small.removesuffix(usual) if usual else small}"
