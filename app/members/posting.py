"""How a member likes to post, where a program leaves it open."""

from dataclasses import asdict, dataclass

from app.members.models import Member

KEY = "posting"


@dataclass(frozen=True, slots=True)
class PostingTaste:
    """The visibility by its name in the client API, and so on."""

    visibility: str = "public"
    sensitive: bool = False
    language: str | None = None
    quotes: str = "public"  # Who may quote: public, followers, nobody.


def posting_taste(member: Member) -> PostingTaste:
    """Return how the member likes to post."""
    known = member.settings.get(KEY, {})
    return PostingTaste(**{name: known[name] for name in known if name in asdict(PostingTaste())})


def set_posting_taste(member: Member, taste: PostingTaste) -> None:
    """Keep how the member likes to post."""
    member.settings = {**member.settings, KEY: asdict(taste)}
