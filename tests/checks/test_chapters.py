"""Each chapter's checks accept the right answer and turn down plausible wrong ones."""

from __future__ import annotations

import itertools
from collections import Counter

import numpy as np
import pytest
import torch
from matplotlib.path import Path
from scipy import ndimage
from scipy.special import logsumexp

from seglearn.checks import ch00, ch01, ch02, ch04, ch08, ch09, ch10, ch11


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


def cut_iou(a, b):
    return (a & b).sum() / (a | b).sum()


def band_iou(a, b, width):
    return cut_iou(band(a, width), band(b, width))


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


def voted_blocks(label_map, factor, vote):
    h, w = (side // factor for side in label_map.shape)
    blocks = label_map.reshape(h, factor, w, factor).swapaxes(1, 2).reshape(h, w, -1)
    return np.apply_along_axis(vote, 2, blocks)


def runs(mask):
    text = "".join("01"[int(v)] for v in mask.ravel())
    lengths = [len(list(group)) for _, group in itertools.groupby(text)]
    return [0, *lengths] if text[0] == "1" else lengths


def overwritten(label_map, table, ignore_index):
    known = np.isin(label_map, list(table))
    for old, new in table.items():
        label_map[label_map == old] = new
    return np.where(known, label_map, ignore_index)


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


def between_both_ends(corners, height, width):
    """Count a corner at the height of a centre for both of its edges."""
    y, x = np.mgrid[:height, :width] + 0.5
    ends = zip(corners, np.roll(corners, -1, axis=0), strict=True)
    return np.logical_xor.reduce(
        [
            (min(y0, y1) <= y) & (y <= max(y0, y1)) & (x < x0 + (y - y0) * (x1 - x0) / (y1 - y0))
            for (x0, y0), (x1, y1) in ends
            if y0 != y1
        ]
    )


def padded(label_map, height, width):
    fitted = [[255] * width for _ in range(height)]
    for (r, c), value in np.ndenumerate(label_map[:height, :width]):
        fitted[r][c] = int(value)
    return np.array(fitted)


def slic_distance(pixels, centre, step, compactness):
    scale = np.array([1, 1, 1, compactness / step, compactness / step])
    return np.linalg.norm((pixels - centre) * scale, axis=1)


def voted(superpixels, truth, choose):
    out = np.zeros(truth.shape, int)
    for k in np.unique(superpixels):
        out[superpixels == k] = choose(truth[superpixels == k])
    return out


def found_nearby(superpixels, truth, tolerance, sides=2, corners=True):
    def edges(labels):
        near = [(0, 1), (1, 0), (0, -1), (-1, 0)][: 2 * sides]
        inside = [(y + dy, x + dx) for y, x in np.ndindex(labels.shape) for dy, dx in near]
        pairs = zip(np.repeat(list(np.ndindex(labels.shape)), len(near), 0), inside, strict=True)
        return {
            tuple(map(int, p))
            for p, q in pairs
            if 0 <= q[0] < labels.shape[0]
            and 0 <= q[1] < labels.shape[1]
            and labels[*p] != labels[q]
        }

    apart = max if corners else sum
    wanted, drawn = edges(truth), edges(superpixels)
    hits = [any(apart((abs(y - v), abs(x - u))) <= tolerance for v, u in drawn) for y, x in wanted]
    return sum(hits) / len(wanted)


def ignoring(truth, prediction, n_classes, ignore_index):
    keep = truth != ignore_index
    return count(truth[keep], prediction[keep], n_classes)


def three_by_three(image, statistic, outside="edge"):
    """Slide a 3×3 window, the border filled as NumPy's `pad` does it."""
    padded = np.pad(image, 1, mode=outside)
    windows = [padded[r : r + len(image), c : c + image.shape[1]] for r, c in np.ndindex(3, 3)]
    return statistic(windows, axis=0)


def is_extreme(low, value, high):
    return value <= low or value >= high


def adaptive_median(
    image,
    row,
    column,
    sizes,
    stage_b=True,
    at_the_end="median",
    grow=is_extreme,
    impulse=is_extreme,
):
    """Follow Gonzalez and Woods at one pixel, or get something wrong."""
    value, medians = image[row, column], []
    for size in sizes:
        r = size // 2
        window = np.sort(image[row - r : row + r + 1, column - r : column + r + 1], axis=None)
        middle = window[len(window) // 2]
        medians.append(middle)
        if not grow(window[0], middle, window[-1]):
            return value if stage_b and not impulse(window[0], value, window[-1]) else middle
    return {"median": middle, "value": value, "first": medians[0]}[at_the_end]


MAD = 0.67449  # median of |z| for a standard normal z


def odd_sizes(max_size):
    return range(3, max_size + 1, 2)


def walked(n, k, s, p, d):
    """Count the places of a kernel by walking it over the padded cells."""
    places, start = 0, -p
    while start + d * (k - 1) <= n + p - 1:
        places, start = places + 1, start + s
    return places


def seen_by(layers):
    """Walk back from one unit to the pixels that it sees."""
    first, last = 0, 0
    for kernel, stride in reversed(layers):
        first, last = first * stride, last * stride + kernel - 1
    return last - first + 1


def tent(factor):
    side = [min(i + 0.5, 2 * factor - i - 0.5) / factor for i in range(2 * factor)]
    return np.array(side)[:, None] * side


def stamps(x, kernel, stride, *, add=True, mirror=False):
    k = len(kernel)
    out = np.zeros([stride * (n - 1) + k for n in x.shape])
    for (i, j), (a, b) in itertools.product(np.ndindex(x.shape), np.ndindex(kernel.shape)):
        weight = kernel[k - 1 - a, k - 1 - b] if mirror else kernel[a, b]
        old = out[stride * i + a, stride * j + b] if add else 0
        out[stride * i + a, stride * j + b] = old + x[i, j] * weight
    return out


def nats(logits, labels, ignore_index, *, ignored=0.0):
    """Return the mean of ln Σ exp(z - z_true) over the pixels that count."""
    each = [
        logsumexp(z - z[t])
        for z, t in zip(logits.reshape(-1, logits.shape[-1]), labels.ravel(), strict=True)
        if t != ignore_index
    ]
    return np.mean(each) if each else ignored


def vegetation(nir, red):
    nir, red = nir.astype(float), red.astype(float)
    with np.errstate(invalid="ignore"):
        return (nir - red) / (nir + red)


def weighted_means(cube, response):
    return np.stack([np.average(cube, axis=2, weights=row) for row in response], axis=2)


def cosines(pixels, references):
    return np.array([[p @ r / np.sqrt(p @ p * (r @ r)) for r in references] for p in pixels])


def brightened(bands, pan):
    out = np.zeros_like(bands)
    for y, x in np.argwhere(bands.mean(2) > 0):
        out[y, x] = bands[y, x] * pan[y, x] / bands[y, x].mean()
    return out


def share_of_a(pixels, a, b):
    return np.array([np.linalg.lstsq((a - b)[:, None], p - b)[0][0] for p in pixels])


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
            (lambda mask: np.array(box(mask)) - [0, 0, 0, 1], "Off by one"),
            (lambda mask: np.add(box(mask), [1, 1, 0, 0]), "Off by one"),
            (lambda mask: np.array(box(mask))[[1, 3, 0, 2]], "order"),
            (lambda mask: np.array(box(mask)).reshape(2, 2), "asks for 4 numbers"),
            (
                lambda mask: (
                    *box(mask)[:2],
                    *np.add(box(mask)[:2], [mask.any(0).sum(), mask.any(1).sum()]),
                ),
                "do not count",
            ),
            (
                lambda mask: (
                    np.nonzero(mask)[1][0],
                    np.nonzero(mask)[0][0],
                    np.nonzero(mask)[1][-1] + 1,
                    np.nonzero(mask)[0][-1] + 1,
                ),
                "row by row",
            ),
            (lambda mask: box(ndimage.label(mask)[0] == 1), "in pieces"),
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
            (
                lambda label_map, n_classes: label_map[..., None] == np.unique(label_map),
                "does not occur",
            ),
            (
                lambda label_map, n_classes: np.eye(256)[label_map][..., : n_classes + 1],
                "no channel",
            ),
            (lambda label_map, n_classes: np.eye(256)[label_map][..., 1:n_classes], "Class 0"),
            (
                lambda label_map, n_classes: (
                    np.eye(256)[label_map][..., :n_classes] * np.arange(n_classes)
                ),
                "class number",
            ),
            (
                lambda label_map, n_classes: np.stack(
                    [label_map == c for c in range(n_classes)]
                ).reshape(*label_map.shape, n_classes),
                "move an axis",
            ),
            (
                lambda label_map, n_classes: np.stack([label_map == c for c in range(n_classes)]).T,
                "rows and columns too",
            ),
            (
                lambda label_map, n_classes: (
                    (label_map[..., None] == np.arange(n_classes)) | (label_map == 255)[..., None]
                ),
                "every channel is false",
            ),
            (
                lambda label_map, n_classes: label_map[..., None] == np.arange(1, n_classes + 1),
                "first channel",
            ),
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
            (lambda label_map, factor: label_map[1::factor, 1::factor], "one pixel"),
            (lambda label_map, factor: label_map[::factor, ::factor], "one pixel"),
            (
                lambda label_map, factor: np.rint(
                    label_map.reshape(len(label_map) // factor, factor, -1, factor).mean((1, 3))
                ),
                "average",
            ),
            (lambda label_map, factor: voted_blocks(label_map, factor, np.median), "middle number"),
            (lambda label_map, factor: voted_blocks(label_map, factor, np.max), "largest"),
            (lambda label_map, factor: voted_blocks(label_map, factor, np.min), "smallest"),
            (
                lambda label_map, factor: voted_blocks(
                    label_map, factor, lambda block: Counter(block.tolist()).most_common(1)[0][0]
                ),
                "On a tie",
            ),
            (
                lambda label_map, factor: voted_blocks(
                    label_map,
                    factor,
                    lambda block: np.argsort(np.bincount(block), stable=True)[-1],
                ),
                "On a tie",
            ),
            (
                lambda label_map, factor: voted_blocks(
                    label_map, factor, lambda block: np.bincount(block).max()
                ),
                "how many votes",
            ),
            (
                lambda label_map, factor: voted_blocks(
                    label_map,
                    factor,
                    lambda block: np.bincount(block[block < 255], minlength=1).argmax(),
                ),
                "255 votes",
            ),
            (
                lambda label_map, factor: voted_blocks(
                    label_map,
                    factor,
                    lambda block: np.bincount(block[block > 0], minlength=1).argmax(),
                ),
                "Class 0 votes",
            ),
            (
                lambda label_map, factor: ndimage.zoom(label_map, 1 / factor, order=0),
                "picks one pixel",
            ),
            (lambda label_map, factor: ndimage.zoom(label_map, 1 / factor, order=1), "average"),
            (
                lambda label_map, factor: np.searchsorted(
                    np.unique(label_map), majority(label_map, factor)
                ),
                "a place in the list",
            ),
            (lambda label_map, factor: majority(label_map, factor).T, "Rows became columns"),
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
            (lambda mask: [0, *runs(mask)] if not mask[0, 0] else runs(mask), "only if"),
            (lambda mask: np.cumsum(runs(mask)), "each run ends"),
            (lambda mask: np.cumsum([0, *runs(mask)])[:-1], "each run begins"),
            (lambda mask: [n for row in mask for n in runs(row)], "next row"),
            (lambda mask: runs(mask)[::2], "Runs of ones"),
            (
                lambda mask: (
                    [0] * int(mask[0, 0])
                    + np.diff(
                        [0, *np.flatnonzero(mask.ravel() != np.roll(mask, 1).ravel()), mask.size]
                    ).tolist()
                ),
                "before the first pixel",
            ),
        ],
    ),
    (
        ch02.ndvi,
        vegetation,
        [
            (lambda nir, red: np.zeros(nir.shape), "too small"),
            (lambda nir, red: (nir - red) / (nir + red), "floats first"),
            (lambda nir, red: vegetation(red, nir), "swap"),
            (lambda nir, red: nir.astype(float) - red, "difference alone"),
            (lambda nir, red: nir / red.astype(float), "simple ratio"),
            (lambda nir, red: vegetation(nir.astype(int), red.astype(int)), "not into whole"),
            (lambda nir, red: abs(vegetation(nir, red)), "absolute value"),
            (lambda nir, red: np.nan_to_num(vegetation(nir, red)), "no index"),
        ],
    ),
    (
        ch02.observe,
        weighted_means,
        [
            (lambda cube, response: np.zeros((*cube.shape[:2], len(response))), "too small"),
            (lambda cube, response: cube @ response.T, "weighted sum"),
            (lambda cube, response: cube @ response.T / cube.shape[2], "whatever they count"),
            (lambda cube, response: cube @ response.T / response.sum(), "its own sum"),
            (lambda cube, response: cube[..., response.argmax(1)], "peak"),
            (
                lambda cube, response: cube @ (response / response.max(1, keepdims=True)).T,
                "band's peak",
            ),
            (lambda cube, response: cube @ (response / response.sum(0)).T, "over the bands"),
            (
                lambda cube, response: cube.mean(2, keepdims=True) + np.zeros(len(response)),
                "count alike",
            ),
            (lambda cube, response: weighted_means(cube, response)[0], "shape"),
        ],
    ),
    (
        ch02.nearest_by_angle,
        lambda pixels, references: cosines(pixels, references).argmax(1),
        [
            (lambda pixels, references: np.zeros(len(pixels)), "another class"),
            (
                lambda pixels, references: np.linalg.norm(
                    pixels[:, None] - references, axis=2
                ).argmin(1),
                "nearest point",
            ),
            (lambda pixels, references: (pixels @ references.T).argmax(1), "longest reference"),
            (lambda pixels, references: cosines(pixels, references).argmin(1), "farthest"),
            (
                lambda pixels, references: np.linalg.norm(
                    (pixels.T / pixels.sum(1)).T[:, None] - (references.T / references.sum(1)).T,
                    axis=2,
                ).argmin(1),
                "not directions",
            ),
            (lambda pixels, references: cosines(pixels, references), "shape"),
        ],
    ),
    (
        ch02.brovey,
        brightened,
        [
            (lambda bands, pan: np.zeros_like(bands), "too small"),
            (lambda bands, pan: brightened(bands, pan) / bands.shape[2], "take the mean"),
            (lambda bands, pan: bands + (pan - bands.mean(2))[..., None], "multiplies"),
            (lambda bands, pan: bands * pan[..., None], "had before"),
            (lambda bands, pan: bands * (pan / (bands.mean(2) + 1e-6))[..., None], "a little"),
            (
                lambda bands, pan: (
                    brightened(bands, pan) * (bands.mean(2) / bands.max(2).clip(1e-9))[..., None]
                ),
                "brightest band",
            ),
            (lambda bands, pan: bands * (pan / bands.mean())[..., None], "whole image"),
            (
                lambda bands, pan: (
                    brightened(bands, pan) + np.where(bands.any(2), 0, np.nan)[..., None]
                ),
                "0/0",
            ),
        ],
    ),
    (
        ch02.unmix,
        lambda pixels, a, b: share_of_a(pixels, a, b).clip(0, 1),
        [
            (lambda pixels, a, b: np.zeros(len(pixels)), "too small"),
            (lambda pixels, a, b: share_of_a(pixels, b, a).clip(0, 1), "share of b"),
            (share_of_a, "clip"),
            (lambda pixels, a, b: ((pixels - b) / (a - b))[:, 2].clip(0, 1), "One band"),
            (lambda pixels, a, b: ((pixels - b) / (a - b)).mean(1).clip(0, 1), "noise decides"),
            (
                lambda pixels, a, b: (
                    1
                    / (1 + np.linalg.norm(pixels - a, axis=1) / np.linalg.norm(pixels - b, axis=1))
                ),
                "Distances",
            ),
            (
                lambda pixels, a, b: (pixels @ np.linalg.pinv(np.array([a, b])))[:, 0].clip(0, 1),
                "need not sum to 1",
            ),
            (lambda pixels, a, b: (pixels @ a / (a @ a)).clip(0, 1), "subtract b"),
            (
                lambda pixels, a, b: (share_of_a(pixels, a, b) * np.linalg.norm(a - b)).clip(0, 1),
                "squared length",
            ),
            (
                lambda pixels, a, b: ((pixels - b).mean(1) / (a - b).mean()).clip(0, 1),
                "throws the spectrum away",
            ),
            (lambda pixels, a, b: share_of_a(pixels, a, b).clip(0, 1) > 0.5, "too"),
        ],
    ),
    (
        ch04.psnr,
        lambda truth, image: 20 * np.log10(1 / np.sqrt(((truth - image) ** 2).mean())),
        [
            (lambda truth, image: 0.0, "too small"),
            (lambda truth, image: -20 * np.log10(((truth - image) ** 2).mean()), "factor 20"),
            (lambda truth, image: -10 * np.log10(abs(truth - image).mean()), "absolute errors"),
            (lambda truth, image: -10 * np.log10((truth - image).mean() ** 2), "Square first"),
            (
                lambda truth, image: np.mean(
                    -10
                    * np.log10(((truth - image) ** 2).mean(axis=(0, 1) if truth.ndim > 2 else None))
                ),
                "three decibels",
            ),
            (
                lambda truth, image: (
                    10 * np.log10(truth.max() ** 2 / ((truth - image) ** 2).mean())
                ),
                "that a pixel can have",
            ),
            (
                lambda truth, image: (
                    10 * np.log10(image.max() ** 2 / ((truth - image) ** 2).mean())
                ),
                "that a pixel can have",
            ),
            (lambda truth, image: -5 * np.log10(((truth - image) ** 2).mean()), "half"),
            (lambda truth, image: 10 * np.log10(((truth - image) ** 2).mean()), "sign"),
            (lambda truth, image: -10 * np.log(((truth - image) ** 2).mean()), "base ten"),
            (lambda truth, image: -np.log10(((truth - image) ** 2).mean()), "factor 10"),
            (lambda truth, image: -10 * np.log10(((truth - image) ** 2).sum()), "their mean"),
            (
                lambda truth, image: 10 * np.log10(255**2 / ((truth - image) ** 2).mean()),
                "the peak is 1",
            ),
        ],
    ),
    (
        ch04.salt_and_pepper,
        lambda image, amount, salt_share, chance, coin: np.select(
            [chance >= amount, coin < salt_share], [image, np.ones_like(image)]
        ),
        [
            (lambda image, amount, salt_share, chance, coin: 0 * image, "too small"),
            (
                lambda image, amount, salt_share, chance, coin: np.select(
                    [chance >= amount, coin >= salt_share], [image, np.ones_like(image)]
                ),
                "swapped",
            ),
            (
                lambda image, amount, salt_share, chance, coin: np.select(
                    [chance >= amount, chance < salt_share], [image, np.ones_like(image)]
                ),
                "independent",
            ),
            (
                lambda image, amount, salt_share, chance, coin: np.select(
                    [chance < amount, coin < salt_share], [image, np.ones_like(image)]
                ),
                "should stay were replaced",
            ),
            (
                lambda image, amount, salt_share, chance, coin: np.where(chance < amount, 1, image),
                "some are pepper",
            ),
            (
                lambda image, amount, salt_share, chance, coin: np.where(chance < amount, 0, image),
                "some are salt",
            ),
            (
                lambda image, amount, salt_share, chance, coin: np.select(
                    [coin < salt_share, chance < amount], [np.ones_like(image), 0 * image], image
                ),
                "not hit. Ask",
            ),
            (
                lambda image, amount, salt_share, chance, coin: np.select(
                    [chance < amount * salt_share, chance < amount],
                    [np.ones_like(image), 0 * image],
                    image,
                ),
                "from one throw",
            ),
            (
                lambda image, amount, salt_share, chance, coin: np.select(
                    [coin >= amount, chance < salt_share], [image, np.ones_like(image)]
                ),
                "exchanged",
            ),
            (
                lambda image, amount, salt_share, chance, coin: (
                    (chance < amount) * (coin < salt_share)
                ),
                "keep their value",
            ),
            (
                lambda image, amount, salt_share, chance, coin: np.select(
                    [chance >= amount, coin < salt_share], [image, 255 + 0 * image]
                ),
                "not 255",
            ),
            (
                lambda image, amount, salt_share, chance, coin: np.select(
                    [chance >= amount, coin < salt_share], [image, image + 1], image - 1
                ),
                "do not add",
            ),
        ],
    ),
    (
        ch04.median_filter,
        lambda image: ndimage.median_filter(image, 3, mode="nearest"),
        [
            (lambda image: 0 * image, "too small"),
            (lambda image: three_by_three(image, np.mean), "mean of the window"),
            (lambda image: three_by_three(image, np.median, "constant"), "not black"),
            (lambda image: three_by_three(image, np.median)[1:-1, 1:-1], "shrank"),
            (lambda image: three_by_three(image, np.median, "wrap"), "goes round"),
            (lambda image: three_by_three(image, np.median, "reflect"), "mirrored"),
            (lambda image: three_by_three(image, np.max), "largest value"),
            (lambda image: three_by_three(image, np.sort)[5], "number 4"),
            (lambda image: three_by_three(image, np.sort)[3], "number 4"),
            (
                lambda image: three_by_three(
                    image, lambda windows, axis: np.median(np.delete(windows, 4, axis), axis)
                ),
                "the ninth",
            ),
            (
                lambda image: np.where(
                    np.pad(
                        np.zeros([max(side - 2, 0) for side in image.shape]), 1, constant_values=1
                    )[: len(image)],
                    image,
                    three_by_three(image, np.median),
                ),
                "left as it is",
            ),
            (
                lambda image: np.median(
                    [np.roll(image, shift, (0, 1)) for shift in np.ndindex(3, 3)], axis=0
                ),
                "one side",
            ),
        ],
    ),
    (
        ch04.noise_sigma,
        lambda image: np.median(abs(np.diff(image))) / MAD / 2**0.5,
        [
            (lambda image: 0.0, "too small"),
            (lambda image: image.std(), "the picture itself"),
            (lambda image: np.diff(image).std() / 2**0.5, "counts the edges"),
            (lambda image: np.median(abs(np.diff(image))) / MAD, "variance is twice"),
            (lambda image: np.median(abs(np.diff(image))) / 2**0.5, "0.6745"),
            (lambda image: np.median(abs(np.diff(image))), "two steps"),
            (
                lambda image: np.median(abs(np.diff(image.T))) / MAD / 2**0.5,
                "vertical",
            ),
            (lambda image: np.diff(image).std(), "holds two noises"),
            (lambda image: abs(np.diff(image)).mean() / MAD / 2**0.5, "mean of |difference|"),
            (lambda image: np.median(np.diff(image)) / MAD / 2**0.5, "cancel"),
            (lambda image: np.median(abs(np.diff(image))) / MAD / 2, "√2 times"),
            (lambda image: np.median(abs(np.diff(image))) / MAD * 2**0.5, "√2 goes the other way"),
            (lambda image: np.median(abs(np.diff(image))) * MAD / 2**0.5, "0.6745 goes the other"),
            (lambda image: (np.median(abs(np.diff(image))) / MAD) ** 2 / 2, "its root"),
            (lambda image: np.median(abs(np.diff(image.ravel()))) / MAD / 2**0.5, "end of a row"),
            (
                lambda image: (
                    np.median([*abs(np.diff(image)).flat, *abs(np.diff(image.T)).flat])
                    / MAD
                    / 2**0.5
                ),
                "horizontal neighbours only",
            ),
            (
                lambda image: (
                    np.median(abs(np.diff(image) - np.median(np.diff(image)))) / MAD / 2**0.5
                ),
                "without subtracting",
            ),
        ],
    ),
    (
        ch04.adaptive_median_at,
        lambda image, row, column, max_size: adaptive_median(
            image, row, column, odd_sizes(max_size)
        ),
        [
            (lambda image, row, column, max_size: 0.0, "too small"),
            (
                lambda image, row, column, max_size: adaptive_median(
                    image, row, column, odd_sizes(max_size), stage_b=False
                ),
                "Stage B is missing",
            ),
            (
                lambda image, row, column, max_size: adaptive_median(image, row, column, [3]),
                "never grew",
            ),
            (
                lambda image, row, column, max_size: np.median(
                    image[row - max_size // 2 :, column - max_size // 2 :][:max_size, :max_size]
                ),
                "Start with the 3×3",
            ),
            (
                lambda image, row, column, max_size: adaptive_median(
                    image, row, column, odd_sizes(max_size), at_the_end="value"
                ),
                "not the pixel",
            ),
            (
                lambda image, row, column, max_size: adaptive_median(
                    image, row, column, odd_sizes(max_size), at_the_end="first"
                ),
                "not of the first",
            ),
            (
                lambda image, row, column, max_size: adaptive_median(
                    image, row, column, odd_sizes(max(max_size - 2, 3))
                ),
                "`max_size` itself",
            ),
            (lambda image, row, column, max_size: image[row, column], "stayed as it is"),
            (
                lambda image, row, column, max_size: adaptive_median(
                    image,
                    row,
                    column,
                    odd_sizes(max_size),
                    impulse=lambda low, v, high: v in (0, 1),
                ),
                "need not be 0 or 1",
            ),
            (
                lambda image, row, column, max_size: adaptive_median(
                    image, row, column, odd_sizes(max_size), impulse=lambda low, v, high: v >= high
                ),
                "two sides",
            ),
            (
                lambda image, row, column, max_size: adaptive_median(
                    image, row, column, odd_sizes(max_size), impulse=lambda low, v, high: v < low
                ),
                "stayed as it is",
            ),
            (
                lambda image, row, column, max_size: adaptive_median(
                    image, row, column, odd_sizes(max_size), grow=lambda low, v, high: v in (0, 1)
                ),
                "need not be 0 or 1",
            ),
            (
                lambda image, row, column, max_size: adaptive_median(
                    image, row, column, odd_sizes(max_size), grow=lambda low, v, high: v >= high
                ),
                "two sides",
            ),
            (
                lambda image, row, column, max_size: adaptive_median(
                    image, row, column, odd_sizes(max_size), grow=lambda low, v, high: v > high
                ),
                "never grew",
            ),
            (
                lambda image, row, column, max_size: adaptive_median(
                    image.T, row, column, odd_sizes(max_size)
                ),
                "swapped",
            ),
            (
                lambda image, row, column, max_size: adaptive_median(
                    image, row, column, range(5, max_size + 1, 2)
                ),
                "Start with the 3×3",
            ),
        ],
    ),
    (
        ch08.spacing,
        lambda height, width, n_segments: (height * width / n_segments) ** 0.5,
        [
            (lambda height, width, n_segments: 0.0, "too small"),
            (lambda height, width, n_segments: height * width / n_segments, "area of a cell"),
            (lambda height, width, n_segments: (height * width) ** 0.5 / n_segments, "area first"),
            (
                lambda height, width, n_segments: (n_segments / height / width) ** 0.5,
                "Upside down",
            ),
            (
                lambda height, width, n_segments: int((height * width / n_segments) ** 0.5),
                "do not round",
            ),
            (
                lambda height, width, n_segments: round((height * width / n_segments) ** 0.5),
                "do not round",
            ),
            (lambda height, width, n_segments: (height * width // n_segments) ** 0.5, "throws"),
            (lambda height, width, n_segments: height / n_segments**0.5, "width is missing"),
        ],
    ),
    (
        ch08.distance,
        slic_distance,
        [
            (lambda pixels, centre, step, compactness: np.zeros(len(pixels)), "too small"),
            (
                lambda pixels, centre, step, compactness: (
                    slic_distance(pixels, centre, step, 0)
                    + compactness * np.hypot(*(pixels - centre)[:, 3:].T) / step
                ),
                "squares are added",
            ),
            (
                lambda pixels, centre, step, compactness: slic_distance(
                    pixels, centre, 1, compactness
                ),
                "divide it by S",
            ),
            (
                lambda pixels, centre, step, compactness: slic_distance(
                    pixels, centre, step, compactness**0.5
                ),
                "m is squared",
            ),
            (
                lambda pixels, centre, step, compactness: slic_distance(
                    pixels, centre, step, 1 / compactness
                ),
                "multiply by it",
            ),
            (
                lambda pixels, centre, step, compactness: (
                    compactness * slic_distance(pixels, centre, step, 1 / compactness)
                ),
                "not colour",
            ),
            (
                lambda pixels, centre, step, compactness: slic_distance(
                    np.roll(pixels, 3, axis=1), np.roll(centre, 3), step, compactness
                ),
                "Colour comes first",
            ),
            (
                lambda pixels, centre, step, compactness: slic_distance(pixels, centre, 1, 1),
                "S and m are missing",
            ),
            (
                lambda pixels, centre, step, compactness: (
                    slic_distance(pixels, centre, step, compactness) ** 2
                ),
                "D²",
            ),
        ],
    ),
    (
        ch08.asa_and_error,
        lambda table: (
            sum(max(column) for column in table.T) / table.sum(),
            sum(min(v, sum(column) - v) for column in table.T for v in column) / table.sum(),
        ),
        [
            (lambda table: (0.0, 0.0), "too small"),
            (
                lambda table: (
                    table.max(1).sum() / table.sum(),
                    np.minimum(table, table.sum(0) - table).sum() / table.sum(),
                ),
                "each column",
            ),
            (
                lambda table: (
                    table.max(0).sum() / table.sum(),
                    1 - table.max(0).sum() / table.sum(),
                ),
                "both sides",
            ),
            (
                lambda table: (
                    table.max(0).sum(),
                    np.minimum(table, table.sum(0) - table).sum(),
                ),
                "divide by all",
            ),
            (
                lambda table: (
                    np.mean(table.max(0) / table.sum(0)),
                    np.minimum(table, table.sum(0) - table).sum() / table.sum(),
                ),
                "differ in size",
            ),
            (
                lambda table: (
                    table.max(0).sum() / table.sum(),
                    np.minimum(table, table.sum(1)[:, None] - table).sum() / table.sum(),
                ),
                "not the rest of the region",
            ),
            (
                lambda table: (
                    table.max(0).sum() / table.sum(),
                    np.where(table, table.sum(0) - table, 0).sum() / table.sum(),
                ),
                "smaller of inside and outside",
            ),
            (
                lambda table: (
                    np.minimum(table, table.sum(0) - table).sum() / table.sum(),
                    table.max(0).sum() / table.sum(),
                ),
                "First ASA",
            ),
        ],
    ),
    (
        ch08.oracle,
        lambda superpixels, truth: voted(
            superpixels, truth, lambda v: max(sorted(v), key=v.tolist().count)
        ),
        [
            (lambda superpixels, truth: np.zeros_like(truth), "another class"),
            (lambda superpixels, truth: truth, "truth itself"),
            (
                lambda superpixels, truth: voted(superpixels, truth, lambda v: v[0]),
                "first pixel",
            ),
            (lambda superpixels, truth: voted(superpixels, truth, max), "largest label"),
            (lambda superpixels, truth: voted(superpixels, truth, np.median), "needs an order"),
            (
                lambda superpixels, truth: voted(
                    superpixels, truth, lambda v: np.bincount(v).max()
                ),
                "how often",
            ),
            (
                lambda superpixels, truth: voted(
                    superpixels, truth, lambda v: np.unique(v, return_counts=True)[1].argmax()
                ),
                "place in the list",
            ),
            (
                lambda superpixels, truth: np.where(
                    superpixels < superpixels.max(),
                    voted(superpixels, truth, lambda v: np.bincount(v).argmax()),
                    0,
                ),
                "left out",
            ),
            (
                lambda superpixels, truth: voted(
                    truth, superpixels, lambda v: np.bincount(v).argmax()
                ),
                "Turned round",
            ),
            (
                lambda superpixels, truth: voted(superpixels, truth, lambda v: np.rint(np.mean(v))),
                "cannot be averaged",
            ),
            (
                lambda superpixels, truth: [
                    np.bincount(truth[superpixels == k]).argmax() for k in np.unique(superpixels)
                ],
                "Index it",
            ),
        ],
    ),
    (
        ch08.boundary_recall,
        found_nearby,
        [
            (lambda superpixels, truth, tolerance: 0.0, "too small"),
            (
                lambda superpixels, truth, tolerance: found_nearby(truth, superpixels, tolerance),
                "roles are swapped",
            ),
            (
                lambda superpixels, truth, tolerance: found_nearby(superpixels, truth, 0),
                "tolerance was not used",
            ),
            (
                lambda superpixels, truth, tolerance: found_nearby(superpixels, truth, 1),
                "not always 1",
            ),
            (lambda superpixels, truth, tolerance: np.mean(superpixels == truth), "equal labels"),
            (
                lambda superpixels, truth, tolerance: found_nearby(
                    superpixels, truth, tolerance, sides=1
                ),
                "Both pixels",
            ),
            (
                lambda superpixels, truth, tolerance: found_nearby(
                    superpixels, truth, tolerance, corners=False
                ),
                "corners included",
            ),
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
            (
                lambda truth, prediction, n_classes: np.bincount(
                    (n_classes * truth + prediction).ravel(), minlength=n_classes**2
                ).reshape(n_classes, n_classes),
                "stops at 255",
            ),
            (
                lambda truth, prediction, n_classes: count(truth, prediction, n_classes).astype(
                    np.uint8
                ),
                "stop at 255",
            ),
            (
                lambda truth, prediction, n_classes: count(truth, prediction, n_classes) > 0,
                "however often",
            ),
            (
                lambda truth, prediction, n_classes: (
                    count(truth, prediction, n_classes) * (1 - np.eye(n_classes))
                ),
                "on the diagonal",
            ),
            (
                lambda truth, prediction, n_classes: (
                    count(truth, prediction, 3) / count(truth, prediction, 3).sum(1, keepdims=True)
                ),
                "each row",
            ),
            (
                lambda truth, prediction, n_classes: (
                    count(truth, prediction, 3) / count(truth, prediction, 3).sum(0)
                ),
                "each column",
            ),
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
            (lambda matrix: np.nan_to_num(iou(matrix), nan=1), "was found"),
            (lambda matrix: np.where(matrix.sum(1) == 0, np.nan, iou(matrix)), "never true"),
            (lambda matrix: np.where(matrix.sum(0) == 0, np.nan, iou(matrix)), "never predicted"),
            (lambda matrix: np.where(np.diag(matrix) == 0, np.nan, iou(matrix)), "Without a hit"),
            (lambda matrix: iou(matrix)[:3], "asks for 4 numbers"),
            (lambda matrix: iou(matrix)[~np.isnan(iou(matrix))], "keeps its place"),
            (lambda matrix: iou(matrix)[1:], "Class 0"),
            (lambda matrix: 2 * np.diag(matrix) / (matrix.sum(0) + matrix.sum(1)), "Dice"),
            (lambda matrix: 100 * iou(matrix), "percentages"),
            (lambda matrix: np.diag(matrix) / matrix.sum(), "all pixels"),
            (
                lambda matrix: np.diag(matrix) / (2 * matrix.sum(1) - np.diag(matrix)),
                "same axis",
            ),
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
                "ignore label is an argument",
            ),
            (
                lambda truth, prediction, n_classes, ignore_index: ignoring(
                    truth[prediction != ignore_index],
                    prediction[prediction != ignore_index],
                    n_classes,
                    ignore_index,
                ),
                "truth alone",
            ),
            (
                lambda truth, prediction, n_classes, ignore_index: (
                    ignoring(truth, prediction, n_classes, ignore_index).T
                ),
                "swapped",
            ),
            (
                lambda truth, prediction, n_classes, ignore_index: count(
                    truth[truth < ignore_index], prediction[truth < ignore_index], n_classes
                ),
                "need not be larger",
            ),
            (
                lambda truth, prediction, n_classes, ignore_index: ignoring(
                    truth, prediction, 2, ignore_index
                ),
                "",
            ),
            (
                lambda truth, prediction, n_classes, ignore_index: np.bincount(
                    (n_classes * truth + prediction)[truth != ignore_index],
                    minlength=n_classes**2,
                ).reshape(n_classes, n_classes),
                "stops at 255",
            ),
            (
                lambda truth, prediction, n_classes, ignore_index: count(
                    truth * (truth != ignore_index),
                    prediction * (truth != ignore_index),
                    n_classes,
                ),
                "hits of class 0",
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
            (lambda matrices: np.nan_to_num(iou(matrices.sum(0)), nan=1).mean(), "counted as 1"),
            (lambda matrices: np.nanmedian(iou(matrices.sum(0))), "median"),
            (lambda matrices: np.nansum(iou(matrices.sum(0))), "sum over"),
            (lambda matrices: np.mean([v for v in iou(matrices.sum(0)) if v > 0]), "never found"),
            (
                lambda matrices: np.nanmean(
                    np.where(matrices.sum((0, 1)), iou(matrices.sum(0)), np.nan)
                ),
                "never found",
            ),
            (
                lambda matrices: np.nanmean(
                    iou((matrices / matrices.sum((1, 2), keepdims=True)).sum(0))
                ),
                "same weight",
            ),
            (lambda matrices: np.nanmean(iou(matrices[:2].sum(0))), "left out"),
            (lambda matrices: np.nanmean(iou(matrices.sum(0))[:2]), "too"),
            (lambda matrices: np.nansum(iou(matrices.sum(0))) / 2, ""),
            (lambda matrices: np.nanmean(iou(matrices.sum(1))), "wrong axis"),
            (lambda matrices: 100 * np.nanmean(iou(matrices.sum(0))), "percentage"),
            (lambda matrices: np.nanmean(iou(matrices.sum(0))[1:]), "Class 0 is missing"),
        ],
    ),
    (
        ch09.boundary_iou,
        band_iou,
        [
            (lambda a, b, width: 0.0, "too small"),
            (lambda a, b, width: (a & b).sum() / (a | b).sum(), "plain IoU"),
            (lambda a, b, width: band_iou(a, b, 1), "`width` pixels wide"),
            (lambda a, b, width: band_iou(a, b, width + 1), "one pixel too wide"),
            (
                lambda a, b, width: cut_iou(
                    a & ~ndimage.binary_erosion(a, iterations=width),
                    b & ~ndimage.binary_erosion(b, iterations=width),
                ),
                "at a corner, too",
            ),
            (
                lambda a, b, width: cut_iou(
                    *(
                        m & (ndimage.distance_transform_edt(np.pad(m, 1))[1:-1, 1:-1] <= width)
                        for m in (a, b)
                    )
                ),
                "at a corner, too",
            ),
            (
                lambda a, b, width: cut_iou(
                    *(m & ~ndimage.minimum_filter(m, 2 * width + 1) for m in (a, b))
                ),
                "meets the image's edge",
            ),
            (
                lambda a, b, width: cut_iou(
                    *(ndimage.maximum_filter(m, 2 * width + 1) & ~m for m in (a, b))
                ),
                "outside the mask",
            ),
            (
                lambda a, b, width: cut_iou(a & ~band(a, width), b & ~band(b, width)),
                "what is left",
            ),
            (
                lambda a, b, width: (
                    2
                    * (band(a, width) & band(b, width)).sum()
                    / (band(a, width).sum() + band(b, width).sum())
                ),
                "Dice",
            ),
            (
                lambda a, b, width: (band(a, width) & band(b, width)).sum() / band(a, width).sum(),
                "one of them alone",
            ),
            (
                lambda a, b, width: (band(a, width) & band(b, width)).sum() / (a | b).sum(),
                "not of the masks",
            ),
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
            (
                lambda label_map, table, ignore_index: np.vectorize(
                    lambda i: table.get(i, i) if table.get(i, i) in table.values() else ignore_index
                )(label_map),
                "may still equal",
            ),
            (
                lambda label_map, table, ignore_index: np.vectorize(
                    lambda i: table.get(i) or ignore_index
                )(label_map),
                "taken for missing",
            ),
            (
                lambda label_map, table, ignore_index: np.vectorize(
                    lambda i: list(table).index(i) if i in table else ignore_index
                )(label_map),
                "place in the table",
            ),
            (
                lambda label_map, table, ignore_index: np.vectorize(
                    lambda i: {new: old for old, new in table.items()}.get(i, ignore_index)
                )(label_map),
                "not back",
            ),
            (
                lambda label_map, table, ignore_index: np.where(
                    label_map == list(table)[-1], list(table.values())[-1], ignore_index
                ),
                "Only the last row",
            ),
            (overwritten, "read again"),
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
            (lambda counts: frequency_weights(counts).clip(None, 10), "no upper limit"),
            (
                lambda counts: (
                    np.median(counts.sum(0) / (counts > 0).sum(0))
                    / (counts.sum(0) / (counts > 0).sum(0))
                ),
                "not by their number",
            ),
            (
                lambda counts: frequency_weights(counts) / frequency_weights(counts).sum(),
                "afterwards",
            ),
            (
                lambda counts: np.sqrt(frequency_weights(counts)),
                "no root",
            ),
            (
                lambda counts: (
                    frequency_weights(counts)
                    / np.sort(frequency_weights(counts))[counts.shape[1] // 2]
                ),
                "even number",
            ),
            (lambda counts: frequency_weights(counts)[:3], "asks for 4 numbers"),
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
            (lambda label_map, height, width: padded(label_map, width, height), "exchanged"),
            (lambda label_map, height, width: padded(label_map.T, height, width), "Rows became"),
            (
                lambda label_map, height, width: padded(
                    label_map[max(len(label_map) - height, 0) // 2 :], height, width
                ),
                "",
            ),
            (
                lambda label_map, height, width: padded(
                    label_map[
                        max(len(label_map) - height, 0) // 2 :,
                        max(label_map.shape[1] - width, 0) // 2 :,
                    ],
                    height,
                    width,
                ),
                "top left",
            ),
            (
                lambda label_map, height, width: padded(
                    label_map[-height:, -width:], height, width
                ),
                "lower right was kept",
            ),
            (
                lambda label_map, height, width: padded(
                    label_map, max(height, len(label_map)), max(width, label_map.shape[1])
                ),
                "cut off",
            ),
            (
                lambda label_map, height, width: (
                    label_map[:height, :width]
                    if label_map.shape[0] > height or label_map.shape[1] > width
                    else padded(label_map, height, width)
                ),
                "cut *and* fill",
            ),
            (lambda label_map, height, width: np.resize(label_map, (height, width)), "np.resize"),
            (
                lambda label_map, height, width: padded(label_map, height, width).astype(np.int8),
                "marked with 255",
            ),
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
            (
                lambda corners, height, width: (
                    np.sum(
                        [
                            np.where(down, 1, -1) * edge
                            for edge, down in crossed(corners, height, width)
                        ],
                        axis=0,
                    )
                    != 0
                ),
                "goes round twice",
            ),
            (
                lambda corners, height, width: np.sum(
                    [edge for edge, _ in crossed(corners, height, width)], axis=0
                ),
                "numbers of crossings",
            ),
            (
                lambda corners, height, width: (
                    np.sum([edge for edge, _ in crossed(corners, height, width)], axis=0) == 1
                ),
                "Three crossings",
            ),
            (
                lambda corners, height, width: np.logical_xor.reduce(
                    [edge for edge, _ in crossed(corners - 0.5, height, width)]
                ),
                "far corner",
            ),
            (
                lambda corners, height, width: np.logical_xor.reduce(
                    [edge for edge, _ in crossed(corners, width, height)]
                ),
                "`height` rows",
            ),
            (
                lambda corners, height, width: np.logical_xor.reduce(
                    [edge for edge, _ in crossed(corners.round(), height, width)]
                ),
                "do not round",
            ),
            (between_both_ends, "belongs to one of its edges"),
        ],
    ),
    (
        ch11.output_size,
        walked,
        [
            (lambda n, k, s, p, d: 0, "too small"),
            (lambda n, k, s, p, d: walked(n, k, s, p, d) - 1, "first place counts"),
            (lambda n, k, s, p, d: walked(n, k, s, p / 2, d), "both sides"),
            (lambda n, k, s, p, d: walked(n, k, s, p, 1), "reaches over d·(k − 1) + 1"),
            (lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 1) / s + 1, "round down"),
            (lambda n, k, s, p, d: -(-(n + 2 * p - d * (k - 1) - 1) // s) + 1, "rounds up"),
            (lambda n, k, s, p, d: (n + 2 * p - d * k) // s + 1, "not over d·k"),
            (
                lambda n, k, s, p, d: round((n + 2 * p - d * (k - 1) - 1) / s + 1),
                "to the nearest",
            ),
            (lambda n, k, s, p, d: n + 2 * p - d * (k - 1), "divide by it"),
            (lambda n, k, s, p, d: n // s, "count as well"),
            (lambda n, k, s, p, d: walked(n, k, s, -p, d), "add it"),
        ],
    ),
    (
        ch11.receptive_field,
        seen_by,
        [
            (lambda layers: 0, "too small"),
            (lambda layers: seen_by(layers) - 1, "1 pixel"),
            (lambda layers: sum(k for k, _ in layers), "overlap"),
            (lambda layers: seen_by([(k, 1) for k, _ in layers]), "strides before it"),
            (lambda layers: 1 + sum((k - 1) * s for k, s in layers), "not by its own"),
            (
                lambda layers: seen_by([(k if s == 1 else 1, s) for k, s in layers]),
                "A pool has a kernel",
            ),
            (lambda layers: np.prod([s for _, s in layers]), "That is the jump"),
            (lambda layers: np.prod([k for k, _ in layers]), "not tiles"),
            (
                lambda layers: (
                    1
                    + sum(
                        (k - 1) * np.prod([s for _, s in layers[: i + 1]])
                        for i, (k, _) in enumerate(layers)
                    )
                ),
                "afterwards",
            ),
        ],
    ),
    (
        ch11.as_kernels,
        lambda weights, channels, height, width: np.array(
            [
                [np.array_split(channel, height) for channel in np.array_split(row, channels)]
                for row in weights
            ]
        ),
        [
            (
                lambda weights, channels, height, width: np.zeros(
                    (len(weights), channels, height, width)
                ),
                "too small",
            ),
            (lambda weights, channels, height, width: weights, "shape"),
            (
                lambda weights, channels, height, width: weights.reshape(
                    len(weights), height, width, channels
                ).transpose(0, 3, 1, 2),
                "channels come before",
            ),
            (
                lambda weights, channels, height, width: weights.reshape(
                    len(weights), channels, width, height
                ).transpose(0, 1, 3, 2),
                "swapped",
            ),
            (
                lambda weights, channels, height, width: weights.reshape(
                    len(weights), channels, height, width
                )[..., ::-1, ::-1],
                "mirrored",
            ),
            (
                lambda weights, channels, height, width: weights.T.reshape(
                    len(weights), channels, height, width
                ),
                "do not transpose",
            ),
        ],
    ),
    (
        ch11.bilinear_kernel,
        tent,
        [
            (lambda factor: np.zeros((2 * factor, 2 * factor)), "too small"),
            (lambda factor: tent(factor) / tent(factor).sum(), "not one stamp"),
            (lambda factor: tent(factor)[0] / tent(factor)[0, 0], "shape"),
            (lambda factor: np.full((2 * factor, 2 * factor), 0.25), "Near must weigh more"),
            (
                lambda factor: np.outer(*[1 - abs(np.arange(-factor, factor)) / factor] * 2),
                "peak sits on a pixel",
            ),
            (lambda factor: (tent(factor)[0] + tent(factor)[0][:, None]) * factor, "They multiply"),
            (
                lambda factor: np.outer(np.bartlett(2 * factor), np.bartlett(2 * factor)),
                "ends of your ramp",
            ),
            (
                lambda factor: np.outer(*[np.bartlett(2 * factor + 2)[1:-1]] * 2),
                "slope",
            ),
        ],
    ),
    (
        ch11.transposed_convolution,
        stamps,
        [
            (lambda x, kernel, stride: np.zeros_like(stamps(x, kernel, stride)), "too small"),
            (lambda x, kernel, stride: stamps(x, kernel, stride, add=False), "stamps add up"),
            (lambda x, kernel, stride: stamps(x, kernel, stride, mirror=True), "mirrored"),
            (lambda x, kernel, stride: stamps(x, kernel.T, stride), "not the kernel"),
            (lambda x, kernel, stride: stamps(x * 0 + 1, kernel, stride), "by the value"),
            (lambda x, kernel, stride: np.kron(x, kernel), "`stride` apart"),
            (
                lambda x, kernel, stride: stamps(x, kernel, stride)[: stride * len(x)],
                "asks for an array of shape",
            ),
        ],
    ),
    (
        ch11.cross_entropy,
        nats,
        [
            (lambda logits, labels, ignore_index: 0.0, "too small"),
            (
                lambda logits, labels, ignore_index: nats(logits, labels, ignore_index) / np.log(2),
                "base 2",
            ),
            (lambda logits, labels, ignore_index: nats(logits, labels, None), ""),
            (lambda logits, labels, ignore_index: -nats(logits, labels, ignore_index), "sign"),
            (
                lambda logits, labels, ignore_index: np.mean(
                    [nats(logits, labels * 0 + c, None) for c in range(logits.shape[2])]
                ),
                "over all classes",
            ),
            (
                lambda logits, labels, ignore_index: nats(logits, logits.argmax(2), None),
                "largest score",
            ),
            (
                lambda logits, labels, ignore_index: nats(
                    logits.clip(-700, 700), labels, ignore_index
                ),
                "Clipping",
            ),
            (
                lambda logits, labels, ignore_index: nats(
                    logits, np.where(labels == ignore_index, 0, labels), ignore_index
                ),
                "class 0",
            ),
            (
                lambda logits, labels, ignore_index: (
                    nats(logits, labels, ignore_index) * np.mean(labels != ignore_index)
                ),
                "not by all of them",
            ),
            (
                lambda logits, labels, ignore_index: (
                    nats(logits, labels, ignore_index) * np.sum(labels != ignore_index)
                ),
                "That is the sum",
            ),
            (
                lambda logits, labels, ignore_index: nats(
                    logits, labels, ignore_index, ignored=np.nan
                ),
                "Return 0",
            ),
            (
                lambda logits, labels, ignore_index: (
                    nats(logits, labels, ignore_index) if logits.max() < 700 else np.nan
                ),
                "Subtract",
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


def in_torch(function):
    def answer(*args, **named):
        return torch.as_tensor(np.asarray(function(*args, **named)))

    return answer


def in_single_precision(function):
    def answer(*args, **named):
        return np.asarray(function(*args, **named), dtype=np.float32)

    return answer


@pytest.mark.parametrize("other", [in_torch, in_single_precision])
@pytest.mark.parametrize(
    ("check", "right"),
    [row[:2] for row in CHECKS if row[0].__module__.endswith(("ch01", "ch09", "ch10"))],
    ids=lambda v: getattr(v, "__name__", ""),
)
def test_accepts_tensors_and_single_precision(check, right, other):
    assert check(other(right)).passed
