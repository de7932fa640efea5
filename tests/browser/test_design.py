"""The rules of the design that a machine can see, for every widget alone in a page, in every preset and stage."""

from __future__ import annotations

import copy
import functools
import inspect
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

import seglearn.widgets
from seglearn.widgets import IoUBench
from seglearn.widgets.base import Widget

from .conftest import axe_findings
from .lab import Widget as Shown
from .lab import box_of

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
    "cut columns",
    "type",
    "targets",
    "controls",
    "presets",
    "Tab stops",
    "focus order",
    "contrast of SVG text",
    "contrast of canvas text",
    "contrast",
    "forced colours",
    "keys after a click",
    "Tab leaves",
    "goals",
    "errors",
)


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
        self.texts_on_canvases = 0
        self.mouse()
        self.zoom()
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
        self.tab_out(page)
        drawn = {
            "svgContrast": {"rule": "contrast of SVG text", "least": 4.5},
            "canvasContrast": {"rule": "contrast of canvas text", "least": 4.5, "large": 3},
        }
        self.look(
            page,
            "952",
            height={"rule": "height at 952", "most": HEIGHTS[952]},
            sideScroll={"rule": "side scroll"},
            cutColumns={"rule": "cut columns"},
            type={"rule": "type", "least": 12},
            controls={"rule": "controls", "most": 25},
            presets={"rule": "presets", "most": 6},
            tabStops={"rule": "Tab stops"},
            focusOrder={"rule": "focus order"},
            **copy.deepcopy(drawn),
        )
        self.themes(page, drawn)
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            self.look(page, str(width), sideScroll={"rule": "side scroll"})
        self.reload(page)  # what was guessed is to be guessed again
        page.set_viewport_size({"width": 1920, "height": 1080})
        Shown(page, self.name).get("projector").click()
        self.look(
            page,
            "projector",
            height={"rule": "height on a projector", "most": PROJECTOR_HEIGHT},
            sideScroll={"rule": "side scroll"},
            cutColumns={"rule": "cut columns"},
            type={"rule": "type", "least": 18},
        )
        context.close()

    def zoom(self) -> None:
        """A window of 1280 × 900 at 200 %: half as many pixels each way, each two of the screen's wide."""
        context, page = self.open(viewport={"width": 640, "height": 450}, device_scale_factor=2)
        self.look(
            page,
            "1280 at 200 %",
            sideScroll={"rule": "side scroll"},
            type={"rule": "type", "least": 12},
            focusOrder={"rule": "focus order"},
        )
        context.close()

    def themes(self, page: Page, drawn: dict[str, Any]) -> None:
        plain = page.evaluate("() => colorsOnCanvases()")
        page.emulate_media(color_scheme="dark")
        self.look(page, "dark", **copy.deepcopy(drawn))
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            for stage in page.locator(".stage-tabs label:visible").all() or [None]:
                if stage:
                    stage.click()
                self.ask_axe(page, scheme)
        self.texts_on_canvases = page.evaluate("() => canvasTextsSeen()")
        page.emulate_media(color_scheme="light", forced_colors="active")
        settle(page)
        forced = page.evaluate("() => colorsOnCanvases()")
        self.found["forced colours"] += [
            f"{name}: {count} colours, {forced[name]} where they are forced"
            for name, count in plain.items()
            if count > 3 and forced.get(name, count) <= 3
        ]
        page.emulate_media(forced_colors="none")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            settle(page)
            page.evaluate("() => guessGivenAndGoalReached()")
            self.ask_axe(page, f"{scheme}, guess given and goal reached")
        page.emulate_media(color_scheme="light")

    def ask_axe(self, page: Page, where: str) -> None:
        settle(page)
        findings = axe_findings(Shown(page, self.name), self.axe)
        self.found["contrast"] += [f"{where}: {each}" for each in findings]

    def keys(self, page: Page) -> None:
        """Click all over the widget; after each click its host has the focus and no key gets out."""
        host = page.locator(".seglearn-widget")
        box = box_of(host)
        for i in range(24):
            x = box["x"] + box["width"] * ((i % 6) + 0.5) / 6
            y = box["y"] + box["height"] * ((i // 6) + 0.5) / 4
            page.mouse.click(x, y)
            page.evaluate("() => new Promise(requestAnimationFrame)")
            page.keyboard.press("b")
            if page.evaluate("() => leaked.splice(0).length"):
                self.found["keys after a click"].append(f"({x:.0f}, {y:.0f})")
        self.reload(page)

    def reload(self, page: Page) -> None:
        page.reload()
        page.locator(".seglearn-widget section.widget").wait_for()

    def tab_out(self, page: Page) -> None:
        """Tab goes from stop to stop and out, and what is drawn afterwards does not take the focus back."""
        outside = "() => document.activeElement === document.body"
        for _ in range(100):
            page.keyboard.press("Tab")
            if page.evaluate(outside):
                break
        page.emulate_media(color_scheme="dark")
        settle(page)
        if not page.evaluate(outside):
            self.found["Tab leaves"].append("the focus does not leave, or comes back")
        page.emulate_media(color_scheme="light")
        settle(page)

    def finger(self) -> None:
        context, page = self.open(
            viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
        )
        self.look(
            page,
            "390",
            focusOrder={"rule": "focus order"},
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
) -> Callable[[str], Inspection]:
    """Look at a widget, once."""
    folder = tmp_path_factory.mktemp("design")
    return functools.cache(
        lambda name: Inspection(browser, CLASSES[name], folder / f"{name}.html", axe)
    )


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("name", sorted(CLASSES))
def test_every_widget_keeps_the_rules(inspected, name, rule):
    found = inspected(name).found[rule]
    if found:
        pytest.fail(f"{len(found)} findings\n" + "\n".join(found[:12]), pytrace=False)


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_text_on_canvases_was_looked_at_where_a_widget_writes_it(inspected, name):
    sources = (Path(inspect.getfile(CLASSES[name])).parent).rglob("*.js")
    writes = any("fillText" in source.read_text(encoding="utf-8") for source in sources)
    assert (inspected(name).texts_on_canvases > 0) == writes


# --- the probes themselves --------------------------------------------------------------------------------------------


@pytest.fixture
def probed(new_context, tmp_path) -> Page:
    """A page with one widget and the probes."""
    context = new_context(viewport={"width": 952, "height": 900})
    context.add_init_script(path=INSPECT)
    file = tmp_path / "page.html"
    file.write_text(f'<!doctype html><meta charset="utf-8">{IoUBench().to_html()}', "utf-8")
    page = context.new_page()
    page.goto(file.as_uri())
    page.locator(".seglearn-widget section.widget").wait_for()
    settle(page)
    return page


def look(page: Page, rule: str, **options: Any) -> list[str]:
    """Return what one rule finds in the page as it is."""
    return page.evaluate("([rule, options]) => inspectNow(rule, options)", [rule, options])


@pytest.mark.parametrize(
    ("ink", "ground", "font", "good"),
    [
        ("#000", "#fff", "14px serif", True),
        ("#777", "#fff", "14px serif", False),  # 4.48 : 1
        ("#767676", "#fff", "14px serif", True),  # 4.54 : 1
        ("#949494", "#fff", "700 19px serif", True),  # 3.03 : 1
        ("#959595", "#fff", "700 19px serif", False),  # 2.99 : 1
        ("#949494", "#fff", "700 18px serif", False),
        ("rgb(0 0 0 / 40%)", "#fff", "14px serif", False),
        ("#000", None, "14px serif", True),  # the panel shows through
        ("#fff", None, "14px serif", False),
    ],
)
def test_the_contrast_of_a_text_on_a_canvas_is_measured(probed, ink, ground, font, good):
    probed.evaluate(
        """([ink, ground, font]) => {
            const canvas = Object.assign(document.createElement("canvas"), { width: 90, height: 40 });
            document.querySelector(".seglearn-widget").shadowRoot.querySelector("section").append(canvas);
            const ctx = canvas.getContext("2d");
            if (ground) { ctx.fillStyle = ground; ctx.fillRect(0, 0, 90, 40); }
            Object.assign(ctx, { fillStyle: ink, font });
            ctx.fillText("seen", 10, 30);
        }""",
        [ink, ground, font],
    )
    assert (look(probed, "canvasContrast", least=4.5, large=3) == []) == good


def test_the_stops_are_those_of_the_tab_key_which_comes_in_from_outside(probed):
    stops = probed.evaluate("() => tabStops()")
    assert len(stops) > 8
    probed.evaluate(
        "() => document.body.prepend(Object.assign(document.createElement('a'), { href: '#' }))"
    )
    probed.locator("body > a").focus()
    reached = []
    for _ in stops:
        probed.keyboard.press("Tab")
        reached.append(probed.evaluate("() => focused()"))
    assert reached == stops
    assert look(probed, "focusOrder") == []


def test_a_wrong_order_of_the_focus_is_found(probed):
    probed.locator("section.widget > header").evaluate(
        "(header) => header.parentElement.append(header) || Object.assign(header.parentElement.style, "
        "{ display: 'flex', flexDirection: 'column' }) && (header.style.order = -1)"
    )
    assert look(probed, "focusOrder") != []


def test_a_column_out_of_sight_is_found(probed):
    probed.locator(".split > .right").evaluate(
        "(el) => Object.assign(el.style, { width: '20px', overflowX: 'auto' })"
    )
    assert look(probed, "cutColumns") != []
