"""Programs and their tokens, as programs see them. Source: mastodon-api.md 9.4."""

from typing import Any

from app.oauth.applications import Registered
from app.oauth.models import Application


def application(row: Application, *, push_key: str) -> dict[str, Any]:
    """Return an Application."""
    return {
        "id": str(row.id),
        "name": row.name,
        "website": row.website,
        "scopes": row.scopes.split(),
        "redirect_uris": row.redirect_uris,
        "redirect_uri": "\n".join(row.redirect_uris),
        "vapid_key": push_key,
    }


def credential_application(made: Registered, *, push_key: str) -> dict[str, Any]:
    """Return a CredentialApplication: what the program must keep, for it is not told again."""
    secret = {"client_id": made.application.client_id, "client_secret": made.client_secret}
    never = {"client_secret_expires_at": 0}
    return application(made.application, push_key=push_key) | secret | never
