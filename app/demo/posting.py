"""What the demo's people write, answer, boost and like, over its last three months."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from io import BytesIO
from typing import Final

from sqlalchemy import func, select

from app.accounts.profile import Profile, update_profile
from app.core.errors import AppError
from app.demo import talk
from app.demo.people import LEAVER, RESIDENTS
from app.demo.pictures.samples import Sample, draw_avatar, draw_header, draw_scene
from app.demo.story import Stage
from app.media.darkroom import Darkroom
from app.media.kinds import MediaKind
from app.media.receive import Upload, receive
from app.media.service import wear
from app.members.models import Member
from app.notifications.models import Notice
from app.notifications.service import mark_read
from app.relationships.service import follow
from app.statuses.service.boost import boost_status
from app.statuses.service.marks import bookmark_status, favourite_status
from app.statuses.service.publish import publish_status
from app.statuses.visibility import Visibility
from app.statuses.writing import Writing

POSTING_DAYS: Final = 90
LANGUAGE: Final = {resident.handle: resident.language for resident in RESIDENTS}


@dataclass
class Memory:
    """Which posts can be answered and boosted, the latest last, and what was said already."""

    posts: list[int] = field(default_factory=list)
    said: set[str] = field(default_factory=set)


def introduce(stage: Stage, handle: str) -> None:
    """Give a resident their name and words."""
    resident = next(r for r in (*RESIDENTS, LEAVER) if r.handle == handle)
    with stage.kernel.db.write.begin() as session:
        member = session.get_one(Member, stage.cast[handle])
        profile = Profile(display_name=resident.name, note=resident.note)
        update_profile(session, member.account_id, profile, now=stage.now)
    if stage.random.randrange(3):
        _dress(stage, handle, draw_avatar(stage.random), kind=MediaKind.AVATAR)
    if not stage.random.randrange(5):
        _dress(stage, handle, draw_header(stage.random), kind=MediaKind.HEADER)


def _dress(stage: Stage, handle: str, sample: Sample, *, kind: MediaKind) -> None:
    media_id = send(stage, handle, sample, kind=kind)
    with stage.kernel.db.write.begin() as session:
        account_id = session.get_one(Member, stage.cast[handle]).account_id
        wear(session, account_id, media_id, now=stage.now)


def plan_follows(stage: Stage, *, at: datetime) -> None:
    """Let everybody follow a dozen others, and all newcomers the greeter."""
    for who in stage.cast:
        others = [h for h in stage.cast if h != who]
        chosen = stage.random.sample(others, min(12, len(others)))
        stage.at(at, partial(_follow, who=who, chosen=chosen))


def _follow(stage: Stage, who: str, chosen: list[str]) -> None:
    with stage.kernel.db.write.begin() as session:
        actor = stage.actor(session, who)
        for other in chosen:
            target = session.get_one(Member, stage.cast[other])
            follow(session, actor, target_id=target.account_id, now=stage.now)


def read_all(stage: Stage) -> None:
    """Let everybody have read their notices by now."""
    with stage.kernel.db.write.begin() as session:
        newest = session.scalar(select(func.max(Notice.id))) or 0
        for who in stage.cast:
            mark_read(session, stage.actor(session, who), up_to=newest, now=stage.now)


def plan_posts(stage: Stage, *, count: int, pictures: int, end: datetime) -> None:
    """Spread `count` posts, `pictures` of them with a picture, over the last three months."""
    memory, minutes = Memory(), POSTING_DAYS * 24 * 60
    moments = sorted(stage.random.randrange(10, minutes) for _ in range(count))
    pictured = set(stage.random.sample(range(count), min(pictures, count)))
    for number, minute in enumerate(moments):
        moment = end - timedelta(minutes=minutes - minute)
        stage.at(moment, partial(_write, memory=memory, picture=number in pictured))
        if number % 3 == 0:
            later = moment + timedelta(minutes=stage.random.randrange(5, 600))
            stage.at(min(later, end), lambda s: _react(s, memory))


def _write(stage: Stage, memory: Memory, *, picture: bool) -> None:
    who = stage.random.choice(list(stage.cast))
    writing = _writing(stage, memory, who)
    media_ids = (_send_picture(stage, who),) if picture else ()
    with stage.kernel.db.write.begin() as session:
        actor = stage.actor(session, who)
        try:
            status = publish_status(
                session, actor, _with(writing, media_ids), now=stage.now, here=_here(stage)
            )
        except AppError:  # They have not accepted the newest terms, or may not answer there.
            return
        if writing.visibility in (Visibility.PUBLIC, Visibility.LOCAL):
            memory.posts.append(status.id)


def _with(writing: Writing, media_ids: tuple[int, ...]) -> Writing:
    return Writing(
        text=writing.text,
        spoiler=writing.spoiler,
        language=writing.language,
        visibility=writing.visibility,
        in_reply_to_id=writing.in_reply_to_id,
        media_ids=media_ids,
    )


def _writing(stage: Stage, memory: Memory, who: str) -> Writing:
    random, language = stage.random, LANGUAGE[who]
    if memory.posts and random.random() < 0.3:
        answered = random.choice(memory.posts[-25:])
        return Writing(text=talk.reply(random), language="en", in_reply_to_id=answered)
    if random.random() < 0.05:
        warning, text = talk.warned(random)
        return Writing(text=text, spoiler=warning, language="en")
    visibility = random.choices(
        (Visibility.PUBLIC, Visibility.LOCAL, Visibility.FOLLOWERS, Visibility.UNLISTED),
        weights=(70, 20, 6, 4),
    )[0]
    words = talk.post(random, language=language, said=memory.said)
    memory.said.add(words)
    text = talk.tagged(words, random)
    return Writing(text=text, language=language, visibility=visibility)


def _send_picture(stage: Stage, who: str) -> int:
    return send(stage, who, draw_scene(stage.random), kind=MediaKind.PICTURE)


def send(stage: Stage, who: str, sample: Sample, *, kind: MediaKind) -> int:
    """Let somebody send a file; return its id."""
    with stage.kernel.db.read.begin() as session:
        account_id = session.get_one(Member, stage.cast[who]).account_id
    source = BytesIO(sample.data)
    upload = Upload(source, account_id, kind=kind, description=sample.description)
    return receive(stage.kernel, Darkroom(), upload).id


def _react(stage: Stage, memory: Memory) -> None:
    if not memory.posts:
        return
    random = stage.random
    who, post = random.choice(list(stage.cast)), random.choice(memory.posts[-30:])
    act = random.choices((favourite_status, boost_status, bookmark_status), weights=(6, 3, 1))[0]
    with stage.kernel.db.write.begin() as session:
        try:
            act(session, stage.actor(session, who), post, now=stage.now)
        except AppError:  # Not every post may be boosted.
            return


def _here(stage: Stage) -> str:
    return stage.kernel.settings.address_domain
