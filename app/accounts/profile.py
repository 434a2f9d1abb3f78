"""What an account says about itself."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.events import ProfileChanged
from app.accounts.links import carried_over
from app.accounts.models import Account
from app.accounts.queries import accounts_by_handle, mention_path
from app.core.errors import Invalid, NotFound
from app.core.events import publish
from app.core.orm import lock
from app.core.records import Record, field
from app.core.words import say
from app.text.count import count_characters
from app.text.handles import Handle
from app.text.markup import render_line, render_post
from app.text.names import one_line
from app.text.scribe import Linking

NAME_MAX = 60
NOTE_MAX = 500
FIELDS_MAX = 4
FIELD_MAX = 255


class Profile(Record):
    """A profile as its owner hands it in; `fields` are pairs of a label and a value."""

    display_name: str = ""
    note: str = ""
    fields: tuple[tuple[str, str], ...] = field(default=())
    locked: bool = False
    bot: bool = False
    discoverable: bool = True
    indexable: bool = False


def update_profile(
    session: Session, account_id: int, profile: Profile, *, now: datetime, here: str | None = None
) -> Account:
    """Change what an account says about itself. `here` is our own domain. The row stays locked.

    Fields without a label and a value are left out.

    Raises: Invalid beyond the limits; NotFound.
    """
    _check(profile)
    account = lock(session, Account, account_id)
    if account is None:
        raise NotFound(say("There is no such person."))
    account.display_name = one_line(profile.display_name, limit=NAME_MAX)
    account.note = profile.note.strip()
    account.note_html = _note_html(session, account.note, here=here)
    lines = [_field(label, value) for label, value in profile.fields if label or value]
    account.fields = carried_over(lines, account.fields)
    for name in ("locked", "bot", "discoverable", "indexable"):
        setattr(account, name, getattr(profile, name))
    account.rev += 1
    publish(session, ProfileChanged(account_id, now))
    return account


def _check(profile: Profile) -> None:
    if len(profile.note) > NOTE_MAX * 20 or count_characters(profile.note) > NOTE_MAX:
        long = say("Say it in at most {count} characters.", count=NOTE_MAX)
        raise Invalid(long, note=long)
    if len(one_line(profile.display_name, limit=NAME_MAX + 1)) > NAME_MAX:
        long = say("A name has at most {count} characters.", count=NAME_MAX)
        raise Invalid(long, display_name=long)
    if len(profile.fields) > FIELDS_MAX:
        many = say("A profile has at most {count} extra lines.", count=FIELDS_MAX)
        raise Invalid(many, fields=many)
    for label, value in profile.fields:
        if max(len(label), len(value)) > FIELD_MAX:
            long = say("An extra line has at most {count} characters.", count=FIELD_MAX)
            raise Invalid(long, fields=long)


def _note_html(session: Session, note: str, *, here: str | None) -> str:
    handles = render_post(note).handles
    known = accounts_by_handle(session, handles, here=here)

    def mention_url(handle: Handle) -> str | None:
        account = known.get(handle.key)
        return None if account is None else mention_path(account)

    return render_post(note, linking=Linking(mention_url)).html


def _field(label: str, value: str) -> dict[str, str]:
    name, words = one_line(label, limit=FIELD_MAX), one_line(value, limit=FIELD_MAX)
    return {"name": name, "value": words, "html": render_line(words)}
