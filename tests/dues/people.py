"""What tests of the pages and the API of paying do as members and as the treasurer."""

import re
from datetime import timedelta

from sqlalchemy import select

from app.accounts.models import Account
from app.core.chain import ChainEntry
from app.core.chain import entries as chain_entries
from app.members.audit import CHAIN
from app.members.models import Member
from dues.billing.models import Invoice, Payment, Pledge, Receipt
from tests.governance.web import Web

MINE = "/settings/membership"
BOOKS = "/coop/money"
TREASURY = "/duties/treasury"
NEW = f"{TREASURY}/payments/new"


def words(page: str) -> str:
    """Return a page with plain blanks: those within a date keep it on one line."""
    return " ".join(page.split())


def newcomer(web: Web, name: str = "fia", *, days: int = 10) -> str:
    """Add a member who joined some days ago and has chosen nothing; return their name."""
    joined = web.hall.now - timedelta(days=days)
    web.hall.add(name, covered=False, joined_at=joined, created_at=joined)
    return name


def choose(web: Web, name: str, amount: str = "suggested", **fields: str) -> str:
    """Let the member choose by the form; return where it leads."""
    given = {"amount": amount, "cadence": "yearly"} | fields
    return web.browser(name).sent(MINE, **given)


def record(web: Web, who: str, amount: str = "12.00", **fields: str) -> str:
    """Let the treasurer write a transfer down by the form; return where it leads."""
    ada = web.browser("ada")
    page = f"{NEW}?who={who}"
    found = re.search(r'name="key" value="([0-9a-f]{32})"', ada.read(page))
    assert found
    day = web.hall.now.date().isoformat()
    given = {"who": who, "amount": amount, "way": "transfer", "day": day, "key": found[1]}
    return ada.sent(NEW, on=page, **(given | fields))


def invoice_of(web: Web, name: str) -> Invoice:
    """Return the member's newest invoice."""
    theirs = select(Invoice).where(Invoice.member_id == web.hall.members[name])
    newest: Invoice = web.hall.scalars(theirs.order_by(Invoice.number.desc()))[0]
    return newest


def pledge_of(web: Web, name: str) -> Pledge:
    """Return what the member chose."""
    theirs = select(Pledge).where(Pledge.member_id == web.hall.members[name])
    pledge: Pledge = web.hall.scalars(theirs)[0]
    return pledge


def payments(web: Web) -> list[Payment]:
    """Return all payments, oldest first."""
    return list(web.hall.scalars(select(Payment).order_by(Payment.id)))


def receipt_of(web: Web, name: str) -> Receipt:
    """Return the member's newest receipt."""
    theirs = select(Receipt).where(Receipt.member_id == web.hall.members[name])
    newest: Receipt = web.hall.scalars(theirs.order_by(Receipt.number.desc()))[0]
    return newest


def acts(web: Web, kind: str) -> list[ChainEntry]:
    """Return the acts of a kind in the audit log."""
    with web.kernel.db.read.begin() as session:
        return [entry for entry in chain_entries(session, CHAIN) if entry.kind == kind]


def tell_tales(web: Web) -> list[str]:
    """Return what must never stand on a public page: names, addresses, mails, keys of members."""
    people = select(Account).join(Member, Member.account_id == Account.id)
    accounts = web.hall.scalars(people.where(Account.username != "ada"))
    mails = web.hall.scalars(select(Member.email))
    return [*(f"@{account.username}" for account in accounts), *mails]
