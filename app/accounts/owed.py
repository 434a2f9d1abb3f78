"""What is owed for accounts: looking whether pages that a profile links to link back."""

from typing import Final

from app.core.shapes import Shape

CHECK_LINKS: Final = "profile.check_links"


class CheckLinks(Shape):
    """The payload of "profile.check_links".

    `look` is also written beside each link that the look is about; of an older look nothing comes.
    """

    account_id: int
    look: str
