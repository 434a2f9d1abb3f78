"""How a member likes to post, where a program leaves it open."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.core.errors import Invalid
from app.core.orm import BigInt
from app.core.prepared import Prepared
from app.core.records import Record, asdict
from app.core.words import say
from app.members.models import Member
from app.text.handles import normal_domain

KEY: Final = "posting"


class PostingTaste(Record):
    """The visibility by its name in the client API, and so on."""

    visibility: str = "public"
    sensitive: bool = False
    language: str | None = None
    quotes: str = "public"  # Who may quote: public, followers, nobody.


def posting_taste(member: Member) -> PostingTaste:
    """Return how the member likes to post."""
    return taste_in(member.settings)


_SETTINGS = Prepared(
    select(Member.settings).where(Member.id == bindparam("member_id", type_=BigInt))
)


def posting_taste_of(session: Session, member_id: int) -> PostingTaste:
    """Return how a member likes to post, of whom nothing else is asked."""
    ((settings,),) = _SETTINGS.within(session, {"member_id": member_id})
    return taste_in(settings)


def taste_in(settings: Mapping[str, Any]) -> PostingTaste:
    """Return how a member with these settings likes to post."""
    known = settings.get(KEY, {})
    return PostingTaste(**{name: known[name] for name in known if name in asdict(PostingTaste())})


def set_posting_taste(member: Member, taste: PostingTaste) -> None:
    """Keep how the member likes to post."""
    member.settings = {**member.settings, KEY: asdict(taste)}


ATTRIBUTION: Final = "attribution_domains"
ATTRIBUTED_MAX: Final = 10


def attribution_domains(settings: Mapping[str, Any]) -> Sequence[str]:
    """Return the sites that may name a member with these settings as the author of a page."""
    return tuple(settings.get(ATTRIBUTION, ()))


def set_attribution_domains(member: Member, domains: Iterable[str]) -> None:
    """Keep which sites may name the member as an author.

    Raises: Invalid if one is no domain, or if they are too many.
    """
    wanted = [domain.strip() for domain in domains if domain.strip()]
    known = dict.fromkeys(normal_domain(domain) for domain in wanted)
    if None in known or len(known) > ATTRIBUTED_MAX:
        fault = say("Name up to {n} sites, such as blog.example.", n=ATTRIBUTED_MAX)
        raise Invalid(fault, attribution_domains=fault)
    member.settings = {**member.settings, ATTRIBUTION: list(known)}
