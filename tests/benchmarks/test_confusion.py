"""Time of one confusion matrix of a 1024×2048 image, against the public tools, in one run.

    pytest tests/benchmarks/test_confusion.py --benchmark-enable --benchmark-group-by=group \
        --benchmark-columns=median,iqr,rounds

Nothing is asserted about time. Every tool's counts are compared with ours.
"""

from functools import cache

import numpy as np
import pytest
import torch
from sklearn.metrics import confusion_matrix
from torchmetrics.functional.classification import multiclass_confusion_matrix

from seglearn.metrics import ConfusionMatrix

HEIGHT, WIDTH = 1024, 2048
IGNORE = 255


@cache
def label_maps(n_classes, dtype, kind):
    """Truth with an ignored border or ignored pixels, and a prediction with errors.

    "coherent": wavy regions of about 64×64 pixels; the prediction's outlines are off by a few
    pixels, and one rectangle is wrong. "random": every pixel drawn on its own, the worst case.
    """
    rng = np.random.default_rng(0)
    if kind == "random":
        truth, prediction = rng.integers(0, n_classes, (2, HEIGHT, WIDTH))
        truth[rng.random(truth.shape) < 0.05] = IGNORE
    else:
        regions = rng.integers(0, n_classes, (HEIGHT // 64, WIDTH // 64))
        y, x = np.mgrid[:HEIGHT, :WIDTH]
        row = np.clip(y + 12 * np.sin(x / 37), 0, HEIGHT - 1).astype(int) // 64
        column = np.clip(x + 12 * np.sin(y / 29), 0, WIDTH - 1).astype(int) // 64
        truth = regions[row, column]
        prediction = np.roll(truth, (2, 3), axis=(0, 1))
        prediction[100:200, 300:600] = 1
        truth[:20] = IGNORE
    return truth.astype(dtype), prediction.astype(dtype)


@cache
def expected(n_classes, dtype, kind):
    truth, prediction = label_maps(n_classes, dtype, kind)
    return ConfusionMatrix(n_classes, ignore_index=IGNORE).update(truth, prediction).counts


def seglearn_matrix(truth, prediction, n):
    return ConfusionMatrix(n, ignore_index=IGNORE).update(truth, prediction).counts


def numpy_bincount(truth, prediction, n):
    valid = truth != IGNORE
    code = n * truth[valid].astype(np.int64) + prediction[valid]
    return np.bincount(code, minlength=n * n).reshape(n, n)


def torch_bincount(truth, prediction, n):
    valid = truth != IGNORE
    code = n * truth[valid].long() + prediction[valid]
    return torch.bincount(code, minlength=n * n).reshape(n, n)


def torchmetrics_matrix(truth, prediction, n):
    return multiclass_confusion_matrix(prediction, truth, n, ignore_index=IGNORE)


def torchmetrics_unchecked(truth, prediction, n):
    return multiclass_confusion_matrix(
        prediction, truth, n, ignore_index=IGNORE, validate_args=False
    )


def scikit_learn(truth, prediction, n):
    valid = truth != IGNORE
    return confusion_matrix(truth[valid], prediction[valid], labels=range(n))


PEERS = [
    seglearn_matrix,
    numpy_bincount,
    torch_bincount,
    torchmetrics_matrix,
    torchmetrics_unchecked,
    scikit_learn,
]


@pytest.mark.parametrize("peer", PEERS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("kind", ["coherent", "random"])
@pytest.mark.parametrize("dtype", ["uint8", "int64"])
@pytest.mark.parametrize("n_classes", [19, 150])
def test_confusion_matrix(benchmark, n_classes, dtype, kind, peer):
    benchmark.group = f"{n_classes} classes, {dtype}, {kind}"
    pair = label_maps(n_classes, dtype, kind)
    if peer.__name__.startswith("torch"):
        pair = tuple(map(torch.from_numpy, pair))
    counts = benchmark(peer, *pair, n_classes)
    np.testing.assert_array_equal(np.asarray(counts), expected(n_classes, dtype, kind))
