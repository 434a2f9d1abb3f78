"""The account by which the co-op itself speaks: nobody signs in to it."""

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from app.accounts.models import Account, AccountKind
from app.accounts.queries import account_of_coop
from app.core.errors import Invalid
from app.members.names import FAULTS, NameFault
from app.text.markup import render_post

USERNAME: Final = "coop"  # Reserved: no member can ever have it.
FACE: Final = "faces/house.png"


def check_is_no_coop(username: str) -> None:
    """Raise Invalid, on the field `username`, if the founder wants the co-op's own name."""
    if username == USERNAME:
        fault = FAULTS[NameFault.TAKEN]
        raise Invalid(fault, username=fault)


def make_coop_account(session: Session, *, name: str, tagline: str, now: datetime) -> Account:
    """Add the co-op's account, before anybody joins: its name is the first one given out."""
    account = Account(
        username=USERNAME,
        kind=AccountKind.COOP,
        avatar_key=FACE,
        indexable=True,
        created_at=now,
    )
    session.add(account)
    session.flush()
    describe_coop(session, name=name, tagline=tagline)
    return account


def describe_coop(session: Session, *, name: str, tagline: str) -> None:
    """Let the co-op's account say what its members decided that the co-op says of itself."""
    account = account_of_coop(session)
    if account is None:
        return
    account.display_name, account.note = name, tagline
    account.note_html = render_post(tagline).html
    account.rev += 1
