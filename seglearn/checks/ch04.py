"""Answer checks of chapter 04: measuring noise, making it, and taking it away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from .core import Case, Mistake, Result, run

_GREY = np.array([[0.2, 0.4, 0.6, 0.8], [0.1, 0.5, 0.5, 0.9], [0.0, 0.3, 0.7, 1.0]])
_NOISY = np.array([[0.3, 0.4, 0.5, 0.8], [0.0, 0.5, 0.8, 0.9], [0.0, 0.1, 0.7, 0.9]])
_SPIKY = np.array(
    [
        [0.2, 0.3, 0.2, 0.3, 0.2],
        [0.3, 1.0, 0.3, 0.2, 0.3],
        [0.2, 0.3, 0.2, 0.7, 0.8],
        [0.0, 0.2, 0.8, 0.8, 0.7],
    ]
)


def _psnr(truth: np.ndarray, image: np.ndarray) -> float:
    return float(-10 * np.log10(np.mean((truth - image) ** 2)))


def psnr(function: Callable[..., float]) -> Result:
    """Check ``function(truth, image)``: the PSNR in decibels of floats in [0, 1]."""

    def of_error(truth: np.ndarray, image: np.ndarray) -> float:
        return _psnr(truth, image) / 2

    def with_peak(of: int) -> Callable[..., float]:
        return lambda truth, image: _psnr(truth, image) + 20 * np.log10((truth, image)[of].max())

    def by_colour(truth: np.ndarray, image: np.ndarray) -> float:
        colours = zip(np.atleast_3d(truth).T, np.atleast_3d(image).T, strict=True)
        return float(np.mean([_psnr(t, i) for t, i in colours]))

    own_peak = (
        "The peak is the largest value that a pixel can have, 1, not the largest in a picture."
    )

    return run(
        function,
        _psnr,
        [
            Case("a grey picture", {"truth": _GREY, "image": _NOISY}),
            Case(
                "a colour picture of one row",
                {
                    "truth": np.stack([_GREY[:1], _GREY[1:2], _GREY[2:] / 2], axis=2),
                    "image": np.full((1, 4, 3), 0.5),
                },
            ),
        ],
        mistakes=[
            Mistake(
                of_error,
                "That is half of it: the error is squared before the logarithm, so take the mean "
                "squared error, not its root.",
            ),
            Mistake(
                lambda truth, image: -_psnr(truth, image),
                "The sign is wrong: less error must give more decibels.",
            ),
            Mistake(
                lambda truth, image: _psnr(truth, image) * np.log(10),
                "That is the natural logarithm; decibels take the one to base ten.",
            ),
            Mistake(
                lambda truth, image: _psnr(truth, image) / 10,
                "The factor 10 is missing: a decibel is a tenth of a bel.",
            ),
            Mistake(
                lambda truth, image: _psnr(truth, image) + 20 * np.log10(255),
                "These pictures go from 0 to 1, so the peak is 1 and not 255.",
            ),
            Mistake(
                lambda truth, image: _psnr(truth, image) - 10 * np.log10(np.size(truth)),
                "That is the sum of the squared errors; PSNR takes their mean.",
            ),
            Mistake(
                lambda truth, image: _psnr(truth, image) * 2,
                "That is twice as much: the factor 20 belongs to the root of the mean squared error, "
                "the factor 10 to the mean squared error itself.",
            ),
            Mistake(
                lambda truth, image: -10 * np.log10(np.abs(truth - image).mean()),
                "That is the mean of the absolute errors; square them instead.",
            ),
            Mistake(
                lambda truth, image: -20 * np.log10(abs((truth - image).mean())),
                "Square first, then average: errors of opposite sign must not cancel.",
            ),
            Mistake(with_peak(0), own_peak),
            Mistake(with_peak(1), own_peak),
            Mistake(
                by_colour,
                "That is the mean of three decibels. Average the squared errors of all colours first, "
                "then take the logarithm once.",
            ),
        ],
        praise="Decibels, as every paper on denoising prints them.",
    )


def _salt_and_pepper(
    image: np.ndarray, amount: float, salt_share: float, chance: np.ndarray, coin: np.ndarray
) -> np.ndarray:
    return np.where(chance < amount, np.where(coin < salt_share, 1.0, 0.0), image)


def salt_and_pepper(function: Callable[..., np.ndarray]) -> Result:
    """Check ``function(image, amount, salt_share, chance, coin)`` with given random numbers."""
    rng = np.random.default_rng(4)
    chance, coin = rng.random((3, 4)).round(2), rng.random((3, 4)).round(2)
    return run(
        function,
        _salt_and_pepper,
        [
            Case(
                "three samples in four, salt and pepper alike",
                {"image": _GREY, "amount": 0.75, "salt_share": 0.5, "chance": chance, "coin": coin},
            ),
            Case(
                "more pepper than salt",
                {"image": _GREY, "amount": 0.7, "salt_share": 0.2, "chance": chance, "coin": coin},
            ),
            Case(
                "no noise at all",
                {"image": _GREY, "amount": 0.0, "salt_share": 0.5, "chance": chance, "coin": coin},
            ),
        ],
        mistakes=[
            Mistake(
                lambda image, amount, salt_share, chance, coin: _salt_and_pepper(
                    image, amount, 1 - salt_share, chance, 1 - coin
                ),
                "Salt and pepper are swapped: salt is white, which is 1.",
            ),
            Mistake(
                lambda image, amount, salt_share, chance, coin: _salt_and_pepper(
                    image, amount, salt_share, chance, chance
                ),
                "One throw decides both questions, so salt and pepper are not independent of where "
                "the noise falls. `coin` is there for the second.",
            ),
            Mistake(
                lambda image, amount, salt_share, chance, coin: _salt_and_pepper(
                    image, 1 - amount, salt_share, 1 - chance, coin
                ),
                "The samples that should stay were replaced, and the others kept.",
            ),
            Mistake(
                lambda image, amount, salt_share, chance, coin: _salt_and_pepper(
                    image, amount, 1.0, chance, coin
                ),
                "Every impulse is white; some are pepper.",
            ),
            Mistake(
                lambda image, amount, salt_share, chance, coin: _salt_and_pepper(
                    image, amount, 0.0, chance, coin
                ),
                "Every impulse is black; some are salt.",
            ),
            Mistake(
                lambda image, amount, salt_share, chance, coin: np.where(
                    coin < salt_share, 1.0, np.where(chance < amount, 0.0, image)
                ),
                "There is salt on pixels that were not hit. Ask `chance` first, and `coin` only where "
                "the pixel is hit.",
            ),
            Mistake(
                lambda image, amount, salt_share, chance, coin: _salt_and_pepper(
                    image, amount, amount * salt_share, chance, chance
                ),
                "The same kind of noise from one throw. Here the second question goes to `coin`.",
            ),
            Mistake(
                lambda image, amount, salt_share, chance, coin: _salt_and_pepper(
                    image, amount, salt_share, coin, chance
                ),
                "The two throws are exchanged: `chance` says whether, `coin` says which.",
            ),
            Mistake(
                lambda image, amount, salt_share, chance, coin: _salt_and_pepper(
                    0 * image, amount, salt_share, chance, coin
                ),
                "Pixels that are not hit keep their value.",
            ),
            Mistake(
                lambda image, amount, salt_share, chance, coin: (
                    image + np.where(chance < amount, np.where(coin < salt_share, 1, -1), 0)
                ),
                "A pixel that is hit becomes 1 or 0, whatever it was: replace it, do not add.",
            ),
            Mistake(
                lambda image, amount, salt_share, chance, coin: np.where(
                    chance < amount, np.where(coin < salt_share, 255, 0), image
                ),
                "This picture goes from 0 to 1, so white is 1 and not 255.",
            ),
        ],
        praise="Two throws a sample: is it hit, and by what?",
    )


def _median_filter(image: np.ndarray) -> np.ndarray:
    padded = np.pad(image, 1, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3))
    return np.median(windows, axis=(2, 3))


def median_filter(function: Callable[[np.ndarray], np.ndarray]) -> Result:
    """Check ``function(image)``: the 3×3 median of a grey picture, its border repeated outwards."""

    def black_outside(image: np.ndarray) -> np.ndarray:
        return _median_filter(np.pad(image, 1))[1:-1, 1:-1]

    def mean(image: np.ndarray) -> np.ndarray:
        padded = np.pad(image, 1, mode="edge")
        return np.lib.stride_tricks.sliding_window_view(padded, (3, 3)).mean(axis=(2, 3))

    def ranked(rank: int) -> Callable[[np.ndarray], np.ndarray]:
        def of_window(image: np.ndarray) -> np.ndarray:
            padded = np.pad(image, 1, mode="edge")
            windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3))
            return np.sort(windows.reshape(*image.shape, 9), axis=2)[..., rank]

        return of_window

    def without_itself(image: np.ndarray) -> np.ndarray:
        padded = np.pad(image, 1, mode="edge")
        windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3))
        return np.median(np.delete(windows.reshape(*image.shape, 9), 4, axis=2), axis=2)

    def padded_by(mode: Literal["wrap", "reflect"]) -> Callable[[np.ndarray], np.ndarray]:
        return lambda image: _median_filter(np.pad(image, 1, mode=mode))[1:-1, 1:-1]

    def border_kept(image: np.ndarray) -> np.ndarray:
        result = image.copy()
        result[1:-1, 1:-1] = _median_filter(image)[1:-1, 1:-1]
        return result

    middle_rank = (
        "The middle one of nine sorted values has four below it: number 4, counted from 0."
    )
    return run(
        function,
        _median_filter,
        [
            Case("an edge, a grain of salt, one of pepper", {"image": _SPIKY}),
            Case("one row", {"image": np.array([[0.1, 0.9, 0.2, 0.3]])}),
        ],
        mistakes=[
            Mistake(
                black_outside,
                "Outside the picture is not black: repeat the pixels of the border.",
            ),
            Mistake(mean, "That is the mean of the window."),
            Mistake(
                lambda image: _median_filter(image)[1:-1, 1:-1],
                "The picture shrank: the border needs an answer too.",
            ),
            Mistake(
                lambda image: np.median(
                    np.stack([np.roll(image, s, (0, 1)) for s in np.ndindex(3, 3)]), axis=0
                ),
                "The window hangs to one side of its pixel.",
            ),
            Mistake(
                padded_by("wrap"),
                "The picture goes round: its left neighbours come from the right border. Repeat the "
                "pixels of the border instead.",
            ),
            Mistake(
                padded_by("reflect"),
                "The picture is mirrored at the middle of its border pixels. Repeat these pixels "
                "instead.",
            ),
            Mistake(border_kept, "The border was left as it is; it needs an answer too."),
            Mistake(without_itself, "Eight neighbours; the pixel itself is the ninth."),
            Mistake(ranked(5), middle_rank),
            Mistake(ranked(3), middle_rank),
            Mistake(ranked(8), "That is the largest value of the window."),
        ],
        praise="The salt is gone, and the edge is where it was.",
    )


_MAD = 0.6745  # median of |z| for a standard normal z, to four digits


def _noise_sigma(image: np.ndarray) -> float:
    difference = image[:, 1:] - image[:, :-1]
    return float(np.median(np.abs(difference)) / _MAD / np.sqrt(2))


def noise_sigma(function: Callable[[np.ndarray], float]) -> Result:
    """Check ``function(image)``: σ of the noise from differences of horizontal neighbours."""
    rng = np.random.default_rng(4)
    flat = (0.5 + rng.normal(0, 0.1, (5, 6))).round(3)
    step = (flat + 0.4 * (np.arange(6) > 2)).round(3)

    def both_ways(image: np.ndarray) -> float:
        differences = [np.diff(image, axis=axis).ravel() for axis in (0, 1)]
        return float(np.median(np.abs(np.concatenate(differences))) / _MAD / np.sqrt(2))

    def centred(image: np.ndarray) -> float:
        difference = np.diff(image, axis=1)
        return float(np.median(np.abs(difference - np.median(difference))) / _MAD / np.sqrt(2))

    return run(
        function,
        _noise_sigma,
        [
            Case("a flat grey picture with noise", {"image": flat}),
            Case("the same with an edge in the middle", {"image": step}),
            Case("no noise at all", {"image": np.full((3, 4), 0.5)}),
        ],
        mistakes=[
            Mistake(
                lambda image: _noise_sigma(image) * np.sqrt(2),
                "That is the spread of a difference. Two noises are in it, so its variance is twice "
                "that of one.",
            ),
            Mistake(
                lambda image: _noise_sigma(image) * _MAD,
                "The median of |difference| is 0.6745 standard deviations, not one.",
            ),
            Mistake(
                lambda image: _noise_sigma(image) * _MAD * np.sqrt(2),
                "That is the median of |difference| as it is; two steps lead from it to σ.",
            ),
            Mistake(
                lambda image: np.std(image),
                "That is the spread of the picture itself. Take differences of neighbours.",
            ),
            Mistake(
                lambda image: np.std(np.diff(image, axis=1)) / np.sqrt(2),
                "A standard deviation of the differences counts the edges as noise; the median "
                "hardly sees them.",
            ),
            Mistake(
                lambda image: np.std(np.diff(image, axis=1)),
                "A standard deviation counts the edges as noise, and a difference holds two noises.",
            ),
            Mistake(
                lambda image: np.abs(np.diff(image, axis=1)).mean() / _MAD / np.sqrt(2),
                "That is the mean of |difference|. Edges would pull it up; take the median.",
            ),
            Mistake(
                lambda image: np.median(np.diff(image, axis=1)) / _MAD / np.sqrt(2),
                "Differences up and down cancel. Take their absolute values before the median.",
            ),
            Mistake(
                lambda image: _noise_sigma(image) / np.sqrt(2),
                "Variances add up, so a difference has twice the variance, and √2 times the standard "
                "deviation.",
            ),
            Mistake(
                lambda image: _noise_sigma(image) * 2,
                "√2 goes the other way: a difference is noisier than one pixel, so divide by it.",
            ),
            Mistake(
                lambda image: _noise_sigma(image) * _MAD**2,
                "0.6745 goes the other way: the median is smaller than the standard deviation, so "
                "divide by it.",
            ),
            Mistake(
                lambda image: _noise_sigma(image) ** 2,
                "That is the variance; σ is its root.",
            ),
            Mistake(
                lambda image: _noise_sigma(image.reshape(1, -1)),
                "The end of a row and the start of the next are no neighbours.",
            ),
            Mistake(
                both_ways,
                "This exercise asks for horizontal neighbours only.",
            ),
            Mistake(
                centred,
                "Take the median of |difference| itself, without subtracting a median first.",
            ),
            Mistake(
                lambda image: _noise_sigma(image.T),
                "Those are vertical neighbours; this exercise asks for horizontal ones.",
            ),
        ],
        tolerance=1e-5,  # whether 0.6745 or more digits of it
        praise="You can tell how noisy a picture is without ever having seen it clean.",
    )


def _window(image: np.ndarray, row: int, column: int, size: int) -> np.ndarray:
    r = size // 2
    return image[row - r : row + r + 1, column - r : column + r + 1]


_Test = Callable[[float, float, float], bool]


def _between(low: float, value: float, high: float) -> bool:
    return low < value < high


def _follow(
    image: np.ndarray,
    row: int,
    column: int,
    sizes: Sequence[int],
    stage_a: _Test = _between,
    stage_b: _Test = _between,
) -> float:
    """Follow the two stages through windows of these sizes; a mistake swaps a stage's question."""
    middle, value = 0.0, float(image[row, column])
    for size in sizes:
        window = _window(image, row, column, size)
        low, middle, high = float(window.min()), float(np.median(window)), float(window.max())
        if stage_a(low, middle, high):
            return value if stage_b(low, value, high) else middle
    return middle


def _sizes(max_size: int) -> range:
    return range(3, max_size + 1, 2)


def _adaptive_median_at(image: np.ndarray, row: int, column: int, max_size: int) -> float:
    return _follow(image, row, column, _sizes(max_size))


def _adaptive_cases() -> list[Case]:
    """Make pictures of 7×8 around row 3, column 4, each with one thing to get wrong."""
    ramp = np.add.outer(np.arange(7) ** 2 / 70, np.arange(8) / 25).round(2) + 0.1
    where = {"row": 3, "column": 4, "max_size": 7}

    def case(name: str, values: npt.ArrayLike, rows: slice, columns: slice, **changed: int) -> Case:
        image = ramp.copy()
        image[rows, columns] = values
        return Case(name, {"image": image, **where, **changed})

    one, three, five = ((slice(3 - r, 4 + r), slice(4 - r, 5 + r)) for r in (0, 1, 2))
    ring = np.array([[1, 1, 1], [1, 0, 0.5], [0.4, 1, 0.6]])
    holes = np.array([[0, 0, 0], [0, 1, 0.5], [0.4, 0, 0.6]])
    grains = np.where(ring == 1, 0.95, ring)
    dark = np.where(np.arange(9).reshape(3, 3) == 4, 0.3, 0.95)
    dense = ramp[five].copy()
    dense[:3], dense[3, 2], dense[2, 2] = 1, 1, 0
    binary = np.zeros((7, 8))
    binary[three] = np.array([[1, 1, 1], [1, 0, 1], [0, 0, 0]])
    return [
        case("a pixel that is no impulse", 0.9, slice(2, 3), slice(3, 6)),
        case("a grain of salt", 1, *one),
        case("a grain of pepper", 0, *one),
        case("grey, and the brightest of its window", 0.95, *one),
        case("salt all around: the window must grow", ring, *three),
        case("pepper all around: the window must grow", holes, *three),
        case("grains of 0.95 all around: the window must grow", grains, *three),
        case("the darkest of 3×3, but not of 5×5", dark, *three),
        case("salt so dense that only 7×7 will do", dense, *five),
        case("salt all around, and only 3×3 allowed", ring, *three, max_size=3),
        Case("only black and white: no window will do", {"image": binary, **where}),
    ]


def adaptive_median_at(function: Callable[..., float]) -> Result:
    """Check ``function(image, row, column, max_size)``: the adaptive median of one inner pixel."""

    def with_stages(stage_a: _Test = _between, stage_b: _Test = _between) -> Callable[..., float]:
        return lambda image, row, column, max_size: _follow(
            image, row, column, _sizes(max_size), stage_a, stage_b
        )

    def keeps_at_the_end(image: np.ndarray, row: int, column: int, max_size: int) -> float:
        for size in _sizes(max_size):
            window = _window(image, row, column, size)
            if _between(window.min(), float(np.median(window)), window.max()):
                return _follow(image, row, column, [size])
        return float(image[row, column])

    def first_at_the_end(image: np.ndarray, row: int, column: int, max_size: int) -> float:
        for size in _sizes(max_size):
            window = _window(image, row, column, size)
            if _between(window.min(), float(np.median(window)), window.max()):
                return _follow(image, row, column, [size])
        return _follow(image, row, column, [3])

    def largest(image: np.ndarray, row: int, column: int, max_size: int) -> float:
        return float(np.median(_window(image, row, column, max_size)))

    def stage_b_in_3(image: np.ndarray, row: int, column: int, max_size: int) -> float:
        near, value = _window(image, row, column, 3), float(image[row, column])
        if _between(near.min(), value, near.max()):
            return value
        return _follow(image, row, column, _sizes(max_size), stage_b=lambda *_: False)

    def without_last(image: np.ndarray, row: int, column: int, max_size: int) -> float:
        def cut(size: int) -> np.ndarray:
            return _window(image, row, column, size)[:-1, :-1]

        value = float(image[row, column])
        for size in _sizes(max_size):
            low, middle, high = cut(size).min(), float(np.median(cut(size))), cut(size).max()
            if low < middle < high:
                return value if low < value < high else middle
        return float(np.median(cut(max_size)))

    any_value = (
        "An impulse need not be 0 or 1. Compare with the smallest and the largest of the window."
    )
    both_sides = "Strictly between has two sides: above the smallest and below the largest."
    return run(
        function,
        _adaptive_median_at,
        _adaptive_cases(),
        # On one input several mistakes may agree: those that are right on more of them come first.
        mistakes=[
            Mistake(
                stage_b_in_3,
                "Stage B asks in the window that stage A ended with, not in 3×3.",
            ),
            Mistake(
                with_stages(stage_b=lambda *_: False),
                "Stage B is missing: a pixel that is no impulse stays as it is.",
            ),
            Mistake(with_stages(stage_b=lambda low, v, high: 0 < v < 1), any_value),
            Mistake(with_stages(lambda low, v, high: 0 < v < 1), any_value),
            Mistake(with_stages(stage_b=lambda low, v, high: v < high), both_sides),
            Mistake(with_stages(lambda low, v, high: v < high), both_sides),
            Mistake(
                keeps_at_the_end,
                "When no window will do, the answer is the median of the largest, not the pixel.",
            ),
            Mistake(
                first_at_the_end,
                "When no window will do, the answer is the median of the largest, not of the first.",
            ),
            Mistake(
                lambda image, row, column, max_size: _follow(
                    image, row, column, range(3, max_size, 2)
                ),
                "The largest window, `max_size` itself, was never tried.",
            ),
            Mistake(
                lambda image, row, column, max_size: image[row, column],
                "The pixel stayed as it is. It is an impulse if it equals the smallest or the largest "
                "value of the window: strictly between means < and not <=.",
            ),
            Mistake(
                lambda image, row, column, max_size: _follow(image, row, column, [3]),
                "The window never grew: where its median is its smallest or largest value, try 5×5, "
                "and so on.",
            ),
            Mistake(
                largest, "Start with the 3×3 window; a larger one is only for where that fails."
            ),
            Mistake(
                lambda image, row, column, max_size: _follow(
                    image, row, column, range(5, max_size + 1, 2)
                ),
                "Start with the 3×3 window; a larger one is only for where that fails.",
            ),
            Mistake(
                lambda image, row, column, max_size: _adaptive_median_at(
                    image.T, row, column, max_size
                ),
                "Row and column are swapped: an array is `[row, column]`.",
            ),
            Mistake(
                without_last,
                "The window lacks its last row and column: a slice ends before its second number.",
            ),
        ],
        praise="It looks before it touches. That is why it keeps thin things.",
    )
