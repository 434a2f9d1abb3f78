"""Writers on SQLite take turns: first come, first served, and giving up leaves no gap."""

import sqlite3
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.core.turns import TurnPool


def engine(folder: Path, *, seconds: int = 20) -> Engine:
    return create_engine(
        f"sqlite:///{folder}/turns.db",
        poolclass=TurnPool,
        pool_size=1,
        max_overflow=0,
        pool_timeout=seconds,
        connect_args={"check_same_thread": False},
    )


def test_the_one_who_asked_first_comes_first(tmp_path: Path) -> None:
    one = engine(tmp_path)
    order: list[int] = []

    def write(number: int) -> None:
        with one.connect():
            order.append(number)

    first = one.connect()
    threads = []
    for number in range(8):
        thread = threading.Thread(target=write, args=(number,))
        thread.start()
        threads.append(thread)
        while len(one.pool._waiting) <= number:  # type: ignore[attr-defined]
            time.sleep(0.001)
    first.close()
    for thread in threads:
        thread.join()
    assert order == list(range(8))
    one.dispose()


def test_who_gives_it_back_asks_behind_those_who_wait(tmp_path: Path) -> None:
    one = engine(tmp_path)
    for _ in range(50):
        order: list[str] = []

        def write(order: list[str] = order) -> None:
            with one.connect():
                order.append("who waited")

        first = one.connect()
        waiting = threading.Thread(target=write)
        waiting.start()
        while not one.pool._waiting:  # type: ignore[attr-defined]
            time.sleep(0.001)
        first.close()
        with one.connect():
            order.append("who gave it back")
        waiting.join()
        assert order == ["who waited", "who gave it back"]
    one.dispose()


def test_who_gives_up_is_not_waited_for(tmp_path: Path) -> None:
    one = engine(tmp_path, seconds=0)
    with one.connect(), pytest.raises(PoolTimeout, match="busy"):
        one.connect()
    with one.connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1
    one.dispose()


def test_a_connection_that_cannot_be_opened_passes_the_turn_on(tmp_path: Path) -> None:
    pool = TurnPool(lambda: sqlite3.connect(tmp_path / "missing" / "x.db"), timeout=0)
    for _ in range(2):
        with pytest.raises(sqlite3.OperationalError, match="unable to open"):
            pool.connect()
