"""Votes of people of other sites in our polls. Source: federation.md 9."""

from app.accounts.models import Account
from app.federation.activitystreams.posts import Post
from app.federation.inbox.desk import Desk
from app.statuses.polls.queries import options_of, poll_of
from app.statuses.polls.service import vote_from_elsewhere


def vote(desk: Desk, voter: Account, post: Post, choice: str) -> bool:
    """Count a vote in a poll of ours that the voter may see; once over, or unclear, it is not.

    Each answer of a poll with several comes by itself. Raises: AppError if it does not count.
    """
    number = None if post.in_reply_to is None else desk.ours.post(post.in_reply_to)
    poll = None if number is None else poll_of(desk.session, number)
    if poll is None:
        return False
    titles = [option.title for option in options_of(desk.session, poll.id)]
    if choice not in titles:
        return False
    return vote_from_elsewhere(desk.session, voter.id, poll.id, titles.index(choice), now=desk.now)
