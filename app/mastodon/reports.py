"""Reporting somebody to the moderators. Source: mastodon-api.md 4.7, 9.3."""

from collections.abc import Collection
from typing import Any

import orjson
from starlette.responses import Response

from app.core.errors import Invalid
from app.core.words import say
from app.http.deps import ClockDep, SessionDep
from app.http.panels import PanelsDep
from app.mastodon.answers import json
from app.mastodon.params import Params, ParamsDep
from app.mastodon.routes import mastodon_router
from app.mastodon.tools import RendererDep, Reporter
from app.mastodon.values import moment, moment_or_none
from app.moderation.models import Category, Report
from app.moderation.queries import reported_in
from app.moderation.service import ReportForm, report

router = mastodon_router()


@router.post("/api/v1/reports")
def make_report(
    params: ParamsDep,
    actor: Reporter,
    session: SessionDep,
    clock: ClockDep,
    renderer: RendererDep,
    panels: PanelsDep,
) -> Response:
    """Ask the moderators to look at somebody, and perhaps at some of their posts."""
    now = clock.now()
    rules = range(1, len(panels.rules_of(session, now)) + 1)
    made = report(session, actor, _form(params, rules), now=now)
    [target] = renderer.fresh().accounts(session.connection(), [made.target_id])
    return json(_values(made, reported_in(session, made.id), orjson.Fragment(target)))


def _form(params: Params, rules: Collection[int]) -> ReportForm:
    rule_ids = params.ids("rule_ids")
    if not set(rule_ids) <= set(rules):
        raise Invalid(say("Rules are invalid"))
    word = params.text("category") or Category.OTHER
    if word not in list(Category):
        raise Invalid(say("Category is invalid"))
    return ReportForm(
        target_id=params.id("account_id") or 0,
        status_ids=params.ids("status_ids"),
        comment=params.text("comment"),
        category=Category(word),
        rule_ids=rule_ids,
        forward=bool(params.flag("forward")),
    )


def _values(row: Report, status_ids: Collection[int], target: Any) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "action_taken": row.closed_at is not None,
        "action_taken_at": moment_or_none(row.closed_at),
        "category": row.category,
        "comment": row.comment,
        "forwarded": False,
        "created_at": moment(row.created_at),
        "status_ids": [str(status_id) for status_id in status_ids],
        "rule_ids": list(row.rule_ids),
        "target_account": target,
    }
