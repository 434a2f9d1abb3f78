"""How far one has read, and how one likes to read. Source: mastodon-api.md 4.1, 4.5, 9.2."""

from typing import Any, Final

from sqlalchemy.orm import Session
from starlette.responses import Response

from app.core.errors import Invalid
from app.core.words import say
from app.http.deps import ClockDep, ReaderDep, SessionDep
from app.mastodon.answers import json
from app.mastodon.params import Params, ParamsDep
from app.mastodon.routes import mastodon_router
from app.mastodon.tools import Author, OwnAccount, OwnStatuses
from app.mastodon.values import moment, read_id
from app.members.actor import Actor
from app.members.posting import posting_taste_of
from app.statuses.markers import Place, Reading, read_marker, set_marker

router = mastodon_router()
base: Final = "/api/v1/markers"


@router.get(base)
def get_markers(params: ParamsDep, actor: OwnStatuses, session: ReaderDep) -> Response:
    """Show how far the member has read the lists that are asked for."""
    asked = params.texts("timeline")
    names = [name for name in Reading if name in asked]
    return json(_places(session, actor, names))


@router.post(base)
def set_markers(
    params: ParamsDep, actor: Author, session: SessionDep, clock: ClockDep
) -> Response:
    """Keep how far the member has read; they may also go back."""
    sent = {name: last for name in Reading if (last := _last_read(params, name)) is not None}
    for name, last_read_id in sent.items():
        set_marker(session, actor.account_id, name, at=last_read_id, now=clock.now())
    session.flush()
    return json(_places(session, actor, list(sent)))


@router.get("/api/v1/preferences")
def get_preferences(actor: OwnAccount, session: ReaderDep) -> Response:
    """Show how the member likes to post and to read."""
    taste = posting_taste_of(session, actor.member_id)
    return json(
        {
            "posting:default:visibility": taste.visibility,
            "posting:default:sensitive": taste.sensitive,
            "posting:default:language": taste.language,
            "posting:default:quote_policy": taste.quotes,
            "reading:expand:media": "default",
            "reading:expand:spoilers": False,
            "reading:autoplay:gifs": False,
        }
    )


def _last_read(params: Params, name: Reading) -> int | None:
    sent = params.get(name)
    if not isinstance(sent, dict) or "last_read_id" not in sent:
        return None
    found = read_id(sent["last_read_id"])
    if found is None:
        raise Invalid(say("{name} is not an id", name="last_read_id"))
    return found


def _places(session: Session, actor: Actor, names: list[Reading]) -> dict[str, Any]:
    connection = session.connection()
    found = {name: read_marker(connection, actor.account_id, name) for name in names}
    return {name.value: _values(place) for name, place in found.items() if place is not None}


def _values(place: Place) -> dict[str, Any]:
    return {
        "last_read_id": str(place.last_read_id),
        "version": place.version,
        "updated_at": moment(place.updated_at),
    }
