"""Double knocking: which form comes after which answer; and what a site may ask for."""

import pytest

from app.federation.signatures.forms import Form, next_form
from app.federation.signatures.rfc9421 import Wanted, read_wanted

OLD, BARE, NEW = Form.CAVAGE, Form.CAVAGE_BARE, Form.RFC9421


def knocks(*answers: int, known: Form | None = None, has_query: bool = False) -> list[Form]:
    """Return the forms that are tried when the site answers so, one after another."""
    tried: list[Form] = []
    for status in (None, *answers):
        form = next_form(tried, status=status, known=known, has_query=has_query)
        if form is None:
            break
        tried.append(form)
    return tried


@pytest.mark.parametrize(
    ("answers", "known", "expected"),
    [
        pytest.param([200], None, [OLD], id="taken at once"),
        pytest.param([401, 200], None, [OLD, NEW], id="the newer form"),
        pytest.param([400, 200], None, [OLD, NEW], id="also after 400"),
        pytest.param([401, 401, 401], None, [OLD, NEW], id="no third time"),
        pytest.param([403], None, [OLD], id="refused for another reason"),
        pytest.param([500], None, [OLD], id="a fault of theirs"),
        pytest.param([202], NEW, [NEW], id="what was taken last"),
        pytest.param([401, 202], NEW, [NEW, OLD], id="and no longer"),
        pytest.param([202], BARE, [OLD], id="what does not fit is not tried"),
    ],
)
def test_knocking(answers: list[int], known: Form | None, expected: list[Form]) -> None:
    assert knocks(*answers, known=known) == expected


@pytest.mark.parametrize(
    ("answers", "known", "expected"),
    [
        pytest.param([401, 401, 401], None, [OLD, BARE, NEW], id="without the query"),
        pytest.param([400, 400], None, [OLD, NEW], id="a 400 is not about the query"),
        pytest.param([401, 200], BARE, [BARE, OLD], id="what was taken last"),
        pytest.param([400, 401, 401], None, [OLD, NEW, BARE], id="a 401 later"),
    ],
)
def test_knocking_with_a_query(
    answers: list[int], known: Form | None, expected: list[Form]
) -> None:
    assert knocks(*answers, known=known, has_query=True) == expected


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        pytest.param(
            'sig9=("@method" "@target-uri" "@authority" "content-digest")'
            ';created;keyid="me";nonce="n0";tag="fedi"',
            Wanted(
                "sig9",
                ("@method", "@target-uri", "@authority", "content-digest"),
                {"nonce": "n0", "tag": "fedi"},
            ),
            id="what we can",
        ),
        pytest.param('a=("@method");alg="ed25519"', Wanted("a", ("@method",)), id="an algorithm"),
        pytest.param('a=("cookie")', None, id="a header that we do not send"),
        pytest.param('a=("@method";req)', None, id="a parameter"),
        pytest.param('a=("@method");alg="hmac-sha256"', None, id="an algorithm that we have not"),
        pytest.param('a=("@method");tag=1', None, id="a number as tag"),
        pytest.param('a=("@method"), b=("@path")', None, id="two at once"),
        pytest.param("a=1", None, id="a number"),
        pytest.param("", None, id="nothing"),
        pytest.param("(" * 10_000, None, id="a heap"),
    ],
)
def test_what_a_site_asks_to_be_signed(header: str, wanted: Wanted | None) -> None:
    assert read_wanted(header) == wanted
