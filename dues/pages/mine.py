"""My dues: how I stand, what I choose to pay, what is open, what I paid, and stopping."""

from typing import Any, Final, Literal

from fastapi import Request
from pydantic import Field
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.accounts.models import Account
from app.core.errors import Invalid
from app.core.shapes import Shape
from app.core.words import Words, say
from app.http.access import MemberDep
from app.http.deps import ClockDep, ReaderDep, SessionDep
from app.http.filled import Filled, filled_with
from app.http.forms import SentDep
from app.http.pages import after_post, page_router, render
from app.instance.queries import coop_of
from app.members.actor import Actor, Verb, require
from dues.billing.plan import plan_at
from dues.billing.pledges import choose_dues, stop_dues, take_free_place
from dues.money import Money, decimal_text, parse_money, said
from dues.pages.common import CADENCES, INVOICE_STATES, WAYS, read_id, sign_of
from dues.plans import Cadence
from dues.reading.mine import MyDues, each_payment, in_words, my_dues, offers_for, paper_of

router = page_router(prefix="/settings/membership")

PAGE: Final = "dues/membership.html"
HERE: Final = "/settings/membership"
FOLD: Final = 2  # The second sum on offer is so many times the suggestion.


class ChoiceForm(Shape):
    """What a member chooses: a sum for a year, or nothing, and how often."""

    amount: Literal["suggested", "more", "other", "none"]
    other: str = Field(default="", max_length=40)
    cadence: Cadence = Cadence.YEARLY


@router.get("")
def show(request: Request, actor: MemberDep, session: ReaderDep, clock: ClockDep) -> Response:
    """Show a member their own dues."""
    mine = my_dues(session, actor.member_id, now=clock.now())
    return render(request, PAGE, form=_chosen(mine), **_around(mine))


@router.post("")
def choose(
    request: Request, sent: SentDep, actor: MemberDep, session: SessionDep, clock: ClockDep
) -> Response:
    """Choose what to pay and how often, or a $0 place."""
    require(actor, Verb.PAY)
    try:
        told = _choose(session, sent.read(ChoiceForm), actor=actor, clock=clock)
    except Invalid as fault:
        mine = my_dues(session, actor.member_id, now=clock.now())
        return sent.again(PAGE, fault, **_around(mine))
    return after_post(request, to=HERE, said=told)


@router.post("/stop")
def stop(request: Request, actor: MemberDep, session: SessionDep, clock: ClockDep) -> Response:
    """Stop paying."""
    require(actor, Verb.PAY)
    stop_dues(session, actor.member_id, now=clock.now())
    return after_post(
        request,
        to=HERE,
        said=say("You are not asked for dues any more. What you have paid lasts to its end."),
    )


@router.get("/receipts/{receipt}")
def show_receipt(request: Request, receipt: str, actor: MemberDep, session: ReaderDep) -> Response:
    """Show one of the member's own receipts, ready to be printed."""
    paper = paper_of(session, read_id(receipt), member_id=actor.member_id)
    return render(
        request,
        "dues/receipt.html",
        paper=paper,
        way=WAYS[paper.payment.way],
        coop=coop_of(session),
        payer=session.get_one(Account, actor.account_id),
    )


def _choose(session: Session, form: ChoiceForm, *, actor: Actor, clock: ClockDep) -> Words:
    """Do what was chosen; return what to say about it."""
    now = clock.now()
    yearly = _yearly(plan_at(session, now).terms.suggested(Cadence.YEARLY), form)
    if not yearly:
        place = take_free_place(session, actor.member_id, now=now)
        return say("You are a full member until {day} and pay nothing.", day=place.ends_on)
    each = each_payment(yearly, form.cadence)
    choose_dues(session, actor.member_id, amount=each, cadence=form.cadence, now=now)
    return say("Your choice is saved: {amount} each time.", amount=said(each))


def _yearly(suggested: Money, form: ChoiceForm) -> Money:
    if form.amount == "none":
        return Money(0, suggested.currency)
    if form.amount == "other":
        try:
            return parse_money(form.other, suggested.currency)
        except Invalid as fault:
            raise Invalid(fault.message, other=fault.message) from None
    return suggested if form.amount == "suggested" else _more(suggested)


def _more(suggested: Money) -> Money:
    return Money(suggested.minor * FOLD, suggested.currency)


def _chosen(mine: MyDues) -> Filled:
    """Return the form as the member's last choice would fill it in."""
    suggested = mine.terms.suggested(Cadence.YEARLY)
    if mine.pledge is None and mine.place is not None:
        return filled_with(amount="none", cadence=mine.cadence)
    names = {suggested: "suggested", _more(suggested): "more"}
    name = names.get(mine.yearly, "other")
    other = decimal_text(mine.yearly) if name == "other" else None
    return filled_with(amount=name, other=other, cadence=mine.cadence)


def _around(mine: MyDues) -> dict[str, Any]:
    suggested = mine.terms.suggested(Cadence.YEARLY)
    yearly = mine.yearly or suggested
    return {
        "mine": mine,
        "lead": in_words(mine),
        "suggested": suggested,
        "more": _more(suggested),
        "yearly": yearly,
        "offers": offers_for(yearly),
        "cadences": CADENCES,
        "states": INVOICE_STATES,
        "sign": sign_of(suggested.currency),
    }
