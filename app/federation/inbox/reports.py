"""Flag: a report by people of another site, told by that site itself. Source: federation.md 7."""

from app.accounts.models import Account
from app.federation.authority import Verified
from app.federation.inbox.desk import Desk
from app.moderation.service import COMMENT_MAX, STATUSES_MAX, ReportForm, file_report
from app.moderation.sites.queries import treatment_by
from app.text.hosts import host_of_uri
from app.text.sanitize import plain_text


def flag(desk: Desk, verified: Verified) -> bool:
    """Lay a report about one of our accounts before the moderators.

    Posts of others, and posts that the other site may not see, are left out. Who reported is
    told to nobody: the other site reports in its own name.
    """
    activity = verified.activity
    treatment = treatment_by(desk.session.connection(), host_of_uri(verified.actor) or "")
    posts = [number for uri in activity.reported if (number := desk.ours.post(uri)) is not None]
    target = _target(desk, activity.reported, posts)
    if target is None or treatment.rejects_reports:
        return False
    reporter = desk.person(verified.actor)
    if reporter is None:
        return False
    form = ReportForm(
        target_id=target.id,
        status_ids=posts[:STATUSES_MAX],
        comment=plain_text(activity.content)[:COMMENT_MAX],
    )
    file_report(desk.session, reporter.id, form, is_local=False, now=desk.now)
    return True


def _target(desk: Desk, uris: tuple[str, ...], posts: list[int]) -> Account | None:
    """Return the first account of ours that is named; else the author of the first post."""
    named = (desk.local_person(uri) for uri in uris)
    found = next((account for account in named if account is not None), None)
    if found is not None or not posts:
        return found
    post = desk.known_post(next(uri for uri in uris if desk.ours.post(uri) == posts[0]))
    author = None if post is None else desk.session.get(Account, post.account_id)
    return author if author is not None and author.domain is None else None
