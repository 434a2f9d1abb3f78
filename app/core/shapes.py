"""Shapes: what a form, a program's call or a stored payload must look like."""

from pydantic import BaseModel, ConfigDict


class Shape(BaseModel):
    """A pydantic model whose checker is built when it is first used.

    There are more than a hundred of them; building all took a twentieth of every start.
    """

    model_config = ConfigDict(defer_build=True)
