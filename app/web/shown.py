"""Posts as pages show them: the domain's views, turned into rows with pictures and faces."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection

from app.accounts.models import Account
from app.core.words import say
from app.http.faces import avatar_url
from app.http.rows import Audience, CardRow, Face, MenuItem, Picture, PostRow
from app.media.kinds import Form
from app.media.queries import Picture as Stored
from app.statuses.author import Author
from app.statuses.views import PostView, authors_by_id
from app.statuses.visibility import Visibility
from app.web.polls import poll_row
from app.web.quotes import quote_row, quoting_items

AUDIENCE_OF: Final = {
    Visibility.PUBLIC: Audience.PUBLIC,
    Visibility.UNLISTED: Audience.QUIET,
    Visibility.FOLLOWERS: Audience.FOLLOWERS,
    Visibility.DIRECT: Audience.NAMED,
    Visibility.LOCAL: Audience.HERE,
}
VISIBILITY_OF: Final = {audience: visibility for visibility, audience in AUDIENCE_OF.items()}


def face_of(author: Author | Account) -> Face:
    """Return an account as lists show it."""
    handle = author.username
    if author.domain is not None:
        handle = f"{handle}@{author.domain}"
    return Face(author.name, f"@{handle}", f"/@{handle}", avatar_url(author.id, author.avatar_key))


def rows_of(
    connection: Connection, posts: Sequence[PostView], *, is_member: bool
) -> tuple[PostRow, ...]:
    """Return posts as rows, with the names of whom they answer, in one statement."""
    answered = {id_ for post in posts if (id_ := _answers(post)) is not None}
    people = authors_by_id(connection, answered)
    faces: dict[int | None, Face] = {author.id: face_of(author) for author in people}
    return tuple(_row(post, faces.get(_answers(post)), is_member=is_member) for post in posts)


def _answers(post: PostView) -> int | None:
    """Return whom the post answers, unless it goes on with the author's own thread."""
    account_id = post.in_reply_to_account_id
    return None if account_id == post.author.id else account_id


def _row(post: PostView, answered: Face | None, *, is_member: bool) -> PostRow:
    return PostRow(
        id=str(post.id),
        url=post.path,
        author=face_of(post.author),
        at=post.created_at,
        html=post.html,
        audience=AUDIENCE_OF[post.visibility],
        language=post.language,
        warning=post.spoiler,
        pictures=tuple(_picture(picture) for picture in post.pictures),
        is_sensitive=post.sensitive,
        quote=quote_row(post.quote, _quoted_face(post)),
        card=_card(post),
        poll=poll_row(post.poll, is_mine=post.is_mine, is_member=is_member),
        boosted_by=() if post.booster is None else (face_of(post.booster),),
        replied_to=answered,
        edited_at=post.edited_at,
        history_url=f"{post.path}/history" if post.edited_at else None,
        may_reply=is_member,
        may_boost=post.may_be_boosted,
        is_boosted=post.boosted,
        is_favourite=post.favourited,
        is_bookmarked=post.bookmarked,
        menu=_menu(post) if is_member else (),
    )


def _quoted_face(post: PostView) -> Face | None:
    quoted = None if post.quote is None else post.quote.post
    return None if quoted is None else face_of(quoted.author)


def _card(post: PostView) -> CardRow | None:
    card = post.card
    if card is None:
        return None
    return CardRow(
        card.url,
        card.host,
        card.title,
        card.description,
        card.language,
        None if post.sensitive else card.image_url,
        card.image_description,
    )


def _picture(picture: Stored) -> Picture:
    if picture.remote_url is not None:
        is_image = picture.form is Form.IMAGE
        return Picture(
            url=picture.remote_url,
            preview_url=picture.remote_preview_url or (picture.remote_url if is_image else None),
            description=picture.description,
            width=picture.width,
            height=picture.height,
            focus=picture.focus,
            kind=picture.form,
            is_remote=True,
        )
    assert picture.url is not None, "what a post has is ready"
    return Picture(
        url=picture.url,
        preview_url=picture.preview_url,
        description=picture.description,
        width=picture.preview_width,
        height=picture.preview_height,
        focus=picture.focus,
        kind=picture.form,
    )


def _menu(post: PostView) -> tuple[MenuItem, ...]:
    page = MenuItem(post.path, say("Its page, to copy the link"))
    if post.is_mine:
        return (
            page,
            *quoting_items(post),
            *_pinning(post),
            _hearing(post),
            MenuItem(f"/posts/{post.id}/edit", say("Change …")),
            MenuItem(f"/posts/{post.id}/delete", say("Delete …")),
        )
    handle, name = post.author.handle, post.author.name
    return (
        page,
        *quoting_items(post),
        _hearing(post),
        MenuItem(f"/@{handle}/mute", say("Mute {name} …", name=name)),
        MenuItem(f"/@{handle}/block", say("Block {name} …", name=name)),
        MenuItem(f"/@{handle}/report?post={post.id}", say("Report …")),
    )


def _pinning(post: PostView) -> tuple[MenuItem, ...]:
    if post.visibility is Visibility.DIRECT:
        return ()
    if post.pinned_at is None:
        return (MenuItem(f"/posts/{post.id}/pin", say("Pin to my page"), is_act=True),)
    return (MenuItem(f"/posts/{post.id}/unpin", say("Take off the top of my page"), is_act=True),)


def _hearing(post: PostView) -> MenuItem:
    if post.is_quiet:
        return MenuItem(f"/posts/{post.id}/unmute", say("Tell me about this talk"), is_act=True)
    return MenuItem(f"/posts/{post.id}/mute", say("Tell me no more about this talk"), is_act=True)
