"""The streams of one process: who listens, and the courier who brings the news."""

from typing import Self

from app.core.kernel import Kernel
from app.core.records import Record
from app.mastodon.render import Renderer
from app.mastodon.streams.courier import Courier
from app.mastodon.streams.editor import Editor
from app.mastodon.streams.hub import Hub


class Streams(Record):
    """What the routes of streams need."""

    hub: Hub
    courier: Courier

    @classmethod
    def of(cls, kernel: Kernel, renderer: Renderer) -> Self:
        """Return the streams of a process; nothing runs until somebody listens."""
        hub = Hub()
        editor = Editor(renderer, kernel.clock)
        return cls(hub, Courier(kernel.db, kernel.clock, editor, hub))

    def close(self) -> None:
        """End all streams: the process is about to stop."""
        self.hub.close()

    def stop(self) -> None:
        """Hear no more news."""
        self.courier.stop()
