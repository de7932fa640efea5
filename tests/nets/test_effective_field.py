"""The side of the square that holds a share of the influence, against squares tried one by one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from seglearn.nets.effective_field import side_holding


@settings(max_examples=60, deadline=None)
@given(
    influence=hnp.arrays(
        np.int64, st.tuples(st.integers(1, 9), st.integers(1, 9)), elements=st.integers(0, 50)
    ),
    share=st.floats(0.05, 1),
    at=st.tuples(st.integers(0, 8), st.integers(0, 8)),
    half=st.booleans(),
)
def test_no_smaller_square_holds_the_share(influence, share, at, half):
    influence = influence.astype(float)
    influence[0, 0] += 1
    row, column = (min(a, n - 1) + half / 2 for a, n in zip(at, influence.shape, strict=True))
    rows, columns = np.indices(influence.shape)

    def held(side):
        inside = (np.abs(rows - row) <= (side - 1) / 2) & (
            np.abs(columns - column) <= (side - 1) / 2
        )
        return influence[inside].sum() / influence.sum()

    side = side_holding(influence, share, (row, column))
    assert side % 2 == (0 if half else 1)
    assert held(side) >= share - 1e-9
    assert side <= 2 or held(side - 2) < share


def test_a_gaussian_holds_what_statistics_says():
    from scipy.stats import norm

    x = np.arange(-200, 201)
    bell = np.exp(-(x**2) / (2 * 20**2))
    for share in (0.5, 0.9, 0.95):
        expected = 2 * 20 * norm.ppf((1 + np.sqrt(share)) / 2)
        assert side_holding(np.outer(bell, bell), share) == pytest.approx(expected, abs=2)


def test_bad_requests_are_named():
    for bad in (np.ones(3), np.array([[-1.0, 2]]), np.zeros((2, 2)), np.array([[np.nan, 1]])):
        with pytest.raises(ValueError, match="influence of shape"):
            side_holding(bad, 0.5)
    for share in (0, 1.1, float("nan")):
        with pytest.raises(ValueError, match="share="):
            side_holding(np.ones((3, 3)), share)
