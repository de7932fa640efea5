"""Every widget in the made-up language: each word on the screen is in brackets, and none is cut.

A word without brackets is in no table of words, a word that is cut has no room in a longer language.
"""

from __future__ import annotations

import functools
import shutil
import subprocess
from collections import defaultdict

import pytest

from seglearn.widgets import base

from .conftest import WEB, missing
from .test_design import CLASSES, INSPECT

# The same in every language: scores, counts and units by their signs, layers as code calls them, papers.
SAME = "|".join(
    (
        *("IoU", "mIoU", "Dice", "F1", "PQ", "SQ", "RQ", "TP", "FP", "FN", "PSNR", "SSIM", "MSE"),
        *("px", "dB", "µm", "nm", "RGB", "Python", "SLIC", "TurboPixels"),
        r"(conv|pool|fc) ?[\d_]+",
        r"Baumgardner, Biehl, Landgrebe .*",  # the title of a data set
        r"[A-Z][\w ,.]+ \(?\d{4}\)?",
    )
)


@pytest.fixture(scope="module")
def inspected(browser, tmp_path_factory):
    """Return what is wrong with a widget, which is looked at once."""
    if shutil.which("node") is None or not (WEB / "node_modules" / "acorn").exists():
        missing(f"the made-up language is built by Node: run `npm ci` in {WEB}")
    folder = tmp_path_factory.mktemp("made-up")
    command = ["node", "build.mjs", "--out", folder, "--language", "en-XA"]
    subprocess.run(command, cwd=WEB, check=True, timeout=120, capture_output=True)

    @functools.cache
    def found(name):
        file = folder / f"{name}.html"
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(base, "STATIC", folder)
            html = CLASSES[name](language="en-XA").to_html()
        file.write_text(f'<!doctype html><meta charset="utf-8">{html}', encoding="utf-8")
        context = browser.new_context(viewport={"width": 952, "height": 900})
        context.add_init_script(path=INSPECT)
        page = context.new_page()
        page.goto(file.as_uri())
        page.locator(".seglearn-widget section.widget").wait_for()
        wrong = defaultdict(list)
        for width in (952, 390):
            page.set_viewport_size({"width": width, "height": 900})
            looks = {"words": {"same": SAME}, "cut": {}, "sideScroll": {}}
            for rule, lines in page.evaluate("(looks) => inspectWidget(looks)", looks).items():
                wrong[rule] += [f"{width}: {line}" for line in lines]
        context.close()
        return wrong

    return found


@pytest.mark.parametrize("rule", ["words", "cut", "sideScroll"])
@pytest.mark.parametrize("name", sorted(CLASSES))
def test_no_word_escapes_and_none_is_cut(inspected, name, rule):
    found = inspected(name)[rule]
    if found:
        pytest.fail(f"{len(found)} findings\n" + "\n".join(found[:12]), pytrace=False)
