"""Right answers to chapter 09's exercises, as learners write them."""

import numpy as np
from scipy import ndimage


def confusion_bincount(truth, prediction, n_classes):
    pairs = n_classes * truth.astype(int).ravel() + prediction.ravel()
    return np.bincount(pairs, minlength=n_classes**2).reshape(n_classes, n_classes)


def confusion_loops(y_true, y_pred, k):
    matrix = [[0] * k for _ in range(k)]
    for i in range(y_true.shape[0]):
        for j in range(y_true.shape[1]):
            matrix[int(y_true[i, j])][int(y_pred[i, j])] += 1
    return matrix


def confusion_pairs(truth, prediction, n_classes):
    return [
        [((truth == i) & (prediction == j)).sum() for j in range(n_classes)]
        for i in range(n_classes)
    ]


def confusion_add_at(truth, prediction, n_classes):
    matrix = np.zeros((n_classes, n_classes), int)
    np.add.at(matrix, (truth.ravel(), prediction.ravel()), 1)
    return matrix


def confusion_histogram(truth, prediction, n_classes):
    counts, _, _ = np.histogram2d(
        truth.ravel(), prediction.ravel(), bins=np.arange(n_classes + 1) - 0.5
    )
    return counts


def confusion_one_hot(truth, prediction, n_classes):
    rows = np.eye(n_classes)[truth.ravel()]
    columns = np.eye(n_classes)[prediction.ravel()]
    return rows.T @ columns


def iou_sums(matrix):
    hit = np.diag(matrix)
    union = matrix.sum(axis=0) + matrix.sum(axis=1) - hit
    with np.errstate(invalid="ignore"):
        return hit / union


def iou_loop(m):
    scores = []
    for c in range(len(m)):
        hit = m[c, c]
        missed = sum(m[c, j] for j in range(len(m)) if j != c)
        false = sum(m[i, c] for i in range(len(m)) if i != c)
        scores.append(hit / (hit + missed + false) if hit + missed + false > 0 else float("nan"))
    return scores


def iou_divide(matrix):
    hit = matrix.diagonal().astype(float)
    union = matrix.sum(0) + matrix.sum(1) - hit
    out = np.full(len(matrix), np.nan)
    np.divide(hit, union, out=out, where=union != 0)
    return out


def ignoring_select(truth, prediction, n_classes, ignore_index):
    valid = truth != ignore_index
    pairs = n_classes * truth[valid].astype(int) + prediction[valid]
    return np.bincount(pairs, minlength=n_classes**2).reshape(n_classes, n_classes)


def ignoring_loops(y, z, k, void):
    matrix = np.zeros((k, k), int)
    for t, p in zip(y.ravel().tolist(), z.ravel().tolist(), strict=True):
        if t == void:
            continue
        matrix[t, p] += 1
    return matrix


def ignoring_pairs(truth, prediction, n_classes, ignore_index):
    matrix = np.zeros((n_classes, n_classes))
    for i in range(n_classes):
        for j in range(n_classes):
            if i != ignore_index:
                matrix[i, j] = np.sum((truth == i) & (prediction == j))
    return matrix


def dataset_nanmean(matrices):
    total = matrices.sum(axis=0)
    hit = np.diag(total)
    with np.errstate(invalid="ignore"):
        iou = hit / (total.sum(axis=0) + total.sum(axis=1) - hit)
    return np.nanmean(iou)


def dataset_loop(ms):
    total = sum(ms[i] for i in range(len(ms)))
    scores = []
    for c in range(total.shape[0]):
        union = total[c, :].sum() + total[:, c].sum() - total[c, c]
        if union > 0:
            scores.append(total[c, c] / union)
    return sum(scores) / len(scores)


def dataset_selected(matrices):
    m = np.add.reduce(matrices)
    present = (m.sum(0) > 0) | (m.sum(1) > 0)
    hit = m.diagonal()[present]
    return (hit / (m.sum(0)[present] + m.sum(1)[present] - hit)).mean()


def boundary_erosion(a, b, width):
    square = np.ones((3, 3))
    band_a = a & ~ndimage.binary_erosion(a, square, iterations=width)
    band_b = b & ~ndimage.binary_erosion(b, square, iterations=width)
    return (band_a & band_b).sum() / (band_a | band_b).sum()


def boundary_minimum(p, q, d):
    p = p & ~ndimage.minimum_filter(p, 2 * d + 1, mode="constant")
    q = q & ~ndimage.minimum_filter(q, 2 * d + 1, mode="constant")
    return np.sum(p & q) / np.sum(p | q)


def boundary_shifts(a, b, width):
    bands = []
    for mask in (a, b):
        left = mask
        for _ in range(width):
            padded = np.pad(left, 1)
            left = np.ones_like(mask)
            for dy in range(3):
                for dx in range(3):
                    left = left & padded[dy : dy + len(mask), dx : dx + mask.shape[1]]
        bands.append(mask & ~left)
    return (bands[0] & bands[1]).sum() / (bands[0] | bands[1]).sum()


def boundary_chessboard(a, b, width):
    near_a = a & (ndimage.distance_transform_cdt(np.pad(a, 1), "chessboard")[1:-1, 1:-1] <= width)
    near_b = b & (ndimage.distance_transform_cdt(np.pad(b, 1), "chessboard")[1:-1, 1:-1] <= width)
    both = np.count_nonzero(near_a & near_b)
    return both / (near_a.sum() + near_b.sum() - both)
