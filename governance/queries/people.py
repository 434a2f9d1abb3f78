"""Names and faces of members, in one statement for a page."""

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.members.models import Member
from governance.views import Person


def people_by_id(session: Session, member_ids: Collection[int]) -> Mapping[int, Person]:
    """Return the members of these ids by their id."""
    found = select(Member.id, Account).join(Account, Account.id == Member.account_id)
    return {
        member_id: Person(
            member_id, account.id, account.username, account.name, account.avatar_key
        )
        for member_id, account in session.execute(found.where(Member.id.in_(set(member_ids))))
    }
