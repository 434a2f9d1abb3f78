"""Files in a bucket of an object store that speaks S3.

The store's library has an HTTP client of its own, which is the one exception to the one way out:
it talks to the endpoint that the operator set and to nothing that anybody else named. See
docs/decisions/2026-12-01-files-in-a-bucket.md.

An object appears whole or not at all: each file is put by one request. Reading goes by windows,
each a request that ends by itself, so a reader who dawdles holds no connection to the store.
"""

import io
import ipaddress
import mmap
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final
from urllib.parse import parse_qsl, urlsplit

import obstore
from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import S3Store
from pydantic import SecretStr

from app.core.addresses import AddressRule, read_rule
from app.core.errors import NotFound
from app.core.records import Record
from app.core.settings import Settings
from app.core.stored import BadStore, StoreAway, Stored, checked, no_such_file

HELP: Final = "such as s3://riverside-media?endpoint=https://s3.example.org&region=eu-north-1"
BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
REGION: Final = re.compile(r"[a-z0-9-]{1,40}")
FOLDERS: Final = re.compile(r"(/[a-z0-9][a-z0-9-]*){0,5}/?")
REGION_USUAL: Final = "us-east-1"
PARAMETERS: Final = frozenset({"endpoint", "region"})
# The library asks the environment's proxy unless it is given one, and a host that needs none.
NO_PROXY: Final = "http://127.0.0.1:9"

if TYPE_CHECKING:
    from obstore.store import S3Credential

QUICK: Final = timedelta(seconds=10)
PATIENT: Final = timedelta(minutes=10)
CONNECT: Final = timedelta(seconds=4)
TRIES_FOR: Final = timedelta(seconds=12)
TRIES_MORE: Final = 2
QUICK_BYTES_MAX: Final = 1 << 20
WINDOW_BYTES: Final = 256 << 10  # The first one; each that follows is twice as large.
WINDOW_BYTES_MAX: Final = 4 << 20


class StoreKey(Record):
    """What lets us into an object store: the key's id, its secret, and perhaps a session."""

    key_id: str
    secret: SecretStr
    session: SecretStr | None = None


class Place(Record):
    """A bucket, where it is, and the folder in it that is ours ("" for all of it)."""

    bucket: str
    folder: str
    endpoint: str
    region: str

    @property
    def host(self) -> str:
        """The host of the endpoint."""
        return urlsplit(self.endpoint).hostname or ""


def read_place(url: str, *, allowed: AddressRule) -> Place:
    """Read `s3://BUCKET[/FOLDER][?endpoint=…&region=…]`.

    Raises: BadStore, in words for the operator; nothing of the URL is repeated in them.
    """
    try:
        parts = urlsplit(url)
        pairs = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    except ValueError:
        raise BadStore(f"COMMONHOLD_MEDIA_URL is no address, {HELP}") from None
    given = dict(pairs)
    if strange := sorted(given.keys() - PARAMETERS):
        raise BadStore(
            f"COMMONHOLD_MEDIA_URL: there is no parameter {', '.join(strange)[:80]}; only "
            "endpoint and region. Keys stand in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
        )
    if len(given) < len(pairs) or parts.fragment:
        raise BadStore(f"COMMONHOLD_MEDIA_URL says a thing twice, {HELP}")
    if not BUCKET.fullmatch(parts.netloc):
        raise BadStore(f"COMMONHOLD_MEDIA_URL needs the name of a bucket, {HELP}")
    if not FOLDERS.fullmatch(parts.path):
        raise BadStore("COMMONHOLD_MEDIA_URL: folders in a bucket have names of a-z, 0-9 and -.")
    region = given.get("region", REGION_USUAL)
    if not REGION.fullmatch(region):
        raise BadStore("COMMONHOLD_MEDIA_URL: a region has a name such as eu-north-1.")
    endpoint = given.get("endpoint", f"https://s3.{region}.amazonaws.com")
    _check_endpoint(endpoint, allowed=allowed)
    return Place(parts.netloc, parts.path.strip("/"), endpoint.rstrip("/"), region)


def open_bucket(settings: Settings) -> "BucketStorage":
    """Return the bucket that the settings name; it is not asked yet. Raises: BadStore."""
    place = read_place(settings.media, allowed=read_rule(settings.test_allow))
    key_id, secret = settings.aws_access_key_id, settings.aws_secret_access_key
    if key_id is None or secret is None:
        raise BadStore(
            "COMMONHOLD_MEDIA_URL names a bucket, so AWS_ACCESS_KEY_ID and "
            "AWS_SECRET_ACCESS_KEY must say with which key it is opened."
        )
    return BucketStorage(place, StoreKey(key_id, secret, settings.aws_session_token))


def _check_endpoint(endpoint: str, *, allowed: AddressRule) -> None:
    """Raise BadStore unless the endpoint is an origin over TLS, or one on this machine."""
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    is_origin = parts.path in ("", "/") and not (parts.query or parts.fragment or parts.username)
    if parts.scheme not in ("http", "https") or not host or not is_origin:
        raise BadStore(f"COMMONHOLD_MEDIA_URL: endpoint is an https:// address, {HELP}")
    if parts.scheme == "http" and not _is_here(host, port or 80, allowed=allowed):
        raise BadStore("COMMONHOLD_MEDIA_URL: only an endpoint on this machine may be http://.")


def _is_here(host: str, port: int, *, allowed: AddressRule) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost"
    return address.is_loopback or any(rule.covers(address, port) for rule in allowed.allowed)


@dataclass(frozen=True, slots=True)
class BucketStorage:
    """Files as the objects of a bucket."""

    place: Place
    key: StoreKey
    is_needed: bool = field(default=False, init=False)
    _quick: S3Store = field(init=False, repr=False)
    _patient: S3Store = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_quick", _connect(self.place, self.key, QUICK))
        object.__setattr__(self, "_patient", _connect(self.place, self.key, PATIENT))

    def put(self, key: str, data: bytes | Path, content_type: str) -> None:
        """Store the bytes, or a file's; durable when this returns. The object bears the type."""
        if isinstance(data, Path):
            with data.open("rb") as file:
                if os.fstat(file.fileno()).st_size == 0:
                    self._put(key, b"", content_type)
                    return
                with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
                    self._put(key, mapped, content_type)
        else:
            self._put(key, data, content_type)

    def _put(self, key: str, data: bytes | mmap.mmap, content_type: str) -> None:
        store = self._quick if len(data) <= QUICK_BYTES_MAX else self._patient
        attributes = {"Content-Type": content_type}
        path = checked(key)
        try:
            with _asking():
                obstore.put(store, path, data, attributes=attributes, use_multipart=False)
        except FileNotFoundError:
            raise StoreAway(f"there is no bucket {self.place.bucket}") from None

    def open(self, key: str) -> BinaryIO:
        """Return the file, open and seekable. Raises: NotFound, StoreAway."""
        raw = _BucketFile(self._quick, key, self.size(key))
        return io.BufferedReader(raw, buffer_size=WINDOW_BYTES)

    def size(self, key: str) -> int:
        """Return the number of bytes. Raises: NotFound, StoreAway."""
        path = checked(key)
        try:
            with _asking():
                return obstore.head(self._quick, path)["size"]
        except FileNotFoundError:
            raise no_such_file() from None

    def exists(self, key: str) -> bool:
        """Return whether there is such a file. Raises: StoreAway."""
        with suppress(NotFound):
            return self.size(key) >= 0
        return False

    def delete(self, key: str) -> None:
        """Delete the file if there is one. Raises: StoreAway."""
        path = checked(key)
        try:
            with _asking():
                obstore.delete(self._quick, path)
        except FileNotFoundError:
            return  # Some stores say so, others do not.

    def walk(self, kind: str) -> Iterator[Stored]:
        """Yield the files below `kind`, in no particular order. Raises: StoreAway."""
        pages = obstore.list(self._quick, prefix=checked(kind))
        while True:
            with _asking():
                page = next(pages, None)
            if page is None:
                return
            for found in page:
                yield Stored(found["path"], found["size"], found["last_modified"])

    def check(self) -> None:
        """Write and delete a small file. Raises: StoreAway."""
        key = f"probe-{secrets.token_hex(8)}"
        self.put(key, b"probe", "text/plain")
        self.delete(key)


def _connect(place: Place, key: StoreKey, patience: timedelta) -> S3Store:
    """Return the library's store. All that its environment variables could change is said."""

    def credential() -> "S3Credential":
        return {
            "access_key_id": key.key_id,
            "secret_access_key": key.secret.get_secret_value(),
            "token": key.session.get_secret_value() if key.session else None,
            "expires_at": None,
        }

    return S3Store(
        place.bucket,
        prefix=place.folder or None,
        credential_provider=credential,
        config={
            "endpoint": place.endpoint,
            "aws_endpoint_url_s3": place.endpoint,
            "region": place.region,
            "virtual_hosted_style_request": False,
            "skip_signature": False,
            "unsigned_payload": False,
            "disable_bulk_delete": True,  # Not every store knows it.
        },
        client_options={
            "allow_http": place.endpoint.startswith("http://"),
            "allow_invalid_certificates": False,
            "connect_timeout": CONNECT,
            "timeout": patience,
            "proxy_url": NO_PROXY,
            "proxy_excludes": place.host,
        },
        retry_config={
            "max_retries": TRIES_MORE,
            "retry_timeout": TRIES_FOR,
            "backoff": {
                "init_backoff": timedelta(milliseconds=100),
                "max_backoff": timedelta(seconds=2),
                "base": 2,
            },
        },
    )


@contextmanager
def _asking() -> Iterator[None]:
    """Turn what the library raises into StoreAway; that a file is missing passes."""
    try:
        yield
    except (PermissionDeniedError, UnauthenticatedError):
        raise StoreAway("the object store refuses our key, or what it is asked to do") from None
    except BaseError as error:
        raise StoreAway(str(error).partition("\n")[0]) from None


class _BucketFile(io.RawIOBase):
    """An object as a file that can be read from anywhere in it."""

    def __init__(self, store: S3Store, key: str, size: int) -> None:
        super().__init__()
        self._store = store
        self._key = key
        self._size = size
        self._at = 0
        self._window = b""
        self._window_at = 0
        self._step = WINDOW_BYTES

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise ValueError("a place before the file's beginning")
        self._at = base + offset
        return self._at

    # What reads in pieces always hands a memoryview in.
    def readinto(self, buffer: "memoryview[int]") -> int:  # type: ignore[override]
        if self._at >= self._size:
            return 0
        if not self._window_at <= self._at < self._window_at + len(self._window):
            self._look()
        start = self._at - self._window_at
        part = self._window[start : start + len(buffer)]
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)

    def _look(self) -> None:
        """Fetch the window that begins where we are."""
        is_next = self._window and self._at == self._window_at + len(self._window)
        self._step = min(self._step * 2, WINDOW_BYTES_MAX) if is_next else WINDOW_BYTES
        end = min(self._size, self._at + self._step)
        try:
            with _asking():
                found = obstore.get_range(self._store, self._key, start=self._at, end=end)
        except FileNotFoundError:
            raise no_such_file() from None
        self._window, self._window_at = bytes(found), self._at
        if len(self._window) != end - self._at:
            raise StoreAway("the object store sent less than it said")
