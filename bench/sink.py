"""All other sites at once, as far as they get mail: answers 202 to every request, and no more."""

import asyncio
import ssl
import sys

ANSWER = b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n"
END = b"\r\n\r\n"
LENGTH = b"content-length: "


class Inbox(asyncio.Protocol):
    """Answers whole requests, one after the other."""

    def __init__(self) -> None:
        self._read = b""
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where to answer."""
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer once a request is there with its body."""
        self._read += data
        assert self._transport is not None
        while (end := self._read.find(END)) >= 0:
            head = self._read[:end].lower()
            said = head.partition(LENGTH)[2].partition(b"\r\n")[0]
            whole = end + len(END) + int(said or b"0")
            if len(self._read) < whole:
                return
            self._read = self._read[whole:]
            self._transport.write(ANSWER)


async def serve(port: int, certificate: str | None) -> None:
    """Serve until the process ends."""
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Inbox, "127.0.0.1", port, ssl=context, backlog=1024)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None))
