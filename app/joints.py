"""Where parts meet that do not know each other: deciding sets dues, paying tells its members.

Also the one daily duty that forgets by which keys forms and calls were sent, wherever they lie,
and with them the codes of programs, and programs that nobody ever used.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from app.accounts.links import Links
from app.accounts.models import Account
from app.core.clock import Clock
from app.core.duties import Claim, schedule
from app.core.kernel import Kernel
from app.core.net import open_net
from app.core.news import forget_news, latest_number
from app.core.orphans import begin_sweeping
from app.core.shapes import Shape
from app.core.words import Words, say
from app.federation.asking import own_hosts
from app.http.answers import forget_old_answers
from app.http.letters import LetterBox
from app.http.urls import Urls
from app.instance.events import CoopFounded
from app.media.remote.duties import begin_evicting
from app.media.remote.shelf import open_shelf
from app.members.models import Member
from app.moderation.events import ReportClosed
from app.notifications.kinds import NoticeKind
from app.notifications.push.sending import Post
from app.notifications.service import notify
from app.oauth.applications import forget_unused
from app.oauth.consent import forget_codes
from app.statuses.cards.duties import Reader, begin_forgetting
from app.statuses.service.repeats import forget_old_keys
from dues import effects as dues
from dues.events import DuesLapsed, DuesPaid, InvoiceOpened
from governance.effects import Effect, Warrant
from governance.guard import check_warrant
from governance.rules import DecisionType

SET_DUES: Final = dues.KIND
MY_DUES: Final = "/settings/membership"
FORGET_KEYS: Final = "keys.forget"
FORGET_EVERY: Final = timedelta(days=1)


def _set_dues(session: Session, payload: dues.SetDues, warrant: Warrant) -> None:
    check_warrant(session, warrant)
    dues.set_dues(
        session, payload, decision_id=warrant.decision_id, effective_at=warrant.effective_at
    )


DUES_EFFECT: Effect[dues.SetDues] = Effect(
    payload=dues.SetDues,
    types=lambda _payload: frozenset({DecisionType.DUES}),
    subject=lambda _payload: "dues",
    check=dues.check,
    preview=dues.preview,
    describe=dues.describe,
    apply=_set_dues,
)


def tell_invoice(session: Session, event: InvoiceOpened) -> None:
    """Tell a member that their dues are asked for."""
    text = say("Your dues are due on {day}.", day=event.due_on)
    _tell(session, event.member_id, text, at=event.at)


def tell_paid(session: Session, event: DuesPaid) -> None:
    """Tell a member that their dues came."""
    text = say("Thank you: your dues are paid until {day}.", day=event.until)
    _tell(session, event.member_id, text, at=event.at)


def tell_lapsed(session: Session, event: DuesLapsed) -> None:
    """Tell a member that their vote rests."""
    text = say("Your vote rests until your dues come. Everything else is as it was.")
    _tell(session, event.member_id, text, at=event.at)


def tell_report(session: Session, event: ReportClosed) -> None:
    """Tell whoever reported something what the moderators found."""
    text = say("The moderators have looked at what you reported: {answer}", answer=event.answer)
    kind = NoticeKind.ACCOUNT
    notify(session, account_id=event.account_id, kind=kind, text=text, now=event.at)


def _tell(session: Session, member_id: int, text: Words, *, at: datetime) -> None:
    member = session.get_one(Member, member_id)
    notify(
        session, account_id=member.account_id, kind=NoticeKind.DUES, text=text, url=MY_DUES, now=at
    )


def push_post(kernel: Kernel, letters: LetterBox) -> Post:
    """Return what sending to devices needs of this process."""
    base, clock = kernel.settings.base_url, kernel.clock
    return Post(
        net=open_net(kernel.settings),
        keyring=kernel.keyring,
        base_url=base,
        speak=lambda words, locale: letters.speak(words, locale, now=clock.now()),
        icon_of=Urls(base, kernel.keyring).avatar,
    )


def card_reader(kernel: Kernel) -> Reader:
    """Return what asking pages for cards needs of this process."""
    net = open_net(kernel.settings)
    return Reader(net, open_shelf(kernel, net))


def profile_links(kernel: Kernel) -> Links:
    """Return what looking at the links of profiles needs of this process."""
    urls = Urls(kernel.settings.base_url)

    def addresses(account: Account) -> Sequence[str]:
        return urls.profile(account.username), urls.actor(account.id)

    return Links(open_net(kernel.settings), own_hosts(kernel), addresses)


class Forgetting(Shape):
    """The payload of "keys.forget": which news was the newest when the forgetting was owed."""

    news: int = 0


def begin_to_forget(session: Session, event: CoopFounded) -> None:
    """Owe the first forgetting; each owes the next."""
    schedule(session, FORGET_KEYS, Forgetting(), due_at=event.at + FORGET_EVERY)


def begin_to_sweep(session: Session, event: CoopFounded) -> None:
    """Owe the first look for what no row knows of, or nobody looks at any more."""
    begin_sweeping(session, now=event.at)
    begin_evicting(session, now=event.at)
    begin_forgetting(session, now=event.at)


def forget_keys(claim: Claim, clock: Clock) -> None:
    """Forget the keys of what was sent so long ago that sending it again is something new."""
    order = Forgetting.model_validate(claim.payload)
    with claim.finishing() as session:
        now = clock.now()
        forget_news(session, up_to=order.news)
        forget_old_keys(session, now=now)
        forget_old_answers(session, now=now)
        forget_codes(session, now=now)
        forget_unused(session, now=now)
        heard = Forgetting(news=latest_number(session))
        schedule(session, FORGET_KEYS, heard, due_at=now + FORGET_EVERY)
