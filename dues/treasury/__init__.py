"""The treasury: what officers write down, and what they look at."""
