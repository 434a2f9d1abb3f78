"""Passwords that forms bring: hashed and compared before the request's transaction begins.

Hashing takes long. A route names these before its session, so that no database lock waits for it.
"""

from collections.abc import Callable
from typing import Annotated, Final, TypeVar

from fastapi import Depends
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from app.core.errors import Invalid
from app.core.kernel import Kernel
from app.core.records import Record
from app.core.words import say
from app.http.access import SignedInDep
from app.http.deps import HasherDep, KernelDep
from app.http.forms import Sent, SentDep
from app.http.shell import shell_of
from app.members.access import Credentials, credentials_of
from app.members.models import Member
from app.members.passwords import Hasher, Verdict, check_password

T = TypeVar("T")
WRONG_SIGN_IN: Final = say("Name and password do not go together. Try again, or set a new one.")
WRONG_PASSWORD: Final = say("This is not your password.")


class NewPassword(Record):
    """A password to be set: its hash, or why it cannot be taken."""

    _hash: str | None = None
    _fault: Invalid | None = None

    @property
    def hash(self) -> str:
        """The hash to store. Raises: Invalid, on the field `password`."""
        if self._fault is not None:
            raise self._fault
        assert self._hash is not None
        return self._hash


async def read_new_password(request: Request, sent: SentDep, hasher: HasherDep) -> NewPassword:
    """Check and hash the field `password`; it must not be made of what the form says besides."""
    shell, password = shell_of(request), sent.text("password")
    known = [sent.text(name) for name in ("username", "email", "name")]
    if shell.viewer is not None:
        known.append(shell.viewer.username)
    try:
        check_password(password, personal=[shell.site.name, *filter(None, known)])
    except Invalid as fault:
        return NewPassword(_fault=fault)
    return NewPassword(await hasher.hash(password))


class SignIn(Record):
    """Somebody whose name and password go together."""

    member_id: int
    verdict: Verdict
    stored: str

    @property
    def fresh_hash(self) -> str | None:
        """The hash to store from now on, if the stored one is out of date."""
        return self.verdict.fresh_hash


async def read_sign_in(sent: SentDep, kernel: KernelDep, hasher: HasherDep) -> SignIn | None:
    """Compare the fields `login` and `password`; an unknown name takes as long as a wrong one."""
    login = sent.text("login")
    found = await run_in_threadpool(_reading, kernel, lambda s: credentials_of(s, login))
    return await _compare(sent, hasher, found)


async def read_own_password(
    sent: SentDep, actor: SignedInDep, kernel: KernelDep, hasher: HasherDep
) -> SignIn | None:
    """Compare the field `current` with the password of whoever is signed in."""
    own = await run_in_threadpool(_reading, kernel, lambda s: _own(s, actor.member_id))
    return await _compare(sent, hasher, own, name="current")


async def _compare(
    sent: Sent, hasher: Hasher, found: Credentials | None, *, name: str = "password"
) -> SignIn | None:
    stored = None if found is None else found.password_hash
    verdict = await hasher.verify(sent.text(name), stored=stored)
    if found is None or stored is None or not verdict.is_right:
        return None
    return SignIn(found.member_id, verdict, stored)


def _own(session: Session, member_id: int) -> Credentials:
    member = session.get_one(Member, member_id)
    return Credentials(member.id, member.password_hash)


def _reading(kernel: Kernel, read: Callable[[Session], T]) -> T:
    with kernel.db.read.begin() as session:
        return read(session)


NewPasswordDep = Annotated[NewPassword, Depends(read_new_password)]
SignInDep = Annotated[SignIn | None, Depends(read_sign_in)]
OwnPasswordDep = Annotated[SignIn | None, Depends(read_own_password)]
