"""My widget, its Python side."""

import pytest

from seglearn.widgets import MyWidget


@pytest.mark.parametrize(("t", "share"), [(0, 1), (0.5, 5 / 8), (0.6, 3 / 8), (0.95, 0)])
def test_values_that_equal_the_threshold_are_not_above_it(t, share):
    widget = MyWidget()
    widget.state = {"t": t}
    assert widget.metrics == {"share": share}


def test_it_opens_where_it_is_told():
    assert MyWidget(0.25).state == {"t": 0.25}
    with pytest.raises(ValueError, match="t must"):
        MyWidget(1.5)
