#!/usr/bin/env python3
"""Photograph widgets for the README and for CONTRIBUTING.md, from pages without a kernel.

    python data_scripts/make_pictures.py

Needs the test extra and Chromium; writes seglearn/assets/pictures/widgets.png, and widget-wrong.png and widget-right.png
of one widget against and by the rules of its layout.
"""

from __future__ import annotations

import argparse
import io
import shutil
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from seglearn.data import samples
from seglearn.widgets import ConfusionWorkbench, IoUBench

TARGET = Path(__file__).resolve().parent.parent / "seglearn" / "assets" / "pictures"

PLACES = {
    "right": ["story", "stage", "formula", "target", "preset-half"],
    "wrong": ["story", "stage", "formula", "target", "copy"],
}
"""What the numbers 1, 2, 3 … of CONTRIBUTING.md stand at, by data-testid."""

SPOIL = """(root) => {
    const part = (selector) => root.querySelector(selector);
    const style = document.createElement("style");
    style.textContent = `
        .split { display: flex; flex-direction: row-reverse; gap: 16px }
        .split .left { flex: 1 1 45% } .split .right { flex: 1 1 55% }
        .presets, .story, .goal-box { margin-block: 8px }
        .meter-fill { background: var(--prediction) !important }
        .segmented { background: var(--truth) !important; color: white }
        .segmented :checked + span { color: black }
        .preset-row .button { background: none !important; color: inherit !important }
        [data-testid="copy"] { background: var(--chosen) !important; color: var(--chosen-ink) }`;
    root.append(style);
    part(".body").prepend(part(".formula-box"));
    part(".body").append(part(".presets"), part(".story"), part(".goal-box"));
}"""
"""Puts a widget into the order that its parts were thought of, in colours that please."""

NUMBER = """([root, names]) => names.forEach((name, i) => {
    const box = root.querySelector(`[data-testid="${name}"]`).getBoundingClientRect();
    const mark = document.createElement("b");
    mark.textContent = i + 1;
    mark.style.cssText = `position: absolute; left: ${Math.max(2, box.left - 24)}px; top: ${box.top - 6}px;
        width: 22px; height: 22px; border-radius: 50%; background: #b00068; color: #fff;
        font: bold 15px/22px sans-serif; text-align: center`;
    document.body.append(mark);
})"""


def page_of_two() -> str:
    """Return the two widgets of chapter 09 side by side."""
    coffee = samples.photograph("coffee")
    cup = coffee.mask("cup")
    shifted = np.roll(cup, (18, 39), axis=(0, 1))
    widgets = [
        IoUBench(cup, shifted, image=coffee.image, reduce=3, hide=["seed"]),
        ConfusionWorkbench(preset="worked"),
    ]
    columns = "".join(f"<div>{widget.to_html()}</div>" for widget in widgets)
    return (
        "<style>body{display:grid;grid-template-columns:repeat(2,820px);gap:20px;"
        f"align-items:start}}</style>{columns}"
    )


def photograph(browser: Browser, html: str, width: int, scale: float, layout: str = "") -> Image:
    """Photograph a page; with a `layout`, of `PLACES`, its widget in it and numbered."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        head = (
            '<!doctype html><meta charset="utf-8"><style>body{margin:16px;font-family:sans-serif}'
        )
        file.write_text(f"{head}</style><body>{html}</body>", encoding="utf-8")
        view = browser.new_page(
            viewport={"width": width, "height": 400},
            device_scale_factor=scale,
            reduced_motion="reduce",
        )
        view.goto(file.as_uri())
        view.wait_for_timeout(1000)
        if layout:
            root = view.evaluate_handle("document.querySelector('.seglearn-widget').shadowRoot")
            if layout == "wrong":
                view.evaluate(SPOIL, root)
            view.evaluate(NUMBER, [root, PLACES[layout]])
        return Image.open(io.BytesIO(view.screenshot(full_page=True))).convert("RGB")


def main() -> None:
    """Write the pictures."""
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    TARGET.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"),
            args=["--no-sandbox", "--disable-gpu"],
        )
        bench = IoUBench(hide=["seed"]).to_html()
        pictures = {
            "widgets": (photograph(browser, page_of_two(), 1692, 1.25), 256),
            **{
                f"widget-{layout}": (photograph(browser, bench, 840, 1, layout), 64)
                for layout in PLACES
            },
        }
        browser.close()
    for name, (picture, colours) in pictures.items():
        small = picture.quantize(colours, dither=Image.Dither.NONE)
        small.save(TARGET / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
