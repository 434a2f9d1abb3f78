"""A post as apps send it, read into what the domain calls a writing.

Source: mastodon-api.md 4.3, `POST v1/statuses`.
"""

from datetime import timedelta
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field

from app.core.errors import Invalid
from app.core.records import replace
from app.core.shapes import Shape
from app.core.words import say
from app.mastodon.values import Flag, Id, Ids, MaybeId, Text, Texts, listed
from app.media.words import read_focus
from app.members.posting import PostingTaste
from app.statuses.polls.rules import Asking, tidied
from app.statuses.quotes.rules import QuotePolicy
from app.statuses.service.edit import Caption
from app.statuses.visibility import ReplyAudience, Visibility
from app.statuses.writing import ContentType, Writing

VISIBILITIES: Final = {
    "public": Visibility.PUBLIC,
    "unlisted": Visibility.UNLISTED,
    "private": Visibility.FOLLOWERS,
    "direct": Visibility.DIRECT,
    "local": Visibility.LOCAL,
}
CONTENT_TYPES: Final = {
    "text/plain": ContentType.PLAIN,
    "text/markdown": ContentType.MARKDOWN,
}
MIME_OF: Final = {content_type: mime for mime, content_type in CONTENT_TYPES.items()}
LANGUAGE_MAX: Final = 20
SECONDS_MAX: Final = 2**31


# Our own addition: who may answer a post.
ANSWERS: Final = {
    "public": ReplyAudience.EVERYONE,
    "followers": ReplyAudience.FOLLOWERS,
    "mentioned": ReplyAudience.MENTIONED,
}


def read_reply_policy(text: str) -> ReplyAudience:
    """Return who may answer, by the name that programs know. Raises: Invalid."""
    if text not in ANSWERS:
        wrong = say("A reply policy is public, followers or mentioned.")
        raise Invalid(wrong, reply_policy=wrong)
    return ANSWERS[text]


def _seconds(value: Any) -> Any:
    return None if value == "" else value


def _language(value: Any) -> Any:
    return str(value)[:LANGUAGE_MAX] if value else None


class PollShape(Shape):
    """A poll as apps send it."""

    options: Texts = ()
    expires_in: Annotated[int | None, BeforeValidator(_seconds)] = Field(
        default=None, ge=0, le=SECONDS_MAX
    )
    multiple: Flag = False
    hide_totals: Flag = False

    @property
    def asking(self) -> Asking:
        """The poll as the domain knows it."""
        seconds = self.expires_in
        lasts = None if seconds is None else timedelta(seconds=seconds)
        return Asking(tidied(self.options), lasts, self.multiple, self.hide_totals)


class StatusShape(Shape):
    """A post as apps send it."""

    status: Text = ""
    spoiler_text: Text = ""
    sensitive: Flag | None = None
    visibility: Text = ""
    local_only: Flag = False
    language: Annotated[str | None, BeforeValidator(_language)] = None
    content_type: Text = "text/plain"
    in_reply_to_id: MaybeId = None
    media_ids: Ids = ()
    poll: PollShape | None = None
    quoted_status_id: MaybeId = None
    quote_approval_policy: Text = ""
    reply_policy: Text = ""

    def writing(self, taste: PostingTaste) -> Writing:
        """Return the writing; what the app leaves open is as its author likes it.

        Raises: Invalid.
        """
        return Writing(
            text=self.status,
            content_type=self._content_type(),
            spoiler=self.spoiler_text,
            sensitive=taste.sensitive if self.sensitive is None else self.sensitive,
            language=self.language or taste.language,
            visibility=self._visibility(taste),
            reply_audience=read_reply_policy(self.reply_policy or "public"),
            in_reply_to_id=self.in_reply_to_id,
            media_ids=self.media_ids,
            poll=None if self.poll is None else self.poll.asking,
            quoted_id=self.quoted_status_id,
            quote_policy=self.quote_policy(taste.quotes),
        )

    def quote_policy(self, usual: str) -> QuotePolicy:
        """Return who may quote the post. Raises: Invalid."""
        try:
            return QuotePolicy(self.quote_approval_policy or usual)
        except ValueError:
            raise Invalid(say("There is no such quote policy.")) from None

    def _content_type(self) -> ContentType:
        known = CONTENT_TYPES.get(self.content_type)
        if known is None:
            raise Invalid(say("We take text/plain and text/markdown."))
        return known

    def _visibility(self, taste: PostingTaste) -> Visibility:
        asked = VISIBILITIES.get(self.visibility or taste.visibility)
        if asked is None:
            raise Invalid(say("There is no such visibility."))
        if not self.local_only or asked is Visibility.DIRECT:
            return asked
        if asked is Visibility.FOLLOWERS:
            raise Invalid(say("A post is for this co-op only or for followers, not both."))
        return Visibility.LOCAL


class CaptionShape(Shape):
    """What an app says about a picture of a post that it changes."""

    id: Id
    description: Text | None = None
    focus: Text = ""

    @property
    def caption(self) -> Caption:
        """The caption as the domain knows it. Raises: Invalid."""
        return Caption(self.id, self.description, read_focus(self.focus) if self.focus else None)


class ChangeShape(StatusShape):
    """A post as apps send it to change one: what is not sent is gone, but for the words.

    Source: Mastodon's own `PUT v1/statuses/:id`, which takes pictures and polls away likewise.
    """

    content_type: Text = ""
    media_attributes: Annotated[tuple[CaptionShape, ...], BeforeValidator(listed)] = ()

    @property
    def captions(self) -> tuple[Caption, ...]:
        """What is said about pictures. Raises: Invalid."""
        return tuple(part.caption for part in self.media_attributes)

    def changed(self, before: Writing, *, keeps_words: bool) -> Writing:
        """Return the writing that shall stand in the place of `before`. Raises: Invalid."""
        spoken = before.content_type if self.content_type == "" else self._content_type()
        return replace(
            before,
            text=before.text if keeps_words else self.status,
            content_type=spoken,
            spoiler=self.spoiler_text,
            sensitive=before.sensitive if self.sensitive is None else self.sensitive,
            language=self.language or before.language,
            media_ids=self.media_ids,
            poll=None if self.poll is None else self.poll.asking,
        )
