"""Requests that pretend: each is refused for its reason, and the honest one beside it is not."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final, TypeAlias

import pytest
from cryptography.hazmat.primitives.hashes import SHA1, SHA512

from app.federation.signatures.faults import BadSignature, Fault
from app.federation.signatures.keys import read_public_key
from app.federation.signatures.reading import read_claim
from tests.federation.signatures.other import (
    BODY,
    COMPONENTS,
    COVERED,
    HERE,
    KEY_ID,
    NOW,
    TYPE,
    came,
    http_date,
    new_headers,
    old_headers,
    seconds,
)
from tests.federation.signatures.vectors import RSA_PUBLIC

Headers: TypeAlias = Mapping[str, str | Sequence[str]]

KEY: Final = read_public_key(RSA_PUBLIC)
OLD: Final = old_headers()
NEW: Final = new_headers()
BY_CREATED: Final = ("(request-target)", "host", "(created)", "digest")
WITH_END: Final = (*BY_CREATED, "(expires)")
KEYED: Final = f';keyid="{KEY_ID}"'


def stamped(**off: float) -> str:
    return f";created={seconds(**off)}{KEYED}"


def hs2019(
    covered: Sequence[str] = BY_CREATED,
    *,
    created: str | None = None,
    expires: str | None = None,
    date: str | None = None,
) -> dict[str, str]:
    return old_headers(
        covered=covered, algorithm="hs2019", created=created, expires=expires, date=date
    )


GOOD = [
    pytest.param(OLD, id="cavage"),
    pytest.param(old_headers(algorithm=None), id="cavage without an algorithm"),
    pytest.param(old_headers(algorithm="hs2019"), id="hs2019 as GoToSocial means it"),
    pytest.param(old_headers(algorithm="rsa-sha512", hashing=SHA512()), id="rsa-sha512"),
    pytest.param(hs2019(created=seconds()), id="hs2019 with (created)"),
    pytest.param(
        hs2019(WITH_END, created=seconds(), expires=seconds(minutes=1)), id="hs2019 with (expires)"
    ),
    pytest.param(old_headers(covered=(*COVERED, "content-type")), id="with the content type"),
    pytest.param(old_headers(host="HERE.example:443"), id="the host in another spelling"),
    pytest.param(old_headers(date=http_date(NOW + timedelta(minutes=5))), id="5 minutes ahead"),
    pytest.param(old_headers(date=http_date(NOW - timedelta(minutes=5))), id="5 minutes late"),
    pytest.param(OLD | {"host": "127.0.0.1:8000"}, id="a proxy put another host"),
    pytest.param(old_headers(digest=f"MD5=eA==, {OLD['digest']}"), id="another digest too"),
    pytest.param(NEW, id="RFC 9421"),
    pytest.param(new_headers(parameters=f'{stamped()};alg="rsa-v1_5-sha256"'), id="with alg"),
    pytest.param(
        new_headers(components=("@authority", *COMPONENTS, "host"), more={"host": "here.example"}),
        id="RFC 9421 with more",
    ),
    pytest.param(NEW | {"x-forwarded-host": "evil.example"}, id="what a proxy says is not asked"),
]


@pytest.mark.parametrize("headers", GOOD)
def test_an_honest_request_is_believed(headers: Headers) -> None:
    claim = read_claim(came(headers), now=NOW)
    assert claim.key_id == KEY_ID
    assert claim.is_by(KEY)


def without(headers: Mapping[str, str], name: str) -> dict[str, str]:
    return {key: value for key, value in headers.items() if key != name}


def covering(*names: str) -> dict[str, str]:
    return old_headers(covered=names)


def spoilt(old: str, new: str) -> dict[str, str]:
    return OLD | {"signature": OLD["signature"].replace(old, new)}


def respoilt(old: str, new: str) -> dict[str, str]:
    return NEW | {"signature-input": NEW["signature-input"].replace(old, new)}


REFUSED = [
    # Nothing, or nothing that can be read.
    pytest.param(without(OLD, "signature"), Fault.UNSIGNED, id="no signature"),
    pytest.param(without(NEW, "signature"), Fault.MALFORMED, id="parameters without a signature"),
    pytest.param(OLD | {"signature": ""}, Fault.COVERAGE, id="an empty signature"),
    pytest.param(spoilt('",', ","), Fault.MALFORMED, id="unterminated quotes"),
    pytest.param(spoilt('"https', "https"), Fault.MALFORMED, id="no quotes"),
    pytest.param(spoilt("keyId", "keyid"), Fault.MALFORMED, id="no key id"),
    pytest.param(spoilt(KEY_ID, "a b"), Fault.MALFORMED, id="a space in the key id"),
    pytest.param(spoilt(KEY_ID, "https://ü"), Fault.MALFORMED, id="no ASCII in the key id"),
    pytest.param(spoilt("host date", "date date"), Fault.MALFORMED, id="a name twice"),
    pytest.param(
        OLD | {"signature": f'{OLD["signature"]},keyId="b"'}, Fault.MALFORMED, id="two key ids"
    ),
    pytest.param(OLD | {"signature": f"{OLD['signature']},"}, Fault.MALFORMED, id="a last comma"),
    pytest.param(spoilt('signature="', 'signature="!'), Fault.MALFORMED, id="no base64"),
    pytest.param(OLD | {"signature": "a" * 1_000_000}, Fault.MALFORMED, id="a megabyte"),
    pytest.param(
        OLD | {"signature": 'a="",' * 1_600}, Fault.MALFORMED, id="a thousand parameters"
    ),
    pytest.param(
        OLD | {"signature": [OLD["signature"]] * 2}, Fault.MALFORMED, id="two signatures"
    ),
    pytest.param(OLD | {"digest": [OLD["digest"]] * 2}, Fault.MALFORMED, id="two digests"),
    pytest.param(OLD | {"date": [OLD["date"]] * 2}, Fault.MALFORMED, id="two dates"),
    pytest.param(OLD | {"host": [OLD["host"]] * 2}, Fault.MALFORMED, id="two hosts"),
    pytest.param(respoilt("sig1=", "sig2="), Fault.MALFORMED, id="labels that differ"),
    pytest.param(respoilt("sig1=(", "sig1=(("), Fault.MALFORMED, id="unbalanced"),
    pytest.param(
        NEW
        | {
            n: f"{NEW[n]}, {NEW[n].replace('sig1', 'sig2')}"
            for n in ("signature", "signature-input")
        },
        Fault.MALFORMED,
        id="two labels",
    ),
    pytest.param(
        NEW | {"signature-input": f"{NEW['signature-input']}, {NEW['signature-input']}"},
        Fault.MALFORMED,
        id="one label twice",
    ),
    pytest.param(NEW | {"signature": "sig1=1"}, Fault.MALFORMED, id="a number as signature"),
    pytest.param(NEW | {"signature-input": "sig1=1"}, Fault.MALFORMED, id="a number as list"),
    pytest.param(new_headers(parameters=f";created={seconds()}"), Fault.MALFORMED, id="no keyid"),
    pytest.param(new_headers(parameters=f"{stamped()}{KEYED}"), Fault.MALFORMED, id="keyid twice"),
    pytest.param(
        new_headers(components=("@method", *COMPONENTS)), Fault.MALFORMED, id="a component twice"
    ),
    # Weak or foreign algorithms.
    *(
        pytest.param(old_headers(algorithm=name), Fault.ALGORITHM, id=f"cavage: {name or 'empty'}")
        for name in ("none", "hmac-sha256", "rsa-sha1", "RSA-SHA256", "ecdsa-sha256")
    ),
    *(
        pytest.param(
            new_headers(parameters=f"{stamped()};alg={name}"), Fault.ALGORITHM, id=f"9421: {name}"
        )
        for name in (
            '"none"',
            '"hmac-sha256"',
            '"rsa-pss-sha512"',
            '""',
            "1",
            "rsa-v1_5-sha256",
            "?1",
        )
    ),
    # What is not covered can be exchanged.
    pytest.param(covering("host", "date", "digest"), Fault.COVERAGE, id="no target"),
    pytest.param(covering("(request-target)", "date", "digest"), Fault.COVERAGE, id="no host"),
    pytest.param(covering("(request-target)", "host", "digest"), Fault.COVERAGE, id="no date"),
    pytest.param(covering("(request-target)", "host", "date"), Fault.COVERAGE, id="no digest"),
    pytest.param(
        without(OLD, "host") | {"signature": 'keyId="k",signature="aa=="'},
        Fault.COVERAGE,
        id="no list of headers",
    ),
    *(
        pytest.param(
            new_headers(components=[c for c in COMPONENTS if c != name]),
            Fault.COVERAGE,
            id=f"no {name}",
        )
        for name in COMPONENTS
    ),
    pytest.param(
        covering(*COVERED, "content-type") | {"content-type": ""},
        Fault.WRONG,
        id="another content type",
    ),
    pytest.param(
        without(covering(*COVERED, "content-type"), "content-type"),
        Fault.COMPONENT,
        id="a header that is not there",
    ),
    *(
        pytest.param(new_headers(components=(*COMPONENTS, name)), Fault.COMPONENT, id=name)
        for name in ("@status", "@query-param", "@signature-params", "@unheard-of", "x-absent")
    ),
    *(
        pytest.param(respoilt('"@method"', f'"@method"{end}'), Fault.COMPONENT, id=f"@method{end}")
        for end in (";req", ";sf", ";bs", ';key="a"', ";tr")
    ),
    # Another host, path, query, verb or body.
    pytest.param(old_headers(host="other.example"), Fault.WRONG, id="signed for another host"),
    pytest.param(old_headers(host="here.example:8443"), Fault.WRONG, id="signed for another port"),
    pytest.param(old_headers(target="/users/1/inbox"), Fault.WRONG, id="another path"),
    pytest.param(old_headers(target="/inbox?x=1"), Fault.WRONG, id="another query"),
    pytest.param(old_headers(method="PUT"), Fault.WRONG, id="another verb"),
    pytest.param(new_headers(uri="https://other.example/inbox"), Fault.WRONG, id="9421: host"),
    pytest.param(new_headers(uri="http://here.example/inbox"), Fault.WRONG, id="9421: scheme"),
    pytest.param(new_headers(uri=f"{HERE}/inbox?x=1"), Fault.WRONG, id="9421: query"),
    pytest.param(new_headers(method="PUT"), Fault.WRONG, id="9421: verb"),
    pytest.param(
        OLD
        | {"host": "other.example", "signature": old_headers(host="other.example")["signature"]},
        Fault.WRONG,
        id="host and signature of another site",
    ),
    pytest.param(old_headers(body=b"other"), Fault.DIGEST, id="another body"),
    pytest.param(new_headers(body=b"other"), Fault.DIGEST, id="9421: another body"),
    pytest.param(old_headers(digest="SHA-256=!"), Fault.DIGEST, id="no base64 in the digest"),
    pytest.param(old_headers(digest="SHA-512=eA=="), Fault.DIGEST, id="no SHA-256"),
    pytest.param(old_headers(digest=""), Fault.DIGEST, id="an empty digest"),
    pytest.param(old_headers(digest="A" * 2_000), Fault.DIGEST, id="a long digest"),
    pytest.param(old_headers(digest=f"{OLD['digest']},{OLD['digest']}"), Fault.DIGEST, id="twice"),
    pytest.param(without(OLD, "digest"), Fault.DIGEST, id="the digest is gone"),
    pytest.param(without(NEW, "content-digest"), Fault.MALFORMED, id="9421: the digest is gone"),
    pytest.param(new_headers(digest="sha-256=1"), Fault.DIGEST, id="9421: a number as digest"),
    pytest.param(new_headers(digest="md5=:eA==:"), Fault.DIGEST, id="9421: md5"),
    # Old, new, or from no time at all.
    pytest.param(
        old_headers(date=http_date(NOW - timedelta(hours=13))), Fault.TIME, id="13 hours"
    ),
    pytest.param(
        old_headers(date=http_date(NOW - timedelta(minutes=66))), Fault.TIME, id="66 min."
    ),
    pytest.param(
        old_headers(date=http_date(NOW + timedelta(hours=2))), Fault.TIME, id="2 h ahead"
    ),
    *(
        pytest.param(old_headers(date=text), Fault.TIME, id=f"date {text!r}")
        for text in (
            "",
            "yesterday",
            "2026-01-31T12:00:00Z",
            "Sat, 99 Jan 2026 12:00:00 GMT",
            "Sat, 31 Jan 9999 23:59:59 -2359",
            "Sat, 31 Jan 0001 00:00:00 +2359",
        )
    ),
    pytest.param(without(OLD, "date"), Fault.TIME, id="the date is gone"),
    pytest.param(hs2019(created=seconds(hours=2)), Fault.TIME, id="created in the future"),
    pytest.param(hs2019(created=seconds(hours=-2)), Fault.TIME, id="created long ago"),
    pytest.param(hs2019(created='"soon"'), Fault.TIME, id="created soon"),
    pytest.param(hs2019(), Fault.TIME, id="created never"),
    pytest.param(
        hs2019(WITH_END, created=seconds(), expires=seconds(minutes=-1)),
        Fault.TIME,
        id="over before it began",
    ),
    pytest.param(
        hs2019(WITH_END, created=seconds(hours=-14), expires=seconds(days=9)),
        Fault.TIME,
        id="a life of nine days",
    ),
    pytest.param(
        hs2019(("date", *BY_CREATED), created=seconds(), date=http_date(NOW - timedelta(days=1))),
        Fault.TIME,
        id="date and (created) of two days",
    ),
    pytest.param(
        old_headers(covered=BY_CREATED, created=seconds()),
        Fault.ALGORITHM,
        id="rsa-sha256 knows no (created)",
    ),
    pytest.param(
        old_headers(
            date=http_date(NOW - timedelta(hours=3)),
            algorithm="hs2019",
            created=seconds(hours=-3),
            expires=seconds(hours=1),
        ),
        Fault.TIME,
        id="an end that was not signed",
    ),
    *(
        pytest.param(new_headers(parameters=text + KEYED), Fault.TIME, id=f"9421{text}")
        for text in (
            "",
            ';created="1"',
            ";created=?1",
            ";created=-1",
            ";created=1.5",
            ";created=999999999999999",
            f";created={seconds(hours=2)}",
            f";created={seconds(hours=-2)}",
            f";created={seconds()};expires={seconds(hours=-1)}",
            f";created={seconds()};expires=soon",
            f";created={seconds(hours=-14)};expires={seconds(days=1)}",
        )
    ),
    # Not by this key.
    pytest.param(
        spoilt('signature="', f'signature="{b64encode(b"x" * 256).decode()}",was="'),
        Fault.WRONG,
        id="another signature",
    ),
    pytest.param(
        OLD | {"signature": old_headers(algorithm="rsa-sha256", hashing=SHA1())["signature"]},
        Fault.WRONG,
        id="SHA-1 under the name of SHA-256",
    ),
]


@pytest.mark.parametrize(("headers", "fault"), REFUSED)
def test_what_pretends_is_refused(headers: Headers, fault: Fault) -> None:
    with pytest.raises(BadSignature) as caught:
        if not read_claim(came(headers), now=NOW).is_by(KEY):
            raise BadSignature(Fault.WRONG)
    assert caught.value.fault is fault
    assert len(str(caught.value)) < 100


@pytest.mark.parametrize(
    ("signed", "asked", "is_believed"),
    [
        pytest.param("/?p=12", "/?p=12", True, id="with the query"),
        pytest.param("/", "/?p=12", True, id="without the query"),
        pytest.param("/?p=13", "/?p=12", False, id="with another query"),
        pytest.param("/?p=12", "/", False, id="with a query that was not sent"),
    ],
)
def test_the_query_may_be_left_out_of_what_is_signed(
    signed: str, asked: str, *, is_believed: bool
) -> None:
    headers = old_headers(
        method="GET", target=signed, covered=("(request-target)", "host", "date")
    )
    message = came(headers, method="GET", target=asked, body=b"")
    assert read_claim(message, now=NOW).is_by(KEY) is is_believed


def test_a_get_needs_no_digest_unless_it_has_a_body() -> None:
    covered = ("(request-target)", "host", "date")
    headers = old_headers(method="GET", covered=covered)
    read_claim(came(headers, method="GET", body=b""), now=NOW)
    with pytest.raises(BadSignature, match="cover enough"):
        read_claim(came(headers, method="GET", body=BODY), now=NOW)


def test_a_header_cannot_write_further_lines() -> None:
    headers = {**old_headers(covered=(*COVERED, "content-type")), "content-type": f"{TYPE}\nx: y"}
    with pytest.raises(BadSignature):
        read_claim(came(headers), now=NOW)


def test_the_newer_form_counts_when_both_are_there() -> None:
    message = came({**OLD, **NEW})
    assert read_claim(message, now=NOW).form == "rfc9421"
