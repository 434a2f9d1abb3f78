"""The door of the inboxes: what is let in was said by its actor, and is kept before we answer.

What costs nothing is asked first, what asks another site last. Source: federation.md 5.3, 8.
"""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from app.core.gathering import Gathering
from app.core.kernel import Kernel
from app.core.net import open_net
from app.core.records import Record
from app.federation.activitystreams.activities import Activity, ActivityKind, read_activity
from app.federation.activitystreams.documents import Unreadable, read_document
from app.federation.asking import open_fetcher, own_hosts
from app.federation.authority import NotTheirs, Source, is_ours, signer_of, verify
from app.federation.inbox.receiving import Brought, keep_received
from app.federation.inbox.senders import NoKey, Sender, Senders
from app.federation.mediatypes import is_for_inboxes
from app.federation.signatures.claims import Claim
from app.federation.signatures.faults import BadSignature, Fault
from app.federation.signatures.messages import Message
from app.federation.signatures.reading import read_claim
from app.http.declined import TooMany
from app.http.limits import By, Limiter, Quota, headers_of
from app.text.hosts import host_of_uri

OF_SITE: Final = Quota(1_200, timedelta(minutes=1), By.FIELD)  # Also from one address.
WAIT: Final = {"Retry-After": "300"}


class Declined(Exception):
    """Nothing is taken; `status` and the text are told to whoever sent it."""

    def __init__(self, status: int, text: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(text)
        self.status = status
        self.headers = headers


class Parcel(Record, kw_only=True):
    """A request as it came: `caller` is its network, `recipient` whose own inbox it came to."""

    message: Message
    caller: str
    recipient: int | None = None


class InboxDoor:
    """Lets activities in. One for each process."""

    def __init__(self, kernel: Kernel, senders: Senders, limiter: Limiter) -> None:
        self._kernel = kernel
        self._here = own_hosts(kernel)
        self._senders = senders
        self._limiter = limiter
        self._gathering = Gathering[Brought](kernel.db.write, keep_received)

    async def receive(self, parcel: Parcel) -> ActivityKind:
        """Take an activity in; when this returns it is committed, or is of no use to anybody.

        Raises: Declined; TooMany.
        """
        claim, host = self._claimed(parcel)
        activity = _read(parcel.message, self._kernel)
        if activity.kind in (ActivityKind.NOISE, ActivityKind.OTHER):
            return activity.kind
        known = await self._senders.known(claim.key_id, host)
        if known.treatment.is_refused:
            raise Declined(403, "This site does not speak with yours.")
        if known.sender is None and await self._is_farewell(activity):
            return activity.kind
        sender = await self._proven(claim, known.sender, parcel)
        if sender.is_suspended:
            raise Declined(403, "This account is suspended here.")
        self._check_authority(activity, sender)
        brought = Brought(
            uri=activity.id,
            signer=sender.uri,
            kind=activity.type_name,
            body=parcel.message.body,
            recipient=parcel.recipient,
            at=self._kernel.clock.now(),
        )
        await asyncio.wrap_future(self._gathering.bring(brought))
        return activity.kind

    async def asker(self, parcel: Parcel) -> Sender:
        """Return who signed a question. Raises: Declined; TooMany."""
        claim, host = self._signed(parcel)
        known = await self._senders.known(claim.key_id, host)
        if known.treatment.is_refused:
            raise Declined(403, "This site does not speak with yours.")
        return await self._proven(claim, known.sender, parcel)

    def _claimed(self, parcel: Parcel) -> tuple[Claim, str]:
        """Return who claims to have signed an activity, and the host of their key."""
        content_type = parcel.message.headers.get("content-type", ("",))[0]
        if not is_for_inboxes(content_type):
            raise Declined(415, "Send application/activity+json.")
        return self._signed(parcel)

    def _signed(self, parcel: Parcel) -> tuple[Claim, str]:
        """Return who claims to have signed, and the host of their key."""
        try:
            claim = read_claim(parcel.message, now=self._kernel.clock.now())
        except BadSignature as why:
            raise Declined(401, str(why)) from None
        host = host_of_uri(claim.key_id)
        if host is None or is_ours(claim.key_id, self._here):
            raise Declined(401, Fault.KEY)
        for what, name in (("site", host), ("caller", parcel.caller)):
            self._count(what, name)
        return claim, host

    def _count(self, what: str, name: str) -> None:
        if self._kernel.settings.test_open:
            return
        now = self._kernel.clock.now()
        verdict = self._limiter.hit(("inbox", what, name), OF_SITE, now=now)
        if not verdict.is_allowed:
            raise TooMany(verdict.wait, headers_of(verdict))

    async def _is_farewell(self, activity: Activity) -> bool:
        """Return whether somebody whom nobody here knows says that they are gone.

        Sites tell all sites that they know; the key cannot be had any more, and nothing is lost.
        """
        is_self = activity.kind is ActivityKind.DELETE and activity.object_uri in activity.actors
        return is_self and not await self._senders.is_known(activity.actors[0])

    async def _proven(self, claim: Claim, known: Sender | None, parcel: Parcel) -> Sender:
        """Return who signed, by the key that is known or else by the one that their site gives."""
        try:
            if known is not None and claim.is_by(known.key):
                return known
            found = await self._senders.fetched(
                claim.key_id, caller=parcel.caller, is_again=known is not None
            )
            if claim.is_by(found.key):
                return found
        except NoKey as why:
            raise Declined(401, str(why), WAIT) from None
        except BadSignature as why:
            raise Declined(401, str(why)) from None
        raise Declined(401, Fault.WRONG)

    def _check_authority(self, activity: Activity, sender: Sender) -> None:
        """Decline what the signer may not say; what they only pass on is theirs to pass on."""
        actor = signer_of(activity, sender.uri)
        if actor is None:
            return
        try:
            verify(activity, actor=actor, source=Source.SIGNED, here=self._here)
        except NotTheirs as why:
            raise Declined(403, f"This is not yours to say: {why}.") from None


def open_door(kernel: Kernel, limiter: Limiter) -> InboxDoor:
    """Return the door of this process; nothing is asked or begun yet."""
    fetcher = open_fetcher(kernel, open_net(kernel.settings))
    return InboxDoor(kernel, Senders(kernel.db, kernel.clock, fetcher, limiter), limiter)


def _read(message: Message, kernel: Kernel) -> Activity:
    try:
        return read_activity(read_document(message.body), now=kernel.clock.now())
    except Unreadable as why:
        raise Declined(400, f"This cannot be read: {why}.") from None
