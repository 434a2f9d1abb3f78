"""Devices are told what they want to be told, by envelopes that only they open."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from joserfc import jwt
from joserfc.jwk import ECKey
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.core.db import Database
from app.core.duties import Duty
from app.core.errors import Invalid, NotFound
from app.core.kernel import Kernel
from app.core.net import Net
from app.core.pushkey import public_push_key
from app.core.records import replace
from app.core.runner import Runner
from app.http.letters import open_letters
from app.joints import push_post
from app.members.actor import Actor
from app.notifications.kinds import CO_OP_KINDS, NoticeKind
from app.notifications.models import Notice
from app.notifications.push.models import PushSubscription
from app.notifications.push.names import ALERTS, NAMES, PushPolicy, title_of
from app.notifications.push.sending import TRIES_MAX, send_push
from app.notifications.push.subscriptions import (
    SEND,
    Device,
    Owner,
    Wishes,
    change_wishes,
    subscribe,
    subscription_of,
    unsubscribe,
)
from app.notifications.service import notify
from app.oauth.service import give_token, token_of
from app.statuses.models import Mention, Status
from app.statuses.visibility import Visibility
from tests.factories import NOON
from tests.fakes import FixedClock
from tests.loops import loop_thread
from tests.notifications.devices import AUTH, Phone, bytes_of, text_of
from tests.sites import FAR, Site, found_at, opened
from tests.social import befriend, make_person, post

HOME = "https://push.example/device"
ALL = Wishes(alerts=dict.fromkeys(ALERTS, True))


def owner(session: Session, actor: Actor) -> Owner:
    token = give_token(session, member_id=actor.member_id, scopes={"push"}, now=NOON)
    session.flush()
    row = token_of(session, token)
    assert row is not None
    return Owner(row.id, token, actor.account_id)


def device(phone: Phone, **given: Any) -> Device:
    said: dict[str, Any] = {
        "endpoint": HOME,
        "point": phone.point,
        "auth": text_of(AUTH),
        "is_standard": True,
    }
    return Device(**(said | given))


def add(
    session: Session, kernel: Kernel, actor: Actor, *, wishes: Wishes = ALL, **given: Any
) -> Owner:
    whose = owner(session, actor)
    phone = given.pop("phone", Phone())
    made = device(phone, **given)
    subscribe(session, kernel.keyring, whose, made, wishes=wishes, may_be_plain=True, now=NOON)
    return whose


def owed(session: Session) -> int:
    session.flush()
    return session.scalar(select(func.count(Duty.id)).where(Duty.kind == SEND)) or 0


def test_every_kind_of_people_has_a_name_and_none_of_the_co_op() -> None:
    assert set(NAMES.values()) <= set(ALERTS)
    assert not CO_OP_KINDS & set(NAMES)
    assert set(NoticeKind) - CO_OP_KINDS - set(NAMES) == {NoticeKind.FOLLOW_ACCEPTED}
    titles = {title_of(name, "Ada") for name in NAMES.values()}
    assert len(titles) == len(set(NAMES.values()))


REFUSED = [
    pytest.param({"endpoint": "http://push.example/"}, id="in clear"),
    pytest.param({"endpoint": "javascript:x"}, id="no address"),
    pytest.param({"endpoint": "https://a@push.example/"}, id="a name before the host"),
    pytest.param({"endpoint": "https://[push"}, id="a broken address"),
    pytest.param({"endpoint": "https://push.example/" + "x" * 2048}, id="a long address"),
    pytest.param({"endpoint": ""}, id="nowhere"),
    pytest.param({"point": text_of(b"\4" + b"\1" * 64)}, id="a point beside the curve"),
    pytest.param({"point": text_of(b"\4" * 64)}, id="a short point"),
    pytest.param({"point": "ü"}, id="no point"),
    pytest.param({"auth": text_of(b"x" * 15)}, id="a short secret"),
    pytest.param({"auth": "!"}, id="no secret"),
]


@pytest.mark.parametrize("given", REFUSED)
def test_a_device_that_is_refused(session: Session, kernel: Kernel, given: dict[str, str]) -> None:
    whose = owner(session, make_person(session))
    with pytest.raises(Invalid):
        subscribe(session, kernel.keyring, whose, device(Phone(), **given), wishes=ALL, now=NOON)
    with pytest.raises(NotFound):
        subscription_of(session, whose.token_id)


def test_one_device_for_a_token_its_secrets_sealed(session: Session, kernel: Kernel) -> None:
    whose, phone = owner(session, make_person(session)), Phone()
    for n in range(2):
        subscribe(
            session,
            kernel.keyring,
            whose,
            device(phone, endpoint=f"{HOME}/{n}", point=phone.point + "=="),
            wishes=Wishes(alerts={"mention": True, "dance": True}),
            now=NOON,
        )
    row = session.scalars(select(PushSubscription)).one()
    assert row.endpoint == f"{HOME}/1"
    assert row.alerts == {name: name == "mention" for name in ALERTS}
    assert row.policy is PushPolicy.ALL
    assert not [s for s in (whose.token, text_of(AUTH), AUTH.hex()) if s in str(vars(row))]
    changed = change_wishes(session, whose.token_id, Wishes(policy=PushPolicy.FOLLOWED))
    assert (changed.alerts["mention"], changed.policy) == (True, PushPolicy.FOLLOWED)
    changed = change_wishes(session, whose.token_id, Wishes(alerts={}))
    assert (changed.alerts["mention"], changed.policy) == (False, PushPolicy.FOLLOWED)
    for _ in range(2):
        unsubscribe(session, whose.token_id)
    with pytest.raises(NotFound):
        change_wishes(session, whose.token_id, ALL)


def test_a_device_goes_with_its_token(session: Session, kernel: Kernel) -> None:
    whose = add(session, kernel, make_person(session))
    row = token_of(session, whose.token)
    session.delete(row)
    session.flush()
    assert session.scalar(select(func.count(PushSubscription.id))) == 0


def test_only_what_was_asked_for_is_owed(session: Session, kernel: Kernel) -> None:
    ada, bo = make_person(session, "ada9"), make_person(session)
    mentions = Wishes(alerts={"mention": True})
    add(session, kernel, ada, wishes=mentions)
    add(session, kernel, ada, wishes=Wishes(alerts={"mention": True}, policy=PushPolicy.NONE))
    add(session, kernel, bo)
    post(session, bo, "@ada9 come")
    assert owed(session) == 1
    befriend(session, bo, ada)
    notify(session, account_id=ada.account_id, kind=NoticeKind.DUES, text="Pay", now=NOON)
    assert owed(session) == 1, "neither a follow nor the co-op's own"


@pytest.fixture
def push_service() -> Iterator[Site]:
    with loop_thread() as loop:
        site = Site(loop).start()
        yield site
        site.stop()


@pytest.fixture
def net() -> Iterator[Net]:
    yield from opened(lookup=found_at(FAR))


class Desk:
    """A push service that answers as told, and the worker that sends to it."""

    def __init__(self, kernel: Kernel, site: Site, net: Net) -> None:
        self.kernel, self.answers = kernel, [201]
        self.taken: list[tuple[bytes, Any]] = []
        post_ = replace(push_post(kernel, open_letters(kernel)), net=net)
        handlers = {SEND: partial(send_push, post=post_)}
        self.runner = Runner(kernel.db.write, handlers, kernel.clock)
        self.endpoint = site.page("/device", self._take)

    async def _take(self, request: web.Request) -> web.StreamResponse:
        self.taken.append((await request.read(), request.headers.copy()))
        return web.Response(status=self.answers[min(len(self.taken), len(self.answers)) - 1])

    def rows(self, kind: type[Any]) -> int:
        with self.kernel.db.read.begin() as session:
            return session.scalar(select(func.count(kind.id))) or 0

    def run(self) -> None:
        self.runner.run_until_idle(kind=SEND)


@pytest.fixture
def desk(kernel: Kernel, push_service: Site, net: Net) -> Desk:
    return Desk(kernel, push_service, net)


def mention(
    desk: Desk, phone: Phone, *, wishes: Wishes = ALL, text: str = "@ada9 come", **given: Any
) -> Owner:
    """Let bo mention ada, who has the phone."""
    with desk.kernel.db.write.begin() as session:
        ada, bo = make_person(session, "ada9"), make_person(session, display_name="Bo <b>")
        more: dict[str, Any] = {"endpoint": desk.endpoint, "phone": phone} | given
        whose = add(session, desk.kernel, ada, wishes=wishes, **more)
        post(session, bo, text)
    return whose


def test_the_device_and_nobody_else_reads_what_it_is_told(desk: Desk) -> None:
    phone = Phone()
    whose = mention(desk, phone, text="@ada9 come & see the weir " + "x" * 200)
    desk.run()
    [(body, headers)] = desk.taken
    assert b"weir" not in body
    told = phone.open(body)
    assert told["title"] == "Bo <b> mentioned you"
    assert told["body"].startswith("@ada9 come & see the weir xxx")
    assert len(told["body"]) == 140
    assert told["access_token"] == whose.token
    assert (told["notification_type"], told["preferred_locale"]) == ("mention", "en")
    assert isinstance(told["notification_id"], int)
    assert told["icon"].startswith("https://riverside.example/faces/")
    assert (headers["TTL"], headers["Content-Encoding"]) == ("172800", "aes128gcm")
    assert desk.rows(Duty) == 0


@pytest.mark.parametrize("is_standard", [True, False])
def test_the_stamp_says_who_sends_and_to_whom(desk: Desk, is_standard: bool) -> None:
    phone = Phone()
    mention(desk, phone, is_standard=is_standard)
    desk.run()
    [(body, headers)] = desk.taken
    site = public_push_key(desk.kernel.keyring)
    if is_standard:
        stamp, _, key = headers["Authorization"].removeprefix("vapid t=").partition(",k=")
    else:
        stamp = headers["Authorization"].removeprefix("WebPush ")
        key = headers["Crypto-Key"].partition("p256ecdsa=")[2]
        assert phone.open_old(body, headers).title == "Bo <b> mentioned you"
    assert key == site
    key_ = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), bytes_of(site))
    claims = jwt.decode(stamp, ECKey.import_key(key_), algorithms=["ES256"]).claims
    assert desk.endpoint.startswith(claims["aud"] + "/")
    assert NOON.timestamp() < claims["exp"] <= (NOON + timedelta(days=1)).timestamp()
    assert claims["sub"].startswith(("mailto:", "https://"))


@pytest.mark.parametrize(
    ("policy", "tells"),
    [(PushPolicy.FOLLOWED, True), (PushPolicy.FOLLOWER, False), (PushPolicy.ALL, True)],
)
def test_of_whom_a_device_is_told(
    db: Database, desk: Desk, policy: PushPolicy, tells: bool
) -> None:
    with db.write.begin() as session:
        ada, bo = make_person(session, "ada9"), make_person(session)
        befriend(session, ada, bo)
        wishes = Wishes(alerts={"mention": True}, policy=policy)
        add(session, desk.kernel, ada, endpoint=desk.endpoint, wishes=wishes)
        post(session, bo, "@ada9 come")
    desk.run()
    assert (len(desk.taken) == 1) is tells
    assert desk.rows(Duty) == 0


@pytest.mark.parametrize("status", [400, 404, 410])
def test_a_device_that_is_gone_is_forgotten(desk: Desk, status: int) -> None:
    desk.answers = [status]
    mention(desk, Phone())
    desk.run()
    assert len(desk.taken) == 1
    assert (desk.rows(PushSubscription), desk.rows(Duty)) == (0, 0)


@pytest.mark.parametrize("status", [429, 408, 500, 503])
def test_a_service_that_is_away_is_tried_five_times(
    desk: Desk, clock: FixedClock, status: int
) -> None:
    desk.answers = [status]
    mention(desk, Phone())
    for _ in range(TRIES_MAX + 2):
        desk.run()
        clock.advance(hours=2)
    assert len(desk.taken) == TRIES_MAX
    assert (desk.rows(PushSubscription), desk.rows(Duty)) == (1, 0)


def test_a_post_that_is_not_for_the_reader_any_more_is_not_told(desk: Desk) -> None:
    mention(desk, Phone())
    with desk.kernel.db.write.begin() as session:
        status = session.scalars(select(Status)).one()
        status.visibility = Visibility.DIRECT
        session.execute(delete(Mention))
    desk.run()
    assert desk.taken == []
    assert desk.rows(Duty) == 0


def test_old_news_and_what_was_taken_back_are_not_told(desk: Desk, clock: FixedClock) -> None:
    mention(desk, Phone())
    clock.advance(hours=48)
    desk.run()
    with desk.kernel.db.write.begin() as session:
        reader = session.scalars(select(PushSubscription.account_id)).one()
        notify(session, account_id=reader, kind=NoticeKind.POLL, now=clock.now())
        session.flush()
        assert owed(session) == 1
        for notice in session.scalars(select(Notice)):
            session.delete(notice)
    desk.run()
    assert desk.taken == []
    assert desk.rows(Duty) == 0


def test_an_address_behind_our_own_walls_is_never_asked(
    desk: Desk, runner: Runner, kernel: Kernel
) -> None:
    mention(desk, Phone(), endpoint="https://127.0.0.1/device")
    runner.run_until_idle(kind=SEND)
    assert desk.taken == []
    assert desk.rows(PushSubscription) == 0
