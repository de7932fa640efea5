"""A convolutionised classifier equals the classifier, patch by patch."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from seglearn.nets.convolutionise import convolutionise


def classifier(kernel=3, pool=2, width=4, hidden=5, size=(14, 14), seed=0, padding=0):
    """Return a small classifier of patches with all that it may hold."""
    torch.manual_seed(seed)
    features = nn.Sequential(
        nn.Conv2d(3, width, kernel, padding=padding),
        nn.BatchNorm2d(width),
        nn.ReLU(),
        nn.MaxPool2d(pool),
        nn.Conv2d(width, width, 2, padding=padding),
    ).eval()
    n = features(torch.zeros(1, 3, *size)).numel()
    head = (nn.Flatten(), nn.Linear(n, hidden), nn.ReLU(), nn.Dropout(0.5), nn.Linear(hidden, 3))
    return nn.Sequential(*features, *head).eval()


@settings(max_examples=25, deadline=None)
@given(
    kernel=st.integers(1, 4),
    pool=st.integers(1, 3),
    size=st.tuples(st.integers(9, 16), st.integers(9, 16)),
    more=st.tuples(st.integers(0, 9), st.integers(0, 9)),
    seed=st.integers(0, 2**16),
)
def test_every_place_has_the_scores_of_its_patch(kernel, pool, size, more, seed):
    net = classifier(kernel, pool, size=size, seed=seed)
    image = torch.rand(2, 3, size[0] + more[0], size[1] + more[1])
    with torch.no_grad():
        dense = convolutionise(net, size)(image)
        assert dense.shape[2:] >= (1 + more[0] // pool, 1 + more[1] // pool)
        for i in range(1 + more[0] // pool):
            for j in range(1 + more[1] // pool):
                top, left = pool * i, pool * j
                patch = image[:, :, top : top + size[0], left : left + size[1]]
                torch.testing.assert_close(dense[:, :, i, j], net(patch), rtol=1e-4, atol=1e-5)


def test_the_weights_are_the_same_numbers_in_another_shape():
    net = classifier()
    dense = convolutionise(net, (14, 14))
    linear, convolution = net[6], dense[5]
    assert isinstance(linear, nn.Linear)
    assert isinstance(convolution, nn.Conv2d)
    assert convolution.weight.shape == (5, 4, 5, 5)
    assert torch.equal(convolution.weight.ravel(), linear.weight.ravel())
    assert convolution.weight.data_ptr() != linear.weight.data_ptr()
    assert sum(p.numel() for p in dense.parameters()) == sum(p.numel() for p in net.parameters())


def test_padding_breaks_the_equality():
    net = classifier(padding=1)
    image = torch.rand(1, 3, 20, 20)
    with torch.no_grad():
        dense = convolutionise(net, (14, 14))(image)
        inside = net(image[:, :, 2:16, 2:16])
    assert not torch.allclose(dense[:, :, 1, 1], inside, atol=1e-3)


def test_the_classifier_is_left_alone():
    net = classifier().train()
    before = {name: value.clone() for name, value in net.state_dict().items()}
    dense = convolutionise(net, (14, 14))
    assert net.training
    assert not dense.training
    assert all(torch.equal(before[name], value) for name, value in net.state_dict().items())


def test_a_linear_layer_without_bias():
    net = nn.Sequential(nn.Flatten(), nn.Linear(3 * 4 * 4, 2, bias=False))
    dense = convolutionise(net, (4, 4))
    assert dense[0].bias is None
    image = torch.rand(1, 3, 4, 4)
    torch.testing.assert_close(dense(image)[..., 0, 0], net(image))


def test_what_cannot_be_turned_is_refused():
    with pytest.raises(ValueError, match=r"exactly one nn\.Flatten"):
        convolutionise(nn.Sequential(nn.Conv2d(3, 2, 3)), (8, 8))
    with pytest.raises(ValueError, match=r"size=\(15, 14\) does not fit"):
        convolutionise(classifier(pool=1), (15, 14))
    with pytest.raises(TypeError, match=r"BatchNorm1d behind nn\.Flatten"):
        convolutionise(
            nn.Sequential(nn.Flatten(), nn.Linear(48, 4), nn.BatchNorm1d(4), nn.Linear(4, 2)),
            (4, 4),
        )
