"""The forms of signatures, and with which one a site is asked ("double knocking").

What a site took is remembered for it elsewhere, for `REMEMBERED`, and tried first the next time.
"""

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Final

REMEMBERED: Final = timedelta(days=7)
UNAUTHORIZED: Final = 401
_DECLINED: Final = frozenset({400, UNAUTHORIZED})


class Form(StrEnum):
    """How a request is signed."""

    CAVAGE = "cavage"  # draft-cavage-http-signatures-12: what all of the fediverse reads.
    CAVAGE_BARE = "cavage_bare"  # The same without the query: GoToSocial and older sites.
    RFC9421 = "rfc9421"


def next_form(
    tried: Sequence[Form], *, status: int | None, known: Form | None, has_query: bool
) -> Form | None:
    """Return the form to sign with next; None when the site's answer stands.

    `status` is what the last of `tried` was answered, `known` the form that the site took last.
    Only 400 and 401 are asked again, each form once; the query is left out after a 401 alone.
    """
    if tried and status not in _DECLINED:
        return None
    for form in _order(known, has_query=has_query):
        is_pointless = form is Form.CAVAGE_BARE and bool(tried) and status != UNAUTHORIZED
        if form not in tried and not is_pointless:
            return form
    return None


def _order(known: Form | None, *, has_query: bool) -> Sequence[Form]:
    forms = [form for form in Form if has_query or form is not Form.CAVAGE_BARE]
    return sorted(forms, key=lambda form: form is not known)
