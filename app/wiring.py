"""How the parts meet: what a vote can do, who listens to what, who does which duty.

Literal registries and the tables' metadata; nothing here has behaviour of its own. What the
parts show on one another's pages is in `app/panels.py`, so that a command or a worker, which
import this, need no web.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from sqlalchemy.orm import Session

from app import herald, joints
from app import told as told_of_decisions
from app.accounts import models as accounts
from app.accounts.events import ProfileChanged
from app.accounts.links import check_links, look_at_new_links
from app.accounts.owed import CHECK_LINKS
from app.core import chain, duties, facts, mail, news, orphans, seats
from app.core.archive import Part
from app.core.duties import Handlers
from app.core.events import Listeners
from app.core.kernel import Kernel
from app.core.net import open_net
from app.core.orm import Base
from app.core.runner import Crew, Runner, Worker
from app.federation import models as actor_keys
from app.federation.asking import open_fetcher, own_hosts
from app.federation.delivery import listeners as outward
from app.federation.delivery import models as sayings
from app.federation.delivery import relations as towards
from app.federation.delivery.courier import Courier
from app.federation.inbox import duties as inbox_duties
from app.federation.inbox import models as inbox
from app.federation.inbox import owed as inbox_owed
from app.federation.inbox.elsewhere import Elsewhere
from app.federation.inbox.work import Here
from app.federation.ours import Ours
from app.filters import listeners as filtering
from app.filters import models as filters
from app.filters.archive import pack_filters
from app.filters.events import FiltersChanged
from app.http import answers
from app.http.actors import Callers
from app.http.letters import open_letters
from app.http.urls import Urls
from app.instance import announcements
from app.instance import models as instance
from app.instance.archive import pack_announcements
from app.instance.events import CoopFounded
from app.media import duties as media_duties
from app.media import models as media
from app.media import owed as media_owed
from app.media.events import CoverChanged
from app.media.queries import known_keys as media_keys
from app.media.remote import attached as remote_attached
from app.media.remote import duties as remote_duties
from app.media.remote import models as remote
from app.media.remote.queries import known_remote_keys
from app.members import models as members
from app.members.access import ASK_KIND, answer_recovery
from app.members.archive import pack_membership
from app.members.duties import TIDY_KIND, tidy
from app.members.events import (
    AccessEnded,
    MemberJoined,
    MemberLeft,
    MemberRestored,
    MemberSuspended,
    SignUpFinished,
)
from app.members.sessions import actor_of_session, touch
from app.moderation import events as moderating
from app.moderation import models as moderation
from app.moderation.sites import duties as site_duties
from app.moderation.sites import models as site_rules
from app.moderation.sites import owed as site_owed
from app.notifications import listeners as told
from app.notifications import mailbag
from app.notifications import models as notices
from app.notifications.push import models as devices
from app.notifications.push import subscriptions as push_subscriptions
from app.notifications.push.sending import send_push
from app.oauth import models as oauth
from app.oauth.queries import actor_of_token
from app.oauth.service import end_tokens, hand_over, note_use
from app.relationships import events as relationships
from app.relationships import models as follows
from app.relationships.archive import pack_people
from app.search import listeners as finding
from app.search import models as search
from app.statuses import duties as status_duties
from app.statuses import events as statuses
from app.statuses import featured, markers
from app.statuses import models as posts
from app.statuses.archive import pack_posts
from app.statuses.cards import duties as card_duties
from app.statuses.cards import models as cards
from app.statuses.cards import owed as card_owed
from app.statuses.letters import models as correspondence
from app.statuses.letters import service as letterbox
from app.statuses.polls import duties as poll_duties
from app.statuses.polls import models as polls
from app.statuses.polls import service as polling
from app.statuses.quotes import models as quotes
from app.statuses.service import schedule as scheduling
from app.statuses.service.covers import show_anew
from app.timelines import duties as feed_duties
from app.timelines import listeners as feeds
from app.timelines import models as timelines
from app.timelines.archive import pack_lists
from dues import duties as paying
from dues import events as dues_events
from dues import invariants as dues_invariants
from dues import listeners as dues_heard
from dues import owed as dues_owed
from dues.archive import pack_dues
from dues.billing import models as billing
from dues.ledger import rules as ledger
from dues.treasury.evidence import known_keys as paper_keys
from governance import (
    constitution,
    documents,
    emergencies,
    founding,
    owed,
    roles,
    sites,
    sitesettings,
    statements,
)
from governance import duties as deciding
from governance import events as decision_events
from governance import live as decided
from governance import models as decisions
from governance.archive import pack_decisions
from governance.effects import Effects

# Packages with tables are named here so that their models are known to METADATA.
TABLES = (
    chain,
    duties,
    facts,
    seats,
    news,
    accounts,
    actor_keys,
    sayings,
    inbox,
    members,
    oauth,
    instance,
    announcements,
    media,
    remote,
    remote_attached,
    follows,
    posts,
    polls,
    quotes,
    cards,
    correspondence,
    markers,
    featured,
    timelines,
    filters,
    moderation,
    site_rules,
    search,
    notices,
    devices,
    mailbag,
    decisions,
    answers,
    ledger,
    billing,
)
METADATA = Base.metadata

EFFECTS: Effects = {
    documents.KIND: documents.ADOPT_DOCUMENT,
    constitution.KIND: constitution.SET_RULES,
    roles.GRANT: roles.GRANT_ROLE,
    roles.END: roles.END_ROLE,
    statements.KIND: statements.STATEMENT,
    joints.SET_DUES: joints.DUES_EFFECT,
    sitesettings.KIND: sitesettings.SET_SETTING,
    sites.SUSPEND: sites.SUSPEND_SITE,
    sites.LIFT: sites.LIFT_SITE,
}
follow_answer = partial(emergencies.follow_answer, effects=EFFECTS)
LISTENERS: Listeners = {
    decision_events.ProposalSubmitted: [told_of_decisions.on_submitted],
    decision_events.ProposalOpened: [told_of_decisions.on_opened, herald.on_opened],
    decision_events.VotingClosesSoon: [told_of_decisions.on_closes_soon],
    decision_events.ProposalDecided: [
        follow_answer,
        told_of_decisions.on_decided,
        herald.on_decided,
    ],
    decision_events.ProposalRatified: [follow_answer],
    decision_events.ProposalWithdrawn: [follow_answer],
    decision_events.ChallengeRuled: [follow_answer],
    decision_events.CommentAdded: [told_of_decisions.on_comment],
    decision_events.OrderReady: [told_of_decisions.on_order_ready],
    decision_events.ReviewDue: [told_of_decisions.on_review],
    decision_events.NoteProposed: [told_of_decisions.on_note],
    decision_events.OrderDeclined: [told_of_decisions.on_order_declined],
    decision_events.DocumentAdopted: [told_of_decisions.on_document, herald.on_document],
    CoopFounded: [
        founding.lay_ground,
        dues_heard.lay_books,
        feed_duties.begin_to_trim,
        joints.begin_to_forget,
        herald.begin_to_tell_head,
        joints.begin_to_sweep,
        inbox_duties.begin_to_forget_received,
    ],
    MemberJoined: [dues_heard.on_joined],
    MemberLeft: [dues_heard.on_left],
    dues_events.InvoiceOpened: [joints.tell_invoice],
    dues_events.DuesPaid: [joints.tell_paid],
    dues_events.DuesLapsed: [joints.tell_lapsed],
    AccessEnded: [end_tokens],
    SignUpFinished: [hand_over],
    relationships.FollowRequested: [told.on_follow_requested, towards.on_follow_requested],
    relationships.FollowDeclined: [towards.on_follow_declined],
    relationships.FollowBegan: [
        feeds.begin_to_read,
        told.on_follow_began,
        towards.on_follow_began,
    ],
    relationships.FollowEnded: [
        feeds.cease_to_read,
        told.on_follow_ended,
        towards.on_follow_ended,
    ],
    relationships.AccountBlocked: [told.on_blocked, towards.on_blocked],
    relationships.AccountUnblocked: [towards.on_unblocked],
    CoverChanged: [show_anew],
    ProfileChanged: [look_at_new_links, towards.on_profile_changed],
    MemberSuspended: [towards.on_profile_changed],
    MemberRestored: [towards.on_profile_changed],
    moderating.ReportMade: [towards.on_report_made],
    statuses.StatusPublished: [
        feeds.deliver_post,
        finding.on_written,
        letterbox.on_published,
        told.on_published,
        outward.on_published,
    ],
    statuses.StatusEdited: [
        finding.on_written,
        letterbox.on_edited,
        told.on_edited,
        outward.on_edited,
    ],
    statuses.ScheduledStatusFailed: [told.on_scheduled_failed],
    moderating.ReportClosed: [joints.tell_report],
    moderating.FollowsSevered: [told.on_severed],
    statuses.PollEnded: [told.on_poll_ended, outward.on_poll_ended],
    statuses.StatusDeleted: [
        finding.on_deleted,
        letterbox.on_deleted,
        told.on_deleted,
        outward.on_deleted,
    ],
    statuses.StatusBoosted: [feeds.deliver_post, told.on_boosted, outward.on_boosted],
    statuses.StatusQuoted: [told.on_quoted],
    statuses.StatusUnboosted: [told.on_unboosted, outward.on_unboosted],
    statuses.StatusFavourited: [told.on_favourited, outward.on_favourited],
    statuses.StatusUnfavourited: [told.on_unfavourited, outward.on_unfavourited],
    statuses.StatusPinned: [outward.on_pinned],
    statuses.StatusUnpinned: [outward.on_unpinned],
    statuses.VoteCast: [outward.on_vote],
    FiltersChanged: [filtering.on_changed],
}
# Who knows which stored files, by the first part of their keys.
KEEPERS: orphans.Keepers = {
    "media": media_keys,
    "remote": known_remote_keys,
    "evidence": paper_keys,
}
# What `commonhold verify --live` asks, beside the chains themselves.
LIVE_CHECKS: Sequence[Callable[[Session], Iterable[str]]] = (
    decided.differences,
    dues_invariants.differences,
)
# What a member takes along.
ARCHIVE_PARTS: Sequence[Part] = (
    pack_membership,
    pack_posts,
    pack_people,
    pack_announcements,
    pack_lists,
    pack_filters,
    pack_decisions,
    pack_dues,
)
CALLERS = Callers(
    of_session=actor_of_session, of_token=actor_of_token, touch=touch, touch_token=note_use
)

# What takes minutes has workers of its own, so that nothing else ever waits for it.
SLOW = frozenset({media_owed.PREPARE})
ASKING = frozenset({card_owed.FETCH, CHECK_LINKS})  # Others, who may keep us waiting.
# What other sites send, which may be much, and what it needs of others, who may be slow.
CAME = frozenset({inbox_owed.PROCESS})
CAME_LACKING = frozenset({inbox_owed.FETCH, inbox_owed.REFRESH})
CREWS: Mapping[str, Crew] = {
    "worker": Crew(but=SLOW | ASKING | CAME | CAME_LACKING),
    "inbox worker": Crew(only=CAME),
    "inbox asker": Crew(only=CAME_LACKING, at_once=2),
    "second inbox asker": Crew(only=CAME_LACKING, at_once=2),
    "film worker": Crew(only=SLOW, at_once=1),
    "asking worker": Crew(only=ASKING, at_once=2),
}


def crews(kernel: Kernel) -> Mapping[str, Worker]:
    """Return the workers of a process by name, the one for everything usual first."""
    handlers = duty_handlers(kernel)
    runners = {
        name: Runner(kernel.db.write, handlers, kernel.clock, crew) for name, crew in CREWS.items()
    }
    return {**runners, "courier": courier(kernel)}


def courier(kernel: Kernel) -> Courier:
    """Return who delivers to other sites; it has connections of its own."""
    return Courier(kernel, open_net(kernel.settings).begin)


def duty_handlers(kernel: Kernel) -> Handlers:
    """Return who does which duty, with the tools that each handler needs."""
    letters = open_letters(kernel)
    here = Here(Ours(Urls(kernel.settings.base_url)), own_hosts(kernel))
    fetcher = open_fetcher(kernel, open_net(kernel.settings))
    elsewhere = Elsewhere(kernel.db, kernel.clock, fetcher, here.ours)
    return {
        owed.LAPSE: deciding.lapse,
        owed.FREEZE: partial(deciding.freeze, effects=EFFECTS),
        owed.OPEN: deciding.open_vote,
        owed.REMIND: deciding.remind,
        owed.CLOSE: deciding.close,
        owed.RATIFY: deciding.ratify,
        owed.EXPIRE: deciding.expire,
        owed.REVIEW: deciding.review,
        owed.UNDO: partial(deciding.undo, effects=EFFECTS),
        owed.PULSE: deciding.pulse,
        mail.KIND: partial(
            mail.send_mail,
            keyring=kernel.keyring,
            sender=mail.sender_of(kernel.settings),
            deliver=mail.open_mail(kernel.settings),
        ),
        mailbag.SEND: partial(
            mailbag.send_mailbag,
            keyring=kernel.keyring,
            letters=letters,
            base_url=kernel.settings.base_url,
            is_moot=told_of_decisions.is_moot,
        ),
        herald.POST: partial(herald.post_news, letters=letters),
        herald.POST_HEAD: partial(herald.post_head, letters=letters, keyring=kernel.keyring),
        told_of_decisions.ASK_AGAIN: told_of_decisions.ask_again,
        "feed.fan_out": feed_duties.fan_out_rest,
        "feed.trim": feed_duties.trim_feeds,
        push_subscriptions.SEND: partial(send_push, post=joints.push_post(kernel, letters)),
        ASK_KIND: partial(answer_recovery, keyring=kernel.keyring, letters=letters),
        dues_owed.RENEW: partial(paying.renew, letters=letters),
        dues_owed.REMIND: partial(paying.remind, letters=letters),
        dues_owed.RECEIPT: partial(paying.mail_receipt, letters=letters),
        dues_owed.CHECK: paying.check_books,
        TIDY_KIND: tidy,
        joints.FORGET_KEYS: joints.forget_keys,
        scheduling.PUBLISH: partial(
            status_duties.publish_scheduled, here=kernel.settings.address_domain
        ),
        polling.END: poll_duties.end_due_poll,
        orphans.SWEEP: partial(orphans.sweep_store, storage=kernel.storage, keepers=KEEPERS),
        card_owed.FETCH: partial(card_duties.fetch_card, reader=joints.card_reader(kernel)),
        CHECK_LINKS: partial(check_links, links=joints.profile_links(kernel)),
        card_owed.FORGET: card_duties.forget_old_cards,
        inbox_owed.PROCESS: partial(inbox_duties.process_received, here=here),
        inbox_owed.FETCH: partial(inbox_duties.fetch_for, here=here, elsewhere=elsewhere),
        inbox_owed.REFRESH: partial(inbox_duties.refresh_person, here=here, elsewhere=elsewhere),
        inbox_owed.FORGET: inbox_duties.forget_received,
        site_owed.SEVER: site_duties.sever_follows,
        remote_duties.EVICT: partial(
            remote_duties.evict_remote, bytes_max=kernel.settings.remote_cache_mb << 20
        ),
        media_owed.PREPARE: partial(media_duties.prepare_film, storage=kernel.storage),
        media_owed.SWEEP: media_duties.sweep_picture,
        media_owed.ERASE: partial(media_duties.erase_files, storage=kernel.storage),
    }
