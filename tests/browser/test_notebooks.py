"""Every notebook, run by the menu in a real JupyterLab: no error, no request to the outside, everything shown."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ..conftest import CHAPTERS
from .lab import LabPage, wait_until

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
COLORS_IN_PICTURE = """async (image) => {
    await image.decode();
    const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    return new Set(new Uint32Array(data.buffer)).size;
}"""


@pytest.fixture(scope="module", params=CHAPTERS, ids=lambda path: path.stem)
def chapter(request, lab, open_lab) -> Iterator[LabPage]:
    page = open_lab(f"notebooks/{request.param.name}").run_all()
    _unfold(page)
    yield page
    page.page.context.close()
    lab.stop_kernels()


def _unfold(page: LabPage) -> None:
    """Open the sections "Deeper: …", as a learner does."""
    folded = page.page.locator(".jp-showHiddenCellsButton")
    while left := folded.count():
        folded.first.click()
        wait_until(lambda left=left: folded.count() < left, "a section opens")


def test_runs_without_error(chapter):
    assert chapter.failures() == []
    assert all(cell["execution_count"] for cell in chapter.code_cells())


def test_every_widget_is_shown(chapter):
    shown = 0
    for cell in chapter.code_cells():
        views = [o for o in cell["outputs"] if WIDGET_VIEW in o.get("data", {})]
        if not views:
            continue
        widgets = chapter.cell(cell["id"]).locator(
            "[data-testid^=widget-], [data-testid=browser-check]"
        )
        wait_until(
            lambda widgets=widgets, views=views: widgets.count() == len(views),
            f"{cell['id']} shows its widget",
        )
        assert all(widget.is_visible() for widget in widgets.all())
        shown += len(views)
    assert shown, "a chapter without a widget"
    words = chapter.page.locator(".jp-Notebook").inner_text()
    assert "Error displaying widget" not in words
    assert "Loading widget" not in words


def test_figures_show_something(chapter):
    for picture in chapter.page.locator(".jp-RenderedImage img").all():
        picture.scroll_into_view_if_needed()
        assert picture.evaluate(COLORS_IN_PICTURE) > 8


def test_asks_nothing_of_the_outside(chapter):
    assert chapter.outside == []


def test_leaves_the_console_silent(chapter):
    assert chapter.errors == []


def test_a_row_of_the_glossary_leads_to_its_cell(lab, open_lab):
    page = open_lab("notebooks/99-glossary.ipynb").page
    page.locator(".jp-Notebook a[href$='#cell-id=heatmaps']").first.click()
    heading = page.get_by_role("heading", name="Heatmaps: before the decision")
    heading.wait_for()
    wait_until(
        lambda: heading.evaluate(
            "e => { const top = e.getBoundingClientRect().top; return 0 < top && top < innerHeight; }"
        ),
        "the cell that explains is on the screen",
    )
