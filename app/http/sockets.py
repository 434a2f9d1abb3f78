"""The server's side of WebSockets, loaded when the first one is opened.

Loading it takes a fiftieth of a start, and most processes never need it.
"""

import logging
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

# The server tells each opening with its whole address, in which some apps put their token.
log = logging.getLogger("commonhold.sockets")
log.setLevel(logging.WARNING)


class SocketProtocol(WebSocketsSansIOProtocol):
    """A WebSocket that keeps its address to itself."""

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.logger = log
