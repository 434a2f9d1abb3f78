"""Paying for programs: the part of the co-op API that is about dues, books and the treasury."""

from collections.abc import Sequence

from fastapi import APIRouter

from dues.api import books, mine, treasury

ROUTERS: Sequence[APIRouter] = (mine.router, books.router, treasury.router)
