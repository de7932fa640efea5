"""Influence against weights read by hand; the side that holds a share of it, against squares tried."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from torch import nn

from seglearn.nets.effective_field import influence, side_holding


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


def test_influence_of_one_convolution_is_its_weights():
    torch.manual_seed(0)
    net = nn.Sequential(nn.Conv2d(3, 4, (3, 5), padding=(1, 2))).eval()
    found = influence(net, "0", torch.rand(2, 3, 9, 12))
    expected = np.zeros((9, 12), np.float32)
    weights = (
        net[0].weight.detach().sum(0).abs().mean(0).numpy()
    )  # (3, 5), over the unit's channels
    expected[3:6, 4:9] = weights  # around row 4 and column 6
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_influence_leaves_no_hook_and_no_gradient_behind():
    net = nn.Sequential(nn.Conv2d(3, 2, 3), nn.ReLU()).eval()
    images = torch.rand(1, 3, 8, 8)
    influence(net, "1", images)
    assert not net[1]._forward_hooks
    assert net[0].weight.grad is None
    assert images.grad is None


@pytest.mark.parametrize(
    ("net", "layer", "error", "message"),
    [
        (nn.Sequential(nn.Conv2d(3, 2, 3)), "0", ValueError, "call net.eval"),
        (nn.Sequential(nn.Conv2d(3, 2, 3)).eval(), "conv9", AttributeError, "conv9"),
        (nn.Sequential(nn.Flatten(), nn.Linear(192, 2)).eval(), "1", ValueError, "no map"),
    ],
)
def test_influence_says_what_is_wrong(net, layer, error, message):
    with pytest.raises(error, match=message):
        influence(net, layer, torch.rand(1, 3, 8, 8))
