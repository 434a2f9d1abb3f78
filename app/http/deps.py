"""What routes ask for: the tools of the process, and the request's one transaction."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends
from sqlalchemy.orm import Session
from starlette.requests import HTTPConnection

from app.core.clock import Clock
from app.core.kernel import Kernel
from app.http.letters import LetterBox
from app.members.passwords import Hasher


async def kernel_of(connection: HTTPConnection) -> Kernel:
    """Return the tools of this process."""
    kernel: Kernel = connection.app.state.kernel
    return kernel


KernelDep = Annotated[Kernel, Depends(kernel_of)]


async def clock_of(connection: HTTPConnection) -> Clock:
    """Return the clock."""
    return (await kernel_of(connection)).clock


ClockDep = Annotated[Clock, Depends(clock_of)]


async def hasher_of(connection: HTTPConnection) -> Hasher:
    """Return what hashes and compares passwords."""
    hasher: Hasher = connection.app.state.hasher
    return hasher


HasherDep = Annotated[Hasher, Depends(hasher_of)]


async def letters_of(connection: HTTPConnection) -> LetterBox:
    """Return what writes mails."""
    letters: LetterBox = connection.app.state.letters
    return letters


LettersDep = Annotated[LetterBox, Depends(letters_of)]


def open_session(connection: HTTPConnection) -> Iterator[Session]:
    """Yield the request's one transaction: committed when the route returns, else rolled back.

    It is rolled back as well if the route answered by showing a form again: see `refuse`.
    """
    kernel: Kernel = connection.app.state.kernel
    with kernel.db.write.begin() as session:
        yield session
        if getattr(connection.state, "is_refused", False):
            session.rollback()  # tidy: allow (this is the edge)


def open_reader(connection: HTTPConnection) -> Iterator[Session]:
    """Yield a transaction that the database itself keeps from writing."""
    kernel: Kernel = connection.app.state.kernel
    with kernel.db.read.begin() as session:
        yield session


# scope="function" commits before the response is sent. The default scope commits after it: the
# caller would read "200 OK" even if the commit then failed, or act before it was done.
SessionDep = Annotated[Session, Depends(open_session, scope="function")]
ReaderDep = Annotated[Session, Depends(open_reader, scope="function")]


def refuse(connection: HTTPConnection) -> None:
    """Have the request's transaction undone although the route answers without an error."""
    connection.state.is_refused = True
