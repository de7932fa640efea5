"""Answer checks of chapter 11: sizes, views and weights of convolutions, and the loss of a pixel."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from .core import Case, Mistake, Result, run


def _output_size(n: int, k: int, s: int, p: int, d: int) -> int:
    return (n + 2 * p - d * (k - 1) - 1) // s + 1


def output_size(function: Callable[..., int]) -> Result:
    """Check ``function(n, k, s, p, d)``: how many places a kernel has along one side."""
    return run(
        function,
        _output_size,
        [
            Case("a plain 3×3 kernel", {"n": 8, "k": 3, "s": 1, "p": 0, "d": 1}),
            Case("one zero on each side", {"n": 8, "k": 3, "s": 1, "p": 1, "d": 1}),
            Case("every second place", {"n": 8, "k": 3, "s": 2, "p": 1, "d": 1}),
            Case("a last step that does not fit", {"n": 10, "k": 3, "s": 4, "p": 0, "d": 1}),
            Case("a kernel with holes", {"n": 16, "k": 3, "s": 1, "p": 2, "d": 2}),
            Case("all at once", {"n": 37, "k": 5, "s": 3, "p": 1, "d": 2}),
        ],
        mistakes=[
            Mistake(
                lambda n, k, s, p, d: (n + p - d * (k - 1) - 1) // s + 1,
                "Padding is put on both sides, so it counts twice.",
            ),
            Mistake(
                lambda n, k, s, p, d: _output_size(n, k, s, p, 1),
                "With dilation d the kernel reaches over d·(k − 1) + 1 pixels, not over k.",
            ),
            Mistake(
                lambda n, k, s, p, d: (n + 2 * p - d * k) // s + 1,
                "With dilation d the kernel reaches over d·(k − 1) + 1 pixels, not over d·k.",
            ),
            Mistake(
                lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 1) / s + 1,
                "A half place is no place: round down before you add the first one.",
            ),
            Mistake(
                lambda n, k, s, p, d: round((n + 2 * p - d * (k - 1) - 1) / s + 1),
                "That rounds to the nearest. A kernel that would stick out at the end is not placed: "
                "round down.",
            ),
            Mistake(
                lambda n, k, s, p, d: -((d * (k - 1) + 1 - n - 2 * p) // s) + 1,
                "That rounds up. A kernel that would stick out at the end is not placed: round down.",
            ),
            Mistake(
                lambda n, k, s, p, d: n + 2 * p - d * (k - 1),
                "The kernel moves by the stride: divide by it.",
            ),
            Mistake(lambda n, k, s, p, d: n // s, "The kernel and the padding count as well."),
            Mistake(
                lambda n, k, s, p, d: _output_size(n, k, s, -p, d),
                "Padding makes the map larger: add it.",
            ),
            Mistake(
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


def receptive_field(function: Callable[[Sequence[tuple[int, int]]], int]) -> Result:
    """Check ``function(layers)``: pixels that one unit behind ``(kernel, stride)`` layers sees."""

    def stride_first(layers: Sequence[tuple[int, int]]) -> int:
        size, jump = 1, 1
        for kernel, stride in layers:
            jump *= stride
            size += (kernel - 1) * jump
        return size

    def without_pools(layers: Sequence[tuple[int, int]]) -> int:
        size, jump = 1, 1
        for kernel, stride in layers:
            size += (kernel - 1) * jump * (stride == 1)
            jump *= stride
        return size

    def last_stride_only(layers: Sequence[tuple[int, int]]) -> int:
        size, before = 1, 1
        for kernel, stride in layers:
            size += (kernel - 1) * before
            before = stride
        return size

    return run(
        function,
        _receptive_field,
        [
            Case("one layer", {"layers": [(3, 1)]}),
            Case("three layers of stride 1", {"layers": [(3, 1), (5, 1), (3, 1)]}),
            Case("a pool of 2 between two layers", {"layers": [(3, 1), (2, 2), (5, 1)]}),
            Case(
                "the first two stages of VGG, and one layer more",
                {"layers": [(3, 1), (3, 1), (2, 2), (3, 1), (3, 1), (2, 2), (3, 1)]},
            ),
        ],
        mistakes=[
            Mistake(
                lambda layers: sum(kernel for kernel, _ in layers),
                "Neighbouring windows overlap: each layer adds kernel − 1, and the first pixel is 1.",
            ),
            Mistake(
                lambda layers: int(np.prod([kernel for kernel, _ in layers])),
                "Windows are not tiles: they overlap, so sizes do not multiply.",
            ),
            Mistake(
                lambda layers: 1 + sum((kernel - 1) * stride for kernel, stride in layers),
                "A layer's steps are widened by the strides of the layers *before* it, multiplied, not "
                "by its own.",
            ),
            Mistake(
                without_pools,
                "A pool has a kernel too: a 2 × 2 pool looks at 2 × 2 cells.",
            ),
            Mistake(
                lambda layers: int(np.prod([stride for _, stride in layers])),
                "That is the jump, how far two neighbours lie apart; the field is what one sees.",
            ),
            Mistake(
                lambda layers: 1 + sum(kernel - 1 for kernel, _ in layers),
                "After a stride, neighbours are further apart: each layer's step must be multiplied "
                "by the strides before it.",
            ),
            Mistake(
                stride_first,
                "A layer's own stride comes after its kernel has looked: multiply it in afterwards.",
            ),
            Mistake(
                last_stride_only,
                "All strides before a layer count, multiplied, not only the last one.",
            ),
            Mistake(
                lambda layers: _receptive_field(layers) - 1, "Before any layer a unit sees 1 pixel."
            ),
        ],
        praise="This is all the arithmetic behind the boxes of section 2.",
    )


def _as_kernels(weights: np.ndarray, channels: int, height: int, width: int) -> np.ndarray:
    return weights.reshape(len(weights), channels, height, width)


def as_kernels(function: Callable[..., np.ndarray]) -> Result:
    """Check ``function(weights, channels, height, width)``: kernels of a fully connected layer."""

    def channels_last(weights: np.ndarray, channels: int, height: int, width: int) -> np.ndarray:
        return np.moveaxis(weights.reshape(len(weights), height, width, channels), -1, 1)

    def flipped(weights: np.ndarray, channels: int, height: int, width: int) -> np.ndarray:
        return _as_kernels(weights, channels, height, width)[:, :, ::-1, ::-1]

    def turned(weights: np.ndarray, channels: int, height: int, width: int) -> np.ndarray:
        return np.swapaxes(weights.reshape(len(weights), channels, width, height), 2, 3)

    def outputs_last(weights: np.ndarray, channels: int, height: int, width: int) -> np.ndarray:
        return weights.T.reshape(len(weights), channels, height, width)

    return run(
        function,
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
        mistakes=[
            Mistake(
                turned, "Rows and columns are swapped: a row of the map is read before the next."
            ),
            Mistake(
                flipped,
                "The kernels are mirrored. What deep learning calls convolution does not mirror.",
            ),
            Mistake(
                outputs_last,
                "Each row of `weights` belongs to one output; do not transpose before you fold it.",
            ),
            Mistake(
                channels_last,
                "The map was flattened channel by channel, so channels come before rows and columns.",
            ),
        ],
        praise="Not one number changed. A fully connected layer was a convolution all along.",
    )


def _bilinear_kernel(factor: int) -> np.ndarray:
    places = np.arange(2 * factor)
    ramp = 1 - np.abs(places - (factor - 0.5)) / factor
    return np.outer(ramp, ramp)


def bilinear_kernel(function: Callable[[int], np.ndarray]) -> Result:
    """Check ``function(factor)``: the kernel that makes a transposed convolution bilinear."""

    def tent(factor: int, size: int) -> np.ndarray:
        middle = (size - 1) / 2
        ramp = 1 - np.abs(np.arange(size) - middle) / (middle + 1)
        return np.outer(ramp, ramp)

    def from_zero(factor: int) -> np.ndarray:
        ramp = np.bartlett(2 * factor)
        return np.outer(ramp, ramp)

    def off_middle(factor: int) -> np.ndarray:
        ramp = 1 - np.abs(np.arange(2 * factor) - factor) / factor
        return np.outer(ramp, ramp)

    def diamond(factor: int) -> np.ndarray:
        distance = np.abs(np.arange(2 * factor) - (factor - 0.5)) / factor
        return np.maximum(0, 1 - distance[:, None] - distance[None, :])

    return run(
        function,
        _bilinear_kernel,
        [Case(f"up-sampling {f} times", {"factor": f}) for f in (2, 4, 3)],
        mistakes=[
            Mistake(
                lambda factor: _bilinear_kernel(factor) / factor**2,
                "This kernel sums to 1. Each output adds up several stamps, so the *stamps* on one "
                "pixel must sum to 1, not one stamp.",
            ),
            Mistake(
                lambda factor: np.ones((2 * factor, 2 * factor)) / 4,
                "All weights are equal: that blurs, but it is not bilinear. Near must weigh more.",
            ),
            Mistake(
                from_zero,
                "The ends of your ramp are 0. The outermost pixels are half a pixel inside.",
            ),
            Mistake(
                lambda factor: tent(factor, 2 * factor),
                "The slope is off: weights fall by 1/factor from pixel to pixel.",
            ),
            Mistake(
                off_middle,
                "Your peak sits on a pixel. The middle lies between two of them, at factor − 0.5.",
            ),
            Mistake(
                lambda factor: np.add.outer(*2 * [np.sqrt(np.diag(_bilinear_kernel(factor)))]) / 2,
                "That is the mean of the two sides. They multiply: np.outer.",
            ),
            Mistake(diamond, "Rows and columns multiply: the kernel is the product of two ramps."),
            Mistake(
                lambda factor: tent(factor, 2 * factor - 1),
                "An odd size has its peak on a pixel. Here the middle lies between two: 2·factor wide.",
            ),
        ],
        praise="FCN's up-sampling layers start from these very numbers.",
    )


def _stamp(x: np.ndarray, kernel: np.ndarray, stride: int) -> np.ndarray:
    (height, width), k = x.shape, len(kernel)
    out = np.zeros((stride * (height - 1) + k, stride * (width - 1) + k))
    for i, j in np.ndindex(x.shape):
        out[stride * i : stride * i + k, stride * j : stride * j + k] += x[i, j] * kernel
    return out


def transposed_convolution(function: Callable[..., np.ndarray]) -> Result:
    """Check ``function(x, kernel, stride)``: each value stamps the kernel; stamps add up."""

    def overwritten(x: np.ndarray, kernel: np.ndarray, stride: int) -> np.ndarray:
        out, k = np.zeros_like(_stamp(x, kernel, stride)), len(kernel)
        for i, j in np.ndindex(x.shape):
            out[stride * i : stride * i + k, stride * j : stride * j + k] = x[i, j] * kernel
        return out

    def cropped(x: np.ndarray, kernel: np.ndarray, stride: int) -> np.ndarray:
        return _stamp(x, kernel, stride)[: stride * x.shape[0], : stride * x.shape[1]]

    square = np.array([[1.0, 2, 0], [0, 3, 0], [4, 0, 5]])
    return run(
        function,
        _stamp,
        [
            Case(
                "a single value",
                {"x": np.array([[2.0]]), "kernel": square, "stride": 2},
            ),
            Case(
                "stamps that touch",
                {"x": np.array([[1.0, 2], [3, 4]]), "kernel": square[:2, :2], "stride": 2},
            ),
            Case(
                "stamps that overlap",
                {"x": np.array([[1.0, 2], [3, 4]]), "kernel": square, "stride": 2},
            ),
            Case(
                "a wide map, stride 1",
                {"x": np.array([[1.0, -1, 2], [0, 1, 1]]), "kernel": square, "stride": 1},
            ),
        ],
        mistakes=[
            Mistake(overwritten, "A later stamp wiped out an earlier one: stamps add up, with +=."),
            Mistake(
                lambda x, kernel, stride: _stamp(np.ones_like(x), kernel, stride),
                "Every stamp is the same there: multiply the kernel by the value that stamps it.",
            ),
            Mistake(
                lambda x, kernel, stride: _stamp(x, kernel[::-1, ::-1], stride),
                "The kernel is mirrored. Each value stamps it as it is.",
            ),
            Mistake(
                lambda x, kernel, stride: _stamp(x, kernel.T, stride),
                "*Transposed* is the big matrix of section 4, not the kernel.",
            ),
            Mistake(
                lambda x, kernel, stride: _stamp(x, kernel, len(kernel)),
                "Stamps lie `stride` apart, even if they then overlap or leave gaps.",
            ),
            Mistake(
                cropped,
                "The last stamp is cut off: the output has stride · (n − 1) + k pixels a side.",
            ),
            Mistake(
                lambda x, kernel, stride: np.kron(x, kernel),
                "Stamps lie `stride` apart, even if they then overlap or leave gaps.",
            ),
        ],
        praise="Section 4 in eight lines, and PyTorch agrees with you.",
    )


def _log_softmax(logits: np.ndarray) -> np.ndarray:
    shifted = logits - logits.max(-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))


def _pixel_losses(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    return -np.take_along_axis(_log_softmax(logits), labels[..., None].astype(int), -1)[..., 0]


def _cross_entropy(logits: np.ndarray, labels: np.ndarray, ignore_index: int) -> float:
    valid = labels != ignore_index
    if not valid.any():
        return 0.0
    return float(_pixel_losses(logits[valid], labels[valid]).mean())


def cross_entropy(function: Callable[..., float]) -> Result:
    """Check ``function(logits, labels, ignore_index)``: mean −log p of the true class, in nats."""

    def divided_by_all(logits: np.ndarray, labels: np.ndarray, ignore_index: int) -> float:
        return _cross_entropy(logits, labels, ignore_index) * np.mean(labels != ignore_index)

    def as_class_zero(logits: np.ndarray, labels: np.ndarray, ignore_index: int) -> float:
        return float(_pixel_losses(logits, np.where(labels == ignore_index, 0, labels)).mean())

    def without_log(logits: np.ndarray, labels: np.ndarray, ignore_index: int) -> float:
        valid = labels != ignore_index
        if not valid.any():
            return 0.0
        return float(1 - np.exp(-_pixel_losses(logits[valid], labels[valid])).mean())

    def every_class(logits: np.ndarray, labels: np.ndarray, ignore_index: int) -> float:
        valid = labels != ignore_index
        return float(-_log_softmax(logits)[valid].mean()) if valid.any() else 0.0

    def best_class(logits: np.ndarray, labels: np.ndarray, ignore_index: int) -> float:
        valid = labels != ignore_index
        return float(-_log_softmax(logits).max(-1)[valid].mean()) if valid.any() else 0.0

    def kept_from_zero(logits: np.ndarray, labels: np.ndarray, ignore_index: int) -> float:
        valid = labels != ignore_index
        if not valid.any():
            return 0.0
        p = np.exp(-_pixel_losses(logits[valid], labels[valid]))
        return float(-np.log(p + 1e-8).mean())

    def clipped(logits: np.ndarray, labels: np.ndarray, ignore_index: int) -> float:
        return _cross_entropy(np.clip(logits, -700, 700), labels, ignore_index)

    def without_softmax(logits: np.ndarray, labels: np.ndarray, ignore_index: int) -> float:
        valid = labels != ignore_index
        if not valid.any():
            return 0.0
        picked = np.take_along_axis(logits[valid], labels[valid][..., None].astype(int), -1)
        return float(-picked.mean())

    def overflowing(logits: np.ndarray, labels: np.ndarray, ignore_index: int) -> float:
        valid = labels != ignore_index
        if not valid.any():
            return 0.0
        with np.errstate(all="ignore"):
            p = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
            picked = np.take_along_axis(p[valid], labels[valid][..., None].astype(int), -1)
            return float(-np.log(picked).mean())

    logits = np.array([[[2.0, 1, 0], [0, 0, 0]], [[-1, 3, 1], [0.5, 0, 2]]])
    labels = np.array([[0, 1], [1, 0]], dtype=np.uint8)
    return run(
        function,
        _cross_entropy,
        [
            Case(
                "one pixel, three classes",
                {
                    "logits": logits[:1, :1],
                    "labels": np.zeros((1, 1), np.uint8),
                    "ignore_index": 255,
                },
            ),
            Case("four pixels", {"logits": logits, "labels": labels, "ignore_index": 255}),
            Case(
                "one of them ignored",
                {
                    "logits": logits,
                    "labels": np.array([[0, 255], [1, 0]], np.uint8),
                    "ignore_index": 255,
                },
            ),
            Case(
                "another ignore label: 11, as CamVid's files have it",
                {
                    "logits": logits,
                    "labels": np.array([[11, 1], [1, 0]], np.uint8),
                    "ignore_index": 11,
                },
            ),
            Case(
                "a very sure network: scores of 1000",
                {"logits": 1000 * logits, "labels": labels, "ignore_index": 255},
            ),
            Case(
                "nothing but ignored pixels",
                {"logits": logits, "labels": np.full((2, 2), 255, np.uint8), "ignore_index": 255},
            ),
        ],
        mistakes=[
            Mistake(
                without_softmax,
                "These are scores, not probabilities: take the softmax first.",
            ),
            Mistake(
                lambda logits, labels, ignore_index: -_cross_entropy(logits, labels, ignore_index),
                "The sign is turned: a share below 1 has a negative logarithm, and the loss is minus "
                "that.",
            ),
            Mistake(
                every_class,
                "That is the mean over all classes. Only the true class of each pixel counts.",
            ),
            Mistake(
                best_class,
                "That is the loss of the class with the largest score. Take the *true* class.",
            ),
            Mistake(
                kept_from_zero,
                "The small number that keeps the logarithm from 0 also caps the loss. Subtract each "
                "pixel's largest score instead, and take the logarithm of the sum.",
            ),
            Mistake(
                clipped,
                "Clipping changes the scores. Subtract each pixel's largest score instead: softmax "
                "stays the same.",
            ),
            Mistake(without_log, "That is one minus the probability; the loss is its −log."),
            Mistake(
                lambda logits, labels, ignore_index: (
                    _cross_entropy(logits, labels, ignore_index) / np.log(10)
                ),
                "That is the logarithm to base 10; the loss uses the natural one, np.log.",
            ),
            Mistake(
                lambda logits, labels, ignore_index: (
                    _cross_entropy(logits, labels, ignore_index) / np.log(2)
                ),
                "That is the logarithm to base 2; the loss uses the natural one, np.log.",
            ),
            Mistake(
                lambda logits, labels, ignore_index: (
                    _cross_entropy(logits, labels, ignore_index) * np.sum(labels != ignore_index)
                ),
                "That is the sum. The loss is the mean, or it would grow with the picture.",
            ),
            Mistake(divided_by_all, "Divide by the pixels that count, not by all of them."),
            Mistake(as_class_zero, "The ignored pixels were counted as class 0."),
            Mistake(
                lambda logits, labels, ignore_index: _cross_entropy(logits, labels, 255),
                "The ignore label is an argument; it is not always 255.",
            ),
            Mistake(
                overflowing,
                "exp(1000) is infinite. Subtract each pixel's largest score first: softmax stays "
                "the same.",
            ),
            Mistake(
                lambda logits, labels, ignore_index: (
                    _cross_entropy(logits, labels, ignore_index)
                    if (labels != ignore_index).any()
                    else float("nan")
                ),
                "With no pixel to judge the mean is 0/0. Return 0: nothing to learn from.",
            ),
        ],
        praise="This number is what the training of section 6 makes small.",
    )
