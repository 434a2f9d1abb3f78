"""The tests: mirrors of the packages, journeys, browser runs, and the house rules."""
