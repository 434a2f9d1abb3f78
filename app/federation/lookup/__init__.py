"""How others are found: by handle, by address, by the page of a browser. Pure; who fetches asks.

A handle is believed only after the round trip of `webfinger`: anybody can claim a name on their
own site for an actor of another one.
"""
