"""The field for dues: sums in minor units, nothing rounded, and the form without a script."""

import pytest
from sqlalchemy import select

from app.core.errors import Invalid
from governance.models import Proposal, ProposalRevision
from governance.pages.duesform import minor_of, text_of
from tests.governance.web import Web

RIGHT = [
    pytest.param("1", "USD", 100, id="a dollar"),
    pytest.param(" 1.50 ", "USD", 150, id="with blanks around"),
    pytest.param("1,50", "EUR", 150, id="with a comma"),
    pytest.param("0", "USD", 0, id="nothing at all"),
    pytest.param("150", "JPY", 150, id="a currency without decimals"),
    pytest.param("0.250", "KWD", 250, id="a currency with three"),
]


@pytest.mark.parametrize(("typed", "currency", "minor"), RIGHT)
def test_a_sum_is_read(typed: str, currency: str, minor: int) -> None:
    assert minor_of(typed, currency) == minor
    assert minor_of(text_of(minor, currency), currency) == minor


WRONG = [
    pytest.param("", "USD", id="nothing written"),
    pytest.param("-1", "USD", id="less than nothing"),
    pytest.param("1.5", "USD", id="half a fraction"),
    pytest.param("1.555", "USD", id="a fraction of a cent"),
    pytest.param("1,000.00", "USD", id="a sum that reads in two ways"),
    pytest.param("1e3", "USD", id="as machines write it"),
    pytest.param("1.5", "JPY", id="decimals where there are none"),
    pytest.param("9" * 10, "USD", id="more than anybody has"),
    pytest.param("١", "USD", id="other digits"),
]


@pytest.mark.parametrize(("typed", "currency"), WRONG)
def test_what_is_no_sum_is_refused(typed: str, currency: str) -> None:
    with pytest.raises(Invalid) as refused:
        minor_of(typed, currency)
    assert "monthly" in refused.value.fields


PATH = "/coop/proposals/new?type=dues"


def test_a_member_drafts_other_dues_by_the_form(web: Web) -> None:
    bo = web.browser("bo")
    assert "/coop/proposals/new?type=dues" in bo.read("/coop/proposals/new")
    given = {"title": "A dollar and a half", "body": "The machine costs more.", "monthly": "1.50"}
    shown = bo.send(PATH, **given)
    assert shown.status_code == 200
    assert "Sets the suggested dues to $1.50 a month; they are $1.00 now." in shown.text
    assert web.hall.scalars(select(Proposal)) == []
    page = bo.sent(PATH, keep="1", **given)
    [revision] = web.hall.scalars(select(ProposalRevision))
    payload = {"suggested": {"amount": 150, "currency": "USD"}}
    assert revision.effects[0]["kind"] == "dues.set"
    assert revision.effects[0]["payload"]["suggested"] == payload["suggested"]
    assert 'value="1.50"' in bo.read(f"{page}/edit")


@pytest.mark.parametrize("monthly", ["", "a lot", "1.555"])
def test_dues_that_are_no_sum_are_shown_again(web: Web, monthly: str) -> None:
    answer = web.browser("bo").send(PATH, title="More", monthly=monthly, keep="1")
    assert answer.status_code == 422
    assert 'href="#monthly"' in answer.text
    assert web.hall.scalars(select(Proposal)) == []
