"""What home feeds do about what happens to posts and follows."""

from sqlalchemy.orm import Session

from app.relationships.events import FollowBegan, FollowEnded
from app.statuses.events import StatusBoosted, StatusPublished
from app.timelines import feeds, listfeeds, lists


def deliver_post(session: Session, event: StatusPublished | StatusBoosted) -> None:
    """Write a new post or boost into the feeds and lists of its readers."""
    feeds.fan_out(session, event.status_id, now=event.at)
    listfeeds.deliver(session, event.status_id, event.account_id)


def begin_to_read(session: Session, event: FollowBegan) -> None:
    """Bring the latest posts of the followed into the follower's feed and lists."""
    feeds.begin_to_read(session, event.follower_id, event.followee_id)
    lists.begin_of_follow(session, event.follower_id, event.followee_id)


def cease_to_read(session: Session, event: FollowEnded) -> None:
    """Take the posts of the followed out of the follower's feed, and them off the lists."""
    feeds.cease_to_read(session, event.follower_id, event.followee_id)
    lists.end_of_follow(session, event.follower_id, event.followee_id)
