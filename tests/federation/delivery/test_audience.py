"""No post for a few ever goes into an inbox outside its audience, whatever is done with it."""

from collections.abc import Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.errors import AppError
from app.members.actor import Actor
from app.statuses.models import Favourite, Status
from app.statuses.service.boost import boost_status, unboost_status
from app.statuses.service.delete import delete_status
from app.statuses.service.edit import edit_status
from app.statuses.service.pins import pin_status
from app.statuses.visibility import Visibility
from app.statuses.writing import Writing
from tests.factories import NOON, SERIAL
from tests.federation.delivery.far import FarSites, follow_from_afar, meet
from tests.mastodon.apps import Site
from tests.social import make_person, post

FEW = st.sampled_from([Visibility.FOLLOWERS, Visibility.DIRECT, Visibility.LOCAL])
HOSTS = ("one.example", "two.example", "three.example")
PLACES = st.lists(st.tuples(st.sampled_from(HOSTS), st.booleans()), min_size=4, max_size=4)
ACTS = st.lists(st.sampled_from(["edit", "pin", "boost", "unboost", "answer", "delete"]))


def inboxes_of(name: str, host: str, *, has_shared: bool) -> set[str]:
    base = f"https://{host}"
    return {f"{base}/u/{name}/inbox"} | ({f"{base}/inbox"} if has_shared else set())


@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(visibility=FEW, places=PLACES, acts=ACTS)
def test_what_is_for_a_few_reaches_nobody_else(
    site: Site,
    far: FarSites,
    visibility: Visibility,
    places: Sequence[tuple[str, bool]],
    acts: Sequence[str],
) -> None:
    """One follows, one is named, one liked it once, and one has nothing to do with it."""
    names = [f"{role}{next(SERIAL)}" for role in ("reader", "named", "liker", "stranger")]
    ids = [
        meet(site, name, host, has_shared=shared)
        for name, (host, shared) in zip(names, places, strict=True)
    ]
    with site.write() as session:
        author = make_person(session)
    follow_from_afar(site, ids[0], author)
    far.work()
    before = len(far.asked)
    words = f"Hello @{names[1]}@{places[1][0]}"
    with site.write() as session:
        status_id = post(session, author, words, visibility=visibility).id
        session.add(Favourite(account_id=ids[2], status_id=status_id, created_at=NOON))
    far.work()
    for act in acts:
        _do(site, author, status_id, act, words)
        far.work()
    allowed: set[str] = set()
    if visibility is not Visibility.LOCAL:
        allowed |= inboxes_of(names[1], places[1][0], has_shared=places[1][1])
    if visibility is Visibility.FOLLOWERS:
        allowed |= inboxes_of(names[0], places[0][0], has_shared=places[0][1])
    got = far.asked[before:]
    assert {ask.url for ask in got} <= allowed
    if visibility is Visibility.DIRECT:
        own = f"https://{places[1][0]}/u/{names[1]}/inbox"
        assert {ask.url for ask in got} == {own}
    assert (visibility is Visibility.LOCAL) == (not got)


def _do(site: Site, author: Actor, status_id: int, act: str, words: str) -> None:
    """Do something with the post; what is refused changes nothing."""
    try:
        with site.write() as session:
            now = site.now
            if act == "edit":
                writing = Writing(text=f"{words} {next(SERIAL)}")
                edit_status(session, author, status_id, writing, now=now)
            elif act == "pin":
                pin_status(session, author, status_id, now=now)
            elif act == "boost":
                boost_status(session, author, status_id, now=now)
            elif act == "unboost":
                unboost_status(session, author, status_id, now=now)
            elif act == "answer":
                visibility = session.get_one(Status, status_id).visibility
                post(session, author, words, in_reply_to_id=status_id, visibility=visibility)
            else:
                delete_status(session, author, status_id, now=now)
    except AppError:
        return
