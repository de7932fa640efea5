"""A TCP relay that holds every byte back for a while, so that a local server feels far away.

Works for anything over TCP, websockets included. Bytes stay in order, and the line stays as wide as it was: what is
sent in a burst arrives in a burst, only later.
"""

from __future__ import annotations

import asyncio
import threading
from types import TracebackType

CHUNK = 1 << 16


class SlowProxy:
    """Relay 127.0.0.1:`port` to a local server, with `one_way` seconds of delay in each direction.

    Used as a context manager; it runs in a thread of its own.
    """

    def __init__(self, server_port: int, one_way: float) -> None:
        self.server_port = server_port
        self.one_way = one_way
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._listening = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="slow-proxy", daemon=True)

    def __enter__(self) -> SlowProxy:
        self._thread.start()
        if not self._listening.wait(10):
            raise TimeoutError("the proxy did not start to listen within 10 s")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join(10)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._main())
        finally:
            self._loop.close()

    async def _main(self) -> None:
        self._stopped = asyncio.Event()
        self._connections: set[asyncio.Task[None]] = set()
        listener = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = listener.sockets[0].getsockname()[1]
        self._listening.set()
        await self._stopped.wait()
        listener.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.server_port)
        except OSError:
            writer.close()
            return
        try:
            await asyncio.gather(
                self._forward(reader, far_writer), self._forward(far_reader, writer)
            )
        except asyncio.CancelledError:
            pass  # the proxy stops; asyncio would log this as an error
        finally:
            writer.close()
            far_writer.close()

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass on what is read, each chunk `one_way` seconds after it came; then close."""
        line: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def read() -> None:
            data = b"start"
            while data:
                try:
                    data = await reader.read(CHUNK)
                except ConnectionError:
                    data = b""
                line.put_nowait((self._loop.time() + self.one_way, data))

        reading = asyncio.create_task(read())
        try:
            while True:
                due, data = await line.get()
                await asyncio.sleep(due - self._loop.time())
                if not data:
                    break
                writer.write(data)
                await writer.drain()
            if writer.can_write_eof():
                writer.write_eof()
        except ConnectionError:
            pass
        finally:
            reading.cancel()
