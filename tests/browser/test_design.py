"""The rules of the design that a machine can see, for every widget alone in a page, in every preset and stage.

What a widget does not yet keep stands in `EXCEPTIONS`; an entry that is no longer true fails, and is to be deleted.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

import seglearn.widgets
from seglearn.widgets.base import Widget

from .conftest import axe_findings
from .lab import Widget as Shown

INSPECT = Path(__file__).with_name("inspect.js")

HEIGHTS = {952: 740, 390: 2 * 844}
PROJECTOR_HEIGHT = 940
CLASSES: dict[str, type[Widget]] = {
    cls.bundle: cls
    for cls in (getattr(seglearn.widgets, name) for name in seglearn.widgets.__all__)
    if isinstance(cls, type) and issubclass(cls, Widget) and cls.bundle != "browser_check"
}

RULES = (
    "height at 952",
    "height on a phone",
    "height on a projector",
    "side scroll",
    "type",
    "targets",
    "controls",
    "presets",
    "Tab stops",
    "contrast of SVG text",
    "contrast",
    "forced colours",
    "keys after a click",
    "goals",
    "errors",
)

EXCEPTIONS: dict[str, set[str]] = {}  # widget: rules


class Inspection:
    """One widget in one page, resized and looked at once; what is wrong, by rule."""

    def __init__(self, browser: Browser, cls: type[Widget], file: Path, axe: str) -> None:
        self.browser = browser
        self.axe = axe
        self.url = file.as_uri()
        self.name = cls.bundle
        self.found: defaultdict[str, list[str]] = defaultdict(list)
        file.write_text(
            '<!doctype html><html lang="en"><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width"><title>x</title>'
            f'<body style="margin: 0"><main><h1 hidden>x</h1>{cls().to_html()}</main>',
            encoding="utf-8",
        )
        self.mouse()
        self.finger()

    def open(self, **options: Any) -> tuple[BrowserContext, Page]:
        context = self.browser.new_context(**options)
        context.add_init_script(path=INSPECT)
        page = context.new_page()
        page.on("pageerror", lambda error: self.found["errors"].append(str(error)))
        page.goto(self.url)
        page.locator(".seglearn-widget section.widget").wait_for()
        return context, page

    def look(self, page: Page, where: str, **rules: Any) -> None:
        """Look at all presets and stages; `rules` is the options of each look, by the name of the rule."""
        names = {name: options.pop("rule") for name, options in rules.items()}
        for name, what in page.evaluate("(rules) => inspectWidget(rules)", rules).items():
            self.found[names[name]] += [f"{where}: {each}" for each in what]

    def mouse(self) -> None:
        context, page = self.open(viewport={"width": 952, "height": 900})
        self.found["goals"] += page.evaluate("() => goalsReached()")
        self.keys(page)
        svg = {"rule": "contrast of SVG text", "least": 4.5}
        self.look(
            page,
            "952",
            height={"rule": "height at 952", "most": HEIGHTS[952]},
            sideScroll={"rule": "side scroll"},
            type={"rule": "type", "least": 12},
            controls={"rule": "controls", "most": 25},
            presets={"rule": "presets", "most": 6},
            tabStops={"rule": "Tab stops"},
            svgContrast={**svg},
        )
        self.themes(page, svg)
        for width in (320, 640, 1280):  # 640 is 1280 at 200 % zoom
            page.set_viewport_size({"width": width, "height": 900})
            self.look(page, str(width), sideScroll={"rule": "side scroll"})
        page.set_viewport_size({"width": 1920, "height": 1080})
        Shown(page, self.name).get("projector").click()
        self.look(
            page,
            "projector",
            height={"rule": "height on a projector", "most": PROJECTOR_HEIGHT},
            sideScroll={"rule": "side scroll"},
            type={"rule": "type", "least": 18},
        )
        context.close()

    def themes(self, page: Page, svg: dict[str, Any]) -> None:
        plain = page.evaluate("() => colorsOnCanvases()")
        page.emulate_media(color_scheme="dark")
        self.look(page, "dark", svgContrast={**svg})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            for stage in page.locator(".stage-tabs label:visible").all() or [None]:
                if stage:
                    stage.click()
                settle(page)
                findings = axe_findings(Shown(page, self.name), self.axe)
                self.found["contrast"] += [f"{scheme}: {each}" for each in findings]
        page.emulate_media(color_scheme="light", forced_colors="active")
        settle(page)
        forced = page.evaluate("() => colorsOnCanvases()")
        self.found["forced colours"] += [
            f"{name}: {count} colours, {forced[name]} where they are forced"
            for name, count in plain.items()
            if count > 3 and forced.get(name, count) <= 3
        ]
        page.emulate_media(forced_colors="none")

    def keys(self, page: Page) -> None:
        """Click all over the widget; after each click its host has the focus and no key gets out."""
        host = page.locator(".seglearn-widget")
        box = host.bounding_box()
        assert box
        for i in range(24):
            x = box["x"] + box["width"] * ((i % 6) + 0.5) / 6
            y = box["y"] + box["height"] * ((i // 6) + 0.5) / 4
            page.mouse.click(x, y)
            page.evaluate("() => new Promise(requestAnimationFrame)")
            page.keyboard.press("b")
            if page.evaluate("() => leaked.splice(0).length"):
                self.found["keys after a click"].append(f"({x:.0f}, {y:.0f})")
        page.reload()
        page.locator(".seglearn-widget section.widget").wait_for()

    def finger(self) -> None:
        context, page = self.open(
            viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
        )
        self.look(
            page,
            "390",
            height={"rule": "height on a phone", "most": HEIGHTS[390]},
            sideScroll={"rule": "side scroll"},
            type={"rule": "type", "least": 12},
            targets={"rule": "targets", "least": 32},
        )
        context.close()


def settle(page: Page) -> None:
    """Wait until what was changed is drawn: two frames, and whatever fades or moves has arrived."""
    page.evaluate(
        """async () => {
            for (let i = 0; i < 2; i++) await new Promise(requestAnimationFrame);
            const root = document.querySelector(".seglearn-widget").shadowRoot;
            await Promise.all(root.getAnimations().map((each) => each.finished.catch(() => {})));
            await new Promise(requestAnimationFrame);
        }"""
    )


@pytest.fixture(scope="module")
def inspected(
    browser: Browser, axe: str, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], dict[str, list[str]]]:
    """Return what is wrong with a widget, which is looked at once."""
    folder = tmp_path_factory.mktemp("design")

    @functools.cache
    def found(name: str) -> dict[str, list[str]]:
        return Inspection(browser, CLASSES[name], folder / f"{name}.html", axe).found

    return found


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        pytest.param(
            name,
            rule,
            marks=[pytest.mark.xfail(strict=True, reason="not yet")]
            if rule in EXCEPTIONS.get(name, ())
            else [],
        )
        for name in sorted(CLASSES)
        for rule in RULES
    ],
)
def test_every_widget_keeps_the_rules(inspected, name, rule):
    found = inspected(name)[rule]
    if found:
        pytest.fail(f"{len(found)} findings\n" + "\n".join(found[:12]), pytrace=False)


def test_exceptions_name_widgets_and_rules():
    assert EXCEPTIONS.keys() <= CLASSES.keys()
    assert all(rules <= set(RULES) for rules in EXCEPTIONS.values())
