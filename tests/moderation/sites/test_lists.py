"""Lists of sites that others hand on: read, doubted, compared and written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.moderation.sites.lists import (
    BadRow,
    ChangeKind,
    NotAList,
    RowFault,
    changes,
    read_list,
    write_allowed,
    write_list,
)
from app.moderation.sites.rules import Severity, SiteRule

USUAL = """\
#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate
bad.example,suspend,true,true,"Spam, and worse",false
loud.example,silence,false,true,,true
known.example,noop,False,FALSE,,
"""


def test_a_list_of_mastodon() -> None:
    found = read_list(USUAL)
    assert found.faults == ()
    assert found.rules == (
        SiteRule(
            domain="bad.example",
            severity=Severity.SUSPENDED,
            rejects_media=True,
            rejects_reports=True,
            public_comment="Spam, and worse",
        ),
        SiteRule(
            domain="loud.example",
            severity=Severity.LIMITED,
            rejects_reports=True,
            is_obfuscated=True,
        ),
        SiteRule(domain="known.example", severity=Severity.NOTED),
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("bad.example\nworse.example\n", id="plain"),
        pytest.param("# A remark\r\n\r\nbad.example\r\n#\r\n worse.example \r\n", id="remarks"),
        pytest.param("domain\nBAD.example.\nworse.example", id="a head without signs"),
        pytest.param("\ufeff#domain\nbad.example\n*.worse.example", id="a mark at the beginning"),
        pytest.param(
            "private_comment,domain,severity\nours,bad.example,suspend\n,worse.example,",
            id="other columns in another order",
        ),
    ],
)
def test_other_lists(text: str) -> None:
    found = read_list(text)
    assert [rule.domain for rule in found.rules] == ["bad.example", "worse.example"]
    assert {rule.severity for rule in found.rules} == {Severity.SUSPENDED}
    assert found.faults == ()


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("ex*mpl*.org,suspend", RowFault.HIDDEN),
        ("not a domain,suspend", RowFault.NO_DOMAIN),
        ("https://bad.example/,suspend", RowFault.NO_DOMAIN),
        ("example,suspend", RowFault.NO_DOMAIN),
        ("[::1],suspend", RowFault.NO_DOMAIN),
        (",suspend", RowFault.NO_DOMAIN),
        ("bad.example,banish", RowFault.SEVERITY),
        ("GOOD.example,suspend", RowFault.TWICE),
    ],
)
def test_a_row_that_is_not_read_says_why(row: str, fault: RowFault) -> None:
    found = read_list(f"#domain,#severity\ngood.example,silence\n{row}\n")
    assert [rule.domain for rule in found.rules] == ["good.example"]
    assert [(bad.number, bad.fault) for bad in found.faults] == [(3, fault)]


def test_a_faulty_row_is_shown_without_tricks() -> None:
    [bad] = read_list("bad\u202eexample.org<script>\n").faults
    assert bad == BadRow(1, "badexample.org<script>", RowFault.NO_DOMAIN)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a.example\n" * 20_001, id="too many rows"),
        pytest.param("a" * (4 << 20) + "a", id="too long"),
        pytest.param("#domain\n" + "x" * 200_000, id="a cell without end"),
    ],
)
def test_what_is_no_list(text: str) -> None:
    with pytest.raises(NotAList):
        read_list(text)


def test_what_is_written_is_read_again_without_what_is_private() -> None:
    rules = [
        SiteRule(
            domain="bad.example",
            severity=Severity.SUSPENDED,
            public_comment="=HYPERLINK(1)",
            private_comment="for us",
            is_obfuscated=True,
        ),
        SiteRule(domain="a.example", severity=Severity.LIMITED, rejects_media=True),
    ]
    text = write_list(rules)
    assert "for us" not in text
    assert ",'=HYPERLINK(1)," in text
    found = read_list(text)
    assert [rule.domain for rule in found.rules] == ["a.example", "bad.example"]
    assert found.rules[1].public_comment == "=HYPERLINK(1)"
    assert read_list(write_list(found.rules)) == found


def test_allowed_sites() -> None:
    assert write_allowed(["b.example", "a.example"]) == "#domain\r\na.example\r\nb.example\r\n"


def test_what_would_change_is_told_and_nothing_else() -> None:
    now = {rule.domain: rule for rule in read_list(USUAL).rules}
    wanted = read_list(
        "domain,severity,reject_media,reject_reports,public_comment,obfuscate\n"
        'bad.example,silence,true,true,"Spam, and worse",false\n'
        "loud.example,suspend,false,true,,true\n"
        "known.example,noop,true,false,,\n"
        "fresh.example,suspend,,,,\n"
    )
    found = [(change.kind, change.after.domain) for change in changes(now, wanted.rules)]
    assert found == [
        (ChangeKind.MILDER, "bad.example"),
        (ChangeKind.HARDER, "loud.example"),
        (ChangeKind.OTHERWISE, "known.example"),
        (ChangeKind.NEW, "fresh.example"),
    ]
    assert not list(changes(now, now.values()))


@given(st.text(max_size=200) | st.text('#domain,severity"\r\n*.ab', max_size=100))
def test_whatever_comes_is_a_list_or_none(text: str) -> None:
    try:
        found = read_list(text)
    except NotAList:
        return
    domains = [rule.domain for rule in found.rules]
    assert len(set(domains)) == len(domains)
