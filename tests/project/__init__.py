"""Tests of the project itself: tidiness, contracts, migrations, documentation."""
