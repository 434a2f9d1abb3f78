"""A member's lists and followed tags, to take along. Source: federation.md, exports."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.core.archive import Owner, PackedFile, csv_file
from app.core.storage import Storage
from app.timelines.models import Listed, PeopleList
from app.timelines.tags import followed_tags


def pack_lists(session: Session, _storage: Storage, owner: Owner) -> Iterator[PackedFile]:
    """Yield who stands on which list of the account, and which tags it follows."""
    here = urlsplit(owner.base_url).netloc
    rows = (
        select(PeopleList.title, Account.username, Account.domain)
        .join(Listed, Listed.list_id == PeopleList.id)
        .join(Account, Account.id == Listed.account_id)
        .where(PeopleList.owner_id == owner.account_id)
        .order_by(PeopleList.id, Listed.id)
    )
    yield csv_file(
        "lists.csv",
        ("List name", "Account address"),
        ((title, f"{name}@{domain or here}") for title, name, domain in session.execute(rows)),
    )
    tags = followed_tags(session, owner.account_id)
    yield csv_file("followed_tags.csv", ("Tag",), ((tag.name,) for tag in tags))
