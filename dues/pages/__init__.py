"""Paying as web pages: every one of them works without a script."""

from collections.abc import Sequence

from fastapi import APIRouter

from dues.pages import books, mine, payments, sheet, spending, treasury

ROUTERS: Sequence[APIRouter] = (
    mine.router,
    books.router,
    treasury.router,
    payments.router,
    spending.router,
    sheet.router,
)
