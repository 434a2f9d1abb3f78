"""The duty of ending follows with a site that is refused."""

from typing import Final

from app.core.shapes import Shape

SEVER: Final = "sites.sever"


class Sever(Shape):
    """The payload of "sites.sever": the change by which the site was refused."""

    change_id: int
