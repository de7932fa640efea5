"""What a network has to beat: methods that ignore the image, the neighbourhood, or the distance.

Each has ``fit(train, n_classes, seed)`` on an `ImageSet` and ``predict(images)``, which takes
(N, H, W, 3) float32 in [0, 1] and returns label maps (N, H, W) uint8.
"""

from itertools import pairwise
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from torch import Tensor, nn

from seglearn.nets.blocks import ConvNormAct, SegmentationNet, check_images, init_weights
from seglearn.training.dataset import ImageSet

Images = NDArray[np.float32]
Maps = NDArray[np.uint8]


class Baseline(Protocol):
    """Something that learns from labelled images without being a network."""

    def fit(self, train: ImageSet, n_classes: int, seed: int) -> None:
        """Learn."""

    def predict(self, images: Images) -> Maps:
        """Label images."""


class MajorityClass:
    """Gives every pixel the class that is most frequent in training."""

    def fit(self, train: ImageSet, n_classes: int, seed: int) -> None:
        self.winner = int(_class_counts(train.labels, n_classes).argmax())

    def predict(self, images: Images) -> Maps:
        return np.full(images.shape[:3], self.winner, np.uint8)


class ColourTable:
    """Gives every pixel the class that is most frequent for its colour; position does not matter.

    Colours fall into 16 bins a channel, and the counts are blurred so that rare colours borrow from
    similar ones. No classifier that sees one pixel's colour alone can do much better.
    """

    BINS = 16

    def fit(self, train: ImageSet, n_classes: int, seed: int) -> None:
        known = train.labels < n_classes
        cells = self._cells(train.images)[known] * n_classes + train.labels[known]
        shape = (*[self.BINS] * 3, n_classes)
        counts = np.bincount(cells, minlength=int(np.prod(shape))).reshape(shape).astype(float)
        blurred = ndimage.gaussian_filter(counts, sigma=(1, 1, 1, 0))
        prior = _class_counts(train.labels, n_classes) / train.labels.size
        self.table = (blurred + 1e-9 * prior).argmax(-1).astype(np.uint8).ravel()

    def predict(self, images: Images) -> Maps:
        labels: Maps = self.table[self._cells(images)]
        return labels

    def _cells(self, images: Images) -> NDArray[np.int64]:
        bins = np.minimum((images * self.BINS).astype(np.int64), self.BINS - 1)
        cells: NDArray[np.int64] = bins @ np.array([self.BINS**2, self.BINS, 1])
        return cells


class PixelForest:
    """Random forest on features of a pixel's surroundings, as before 2014.

    Features: colour, gradient magnitude and eigenvalues of the Hessian matrix at scales from 1 to 8
    pixels (`skimage.feature.multiscale_basic_features`), and the pixel's row and column. Learned
    from 200 pixels of each image; 50 trees.
    """

    PIXELS = 200

    def fit(self, train: ImageSet, n_classes: int, seed: int) -> None:
        from sklearn.ensemble import RandomForestClassifier

        rng = np.random.default_rng(seed)
        rows, classes = [], []
        for image, labels in zip(train.images, train.labels, strict=True):
            known = np.flatnonzero(labels < n_classes)
            chosen = rng.choice(known, min(self.PIXELS, known.size), replace=False)
            rows.append(_features(image)[chosen])
            classes.append(labels.ravel()[chosen])
        self.forest = RandomForestClassifier(50, min_samples_leaf=3, n_jobs=1, random_state=seed)
        self.forest.fit(np.concatenate(rows), np.concatenate(classes))

    def predict(self, images: Images) -> Maps:
        maps = [self.forest.predict(_features(image)) for image in images]
        return np.stack(maps).reshape(images.shape[:3]).astype(np.uint8)


BASELINES: dict[str, type[Baseline]] = {
    "majority-class": MajorityClass,
    "colour-table": ColourTable,
    "pixel-forest": PixelForest,
}


class PlainStack(SegmentationNet):
    """Convolutions at full resolution, nothing else: no pooling, no stride, no dilation.

    Each of the `depth` 3×3 layers widens the view by 2 pixels, so it sees ``2 · depth + 1``.
    """

    def __init__(self, n_classes: int, width: int = 24, depth: int = 6) -> None:
        super().__init__(n_classes)
        widths = [3, *[width] * depth]
        self.layers = nn.Sequential(*(ConvNormAct(a, b) for a, b in pairwise(widths)))
        self.score = nn.Conv2d(width, n_classes, 1)
        init_weights(self)

    def forward(self, x: Tensor) -> Tensor:
        check_images(x)
        scores: Tensor = self.score(self.layers(x))
        return scores


def _class_counts(labels: Maps, n_classes: int) -> NDArray[np.int64]:
    return np.bincount(labels.ravel(), minlength=256)[:n_classes]


def _features(image: Images) -> NDArray[Any]:
    from skimage.feature import multiscale_basic_features

    height, width = image.shape[:2]
    features = multiscale_basic_features(image, channel_axis=-1, sigma_min=1, sigma_max=8)
    place = np.indices((height, width)).astype(np.float32) / max(height, width)
    table = np.concatenate([features, np.moveaxis(place, 0, -1)], axis=-1)
    return table.reshape(height * width, -1)
