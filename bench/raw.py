"""The measure of all others: an ASGI application that only answers. Run by uvicorn alone."""

import sys
from typing import Any

import uvicorn


async def app(scope: Any, _receive: Any, send: Any) -> None:
    """Answer /N with N bytes."""
    if scope["type"] != "http":
        return
    size = int(scope["path"][1:] or 17)
    length = str(size).encode()
    headers = [(b"content-type", b"text/plain"), (b"content-length", length)]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"x" * size})


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), access_log=False, log_level="error")
