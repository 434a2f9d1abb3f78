"""Devices that want to be told. Source: mastodon-api.md 4.7, 8, 9.3."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.responses import Response

from app.core.errors import Invalid
from app.core.kernel import Kernel
from app.core.pushkey import public_push_key
from app.core.words import say
from app.http.deps import KernelDep, ReaderDep, SessionDep
from app.mastodon.answers import json, nothing
from app.mastodon.gate import token_of, user
from app.mastodon.params import Params, ParamsDep
from app.mastodon.routes import mastodon_router
from app.mastodon.values import read_flag
from app.members.actor import Actor
from app.notifications.push.models import PushSubscription
from app.notifications.push.names import ALERTS, PushPolicy
from app.notifications.push.subscriptions import (
    Device,
    Owner,
    Wishes,
    change_wishes,
    subscribe,
    subscription_of,
    unsubscribe,
)
from app.oauth.callers import Caller

router = mastodon_router()
PATH = "/api/v1/push/subscription"
Reader = Annotated[Actor, user("push")]


async def owner_of(request: Request) -> Owner:
    """Return whose token came; the gate has looked at it before."""
    caller: Caller = request.state.caller
    token = await token_of(request)
    assert token is not None
    assert caller.actor is not None
    return Owner(caller.token_id, token, caller.actor.account_id)


OwnerDep = Annotated[Owner, Depends(owner_of)]


@router.post(PATH)
def post_subscription(
    _reader: Reader, owner: OwnerDep, params: ParamsDep, session: SessionDep, kernel: KernelDep
) -> Response:
    """Register the device of this token, in place of the one before."""
    made = subscribe(
        session,
        kernel.keyring,
        owner,
        _device(params),
        wishes=_wishes(params),
        may_be_plain=bool(kernel.settings.test_allow),
        now=kernel.clock.now(),
    )
    return json(_entity(made, kernel))


@router.get(PATH)
def get_subscription(
    _reader: Reader, owner: OwnerDep, session: ReaderDep, kernel: KernelDep
) -> Response:
    """Describe the device of this token."""
    return json(_entity(subscription_of(session, owner.token_id), kernel))


@router.change(PATH)
def put_subscription(
    _reader: Reader, owner: OwnerDep, params: ParamsDep, session: SessionDep, kernel: KernelDep
) -> Response:
    """Keep what the device wants to be told of from now on."""
    changed = change_wishes(session, owner.token_id, _wishes(params))
    return json(_entity(changed, kernel))


@router.delete(PATH)
def delete_subscription(_reader: Reader, owner: OwnerDep, session: SessionDep) -> Response:
    """Forget the device of this token, if there is one."""
    unsubscribe(session, owner.token_id)
    return nothing()


def _device(params: Params) -> Device:
    given = _nested(params, "subscription")
    keys = _nested(given, "keys")
    return Device(
        endpoint=str(given.get("endpoint") or ""),
        point=str(keys.get("p256dh") or ""),
        auth=str(keys.get("auth") or ""),
        is_standard=read_flag(given.get("standard") or False),
    )


def _wishes(params: Params) -> Wishes:
    data = _nested(params, "data")
    alerts = data.get("alerts")
    wanted = alerts if isinstance(alerts, dict) else None
    return Wishes(
        alerts=None
        if wanted is None
        else {name: read_flag(wanted.get(name) or False) for name in ALERTS},
        policy=_policy(data.get("policy") or params.text("policy")),
    )


def _policy(text: Any) -> PushPolicy | None:
    try:
        return PushPolicy(str(text)) if text else None
    except ValueError:
        raise Invalid(say("Policy is not one that we know")) from None


def _nested(values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = values.get(name)
    return found if isinstance(found, dict) else {}


def _entity(row: PushSubscription, kernel: Kernel) -> dict[str, Any]:
    """Return a WebPushSubscription. Its id is a number, as the original writes it."""
    return {
        "id": row.id,
        "endpoint": row.endpoint,
        "standard": row.standard,
        "server_key": public_push_key(kernel.keyring),
        "alerts": {name: bool(row.alerts.get(name)) for name in ALERTS},
        "policy": row.policy.value,
    }
