"""Writing: the composer's page, and changing a post.

Without a script, a picture is added by sending the form: it comes back with the picture in it.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from fastapi import Request
from pydantic import Field, field_validator
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.accounts.models import Account
from app.core.crypto import new_secret
from app.core.errors import AppError, Forbidden, Invalid, NotFound
from app.core.records import Record, replace
from app.core.shapes import Shape
from app.core.words import say
from app.http.access import MemberDep, ShellDep
from app.http.deps import ClockDep, KernelDep, ReaderDep, SessionDep
from app.http.filled import Filled, filled_with
from app.http.forms import Sent, SentDep
from app.http.limits import limit
from app.http.media import PicturesDep
from app.http.pages import after_post, page_router, render
from app.http.rows import Audience
from app.media.faults import SENTENCES
from app.media.kinds import MediaKind
from app.media.models import DESCRIPTION_MAX, MediaFile, MediaState
from app.media.service import describe
from app.members.actor import Actor
from app.members.consent import may_post
from app.members.posting import posting_taste_of
from app.relationships.queries import count_followers
from app.statuses.own import written_in
from app.statuses.polls.rules import OPTIONS_MAX, Asking
from app.statuses.queries import own_draft, visible_status
from app.statuses.quotes.rules import QuotePolicy
from app.statuses.quotes.service import set_policies
from app.statuses.service.drafts import discard_draft, save_draft, writing_of
from app.statuses.service.edit import Caption, edit_status
from app.statuses.service.publish import publish_status
from app.statuses.service.schedule import schedule_status
from app.statuses.writing import CHARACTERS_MAX, PICTURES_MAX, ContentType, Writing
from app.web.drafts import read_when
from app.web.languages import CODES, LANGUAGES
from app.web.polls import around_poll, asking_of, fields_of
from app.web.shown import AUDIENCE_OF, VISIBILITY_OF

router = page_router()

PAGE: Final = "web/compose.html"
FOCI: Final = {
    "middle": (0, 0),
    "top": (0, 800),
    "bottom": (0, -800),
    "left": (-800, 0),
    "right": (800, 0),
}


class Press(StrEnum):
    """Which button was pressed."""

    POST = "post"
    ANYWAY = "anyway"  # Post although a picture has no description.
    DRAFT = "draft"
    ADD = "add"  # Take the pictures in, and go on writing.


class Reminder(Invalid):
    """A word about what was written, on a page that is shown again; nothing was refused."""


class ComposeForm(Shape):
    """A post as it comes from the page."""

    words: str = ""
    warning: str = ""
    audience: Audience = Audience.PUBLIC
    language: str | None = None
    markdown: bool = False
    sensitive: bool = False
    answers: int | None = None
    quotes: int | None = None
    quotable: QuotePolicy | None = None
    media: list[int] = Field(default_factory=list, max_length=PICTURES_MAX)
    option: list[str] = Field(default_factory=list, max_length=OPTIONS_MAX)
    lasts: str = ""
    multiple: bool = False
    hide_totals: bool = False
    when: str = ""
    draft: int | None = None
    key: str | None = Field(default=None, max_length=100)
    press: Press = Press.POST

    @field_validator("language")
    @classmethod
    def _known(cls, value: str | None) -> str | None:
        return value if value in CODES else None

    def writing(
        self, media_ids: Sequence[int], *, usual: QuotePolicy = QuotePolicy.PUBLIC
    ) -> Writing:
        """Return what the domain calls a writing; `usual` is who may quote, if it is not said."""
        return Writing(
            text=self.words,
            content_type=ContentType.MARKDOWN if self.markdown else ContentType.PLAIN,
            spoiler=self.warning,
            sensitive=self.sensitive,
            language=self.language,
            visibility=VISIBILITY_OF[self.audience],
            in_reply_to_id=self.answers,
            media_ids=tuple(media_ids),
            poll=self.asking,
            quoted_id=self.quotes,
            quote_policy=self.quotable or usual,
        )

    @property
    def asking(self) -> Asking | None:
        """The poll, if any answer was filled in."""
        return asking_of(
            self.option,
            lasts=self.lasts,
            multiple=self.multiple,
            hide_totals=self.hide_totals,
        )


class Answered(Record):
    """The post that is being answered, or quoted."""

    id: int
    name: str
    warning: str
    text: str


class Desk(Record):
    """What the composer's page shows around the form."""

    pictures: Sequence[MediaFile]
    answered: Answered | None
    quoted: Answered | None
    followers: int
    may_post: bool


def desk_of(
    session: Session,
    actor: Actor,
    *,
    now: Any,
    media_ids: Sequence[int] = (),
    answers: int | None = None,
    quotes: int | None = None,
) -> Desk:
    """Return the pictures and the answered post that belong to a form."""
    return Desk(
        pictures=own_pictures(session, actor, media_ids),
        answered=None if answers is None else _answered(session, actor, answers),
        quoted=None if quotes is None else _answered(session, actor, quotes),
        followers=count_followers(session, actor.account_id),
        may_post=may_post(session, actor.member_id, now),
    )


def _answered(session: Session, actor: Actor, status_id: int) -> Answered:
    status = visible_status(session, actor.account_id, status_id)
    author = session.get_one(Account, status.account_id)
    return Answered(status.id, author.name, status.spoiler, status.text)


def own_pictures(session: Session, actor: Actor, ids: Sequence[int]) -> Sequence[MediaFile]:
    """Return those of the pictures that are the actor's, in the order given."""
    mine = (MediaFile.account_id == actor.account_id, MediaFile.kind == MediaKind.PICTURE)
    found = {
        m.id: m for m in session.scalars(select(MediaFile).where(MediaFile.id.in_(ids), *mine))
    }
    return [found[id_] for id_ in ids if id_ in found]


def around(desk: Desk, options: Sequence[str] = (), **more: Any) -> dict[str, Any]:
    """Return what the template needs beside the form."""
    return {
        "desk": desk,
        "languages": LANGUAGES,
        "characters_max": CHARACTERS_MAX,
        "pictures_max": PICTURES_MAX,
        "description_max": DESCRIPTION_MAX,
        "foci": tuple(FOCI),
        "key": new_secret(),
        "sentences": SENTENCES,
        "edits": None,
        **around_poll(options),
    } | more


@router.get("/compose")
def show_composer(
    request: Request,
    actor: MemberDep,
    session: ReaderDep,
    clock: ClockDep,
    answers: int | None = None,
    draft: int | None = None,
    quotes: int | None = None,
    text: str = "",
) -> Response:
    """Show an empty page to write on, or a draft."""
    writing, draft_id = _begun(session, actor, text, answers=answers, quotes=quotes), None
    if draft is not None:
        kept = own_draft(session, actor.account_id, draft)
        writing, draft_id = writing_of(kept), kept.id
    if writing.in_reply_to_id is not None and draft is None:
        writing = _as_answer(session, actor, writing)
    desk = desk_of(
        session,
        actor,
        now=clock.now(),
        media_ids=writing.media_ids,
        answers=writing.in_reply_to_id,
        quotes=writing.quoted_id,
    )
    form = form_of(writing, draft=draft_id)
    options = writing.poll.options if writing.poll else ()
    return render(request, PAGE, form=form, **around(desk, options))


def _begun(
    session: Session, actor: Actor, text: str, *, answers: int | None, quotes: int | None
) -> Writing:
    return Writing(
        text=text[:CHARACTERS_MAX],
        in_reply_to_id=answers,
        quoted_id=quotes,
        quote_policy=_usual_policy(session, actor),
    )


def _as_answer(session: Session, actor: Actor, writing: Writing) -> Writing:
    """Begin an answer with the audience of what it answers and its author's name."""
    assert writing.in_reply_to_id is not None
    answered = visible_status(session, actor.account_id, writing.in_reply_to_id)
    author = session.get_one(Account, answered.account_id)
    named = "" if author.id == actor.account_id else f"@{author.username} "
    return replace(
        writing,
        text=named + writing.text,
        visibility=answered.visibility,
        spoiler=answered.spoiler,
        language=answered.language,
    )


def form_of(writing: Writing, *, draft: int | None = None) -> Filled:
    """Return a form that shows a writing."""
    return filled_with(
        words=writing.text,
        warning=writing.spoiler,
        audience=AUDIENCE_OF[writing.visibility],
        language=writing.language,
        markdown=writing.content_type is ContentType.MARKDOWN,
        sensitive=writing.sensitive and not writing.spoiler,
        answers=writing.in_reply_to_id,
        quotes=writing.quoted_id,
        quotable=writing.quote_policy,
        draft=draft,
        **fields_of(writing.poll),
    )


@router.post("/compose", dependencies=[limit("post")])
def compose(
    request: Request,
    sent: SentDep,
    actor: MemberDep,
    received: PicturesDep,
    session: SessionDep,
    kernel: KernelDep,
    shell: ShellDep,
) -> Response:
    """Publish what was written, keep it for later, or take pictures in and show it again."""
    now = kernel.clock.now()
    form, fault = _read(sent)
    media_ids = _few([*form.media, *received.media_ids])
    fault = fault or received.fault
    if fault is None:
        try:
            _describe(session, sent, actor, form.media)
            if reminder := _reminder(session, actor, form, media_ids):
                return _again(sent, session, actor, form, media_ids, reminder, now=now)
            # What is refused half-way, such as a picture that is gone, leaves nothing behind.
            with session.begin_nested():
                if form.press is Press.DRAFT:
                    writing = _writing(session, actor, form, media_ids)
                    save_draft(session, actor, writing, now=now, draft_id=form.draft)
                    return after_post(request, to="/drafts", said=say("It is kept for later."))
                if at := read_when(form.when, shell.zone):
                    return _schedule(request, session, actor, form, media_ids, at=at, now=now)
                return _publish(request, session, actor, form, media_ids, kernel=kernel)
        except (Invalid, Forbidden, NotFound) as refusal:
            fault = refusal
    return _again(sent, session, actor, form, media_ids, fault, now=now)


def _read(sent: Sent) -> tuple[ComposeForm, AppError | None]:
    try:
        return sent.read(ComposeForm), None
    except Invalid as fault:
        return ComposeForm(words=sent.text("words")), fault


def _few(media_ids: Sequence[int]) -> list[int]:
    return list(dict.fromkeys(media_ids))[:PICTURES_MAX]


def _describe(session: Session, sent: Sent, actor: Actor, media_ids: Sequence[int]) -> None:
    """Keep what the form says about the pictures that it already shows."""
    for picture in own_pictures(session, actor, media_ids):
        said = _caption(sent, picture.id)
        me = actor.account_id
        describe(session, me, said.media_id, description=said.description, focus=said.focus)


def _caption(sent: Sent, media_id: int) -> Caption:
    description, focus = sent.text(f"description-{media_id}"), sent.text(f"focus-{media_id}")
    return Caption(media_id, description, FOCI.get(focus))


def _reminder(
    session: Session, actor: Actor, form: ComposeForm, media_ids: Sequence[int]
) -> AppError | None:
    """Return what stands between the form and its post: a word to add, not a fault."""
    if form.press is Press.ADD:
        return Reminder("")
    pictures = own_pictures(session, actor, media_ids)
    if unready := _unready(pictures):
        return unready
    if form.press is Press.POST and any(not picture.description for picture in pictures):
        return Reminder(
            say("One file has no description. Describe it for those who do not see or hear it?")
        )
    return None


def _unready(pictures: Sequence[MediaFile]) -> Reminder | None:
    """Return why one of the files cannot be posted now, if that is so."""
    for picture in pictures:
        if picture.fault is not None:
            return Reminder(SENTENCES[picture.fault])
        if picture.state is MediaState.WAITING:
            return Reminder(
                say("A film or a sound is being prepared. Press the button again in a moment.")
            )
    return None


def _writing(
    session: Session, actor: Actor, form: ComposeForm, media_ids: Sequence[int]
) -> Writing:
    return form.writing(media_ids, usual=_usual_policy(session, actor))


def _usual_policy(session: Session, actor: Actor) -> QuotePolicy:
    return QuotePolicy(posting_taste_of(session, actor.member_id).quotes)


def _publish(
    request: Request,
    session: Session,
    actor: Actor,
    form: ComposeForm,
    media_ids: Sequence[int],
    *,
    kernel: KernelDep,
) -> Response:
    status = publish_status(
        session,
        actor,
        _writing(session, actor, form, media_ids),
        now=kernel.clock.now(),
        here=kernel.settings.address_domain,
        key=form.key,
    )
    if form.draft is not None:
        discard_draft(session, actor, form.draft, now=kernel.clock.now())
    author = session.get_one(Account, actor.account_id)
    to = "/home" if form.answers is None else f"/@{author.username}/{status.id}"
    return after_post(request, to=to, said=say("Your post is out."))


def _schedule(
    request: Request,
    session: Session,
    actor: Actor,
    form: ComposeForm,
    media_ids: Sequence[int],
    *,
    at: datetime,
    now: datetime,
) -> Response:
    writing = _writing(session, actor, form, media_ids)
    schedule_status(session, actor, writing, at=at, now=now, key=form.key)
    if form.draft is not None:
        discard_draft(session, actor, form.draft, now=now)
    return after_post(request, to="/drafts", said=say("It goes out when its time has come."))


def _again(
    sent: Sent,
    session: Session,
    actor: Actor,
    form: ComposeForm,
    media_ids: Sequence[int],
    fault: AppError,
    *,
    now: Any,
) -> Response:
    """Show the composer again, with its pictures; only what is said about them was saved."""
    try:
        answers, quotes = form.answers, form.quotes
        desk = desk_of(
            session, actor, now=now, media_ids=media_ids, answers=answers, quotes=quotes
        )
    except NotFound:
        desk = desk_of(session, actor, now=now, media_ids=media_ids)
    remind = form.press is Press.POST
    context = around(desk, form.option, key=form.key or new_secret(), remind=remind)
    faults = fault.fields if isinstance(fault, Invalid) else {}
    status_code = 200 if isinstance(fault, Reminder) else 422
    shown = Filled(sent.values, faults, fault.message or None)
    return render(sent.request, PAGE, status_code=status_code, form=shown, **context)


@router.get("/posts/{status_id}/edit")
def show_edit(
    request: Request, actor: MemberDep, session: ReaderDep, clock: ClockDep, status_id: int
) -> Response:
    """Show a post of one's own, to change it."""
    writing = written_in(session, actor, status_id)
    desk = desk_of(session, actor, now=clock.now(), media_ids=writing.media_ids)
    options = writing.poll.options if writing.poll else ()
    context = around(desk, options, edits=status_id)
    return render(request, PAGE, form=form_of(writing), **context)


@router.post("/posts/{status_id}/edit", dependencies=[limit("post")])
def edit(
    request: Request,
    sent: SentDep,
    actor: MemberDep,
    received: PicturesDep,
    session: SessionDep,
    kernel: KernelDep,
    status_id: int,
) -> Response:
    """Change a post; the older wording stays readable."""
    form, fault = _read(sent)
    media_ids = _few([*form.media, *received.media_ids])
    fault = fault or received.fault
    if fault is None and form.press is Press.ADD:
        fault = Invalid("")
    fault = fault or _unready(own_pictures(session, actor, media_ids))
    if fault is None:
        try:
            with session.begin_nested():  # All of the change or nothing.
                edit_status(
                    session,
                    actor,
                    status_id,
                    form.writing(media_ids),
                    now=kernel.clock.now(),
                    here=kernel.settings.address_domain,
                    captions=[_caption(sent, media_id) for media_id in form.media],
                )
                set_policies(session, actor, status_id, quotes=form.quotable)
            author = session.get_one(Account, actor.account_id)
            to = f"/@{author.username}/{status_id}"
            return after_post(request, to=to, said=say("Changed. The older wording is kept."))
        except (Invalid, Forbidden) as refusal:
            fault = refusal
    desk = desk_of(session, actor, now=kernel.clock.now(), media_ids=media_ids)
    return sent.again(PAGE, fault, **around(desk, form.option, edits=status_id))
