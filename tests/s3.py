"""A small, strict S3 at a loopback port: buckets in memory, signatures checked to the letter.

It speaks the part of the protocol that object stores agree on: PUT, GET with a range, HEAD and
DELETE of an object, and ListObjectsV2. What is unsigned, misdated, or outside of it is refused.
Source: AWS, "Signature Calculations for the Authorization Header" (Signature Version 4).
"""

import hashlib
import hmac
import re
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit
from xml.sax.saxutils import escape

ACCESS_KEY = "RIVERSIDEEXAMPLE0001"
SECRET_KEY = "riverside/example+secret/of/the/double01"
REGION = "eu-north-1"
BUCKET = "riverside-media"
AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8}/[a-z0-9-]+/s3/aws4_request), ?"
    r"SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})"
)
SKEW = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object as it was put."""

    body: bytes
    content_type: str
    at: datetime


@dataclass(slots=True)
class S3Double:
    """What the double keeps, what it was asked, and how it misbehaves next."""

    url: str = ""
    objects: dict[str, StoredObject] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    moved_to: str | None = None  # Send everybody there.
    refuse: int | None = None  # Answer everything with this status,
    refuse_after: int = 0  # after so many more requests.
    hang_seconds: int = 0  # Wait this long before each answer.
    cut: bool = False  # End each body half-way.
    page_size: int = 1000
    buckets: set[str] = field(default_factory=lambda: {BUCKET})

    def reset(self) -> None:
        """Forget everything and behave well."""
        for told in (self.objects, self.asked, self.headers):
            told.clear()
        self.refuse = self.moved_to = None
        self.refuse_after = 0
        self.hang_seconds, self.cut, self.page_size = 0, False, 1000

    def check_mood(self) -> None:
        """Raise Refused if everything is refused by now."""
        if self.refuse is not None and self.refuse_after == 0:
            raise Refused(self.refuse, "Injected")
        self.refuse_after = max(0, self.refuse_after - 1)

    def url_of(self, folder: str = "", *, bucket: str = BUCKET, region: str = REGION) -> str:
        """The setting COMMONHOLD_MEDIA_URL for a folder of the bucket, or for all of it."""
        path = f"/{folder}" if folder else ""
        return f"s3://{bucket}{path}?endpoint={self.url}&region={region}"

    @property
    def environ(self) -> dict[str, str]:
        """The environment that lets somebody in."""
        return {"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY}


class Refused(Exception):
    """The request is answered with an error of S3."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


def signature(
    *,
    method: str,
    path: str,
    query: str,
    headers: Mapping[str, str],
    signed: str,
    scope: str,
    secret: str,
) -> str:
    """Return the signature of a request; `headers` by lower-case name, `path` as it was sent."""
    pairs = sorted(parse_qsl(query, keep_blank_values=True))
    canonical = "\n".join(
        (
            method,
            path,
            "&".join(
                f"{quote(key, safe='-_.~')}={quote(value, safe='-_.~')}" for key, value in pairs
            ),
            *(f"{name}:{' '.join(headers[name].split())}" for name in signed.split(";")),
            "",
            signed,
            headers["x-amz-content-sha256"],
        )
    )
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    text = f"AWS4-HMAC-SHA256\n{headers['x-amz-date']}\n{scope}\n{digest}"
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.new(key, text.encode(), "sha256").hexdigest()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    double: S3Double

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the name is given)
        """Say nothing."""

    def do_GET(self) -> None:
        self._answer()

    do_HEAD = do_PUT = do_DELETE = do_POST = do_GET  # noqa: N815 (the names are given)

    def _answer(self) -> None:
        double = self.double
        double.asked.append(f"{self.command} {self.path}")
        double.headers.append({name.lower(): value for name, value in self.headers.items()})
        try:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
        except ValueError:
            self.close_connection = True
            return
        time.sleep(double.hang_seconds)
        try:
            double.check_mood()
            if double.moved_to is not None:
                status, headers, sent = 307, {"Location": double.moved_to + self.path}, b""
            else:
                self._check(body)
                status, headers, sent = self._do(body)
        except Refused as refused:
            status, headers = refused.status, {"Content-Type": "application/xml"}
            sent = f"<Error><Code>{refused.code}</Code></Error>".encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if "Content-Length" not in headers:
            self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        if self.command != "HEAD":
            if double.cut and len(sent) > 1:
                self.wfile.write(sent[: len(sent) // 2])
                self.close_connection = True
                return
            self.wfile.write(sent)

    def _check(self, body: bytes) -> None:
        """Raise Refused unless the request is signed by the one key, now, with this very body."""
        headers = {name.lower(): value for name, value in self.headers.items()}
        given = AUTHORIZATION.fullmatch(headers.get("authorization", ""))
        if given is None:
            raise Refused(403, "AccessDenied")
        key_id, scope, signed, proof = given.groups()
        if key_id != ACCESS_KEY:
            raise Refused(403, "InvalidAccessKeyId")
        at = datetime.strptime(headers["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        if abs(datetime.now(UTC) - at) > SKEW or scope != f"{at:%Y%m%d}/{REGION}/s3/aws4_request":
            raise Refused(403, "RequestTimeTooSkewed")
        names = signed.split(";")
        amz = {name for name in headers if name.startswith("x-amz-")}
        if not {"host"} | amz <= set(names) or names != sorted(names):
            raise Refused(403, "AccessDenied")
        if headers["x-amz-content-sha256"] != hashlib.sha256(body).hexdigest():
            raise Refused(400, "XAmzContentSHA256Mismatch")
        parts = urlsplit(self.path)
        due = signature(
            method=self.command,
            path=parts.path,
            query=parts.query,
            headers=headers,
            signed=signed,
            scope=scope,
            secret=SECRET_KEY,
        )
        if not hmac.compare_digest(due, proof):
            raise Refused(403, "SignatureDoesNotMatch")

    def _do(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        parts = urlsplit(self.path)
        bucket, _, key = unquote(parts.path).removeprefix("/").partition("/")
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        if bucket not in self.double.buckets:
            raise Refused(404, "NoSuchBucket")
        if not key and self.command == "GET" and query.get("list-type") == "2":
            return 200, {"Content-Type": "application/xml"}, self._listed(bucket, query)
        if not key or query:
            raise Refused(501, "NotImplemented")
        if self.command == "PUT":
            kind = self.headers.get("content-type", "binary/octet-stream")
            self.double.objects[key] = StoredObject(body, kind, datetime.now(UTC))
            return 200, {"ETag": f'"{hashlib.md5(body).hexdigest()}"'}, b""
        if self.command == "DELETE":
            self.double.objects.pop(key, None)
            return 204, {}, b""
        if self.command not in ("GET", "HEAD"):
            raise Refused(405, "MethodNotAllowed")
        found = self.double.objects.get(key)
        if found is None:
            raise Refused(404, "NoSuchKey")
        return self._found(found)

    def _found(self, found: StoredObject) -> tuple[int, dict[str, str], bytes]:
        headers = {
            "Content-Type": found.content_type,
            "Last-Modified": f"{found.at:%a, %d %b %Y %H:%M:%S} GMT",
            "ETag": f'"{hashlib.md5(found.body).hexdigest()}"',
            "Accept-Ranges": "bytes",
            "Content-Length": str(len(found.body)),
        }
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("range", ""))
        if asked is None:
            return 200, headers, found.body
        start, end = int(asked[1]), min(len(found.body), int(asked[2] or len(found.body)) + 1)
        if start >= len(found.body):
            raise Refused(416, "InvalidRange")
        part = found.body[start:end]
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{len(found.body)}"
        return 206, headers | {"Content-Length": str(len(part))}, part

    def _listed(self, bucket: str, query: Mapping[str, str]) -> bytes:
        prefix, after = query.get("prefix", ""), query.get("continuation-token", "")
        keys = sorted(k for k in self.double.objects if k.startswith(prefix) and k > after)
        page = keys[: self.double.page_size]
        entries = "".join(
            f"<Contents><Key>{escape(key)}</Key><Size>{len(self.double.objects[key].body)}</Size>"
            f"<LastModified>{self.double.objects[key].at:%Y-%m-%dT%H:%M:%S.000Z}</LastModified>"
            f"</Contents>"
            for key in page
        )
        more = len(keys) > len(page)
        token = (
            f"<NextContinuationToken>{escape(page[-1])}</NextContinuationToken>" if more else ""
        )
        return (
            f"<ListBucketResult><Name>{bucket}</Name><Prefix>{escape(prefix)}</Prefix>"
            f"<KeyCount>{len(page)}</KeyCount><IsTruncated>{str(more).lower()}</IsTruncated>"
            f"{token}{entries}</ListBucketResult>"
        ).encode()


@contextmanager
def s3_double(tls: ssl.SSLContext | None = None) -> Iterator[S3Double]:
    """Run a double with one empty bucket."""
    double = S3Double()
    handler = type("Handler", (_Handler,), {"double": double})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    double.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield double
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
