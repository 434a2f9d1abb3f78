"""Which content types are ActivityPub, coming and going. Source: ActivityPub 3.2, 7."""

from typing import Final

ACTIVITY: Final = "application/activity+json"
LINKED_DATA: Final = "application/ld+json"
PROFILE: Final = "https://www.w3.org/ns/activitystreams"
ACCEPT: Final = f'{ACTIVITY}, {LINKED_DATA}; profile="{PROFILE}"'  # What we ask with.


def is_activity(content_type: str) -> bool:
    """Return whether an answer of this content type may be read as ActivityPub.

    `application/json` and pages may not: files that people upload must not become actors.
    """
    name, parameters = _split(content_type)
    return name == ACTIVITY or (name == LINKED_DATA and PROFILE in parameters.get("profile", ()))


def is_for_inboxes(content_type: str) -> bool:
    """Return whether a body of this content type may be put into an inbox; without profile too."""
    return _split(content_type)[0] in (ACTIVITY, LINKED_DATA)


def _split(content_type: str) -> tuple[str, dict[str, tuple[str, ...]]]:
    """Return the type in small letters, and its parameters; a profile may name several URIs."""
    name, *rest = content_type.split(";")
    parameters: dict[str, tuple[str, ...]] = {}
    for each in rest:
        key, _, value = each.partition("=")
        words = tuple(value.strip().strip('"').split())
        parameters[key.strip().lower()] = words or ("",)
    return name.strip().lower(), parameters
