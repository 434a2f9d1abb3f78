"""The catalogue: each case of the security specification, and the tests that hold it.

AUTH, OAUTH, SIGNATURES, INBOX, MEDIA, PRIVACY, GOVERNANCE, LEDGER and DENIAL OF SERVICE, by their
numbers there, with their sentences shortened. A case about something that does not exist yet says
so instead; it gets its tests together with the thing.
"""

from collections.abc import Mapping
from typing import Final

from tests.security.cases import common, entry, neighbours, shared, strain
from tests.security.cases.case import Case

CASES: Final[Mapping[int, Case]] = {
    **entry.CASES,
    **neighbours.CASES,
    **shared.CASES,
    **common.CASES,
    **strain.CASES,
}
