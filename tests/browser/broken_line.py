"""A line between browser and server that a test can cut and mend."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Line:
    """Passes bytes both ways. While it is cut, open connections are gone and new ones are closed at once."""

    def __init__(self, port: int) -> None:
        self._server_port = port
        self._open: set[asyncio.StreamWriter] = set()
        self._cut = False
        self.port = 0
        self.refused = 0
        self._loop = asyncio.new_event_loop()

    @contextmanager
    def standing(self) -> Iterator[Line]:
        thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        thread.start()
        listening = self._ask(asyncio.start_server(self._pass, "127.0.0.1", 0))
        self.port = listening.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            self._loop.call_soon_threadsafe(listening.close)
            self._ask(self._drop())
            self._loop.call_soon_threadsafe(self._loop.stop)
            thread.join(timeout=10)

    def cut(self) -> None:
        self._cut = True
        self._ask(self._drop())

    def mend(self) -> None:
        self._cut = False

    def _ask(self, asked):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        return asyncio.run_coroutine_threadsafe(asked, self._loop).result(timeout=10)

    async def _drop(self) -> None:
        for writer in tuple(self._open):
            writer.transport.abort()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._cut:
            self.refused += 1
            writer.transport.abort()
            return
        with suppress(OSError):
            there, back = await asyncio.open_connection("127.0.0.1", self._server_port)
            self._open |= {writer, back}
            await asyncio.gather(self._copy(reader, back), self._copy(there, writer))
            self._open -= {writer, back}

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while part := await reader.read(65536):
                writer.write(part)
                await writer.drain()
        writer.transport.abort() if self._cut else writer.close()
