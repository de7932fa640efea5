"""One JupyterLab and one Chromium for all the tests here; each module has pages and kernels of its own.

The browser is the one that SEGLEARN_CHROMIUM names, else one on the PATH, else the one that
`playwright install chromium` put there. Without any, the tests are skipped, but fail where CI is set.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from ..conftest import NOTEBOOKS, ROOT
from .lab import CHROMIUM_ARGUMENTS, JupyterLab, LabPage, StaticPage, Widget, chromium_path

WEB = ROOT / "seglearn" / "widgets" / "web"


def missing(what: str) -> NoReturn:
    """Skip for want of a tool, except where CI promises that it is there."""
    (pytest.fail if os.environ.get("CI") else pytest.skip)(what)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = chromium_path(playwright)
        if path is None:
            missing("no Chromium: install one, or name one in SEGLEARN_CHROMIUM")
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def lab(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterLab]:
    server = JupyterLab(tmp_path_factory.mktemp("lab"))
    try:
        for notebook in NOTEBOOKS:
            (server.root / "notebooks").mkdir(exist_ok=True)
            shutil.copy(notebook, server.root / "notebooks")
        yield server
    finally:
        server.close()


@pytest.fixture(scope="module")
def new_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Make browser contexts that are closed when the module's tests are done."""
    contexts = []

    def new(**options: Any) -> BrowserContext:
        options = {
            "viewport": {"width": 1280, "height": 900},
            "permissions": ["clipboard-read", "clipboard-write"],
        } | options
        contexts.append(browser.new_context(**options))
        return contexts[-1]

    yield new
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def open_lab(
    lab: JupyterLab, new_context: Callable[..., BrowserContext]
) -> Iterator[Callable[..., LabPage]]:
    """Open a notebook in JupyterLab in a new browser context; the kernels end with the module."""

    def open_(notebook: str, base: str | None = None, **options: Any) -> LabPage:
        return LabPage(lab, new_context(**options).new_page(), base).open(notebook)

    yield open_
    lab.stop_kernels()


@pytest.fixture
def without_kernel(
    new_context: Callable[..., BrowserContext], tmp_path: Path
) -> Iterator[Callable[..., StaticPage]]:
    """Open widgets, as HTML, in a page of their own; at the end it has asked for nothing and no script has failed."""
    pages = []

    def open_(html: str, **options: Any) -> StaticPage:
        file = tmp_path / f"page-{len(pages)}.html"
        text = f'<!doctype html><html lang="en"><meta charset="utf-8"><h1>x</h1>{html}</html>'
        file.write_text(text, "utf-8")
        pages.append(StaticPage(new_context(offline=True, **options), file))
        return pages[-1]

    yield open_
    for page in pages:
        assert page.asked == []
        assert page.errors == []


@pytest.fixture(scope="session")
def axe() -> str:
    """Return the source of axe-core, which npm keeps with the widgets' sources."""
    source = WEB / "node_modules" / "axe-core" / "axe.min.js"
    npm = shutil.which("npm")
    if not source.exists() and npm:
        subprocess.run([npm, "ci"], cwd=WEB, check=True, timeout=300)
    if not source.exists():
        missing(f"axe-core is not there: run `npm ci` in {WEB}")
    return source.read_text(encoding="utf-8")


def axe_findings(widget: Widget, axe: str) -> list[str]:
    """Return what axe has against a widget; it looks into open shadow roots."""
    page = widget.page
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(axe)
    violations = widget.root.evaluate(
        "(root) => axe.run(root.getRootNode().host, { resultTypes: ['violations'] })"
    )["violations"]
    return [
        f"{violation['id']}: {violation['help']}: {node['html']}: {node['failureSummary']}"
        for violation in violations
        for node in violation["nodes"]
    ]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Add the end of the server's log and a picture of each open page to the report of a failure."""
    report = yield
    used = getattr(item, "funcargs", {})
    if not report.failed or "browser" not in used:
        return report
    if "lab" in used:
        report.sections.append(("JupyterLab", used["lab"].tail()))
    folder = item.config._tmp_path_factory.getbasetemp() / "pictures"
    folder.mkdir(exist_ok=True)
    for context in used["browser"].contexts:
        for page in context.pages:
            picture = folder / f"{len(list(folder.iterdir())):03d}-{item.originalname}.png"
            page.screenshot(path=picture)
            report.sections.append(("picture", str(picture)))
    return report
