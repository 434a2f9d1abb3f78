"""How a co-op begins: its first documents, its constitution, and the first entry of its log."""

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy.orm import Session

from app.core.canonical import digest
from app.core.words import say
from app.instance.events import CoopFounded
from app.instance.models import Coop
from app.instance.presets import Preset
from app.members.consent import accept_all, in_force
from governance import constitution, documents, log
from governance.constitution import SetRules, write_constitution
from governance.documents import AdoptDocument, write_version
from governance.guard import founding_warrant
from governance.models.law import Slug
from governance.presets import constitution_of
from governance.seals import Kind, text_hash
from governance.service.outages import begin_pulse

FOLDER: Final = Path(__file__).parent
# The files are wrapped for those who write them; a line end in a document is one to be seen.
_WRAPPED: Final = re.compile(r"(?<=\S)\n *(?=[^\W\d]|\{)")
FIRST: Final = (Slug.TERMS, Slug.CODE_OF_CONDUCT, Slug.PRIVACY, Slug.BYLAWS)


def lay_ground(session: Session, event: CoopFounded) -> None:
    """Write the first law of the co-op in the transaction that founds it.

    The founder, who brings the terms, accepts them by founding.
    """
    coop = session.get_one(Coop, event.coop_id)
    texts = {slug: first_text(slug, coop=coop.name, contact=coop.contact) for slug in FIRST}
    by_id, now = event.founder_member_id, event.at
    rules = SetRules(
        rules={kind: rule.dump() for kind, rule in constitution_of(event.preset).items()}
    )
    _record(session, event.name, event.preset, texts, rules, by_id=by_id, now=now)
    _write_constitution(session, rules, by_id=by_id, now=now)
    for slug, text in texts.items():
        _write_document(session, slug, text, by_id=by_id, now=now)
    session.flush()  # What is in force is read back.
    required = in_force(session, at=now)
    accept_all(session, required, member_id=by_id, via="founding", now=now)
    begin_pulse(session, now=now)


def first_text(slug: Slug, *, coop: str, contact: str) -> str:
    """Return the first version of a document, with the co-op's name and address filled in."""
    text = _WRAPPED.sub(" ", (FOLDER / f"{slug.value}.md").read_text("utf-8"))
    contact = contact or str(say("the admins"))
    return text.replace("{coop}", coop).replace("{contact}", contact)


def _record(
    session: Session,
    name: str,
    preset: Preset,
    texts: Mapping[Slug, str],
    rules: SetRules,
    *,
    by_id: int,
    now: datetime,
) -> None:
    adopted = {slug: AdoptDocument(slug=slug, text=text) for slug, text in texts.items()}
    log.record(
        session,
        Kind.FOUNDED,
        now=now,
        name=name,
        preset=preset.value,
        by=str(by_id),
        documents={slug.value: text_hash(one.text) for slug, one in adopted.items()},
        rules={kind.value: digest(rule) for kind, rule in rules.rules.items()},
    )


def _write_constitution(session: Session, rules: SetRules, *, by_id: int, now: datetime) -> None:
    payload: dict[str, Any] = rules.model_dump(mode="json")
    warrant = founding_warrant(
        session, "constitution", kind=constitution.KIND, payload=payload, by_id=by_id, now=now
    )
    write_constitution(session, rules, warrant)


def _write_document(session: Session, slug: Slug, text: str, *, by_id: int, now: datetime) -> None:
    adopt = AdoptDocument(slug=slug, text=text)
    warrant = founding_warrant(
        session,
        slug.value,
        kind=documents.KIND,
        payload=adopt.model_dump(mode="json"),
        by_id=by_id,
        now=now,
    )
    write_version(session, adopt, warrant)
