"""What the parts show on each other's pages: home, the co-op's hub, the landing page, the desk."""

from app.http.panels import Panels
from app.web import announcing, desk, emojis, offers, reports, welcome
from app.wiring import EFFECTS
from dues import panels as dues_panels
from governance import dates, panels
from governance.first_vote import vote_step

PANELS = Panels(
    needs=[
        panels.consents_needed,
        panels.votes_needed,
        panels.orders_needed(EFFECTS),
        dues_panels.needs,
        announcing.needs,
        welcome.needs,
    ],
    under_way=[panels.matters_under_way],
    decided=[panels.matters_decided],
    rules=[panels.house_rules],
    heard=[offers.heard],
    new_since=[offers.new_since],
    drawers=[
        desk.drawers,
        reports.drawers,
        announcing.drawers,
        emojis.drawers,
        panels.drawers_of(EFFECTS),
        dues_panels.drawers,
    ],
    first_steps=[welcome.follow_step, welcome.post_step, vote_step, welcome.dues_step],
    dates=[dates.dates, dues_panels.dates],
    price=[dues_panels.price],
    money=[dues_panels.money],
    papers=[panels.papers],
)
