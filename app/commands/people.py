"""Founding at the shell, and the operator's acts on the register.

An operator has a shell and no power inside the co-op; so each act is written into the audit log,
which all members can read.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from app.commands.opened import operator_kernel, print_made
from app.core.crypto import new_secret
from app.core.errors import Conflict, NotFound
from app.core.mail import check_email
from app.core.words import say
from app.instance.presets import Preset
from app.instance.queries import coop_of
from app.instance.service import found_coop
from app.members.audit import note_act
from app.members.consent import in_force
from app.members.mandates import grant_caretaker
from app.members.models import Member
from app.members.names import check_username
from app.members.offices import Office
from app.members.passwords import Hasher, check_password
from app.members.queries import member_by_username
from app.members.register import Newcomer, enter
from app.members.service import add_coverage
from app.members.standing import Source
from app.oauth.scopes import parse_scopes, write_scopes
from app.oauth.service import give_token

VIA = "operator"
COVERED_DAYS = 365
GRACE_DAYS = 45
PASSWORD_LENGTH = 20

member_cli = typer.Typer(help="Members, as an operator may add them.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Email = Annotated[str, typer.Option("--email")]
Password = Annotated[str | None, typer.Option("--password", help="Made and printed if left out.")]


class GivenStanding(StrEnum):
    """How a member who is added stands with the dues."""

    CURRENT = "current"
    PENDING = "pending"


def found(
    name: Annotated[str, typer.Option("--name", help="What the co-op is called.")],
    founder: Annotated[str, typer.Option("--founder", help="The founder's name here.")],
    email: Email,
    password: Password = None,
    tagline: Annotated[str, typer.Option("--tagline", help="What it is for.")] = "",
    preset: Annotated[
        Preset, typer.Option("--preset", help="Rules to begin with.")
    ] = Preset.SMALL,
    currency: Annotated[str, typer.Option("--currency")] = "USD",
    as_json: AsJson = False,
) -> None:
    """Found the co-op without a browser."""
    kernel = operator_kernel()
    newcomer, chosen = _newcomer(founder, email=email, password=password)
    with kernel.db.write.begin() as session:
        made = found_coop(
            session,
            name=name,
            founder=newcomer,
            tagline=tagline,
            currency=currency,
            preset=preset,
            via=VIA,
            now=kernel.clock.now(),
        )
        coop, member_id = made.coop.name, str(made.founder.id)
    shown = f"{coop} is founded; {founder} takes care of it for 90 days."
    data = {"name": coop, "founder": founder, "member_id": member_id}
    _print_with_password(shown, as_json=as_json, made=chosen, given=password, data=data)


@member_cli.command("add")
def add_member(
    username: Annotated[str, typer.Argument(metavar="HANDLE")],
    email: Email,
    password: Password = None,
    standing: Annotated[GivenStanding, typer.Option("--standing")] = GivenStanding.CURRENT,
    role: Annotated[list[Office] | None, typer.Option("--role", help="As caretaker.")] = None,
    as_json: AsJson = False,
) -> None:
    """Add a confirmed, approved member."""
    kernel = operator_kernel()
    newcomer, chosen = _newcomer(username, email=email, password=password)
    with kernel.db.write.begin() as session:
        now = kernel.clock.now()
        member = _add(session, newcomer, standing=standing, roles=role or [], now=now)
        member_id = str(member.id)
    data = {"username": username, "member_id": member_id}
    shown = f"{username} is a member."
    _print_with_password(shown, as_json=as_json, made=chosen, given=password, data=data)


@member_cli.command("token")
def add_token(
    username: Annotated[str, typer.Argument(metavar="HANDLE")],
    scopes: Annotated[str, typer.Option("--scopes")] = "read write follow push",
    value: Annotated[str | None, typer.Option("--value", help="A token you bring along.")] = None,
    as_json: AsJson = False,
) -> None:
    """Print an access token that acts for a member."""
    kernel, asked = operator_kernel(), parse_scopes(scopes)
    with kernel.db.write.begin() as session:
        now, member = kernel.clock.now(), member_by_username(session, username)
        if member is None or not member.is_member:
            raise NotFound(say("There is no member named {name}.", name=username))
        token = give_token(session, member_id=member.id, scopes=asked, value=value, now=now)
        given = write_scopes(asked)
        note_act(session, "token.given", now=now, member=str(member.id), scopes=given, by=VIA)
    print_made(token, as_json=as_json, token=token, scopes=given)


def _newcomer(username: str, *, email: str, password: str | None) -> tuple[Newcomer, str]:
    chosen = password or new_secret()[:PASSWORD_LENGTH]
    check_password(chosen, may_be_common=True)
    hasher = Hasher(threads=1)
    try:
        password_hash = hasher.hash_now(chosen)
    finally:
        hasher.close()
    return Newcomer(username, check_email(email), password_hash), chosen


def _add(
    session: Session,
    newcomer: Newcomer,
    *,
    standing: GivenStanding,
    roles: Sequence[Office],
    now: datetime,
) -> Member:
    if coop_of(session) is None:
        raise Conflict(say("Found the co-op first: commonhold found"))
    check_username(session, newcomer.username, may_be_reserved=True, now=now)
    accepts = in_force(session, at=now)
    member = enter(session, newcomer, at_once=True, accepts=accepts, via=VIA, now=now)
    if standing is GivenStanding.CURRENT:
        _cover(session, member, now=now)
    for office in roles:
        grant_caretaker(session, member_id=member.id, office=office, now=now)
    note_act(
        session,
        "member.added",
        now=now,
        member=str(member.id),
        standing=standing.value,
        offices=[office.value for office in roles],
        by=VIA,
    )
    return member


def _cover(session: Session, member: Member, *, now: datetime) -> None:
    add_coverage(
        session,
        member_id=member.id,
        starts_on=now.date(),
        ends_on=now.date() + timedelta(days=COVERED_DAYS),
        grace_days=GRACE_DAYS,
        source=Source.IMPORT,
        now=now,
    )


def _print_with_password(
    shown: str, *, as_json: bool, made: str, given: str | None, data: dict[str, str]
) -> None:
    """Print what was made, with the password unless the operator brought it along."""
    if given is not None:
        print_made(shown, as_json=as_json, **data)
        return
    print_made(f"{shown}\nPassword: {made}", as_json=as_json, password=made, **data)
