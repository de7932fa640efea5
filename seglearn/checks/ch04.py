"""Answer checks of chapter 04: measuring noise, making it, and taking it away."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

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

    return run(
        function,
        _psnr,
        [
            Case("a grey picture", {"truth": _GREY, "image": _NOISY}),
            Case(
                "a colour picture of one row",
                {"truth": np.stack([_GREY[:1]] * 3, axis=2), "image": np.full((1, 4, 3), 0.5)},
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
                "half of the samples, salt and pepper alike",
                {"image": _GREY, "amount": 0.5, "salt_share": 0.5, "chance": chance, "coin": coin},
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
        ],
        praise="The salt is gone, and the edge is where it was.",
    )


_MAD = 0.6745  # median of |z| for a standard normal z, to four digits


def _noise_sigma(image: np.ndarray) -> float:
    difference = image[:, 1:] - image[:, :-1]
    return float(np.median(np.abs(difference)) / _MAD / np.sqrt(2))


def noise_sigma(function: Callable[[np.ndarray], float]) -> Result:
    """Check ``function(image)``: σ of the noise from differences of horizontal neighbours."""
    rng = np.random.default_rng(1)
    flat = (0.5 + rng.normal(0, 0.1, (5, 6))).round(2)
    step = (flat + 0.4 * (np.arange(6) > 2)).round(2)
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


def _adaptive_median_at(image: np.ndarray, row: int, column: int, max_size: int) -> float:
    middle, value = 0.0, float(image[row, column])
    for size in range(3, max_size + 1, 2):
        window = _window(image, row, column, size)
        low, middle, high = float(window.min()), float(np.median(window)), float(window.max())
        if low < middle < high:
            return value if low < value < high else middle
    return middle


def adaptive_median_at(function: Callable[..., float]) -> Result:
    """Check ``function(image, row, column, max_size)``: the adaptive median of one inner pixel."""
    ramp = np.add.outer(np.arange(7) ** 2 / 60, np.arange(7) / 30).round(2) + 0.1
    salt, storm, blank = ramp.copy(), ramp.copy(), np.ones((7, 7))
    salt[3, 3] = 1
    storm[2:5, 2:5] = np.array([[1, 1, 1], [1, 1, 0.5], [0.4, 1, 0.6]])
    blank[0, 0] = 0.5

    def no_stage_b(image: np.ndarray, row: int, column: int, max_size: int) -> float:
        for size in range(3, max_size + 1, 2):
            window = _window(image, row, column, size)
            if window.min() < np.median(window) < window.max():
                break
        return float(np.median(window))

    def keeps_at_the_end(image: np.ndarray, row: int, column: int, max_size: int) -> float:
        for size in range(3, max_size + 1, 2):
            window = _window(image, row, column, size)
            if window.min() < np.median(window) < window.max():
                return _adaptive_median_at(image, row, column, size)
        return float(image[row, column])

    def largest(image: np.ndarray, row: int, column: int, max_size: int) -> float:
        return float(np.median(_window(image, row, column, max_size)))

    uneven = ramp.copy()
    uneven[2, 2] = uneven[2, 3] = 0.9
    last = storm.copy()
    last[3, 3] = 0.0
    where = {"row": 3, "column": 3, "max_size": 7}
    return run(
        function,
        _adaptive_median_at,
        [
            Case("a pixel that is no impulse", {"image": uneven, **where}),
            Case("a grain of salt", {"image": salt, **where}),
            Case("salt all around: the window must grow", {"image": storm, **where}),
            Case("the same, and only 3×3 allowed", {"image": last, **where, "max_size": 3}),
            Case("nearly everything is white", {"image": blank, **where}),
        ],
        mistakes=[
            Mistake(
                no_stage_b,
                "Stage B is missing: a pixel that is no impulse stays as it is.",
            ),
            Mistake(
                lambda image, row, column, max_size: _adaptive_median_at(image, row, column, 3),
                "The window never grew: where 3×3 will not do, try 5×5, and so on.",
            ),
            Mistake(
                largest,
                "Start with the 3×3 window; a larger one is only for where that one fails.",
            ),
            Mistake(
                keeps_at_the_end,
                "When no window will do, the answer is the median of the largest, not the pixel.",
            ),
        ],
        praise="It looks before it touches. That is why it keeps thin things.",
    )
