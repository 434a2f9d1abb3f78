"""Notices that reach a device which looks away: subscriptions, envelopes, sending."""
