"""The browser check says what it found, in a page with a kernel and in one without."""

from playwright.sync_api import expect

from seglearn.widgets import BrowserCheck


def test_without_a_kernel_it_says_that_cells_do_not_run(without_kernel):
    page = without_kernel(BrowserCheck().to_html()).page
    expect(page.get_by_test_id("browser-check")).to_contain_text("This page has no kernel")


def test_with_a_kernel_it_says_how_far_away_that_is(lab, open_lab):
    code = "from seglearn.widgets import BrowserCheck\nBrowserCheck()"
    page = open_lab(lab.write_notebook("check.ipynb", code)).run_all()
    check = page.cell("cell-0").get_by_test_id("browser-check")
    expect(check).to_contain_text("The kernel answers in", timeout=20_000)
