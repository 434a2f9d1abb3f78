"""The sets of rules that a co-op can begin with. Pure; what they hold is governance's matter."""

from enum import StrEnum


class Preset(StrEnum):
    """How a co-op begins; its members may vote any part of it away."""

    SMALL = "small"
    SOCIAL_COOP_LIKE = "social-coop-like"
    ASSOCIATION = "association"
