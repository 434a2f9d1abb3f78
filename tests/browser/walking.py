"""Walking through a site by its links, without a browser: which pages there are, and for whom."""

from collections import Counter, deque
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from httpx2 import Client, Limits

from tests.browser.routes import Page, all_pages, is_page, page_of
from tests.paper import Paper

# One address of each kind is looked at. Of these several, for each state has its own face.
FACES = {
    "/coop/proposals/{proposal_id:int}": 8,
    "/coop/proposals/{proposal_id:int}/result": 3,
    "/coop/documents/{slug}": 2,
    "/@{handle}": 2,
    "/@{handle}/{status_id:int}": 2,
}
KNOCKS = 4  # How many addresses of a kind are opened at all, to find dead links.


@dataclass
class Walk:
    """What one person's walk found: addresses to look at, and links that lead nowhere."""

    looked: list[tuple[str, str]] = field(default_factory=list)  # Address, and what it shows.
    kinds: set[str] = field(default_factory=set)
    dead: list[str] = field(default_factory=list)


def person_at(url: str) -> Paper:
    """Return a browser on paper for the site at `url`."""
    nothing_kept = Limits(max_keepalive_connections=0)  # So that nothing need be closed later.
    return Paper(Client(base_url=url, timeout=60, limits=nothing_kept))


def walk(paper: Paper, *starts: str, steps: int) -> Walk:
    """Follow links inside the site, at most so many steps away from the starts."""
    pages, found = all_pages(), Walk()
    seen, knocked, counted = set(starts), Counter[str](), Counter[str]()
    waiting = deque((start, "the test", 0) for start in starts)
    while waiting:
        path, origin, step = waiting.popleft()
        page = page_of(urlsplit(path).path, pages)
        kind = _kind(path, page)
        if page is None:
            found.dead.append(f"{origin} links to {path}, which is no page")
        if page is None or knocked[kind] >= KNOCKS:
            continue
        knocked[kind] += 1
        if not _opens(paper, path):
            found.dead.append(f"{origin} links to {path}: {paper.status}")
            continue
        if urlsplit(paper.url).path != urlsplit(path).path:
            continue  # The door, or another page that has an address of its own.
        found.kinds.add(page.pattern)
        if counted[kind] < FACES.get(kind, 1):
            counted[kind] += 1
            found.looked.append((path, kind))
        for link in _links(paper) if step < steps else ():
            if link not in seen:
                seen.add(link)
                waiting.append((link, path, step + 1))
    return found


def _kind(path: str, page: Page | None) -> str:
    """Return what is looked at once: the page, apart for each set of questions after the `?`."""
    names = sorted(part.partition("=")[0] for part in urlsplit(path).query.split("&") if part)
    return "?".join((page.pattern if page else path, *names))


def _opens(paper: Paper, path: str) -> bool:
    """Go to the address; return whether a page is there, and not only a way to another one."""
    answer = paper.client.get(path, headers={"accept": "text/html"}, follow_redirects=True)
    paper.show(answer)
    return answer.status_code == 200


def _links(paper: Paper) -> list[str]:
    """Return the addresses inside the site to which the page links."""
    found = []
    for link in paper.page.all("a"):
        address = urlsplit(urljoin(paper.url, link.attributes.get("href", "")))
        if not address.netloc and address.path.startswith("/") and is_page(address.path):
            found.append(address.path + (f"?{address.query}" if address.query else ""))
    return found
