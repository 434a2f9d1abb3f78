"""Letters as one list, for apps that read them so. Source: mastodon-api.md 5.1."""

from collections import defaultdict
from datetime import timedelta

from app.statuses.visibility import Visibility
from tests.factories import NOON
from tests.mastodon.apps import Site
from tests.queries import counted
from tests.social import befriend, post

DIRECT = "/api/v1/timelines/direct"


def test_letters_sent_and_got_are_one_list_paged_both_ways(site: Site) -> None:
    ada, bo, cy = site.person("ada"), site.person("bo"), site.person("cy")
    ids = []
    with site.write() as session:
        befriend(session, ada, bo)
        for n in range(6):
            now = NOON + timedelta(minutes=n)
            author, named = (ada, "bo") if n % 2 else (bo, "ada")
            words = f"@{named} {n}"
            ids.append(post(session, author, words, visibility=Visibility.DIRECT, now=now).id)
            post(session, ada, f"@bo in public {n}", now=now)
            post(session, cy, f"@bo {n}", visibility=Visibility.DIRECT, now=now)
    expected = [str(id_) for id_ in reversed(ids)]
    app = site.program("ada")
    app.get(DIRECT)
    assert [letter["id"] for letter in app.get(DIRECT).json()] == expected
    seen: list[str] = []
    page = app.get(f"{DIRECT}?limit=2")
    while page.json():
        seen += [letter["id"] for letter in page.json()]
        page = app.get(page.links["next"]["url"])
    assert seen == expected
    for lower, upper in ((5, 3), (4, 2), (3, 1)):
        above = app.get(f"{DIRECT}?limit=2&min_id={expected[lower]}").json()
        assert [letter["id"] for letter in above] == expected[upper:lower]
    newer = app.get(f"{DIRECT}?limit=2&since_id={expected[4]}").json()
    assert [letter["id"] for letter in newer] == expected[:2]
    bo_reads = [letter["account"]["acct"] for letter in site.program("bo").get(DIRECT).json()]
    assert bo_reads.count("cy") == 6


def test_the_list_of_letters_looks_along_indexes(site: Site) -> None:
    """However much somebody has posted, only letters are looked at, in the order of the page."""
    app = site.program("ada")
    app.get(DIRECT)
    with counted(site.kernel.db) as statements:
        app.get(DIRECT)
    [statement] = [s for s in statements if "mentions" in s and "LIMIT" in s]
    assert "visibility = 'direct'" in statement
    if site.kernel.db.dialect == "sqlite":
        plan = _plan(site, statement)
        assert "ix_statuses_letters" in plan
        assert "USE TEMP B-TREE FOR RIGHT PART" not in plan


def _plan(site: Site, statement: str) -> str:
    with site.kernel.db.read_engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        values: dict[str, int] = defaultdict(lambda: 1)
        rows = driver.execute("EXPLAIN QUERY PLAN " + statement, values).fetchall()
    return "\n".join(str(row[-1]) for row in rows)
