"""Pictures small enough to try every algorithm on."""

import numpy as np
import pytest

from seglearn.data import samples


@pytest.fixture(scope="session")
def cat() -> np.ndarray:
    """Return a part of a photograph, (100, 150, 3)."""
    return samples.photograph("chelsea").image[60:260:2, 100:400:2]


@pytest.fixture(scope="session")
def halves() -> tuple[np.ndarray, np.ndarray]:
    """Return a picture of two colours and a little noise, and its truth."""
    y, x = np.mgrid[:60, :80]
    truth = (x + 6 * np.sin(y / 7) > 43).astype(int)
    colours = np.array([[0.2, 0.35, 0.6], [0.85, 0.7, 0.3]])
    noise = np.random.default_rng(0).normal(0, 0.02, (60, 80, 3))
    return np.clip(colours[truth] + noise, 0, 1), truth
