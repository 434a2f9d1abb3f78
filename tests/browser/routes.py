"""The table of routes: which addresses are pages, and which page an address belongs to."""

import re
from dataclasses import dataclass
from pathlib import Path

TABLE = Path(__file__).parents[2] / "docs" / "routes.md"
ROW = re.compile(r"^\| GET \| `(?P<path>[^`]+)` \| (?P<who>.+) \|$", re.MULTILINE)
HOLE = re.compile(r"\{(\w+)(?::(int|path))?\}")
FILLED = {None: "[^/]+", "int": r"\d+", "path": ".+"}
# Answers to programs, and files.
NOT_PAGES = re.compile(
    r"\.(csv|json|txt|xml|ics|ico|rss|webmanifest|beancount|ledger|zip)$"
    r"|^/(actor|ap|api|contexts|media|media_proxy|static|faces|emojis|health|metrics|oauth)(/|$)"
    r"|^/(nodeinfo|\.well-known)/"
    # Addresses that only lead to others.
    r"|^/(auth|authorize_interaction|invite|manifest|privacy-policy|share|terms-of-service|users)"
    r"(/|$)"
    r"|^/coop/votes/[^/]+/text$|/evidence$"
)


@dataclass(frozen=True, slots=True)
class Page:
    """A kind of page: the pattern of its address, as the table of routes writes it."""

    pattern: str

    def holds(self, path: str) -> bool:
        """Return whether the address is of this kind."""
        regex, end = "", 0
        for hole in HOLE.finditer(self.pattern):
            regex += re.escape(self.pattern[end : hole.start()]) + FILLED[hole[2]]
            end = hole.end()
        return re.fullmatch(regex + re.escape(self.pattern[end:]), path) is not None

    @property
    def looseness(self) -> tuple[int, int]:
        """Return how much the pattern leaves open: exact addresses first, then numbers."""
        holes = HOLE.findall(self.pattern)
        return len(holes), sum(kind != "int" for _, kind in holes)


def is_page(path: str) -> bool:
    """Return whether a person reads what is at the address."""
    return NOT_PAGES.search(path) is None


def all_pages() -> list[Page]:
    """Return every kind of page, the most exact first."""
    paths = [match["path"] for match in ROW.finditer(TABLE.read_text())]
    return sorted(map(Page, filter(is_page, paths)), key=lambda page: page.looseness)


def page_of(path: str, pages: list[Page]) -> Page | None:
    """Return which page an address belongs to."""
    return next((page for page in pages if page.holds(path)), None)
