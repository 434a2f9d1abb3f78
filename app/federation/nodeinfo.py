"""What kind of site this is, for other sites and for apps. Source: NodeInfo 2.0 and 2.1.

We say that we are Commonhold; how many people are busy here is nobody's business.
"""

from typing import Any, Final

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import JSONResponse, Response

from app import VERSION
from app.core.errors import NotFound
from app.core.kernel import Kernel
from app.core.settings import Registration
from app.core.words import say
from app.http.access import Anyone
from app.http.deps import KernelDep, ReaderDep
from app.http.ready import keep
from app.http.routes import LateRoute
from app.http.urls import Urls
from app.instance.queries import coop_of, registration_of
from app.members.queries import count_members

router = APIRouter(route_class=LateRoute, dependencies=[Anyone])

VERSIONS: Final = ("2.0", "2.1")
APPLICATION: Final = "https://www.w3.org/ns/activitystreams#Application"  # Source: FEP-2677.
SCHEMA: Final = "http://nodeinfo.diaspora.software/ns/schema/"


@router.get("/.well-known/nodeinfo")
def get_places(request: Request, kernel: KernelDep) -> Response:
    """Say where the documents are."""
    base = kernel.settings.base_url
    links = [{"rel": f"{SCHEMA}{v}", "href": f"{base}/nodeinfo/{v}"} for v in VERSIONS]
    links.append({"rel": APPLICATION, "href": Urls(base).site_actor})
    keep(request)
    return JSONResponse({"links": links})


@router.get("/nodeinfo/{version}")
def get_nodeinfo(
    version: str, request: Request, session: ReaderDep, kernel: KernelDep
) -> Response:
    """Describe the site."""
    if version not in VERSIONS:
        raise NotFound(say("There is no such document."))
    keep(request)
    kind = f'application/json; profile="{SCHEMA}{version}#"; charset=utf-8'
    described = nodeinfo(session, kernel, version)
    return JSONResponse(described, headers={"Content-Type": kind})


def nodeinfo(session: Session, kernel: Kernel, version: str) -> dict[str, Any]:
    """Return the document of a version."""
    coop, base = coop_of(session), kernel.settings.base_url
    software = {"name": "commonhold", "version": VERSION}
    if version == "2.1":
        software |= {"homepage": f"{base}/about"}
    return {
        "version": version,
        "software": software,
        "protocols": ["activitypub"],
        "services": {"inbound": [], "outbound": []},
        "openRegistrations": registration_of(session, kernel.settings) is Registration.OPEN,
        "usage": {"users": {"total": count_members(session)}, "localPosts": 0},
        "metadata": {
            "nodeName": coop.name if coop else kernel.settings.address_domain,
            "nodeDescription": coop.tagline if coop else "",
        },
    }
