"""Members as others see them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.core.words import say
from app.http.faces import avatar_url
from app.members.models import Member


@dataclass(frozen=True, slots=True)
class Person:
    """A member's name, page and picture."""

    member_id: int
    name: str
    username: str
    url: str
    avatar_url: str


def people(session: Session, member_ids: Iterable[int | None]) -> Mapping[int, Person]:
    """Return the members by their numbers, in one statement."""
    wanted = {member_id for member_id in member_ids if member_id is not None}
    if not wanted:
        return {}
    columns = (Account.id, Account.username, Account.display_name, Account.avatar_key)
    found = select(Member.id, *columns).join(Account, Account.id == Member.account_id)
    return {
        member_id: Person(
            member_id=member_id,
            name=display_name or username,
            username=username,
            url=f"/@{username}",
            avatar_url=avatar_url(account_id, avatar_key),
        )
        for member_id, account_id, username, display_name, avatar_key in session.execute(
            found.where(Member.id.in_(wanted))
        )
    }


def and_list(names: list[str]) -> str:
    """Return names as a sentence has them: "Ines, Ruth and Kofi"."""
    if len(names) < 2:
        return "".join(names)
    return say("{some} and {last}", some=", ".join(names[:-1]), last=names[-1])
