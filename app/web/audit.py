"""The audit log, as members read it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import Query, Request
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.accounts.models import Account
from app.core.chain import ChainEntry
from app.core.words import Words, say
from app.http.access import MemberDep
from app.http.deps import ReaderDep
from app.http.pages import page_router, render
from app.members.audit import PAGE_SIZE, acts_before
from app.members.models import Member

router = page_router()

Say = Callable[[Mapping[str, Any]], Words]

# One sentence for each kind of act; people come in by name, see `_named`.
SENTENCES: Final[Mapping[str, Say]] = {
    "coop.founded": lambda p: say("{who} founded the co-op.", who=p["founder"]),
    "member.added": lambda p: say("Whoever runs the machine added {who}.", who=p["member"]),
    "member.admitted": lambda p: say("{by} let {who} in.", by=p["by"], who=p["member"]),
    "member.refused": lambda p: say("{by} declined an application.", by=p["by"]),
    "member.exported": lambda p: say(
        "Whoever runs the machine took a copy of what belongs to {who}.", who=p["member"]
    ),
    "site.restored": lambda p: say(
        "Whoever runs the machine put the site back to how it was at {at}. Look whether your later"
        " votes and posts are there.",
        at=datetime.fromisoformat(p["made_at"]),
    ),
    "application.added": lambda p: say(
        "Whoever runs the machine registered the application {name}, which may ask for: {scopes}.",
        name=p["name"],
        scopes=p["scopes"],
    ),
    "token.given": lambda p: say(
        "Whoever runs the machine made a token that acts for {who}: {scopes}.",
        who=p["member"],
        scopes=p["scopes"],
    ),
    "report.closed": lambda p: say("{by} closed a report.", by=p["by"]),
    "announcement.made": lambda p: say("{by} announced something.", by=p["by"]),
    "announcement.ended": lambda p: say("{by} took an announcement down.", by=p["by"]),
    "emoji.added": lambda p: say("{by} added the emoji {name}.", by=p["by"], name=p["name"]),
    "emoji.changed": lambda p: say(
        "{by} changed the emoji {name}, now {to}.", by=p["by"], name=p["name"], to=p["to"]
    ),
    "emoji.removed": lambda p: say("{by} removed the emoji {name}.", by=p["by"], name=p["name"]),
    "mailbox.looked_at": lambda p: say("{by} looked into the mailbox.", by=p["by"]),
    "mailbox.read": lambda p: say("{by} read a mail in the mailbox.", by=p["by"]),
    "dues.looked_at": lambda p: say("{by} looked at names in the dues office.", by=p["by"]),
    "dues.payment_recorded": lambda p: say("{by} wrote a payment into the books.", by=p["by"]),
    "dues.payment_identified": lambda p: say("{by} found out whose a payment was.", by=p["by"]),
    "dues.payment_taken_back": lambda p: say("{by} took a payment back.", by=p["by"]),
    "dues.refund_recorded": lambda p: say("{by} gave money back.", by=p["by"]),
    "dues.expense_recorded": lambda p: say("{by} wrote an expense into the books.", by=p["by"]),
    "dues.expense_taken_back": lambda p: say("{by} took an expense back.", by=p["by"]),
    "dues.money_moved": lambda p: say("{by} carried money to another place.", by=p["by"]),
    "dues.balance_opened": lambda p: say(
        "{by} wrote down what was there before the books.", by=p["by"]
    ),
    "dues.month_closed": lambda p: say("{by} closed {month}.", by=p["by"], month=p["month"]),
    "dues.guide_set": lambda p: say(
        "{by} changed where members send money: {text}", by=p["by"], text=p["text"]
    ),
}
PEOPLE: Final = ("founder", "member", "by")


@router.get("/coop/audit")
def get_audit(
    request: Request,
    session: ReaderDep,
    _actor: MemberDep,
    before: Annotated[int | None, Query(ge=1, lt=1 << 62)] = None,
) -> Response:
    """Show what operators and officers did, newest first."""
    acts = acts_before(session, before, limit=PAGE_SIZE + 1)
    shown = acts[:PAGE_SIZE]
    older = f"/coop/audit?before={shown[-1].seq}" if len(acts) > PAGE_SIZE else ""
    return render(request, "web/audit.html", acts=_sentences(session, shown), older=older)


def _sentences(
    session: Session, acts: Sequence[ChainEntry]
) -> list[tuple[ChainEntry, Words | str]]:
    names = _names(session, acts)
    return [(act, _sentence(act, _named(act.payload, names))) for act in acts]


def _sentence(act: ChainEntry, payload: Mapping[str, Any]) -> Words | str:
    told = SENTENCES.get(act.kind)
    return told(payload) if told else act.kind


def _named(payload: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {
        key: names.get(value, value) if key in PEOPLE else value for key, value in payload.items()
    }


def _names(session: Session, acts: Sequence[ChainEntry]) -> Mapping[str, str]:
    """Return the names of the people in the acts, by member id as text, in one statement."""
    ids = {
        int(act.payload[key])
        for act in acts
        for key in PEOPLE
        if str(act.payload.get(key, "")).isdecimal()
    }
    named = select(Member.id, Account.username).join(Account, Account.id == Member.account_id)
    return {str(id_): f"@{name}" for id_, name in session.execute(named.where(Member.id.in_(ids)))}
