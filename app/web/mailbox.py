"""Mails that no server takes: they lie in a folder, and admins read them to pass them on.

They hold codes and links that sign people in, so admins confirm that it is them, and each look
is written into the audit log.
"""

from typing import Annotated, Final

from fastapi import Request
from starlette.responses import Response

from app.core.errors import Forbidden
from app.core.kernel import Kernel
from app.core.mail import list_mailbox, mailbox_of, read_mailbox
from app.core.words import say
from app.http.access import confirmed_office
from app.http.deps import ClockDep, KernelDep, SessionDep
from app.http.pages import page_router, render
from app.members.actor import Actor
from app.members.audit import note_act
from app.members.offices import Office

router = page_router(prefix="/duties/admin/mailbox")

AdminDep = Annotated[Actor, confirmed_office(Office.ADMIN)]
LOOKED: Final = "mailbox.looked_at"
READ: Final = "mailbox.read"


@router.get("")
def get_mailbox(
    request: Request, session: SessionDep, actor: AdminDep, clock: ClockDep, kernel: KernelDep
) -> Response:
    """List the newest mails, without what they say."""
    note_act(session, LOOKED, now=clock.now(), by=str(actor.member_id))
    mails = list_mailbox(mailbox_of(kernel.settings))
    return render(request, "web/mailbox.html", mails=mails, has_server=_has_server(kernel))


@router.get("/{name}")
def get_mail(
    request: Request,
    name: str,
    session: SessionDep,
    actor: AdminDep,
    clock: ClockDep,
    kernel: KernelDep,
) -> Response:
    """Show the words of one mail."""
    mail = read_mailbox(mailbox_of(kernel.settings), name)
    if mail.is_private:
        raise Forbidden(say("This mail is for whom it is written to, and for nobody else."))
    note_act(session, READ, now=clock.now(), by=str(actor.member_id), mail=name)
    return render(request, "web/mail.html", mail=mail)


def _has_server(kernel: Kernel) -> bool:
    return kernel.settings.smtp_url is not None
