"""Ids: strictly increasing, different on every node, ordered by time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from app.core.ids import IdMaker, first_id_at, time_of_id

NOON = datetime(2026, 11, 9, 12, tzinfo=UTC)


def noon_ms() -> int:
    return int(NOON.timestamp() * 1000)


def test_a_maker_never_repeats_itself_even_if_the_clock_steps_back() -> None:
    times = iter([noon_ms(), noon_ms() - 5000, *[noon_ms()] * 10_000])
    maker = IdMaker(now_ms=lambda: next(times))
    made = [maker() for _ in range(9000)]
    assert made == sorted(set(made))


def test_makers_of_different_nodes_never_agree() -> None:
    first, second = IdMaker(1, noon_ms), IdMaker(2, noon_ms)
    assert not {first() for _ in range(5000)} & {second() for _ in range(5000)}


def test_threads_share_a_maker() -> None:
    maker = IdMaker(now_ms=noon_ms)
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: maker(), range(5000)))
    assert len(set(made)) == 5000


def test_an_id_tells_its_time_and_fits_63_bits() -> None:
    made = IdMaker(7, noon_ms)()
    assert time_of_id(made) == NOON
    assert first_id_at(NOON) <= made < first_id_at(NOON + timedelta(milliseconds=1))
    assert first_id_at(datetime(2080, 1, 1, tzinfo=UTC)) < 1 << 63


def test_old_posts_have_ids_too() -> None:
    assert first_id_at(datetime(2016, 10, 6, tzinfo=UTC)) > 0
