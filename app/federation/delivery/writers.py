"""Who writes what: a literal registry."""

from collections.abc import Mapping
from typing import Final

from app.federation.delivery import marks, posts, selves, ties
from app.federation.delivery.desk import Kind, Writer

WRITERS: Final[Mapping[str, Writer]] = {
    Kind.POST_CREATE: posts.write_create,
    Kind.POST_UPDATE: posts.write_update,
    Kind.POST_DELETE: posts.write_delete,
    Kind.BOOST: posts.write_boost,
    Kind.BOOST_UNDO: posts.write_unboost,
    Kind.LIKE: marks.write_like,
    Kind.LIKE_UNDO: marks.write_unlike,
    Kind.VOTE: marks.write_vote,
    Kind.PIN: marks.write_pin,
    Kind.PIN_UNDO: marks.write_unpin,
    Kind.FOLLOW: ties.write_follow,
    Kind.FOLLOW_UNDO: ties.write_unfollow,
    Kind.FOLLOW_ACCEPT: ties.write_accept,
    Kind.FOLLOW_REJECT: ties.write_reject,
    Kind.BLOCK: ties.write_block,
    Kind.BLOCK_UNDO: ties.write_unblock,
    Kind.ACTOR_UPDATE: selves.write_actor,
    Kind.FLAG: selves.write_flag,
}
