"""One JupyterLab, one Chromium, and the few things that the tests ask of them."""

from __future__ import annotations

import ast
import contextlib
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.blocking import BlockingKernelClient
from playwright.sync_api import BrowserContext, Locator, Page, Playwright, Route, expect

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",  # a container has no user namespaces to build one from
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
]
SERVER_ARGUMENTS = [
    "--no-browser",
    "--ServerApp.ip=127.0.0.1",
    "--ServerApp.port=0",
    "--ServerApp.allow_root=True",
    "--ServerApp.terminals_enabled=False",
    # Should the tests be killed, the server ends by itself.
    "--ServerApp.shutdown_no_activity_timeout=900",
    "--MappingKernelManager.cull_idle_timeout=900",
    "--MappingKernelManager.cull_connected=True",
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",  # the other one asks PyPI for a list
    "--LabApp.expose_app_in_browser=True",  # window.jupyterapp
]
SETTINGS = {
    "notification": {"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True},
    "themes": {"theme": "JupyterLab Light", "adaptive-theme": False},
}

BOX_AT_REST = """async (el) => {
    const box = () => (({ x, y, width, height }) => ({ x, y, width, height }))(el.getBoundingClientRect());
    let now = box();
    for (let frames = 0, still = 0; still < 2; frames++) {
        if (frames > 120) return null;
        await new Promise(requestAnimationFrame);
        const next = box();
        still = Object.keys(now).every((key) => now[key] === next[key]) ? still + 1 : 0;
        now = next;
    }
    return el.isConnected && now.width && now.height ? now : null;
}"""


def chromium_path(playwright: Playwright) -> str | None:
    """Find a Chromium: the one that is named, one on the PATH, or the one that Playwright installed."""
    named = os.environ.get("SEGLEARN_CHROMIUM")
    if named:
        return named
    found = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    bundled = playwright.chromium.executable_path
    return found or (bundled if Path(bundled).exists() else None)


def wait_until(true: Callable[[], Any], what: str, seconds: float = 20) -> Any:
    """Ask until the answer is true and return it; `AssertionError` says what did not come about."""
    deadline = time.monotonic() + seconds
    while not (answer := true()):
        assert time.monotonic() < deadline, f"within {seconds} s: {what}"
        time.sleep(0.05)
    return answer


def box_of(part: Locator) -> dict[str, float]:
    """Return where a part is (x, y, width, height, in px), once it is laid out and stands still for two frames."""
    return wait_until(lambda: part.evaluate(BOX_AT_REST), f"{part} is in sight and stands still")


class Kernel:
    """A second client of a notebook's kernel: it answers in JSON, and the notebook sees nothing of it."""

    def __init__(self, connection_file: Path) -> None:
        self._client = BlockingKernelClient(connection_file=str(connection_file))
        self._client.load_connection_file()
        self._client.start_channels()
        self._client.wait_for_ready(timeout=60)

    def run(self, code: str, **expressions: str) -> dict[str, Any]:
        """Run code; an error there is an `AssertionError` here."""
        reply = self._client.execute(
            code,
            store_history=False,
            user_expressions=expressions,
            reply=True,
            timeout=60,
        )["content"]
        assert reply["status"] == "ok", "\n".join(reply.get("traceback", [str(reply)]))
        return reply["user_expressions"]

    def ask(self, expression: str) -> Any:
        """Return the value of an expression, as far as JSON can carry it."""
        answer = self.run("", answer=f"__import__('json').dumps({expression})")["answer"]
        assert answer["status"] == "ok", f"{expression}: {answer.get('evalue')}"
        return json.loads(ast.literal_eval(answer["data"]["text/plain"]))

    def printed(self, code: str) -> str:
        """Run a program that knows nothing of the notebook, leave its variables in `_own`, return what it prints."""
        self.run(
            "import contextlib as _c, io as _io\n"
            "_own = {}\n"
            "with _c.redirect_stdout(_io.StringIO()) as _printed:\n"
            f"    exec({code!r}, _own)"
        )
        return self.ask("_printed.getvalue()")

    def close(self) -> None:
        """Let go of the kernel, which goes on."""
        self._client.stop_channels()


class JupyterLab:
    """A JupyterLab server whose files, settings and run-time state all lie in `home`."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.root = home / "root"
        self.log = home / "server.log"
        self.root.mkdir()
        self._token = secrets.token_hex(16)
        self._kernels: dict[str, Kernel] = {}
        self._write_settings()
        self._log_file = self.log.open("w", encoding="utf-8")
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "jupyterlab",
                *SERVER_ARGUMENTS,
                f"--IdentityProvider.token={self._token}",
                f"--ServerApp.root_dir={self.root}",
            ],
            env=os.environ | self._folders(),
            stdout=self._log_file,
            stderr=subprocess.STDOUT,
        )
        try:
            self.port = self._wait_for_port()
        except BaseException:
            self.close()
            raise

    @property
    def url(self) -> str:
        """Where the server answers."""
        return f"http://127.0.0.1:{self.port}"

    def _folders(self) -> dict[str, str]:
        names = {
            "JUPYTER_CONFIG_DIR": "config",
            "JUPYTER_DATA_DIR": "data",
            "JUPYTER_RUNTIME_DIR": "runtime",
            "JUPYTERLAB_SETTINGS_DIR": "settings",
            "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
            "IPYTHONDIR": "ipython",
        }
        return {name: str(self.home / folder) for name, folder in names.items()}

    def _write_settings(self) -> None:
        folder = self.home / "settings" / "@jupyterlab" / "apputils-extension"
        folder.mkdir(parents=True)
        for name, values in SETTINGS.items():
            (folder / f"{name}.jupyterlab-settings").write_text(json.dumps(values))

    def _wait_for_port(self) -> int:
        def answered() -> int | None:
            assert self._process.poll() is None, f"JupyterLab ended: {self.tail()}"
            # The name holds a process id, which on Windows may be that of a launcher's child.
            for info in (self.home / "runtime").glob("jpserver-*.json"):
                with contextlib.suppress(OSError, ValueError):
                    self.port = json.loads(info.read_text())["port"]
                    self.request("/api/status")
                    return self.port
            return None

        return wait_until(answered, "JupyterLab starts to answer", seconds=90)

    def request(self, path: str, method: str = "GET") -> Any:
        """Ask the server's REST API."""
        answer = self._fetch(path, method)
        return json.loads(answer) if answer else None

    def export(self, notebook: str) -> str:
        """Return a saved notebook as a page, from where JupyterLab's menu File ▸ Save and Export takes it."""
        return self._fetch(f"/nbconvert/html/{notebook}", "GET").decode()

    def _fetch(self, path: str, method: str) -> bytes:
        request = urllib.request.Request(
            self.url + path, method=method, headers={"Authorization": f"token {self._token}"}
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read()

    def address(self, notebook: str, base: str | None = None) -> str:
        """Return the address of a notebook in an empty workspace; `base` for another way to the server."""
        return f"{base or self.url}/lab/tree/{notebook}?reset&token={self._token}"

    def write_notebook(self, name: str, *cells: str) -> str:
        """Write a notebook with these code cells and return its path on the server."""
        notebook = nbformat.v4.new_notebook(
            cells=[
                nbformat.v4.new_code_cell(source, id=f"cell-{at}")
                for at, source in enumerate(cells)
            ],
            metadata={
                "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
            },
        )
        nbformat.write(notebook, self.root / name)
        return name

    def kernel(self, notebook: str) -> Kernel:
        """Connect to the kernel of an open notebook."""
        (kernel_id,) = (
            session["kernel"]["id"]
            for session in self.request("/api/sessions")
            if session["path"] == notebook
        )
        if kernel_id not in self._kernels:
            file = self.home / "runtime" / f"kernel-{kernel_id}.json"
            self._kernels[kernel_id] = Kernel(file)
        return self._kernels[kernel_id]

    def stop_kernels(self) -> None:
        """End all kernels, so that the next test module has the memory."""
        for kernel in self._kernels.values():
            kernel.close()
        self._kernels.clear()
        for session in self.request("/api/sessions"):
            self.request(f"/api/sessions/{session['id']}", "DELETE")

    def tail(self, lines: int = 40) -> str:
        """Return the end of the server's log."""
        return "\n".join(
            self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]
        )

    def close(self) -> None:
        """Shut down the kernels and the server, by asking first."""
        for kernel in self._kernels.values():
            kernel.close()
        if self._process.poll() is None:
            with contextlib.suppress(Exception):
                self.request("/api/shutdown", "POST")
            for end in (lambda: None, self._process.terminate, self._process.kill):
                end()
                try:
                    self._process.wait(15)
                    break
                except subprocess.TimeoutExpired:
                    continue
        self._log_file.close()


class LabPage:
    """A browser tab with a notebook in JupyterLab, and a record of all that it asked for and complained about."""

    def __init__(self, lab: JupyterLab, page: Page, base: str | None = None) -> None:
        self.lab = lab
        self.page = page
        self.base = base or lab.url
        self.notebook = ""
        self.outside: list[str] = []
        self.errors: list[str] = []
        page.on("request", lambda request: self._asked(request.url))
        page.on("websocket", lambda socket: self._asked(socket.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)

    def _asked(self, url: str) -> None:
        host = self.base.removeprefix("http://")
        if not url.startswith((f"http://{host}/", f"ws://{host}/", "data:", "blob:", "about:")):
            self.outside.append(url)

    # --- JupyterLab -------------------------------------------------------------------------------------------------
    def open(self, notebook: str) -> LabPage:
        """Open a notebook and wait for its kernel."""
        self.notebook = notebook
        self.page.goto(self.lab.address(notebook, self.base))
        return self.wait_for_kernel()

    def reload(self) -> LabPage:
        """Load the page anew, as with F5."""
        self.page.reload()
        return self.wait_for_kernel()

    def wait_for_kernel(self) -> LabPage:
        """Wait until the notebook is shown and its kernel idle."""
        self.page.locator(".jp-NotebookPanel .jp-Cell").first.wait_for(timeout=90_000)
        self.page.wait_for_function(
            "() => jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'",
            timeout=90_000,
        )
        return self

    def menu(self, menu: str, item: str) -> None:
        """Choose an item of the menu bar."""
        for kind, name in (("MenuBar", menu), ("Menu", item)):
            label = self.page.locator(f".lm-{kind}-itemLabel")
            label.filter(has_text=re.compile(f"^{re.escape(name)}$")).click()

    def command(self, command: str, **arguments: Any) -> None:
        """Run a command of JupyterLab, as its menus and its palette do."""
        self.page.evaluate(
            "([command, args]) => jupyterapp.commands.execute(command, args)", [command, arguments]
        )

    def theme(self, name: str) -> None:
        """Turn to JupyterLab's "Light" or "Dark" theme, and wait until the page is there again.

        The command ends before the theme is loaded; then JupyterLab hides all that it holds for a frame, under a splash.
        """
        self.command("apputils:change-theme", theme=f"JupyterLab {name}")
        self.page.wait_for_function(
            """(name) => document.body.dataset.jpThemeName === name && jupyterapp.shell.isVisible
                && !document.getElementById("jupyterlab-splash")""",
            arg=f"JupyterLab {name}",
        )

    def run_all(self, timeout: float = 180) -> LabPage:
        """Run ▸ Run All Cells; wait until every cell has run, or one has failed."""
        before = max((cell["execution_count"] or 0 for cell in self.code_cells()), default=0)
        self.menu("Run", "Run All Cells")
        self.page.wait_for_function(
            """(before) => {
                const { content, sessionContext } = jupyterapp.shell.currentWidget;
                const cells = [...content.model.cells].filter(
                    (cell) => cell.type === "code" && cell.sharedModel.getSource().trim());
                const ran = cells.every((cell) => cell.executionCount > before);
                const failed = cells.some((cell) => cell.executionCount > before
                    && cell.outputs.toJSON().some((output) => output.output_type === "error"));
                return sessionContext.session?.kernel?.status === "idle" && (ran || failed);
            }""",
            arg=before,
            timeout=timeout * 1000,
        )
        return self

    def cells(self) -> list[dict[str, Any]]:
        """Return the notebook's cells as they are now, outputs included."""
        return self.page.evaluate(
            "() => jupyterapp.shell.currentWidget.context.model.toJSON().cells"
        )

    def code_cells(self) -> list[dict[str, Any]]:
        """Return the code cells."""
        return [cell for cell in self.cells() if cell["cell_type"] == "code"]

    def failures(self) -> list[str]:
        """Return the errors that cells ended with."""
        return [
            f"{cell['id']}: {output['ename']}: {output['evalue']}"
            for cell in self.code_cells()
            for output in cell["outputs"]
            if output["output_type"] == "error"
        ]

    def cell(self, cell_id: str) -> Locator:
        """Return a cell of the open notebook, scrolled to."""
        at = [cell["id"] for cell in self.cells()].index(cell_id)
        cell = self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook .jp-Cell").nth(
            at
        )
        cell.scroll_into_view_if_needed()
        return cell

    def widget(self, name: str, cell_id: str) -> Widget:
        """Return the widget in the output of a cell, in sight."""
        return Widget(self.cell(cell_id), name).show()

    def save(self) -> None:
        """Save the notebook, and wait until it is saved."""
        self.menu("File", "Save Notebook")
        self.page.wait_for_function("() => !jupyterapp.shell.currentWidget.context.model.dirty")

    def copied(self) -> str:
        """Return what lies on the clipboard."""
        return self.page.evaluate("() => navigator.clipboard.readText()")

    @property
    def kernel(self) -> Kernel:
        """The kernel of the notebook."""
        return self.lab.kernel(self.notebook)


class Widget:
    """A widget on a page, in JupyterLab or elsewhere."""

    def __init__(self, place: Page | Locator, name: str) -> None:
        self.name = name
        self.root = place.get_by_test_id(f"widget-{name}")
        self.page = self.root.page

    def show(self) -> Widget:
        """Wait until it is there, and scroll to it."""
        expect(self.root).to_have_count(1, timeout=20_000)
        self.root.scroll_into_view_if_needed()
        return self

    def drawn(self) -> None:
        """Wait until what was done last is on the screen: the widgets draw in animation frames."""
        self.page.evaluate(
            "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )

    def get(self, test_id: str) -> Locator:
        """Return a part of it by its data-testid."""
        return self.root.get_by_test_id(test_id)

    def text(self, test_id: str) -> str:
        """Return the words of a part, with plain spaces."""
        return re.sub(r"\s+", " ", self.get(test_id).inner_text()).strip()

    def preset(self, name: str, guess: bool = True) -> None:
        """Choose a preset, wait until it is the one that is shown, and make any guess that it asks for."""
        button, more = self.get(f"preset-{name}"), self.get("presets-more")
        # Either is in sight, once a widget that was just begun is laid out.
        expect(button.or_(more).filter(visible=True).first).to_be_visible()
        if more.is_visible() and not button.is_visible():
            more.click()
        button.click()
        self.drawn()
        if guess and self.get("guess").is_visible():
            self.get("guess").get_by_role("button").last.click()
        expect(button).to_have_attribute("aria-pressed", "true")

    def stage(self, name: str) -> Widget:
        """Turn to a stage, and return the widget."""
        self.get(f"stage-{name}").check(force=True)
        self.drawn()
        return self

    def has_its_parts(self, shown: dict[str, list[str]], always: str) -> None:
        """Check that each stage shows its own parts and `always`, and nothing that only others show."""
        for name, there in shown.items():
            self.stage(name)
            for part in sorted({part for parts in shown.values() for part in parts}):
                expect(self.get(part)).to_be_visible(visible=part in there)
            expect(self.get(always)).to_be_visible()

    def guess(self, value: str) -> None:
        """Guess with the dial, and look at the numbers."""
        self.get("guess-dial").fill(value)
        self.get("guess-give").click()

    def link(self) -> str:
        """Return the link that the button copies, in a page without kernel."""
        code = self.get("copy-code")
        before = code.input_value()
        self.get("link").click()
        wait_until(lambda: code.input_value() != before, "the link is made")
        return code.input_value()

    def drag(
        self,
        part: Locator,
        to: tuple[float, float],
        start: tuple[float, float] = (0.5, 0.5),
        steps: int = 6,
    ) -> None:
        """Drag from one place of a part to another with the mouse; places are shares of its width and height."""
        (x0, y0), (x1, y1) = self.place(part, start), self.place(part, to)
        self.page.mouse.move(x0, y0)
        self.page.mouse.down()
        self.page.mouse.move(x1, y1, steps=steps)
        self.page.mouse.up()

    def place(self, part: Locator, at: tuple[float, float]) -> tuple[float, float]:
        """Return the page coordinates of a place given as shares of a part's width and height."""
        part.scroll_into_view_if_needed()
        box = box_of(part)
        return box["x"] + at[0] * box["width"], box["y"] + at[1] * box["height"]

    def focused(self) -> str | None:
        """Return the data-testid (or term, or part) of what has the focus, None where it is outside the widget."""
        return self.root.evaluate(
            """(root) => {
                const el = root.getRootNode().activeElement;
                return el && (el.dataset.testid ?? el.dataset.term ?? el.dataset.part ?? el.tagName);
            }"""
        )

    def colors(self, test_id: str, places: list[tuple[float, float]]) -> list[list[int]]:
        """Return the red, green and blue of a canvas at places given as shares of its width and height."""
        return self.get(test_id).evaluate(
            """(canvas, places) => places.map(([x, y]) => [...canvas.getContext("2d")
                .getImageData(x * canvas.width, y * canvas.height, 1, 1).data].slice(0, 3))""",
            places,
        )


class StaticPage:
    """An HTML file in a tab whose every way to the network is cut; `asked` records what it tried."""

    def __init__(self, context: BrowserContext, file: Path) -> None:
        self.asked: list[str] = []
        self.errors: list[str] = []
        context.route("**/*", self._only_files)
        self.page: Page = context.new_page()
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.goto(file.as_uri(), wait_until="domcontentloaded")

    def _only_files(self, route: Route) -> None:
        if route.request.url.startswith(("file:", "data:", "blob:")):
            route.continue_()
        else:
            self.asked.append(route.request.url)
            route.abort()

    def widget(self, name: str) -> Widget:
        return Widget(self.page, name).show()
