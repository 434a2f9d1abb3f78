"""Writers on SQLite take turns: first come, first served, and giving up leaves no gap."""

import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
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


def test_nobody_is_passed_over(tmp_path: Path) -> None:
    one = engine(tmp_path, seconds=5)
    counts = dict.fromkeys(range(8), 0)
    deadline = time.monotonic() + 1

    def write(number: int) -> None:
        while time.monotonic() < deadline:
            with one.connect() as connection:
                connection.execute(text("SELECT 1"))
                counts[number] += 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, counts))
    assert max(counts.values()) - min(counts.values()) <= max(counts.values()) // 4 + 2
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
