"""The vocabularies that our documents are written in. Source: federation.md 4, 6.1.

Others mostly read them as plain JSON; the few that expand them find every word of ours explained.
"""

from typing import Any, Final

PUBLIC: Final = "https://www.w3.org/ns/activitystreams#Public"
ACTIVITY_STREAMS: Final = "https://www.w3.org/ns/activitystreams"
SECURITY: Final = "https://w3id.org/security/v1"

_TOOT: Final = {"toot": "http://joinmastodon.org/ns#"}
_SCHEMA: Final = {"schema": "http://schema.org#"}

ACTOR_CONTEXT: Final[list[Any]] = [
    ACTIVITY_STREAMS,
    SECURITY,
    _TOOT
    | _SCHEMA
    | {
        "manuallyApprovesFollowers": "as:manuallyApprovesFollowers",
        "alsoKnownAs": {"@id": "as:alsoKnownAs", "@type": "@id"},
        "movedTo": {"@id": "as:movedTo", "@type": "@id"},
        "featured": {"@id": "toot:featured", "@type": "@id"},
        "featuredTags": {"@id": "toot:featuredTags", "@type": "@id"},
        "discoverable": "toot:discoverable",
        "indexable": "toot:indexable",
        "memorial": "toot:memorial",
        "suspended": "toot:suspended",
        "PropertyValue": "schema:PropertyValue",
        "value": "schema:value",
        "webfinger": "https://purl.archive.org/socialweb/webfinger#webfinger",
    },
]
