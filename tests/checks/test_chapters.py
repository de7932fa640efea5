"""Each chapter's checks accept the right answer and turn down plausible wrong ones."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from matplotlib.path import Path
from scipy import ndimage

from seglearn.checks import ch00, ch01, ch09, ch10


def count(truth, prediction, n):
    matrix = np.zeros((n, n), int)
    np.add.at(matrix, (truth.ravel().astype(int), prediction.ravel().astype(int)), 1)
    return matrix


def iou(matrix):
    with np.errstate(invalid="ignore"):
        hit = np.diag(matrix)
        return hit / (matrix.sum(0) + matrix.sum(1) - hit)


def band(mask, width):
    return mask & ~ndimage.minimum_filter(mask, 2 * width + 1, mode="constant")


def band_iou(a, b, width):
    a, b = band(a, width), band(b, width)
    return (a & b).sum() / (a | b).sum()


def box(mask):
    rows, columns = np.nonzero(mask)
    return [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]


def majority(label_map, factor):
    h, w = (side // factor for side in label_map.shape)
    out = np.zeros((h, w), int)
    for y, x in np.ndindex(h, w):
        block = label_map[y * factor : (y + 1) * factor, x * factor : (x + 1) * factor]
        out[y, x] = np.bincount(block.ravel()).argmax()
    return out


def runs(mask):
    text = "".join("01"[int(v)] for v in mask.ravel())
    lengths = [len(list(group)) for _, group in itertools.groupby(text)]
    return [0, *lengths] if text[0] == "1" else lengths


def frequency_weights(counts):
    frequency = [c[c > 0].sum() / counts[c > 0].sum() for c in counts.T]
    return np.median(frequency) / frequency


def shares(counts):
    return np.array([(c[c > 0] / counts.sum(1)[c > 0]).mean() for c in counts.T])


def crossed(corners, height, width):
    """Yield for each edge which pixel centres cross it, and whether the edge goes down."""
    y, x = np.mgrid[:height, :width] + 0.5
    for (x0, y0), (x1, y1) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        yield ((y0 > y) != (y1 > y)) & (x < x0 + (y - y0) * (x1 - x0) / (y1 - y0)), y1 > y0


def padded(label_map, height, width):
    fitted = [[255] * width for _ in range(height)]
    for (r, c), value in np.ndenumerate(label_map[:height, :width]):
        fitted[r][c] = int(value)
    return np.array(fitted)


def ignoring(truth, prediction, n_classes, ignore_index):
    keep = truth != ignore_index
    return count(truth[keep], prediction[keep], n_classes)


# (check, right answer, plausible wrong answers, each with a word its feedback must hold)
CHECKS = [
    (
        ch00.pixels_in_both,
        lambda a, b: np.count_nonzero(a * b),
        [
            (lambda a, b: 0, "too small"),
            (lambda a, b: (a | b).sum(), "either"),
            (lambda a, b: (a == b).sum(), "outside"),
            (lambda a, b: a & b, "one number"),
        ],
    ),
    (
        ch01.bounding_box,
        box,
        [
            (lambda mask: (0, 0, 0, 0), "too small"),
            (lambda mask: box(mask.T), "swapped"),
            (lambda mask: np.array(box(mask)) - [0, 0, 1, 1], "outside"),
            (lambda mask: np.array(box(mask)) - [0, 0, *box(mask)[:2]], "width"),
        ],
    ),
    (
        ch01.one_hot,
        lambda label_map, n_classes: np.stack([label_map == c for c in range(n_classes)], -1),
        [
            (lambda label_map, n_classes: np.zeros((*label_map.shape, n_classes)), "too small"),
            (
                lambda label_map, n_classes: np.stack([label_map == c for c in range(n_classes)]),
                "shape",
            ),
            (
                lambda label_map, n_classes: np.eye(n_classes)[
                    np.minimum(label_map, n_classes - 1)
                ],
                "last class",
            ),
            (lambda label_map, n_classes: np.eye(n_classes)[label_map], ""),
        ],
    ),
    (
        ch01.shrink,
        majority,
        [
            (
                lambda label_map, factor: np.zeros_like(label_map[::factor, ::factor]),
                "another class",
            ),
            (lambda label_map, factor: label_map[1::factor, 1::factor], "middle pixel"),
            (lambda label_map, factor: label_map[::factor, ::factor], "one pixel"),
            (
                lambda label_map, factor: np.rint(
                    label_map.reshape(len(label_map) // factor, factor, -1, factor).mean((1, 3))
                ),
                "average",
            ),
        ],
    ),
    (
        ch01.run_lengths,
        runs,
        [
            (lambda mask: [0] * len(runs(mask)), "too small"),
            (lambda mask: runs(mask.T), ""),
            (lambda mask: runs(mask)[1:] if mask[0, 0] else runs(mask), "no zeros in front"),
            (lambda mask: runs(mask)[1::2], "zeros are part"),
            (lambda mask: runs(mask)[:-1], "last run"),
        ],
    ),
    (
        ch09.confusion,
        lambda truth, prediction, n_classes: count(truth, prediction, n_classes),
        [
            (lambda truth, prediction, n_classes: np.zeros((n_classes, n_classes)), "too small"),
            (lambda truth, prediction, n_classes: count(prediction, truth, n_classes), "swapped"),
            (lambda truth, prediction, n_classes: count(truth, prediction, 3) / 12, "counts"),
            (lambda truth, prediction, n_classes: count(truth, prediction, 3), "shape (4, 4)"),
        ],
    ),
    (
        ch09.iou_per_class,
        iou,
        [
            (lambda matrix: np.zeros(3), "too small"),
            (lambda matrix: np.diag(matrix) / matrix.sum(1), "recall"),
            (lambda matrix: np.diag(matrix) / matrix.sum(0), "precision"),
            (lambda matrix: np.nan_to_num(iou(matrix)), "never there"),
            (lambda matrix: np.nanmean(iou(matrix)), "asks for 3 numbers"),
        ],
    ),
    (
        ch09.confusion_ignoring,
        ignoring,
        [
            (lambda truth, prediction, n_classes, ignore_index: np.zeros((2, 2)), "too small"),
            (
                lambda truth, prediction, n_classes, ignore_index: count(
                    np.where(truth == ignore_index, 0, truth), prediction, n_classes
                ),
                "class 0",
            ),
            (
                lambda truth, prediction, n_classes, ignore_index: count(
                    np.minimum(truth, n_classes - 1), prediction, n_classes
                ),
                "last class",
            ),
            (
                lambda truth, prediction, n_classes, ignore_index: ignoring(
                    truth, prediction, n_classes, 255
                ),
                "",
            ),
        ],
    ),
    (
        ch09.dataset_mean_iou,
        lambda matrices: np.nanmean(iou(matrices.sum(0))),
        [
            (lambda matrices: 0.0, "too small"),
            (lambda matrices: np.mean([np.nanmean(iou(m)) for m in matrices]), "each image"),
            (lambda matrices: np.nan_to_num(iou(matrices.sum(0))).mean(), "no image"),
            (lambda matrices: np.trace(matrices.sum(0)) / matrices.sum(), "pixel accuracy"),
        ],
    ),
    (
        ch09.boundary_iou,
        band_iou,
        [
            (lambda a, b, width: 0.0, "too small"),
            (lambda a, b, width: (a & b).sum() / (a | b).sum(), "plain IoU"),
            (lambda a, b, width: band_iou(a, b, 1), "too"),
            (
                lambda a, b, width: (
                    (
                        ndimage.binary_dilation(band(a, 1)) & ndimage.binary_dilation(band(b, 1))
                    ).sum()
                    / (
                        ndimage.binary_dilation(band(a, 1)) | ndimage.binary_dilation(band(b, 1))
                    ).sum()
                ),
                "too",
            ),
        ],
    ),
    (
        ch10.to_train_ids,
        lambda label_map, table, ignore_index: [
            [table.get(int(i), ignore_index) for i in row] for row in label_map
        ],
        [
            (lambda label_map, table, ignore_index: np.zeros_like(label_map), "another class"),
            (
                lambda label_map, table, ignore_index: np.vectorize(lambda i: table.get(i, 0))(
                    label_map
                ),
                "0 is a class",
            ),
            (
                lambda label_map, table, ignore_index: np.vectorize(lambda i: table.get(i, i))(
                    label_map
                ),
                "kept its number",
            ),
            (
                lambda label_map, table, ignore_index: np.vectorize(lambda i: table.get(i, 255))(
                    label_map
                ),
                "ignore label is an argument",
            ),
        ],
    ),
    (
        ch10.median_frequency_weights,
        frequency_weights,
        [
            (lambda counts: np.zeros(counts.shape[1]), "too small"),
            (lambda counts: 1 / frequency_weights(counts), "Upside down"),
            (lambda counts: np.median(counts.sum(0)) / counts.sum(0), "in which the class occurs"),
            (lambda counts: counts.sum() / counts.sum(0), "too large"),
            (lambda counts: np.median(shares(counts)) / shares(counts), "Add up pixels"),
        ],
    ),
    (
        ch10.fit,
        padded,
        [
            (lambda label_map, height, width: np.zeros((height, width)), "another class"),
            (
                lambda label_map, height, width: padded(label_map, height, width) % 255,
                "Outside is not class 0",
            ),
            (lambda label_map, height, width: label_map[:height, :width], "shape"),
        ],
    ),
    (
        ch10.polygon_to_mask,
        lambda corners, height, width: (
            Path(corners)
            .contains_points([(c + 0.5, r + 0.5) for r in range(height) for c in range(width)])
            .reshape(height, width)
        ),
        [
            (lambda corners, height, width: np.zeros((height, width), bool), "too small"),
            (
                lambda corners, height, width: (
                    Path(corners[:, ::-1])
                    .contains_points(
                        [(c + 0.5, r + 0.5) for r in range(height) for c in range(width)]
                    )
                    .reshape(height, width)
                ),
                "swapped",
            ),
            (lambda corners, height, width: np.ones((height, width), bool), "too large"),
            (
                lambda corners, height, width: np.any(
                    [edge for edge, _ in crossed(corners, height, width)], axis=0
                ),
                "flip, do not mark",
            ),
            (
                lambda corners, height, width: (
                    np.sum([edge for edge, down in crossed(corners, height, width) if down], axis=0)
                    % 2
                ),
                "Edges that go up",
            ),
        ],
    ),
]


@pytest.mark.parametrize(("check", "right", "_"), CHECKS, ids=lambda v: getattr(v, "__name__", ""))
def test_accepts_the_right_answer(check, right, _):
    assert check(right).passed


@pytest.mark.parametrize(("check", "_", "wrongs"), CHECKS, ids=lambda v: getattr(v, "__name__", ""))
def test_rejects_plausible_wrong_answers(check, _, wrongs):
    assert len(wrongs) >= 3
    for wrong, word in wrongs:
        result = check(wrong)
        assert result.status in ("not yet", "stopped with an error"), wrong
        assert word in result.message


@pytest.mark.parametrize("check", [row[0] for row in CHECKS], ids=lambda c: c.__name__)
def test_stub_is_not_attempted(check):
    assert check(lambda *args, **named: None).status == "not attempted yet"
