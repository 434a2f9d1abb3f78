"""The public log of decisions, and how anybody can check it."""

from fastapi import Request
from starlette.responses import Response

from app.http.access import Anyone
from app.http.deps import KernelDep, ReaderDep
from app.http.pages import page_router, render
from governance.queries import decided, log_head, log_lines
from governance.shown.log import entry_word

router = page_router()

PAGE = 40


@router.get("/coop/log", dependencies=[Anyone])
def show_log(
    request: Request, session: ReaderDep, kernel: KernelDep, before: int | None = None
) -> Response:
    """Show the log, the newest entry first."""
    head = log_head(session, kernel.keyring)
    last = min(max(before - 1, 0) if before is not None else head.seq, head.seq)
    first = max(last - PAGE, 0)
    lines = log_lines(session, after=first, limit=last - first) if last > first else []
    shown = [(line, entry_word(line.kind)) for line in reversed(lines)]
    older = f"/coop/log?before={first + 1}" if first else ""
    return render(request, "governance/log.html", lines=shown, head=head, older=older)


@router.get("/coop/verify", dependencies=[Anyone])
def show_verify(request: Request, session: ReaderDep, kernel: KernelDep) -> Response:
    """Explain in plain words how a decision is checked without believing anybody."""
    lines = decided(session, viewer=None, now=kernel.clock.now(), limit=8)
    head = log_head(session, kernel.keyring)
    return render(request, "governance/verify.html", head=head, lines=lines)
