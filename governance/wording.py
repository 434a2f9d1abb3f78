"""Rules, results and states in plain sentences. Numbers first: "at least 49 of us vote"."""

from fractions import Fraction

from app.core.words import Words, say
from app.members.offices import office_word
from governance.decision import Decision, Demand, Outcome, Step
from governance.eligibility import Why
from governance.lifecycle import State
from governance.rules import (
    Base,
    Choice,
    Doubt,
    Enacting,
    Method,
    Quorum,
    QuorumCounts,
    QuorumMissed,
    RuleSet,
    Seconders,
    Secrecy,
    Threshold,
)
from governance.seals import Kind


def number(count: int) -> Words:
    """Return a number up to twelve as a word, others in figures."""
    words = {
        1: say("one"),
        2: say("two"),
        3: say("three"),
        4: say("four"),
        5: say("five"),
        6: say("six"),
        7: say("seven"),
        8: say("eight"),
        9: say("nine"),
        10: say("ten"),
        11: say("eleven"),
        12: say("twelve"),
    }
    return words.get(count) or say("{count}", count=count)


def demands(rule: RuleSet, method: Method, *, base: int) -> Words:
    """Return what it takes to pass; `base` is the number of members that the quorum is of.

    For example: "It passes if at least 49 of us vote, and at least three of every five who say
    yes or no say yes."
    """
    needed, enough = rule.quorum.needed(base), _threshold(rule.threshold)
    if needed:
        quorum = _quorum(rule.quorum, needed)
        sentence = say("It passes if {quorum}, and {enough}.", quorum=quorum, enough=enough)
    else:
        sentence = say("It passes if {enough}.", enough=enough)
    if method is not Method.CONSENSUS:
        return sentence
    return say("{sentence} {blocks}", sentence=sentence, blocks=_blocks(rule))


def quorum_explained(rule: RuleSet, *, base: int) -> Words:
    """Return where the number of the quorum comes from."""
    quorum, needed = rule.quorum, rule.quorum.needed(base)
    if not needed:
        return say("There is no least number of votes.")
    if quorum.floor >= needed:
        return say("Never fewer than {count}, however small we are.", count=number(needed))
    part, whole = number(quorum.share.numerator), number(quorum.share.denominator)
    if quorum.of is Base.ACTIVE:
        return say(
            "{needed} is {part} of every {whole} of the {base} members who were active in the "
            "last 90 days. Abstaining counts for taking part, not for yes or no.",
            needed=needed,
            part=part,
            whole=whole,
            base=base,
        )
    return say(
        "{needed} is {part} of every {whole} of our {base} members with a vote.",
        needed=needed,
        part=part,
        whole=whole,
        base=base,
    )


def quorum_missed(rule: RuleSet) -> Words:
    """Return what happens when too few vote."""
    return {
        QuorumMissed.FAIL: say("If too few vote, it does not pass."),
        QuorumMissed.EXTEND_ONCE: say(
            "If too few vote, the vote goes on once for half as long again; after that the "
            "result is only advice."
        ),
        QuorumMissed.SECOND_CALL: say(
            "If too few vote, the vote goes on once for half as long again, and then fewer are "
            "needed."
        ),
        QuorumMissed.ADVISORY: say("If too few vote, the result is only advice."),
    }[rule.quorum.missed]


def periods(rule: RuleSet, *, members: int) -> Words:
    """Return the way of a proposal: seconders, days of talking, voting, notice."""
    days, support = rule.days, _support(rule.seconders, members)
    way = say(
        "{support} we talk about it for {talk} days and vote for {vote} days.",
        support=support,
        talk=days.deliberation,
        vote=days.voting,
    )
    if not days.deliberation:
        way = say("{support} we vote for {vote} days.", support=support, vote=days.voting)
    if not days.notice:
        return way
    notice = say("It takes effect {days} days after it is settled.", days=days.notice)
    return say("{way} {notice}", way=way, notice=notice)


def who_enacts(enacting: Enacting) -> Words:
    """Return who carries a decision out."""
    if enacting.office is None:
        return say("Nothing has to be carried out.")
    office = office_word(enacting.office)
    if not enacting.approvals:
        return say("The {office} carries it out, with one button.", office=office)
    if enacting.approved_by is None:
        return say(
            "The {office} carries it out, once {count} other people in office have agreed.",
            office=office,
            count=number(enacting.approvals),
        )
    return say(
        "The {office} carries it out, once {count} other people in the office of {other} agreed.",
        office=office,
        count=number(enacting.approvals),
        other=office_word(enacting.approved_by),
    )


def outcome_sentence(decision: Decision) -> Words:
    """Return the result in one or two sentences."""
    failed = next((step for step in decision.steps if not step.holds), None)
    if failed is None or failed.demand is not Demand.QUORUM:
        return step_sentence(decision.steps[1] if failed is None else failed)
    return step_sentence(failed)


def step_sentence(step: Step) -> Words:
    """Return one line of the working, such as "… 61 said yes. 50 were needed."."""
    given = {"reached": step.reached, "needed": step.needed, "base": step.base_count}
    if step.demand is Demand.QUORUM:
        return say("{reached} of us counted towards the quorum. {needed} were needed.", **given)
    if step.demand is Demand.BLOCKS:
        if not step.needed:
            return say("It was not blocked.")
        return say(
            "It was blocked. {needed} of {base} would have had to say yes to override that; "
            "{reached} did.",
            **given,
        )
    return {
        Base.DECISIVE: say(
            "Of the {base} of us who said yes or no, {reached} said yes. {needed} were needed.",
            **given,
        ),
        Base.CAST: say(
            "Of the {base} of us who voted, {reached} said yes. {needed} were needed.", **given
        ),
        Base.ACTIVE: say(
            "Of our {base} active members, {reached} said yes. {needed} were needed.", **given
        ),
        Base.ELIGIBLE: say(
            "Of our {base} members with a vote, {reached} said yes. {needed} were needed.",
            **given,
        ),
    }[step.base]


def outcome_word(outcome: Outcome) -> Words:
    """Return the outcome as a word."""
    return {
        Outcome.PASSED: say("Passed"),
        Outcome.REJECTED: say("Did not pass"),
        Outcome.QUORUM_MISSED: say("Too few voted"),
        Outcome.TIED: say("Tied"),
        Outcome.BLOCKED: say("Blocked"),
    }[outcome]


def state_word(state: State) -> Words:
    """Return the state of a proposal as members read it."""
    return {
        State.DRAFT: say("Draft"),
        State.SEEKING_SUPPORT: say("Looking for support"),
        State.DELIBERATION: say("Discussion"),
        State.NOTICE: say("Text sealed"),
        State.VOTING: say("Voting"),
        State.CLOSED: say("Closed"),
        State.PASSED: say("Passed"),
        State.REJECTED: say("Did not pass"),
        State.QUORUM_MISSED: say("Too few voted"),
        State.TIED: say("Tied"),
        State.BLOCKED: say("Blocked"),
        State.CHALLENGEABLE: say("Passed, open to challenge"),
        State.RATIFIED: say("Settled"),
        State.QUEUED: say("Waiting to be carried out"),
        State.ENACTED: say("Carried out"),
        State.FAILED_ENACTMENT: say("Could not be carried out"),
        State.EXPIRED: say("Not carried out in time"),
        State.WITHDRAWN: say("Withdrawn"),
        State.VOIDED: say("Voided after a challenge"),
        State.SUPERSEDED: say("Replaced by a later decision"),
    }[state]


def log_sentence(kind: Kind) -> Words:
    """Return what an entry of the log says happened."""
    return {
        Kind.FOUNDED: say("The co-op was founded"),
        Kind.FROZEN: say("The text was sealed"),
        Kind.OPENED: say("Voting opened"),
        Kind.EXTENDED: say("The vote was given more time"),
        Kind.CLOSED: say("Voting closed, and was counted"),
        Kind.WITHDRAWN: say("It was withdrawn"),
        Kind.CHALLENGED: say("The vote was challenged"),
        Kind.RULED: say("A challenge was answered"),
        Kind.RATIFIED: say("It was settled"),
        Kind.VOIDED: say("The vote was declared void"),
        Kind.QUEUED: say("An order was made"),
        Kind.APPROVED: say("An officer signed the order"),
        Kind.DECLINED: say("An officer declined to carry it out"),
        Kind.ENACTED: say("It was carried out"),
        Kind.FAILED: say("It could not be carried out"),
        Kind.EXPIRED: say("It was not carried out in time"),
        Kind.ACTED: say("An officer acted without a decision"),
        Kind.CONFIRMED: say("What was done at once may stand"),
        Kind.UNDONE: say("What was done at once was undone"),
        Kind.NOTED: say("A note was put beside the text"),
        Kind.OUTAGE: say("The site was away"),
        Kind.BALLOT: say("A ballot was put in the box"),
    }[kind]


def secrecy_sentence(secrecy: Secrecy) -> Words:
    """Return who will see a ballot, honestly."""
    return {
        Secrecy.OPEN: say(
            "This vote is open. Names and choices are shown to members when it has closed; until "
            "then nobody sees a total."
        ),
        Secrecy.SEALED: say(
            "This vote is sealed. Until it closes, nobody sees a name or a total. Then every "
            "member can see who voted how."
        ),
        Secrecy.SECRET: say(
            "This vote is confidential: no member ever sees who voted how. You have to trust "
            "whoever runs the machine, who could link a ballot to you until the vote closes."
        ),
    }[secrecy]


def tally_word(choice: Choice, method: Method) -> Words:
    """Return a choice as a result names those who made it."""
    is_consensus = method is Method.CONSENSUS
    return {
        Choice.YES: say("Agreed") if is_consensus else say("Yes"),
        Choice.NO: say("Disagreed") if is_consensus else say("No"),
        Choice.BLOCK: say("Blocked"),
        Choice.ABSTAIN: say("Abstained"),
    }[choice]


def choice_word(choice: Choice, method: Method) -> Words:
    """Return a choice as the ballot of `method` words it."""
    if method is Method.CONSENSUS:
        return {
            Choice.YES: say("I agree"),
            Choice.NO: say("I disagree"),
            Choice.ABSTAIN: say("I abstain"),
            Choice.BLOCK: say("I block it"),
        }[choice]
    return {
        Choice.YES: say("Yes"),
        Choice.NO: say("No"),
        Choice.ABSTAIN: say("I abstain"),
        Choice.BLOCK: say("I block it"),
    }[choice]


def why_no_vote(why: Why) -> Words:
    """Return why a member has no vote, as only that member is told."""
    return {
        Why.IN_STANDING: say("You have a vote."),
        Why.PENDING: say(
            "Your first 30 days were not over, or your dues not settled, when this vote opened."
        ),
        Why.LAPSED: say(
            "Your dues had lapsed when this vote opened. Settle them to vote next time."
        ),
        Why.NOT_YET_A_MEMBER: say("You were not a member when this vote opened."),
        Why.NO_LONGER_A_MEMBER: say("You were no longer a member when this vote opened."),
    }[why]


def doubt_sentence(doubt: Doubt) -> Words:
    """Return a warning of the linter."""
    return {
        Doubt.QUORUM_OUT_OF_REACH: say(
            "More than a third of all members must vote. Few co-ops reach that."
        ),
        Doubt.BLOCK_CANNOT_BE_OVERRIDDEN: say("One person can stop everybody else, for good."),
        Doubt.VOTE_TOO_SHORT: say("Fewer than three days are too short for people with a job."),
        Doubt.QUORUM_ABOVE_USUAL_TURNOUT: say(
            "More people must vote than usually did in the last year."
        ),
    }[doubt]


def _support(seconders: Seconders, members: int) -> Words:
    needed = seconders.needed(members)
    if not needed:
        return say("At once")
    if needed == 1:
        return say("Once one other member supports it,")
    return say("Once {count} other members support it,", count=number(needed))


def _quorum(quorum: Quorum, needed: int) -> Words:
    if quorum.counts is QuorumCounts.APPROVAL:
        return say("at least {count} of us say yes", count=needed)
    if needed == 1:
        return say("at least one of us votes")
    return say("at least {count} of us vote", count=needed)


def _threshold(threshold: Threshold) -> Words:
    if threshold.strict and threshold.share == Fraction(1, 2):
        return {
            Base.DECISIVE: say("more than half of those who say yes or no say yes"),
            Base.CAST: say("more than half of those who vote say yes"),
            Base.ACTIVE: say("more than half of our active members say yes"),
            Base.ELIGIBLE: say("more than half of all members with a vote say yes"),
        }[threshold.of]
    share = _share(threshold.share, strict=threshold.strict)
    return {
        Base.DECISIVE: say("{share} who say yes or no say yes", share=share),
        Base.CAST: say("{share} who vote say yes", share=share),
        Base.ACTIVE: say("{share} of our active members say yes", share=share),
        Base.ELIGIBLE: say("{share} of all members with a vote say yes", share=share),
    }[threshold.of]


def _share(share: Fraction, *, strict: bool) -> Words:
    part, whole = number(share.numerator), number(share.denominator)
    if share == 1:
        return say("all")
    if not share:
        return say("more than none") if strict else say("any number")
    if strict:
        return say("more than {part} of every {whole}", part=part, whole=whole)
    return say("at least {part} of every {whole}", part=part, whole=whole)


def _blocks(rule: RuleSet) -> Words:
    needed = rule.blocks.needed
    stops = (
        say("One block stops it")
        if needed == 1
        else say("{count} blocks stop it", count=number(needed))
    )
    if rule.blocks.override == 1:
        return say("{stops}, whatever the others say.", stops=stops)
    share = _share(rule.blocks.override, strict=False)
    return say("{stops}, unless {share} who say yes or no say yes.", stops=stops, share=share)
