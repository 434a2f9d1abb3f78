"""What is owed for cards: asking their pages, and forgetting old ones."""

from typing import Final

from app.core.shapes import Shape

FETCH: Final = "card.fetch"
FORGET: Final = "card.forget"


class FetchCard(Shape):
    """The payload of "card.fetch"."""

    card_id: int


class ForgetCards(Shape):
    """The payload of "card.forget": nothing."""
