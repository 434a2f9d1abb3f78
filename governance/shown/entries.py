"""The public log in words: what happened, and to which proposal."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.words import Words
from governance.models import Proposal
from governance.seals import Kind
from governance.shown.words import PERSONAL
from governance.views import LogLine
from governance.wording import log_sentence


def log_rows(
    session: Session, lines: Sequence[LogLine], *, to_member: bool
) -> list[tuple[LogLine, Words, Proposal | None]]:
    """Return lines newest first, each with a sentence and the proposal that it is about.

    Only members learn which one, if it is about how members treat one of them.
    """
    about = _proposals(session, lines, to_member=to_member)
    return [
        (line, log_sentence(Kind(line.kind)), about.get(str(line.payload.get("proposal"))))
        for line in reversed(lines)
    ]


def _proposals(
    session: Session, lines: Sequence[LogLine], *, to_member: bool
) -> dict[str, Proposal]:
    ids = {int(line.payload["proposal"]) for line in lines if "proposal" in line.payload}
    found = session.scalars(select(Proposal).where(Proposal.id.in_(ids)))
    return {str(one.id): one for one in found if to_member or one.type not in PERSONAL}
