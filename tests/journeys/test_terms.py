"""From nothing to new terms: found, join, post, propose, vote, enact, accept."""

from tests.journeys.conftest import PaperStage
from tests.journeys.story import Town, change_terms, inhabit, take_effect


def test_from_the_founding_to_new_terms(town: Town, stage: PaperStage) -> None:
    inhabit(town)
    town.post("bo", "Hello from the ferry.").sees("Hello from the ferry.")
    town.go("cleo", "/local").sees("Hello from the ferry.")
    change_terms(town)
    take_effect(town)
