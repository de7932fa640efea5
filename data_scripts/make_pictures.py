#!/usr/bin/env python3
"""Photograph the widgets for the README, from a page without a kernel.

    python data_scripts/make_pictures.py

Needs the test extra and Chromium; writes seglearn/assets/pictures/widgets.png.
"""

from __future__ import annotations

import argparse
import io
import shutil
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import sync_playwright

from seglearn.data import samples
from seglearn.widgets import ConfusionWorkbench, IoUBench

TARGET = Path(__file__).resolve().parent.parent / "seglearn" / "assets" / "pictures"


def page() -> str:
    """Return a page with the two widgets of chapter 09 side by side."""
    coffee = samples.photograph("coffee")
    cup = coffee.mask("cup")
    shifted = np.roll(cup, (18, 39), axis=(0, 1))
    widgets = [
        IoUBench(cup, shifted, image=coffee.image, reduce=3, hide=["seed"]),
        ConfusionWorkbench(preset="worked"),
    ]
    columns = "".join(f"<div>{widget.to_html()}</div>" for widget in widgets)
    return (
        '<!doctype html><meta charset="utf-8"><style>body{margin:16px;font-family:sans-serif;'
        "display:grid;grid-template-columns:repeat(2,820px);gap:20px;align-items:start}</style>"
        f"<body>{columns}</body>"
    )


def main() -> None:
    """Write the picture."""
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = Path(folder) / "page.html"
        file.write_text(page(), encoding="utf-8")
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"),
            args=["--no-sandbox", "--disable-gpu"],
        )
        view = browser.new_page(viewport={"width": 1692, "height": 400}, device_scale_factor=1.25)
        view.goto(file.as_uri())
        view.wait_for_timeout(1000)
        picture = Image.open(io.BytesIO(view.screenshot(full_page=True))).convert("RGB")
        browser.close()
    TARGET.mkdir(parents=True, exist_ok=True)
    picture.quantize(256, dither=Image.Dither.NONE).save(TARGET / "widgets.png", optimize=True)


if __name__ == "__main__":
    main()
