"""My widget in a page without a kernel."""

from playwright.sync_api import expect

from seglearn.widgets import MyWidget


def test_the_share_follows_the_slider(without_kernel):
    widget = without_kernel(MyWidget().to_html()).widget("my_widget")
    expect(widget.get("share")).to_contain_text("0.625")
    widget.get("t").fill("0.6")
    expect(widget.get("share")).to_contain_text("0.375")
