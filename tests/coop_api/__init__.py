"""The co-op API as a whole: who may call what, bad input, its description, its handbook."""
