"""Patches lie where their class says, wholly inside, and in equal numbers."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from seglearn.training import ImageSet
from seglearn.training.patches import sample_patches


def coded(labels):
    """Return a set whose images spell out where each pixel is: (image number, row, column) / 16."""
    n, h, w = labels.shape
    images = np.stack(np.meshgrid(*map(np.arange, (n, h, w)), indexing="ij"), -1)
    return ImageSet(images.astype(np.float32) / 16, labels)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**16), size=st.integers(1, 9), per_class=st.integers(1, 5))
def test_the_class_is_that_of_the_middle(seed, size, per_class):
    rng = np.random.default_rng(seed)
    labels = rng.choice([0, 1, 3, 255], size=(2, 11, 13)).astype(np.uint8)
    patches, classes = sample_patches(coded(labels), size, per_class, rng)
    assert patches.shape == (len(classes), 3, size, size)
    assert patches.dtype == torch.float32
    assert classes.dtype == torch.int64
    assert set(np.bincount(classes.numpy())) <= {0, per_class}
    for patch, c in zip((patches.numpy() * 16).astype(int), classes.tolist(), strict=True):
        image, row, column = patch[:, size // 2, size // 2]
        assert labels[image, row, column] == c
        assert (patch[0] == image).all()
        np.testing.assert_array_equal(patch[1, :, 0], row - size // 2 + np.arange(size))
        np.testing.assert_array_equal(patch[2, 0], column - size // 2 + np.arange(size))


def test_the_generator_decides():
    labels = np.random.default_rng(0).integers(0, 3, (2, 12, 12)).astype(np.uint8)
    draw = [sample_patches(coded(labels), 5, 4, np.random.default_rng(s))[0] for s in (1, 1, 2)]
    assert torch.equal(draw[0], draw[1])
    assert not torch.equal(draw[0], draw[2])


def test_bad_requests_are_named():
    full = coded(np.zeros((1, 8, 6), np.uint8))
    rng = np.random.default_rng(0)
    for size in (0, 7):
        with pytest.raises(ValueError, match=f"size={size}: the images are 8×6"):
            sample_patches(full, size, 3, rng)
    with pytest.raises(ValueError, match="per_class=0"):
        sample_patches(full, 3, 0, rng)
    with pytest.raises(ValueError, match="no pixel has a class"):
        sample_patches(coded(np.full((1, 8, 6), 255, np.uint8)), 3, 1, rng)
