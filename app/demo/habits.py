"""How the demo's people pay: what they chose, when their money comes, and who forgets. Pure."""

from datetime import date, timedelta
from typing import Final

from app.core.records import Record
from dues.billing.models import Way
from dues.plans import Cadence


class Habit(Record):
    """What one member does about their dues; amounts are cents a month.

    `cadence` None is a $0 place. `early` says how many days before it is due the money comes,
    and `stops_after` after how many payments it comes no more. Who is `back_after` so many days
    pays again without being asked. `choosing` None: they have not come round to it yet.
    """

    cadence: Cadence | None = Cadence.YEARLY
    monthly: int = 100
    way: Way = Way.TRANSFER
    early: int = 5
    first: int = 3
    stops_after: int | None = None
    back_after: int | None = None
    choosing: int | None = 2


FREE: Final = Habit(cadence=None)
LAPSED: Final = Habit(Cadence.MONTHLY, stops_after=4, early=2)
RETURNED: Final = Habit(Cadence.MONTHLY, 200, Way.CASH, stops_after=3, back_after=70, early=1)
NOT_YET_PAID: Final = Habit(first=60)
USUAL: Final = (
    Habit(early=6),
    Habit(early=12),
    Habit(monthly=200, way=Way.CASH, early=3),
    Habit(monthly=300, early=20),
    Habit(early=-2),
    Habit(Cadence.HALF_YEARLY, early=4),
    Habit(way=Way.CASH, early=-9),
    Habit(early=1, way=Way.CHEQUE),
    FREE,
    Habit(monthly=500, early=15),
    Habit(Cadence.MONTHLY, 100, early=2),
    FREE,
    Habit(Cadence.QUARTERLY, 150, early=0),
)
# A village has everybody: who lapses, who comes back, who has only just come.
MANY: Final = {
    "ada": Habit(monthly=200, early=10, choosing=55),
    "liam": Habit(Cadence.QUARTERLY, stops_after=2),
    "otto": LAPSED,
    "kwame": Habit(choosing=None),
    "diego": RETURNED,
    "jonas": Habit(stops_after=1),
    "mei": Habit(stops_after=1),
    "signe": NOT_YET_PAID,
    "mateo": NOT_YET_PAID,
}
FEW: Final = {
    "ada": MANY["ada"],
    "ruth": FREE,
    "tomasz": RETURNED,
    "bo": LAPSED,
    "kofi": NOT_YET_PAID,
}
FEW_MAX: Final = 30


def habit_of(handle: str, number: int, *, members: int) -> Habit:
    """Return how the member pays who is the co-op's `number`th; the founder is the 0th."""
    named = FEW if members < FEW_MAX else MANY
    return named.get(handle) or USUAL[number % len(USUAL)]


def paid_on(
    habit: Habit, *, paid_before: int, is_back: bool, opened_on: date, due_on: date
) -> date | None:
    """Return the day on which money comes for an invoice; None if none ever does."""
    if habit.stops_after is not None and paid_before >= habit.stops_after and not is_back:
        return None
    if paid_before == 0:
        return opened_on + timedelta(days=habit.first)
    return max(opened_on + timedelta(days=1), due_on - timedelta(days=habit.early))
