"""How what we say reaches others. So far the rules alone: when to try again, and when to stop."""
