"""The queue: what fails is tried again, who is away delays nobody, what is killed comes again."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core.kernel import Kernel
from app.core.net import NotAllowed
from app.federation.delivery import courier as couriers
from app.federation.delivery.attempts import ATTEMPTS_MAX, DEAD_AFTER_DAYS
from app.federation.delivery.claims import LEASE, Room, claim_parcels
from app.federation.delivery.hosts import dead_hosts, heard_from
from app.federation.delivery.models import Delivery, FarHost
from app.federation.delivery.queue import Lane, deliver
from tests.fakes import FixedClock
from tests.federation.delivery.far import FarSites, answers, is_away, meet, waiting
from tests.federation.reading import URLS
from tests.mastodon.apps import Site
from tests.social import post

HOST = "far.example"
INBOX = f"https://{HOST}/inbox"
ROOMY = Room(total=64, of_host=4, of_troubled=16, busy={})


def say(
    site: Site,
    number: int = 1,
    *,
    to: tuple[str, ...] = (INBOX,),
    about: int | None = None,
    lane: Lane = Lane.POSTS,
) -> None:
    """Let Ines say something."""
    ines = site.person("ines").account_id
    activity = {"id": URLS.act(number), "type": "Like", "actor": URLS.actor(ines)}
    with site.write() as session:
        deliver(session, activity, sender=ines, to=to, now=site.now, about=about, lane=lane)


def due_in(kernel: Kernel) -> list[timedelta]:
    """Return how long each delivery waits from now on."""
    with kernel.db.read.begin() as session:
        times = session.scalars(select(Delivery.due_at).order_by(Delivery.id)).all()
    return [at - kernel.clock.now() for at in times]


def test_what_fails_is_tried_again_later_and_later_and_then_given_up(
    site: Site, far: FarSites, kernel: Kernel, clock: FixedClock
) -> None:
    far.reactions[HOST] = answers(503)
    say(site)
    waits = []
    while waiting(kernel) != (0, 0):
        far.work()
        if left := due_in(kernel):
            waits.append(left[0])
            clock.advance(seconds=int(left[0].total_seconds()))
            with kernel.db.write.begin() as session:  # Its host is not what is tested here.
                heard_from(session, {HOST}, now=clock.now())
    assert len(far.asked) == ATTEMPTS_MAX
    assert len({ask.body for ask in far.asked}) == 1
    assert len({ask.headers["Date"] for ask in far.asked}) == ATTEMPTS_MAX
    assert waits[0] < timedelta(minutes=1)
    assert timedelta(days=1) < sum(waits, timedelta()) < timedelta(days=4)


@pytest.mark.parametrize(
    ("reply", "tries"),
    [
        pytest.param(404, 1, id="the inbox is gone"),
        pytest.param(403, 1, id="it is refused"),
        pytest.param(302, 1, id="the inbox has moved"),
        pytest.param(NotAllowed("not there"), 1, id="we do not go there"),
        pytest.param(500, 2, id="it went wrong there"),
        pytest.param(429, 2, id="they are busy"),
    ],
)
def test_what_is_refused_is_not_tried_again(
    site: Site, far: FarSites, clock: FixedClock, reply: int | Exception, tries: int
) -> None:
    far.reactions[HOST] = answers(reply, 202)
    say(site)
    far.work()
    clock.advance(hours=1)
    far.work()
    assert len(far.asked) == tries


def test_a_site_that_takes_another_form_gets_it_first_next_time(
    site: Site, far: FarSites, kernel: Kernel, clock: FixedClock
) -> None:
    far.reactions[HOST] = answers(401, 202)
    say(site)
    [got] = far.work()
    assert got.form == "rfc9421"
    assert len(far.asked) == 2
    say(site, 2)
    [again] = far.work()
    assert (again.form, len(far.asked)) == ("rfc9421", 3)
    clock.advance(days=8)
    say(site, 3)
    [later] = far.work()
    assert (later.form, len(far.asked)) == ("cavage", 4)


def test_who_refuses_every_form_gets_one_more_try(
    site: Site, far: FarSites, kernel: Kernel, clock: FixedClock
) -> None:
    far.reactions[HOST] = answers(401)
    say(site)
    far.work()
    assert due_in(kernel) == [timedelta(minutes=5)]
    clock.advance(minutes=5)
    far.work()
    assert (len(far.asked), waiting(kernel)) == (4, (0, 0))


def test_one_host_never_takes_the_place_of_another(site: Site, kernel: Kernel) -> None:
    for number in range(700):
        say(site, number)
    say(site, 1_000, to=("https://near.example/inbox",))
    parcels = claim_parcels(kernel.db, ROOMY, now=site.now)
    assert sorted(parcel.host for parcel in parcels) == [HOST] * 4 + ["near.example"]


def test_hosts_that_failed_share_a_narrow_lane(site: Site, far: FarSites, kernel: Kernel) -> None:
    hosts = [f"h{number}.example" for number in range(20)]
    with kernel.db.write.begin() as session:
        session.add_all(FarHost(host=host, failures=1, failed_on=[]) for host in hosts)
    say(site, to=tuple(f"https://{host}/inbox" for host in hosts))
    say(site, 2, to=(INBOX,))
    parcels = claim_parcels(kernel.db, ROOMY, now=site.now)
    assert len(parcels) == 17
    assert HOST in {parcel.host for parcel in parcels}


def test_letters_go_before_posts(site: Site, kernel: Kernel) -> None:
    say(site, 1, lane=Lane.LATER)
    say(site, 2, lane=Lane.FIRST)
    one = Room(total=1, of_host=4, of_troubled=16, busy={})
    [parcel] = claim_parcels(kernel.db, one, now=site.now)
    assert URLS.act(2) in parcel.body.decode()


def test_what_is_said_about_one_thing_stays_in_order(
    site: Site, far: FarSites, kernel: Kernel, clock: FixedClock
) -> None:
    first = answers(500, 202)
    far.reactions[HOST] = lambda ask: (
        first(ask) if URLS.act(1).encode() in (ask.body or b"") else 202
    )
    for number in (1, 2):
        say(site, number, about=7)
    say(site, 3, about=8)
    far.work()
    assert [got.activity["id"] for got in far.got] == [URLS.act(3)]
    clock.advance(hours=1)
    far.work()
    assert [got.activity["id"] for got in far.got] == [URLS.act(n) for n in (3, 1, 2)]


def test_what_a_killed_courier_held_is_due_again(
    site: Site, far: FarSites, kernel: Kernel, clock: FixedClock
) -> None:
    say(site)
    [held] = claim_parcels(kernel.db, ROOMY, now=site.now)
    assert (held.attempts, far.work()) == (1, [])
    clock.advance(seconds=int(LEASE.total_seconds()))
    [got] = far.work()
    assert got.activity["id"] == URLS.act(1)


def test_a_host_that_fails_ten_times_is_left_in_peace_for_longer_and_longer(
    site: Site, far: FarSites, kernel: Kernel, clock: FixedClock
) -> None:
    far.reactions[HOST] = is_away
    for number in range(12):
        say(site, number)
    far.work()
    assert len(far.asked) <= 12
    with kernel.db.read.begin() as session:
        known = session.get_one(FarHost, HOST)
        assert known.failures >= 10
        assert known.paused_until is not None
        pause = known.paused_until - clock.now()
    assert all(wait >= pause for wait in due_in(kernel))
    before = len(far.asked)
    far.work()
    assert len(far.asked) == before
    far.reactions[HOST] = answers(202)
    clock.advance(hours=1)
    far.work()
    assert waiting(kernel) == (0, 0)
    with kernel.db.read.begin() as session:
        assert session.get_one(FarHost, HOST).failures == 0


def test_a_host_that_is_away_for_a_week_gets_one_delivery_a_week(
    site: Site, far: FarSites, kernel: Kernel, clock: FixedClock
) -> None:
    ines, kim = site.person("ines"), meet(site, "kim")
    far.heard_by(site, kim, ines)
    far.reactions[HOST] = is_away
    for day in range(DEAD_AFTER_DAYS):
        say(site, day)
        far.work()
        clock.advance(days=1)
    with kernel.db.read.begin() as session:
        assert [row.host for row in dead_hosts(session)] == [HOST]
    assert waiting(kernel) == (0, 0)
    before = len(far.asked)
    _post(site)
    far.work()
    assert (len(far.asked), waiting(kernel)) == (before, (0, 0))
    clock.advance(days=7)
    for _ in range(2):
        _post(site)
    far.work()
    assert len(far.asked) == before + 1
    with kernel.db.write.begin() as session:
        heard_from(session, {HOST}, now=clock.now())
    far.reactions[HOST] = answers(202)
    _post(site)
    assert [one.short for one in far.work()] == [(INBOX, "Create")]


def test_a_saying_that_cannot_be_written_stops_no_other(
    site: Site, far: FarSites, kernel: Kernel
) -> None:
    ines = site.person("ines")
    far.heard_by(site, meet(site, "kim"), ines)

    def breaks(*_: object) -> None:
        raise ZeroDivisionError

    _post(site)
    broken = couriers.Courier(kernel, far.begin, writers={"post.create": breaks})
    broken.run_until_idle()
    say(site, 5)
    assert [one.activity["id"] for one in far.work()] == [URLS.act(5)]
    assert waiting(kernel) == (1, 0)


def _post(site: Site) -> None:
    with site.write() as session:
        post(session, site.person("ines"), now=site.now)
