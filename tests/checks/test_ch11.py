"""Chapter 11's checks against right and wrong answers."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from seglearn.checks import ch11
from seglearn.nets.blocks import bilinear_kernel

from . import answers_ch11 as answers
from .harness import ExerciseTests, Sheet


class TestChapter11(ExerciseTests):
    sheets = (
        Sheet(
            ch11.output_size,
            right=[
                answers.size_formula,
                answers.size_floor,
                answers.size_range,
                answers.size_walk,
                answers.size_torch,
            ],
            wrong=[
                (lambda n, k, s, p, d: 0, "too small"),
                (lambda n, k, s, p, d: answers.size_walk(n, k, s, p, d) - 1, "first place counts"),
                (lambda n, k, s, p, d: answers.size_walk(n, k, s, p / 2, d), "both sides"),
                (lambda n, k, s, p, d: answers.size_walk(n, k, s, p, 1), "not over k"),
                (lambda n, k, s, p, d: (n + 2 * p - (k + 2 * (d - 1))) // s + 1, "k − 1 gaps"),
                (lambda n, k, s, p, d: answers.size_walk(n, k, s, -p, d), "add it"),
                (lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 1) / s + 1, "round down"),
                (lambda n, k, s, p, d: -(-(n + 2 * p - d * (k - 1) - 1) // s) + 1, "rounds up"),
                (lambda n, k, s, p, d: (n + 2 * p - d * k + s) // s, "not over d·k"),
                (lambda n, k, s, p, d: len(range(0, n + 2 * p, s)), "too large"),
            ],
            equivalent={
                "size_floor: (cells + 2 * padding - dilation * (kernel - 1) - 1) / stride"
                " -> (cells + 2 * padding - dilation * (kernel - 1) - 1) // stride": (
                    "rounded down once or twice"
                ),
                "size_torch: 1 -> 0": "the batch is empty, and the row as long",
                "size_torch: 1 -> 2": "two rows in the batch, as long as one",
                "size_torch: 1 -> 2 (3)": "two kernels, with as many places as one",
            },
        ),
        Sheet(
            ch11.receptive_field,
            right=[
                answers.field_loop,
                answers.field_backwards,
                answers.field_pixels,
                answers.field_products,
                answers.field_cumprod,
                answers.field_recursive,
            ],
            wrong=[
                (lambda layers: 0, "too small"),
                (lambda layers: answers.field_pixels(layers) - 1, "1 pixel"),
                (lambda layers: sum(k for k, _ in layers), "overlap"),
                (lambda layers: answers.field_pixels([(k, 1) for k, _ in layers]), "before it"),
                (
                    lambda layers: answers.field_pixels([(k, 1 + (s > 1)) for k, s in layers]),
                    "need not be 2",
                ),
                (
                    lambda layers: answers.field_pixels([(k, min(s, 3)) for k, s in layers]),
                    "too small",
                ),
                (
                    lambda layers: answers.field_pixels([(k, s) for k, s in layers if s < k]),
                    "too small",
                ),
                (
                    lambda layers: (
                        (np.array(layers)[:, 0] - 1) @ np.cumprod(np.array(layers)[:, 1]) + 1
                    ),
                    "afterwards",
                ),
                (lambda layers: answers.field_backwards(layers[::-1]), "next to the picture"),
            ],
            equivalent={
                "field_cumprod: np.cumprod(strides) // strides -> np.cumprod(strides) / strides": (
                    "each stride is a factor of the product"
                ),
            },
        ),
        Sheet(
            ch11.as_kernels,
            right=[
                answers.kernels_reshape,
                answers.kernels_function,
                answers.kernels_loops,
                answers.kernels_split,
                answers.kernels_torch,
            ],
            wrong=[
                (lambda w, c, h, x: np.zeros((len(w), c, h, x)), "too small"),
                (lambda w, c, h, x: w, "asks for an array of shape (2, 1, 2, 3)"),
                (
                    lambda w, c, h, x: w.reshape(len(w), h, x, c).transpose(0, 3, 1, 2),
                    "channels come before",
                ),
                (
                    lambda w, c, h, x: w.reshape(len(w), c, x, h).transpose(0, 1, 3, 2),
                    "swapped",
                ),
                (
                    lambda w, c, h, x: np.flip(w, axis=1).reshape(len(w), c, h, x),
                    "too large",
                ),
                (lambda w, c, h, x: w.T.reshape(len(w), c, h, x), "do not transpose"),
            ],
        ),
        Sheet(
            ch11.bilinear_kernel,
            right=[
                answers.tent_formula,
                answers.tent_caffe,
                answers.tent_odd_or_even,
                answers.tent_boxes,
                answers.tent_loops,
            ],
            wrong=[
                (lambda f: answers.tent_formula(f) * 0, "too small"),
                (
                    lambda f: answers.tent_formula(f) / answers.tent_formula(f).sum(),
                    "not one stamp",
                ),
                (lambda f: answers.tent_formula(f)[0], "asks for an array of shape (4, 4)"),
                (lambda f: np.full((2 * f - f % 2, 2 * f - f % 2), 0.25), "Near must weigh more"),
                (lambda f: np.kron(np.eye(2), np.ones((f, f))), "too large"),
                (
                    lambda f: np.outer(
                        *[[min(i + 0.5, 2 * f - i - 0.5) / f for i in range(2 * f)]] * 2
                    ),
                    "half a pixel off",
                ),
                (lambda f: np.outer(*[np.bartlett(2 * f + 1)[1:-1]] * 2), "2 · factor wide"),
                (lambda f: np.outer(*[np.bartlett(2 * f - f % 2)] * 2), "ends of your ramp"),
                (lambda f: np.outer(*[np.bartlett(2 * f + 2)[1:-1]] * 2), "slope"),
                (
                    lambda f: np.outer(*[1 - abs(np.arange(-f, f)) / f] * 2),
                    "peak sits on a pixel",
                ),
            ],
        ),
        Sheet(
            ch11.transposed_convolution,
            right=[
                answers.stamp_slices,
                answers.stamp_numbers,
                answers.stamp_zeros,
                answers.stamp_weights,
                answers.stamp_torch,
                answers.stamp_matrices,
            ],
            wrong=[
                (lambda x, k, s: np.zeros_like(answers.stamp_zeros(x, k, s)), "too small"),
                (lambda x, k, s: answers.stamp_zeros(x, k[::-1, ::-1], s), "mirrored"),
                (lambda x, k, s: answers.stamp_zeros(x, k, s).astype(int), "of floats"),
                (lambda x, k, s: answers.stamp_torch(x, k.T, s), "not the kernel"),
                (lambda x, k, s: answers.stamp_numbers(x * 0 + 1, k, s), "by the value"),
                (lambda x, k, s: np.kron(x, k), "`stride` apart"),
                (lambda x, k, s: answers.stamp_numbers(x, k, min(s, 2)), "shape (8, 5)"),
                (lambda x, k, s: answers.stamp_numbers(x, k, min(s, len(k))), "leave gaps"),
                (lambda x, k, s: answers.stamp_zeros(x, k, s)[: s * len(x)], "shape (3, 3)"),
                (
                    lambda x, k, s: np.pad(answers.stamp_zeros(x, k, s), ((0, 1), (0, 1))),
                    "asks for an array of shape (3, 3)",
                ),
            ],
            equivalent={
                "stamp_zeros: signal.convolve2d(spread, kernel)"
                " -> signal.convolve2d(kernel, spread)": "convolution commutes",
            },
        ),
        Sheet(
            ch11.cross_entropy,
            right=[
                answers.loss_selected,
                answers.loss_loops,
                answers.loss_logsumexp,
                answers.loss_one_hot,
                answers.loss_torch,
                answers.loss_differences,
            ],
            wrong=[
                (lambda z, t, i: 0.0, "too small"),
                (lambda z, t, i: answers.loss_loops(z, t, i) / np.log(2), "base 2"),
                (lambda z, t, i: -answers.loss_loops(z, t, i), "sign"),
                (lambda z, t, i: answers.loss_torch(z, z.argmax(2), i), "largest score"),
                (lambda z, t, i: answers.loss_loops(z.clip(-700, 700), t, i), "Clipping"),
                (
                    lambda z, t, i: answers.loss_loops(z, np.where(t == i, 0, t), -1),
                    "class 0",
                ),
                (
                    lambda z, t, i: answers.loss_loops(z, t, i) * np.mean(t != i),
                    "not by all of them",
                ),
                (lambda z, t, i: answers.loss_loops(z, t, i) * np.sum(t != i), "That is the sum"),
                (lambda z, t, i: answers.loss_one_hot(z, t, 255), "is an argument"),
                (
                    lambda z, t, i: answers.loss_loops(z, t, i) if (t != i).any() else np.nan,
                    "Return 0",
                ),
                (
                    lambda z, t, i: answers.loss_loops(z, t, i) if z.max() < 700 else np.nan,
                    "Subtract",
                ),
                (
                    lambda z, t, i: F.cross_entropy(
                        torch.tensor(z).movedim(2, 0)[None], torch.tensor(t)[None].long()
                    ),
                    "IndexError",
                ),
            ],
        ),
    )


@pytest.mark.parametrize("factor", range(1, 9))
def test_the_bilinear_kernel_interpolates_without_a_shift(factor):
    kernel = torch.tensor(ch11.bilinear_kernel.reference(factor))
    assert torch.allclose(bilinear_kernel(len(kernel)).double(), kernel)
    x = torch.rand(1, 1, 6, 7, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    larger = F.conv_transpose2d(
        x, kernel[None, None], stride=factor, padding=(len(kernel) - factor) // 2
    )
    wanted = F.interpolate(x, scale_factor=factor, mode="bilinear")
    inner = np.s_[..., factor:-factor, factor:-factor]  # outside are no cells that stamp
    assert larger.shape == wanted.shape
    assert torch.allclose(larger[inner], wanted[inner])
