"""Posts that wait. Source: mastodon-api.md 9.2, ScheduledStatus."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from app.http.urls import Urls
from app.mastodon.entities.media import file_values
from app.mastodon.entities.status import TOLD_AS
from app.mastodon.values import moment
from app.media.models import MediaFile
from app.statuses.models import Scheduled
from app.statuses.polls.rules import Asking
from app.statuses.visibility import Visibility
from app.statuses.writing import Writing

SECOND = timedelta(seconds=1)


def scheduled_values(
    row: Scheduled, writing: Writing, files: Mapping[int, MediaFile], urls: Urls
) -> dict[str, Any]:
    """Return a post that waits, with those of its pictures that are still there."""
    pictures = [files[id_] for id_ in writing.media_ids if id_ in files]
    return {
        "id": str(row.id),
        "scheduled_at": moment(row.due_at),
        "params": _params(row, writing),
        "media_attachments": [file_values(file, urls) for file in pictures],
    }


def _params(row: Scheduled, writing: Writing) -> dict[str, Any]:
    return {
        "text": writing.text,
        "poll": None if writing.poll is None else _poll(writing.poll),
        "media_ids": [str(id_) for id_ in writing.media_ids] or None,
        "sensitive": writing.sensitive,
        "spoiler_text": writing.spoiler or None,
        "visibility": TOLD_AS[writing.visibility],
        "in_reply_to_id": writing.in_reply_to_id,
        "language": writing.language,
        "quoted_status_id": None if writing.quoted_id is None else str(writing.quoted_id),
        "quote_approval_policy": writing.quote_policy,
        "application_id": row.application_id or 0,
        "scheduled_at": None,
        "idempotency": None,
        "with_rate_limit": False,
        "local_only": writing.visibility is Visibility.LOCAL,
    }


def _poll(asking: Asking) -> dict[str, Any]:
    return {
        "options": list(asking.options),
        "expires_in": None if asking.lasts is None else asking.lasts // SECOND,
        "multiple": asking.multiple,
        "hide_totals": asking.hide_totals,
    }
