"""Call code that nobody has read: whatever it raises becomes a value, and what never ends is stopped.

The time limit is the system's alarm (``SIGALRM``). Windows has none, and no system has one outside the
main thread; there a loop that never ends does run for ever, until the kernel is interrupted. An import
is let finish and does not count: a library that was stopped half way is of no use until the kernel is
restarted, and PyTorch's first import may take longer than an answer. Nor can
anything here help against code that ends the process (``os._exit``, a crash in C), takes all its
memory, stays inside one call into C, or both catches and keeps, in a loop, whatever is to stop it.
"""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType
from typing import Any

_ALARM = getattr(signal, "SIGALRM", None)
_AGAIN = 0.05  # seconds until the next alarm, for code that swallowed the first
_LONGEST_IMPORT = 120.0  # seconds


@dataclass(frozen=True)
class Outcome:
    """What a guarded call came to: its ``value``, or the ``error`` it raised, or ``out_of_time``."""

    value: Any = None
    error: BaseException | None = None
    out_of_time: bool = False

    @property
    def returned(self) -> bool:
        """Whether the call came back with a value, in time."""
        return self.error is None and not self.out_of_time


def call(work: Callable[[], Any], seconds: float) -> Outcome:
    """Call ``work`` for at most ``seconds``; nothing that it raises leaves this function.

    What it raises is in the outcome, `SystemExit` and a `KeyboardInterrupt` of its own included. A real
    interrupt (Ctrl-C, JupyterLab's stop button) ends the work and is then passed on, as if there were
    no guard. Signal handlers, timer and trace function are afterwards what they were before.
    """
    watch = _Watch()
    outcome = Outcome()
    # `_Stop` can only be raised while the watch is active, and never in a frame of this file.
    try:
        watch.start(seconds)
        outcome = Outcome(value=work())
    except BaseException as error:
        outcome = Outcome(error=error)
    finally:
        watch.end()
    if watch.interrupted:
        watch.pass_on()
    return Outcome(out_of_time=True) if watch.expired else outcome


class _Stop(BaseException):
    """Ends the work. Where a bare ``except:`` swallows it, the next line of that code raises it again."""

    def __init__(self, watch: _Watch) -> None:
        self.watch = watch

    def __del__(self) -> None:
        # Runs as an `except` block forgets the exception: behind its `try`, where it cannot catch.
        if self.watch.active:
            self.watch.stop_at_next_line(sys._getframe(1))


class _Watch:
    def __init__(self) -> None:
        self.active = self.expired = self.interrupted = False
        self.timer = (0.0, 0.0)

    def start(self, seconds: float) -> None:
        """Put the handlers and the timer in place, where the system lets us."""
        if threading.current_thread() is not threading.main_thread():
            return
        self.handlers: dict[int, Any] = {}
        self.trace, self.started, self.seconds = sys.gettrace(), time.monotonic(), seconds
        self.active = True
        # Whoever ignores an interrupt, or handles it without Python, goes on doing so.
        if callable(signal.getsignal(signal.SIGINT)):
            self.handlers[signal.SIGINT] = signal.signal(signal.SIGINT, self._on_interrupt)
        if _ALARM is not None:
            self.handlers[_ALARM] = signal.signal(_ALARM, self._on_alarm)
            self.timer = signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)

    def end(self) -> None:
        """Take the handlers and the timer away; what was there before is there again."""
        if not self.active:
            return
        self.active = False
        sys.settrace(self.trace)
        if _ALARM is not None:
            signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in self.handlers.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
        delay, interval = self.timer
        if delay:
            left = delay - (time.monotonic() - self.started)
            signal.setitimer(signal.ITIMER_REAL, max(left, 1e-6), interval)

    def _on_alarm(self, number: int, frame: FrameType | None) -> None:
        if _importing(frame) and time.monotonic() - self.started < _LONGEST_IMPORT:
            signal.setitimer(signal.ITIMER_REAL, self.seconds, _AGAIN)
            return
        self.expired = True
        self._stop(frame)

    def _on_interrupt(self, number: int, frame: FrameType | None) -> None:
        self.interrupted = True
        self._stop(frame)

    def _stop(self, frame: FrameType | None) -> None:
        if self.active and frame is not None and frame.f_globals is not globals():
            raise _Stop(self)

    def stop_at_next_line(self, frame: FrameType | None) -> None:
        """Raise at the next line that ``frame``, what called it, or a function yet to come runs."""
        sys.settrace(self._trace)
        while frame is not None and frame.f_globals is not globals():
            frame.f_trace = self._trace
            frame = frame.f_back

    def _trace(self, frame: FrameType, event: str, argument: Any) -> Any:
        if event in ("call", "line"):
            self._stop(frame)
        return self._trace

    def pass_on(self) -> None:
        """Hand the interrupt to who would have had it; by default that raises `KeyboardInterrupt`."""
        self.handlers[signal.SIGINT](signal.SIGINT, sys._getframe(1))


def _importing(frame: FrameType | None) -> bool:
    """Whether the guarded code is importing something."""
    while frame is not None and frame.f_globals is not globals():
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False
