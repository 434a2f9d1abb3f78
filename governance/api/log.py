"""The public log for programs: what was decided and done, link by link."""

from datetime import datetime
from typing import Annotated, Any, Self

from fastapi import Query, Request, Response
from pydantic import BaseModel

from app.http.apis import api_router
from app.http.deps import KernelDep, ReaderDep
from app.http.paging import After, Page
from governance.api.common import ReadsDep
from governance.queries import log_head, log_lines
from governance.views import LogHead, LogLine

router = api_router(prefix="/api/coop/v1/log", tags=["log"])

USUAL = 100
MOST = 500


class LogEntity(BaseModel):
    """An entry of the public log; `hash` seals it with all that came before."""

    seq: int
    at: datetime
    kind: str
    payload: dict[str, Any]
    hash: str
    prev_hash: str

    @classmethod
    def of(cls, line: LogLine) -> Self:
        """Build the entity from its view."""
        return cls(
            seq=line.seq,
            at=line.at,
            kind=line.kind,
            payload=dict(line.payload),
            hash=line.hash,
            prev_hash=line.prev_hash,
        )


class HeadEntity(BaseModel):
    """The newest link of the log, signed by this site; of an empty log, number 0."""

    seq: int
    hash: str
    signature: str

    @classmethod
    def of(cls, head: LogHead) -> Self:
        """Build the entity from its view."""
        return cls(seq=head.seq, hash=head.hash, signature=head.signature)


@router.get("")
def get_log(
    request: Request,
    response: Response,
    session: ReaderDep,
    _actor: ReadsDep,
    kernel: KernelDep,
    after: After = 0,
    limit: Annotated[int, Query(ge=1, le=MOST)] = USUAL,
) -> list[LogEntity]:
    """Return the entries behind number `after`, oldest first."""
    base_url = kernel.settings.base_url
    page = Page(request, response, base_url, "after", after or None, limit)
    lines = log_lines(session, after=after, limit=page.fetch)
    return [LogEntity.of(line) for line in page.cut(lines, lambda line: line.seq)]


@router.get("/head")
def get_head(session: ReaderDep, _actor: ReadsDep, kernel: KernelDep) -> HeadEntity:
    """Return the head of the log, signed: whoever keeps it can tell if the past was changed."""
    return HeadEntity.of(log_head(session, kernel.keyring))
