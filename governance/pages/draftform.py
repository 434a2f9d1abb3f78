"""What the form of a proposal asks for, by what it is about, and the draft that it makes."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, Final

from pydantic import Field
from sqlalchemy.orm import Session

from app.core.errors import Invalid, NotFound
from app.core.records import Record
from app.core.shapes import Shape
from app.core.words import Words, say
from app.http.filled import Filled, filled_with
from app.http.forms import Sent
from app.instance.queries import coop_of, setting_of
from app.instance.sitesettings import SiteSetting, checked
from app.members.offices import Office, office_word
from app.members.queries import member_by_username
from app.moderation.sites.rules import COMMENT_MAX
from governance import constitution, documents, roles, sites, sitesettings, statements
from governance.documents import TYPES, latest
from governance.models.law import Slug
from governance.pages import duesform
from governance.pages.ruleform import read_rule, values_of
from governance.rules import DecisionType, Method, RuleSet, Secrecy
from governance.service import Draft
from governance.views import ProposalView


class Asks(StrEnum):
    """Which fields a form has beside title and reasons."""

    DOCUMENT = "document"
    ELECTION = "election"
    RECALL = "recall"
    RULES = "rules"
    DUES = "dues"
    SETTING = "setting"
    SITE = "site"
    TASK = "task"


BY_TYPE: Final[Mapping[DecisionType, Asks]] = {
    **{kind: Asks.DOCUMENT for slug, kind in TYPES.items() if slug is not Slug.FEDERATION_POLICY},
    DecisionType.ELECTION: Asks.ELECTION,
    DecisionType.RECALL: Asks.RECALL,
    DecisionType.CONSTITUTION: Asks.RULES,
    DecisionType.DUES: Asks.DUES,
    DecisionType.DOMAIN: Asks.SITE,
}
# Where a fault of the effects is shown.
FIELDS: Final[Mapping[Asks, str]] = {
    Asks.DOCUMENT: "text",
    Asks.ELECTION: "member",
    Asks.RECALL: "member",
    Asks.RULES: "days.voting",
    Asks.DUES: duesform.FIELD,
    Asks.SETTING: "value",
    Asks.SITE: "domain",
    Asks.TASK: "task",
}


class Step(StrEnum):
    """What happens with a site."""

    SUSPEND = "suspend"
    LIFT = "lift"


class ProposalForm(Shape):
    """What an author fills in, whatever the proposal is about."""

    title: str = Field(min_length=1, max_length=200)
    body: str = Field(default="", max_length=100_000)
    method: Method | None = None
    secrecy: Secrecy | None = None
    text: str = Field(default="", max_length=100_000)
    takes_rights: bool = False
    task: str = Field(default="", max_length=2000)
    member: str = Field(default="", max_length=100)
    office: Office | None = None
    monthly: str = Field(default="", max_length=20)
    days: int = Field(default=roles.DAYS, ge=1, le=roles.DAYS_MAX)
    value: str = Field(default="", max_length=400)
    domain: str = Field(default="", max_length=300)
    step: Step = Step.SUSPEND
    reason: str = Field(default="", max_length=COMMENT_MAX)
    is_obfuscated: bool = False
    review_on: date | None = None
    keep: str = ""


class Subject(Record):
    """What a proposal is about: a type of decision, perhaps a document, a rule or a setting."""

    type: DecisionType
    document: Slug | None = None
    rule: DecisionType | None = None
    setting: SiteSetting | None = None

    @property
    def asks(self) -> Asks:
        """Which fields its form has."""
        if self.document is not None:
            return Asks.DOCUMENT
        if self.setting is not None:
            return Asks.SETTING
        return BY_TYPE.get(self.type, Asks.TASK)

    @property
    def may_be_reviewed(self) -> bool:
        """Whether its form asks for a day on which it is looked at again."""
        return self.asks is Asks.TASK and self.type in statements.REVIEWED


def subject_of(
    kind: DecisionType,
    *,
    document: Slug | None = None,
    rule: DecisionType | None = None,
    setting: SiteSetting | None = None,
) -> Subject:
    """Return what a new proposal is about."""
    if setting is not None:
        return Subject(DecisionType.POLICY, setting=setting)
    if document is not None:
        return Subject(TYPES[document], document)
    if BY_TYPE.get(kind) is Asks.DOCUMENT:
        return Subject(kind, next(slug for slug, of in TYPES.items() if of is kind))
    if kind is DecisionType.CONSTITUTION:
        return Subject(kind, rule=rule or DecisionType.POLICY)
    return Subject(kind)


def subject_of_view(view: ProposalView) -> Subject:
    """Return what a proposal is about that was written before."""
    if view.change is not None:
        return Subject(view.type, view.change.slug)
    if view.type is DecisionType.CONSTITUTION and view.effects:
        changed = next(iter(view.effects[0].payload.get("rules", {})), None)
        return subject_of(view.type, rule=DecisionType(changed) if changed else None)
    set_by = [one for one in view.effects if one.kind == sitesettings.KIND]
    return subject_of(
        view.type, setting=SiteSetting(set_by[0].payload["name"]) if set_by else None
    )


def currency_of(session: Session) -> str:
    """Return what the co-op counts in. Raises: NotFound before it is founded."""
    coop = coop_of(session)
    if coop is None:
        raise NotFound(say("There is no co-op here yet."))
    return coop.currency


def draft_from(session: Session, sent: Sent, subject: Subject) -> Draft:
    """Return the draft that was filled in. Raises: Invalid, naming the field."""
    form = sent.read(ProposalForm)
    return Draft(
        type=subject.type,
        title=form.title,
        body=form.body,
        method=form.method,
        secrecy=form.secrecy,
        effects=_effects(session, sent, form, subject),
        review_on=form.review_on if subject.may_be_reviewed else None,
    )


def placed(fault: Invalid, subject: Subject) -> Invalid:
    """Return a fault of the effects as one of the field that they come from."""
    fields = dict(fault.fields)
    if "effects" in fields:
        fields[FIELDS[subject.asks]] = fields.pop("effects")
    return Invalid(fault.message, **fields)


def first_values(
    session: Session, subject: Subject, *, usual: Mapping[str, str], changed: RuleSet | None
) -> Filled:
    """Return what a new form begins with: the text or the rule that it would change.

    `usual` are the usual method and secrecy, and whatever else was asked for.
    """
    values: dict[str, Any] = {**usual, "days": roles.DAYS}
    if subject.document is not None:
        before = latest(session, subject.document)
        values["text"] = before.text if before else ""
    if subject.setting is not None:
        coop = coop_of(session)
        values["value"] = setting_of(coop, subject.setting) if coop else ""
    return filled_with(**values | (values_of(changed) if changed is not None else {}))


def recalled(member: str | None, office: Office | None) -> Mapping[str, str]:
    """Return what the form begins with that would end somebody's time in an office."""
    if not member or office is None:
        return {}
    title = say(
        "{name} leaves the office of {office}", name=member, office=office_word(office.value)
    )
    return {"member": member, "office": office.value, "title": str(title)}


def values_of_view(view: ProposalView, subject: Subject) -> Filled:
    """Return the form of a proposal as it was last written."""
    values: dict[str, Any] = {
        "title": view.title,
        "body": view.body,
        "method": view.method.value,
        "secrecy": view.secrecy.value,
        "review_on": view.review_on.isoformat() if view.review_on else "",
    }
    for effect in view.effects:
        payload = dict(effect.payload)
        if effect.kind in (roles.GRANT, roles.END):
            values |= {"member": effect.preview["username"], "office": payload["office"]}
            values["days"] = payload.get("days", roles.DAYS)
        elif effect.kind == documents.KIND:
            values |= {"text": payload["text"], "takes_rights": payload["takes_rights"]}
        elif effect.kind == sitesettings.KIND:
            values["value"] = payload["value"]
        elif effect.kind in (sites.SUSPEND, sites.LIFT):
            is_lifted = effect.kind == sites.LIFT
            values |= payload | {"step": Step.LIFT.value if is_lifted else Step.SUSPEND.value}
        elif effect.kind == statements.KIND:
            values["task"] = payload["text"]
        elif effect.kind == duesform.SET_DUES:
            suggested = payload["suggested"]
            values["monthly"] = duesform.text_of(suggested["amount"], suggested["currency"])
        elif effect.kind == constitution.KIND and subject.rule is not None:
            values |= values_of(RuleSet.load(payload["rules"][subject.rule.value]))
    return filled_with(**values)


def _effects(
    session: Session, sent: Sent, form: ProposalForm, subject: Subject
) -> Sequence[Mapping[str, Any]]:
    if subject.document is not None:
        payload = {
            "slug": subject.document.value,
            "text": form.text or _missing("text"),
            "takes_rights": form.takes_rights,
        }
        return [{"kind": documents.KIND, "payload": payload}]
    if subject.rule is not None:
        rules = {subject.rule.value: read_rule(sent.values).dump()}
        return [{"kind": constitution.KIND, "payload": {"rules": rules}}]
    if subject.setting is not None:
        kept = checked(subject.setting, form.value)
        payload = {"name": subject.setting.value, "value": kept}
        return [{"kind": sitesettings.KIND, "payload": payload}]
    if subject.asks is Asks.SITE:
        return [_of_site(form)]
    if subject.asks in (Asks.ELECTION, Asks.RECALL):
        return [_of_office(session, form, subject)]
    if subject.asks is Asks.DUES:
        return [duesform.dues_effect(form.monthly, currency_of(session))]
    if form.task:
        return [{"kind": statements.KIND, "payload": {"text": form.task}}]
    return []


def _of_site(form: ProposalForm) -> Mapping[str, Any]:
    domain = sites.kept_domain(form.domain)
    if domain is None:
        text = say("Write the address of the site, such as troubled.example.")
        raise Invalid(say("Something is to mend."), domain=text)
    if form.step is Step.LIFT:
        return {"kind": sites.LIFT, "payload": {"domain": domain}}
    told = {"reason": form.reason.strip(), "is_obfuscated": form.is_obfuscated}
    return {"kind": sites.SUSPEND, "payload": {"domain": domain, **told}}


def _of_office(session: Session, form: ProposalForm, subject: Subject) -> Mapping[str, Any]:
    member = member_by_username(session, form.member.strip().removeprefix("@"))
    if member is None:
        text = say("There is nobody of that name here.")
        raise Invalid(say("Something is to mend."), member=text)
    office = form.office or _missing("office")
    payload: dict[str, Any] = {"member": str(member.id), "office": office}
    if subject.asks is Asks.RECALL:
        return {"kind": roles.END, "payload": payload}
    return {"kind": roles.GRANT, "payload": payload | {"days": form.days}}


def _missing(field: str) -> Any:
    text: Words = say("Please fill this in.")
    raise Invalid(say("Something is to mend."), **{field: text})
