"""What notices are about. Pure."""

from enum import StrEnum


class NoticeKind(StrEnum):
    """What a notice is about: what people did, or what the co-op says."""

    MENTION = "mention"
    ANSWER = "answer"
    POST = "post"
    BOOST = "boost"
    FAVOURITE = "favourite"
    POLL = "poll"
    UPDATE = "update"
    QUOTE = "quote"
    QUOTED_UPDATE = "quoted_update"
    FOLLOW = "follow"
    FOLLOW_REQUEST = "follow_request"
    FOLLOW_ACCEPTED = "follow_accepted"
    PROPOSAL = "proposal"
    DOCUMENT = "document"
    OFFICE = "office"
    DUES = "dues"
    ACCOUNT = "account"


CO_OP_KINDS = frozenset(
    {
        NoticeKind.PROPOSAL,
        NoticeKind.DOCUMENT,
        NoticeKind.OFFICE,
        NoticeKind.DUES,
        NoticeKind.ACCOUNT,
    }
)
PEOPLE_KINDS = frozenset(NoticeKind) - CO_OP_KINDS
TOLD_TO_ONESELF = frozenset({NoticeKind.POLL})  # Also to whoever caused it.
ABOUT_ONE_POST = frozenset({NoticeKind.BOOST, NoticeKind.FAVOURITE})
