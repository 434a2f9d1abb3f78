"""Why an order is not carried out: stable codes, each with the invariant that it protects.

Source: governance research 7.3 (the numbers of the rules) and 7.7.
"""

from collections.abc import Mapping
from enum import StrEnum

from app.core.errors import AppError, Conflict, Forbidden
from app.core.words import Words, say


class Code(StrEnum):
    """A refusal that programs can tell apart."""

    NO_ORDER = "order.none"
    USED = "order.used"
    TOO_EARLY = "order.too_early"
    TOO_LATE = "order.too_late"
    OTHER_TEXT = "order.other_text"
    NOT_THE_OFFICE = "order.not_the_office"
    BENEFICIARY = "order.beneficiary"
    APPROVALS_MISSING = "order.approvals_missing"
    APPROVED_BEFORE = "order.approved_before"
    NO_APPROVAL_NEEDED = "order.no_approval_needed"
    DECLINED_BEFORE = "order.declined_before"
    OVERTAKEN = "order.overtaken"
    NEEDS_A_DECISION = "emergency.needs_a_decision"
    NOT_YOUR_ACT = "emergency.not_the_office"
    IN_YOUR_FAVOUR = "emergency.beneficiary"
    UNANSWERED = "emergency.unanswered"
    REFUSED_LATELY = "emergency.refused_lately"


RULES: Mapping[Code, int] = {
    Code.NO_ORDER: 4,
    Code.USED: 5,
    Code.TOO_EARLY: 5,
    Code.TOO_LATE: 5,
    Code.OTHER_TEXT: 5,
    Code.NOT_THE_OFFICE: 5,
    Code.BENEFICIARY: 5,
    Code.APPROVALS_MISSING: 5,
    Code.APPROVED_BEFORE: 5,
    Code.NO_APPROVAL_NEEDED: 5,
    Code.DECLINED_BEFORE: 5,
    Code.OVERTAKEN: 2,
    Code.NEEDS_A_DECISION: 4,
    Code.NOT_YOUR_ACT: 5,
    Code.IN_YOUR_FAVOUR: 5,
    Code.UNANSWERED: 7,
    Code.REFUSED_LATELY: 7,
}


class NotYours(Forbidden):
    """One may not carry the order out, or sign it."""

    def __init__(self, message: str, code: Code) -> None:
        super().__init__(message)
        self.code = code


class NotNow(Conflict):
    """The order cannot be carried out, whoever asks."""

    def __init__(self, message: str, code: Code) -> None:
        super().__init__(message)
        self.code = code


PERSONAL = frozenset(
    {
        Code.NO_ORDER,
        Code.NOT_THE_OFFICE,
        Code.BENEFICIARY,
        Code.NEEDS_A_DECISION,
        Code.NOT_YOUR_ACT,
        Code.IN_YOUR_FAVOUR,
    }
)


def refusal(code: Code) -> AppError:
    """Return the error for `code`; its text names the rule that failed."""
    text = say(
        "{sentence} (Rule {rule}: {code})",
        sentence=sentence_of(code),
        rule=RULES[code],
        code=code.value,
    )
    return NotYours(text, code) if code in PERSONAL else NotNow(text, code)


def sentence_of(code: Code) -> Words:
    """Return what keeps an order from being used, without the name of the rule."""
    return {
        Code.NO_ORDER: say("Only a decision of the members can change this, and there is none."),
        Code.USED: say("This order has been used already, or is over."),
        Code.TOO_EARLY: say("This order is not in force yet."),
        Code.TOO_LATE: say("The time for carrying this order out is over."),
        Code.OTHER_TEXT: say("This is not the text that the members voted on."),
        Code.NOT_THE_OFFICE: say("This order is for another office, and you do not hold it now."),
        Code.BENEFICIARY: say("This decision is in your favour, so somebody else must act."),
        Code.APPROVALS_MISSING: say("Another officer must approve this order first."),
        Code.APPROVED_BEFORE: say("You have approved this order already."),
        Code.NO_APPROVAL_NEEDED: say("This order needs no approval."),
        Code.DECLINED_BEFORE: say("You have declined this order already, and that stays shown."),
        Code.OVERTAKEN: say(
            "A later decision on the same matter was carried out meanwhile, and this one does not "
            "name it. It needs a new decision."
        ),
        Code.NEEDS_A_DECISION: say(
            "Nobody does this without a decision of the members, however urgent it is: only an "
            "office can be ended, and the door to new members be closed, before they are asked."
        ),
        Code.NOT_YOUR_ACT: say("This is for another office, and you do not hold it now."),
        Code.IN_YOUR_FAVOUR: say("This is about yourself, so somebody else must act."),
        Code.UNANSWERED: say(
            "Something was done about this already, and the members have not answered yet."
        ),
        Code.REFUSED_LATELY: say(
            "The members did not agree to this less than 30 days ago. It needs a decision first."
        ),
    }[code]
