"""Shapes: what a form, a program's call or a stored payload must look like."""

from pydantic import BaseModel, ConfigDict


class Shape(BaseModel):
    """A pydantic model whose checker is built when it is first used.

    There are some fifty of them; building all took a twentieth of every start. What programs
    send to the API is no Shape: FastAPI wraps it, and wants its checker ready.
    """

    model_config = ConfigDict(defer_build=True)
