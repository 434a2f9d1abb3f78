"""What the demo's people show and let hear on the last day: the river as it runs, and a bell."""

from datetime import datetime
from functools import partial
from random import Random
from typing import Final

from app.demo.pictures.moving import draw_running_river, ring_bell
from app.demo.pictures.samples import Sample
from app.demo.posting import send
from app.demo.story import HOUR, Stage
from app.media.kinds import MediaKind
from app.media.owed import PREPARE
from app.members.consent import may_post
from app.statuses.service.publish import publish_status
from app.statuses.writing import Writing

RIVER: Final = "It has been like this all morning. I came for a minute and stayed for an hour."
BELL: Final = "The new bell of the common kitchen. If you hear it twice, the soup is ready."


def plan_showing(stage: Stage, *, end: datetime) -> None:
    """Let one of them show a film without sound, and one a sound."""
    river = draw_running_river(Random(1))  # Dice of its own: the story stays as it was.
    stage.at(end - 5 * HOUR, partial(_show, first="bo", sample=river, words=RIVER))
    stage.at(end - 3 * HOUR, partial(_show, first="maren", sample=ring_bell(), words=BELL))


def _show(stage: Stage, *, first: str, sample: Sample, words: str) -> None:
    who = next(one for one in (first, *sorted(stage.cast)) if _may_post(stage, one))
    media_id = send(stage, who, sample, kind=MediaKind.PICTURE)
    stage.runner.run_until_idle(kind=PREPARE)
    writing = Writing(text=words, language="en", media_ids=(media_id,))
    here = stage.kernel.settings.address_domain
    with stage.kernel.db.write.begin() as session:
        publish_status(session, stage.actor(session, who), writing, now=stage.now, here=here)


def _may_post(stage: Stage, who: str) -> bool:
    """Return whether they have accepted the newest terms."""
    with stage.kernel.db.read.begin() as session:
        return who in stage.cast and may_post(session, stage.cast[who], stage.now)
