"""Answer checks of chapter 11: sizes, views and weights of convolutions, and the loss of a pixel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .exercise import Case, Exercise, Mistake


def _output_size(n: int, k: int, s: int, p: int, d: int) -> int:
    return (n + 2 * p - d * (k - 1) - 1) // s + 1


output_size = Exercise(
    "ch11.output_size",
    "function(n, k, s, p, d): how many places a kernel has along one side",
    _output_size,
    [
        Case("a plain 3×3 kernel", {"n": 8, "k": 3, "s": 1, "p": 0, "d": 1}),
        Case("one zero on each side", {"n": 8, "k": 3, "s": 1, "p": 1, "d": 1}),
        Case("every second place", {"n": 8, "k": 3, "s": 2, "p": 1, "d": 1}),
        Case("a last step that does not fit", {"n": 10, "k": 3, "s": 4, "p": 0, "d": 1}),
        Case("a kernel with holes", {"n": 16, "k": 3, "s": 1, "p": 2, "d": 2}),
        Case("all at once", {"n": 37, "k": 5, "s": 3, "p": 2, "d": 3}),
    ],
    [
        Mistake(
            "padding-once",
            lambda n, k, s, p, d: (n + p - d * (k - 1) - 1) // s + 1,
            "Padding is put on both sides, so it counts twice.",
        ),
        Mistake(
            "no-dilation",
            lambda n, k, s, p, d: _output_size(n, k, s, p, 1),
            "With dilation d the kernel reaches over d·(k − 1) + 1 pixels, not over k.",
        ),
        Mistake(
            "dilated-k",
            lambda n, k, s, p, d: (n + 2 * p - d * k) // s + 1,
            "With dilation d the kernel reaches over d·(k − 1) + 1 pixels, not over d·k.",
        ),
        Mistake(
            "dilated-3",
            lambda n, k, s, p, d: (n + 2 * p - k - 2 * (d - 1)) // s + 1,
            "A kernel of k has k − 1 gaps, each d − 1 wide; two of them only if k is 3.",
        ),
        Mistake(
            "not-rounded",
            lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 1) / s + 1,
            "A half place is no place: round down before you add the first one.",
        ),
        Mistake(
            "rounded-to-nearest",
            lambda n, k, s, p, d: round((n + 2 * p - d * (k - 1) - 1) / s + 1),
            "That rounds to the nearest. A kernel that would stick out at the end is not placed: "
            "round down.",
        ),
        Mistake(
            "rounded-up",
            lambda n, k, s, p, d: -((d * (k - 1) + 1 - n - 2 * p) // s) + 1,
            "That rounds up. A kernel that would stick out at the end is not placed: round down.",
        ),
        Mistake(
            "no-stride",
            lambda n, k, s, p, d: n + 2 * p - d * (k - 1),
            "The kernel moves by the stride: divide by it.",
        ),
        Mistake(
            "stride-only",
            lambda n, k, s, p, d: n // s,
            "The kernel and the padding count as well.",
        ),
        Mistake(
            "padding-taken-away",
            lambda n, k, s, p, d: _output_size(n, k, s, -p, d),
            "Padding makes the map larger: add it.",
        ),
        Mistake(
            "steps",
            lambda n, k, s, p, d: _output_size(n, k, s, p, d) - 1,
            "The first place counts too: stepping from 0 to 3 visits four places.",
        ),
    ],
    praise="You can now follow the size of a map through any network.",
)


def _receptive_field(layers: Sequence[tuple[int, int]]) -> int:
    size, jump = 1, 1
    for kernel, stride in layers:
        size += (kernel - 1) * jump
        jump *= stride
    return size


def _stride_first(layers: Sequence[tuple[int, int]]) -> int:
    size, jump = 1, 1
    for kernel, stride in layers:
        jump *= stride
        size += (kernel - 1) * jump
    return size


def _last_stride_only(layers: Sequence[tuple[int, int]]) -> int:
    strides = [1, *(stride for _, stride in layers)]
    return 1 + sum((layer[0] - 1) * s for layer, s in zip(layers, strides, strict=False))


receptive_field = Exercise(
    "ch11.receptive_field",
    "function(layers): pixels that one unit behind ``(kernel, stride)`` layers sees",
    _receptive_field,
    [
        Case("one layer", {"layers": [(3, 1)]}),
        Case("three layers of stride 1", {"layers": [(3, 1), (5, 1), (3, 1)]}),
        Case("a pool of 2 between two layers", {"layers": [(3, 1), (2, 2), (5, 1)]}),
        Case(
            "the first stages of AlexNet: strides of 4 and 2, and pools that overlap",
            {"layers": [(11, 4), (3, 2), (5, 1), (3, 2), (3, 1)]},
        ),
        Case(
            "the first two stages of VGG, and one layer more",
            {"layers": [(3, 1), (3, 1), (2, 2), (3, 1), (3, 1), (2, 2), (3, 1)]},
        ),
        Case("a kernel of 1 with stride 3", {"layers": [(2, 1), (1, 3), (4, 2)]}),
    ],
    [
        Mistake(
            "sum-of-kernels",
            lambda layers: sum(kernel for kernel, _ in layers),
            "Neighbouring windows overlap: each layer adds kernel − 1, and the first pixel is 1.",
        ),
        Mistake(
            "product-of-kernels",
            lambda layers: np.prod([kernel for kernel, _ in layers]),
            "Windows are not tiles: they overlap, so sizes do not multiply.",
        ),
        Mistake(
            "own-stride",
            lambda layers: 1 + sum((kernel - 1) * stride for kernel, stride in layers),
            "A layer's steps are widened by the strides of the layers *before* it, multiplied, not "
            "by its own.",
        ),
        Mistake(
            "no-pools",
            lambda layers: _receptive_field([(k if s == 1 else 1, s) for k, s in layers]),
            "A pool has a kernel too: a 2 × 2 pool looks at 2 × 2 cells.",
        ),
        Mistake(
            "jump",
            lambda layers: np.prod([stride for _, stride in layers]),
            "That is the jump, how far two neighbours lie apart; the field is what one sees.",
        ),
        Mistake(
            "no-strides",
            lambda layers: 1 + sum(kernel - 1 for kernel, _ in layers),
            "After a stride, neighbours are further apart: each layer's step must be multiplied "
            "by the strides before it.",
        ),
        Mistake(
            "stride-first",
            _stride_first,
            "A layer's own stride comes after its kernel has looked: multiply it in afterwards.",
        ),
        Mistake(
            "last-stride-only",
            _last_stride_only,
            "All strides before a layer count, multiplied, not only the last one.",
        ),
        Mistake(
            "always-2",
            lambda layers: _receptive_field([(k, min(s, 2)) for k, s in layers]),
            "A stride need not be 2: multiply by the layer's own.",
        ),
        Mistake(
            "turned-round",
            lambda layers: _receptive_field(layers[::-1]),
            "The strides after a layer were taken. Start with the layer next to the picture.",
        ),
        Mistake(
            "from-0",
            lambda layers: _receptive_field(layers) - 1,
            "Before any layer a unit sees 1 pixel.",
        ),
    ],
    praise="This is all the arithmetic behind the boxes of section 2.",
)


def _as_kernels(weights: np.ndarray, channels: int, height: int, width: int) -> np.ndarray:
    return weights.reshape(len(weights), channels, height, width)


def _channels_last(weights: np.ndarray, channels: int, height: int, width: int) -> np.ndarray:
    return np.moveaxis(weights.reshape(len(weights), height, width, channels), -1, 1)


as_kernels = Exercise(
    "ch11.as_kernels",
    "function(weights, channels, height, width): kernels of a fully connected layer",
    _as_kernels,
    [
        Case(
            "two outputs over a map of 1 × 2 × 3",
            {"weights": np.arange(12).reshape(2, 6), "channels": 1, "height": 2, "width": 3},
        ),
        Case(
            "one output over a map of 2 × 2 × 3",
            {"weights": np.arange(12).reshape(1, 12), "channels": 2, "height": 2, "width": 3},
        ),
        Case(
            "three outputs over a map of 2 × 2 × 2",
            {"weights": np.arange(24).reshape(3, 8), "channels": 2, "height": 2, "width": 2},
        ),
    ],
    [
        Mistake(
            "rows-and-columns",
            lambda w, c, y, x: w.reshape(len(w), c, x, y).swapaxes(2, 3),
            "Rows and columns are swapped: a row of the map is read before the next.",
        ),
        Mistake(
            "mirrored",
            lambda w, c, y, x: _as_kernels(w, c, y, x)[:, :, ::-1, ::-1],
            "The kernels are mirrored. What deep learning calls convolution does not mirror.",
        ),
        Mistake(
            "outputs-last",
            lambda w, c, y, x: w.T.reshape(len(w), c, y, x),
            "Each row of `weights` belongs to one output; do not transpose before you fold it.",
        ),
        Mistake(
            "channels-last",
            _channels_last,
            "The map was flattened channel by channel, so channels come before rows and columns.",
        ),
    ],
    praise="Not one number changed. A fully connected layer was a convolution all along.",
)


def _side_by_side(ramp: np.ndarray) -> np.ndarray:
    return np.outer(ramp, ramp)


def _tent(size: int, middle: float, slope: float) -> np.ndarray:
    """Return a (size, size) kernel whose sides fall by ``slope`` from ``middle``."""
    return _side_by_side(1 - np.abs(np.arange(size) - middle) * slope)


def _size(factor: int) -> int:
    return 2 * factor - factor % 2


def _bilinear_kernel(factor: int) -> np.ndarray:
    return _tent(_size(factor), (_size(factor) - 1) / 2, 1 / factor)


def _mean_of_sides(factor: int) -> np.ndarray:
    ramp = np.sqrt(np.diag(_bilinear_kernel(factor)))
    return np.add.outer(ramp, ramp) / 2


def _diamond(factor: int) -> np.ndarray:
    distance = 1 - np.sqrt(np.diag(_bilinear_kernel(factor)))
    return np.maximum(0, 1 - np.add.outer(distance, distance))


bilinear_kernel = Exercise(
    "ch11.bilinear_kernel",
    "function(factor): the kernel that makes a transposed convolution bilinear, its side "
    "2 · factor, or one less if that is odd",
    _bilinear_kernel,
    [Case(f"up-sampling {f} times", {"factor": f}) for f in (2, 4, 3, 5)],
    [
        Mistake(
            "sum-1",
            lambda f: _bilinear_kernel(f) / f**2,
            "This kernel sums to 1. Each output adds up several stamps, so the *stamps* on one "
            "pixel must sum to 1, not one stamp.",
        ),
        Mistake(
            "all-equal",
            lambda f: np.full_like(_bilinear_kernel(f), 1 / 4),
            "All weights are equal: that blurs, but it is not bilinear. Near must weigh more.",
        ),
        Mistake(
            "copies",
            lambda f: np.ones((f, f)),
            "That copies each cell, as nearest-neighbour does. Stamps must overlap, and near must "
            "weigh more.",
        ),
        Mistake(
            "ends-0",
            lambda f: _side_by_side(np.bartlett(_size(f))),
            "The ends of your ramp are 0. The outermost pixels still get some weight.",
        ),
        Mistake(
            "slope",
            lambda f: _tent(2 * f, f - 0.5, 1 / (f + 0.5)),
            "The slope is off: weights fall by 1/factor from pixel to pixel.",
        ),
        Mistake(
            "peak-on-pixel",
            lambda f: _tent(2 * f, f, 1 / f),
            "Your peak sits on a pixel. Where the side is even, the middle lies between two.",
        ),
        Mistake(
            "mean-of-sides",
            _mean_of_sides,
            "That is the mean of the two sides. They multiply: `np.outer`.",
        ),
        Mistake(
            "diamond",
            _diamond,
            "Rows and columns multiply: the kernel is the product of two ramps.",
        ),
        Mistake(
            "always-even",
            lambda f: _tent(2 * f, f - 0.5, 1 / f),
            "With an odd factor an even kernel puts the larger map half a pixel off: it needs an odd "
            "side, with the peak on a pixel.",
        ),
        Mistake(
            "always-odd",
            lambda f: _tent(2 * f - 1, f - 1, 1 / f),
            "An odd side has its peak on a pixel. With an even factor the middle lies between two: "
            "2 · factor wide.",
        ),
        Mistake(
            "always-between",
            lambda f: _tent(_size(f), f - 0.5, 1 / f),
            "With an odd factor the side is odd too, and its middle is a pixel.",
        ),
    ],
    praise="FCN's up-sampling layers start from these very numbers.",
)


def _stamped(x: np.ndarray, kernel: np.ndarray, stride: int, *, add: bool) -> np.ndarray:
    (height, width), k = x.shape, len(kernel)
    out = np.zeros((stride * (height - 1) + k, stride * (width - 1) + k))
    for i, j in np.ndindex(x.shape):
        place = out[stride * i : stride * i + k, stride * j : stride * j + k]
        place[:] = add * place + x[i, j] * kernel
    return out


def _stamp(x: np.ndarray, kernel: np.ndarray, stride: int) -> np.ndarray:
    return _stamped(x, kernel, stride, add=True)


_APART = "Stamps lie `stride` apart, even if they then overlap or leave gaps."

_KERNEL = np.array([[1.0, 2, 0], [0, 3, 0], [4, 0, 5]])

transposed_convolution = Exercise(
    "ch11.transposed_convolution",
    "function(x, kernel, stride): each value stamps the kernel; stamps add up",
    _stamp,
    [
        Case("a single value", {"x": np.array([[2.5]]), "kernel": _KERNEL, "stride": 2}),
        Case(
            "stamps that touch",
            {"x": np.array([[1.0, 2], [3, 4]]), "kernel": _KERNEL[:2, :2], "stride": 2},
        ),
        Case(
            "stamps that overlap",
            {"x": np.array([[1.0, 2], [3, 4]]), "kernel": _KERNEL, "stride": 2},
        ),
        Case(
            "a wide map, stride 1",
            {"x": np.array([[1.0, -1, 2], [0, 1, 1]]), "kernel": _KERNEL, "stride": 1},
        ),
        Case(
            "a high map, and a stride larger than the kernel",
            {"x": np.array([[1.0, 2], [-1, 0], [5, 3]]), "kernel": _KERNEL[:2, :2], "stride": 3},
        ),
    ],
    [
        Mistake(
            "overwritten",
            lambda x, k, s: _stamped(x, k, s, add=False),
            "A later stamp wiped out an earlier one: stamps add up, with `+=`.",
        ),
        Mistake(
            "whole",
            lambda x, k, s: _stamp(x, k, s).astype(int),
            "Your output holds whole numbers, and what lies between is lost: make it of floats.",
        ),
        Mistake(
            "values-left-out",
            lambda x, k, s: _stamp(np.ones_like(x), k, s),
            "Every stamp is the same there: multiply the kernel by the value that stamps it.",
        ),
        Mistake(
            "mirrored",
            lambda x, k, s: _stamp(x, k[::-1, ::-1], s),
            "The kernel is mirrored. Each value stamps it as it is.",
        ),
        Mistake(
            "kernel-transposed",
            lambda x, k, s: _stamp(x, k.T, s),
            "*Transposed* is the big matrix of section 4, not the kernel.",
        ),
        Mistake("kernel-apart", lambda x, k, s: _stamp(x, k, len(k)), _APART),
        Mistake("no-gaps", lambda x, k, s: _stamp(x, k, min(s, len(k))), _APART),
        Mistake(
            "cut-off",
            lambda x, k, s: _stamp(x, k, s)[: s * x.shape[0], : s * x.shape[1]],
            "The output has stride · (n − 1) + k pixels a side: no more than the last stamp needs, "
            "and all of it.",
        ),
    ],
    praise="Section 4 in eight lines, and PyTorch agrees with you.",
)


def _log_softmax(logits: np.ndarray) -> np.ndarray:
    shifted = logits - logits.max(-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))


def _picked(scores: np.ndarray, labels: np.ndarray) -> np.ndarray:
    return np.take_along_axis(scores, labels[:, None].astype(int), -1)[:, 0]


def _losses(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the loss of each pixel, from ``(pixels, C)`` and ``(pixels,)``."""
    return -_picked(_log_softmax(logits), labels)


def _mean_of(losses: Callable[[np.ndarray, np.ndarray], Any]) -> Callable[..., float]:
    """Return an answer: the mean of ``losses(logits, labels)`` of the pixels that count."""

    def answer(logits: np.ndarray, labels: np.ndarray, ignore_index: int) -> float:
        valid = labels != ignore_index
        return float(losses(logits[valid], labels[valid]).mean()) if valid.any() else 0.0

    return answer


_cross_entropy = _mean_of(_losses)


def _as_class_0(logits: np.ndarray, labels: np.ndarray, ignore_index: int) -> float:
    return _cross_entropy(logits, np.where(labels == ignore_index, 0, labels), -1)


def _nothing_as_nan(logits: np.ndarray, labels: np.ndarray, ignore_index: int) -> float:
    if (labels == ignore_index).all():
        return float("nan")
    return _cross_entropy(logits, labels, ignore_index)


def _overflowing(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    return -np.log(_picked(np.exp(logits) / np.exp(logits).sum(-1, keepdims=True), labels))


def _one_largest(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    shifted = logits - logits.max()
    return np.log(np.exp(shifted).sum(-1)) - _picked(shifted, labels)


_LOGITS = np.array([[[2.0, 1, 0], [0, 0, 0]], [[-1, 3, 1], [0.5, 0, 2]]])
_LABELS = np.array([[0, 1], [1, 0]], dtype=np.uint8)

cross_entropy = Exercise(
    "ch11.cross_entropy",
    "function(logits, labels, ignore_index): mean −log p of the true class, in nats",
    _cross_entropy,
    [
        Case(
            "one pixel, three classes",
            {
                "logits": _LOGITS[:1, :1],
                "labels": np.zeros((1, 1), np.uint8),
                "ignore_index": 255,
            },
        ),
        Case("four pixels", {"logits": _LOGITS, "labels": _LABELS, "ignore_index": 255}),
        Case(
            "three pixels, one of them ignored",
            {
                "logits": np.array([[[3.0, 1], [0, 0.5], [-1, 2]]]),
                "labels": np.array([[0, 255, 0]], np.uint8),
                "ignore_index": 255,
            },
        ),
        Case(
            "ignore label 0",
            {"logits": _LOGITS, "labels": np.array([[2, 0], [1, 2]], np.uint8), "ignore_index": 0},
        ),
        Case(
            "ignore label 11, as in CamVid's files",
            {
                "logits": _LOGITS,
                "labels": np.array([[11, 1], [1, 0]], np.uint8),
                "ignore_index": 11,
            },
        ),
        Case(
            "a very sure network: scores of 1000",
            {"logits": 1000 * _LOGITS, "labels": _LABELS, "ignore_index": 255},
        ),
        Case(
            "nothing but ignored pixels",
            {"logits": _LOGITS, "labels": np.full((2, 2), 255, np.uint8), "ignore_index": 255},
        ),
    ],
    [
        Mistake(
            "scores",
            _mean_of(lambda z, t: -_picked(z, t)),
            "These are scores, not probabilities: take the softmax first.",
        ),
        Mistake(
            "sign",
            lambda z, t, i: -_cross_entropy(z, t, i),
            "The sign is turned: a share below 1 has a negative logarithm, and the loss is minus "
            "that.",
        ),
        Mistake(
            "all-classes",
            _mean_of(lambda z, t: -_log_softmax(z)),
            "That is the mean over all classes. Only the true class of each pixel counts.",
        ),
        Mistake(
            "best-class",
            _mean_of(lambda z, t: -_log_softmax(z).max(-1)),
            "That is the loss of the class with the largest score. Take the *true* class.",
        ),
        Mistake(
            "softmax-over-pixels",
            _mean_of(lambda z, t: -_picked(_log_softmax(z.T).T, t)),
            "Softmax makes shares among the *classes* of one pixel: the last axis.",
        ),
        Mistake(
            "kept-from-0",
            _mean_of(lambda z, t: -np.log(np.exp(-_losses(z, t)) + 1e-8)),
            "The small number that keeps the logarithm from 0 also caps the loss. Subtract each "
            "pixel's largest score instead, and take the logarithm of the sum.",
        ),
        Mistake(
            "clipped",
            lambda z, t, i: _cross_entropy(np.clip(z, -700, 700), t, i),
            "Clipping changes the scores. Subtract each pixel's largest score instead: softmax "
            "stays the same.",
        ),
        Mistake(
            "no-log",
            _mean_of(lambda z, t: 1 - np.exp(-_losses(z, t))),
            "That is one minus the probability; the loss is its −log.",
        ),
        Mistake(
            "base-10",
            lambda z, t, i: _cross_entropy(z, t, i) / np.log(10),
            "That is the logarithm to base 10; the loss uses the natural one, `np.log`.",
        ),
        Mistake(
            "base-2",
            lambda z, t, i: _cross_entropy(z, t, i) / np.log(2),
            "That is the logarithm to base 2; the loss uses the natural one, `np.log`.",
        ),
        Mistake(
            "sum",
            lambda z, t, i: _cross_entropy(z, t, i) * np.sum(t != i),
            "That is the sum. The loss is the mean, or it would grow with the picture.",
        ),
        Mistake(
            "divided-by-all",
            lambda z, t, i: _cross_entropy(z, t, i) * np.mean(t != i),
            "Divide by the pixels that count, not by all of them.",
        ),
        Mistake("as-class-0", _as_class_0, "The ignored pixels were counted as class 0."),
        Mistake(
            "always-255",
            lambda z, t, i: _cross_entropy(z, t, 255),
            "The ignore label is an argument; it is not always 255.",
        ),
        Mistake(
            "overflow",
            _mean_of(_overflowing),
            "`exp(1000)` is infinite. Subtract each pixel's largest score first: softmax stays "
            "the same.",
        ),
        Mistake(
            "one-largest",
            _mean_of(_one_largest),
            "The largest score of all pixels is too much for the others: their `exp` is 0. Subtract "
            "from each pixel its own largest.",
        ),
        Mistake(
            "nothing-as-nan",
            _nothing_as_nan,
            "With no pixel to judge the mean is 0/0. Return 0: nothing to learn from.",
        ),
    ],
    praise="This number is what the training of section 6 makes small.",
)
