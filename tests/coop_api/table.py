"""Who may call what of the co-op API: every route by every kind of caller, status by status.

A new route without a row fails `test_table.py`. Callers stand in an order in which those who
are refused come before those who change something.
"""

from dataclasses import dataclass
from typing import Any, Final

from tests.governance.acts import CLOSE
from tests.governance.hall import TERMS

# Each column is a token: of nobody, of an application alone, with the scopes of Mastodon only;
# with all of ours, of a suspended member, of an applicant, and of one whose dues lapsed; of a
# member in good standing with one of our scopes; and of an officer with coop:officer alone.
CALLERS: Final = (
    *("nobody", "application", "mastodon", "suspended", "waiting", "lapsed"),
    *("coop:read", "coop:ledger:read", "coop:officer", "seated", "coop:vote"),
)


@dataclass(frozen=True)
class Row:
    """A route, how it is called, and the status that each of CALLERS gets."""

    method: str
    path: str
    statuses: str
    body: Any = None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def _get(path: str, statuses: str) -> Row:
    return Row("GET", path, statuses)


def _post(path: str, statuses: str, body: Any = None) -> Row:
    return Row("POST", path, statuses, body)


def _put(path: str, statuses: str, body: Any = None) -> Row:
    return Row("PUT", path, statuses, body)


READS: Final = "401 401 403  403 403 200  200 403 403 403 403"
LEDGER: Final = "401 401 403  403 403 200  403 200 403 403 403"
DUES: Final = "401 401 403  403 403 200  403 403 403 403 200"

POLICY: Final = {"type": "policy", "title": "Meet monthly", "body": "On the first Monday."}
WORDING: Final = {"type": "terms", "title": "Delete", "body": "Soon.", "effects": [TERMS]}
DOLLAR: Final = {"amount": 100, "currency": "USD"}
CASH: Final = {"who": "@bo", "amount": DOLLAR, "way": "cash", "received_on": "2026-11-09"}
REASON: Final = {"reason": "I think that it breaks our lease."}
AT_ONCE: Final = {"effects": [CLOSE], "reason": "Forty sign-ups an hour."}

ROWS: Final = (
    _get("/me", READS),
    _get("/constitution", READS),
    _get("/roles", READS),
    _get("/roles/{slug}", READS),
    _get("/proposals", READS),
    _post("/proposals", "401 401 403  403 403 403  403 403 403 403 201", POLICY),
    _get("/proposals/{proposal_id}", READS),
    _put("/proposals/{proposal_id}", "401 401 403  403 403 403  403 403 403 403 200", WORDING),
    _post("/proposals/{proposal_id}/submit", "401 401 403  403 403 404  403 403 403 403 200"),
    _post("/proposals/{proposal_id}/second", "401 401 403  403 403 403  403 403 403 403 200"),
    _post("/proposals/{proposal_id}/withdraw", "401 401 403  403 403 403  403 403 403 403 200"),
    _post(
        "/proposals/{proposal_id}/challenge",
        "401 401 403  403 403 201  403 403 403 403 201",
        {"reason": "The reminders never came."},
    ),
    _get("/proposals/{proposal_id}/comments", READS),
    _post(
        "/proposals/{proposal_id}/comments",
        "401 401 403  403 403 201  403 403 403 403 201",
        {"text": "Why?"},
    ),
    _put(
        "/proposals/{proposal_id}/ballot",
        "401 401 403  403 403 403  403 403 403 403 200",
        {"choice": "yes"},
    ),
    _get("/proposals/{proposal_id}/ballot", "401 401 403  403 403 404  403 403 403 403 200"),
    _get("/proposals/{proposal_id}/result", READS),
    _get("/proposals/{proposal_id}/bundle", READS),
    _get("/orders", READS),
    _get("/orders/{order_id}", READS),
    # This order needs no second signature, which everybody with the scope is told.
    _post("/orders/{order_id}/approve", "401 401 403  403 403 409  403 403 409 409 403"),
    _post("/orders/{order_id}/decline", "401 401 403  403 403 403  403 403 403 200 403", REASON),
    # Who declined may change their mind.
    _post("/orders/{order_id}/enact", "401 401 403  403 403 403  403 403 403 200 403"),
    _get("/emergencies", READS),
    _get("/emergencies/{act_id}", READS),
    # The door is closed already, which an officer is told.
    _post("/emergencies", "401 401 403  403 403 403  403 403 403 422 403", AT_ONCE),
    _get("/documents", READS),
    _get("/documents/{slug}", READS),
    _get("/documents/{slug}/versions/{number}", READS),
    _get("/documents/{slug}/diff/{before}..{after}", READS),
    _post("/documents/{slug}/accept", "401 401 403  403 403 200  403 403 403 403 200"),
    _get("/log", READS),
    _get("/log/head", READS),
    _get("/standing", READS),
    _get("/dues/me", READS),
    _get("/dues/me/receipts", READS),
    _put("/dues/me/pledge", DUES, {"amount": DOLLAR, "cadence": "yearly"}),
    _post("/dues/me/waiver", DUES),
    _post("/dues/me/stop", DUES),
    _post("/dues/me/checkout", "401 401 403  403 403 409  403 403 403 403 409"),
    _get("/books/summary", LEDGER),
    _get("/books/entries", LEDGER),
    _get("/treasury/roll", "401 401 403  403 403 403  403 403 403 200 403"),
    _post("/treasury/payments", "401 401 403  403 403 403  403 403 403 201 403", CASH),
    _post("/treasury/periods/{month}/close", "401 401 403  403 403 403  403 403 403 200 403"),
)

# Which thing of the world a route is called for; elsewhere one in its deliberation.
ABOUT: Final = {
    "PUT /proposals/{proposal_id}": "talked",
    "POST /proposals/{proposal_id}/submit": "drafted",
    "POST /proposals/{proposal_id}/second": "seeking",
    "POST /proposals/{proposal_id}/withdraw": "unwanted",
    "POST /proposals/{proposal_id}/challenge": "decided",
    "PUT /proposals/{proposal_id}/ballot": "voted on",
    "GET /proposals/{proposal_id}/ballot": "voted on",
    "GET /proposals/{proposal_id}/result": "decided",
    "GET /proposals/{proposal_id}/bundle": "decided",
}
