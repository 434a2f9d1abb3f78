"""Applications and access tokens: what else than a browser may act for a member."""
