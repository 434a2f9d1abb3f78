"""Who may quote a post, and what a reader gets to see of it: pure."""

from enum import StrEnum

from app.statuses.visibility import Visibility


class QuotePolicy(StrEnum):
    """Who may quote a post, beside its author."""

    PUBLIC = "public"
    FOLLOWERS = "followers"
    NOBODY = "nobody"


class QuoteState(StrEnum):
    """How a quote stands between the two authors."""

    ACCEPTED = "accepted"
    REVOKED = "revoked"


class QuoteSight(StrEnum):
    """How a quote stands for one reader; only an accepted one shows the post."""

    ACCEPTED = "accepted"
    REVOKED = "revoked"
    DELETED = "deleted"
    UNAUTHORIZED = "unauthorized"
    BLOCKED_ACCOUNT = "blocked_account"
    MUTED_ACCOUNT = "muted_account"


def policy_for(visibility: Visibility, wanted: QuotePolicy) -> QuotePolicy:
    """Return the policy of a new post: what is for a few is not to be quoted by others."""
    is_for_few = visibility in (Visibility.FOLLOWERS, Visibility.DIRECT)
    return QuotePolicy.NOBODY if is_for_few else wanted


def may_quote(
    policy: QuotePolicy, visibility: Visibility, *, is_author: bool, is_follower: bool
) -> bool:
    """Return whether somebody who sees a post may quote it. Letters are quoted by nobody."""
    if visibility is Visibility.DIRECT:
        return False
    if is_author or policy is QuotePolicy.PUBLIC:
        return True
    return policy is QuotePolicy.FOLLOWERS and is_follower


def sight_of(
    state: QuoteState, *, is_deleted: bool, is_seen: bool, blocks: bool, mutes: bool
) -> QuoteSight:
    """Return how a quote stands for a reader; `blocks` and `mutes` are the reader's own."""
    if state is QuoteState.REVOKED:
        return QuoteSight.REVOKED
    if is_deleted:
        return QuoteSight.DELETED
    if blocks:
        return QuoteSight.BLOCKED_ACCOUNT
    if not is_seen:
        return QuoteSight.UNAUTHORIZED
    return QuoteSight.MUTED_ACCOUNT if mutes else QuoteSight.ACCEPTED
