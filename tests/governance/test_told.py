"""The notices that members get of decisions."""

from sqlalchemy import select

from app.members.models import Member
from app.notifications.models import Notice
from tests.governance.hall import Hall


def told(hall: Hall) -> dict[str, list[str]]:
    """Return by name what each member was told, in order."""
    rows = hall.scalars(select(Notice).order_by(Notice.id))
    members = {row.account_id: row.id for row in hall.scalars(select(Member))}
    names = {id_: name for name, id_ in hall.members.items()}
    found: dict[str, list[str]] = {name: [] for name in hall.members}
    for row in rows:
        assert row.words is not None
        found[names[members[row.account_id]]].append(str(row.words)[:200])
    return found


def test_each_is_told_what_concerns_them(hall: Hall) -> None:
    proposal_id = hall.voting("bo")
    hall.vote(proposal_id, "cleo")
    hall.vote(proposal_id, "dov")
    hall.pass_days(8)
    reminded = {name for name, texts in told(hall).items() if "closes soon" in str(texts)}
    assert reminded == {"ada", "bo", "eve"}
    assert all("Voting is open" in str(texts) for texts in told(hall).values())
    hall.pass_days(2)
    hall.pass_days(7)
    assert {n for n, texts in told(hall).items() if "counted" in str(texts)} == {"bo"}
    assert {n for n, texts in told(hall).items() if "carried out" in str(texts)} == {"ada"}
    hall.enact(hall.order_of(proposal_id).id)
    assert all("new version" in str(texts) for texts in told(hall).values())
