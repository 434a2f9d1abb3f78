"""The demo co-op as these tests find it: told once, furnished with what the story leaves out."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from sqlalchemy import delete

from app.members.models import Acceptance
from app.members.queries import member_by_username
from tests.browser.walking import Walk, person_at, walk
from tests.engines import opened
from tests.live import PASSWORD, LiveSite
from tests.media.pictures import picture_file
from tests.paper import Element, Paper

MEMBERS = "12"
NILS = "nils@mail.example"
# Whoever looks, and from where they set out.
STARTS: Mapping[str, Sequence[str]] = {
    "": ("/", "/recover"),
    "anneke": ("/home", "/login/confirm"),
    "pia": (
        "/home",
        "/welcome",
        "/compose",
        "/coop/documents/terms/accept",
        "/settings/membership",
    ),
    "bo": ("/home", "/settings/membership"),  # His dues have lapsed, in the demo.
    "nils": ("/place",),
    "ada": ("/duties",),
    "maren": ("/duties", "/duties/treasury/payments/new?who=anneke"),
    "ines": ("/duties",),
}
# These two go as far as links lead. The others have the same pages, and some of their own nearby.
WALKERS = ("", "anneke")
STEPS = {"": 99, "anneke": 99, "ada": 2, "maren": 2}
NEAR = 1


@dataclass(frozen=True, slots=True)
class Plan:
    """What to look at as whom; which kinds of page that makes; and links that lead nowhere."""

    paths: dict[str, list[str]]
    kinds: list[str]
    dead: list[str]

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Return the plan that lies in the folder."""
        return cls(**json.loads((folder / "plan.json").read_text()))


def build(folder: Path) -> None:
    """Tell the demo in the folder, furnish it, and write down what there is to look at."""
    site = LiveSite(folder)
    site.command("migrate")
    site.command("demo", "--members", MEMBERS, "--seed", "7")
    site.command(
        "member", "add", "pia", "--email", "pia@riverside.example", "--password", PASSWORD
    )
    _forget_consent(folder, "pia")
    site.start()
    try:
        plan = _plan(site, _furnish(site))
    finally:
        site.stop()
    (folder / "plan.json").write_text(json.dumps(asdict(plan)))


def _forget_consent(folder: Path, name: str) -> None:
    """Let somebody not have accepted what the co-op requires: for years, as far as we know."""
    with opened(f"sqlite:///{folder / 'commonhold.db'}") as db, db.write.begin() as session:
        member = member_by_username(session, name)
        assert member is not None
        session.execute(delete(Acceptance).where(Acceptance.member_id == member.id))


def signed_in(site: LiveSite, name: str) -> Paper:
    """Return a browser on paper in which the person is signed in; nobody, without a name."""
    paper = person_at(site.url)
    if name:
        paper.open("/login").press("Sign in", login=name, password=PASSWORD)
    return paper


def _furnish(site: LiveSite) -> dict[str, list[str]]:
    """Let people do what the story leaves out; return pages that only they know the way to."""
    anneke = signed_in(site, "anneke")
    found = [_votes(anneke), _drafts(anneke), _edits(anneke)]
    visitor = [_loses_password(site), _moves(site, anneke)]
    _keeps_order(anneke)
    _keeps_emoji(site)
    _pays(site, anneke)
    _applies(site)
    return {"anneke": found, "": visitor}


def _votes(anneke: Paper) -> str:
    anneke.open("/coop").follow("Vote: ").press("Put it in the box", choice="yes")
    return anneke.url


def _drafts(anneke: Paper) -> str:
    anneke.open("/compose").press("Save for later", words="Half a thought about radiators.")
    anneke.open("/coop/proposals/new?type=policy").press(
        "Keep as a draft", title="Quiet hours", body="From ten at night."
    )
    return anneke.url


def _edits(anneke: Paper) -> str:
    anneke.open("/compose").press("Post", words="Tea is raedy.")
    [mine] = [link for link in anneke.page.all("a") if link.text.startswith("Change")][:1]
    anneke.open(mine.attributes["href"]).press("Save the change", words="Tea is ready.")
    return anneke.url


def _keeps_order(anneke: Paper) -> None:
    anneke.open("/lists").press("Begin the list", title="Boats")
    anneke.open("/settings/filters/new").press("Keep", title="Quiet", words="lottery")
    anneke.open("/settings/profile").press("Show the tag", tag="garden")


def _keeps_emoji(site: LiveSite) -> None:
    ada = signed_in(site, "ada").open("/duties/emojis")
    [ticket] = {box.attributes["value"] for box in _boxes(ada, "csrf")}
    answer = ada.client.post(
        "/duties/emojis",
        data={"csrf": ticket, "shortcode": "kettle", "category": "House"},
        files={"picture": ("kettle.png", picture_file("PNG", (64, 64)), "image/png")},
        headers={"origin": site.url},
    )
    assert answer.status_code == 303, answer.text


def _loses_password(site: LiveSite) -> str:
    person_at(site.url).open("/recover").press("Send me the link", email="ruth@riverside.example")
    return _link_in(site.newest_mail("ruth@riverside.example", about="A new password").text)


def _moves(site: LiveSite, anneke: Paper) -> str:
    anneke.open("/settings/email").press("Send the link", email="anneke@mail.example")
    return _link_in(site.newest_mail("anneke@mail.example").text)


def _pays(site: LiveSite, anneke: Paper) -> None:
    anneke.open("/settings/membership").press(
        "Save my choice", amount="suggested", cadence="yearly"
    )
    maren = signed_in(site, "maren").open("/duties/treasury/payments/new?who=anneke")
    maren.press("Write it in the books", amount="12.00")


def _applies(site: LiveSite) -> None:
    nils = person_at(site.url).open("/join")
    documents = [box.attributes["value"] for box in _boxes(nils, "ticked")]
    nils.press(
        *("Send me the code",),
        username="nils",
        email=NILS,
        password=PASSWORD,
        words="My sister lives here.",
        ticked=documents,
    )
    code = re.search(r"^(\d{6})$", site.newest_mail(NILS).text, re.MULTILINE)
    assert code is not None
    nils.press("Come in", code=code[1])


def _boxes(paper: Paper, name: str) -> list[Element]:
    return [box for box in paper.page.all("input") if box.attributes.get("name") == name]


def _link_in(text: str) -> str:
    link = re.search(r"^https?://\S+=\S+$", text, re.MULTILINE)
    assert link is not None, text
    parts = urlsplit(link[0])
    return f"{parts.path}?{parts.query}"


def _plan(site: LiveSite, known: Mapping[str, Sequence[str]]) -> Plan:
    """Walk as everybody; nobody looks at what somebody else has looked at already."""
    walks: dict[str, Walk] = {}
    paths: dict[str, list[str]] = {}
    common: set[str] = set()
    for name, starts in STARTS.items():
        steps = STEPS.get(name, NEAR)
        found = walk(signed_in(site, name), *starts, *known.get(name, ()), steps=steps)
        walks[name] = found
        own = [path for path, kind in found.looked if kind not in common or path in starts]
        paths[name] = own
        if name:
            common |= {kind for _, kind in found.looked}
    kinds = {kind for found in walks.values() for kind in found.kinds}
    dead = [f"{name or 'a visitor'}: {link}" for name, w in walks.items() for link in w.dead]
    return Plan(paths, sorted(kinds), dead)
