"""Whatever comes as a signature is read or refused; nothing else happens. The corpus is kept."""

from pathlib import Path
from typing import Final

from hypothesis import example, given
from hypothesis import strategies as st

from app.federation.signatures.faults import BadSignature
from app.federation.signatures.keys import read_multikey, read_public_key
from app.federation.signatures.reading import read_claim
from app.federation.signatures.rfc9421 import read_wanted
from tests.federation.signatures.other import BODY, NOW, came, new_headers, old_headers
from tests.federation.signatures.vectors import RSA_PUBLIC

CORPUS: Final = (Path(__file__).parent / "corpus.txt").read_text().splitlines()
KEY: Final = read_public_key(RSA_PUBLIC)
OLD: Final = old_headers()
NEW: Final = new_headers()
NAMES: Final = ("signature", "signature-input", "date", "digest", "content-digest", "host")

letters = st.text(st.characters(min_codepoint=0, max_codepoint=255), max_size=200)
pieces = st.lists(
    st.sampled_from(
        [
            *'",=();:@?- \t\\',
            "keyId",
            "headers",
            "signature",
            "(created)",
            "created=",
            "sig1=",
            "sha-256=",
            "SHA-256=",
            "@99999999999",
            '%""',
            "1.5",
            "((",
            ";;",
            '"@method"',
        ]
    ),
    max_size=40,
).map("".join)
cut = st.builds(
    lambda text, at, middle, drop: text[:at] + middle + text[at + drop :],
    st.sampled_from([*OLD.values(), *NEW.values(), *CORPUS]),
    st.integers(0, 600),
    letters | pieces,
    st.integers(0, 30),
)
anything = letters | pieces | cut | st.sampled_from(CORPUS)


@given(
    base=st.sampled_from([OLD, NEW]),
    changed=st.dictionaries(st.sampled_from(NAMES), anything | st.lists(anything, max_size=2)),
    target=letters,
    body=st.just(BODY) | st.binary(max_size=50),
)
def test_whatever_comes_is_read_or_refused(
    base: dict[str, str], changed: dict[str, str | list[str]], target: str, body: bytes
) -> None:
    message = came({**base, **changed}, target=target, body=body)
    try:
        claim = read_claim(message, now=NOW)
    except BadSignature:
        return
    assert not claim.is_by(KEY) or (target, body) == ("/inbox", BODY)


def test_the_corpus_is_read_or_refused() -> None:
    for line in CORPUS:
        for name in NAMES:
            for base in (OLD, NEW):
                try:
                    read_claim(came({**base, name: line}), now=NOW).is_by(KEY)
                except BadSignature:
                    continue


@given(anything)
@example("a=@9999999999999")
def test_whatever_is_asked_for_is_understood_or_not(header: str) -> None:
    read_wanted(header)


@given(st.text(max_size=100) | st.just(RSA_PUBLIC).map(lambda text: text.replace("Q", "q", 1)))
def test_whatever_comes_as_a_key_is_read_or_refused(text: str) -> None:
    for read in (read_public_key, read_multikey):
        try:
            read(text)
        except BadSignature:
            continue
