"""Other sites on pages and for apps: the form, the public list, and what a member lost."""

import csv
import io

from sqlalchemy import select

from app.moderation.sites.models import SiteChange
from app.moderation.sites.service import sever_some
from governance.rules import DecisionType
from tests.factories import make_account
from tests.governance.test_sites import CLOSED, FAR, decide, follow
from tests.governance.web import Web

NEW = "/coop/proposals/new?type=domain"
LIST = "/coop/sites"


def test_the_form_makes_the_effect_however_the_site_is_written(web: Web) -> None:
    bo = web.browser("bo")
    assert "Which site" in bo.read(NEW)
    sent = {"title": "Close it", "domain": f"https://{FAR.upper()}/", "step": "suspend"}
    to = bo.sent(NEW, on=NEW, keep="1", reason="Threats.", **sent)
    page = bo.read(to)
    assert f"We close the door to {FAR}" in page
    assert 'value="troubled.example"' in bo.read(f"{to}/edit")


def test_the_form_says_what_is_no_site(web: Web) -> None:
    answer = web.browser("bo").send(NEW, on=NEW, title="Close it", domain="nowhere")
    assert answer.status_code == 422
    assert "Write the address of the site" in answer.text


def test_everybody_reads_the_list_and_visitors_some_names_with_stars(web: Web) -> None:
    assert "We speak with everybody" in web.visitor().read(LIST)
    assert web.browser("bo").get(f"{LIST}/list.csv").status_code == 404
    payload = {**CLOSED["payload"], "is_obfuscated": True}
    decide(web.hall, {**CLOSED, "payload": payload})
    seen, bo = web.visitor().read(LIST), web.browser("bo")
    assert "troub***.***mple" in seen
    assert FAR not in seen
    assert "Threats, and nobody answers." in seen
    assert FAR in bo.read(LIST)
    rows = list(csv.reader(io.StringIO(bo.read(f"{LIST}/list.csv"))))
    assert rows[1][:2] == [FAR, "suspend"]
    assert web.visitor().get(f"{LIST}/list.csv").status_code == 303


def test_apps_are_told_with_the_decision(web: Web) -> None:
    decide(web.hall, CLOSED)
    (one,) = web.visitor().get("/api/v1/instance/domain_blocks").json()
    assert (one["domain"], one["severity"]) == (FAR, "suspend")
    assert one["comment"] == "Threats, and nobody answers."
    assert web.browser("bo").get(one["decision_url"].partition("example")[2]).status_code == 200


def test_a_member_takes_along_whom_it_cut(web: Web) -> None:
    hall, bo = web.hall, web.browser("bo")
    assert "Nothing was cut for you" in bo.read("/settings/severed")
    with hall.db.write.begin() as session:
        far = make_account(session, username="far", domain=FAR).id
    follow(hall, hall.actor("bo").account_id, far)
    decide(hall, CLOSED)
    (change_id,) = hall.scalars(select(SiteChange.id))
    with hall.db.write.begin() as session:
        sever_some(session, change_id, now=hall.now)
    assert f"@far@{FAR}" in bo.read("/settings/severed")
    file = f"/settings/severed/{change_id}/following.csv"
    assert f"far@{FAR}" in bo.read(file)
    assert web.browser("cleo").get(file).status_code == 404


def test_an_officer_closes_it_from_the_page(web: Web) -> None:
    acts = "/duties/emergencies"
    to = web.browser("ada").sent(acts, what="site", domain=FAR, reason="It cannot wait.")
    proposal = web.hall.proposal(int(to.rpartition("/")[2].partition("?")[0]))
    assert proposal.type is DecisionType.EMERGENCY
    assert FAR in web.browser("bo").read(LIST)
