"""The courier: writes, addresses and delivers what is owed to other sites, beside the web.

Signing is done in threads of its own, asking on the loop of the way out, and everything in the
database by the one thread that runs here; no transaction is open while something is on its way.
Whoever is killed in between leaves leases that end: what was on its way is sent once more, with
the same id. Source: federation.md 5.1, 5.2, 12; performance.md A7.
"""

import random
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Final

import structlog
from sqlalchemy import select

from app.core.kernel import Kernel
from app.core.net import Answer, Ask, FetchFailed, Follow, Limits, NotAllowed
from app.core.records import Record, replace
from app.emojis.book import KeptEmojis, emojis_rev
from app.federation.delivery.addressing import (
    Held,
    address_more,
    claim_unaddressed,
    keep_letter,
    next_page,
    note_fault,
    write_letter,
)
from app.federation.delivery.attempts import Next, Verdict, next_attempt
from app.federation.delivery.claims import Outcome, Parcel, Room, claim_parcels, record
from app.federation.delivery.comparing import Comparisons
from app.federation.delivery.desk import Desk, Writer
from app.federation.delivery.hosts import note_failure, note_success
from app.federation.delivery.lost import owe_looks
from app.federation.delivery.rings import KeyRings
from app.federation.delivery.writers import WRITERS
from app.federation.documents.actors import Site
from app.federation.documents.notes import Pen
from app.federation.mediatypes import ACTIVITY
from app.federation.signatures.forms import Form, next_form
from app.federation.signatures.keys import Signer
from app.federation.signatures.messages import Message
from app.federation.signatures.rfc9421 import Wanted, read_wanted
from app.federation.signatures.signing import sign
from app.http.urls import Urls

log = structlog.get_logger(__name__)

AT_ONCE: Final = 64
AT_ONCE_OF_HOST: Final = 4
AT_ONCE_OF_TROUBLED: Final = 16  # Hosts that failed last share these, so that the well have more.
ADDRESSED_AT_ONCE: Final = 20
SIGNERS: Final = 2
IDLE_SECONDS: Final = 1.0
RECORDED_AT_ONCE: Final = 200
ANSWER: Final = Limits(seconds=30, bytes_max=4 * 1024, is_cut=True)

Begin = Callable[[Ask], "Future[Answer]"]


class Try(Record):
    """A parcel on its way, signed in the last of `forms`."""

    parcel: Parcel
    signer: Signer
    forms: tuple[Form, ...]
    headers: Mapping[str, str] = field(default_factory=dict)
    wanted: Wanted | None = None


class Reply(Record):
    """What was answered to a try; no answer: `failure` says why."""

    attempt: Try
    answer: Answer | None
    failure: FetchFailed | None = None


@dataclass
class Courier:
    """One courier. Run as many as you like, on as many nodes as you like (PostgreSQL)."""

    kernel: Kernel
    begin: Begin
    writers: Mapping[str, Writer] = field(default_factory=lambda: WRITERS)
    dice: random.Random = field(default_factory=random.Random)
    at_once: int = AT_ONCE
    stopping: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._replies: SimpleQueue[Reply] = SimpleQueue()
        self._busy: Counter[str] = Counter()
        self._troubled = 0
        self._emojis = KeptEmojis()
        self._rings = KeyRings(self.kernel)
        self._pool = ThreadPoolExecutor(SIGNERS, thread_name_prefix="signing")
        settings = self.kernel.settings
        self._urls = Urls(settings.base_url)
        self._comparisons = Comparisons(self.kernel.db, self._urls)
        self._site = Site(self._urls, settings.host, settings.address_domain)

    def run_due(self) -> int:
        """Do one step, and wait for what it sent; return how much was done."""
        done = self.address() + self._send()
        while self._busy.total():
            done += self._take_replies(self._next_replies(seconds=None))
        return done

    def run_until_idle(self) -> int:
        """Do everything that is due now, and what that makes due; return how much it was."""
        total = 0
        while done := self.run_due():
            total += done
        return total

    def run_forever(self) -> None:
        """Work until `stop` is called; what is on its way then is waited for."""
        while not self.stopping.is_set():
            try:
                done = self.address() + self._send()
            except Exception:  # The edge: a database that is away for a while comes back.
                log.exception("the courier could not work")
                done = 0
            seconds = 0.0 if done and self._busy.total() < self.at_once else IDLE_SECONDS
            self._safely_take(seconds)
        while self._busy.total():
            self._safely_take(None)

    def run_beside(self, name: str) -> threading.Thread:
        """Work in a thread of this process, which does not keep the process alive."""
        thread = threading.Thread(target=self.run_forever, name=name, daemon=True)
        thread.start()
        return thread

    def stop(self) -> None:
        """Ask `run_forever` to return."""
        self.stopping.set()

    def _safely_take(self, seconds: float | None) -> None:
        replies = self._next_replies(seconds=seconds)
        try:
            self._take_replies(replies)
        except Exception:  # The edge: their leases end, and they are sent once more.
            log.exception("the courier could not note what was answered")

    def address(self) -> int:
        """Write and address what is owed, the oldest first; return how many sayings that was."""
        now = self.kernel.clock.now()
        held = claim_unaddressed(self.kernel.db, now=now, limit=ADDRESSED_AT_ONCE)
        for one in held:
            try:
                self._address_one(one)
            except Exception as error:  # The edge: one saying that cannot be written stops none.
                log.exception("a saying could not be addressed", kind=one.kind)
                with self.kernel.db.write.begin() as session:
                    note_fault(session, one, error, now=now)
        return len(held)

    def _address_one(self, held: Held) -> None:
        now, db = self.kernel.clock.now(), self.kernel.db
        has_more = held.is_written
        if not held.is_written:
            with db.read.begin() as session:
                connection = session.connection()
                book = self._emojis.book(connection, session.scalar(select(emojis_rev())) or 0)
                desk = Desk(session, self._site, Pen(self._urls, now, book))
                letter = write_letter(desk, held, self.writers)
            sender = held.sender_id
            followers = None if sender is None else f"{self._urls.actor(sender)}/followers"
            with db.write.begin() as session:
                has_more = keep_letter(session, held, letter, followers=followers, now=now)
        if has_more:
            self._address_all(held)

    def _address_all(self, held: Held) -> None:
        """Address a saying to all followers, page by page; most share inboxes with others."""
        now, db, known = self.kernel.clock.now(), self.kernel.db, set[str]()
        has_more = True
        while has_more:
            with db.read.begin() as session:
                page = next_page(session, held)
            if page is None:
                return
            fresh = set(page.inboxes) - known
            known |= fresh
            with db.write.begin() as session:
                has_more = address_more(session, held, page, fresh=fresh, now=now)

    def _send(self) -> int:
        room = Room(
            total=self.at_once - self._busy.total(),
            of_host=AT_ONCE_OF_HOST,
            of_troubled=AT_ONCE_OF_TROUBLED - self._troubled,
            busy=+self._busy,
        )
        parcels = claim_parcels(self.kernel.db, room, now=self.kernel.clock.now())
        signers = self._rings.signers({parcel.sender_id for parcel in parcels})
        for parcel in parcels:
            self._busy[parcel.host] += 1
            self._troubled += bool(parcel.known.failures)
            form = next_form((), status=None, known=parcel.known.form, has_query=_asks(parcel))
            assert form is not None, "there is always a first one"
            headers = self._comparisons.header(
                parcel.outgoing_id, parcel.sender_id, parcel.body, parcel.inbox
            )
            signer = signers[parcel.sender_id]
            self._pool.submit(self._try, Try(parcel, signer, (form,), headers))
        return len(parcels)

    def _try(self, attempt: Try) -> None:
        """Sign and ask, in a thread of the pool; the answer comes by the queue."""
        try:
            future = self.begin(self._ask(attempt))
        except Exception as error:  # The edge of a thread: a parcel never gets lost.
            log.exception("a delivery could not begin", host=attempt.parcel.host)
            self._replies.put(Reply(attempt, None, FetchFailed(repr(error))))
            return
        future.add_done_callback(lambda done: self._replies.put(_reply(attempt, done)))

    def _ask(self, attempt: Try) -> Ask:
        parcel, headers = attempt.parcel, {"Content-Type": ACTIVITY, **attempt.headers}
        message = Message.sent("POST", parcel.inbox, headers, body=parcel.body)
        now = self.kernel.clock.now()
        form = attempt.forms[-1]
        signed = sign(message, attempt.signer, form, now=now, wanted=attempt.wanted)
        return Ask(
            url=parcel.inbox,
            method="POST",
            headers=headers | signed,
            body=parcel.body,
            limits=ANSWER,
            follow=Follow.NONE,
        )

    def _next_replies(self, *, seconds: float | None) -> Sequence[Reply]:
        """Return what was answered; wait for the first so long, for ever if that is None."""
        replies: list[Reply] = []
        with suppress(Empty):
            is_waiting = seconds is None or seconds > 0
            replies.append(self._replies.get(is_waiting, seconds))
            while len(replies) < RECORDED_AT_ONCE:
                replies.append(self._replies.get_nowait())
        return replies

    def _take_replies(self, replies: Sequence[Reply]) -> int:
        final = [reply for reply in replies if not self._knocked_again(reply)]
        for reply in final:
            parcel = reply.attempt.parcel
            self._busy[parcel.host] -= 1
            self._troubled -= bool(parcel.known.failures)
        self._busy = +self._busy
        if final:
            self._record(final)
        return len(final)

    def _knocked_again(self, reply: Reply) -> bool:
        """Return whether the parcel is on its way again, signed in another form."""
        attempt, answer = reply.attempt, reply.answer
        if answer is None:
            return False
        form = next_form(
            attempt.forms,
            status=answer.status,
            known=attempt.parcel.known.form,
            has_query=_asks(attempt.parcel),
        )
        if form is None:
            return False
        wanted = read_wanted(answer.headers.get("accept-signature", "")) or attempt.wanted
        again = replace(attempt, forms=(*attempt.forms, form), wanted=wanted)
        self._pool.submit(self._try, again)
        return True

    def _record(self, replies: Sequence[Reply]) -> None:
        now = self.kernel.clock.now()
        judged = [(reply, self._judge(reply)) for reply in replies]
        failed = Counter(r.attempt.parcel.host for r, n in judged if n.verdict is Verdict.LATER)
        took = {r.attempt.parcel.host: r.attempt.forms[-1] for r, n in judged if _is_news(r, n)}
        with self.kernel.db.write.begin() as session:
            record(
                session,
                [Outcome(r.attempt.parcel, _status(r), n.at) for r, n in judged],
            )
            gone = {r.attempt.parcel.inbox for r, n in judged if n.verdict is Verdict.GONE}
            if gone:
                owe_looks(session, gone, now=now)
            for host, form in took.items():
                note_success(session, host, form=form, now=now)
            for host, count in failed.items():
                note_failure(session, host, now=now, count=count)
        for reply, after in judged:
            if after.verdict is not Verdict.DELIVERED:
                log.info(
                    "not delivered",
                    host=reply.attempt.parcel.host,
                    verdict=after.verdict.value,
                    status=_status(reply),
                    because=str(reply.failure or ""),
                    attempts=reply.attempt.parcel.attempts,
                )

    def _judge(self, reply: Reply) -> Next:
        if isinstance(reply.failure, NotAllowed):
            return Next(Verdict.REFUSED)  # By us: we do not go there.
        parcel = reply.attempt.parcel
        headers = {} if reply.answer is None else reply.answer.headers
        return next_attempt(
            _status(reply),
            attempts=parcel.attempts,
            now=self.kernel.clock.now(),
            dice=self.dice,
            retry_after=headers.get("retry-after"),
        )


def _reply(attempt: Try, done: "Future[Answer]") -> Reply:
    error = done.exception()
    if error is None:
        return Reply(attempt, done.result())
    known = error if isinstance(error, FetchFailed) else FetchFailed(repr(error))
    return Reply(attempt, None, known)


def _status(reply: Reply) -> int | None:
    return None if reply.answer is None else reply.answer.status


def _asks(parcel: Parcel) -> bool:
    return "?" in parcel.inbox


def _is_news(reply: Reply, after: Next) -> bool:
    """Return whether we learnt something of a host that answered properly."""
    known, form = reply.attempt.parcel.known, reply.attempt.forms[-1]
    is_other_form = after.verdict is Verdict.DELIVERED and form is not (known.form or Form.CAVAGE)
    return after.verdict is not Verdict.LATER and (known.failures > 0 or is_other_form)
