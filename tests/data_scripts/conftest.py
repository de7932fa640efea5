"""A web server on this machine that misbehaves on request."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from ..conftest import ROOT

SCRIPTS = ROOT / "data_scripts"
sys.path.insert(0, str(SCRIPTS))  # the scripts import _fetch from beside them


class Server:
    """Serves ``files``; its other attributes say how badly.

    Attributes
    ----------
    files : dict of str to bytes
    cuts : list of int
        For each coming answer, after how many bytes to drop the connection.
    stalls : int
        How many coming answers stop halfway without dropping the connection.
    pause : float
        Seconds between pieces of 1000 bytes.
    resumes : bool
        Whether Range is understood.
    shift : int
        How far a resumed answer starts from where it was asked to.
    lengthless : bool
        Whether Content-Length is left out.
    endless : bool
        Whether more bytes follow, without end. Left out is then the Content-Length too.
    drip : bool
        Whether the answer's first line comes a byte at a time, without end.
    requests : list of (path, Range or None)
    """

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.cuts: list[int] = []
        self.stalls = 0
        self.pause = 0.0
        self.resumes = True
        self.shift = 0
        self.lengthless = self.endless = self.drip = False
        self.requests: list[tuple[str, str | None]] = []
        self.stopped = threading.Event()
        handler = type("Bound", (Handler,), {"settings": self})
        self.httpd = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self.httpd.server_address[1]}"
        threading.Thread(target=self.httpd.serve_forever, args=(0.01,), daemon=True).start()

    def stop(self) -> None:
        self.stopped.set()
        self.httpd.shutdown()
        self.httpd.server_close()


class Handler(BaseHTTPRequestHandler):
    settings: Server

    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        server = self.settings
        wanted = self.headers.get("Range")
        server.requests.append((self.path, wanted))
        if server.drip:
            self.send_without_end(b"H", 0.05)
            return
        body = server.files.get(self.path)
        if body is None:
            self.send_error(404)
            return
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and server.resumes else 0
        if start >= len(body):
            self.send_response(416)
            self.send_header("Content-Range", f"bytes */{len(body)}")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        start += server.shift if start else 0
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        if not (server.lengthless or server.endless):
            self.send_header("Content-Length", str(len(body) - start))
        self.end_headers()
        body = body[start:]
        if server.cuts:
            body = body[: server.cuts.pop(0)]
        if stall := server.stalls > 0:
            server.stalls -= 1
            body = body[: len(body) // 2]
        for i in range(0, len(body), 1000):
            try:
                self.wfile.write(body[i : i + 1000])
            except OSError:  # the client has gone
                return
            if server.pause:
                time.sleep(server.pause)
        if server.endless:
            self.send_without_end(bytes(10_000), server.pause)
        if stall:
            server.stopped.wait(10)

    def send_without_end(self, piece: bytes, pause: float) -> None:
        while not self.settings.stopped.wait(pause):
            try:
                self.wfile.write(piece)
            except OSError:  # the client has gone
                return


def start(script: str, *arguments: object, settings: str = "") -> subprocess.Popen[str]:
    """Start a script as a process of its own, after running some lines of Python."""
    code = f"import _fetch, _unpack, {script}\n{settings}\n_fetch.run({script}.main)"
    command = [sys.executable, "-c", code, *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(SCRIPTS), "PYTHONUTF8": "1"}
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command, env=environment, stdout=pipe, stderr=pipe, text=True, encoding="utf-8"
    )


def finish(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Wait for a process; return its exit status and all that it printed."""
    out, err = process.communicate(timeout=60)
    return process.returncode, out + err


def wait_until(condition: Callable[[], object]) -> None:
    """Wait until a condition holds, for at most 30 seconds."""
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


@pytest.fixture
def server(monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    started = Server()
    yield started
    started.stop()
