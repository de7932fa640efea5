"""The browser check answers what it was asked, and refuses nonsense."""

from __future__ import annotations

import pytest
import traitlets

from seglearn.widgets import BrowserCheck


def test_pong_follows_ping():
    check = BrowserCheck()
    check.state = {"ping": 7}
    assert check.metrics == {"pong": 7}


def test_bad_ping_is_refused():
    with pytest.raises((ValueError, traitlets.TraitError), match="whole number"):
        BrowserCheck().state = {"ping": "x"}


def test_page_without_kernel_carries_the_module():
    page = BrowserCheck()._repr_mimebundle_()[0]["text/html"]
    assert 'data-seglearn="browser_check"' in page
    assert "This page has no kernel" in page
