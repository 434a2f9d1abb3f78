"""Schemathesis over the description of the co-op API, as nobody, a member and an officer."""

from typing import Any

import pytest

from app.http.openapi import PREFIX
from tests.coop_api.world import World
from tests.described import call_all
from tests.engines import ENGINES

EXAMPLES = {"sqlite": 8, "postgresql": 3}


STRANGE = ("0", "9" * 30, "x y", "\u202e")


def name_what_is_there(document: dict[str, Any], world: World) -> None:
    """Let the description name what stands in addresses: mostly what is there."""
    there = {
        "proposal_id": [str(id_) for id_ in world.proposals.values()],
        "order_id": [str(world.order_id)],
        "slug": ["terms", "bylaws", "admin", "treasurer"],
        "month": ["2026-11", "2026-10", "2026-13"],
    }
    for item in document["paths"].values():
        for operation in item.values():
            for given in operation.get("parameters", ()):
                if given["in"] == "path":
                    given["schema"] = {"enum": [*there.get(given["name"], ("1", "2")), *STRANGE]}


@pytest.mark.parametrize("world", ENGINES, indirect=True)
def test_whatever_fits_or_nearly_does_is_answered_as_described(world: World) -> None:
    programs = {who: world.everything(who) for who in ("nobody", "member", "officer")}
    document = programs["member"].get(f"{PREFIX}/openapi.json").json()
    name_what_is_there(document, world)
    engine = world.web.kernel.settings.database_url.partition(":")[0]
    told = call_all(document, programs, examples=EXAMPLES[engine])
    assert told["nobody"].keys() <= {400, 401, 404, 422}
    for who in ("member", "officer"):
        assert told[who].keys() >= {200, 404, 409, 422}
