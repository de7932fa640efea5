"""What the tests of training share: small images that are quickly learned, and a small network."""

import numpy as np
import pytest
import torch
from torch import nn

from seglearn.training.dataset import ImageSet

CLASSES = ("dark", "red", "bright")


@pytest.fixture(autouse=True, scope="module")  # before what a module's own fixtures train
def one_thread():
    """Sums over threads may differ in their last bit; one thread always adds in one order."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def make_set(n=8, seed=0, size=24, **options):
    """Return images with a red square and a bright bar on dark ground, and a void border."""
    rng = np.random.default_rng(seed)
    images = rng.normal(0.2, 0.05, (n, size, size, 3)).astype(np.float32)
    labels = np.zeros((n, size, size), np.uint8)
    for image, label in zip(images, labels, strict=True):
        top, left, column = rng.integers(1, size - 8, 3)
        image[:, column : column + 2] += 0.6
        label[:, column : column + 2] = 2
        image[top : top + 7, left : left + 7, 0] += 0.5
        label[top : top + 7, left : left + 7] = 1
        label[:, 0] = 255
    return ImageSet(np.clip(images, 0, 1), labels, **options)


class SmallNet(nn.Module):
    """Convolutions with all that has a state or a random draw: batch norm, dropout, a deconvolution."""

    aux_weight = 0.4

    def __init__(self, n_classes=3, seed=0):
        super().__init__()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.down = nn.Sequential(
                nn.Conv2d(3, 8, 3, stride=2, padding=1), nn.BatchNorm2d(8), nn.PReLU(8)
            )
            self.drop = nn.Dropout2d(0.1)
            self.up = nn.ConvTranspose2d(8, 8, 2, stride=2)
            self.score = nn.Conv2d(11, n_classes, 1)
            self.aux = nn.Conv2d(8, n_classes, 1)

    def forward_with_aux(self, x):
        small = self.drop(self.down(x))
        logits = self.score(torch.cat([self.up(small), x], 1))
        aux = nn.functional.interpolate(self.aux(small), x.shape[2:], mode="bilinear")
        return logits, {"down": aux}

    def forward(self, x):
        return self.forward_with_aux(x)[0]
