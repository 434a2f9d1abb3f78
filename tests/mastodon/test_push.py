"""Devices over HTTP: as three programs write them, changed, and gone with their token."""

from typing import Any

import pytest
from sqlalchemy import func, select

from app.core.pushkey import public_push_key
from app.notifications.push.models import PushSubscription
from app.notifications.push.names import ALERTS
from tests.mastodon.apps import Site
from tests.notifications.devices import AUTH, Phone, text_of

PATH = "/api/v1/push/subscription"
ENDPOINT = "https://push.example/device"


def written(phone: Phone, way: str) -> dict[str, Any]:
    """Return the device as programs write it: in JSON, or with brackets."""
    if way == "json":
        keys = {"p256dh": phone.point, "auth": text_of(AUTH)}
        device = {"endpoint": ENDPOINT, "keys": keys, "standard": True}
        return {"json": {"subscription": device, "data": {"alerts": {"mention": True}}}}
    fields = {
        "subscription[endpoint]": ENDPOINT,
        "subscription[keys][p256dh]": phone.point + "=",
        "subscription[keys][auth]": text_of(AUTH) + "==",
        "subscription[standard]": "true",
        "data[alerts][mention]": "true",
        "data[alerts][reblog]": "false",
    }
    return {"data": fields} if way == "form" else {"params": fields}


@pytest.mark.parametrize("way", ["json", "form", "query"])
def test_a_device_comes_changes_its_mind_and_goes(site: Site, way: str) -> None:
    ada, other = site.program("ada"), site.program("ada")
    made = ada.post(PATH, **written(Phone(), way))
    assert made.status_code == 200, made.text
    expected = {
        "id": made.json()["id"],
        "endpoint": ENDPOINT,
        "standard": True,
        "server_key": public_push_key(site.kernel.keyring),
        "alerts": {name: name == "mention" for name in ALERTS},
        "policy": "all",
    }
    assert made.json() == expected
    assert isinstance(made.json()["id"], int)
    assert ada.get(PATH).json() == expected
    assert other.get(PATH).status_code == 404, "each token has its own"
    changed = ada.put(PATH, data={"data[alerts][poll]": "1", "data[policy]": "followed"}).json()
    assert (changed["alerts"]["poll"], changed["alerts"]["mention"]) == (True, False)
    assert ada.patch(PATH, json={"policy": "none"}).json()["policy"] == "none"
    assert ada.put(PATH, json={"policy": "some"}).status_code == 422
    assert [ada.delete(PATH).json() for _ in range(2)] == [{}, {}]
    assert ada.get(PATH).status_code == 404


def test_it_goes_with_its_token_and_nonsense_is_refused(site: Site) -> None:
    ada = site.program("ada")
    ada.post(PATH, **written(Phone(), "json"))
    for bad in ({}, {"subscription": "x"}, {"subscription": {"endpoint": ENDPOINT, "keys": 1}}):
        answer = ada.post(PATH, json=bad)
        assert answer.status_code == 422
        assert answer.json()["error"].startswith("Validation failed: ")
    assert ada.get(PATH).status_code == 200, "the old one stays"
    with site.write() as session:
        from_here = select(func.count(PushSubscription.id))
        assert session.scalar(from_here) == 1
        assert (
            ada.headers["authorization"][7:]
            not in session.scalars(select(PushSubscription.sealed)).one()
        )
