"""Which letters one gets: chosen in the settings, or stopped by the link in each of them."""

from typing import Annotated, Final

from fastapi import Path, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.core.errors import Invalid, NotFound
from app.core.kernel import Kernel
from app.core.shapes import Shape
from app.core.words import Words, say
from app.http.access import Anyone, MemberDep
from app.http.deps import KernelDep, ReaderDep, SessionDep
from app.http.filled import filled_with
from app.http.forms import SentDep
from app.http.limits import limit
from app.http.pages import after_post, page_router, render
from app.members.models import Member
from app.notifications.mailbag import Wish, is_stop_mark, set_wish, wish_of

router = page_router()

WISHES: Final[tuple[tuple[str, Words], ...]] = (
    (Wish.ALL.value, say("What concerns me: calls for support, votes, results, new texts")),
    (Wish.NEEDED.value, say("Only what needs me: votes and new texts")),
    (Wish.NONE.value, say("None, except when a text changes that I have to accept")),
)
MemberId = Annotated[int, Path(ge=1, lt=2**63)]
Mark = Annotated[str, Path(max_length=200)]


class WishForm(Shape):
    """Which letters a member wants."""

    letters: Wish


@router.get("/settings/letters")
def get_letters(request: Request, session: ReaderDep, actor: MemberDep) -> Response:
    """Show which letters one gets."""
    member = session.get_one(Member, actor.member_id)
    form = filled_with(letters=wish_of(member).value)
    return render(request, "web/settings/letters.html", form=form, wishes=WISHES)


@router.post("/settings/letters")
def post_letters(
    request: Request, sent: SentDep, session: SessionDep, actor: MemberDep
) -> Response:
    """Keep which letters one wants."""
    try:
        wish = sent.read(WishForm).letters
    except Invalid as fault:
        return sent.again("web/settings/letters.html", fault, wishes=WISHES)
    set_wish(session.get_one(Member, actor.member_id), wish)
    return after_post(request, to="/settings/letters", said=say("Kept."))


@router.get("/letters/stop/{member_id}/{mark}", dependencies=[Anyone])
def get_stop(
    request: Request, member_id: MemberId, mark: Mark, session: ReaderDep, kernel: KernelDep
) -> Response:
    """Ask whether letters shall stop; programs that only look at links change nothing."""
    _member(session, kernel, member_id, mark)
    return render(request, "web/letters_stop.html", stopped=False, member_id=member_id, mark=mark)


@router.post("/letters/stop/{member_id}/{mark}", dependencies=[Anyone, limit("resend")])
def post_stop(
    request: Request, member_id: MemberId, mark: Mark, session: SessionDep, kernel: KernelDep
) -> Response:
    """Stop the letters, without asking anybody to sign in."""
    set_wish(_member(session, kernel, member_id, mark), Wish.NONE)
    return render(request, "web/letters_stop.html", stopped=True, member_id=member_id, mark=mark)


def _member(session: Session, kernel: Kernel, member_id: int, mark: str) -> Member:
    """Return whose link it is. Raises: NotFound for any other."""
    member = session.get(Member, member_id)
    if member is None or not is_stop_mark(kernel.keyring, member_id, mark):
        raise NotFound(say("There is nothing at this address."))
    return member
