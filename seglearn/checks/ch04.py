"""Answer checks of chapter 04: measuring noise, making it, and taking it away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from .exercise import Case, Exercise, Mistake

_GREY = np.array([[0.2, 0.4, 0.6, 0.8], [0.1, 0.5, 0.5, 0.9], [0.0, 0.3, 0.7, 1.0]])
_NOISY = np.array([[0.3, 0.4, 0.5, 0.8], [0.0, 0.5, 0.8, 0.9], [0.0, 0.1, 0.7, 0.9]])


def _psnr(truth: np.ndarray, image: np.ndarray) -> float:
    return float(-10 * np.log10(np.mean((truth - image) ** 2)))


def _with_peak_of(which: int) -> Callable[[np.ndarray, np.ndarray], float]:
    return lambda truth, image: _psnr(truth, image) + 20 * np.log10((truth, image)[which].max())


def _by_colour(truth: np.ndarray, image: np.ndarray) -> float:
    colours = zip(np.atleast_3d(truth).T, np.atleast_3d(image).T, strict=True)
    return float(np.mean([_psnr(t, i) for t, i in colours]))


_OWN_PEAK = "The peak is the largest value that a pixel can have, 1, not the largest in a picture."

psnr = Exercise(
    "ch04.psnr",
    "function(truth, image): the PSNR in decibels of floats in [0, 1]",
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
        Case(
            "two rows, one of them without an error",
            {
                "truth": np.array([[0.1, 0.7, 0.4], [0.9, 0.2, 0.6]]),
                "image": np.array([[0.1, 0.7, 0.4], [0.4, 0.3, 0.6]]),
            },
        ),
    ],
    [
        Mistake(
            "of-the-error",
            lambda truth, image: _psnr(truth, image) / 2,
            "That is half of it: the error is squared before the logarithm, so take the mean "
            "squared error, not its root.",
        ),
        Mistake(
            "sign",
            lambda truth, image: -_psnr(truth, image),
            "The sign is wrong: less error must give more decibels.",
        ),
        Mistake(
            "natural-logarithm",
            lambda truth, image: _psnr(truth, image) * np.log(10),
            "That is the natural logarithm; decibels take the one to base ten.",
        ),
        Mistake(
            "base-2",
            lambda truth, image: _psnr(truth, image) * np.log2(10),
            "That is the logarithm to base two; decibels take the one to base ten.",
        ),
        Mistake(
            "bels",
            lambda truth, image: _psnr(truth, image) / 10,
            "The factor 10 is missing: a decibel is a tenth of a bel.",
        ),
        Mistake(
            "peak-255",
            lambda truth, image: _psnr(truth, image) + 20 * np.log10(255),
            "These pictures go from 0 to 1, so the peak is 1 and not 255.",
        ),
        Mistake(
            "sum",
            lambda truth, image: _psnr(truth, image) - 10 * np.log10(truth.size),
            "That is the sum of the squared errors; PSNR takes their mean.",
        ),
        Mistake(
            "twice",
            lambda truth, image: _psnr(truth, image) * 2,
            "That is twice as much: the factor 20 belongs to the root of the mean squared error, "
            "the factor 10 to the mean squared error itself.",
        ),
        Mistake(
            "absolute-errors",
            lambda truth, image: -10 * np.log10(np.abs(truth - image).mean()),
            "That is the mean of the absolute errors; square them instead.",
        ),
        Mistake(
            "absolute-errors-twenty",
            lambda truth, image: -20 * np.log10(np.abs(truth - image).mean()),
            "That is the square of the mean error; square each error first, then take the mean.",
        ),
        Mistake(
            "mean-first",
            lambda truth, image: -20 * np.log10(abs((truth - image).mean())),
            "Square first, then average: errors of opposite sign must not cancel.",
        ),
        Mistake("peak-of-truth", _with_peak_of(0), _OWN_PEAK),
        Mistake("peak-of-image", _with_peak_of(1), _OWN_PEAK),
        Mistake(
            "by-colour",
            _by_colour,
            "That is the mean of three decibels. Average the squared errors of all colours first, "
            "then take the logarithm once.",
        ),
        Mistake(
            "wrong-pixels",
            lambda truth, image: -10 * np.log10(((truth - image) ** 2)[truth != image].mean()),
            "Pixels without an error count in the mean as well.",
        ),
        Mistake(
            "mse",
            lambda truth, image: ((truth - image) ** 2).mean(),
            "That is the mean squared error; the logarithm makes decibels of it.",
        ),
    ],
    praise="Decibels, as every paper on denoising prints them.",
)


_CHANCE = np.array([[0.31, 0.75, 0.08, 0.92], [0.5, 0.66, 0.12, 0.74], [0.83, 0.27, 0.0, 0.44]])
_COIN = np.array([[0.62, 0.2, 0.5, 0.11], [0.07, 0.49, 0.9, 0.35], [0.4, 0.81, 0.15, 0.5]])
_THROWN = {"chance": _CHANCE, "coin": _COIN}


def _salt_and_pepper(
    image: np.ndarray, amount: float, salt_share: float, chance: np.ndarray, coin: np.ndarray
) -> np.ndarray:
    return np.where(chance < amount, np.where(coin < salt_share, 1.0, 0.0), image)


# In the mistakes `a` is the amount and `s` the share of salt; `ch` and `co` are the two throws.
salt_and_pepper = Exercise(
    "ch04.salt_and_pepper",
    "function(image, amount, salt_share, chance, coin): the image with impulses, as the given "
    "random numbers say",
    _salt_and_pepper,
    [
        Case(
            "three pixels in four, salt and pepper alike",
            {"image": _GREY, "amount": 0.75, "salt_share": 0.5, **_THROWN},
        ),
        Case(
            "more pepper than salt",
            {"image": _GREY, "amount": 0.8, "salt_share": 0.2, **_THROWN},
        ),
        Case("no noise at all", {"image": _GREY, "amount": 0.0, "salt_share": 0.5, **_THROWN}),
        Case(
            "nothing but pepper",
            {
                "image": np.array([[0.2, 0.4, 0.6, 0.8, 0.5]]),
                "amount": 0.6,
                "salt_share": 0.0,
                "chance": np.array([[0.3, 0.7, 0.1, 0.2, 0.6]]),
                "coin": np.array([[0.9, 0.0, 0.0, 0.4, 0.0]]),
            },
        ),
    ],
    [
        Mistake(
            "salt-is-black",
            lambda im, a, s, ch, co: np.where(ch < a, np.where(co < s, 0.0, 1.0), im),
            "Salt and pepper are swapped: salt is white, which is 1.",
        ),
        Mistake(
            "one-throw",
            lambda im, a, s, ch, co: _salt_and_pepper(im, a, s, ch, ch),
            "One throw decides both questions, so salt and pepper are not independent of where "
            "the noise falls. `coin` is there for the second.",
        ),
        Mistake(
            "others-hit",
            lambda im, a, s, ch, co: np.where(ch < a, im, np.where(co < s, 1.0, 0.0)),
            "The pixels that should stay were replaced, and the others kept.",
        ),
        Mistake(
            "salt-only",
            lambda im, a, s, ch, co: np.where(ch < a, 1.0, im),
            "Every impulse is white; some are pepper.",
        ),
        Mistake(
            "pepper-only",
            lambda im, a, s, ch, co: np.where(ch < a, 0.0, im),
            "Every impulse is black; some are salt.",
        ),
        Mistake(
            "salt-everywhere",
            lambda im, a, s, ch, co: np.where(co < s, 1.0, np.where(ch < a, 0.0, im)),
            "There is salt on pixels that were not hit. Ask `chance` first, and `coin` only where "
            "the pixel is hit.",
        ),
        Mistake(
            "share-of-amount",
            lambda im, a, s, ch, co: _salt_and_pepper(im, a, a * s, ch, ch),
            "The same kind of noise from one throw. Here the second question goes to `coin`.",
        ),
        Mistake(
            "throws-exchanged",
            lambda im, a, s, ch, co: _salt_and_pepper(im, a, s, co, ch),
            "The two throws are exchanged: `chance` says whether, `coin` says which.",
        ),
        Mistake(
            "shares-exchanged",
            lambda im, a, s, ch, co: _salt_and_pepper(im, s, a, ch, co),
            "`amount` and `salt_share` are exchanged: the first belongs to `chance`.",
        ),
        Mistake(
            "black-elsewhere",
            lambda im, a, s, ch, co: _salt_and_pepper(0 * im, a, s, ch, co),
            "Pixels that are not hit keep their value.",
        ),
        Mistake(
            "added",
            lambda im, a, s, ch, co: im + np.where(ch < a, np.where(co < s, 1, -1), 0),
            "A pixel that is hit becomes 1 or 0, whatever it was: replace it, do not add.",
        ),
        Mistake(
            "white-255",
            lambda im, a, s, ch, co: np.where(ch < a, np.where(co < s, 255, 0), im),
            "This picture goes from 0 to 1, so white is 1 and not 255.",
        ),
        Mistake(
            "amount-itself",
            lambda im, a, s, ch, co: np.where(ch <= a, np.where(co < s, 1.0, 0.0), im),
            "Below `amount` means `<`. With `<=`, an amount of 0 still hits where `chance` is 0.",
        ),
        Mistake(
            "share-itself",
            lambda im, a, s, ch, co: np.where(ch < a, np.where(co <= s, 1.0, 0.0), im),
            "Below `salt_share` means `<`. With `<=`, a share of 0 still makes salt where `coin` "
            "is 0.",
        ),
        Mistake(
            "both-themselves",
            lambda im, a, s, ch, co: np.where(ch <= a, np.where(co <= s, 1.0, 0.0), im),
            "Below means `<`, for both throws.",
        ),
        Mistake(
            "always-half",
            lambda im, a, s, ch, co: _salt_and_pepper(im, a, 0.5, ch, co),
            "The share of salt is an argument; it is not always a half.",
        ),
    ],
    praise="Two throws a sample: is it hit, and by what?",
)


_SPIKY = np.array(
    [
        [0.2, 0.3, 0.2, 0.3, 0.2],
        [0.3, 1.0, 0.3, 0.2, 0.3],
        [0.2, 0.3, 0.2, 0.7, 0.8],
        [0.0, 0.2, 0.8, 0.8, 0.7],
    ]
)


def _windows(image: np.ndarray) -> np.ndarray:
    """Return the nine values of each pixel's window, along the last axis."""
    padded = np.pad(image, 1, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3))
    return windows.reshape(*image.shape, 9)


def _median_filter(image: np.ndarray) -> np.ndarray:
    return np.median(_windows(image), axis=2)


def _ranked(rank: int) -> Callable[[np.ndarray], np.ndarray]:
    return lambda image: np.sort(_windows(image), axis=2)[..., rank]


def _median_outside(
    mode: Literal["constant", "wrap", "reflect"],
) -> Callable[[np.ndarray], np.ndarray]:
    return lambda image: _median_filter(np.pad(image, 1, mode=mode))[1:-1, 1:-1]


def _border_kept(image: np.ndarray) -> np.ndarray:
    result = image.copy()
    result[1:-1, 1:-1] = _median_filter(image)[1:-1, 1:-1]
    return result


def _only_inside(image: np.ndarray) -> np.ndarray:
    """Let the window stop at the picture's edge: six values there, and four in a corner."""
    padded = np.pad(image, 1, constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3))
    return np.nanmedian(windows, axis=(2, 3))


def _in_place(image: np.ndarray) -> np.ndarray:
    """Read pixels that were already filtered."""
    padded = np.pad(image, 1, mode="edge")
    for r, c in np.ndindex(image.shape):
        padded[r + 1, c + 1] = np.median(padded[r : r + 3, c : c + 3])
    return padded[1:-1, 1:-1]


_MIDDLE_RANK = "The middle one of nine sorted values has four below it: number 4, counted from 0."

median_filter = Exercise(
    "ch04.median_filter",
    "function(image): the 3×3 median of a grey picture, its border repeated outwards",
    _median_filter,
    [
        Case("an edge, a grain of salt, one of pepper", {"image": _SPIKY}),
        Case("one row", {"image": np.array([[0.1, 0.9, 0.2, 0.3]])}),
        Case(
            "a tall picture",
            {
                "image": np.array(
                    [[0.6, 0.1, 0.9], [0.2, 0.8, 0.4], [0.7, 0.3, 0.5], [0.0, 1.0, 0.45]]
                )
            },
        ),
    ],
    [
        Mistake(
            "black-outside",
            _median_outside("constant"),
            "Outside the picture is not black: repeat the pixels of the border.",
        ),
        Mistake("mean", lambda im: _windows(im).mean(axis=2), "That is the mean of the window."),
        Mistake(
            "smaller",
            lambda im: _median_filter(im)[1:-1, 1:-1],
            "The picture shrank: the border needs an answer too.",
        ),
        Mistake(
            "one-sided",
            lambda im: np.median([np.roll(im, s, (0, 1)) for s in np.ndindex(3, 3)], axis=0),
            "The window hangs to one side of its pixel.",
        ),
        Mistake(
            "wrapped",
            _median_outside("wrap"),
            "The picture goes round: its left neighbours come from the right border. Repeat the "
            "pixels of the border instead.",
        ),
        Mistake(
            "mirrored",
            _median_outside("reflect"),
            "The picture is mirrored at the middle of its border pixels. Repeat these pixels "
            "instead.",
        ),
        Mistake(
            "only-inside",
            _only_inside,
            "At the border your window is smaller. Repeat the pixels of the border, so that it has "
            "nine values there too.",
        ),
        Mistake(
            "border-kept", _border_kept, "The border was left as it is; it needs an answer too."
        ),
        Mistake(
            "without-itself",
            lambda im: np.median(np.delete(_windows(im), 4, axis=2), axis=2),
            "Eight neighbours; the pixel itself is the ninth.",
        ),
        Mistake(
            "cross",
            lambda im: np.median(_windows(im)[..., 1::2], axis=2),
            "Those are the four neighbours alone; the window has nine pixels.",
        ),
        Mistake(
            "plus",
            lambda im: np.median(_windows(im)[..., [1, 3, 4, 5, 7]], axis=2),
            "The corners of the window are missing.",
        ),
        Mistake(
            "filtered-ones-read",
            _in_place,
            "Your window holds pixels that were already filtered. Read from the original, and write "
            "into another array.",
        ),
        Mistake(
            "median-of-medians",
            lambda im: np.median(np.median(_windows(im).reshape(*im.shape, 3, 3), axis=3), axis=2),
            "The median of three medians is another number: sort all nine together.",
        ),
        Mistake("rank-5", _ranked(5), _MIDDLE_RANK),
        Mistake("rank-3", _ranked(3), _MIDDLE_RANK),
        Mistake("not-sorted", lambda im: im.copy(), "The picture stayed as it was: sort the nine."),
        Mistake("largest", _ranked(8), "That is the largest value of the window."),
        Mistake("smallest", _ranked(0), "That is the smallest value of the window."),
    ],
    praise="The salt is gone, and the edge is where it was.",
)


_MAD = 0.6745  # median of |z| for a standard normal z, to four digits

# The median difference of each picture is 0: who subtracts it first is right as well.
_FLAT = np.array(
    [
        [0.62, 0.53, 0.65, 0.36, 0.62],
        [0.48, 0.59, 0.69, 0.59, 0.54],
        [0.65, 0.45, 0.6, 0.54, 0.54],
        [0.44, 0.53, 0.53, 0.5, 0.53],
    ]
)
_STEP = np.array(
    [
        [0.52, 0.56, 0.61, 0.3, 0.88, 0.91],
        [0.63, 0.54, 0.33, 0.33, 0.93, 0.92],
        [0.36, 0.36, 0.51, 0.37, 0.94, 0.88],
    ]
)


def _sigma_of(difference: np.ndarray) -> float:
    return float(np.median(np.abs(difference)) / _MAD / np.sqrt(2))


def _noise_sigma(image: np.ndarray) -> float:
    return _sigma_of(image[:, 1:] - image[:, :-1])


def _both_ways(image: np.ndarray) -> float:
    return _sigma_of(np.concatenate([np.diff(image, axis=axis).ravel() for axis in (0, 1)]))


noise_sigma = Exercise(
    "ch04.noise_sigma",
    "function(image): σ of the noise from differences of horizontal neighbours",
    _noise_sigma,
    [
        Case("a flat grey picture with noise", {"image": _FLAT}),
        Case("noise, and an edge", {"image": _STEP}),
        Case("no noise at all", {"image": np.full((3, 4), 0.5)}),
    ],
    [
        Mistake(
            "two-noises",
            lambda im: _noise_sigma(im) * np.sqrt(2),
            "That is the spread of a difference. Two noises are in it, so its variance is twice "
            "that of one.",
        ),
        Mistake(
            "no-factor",
            lambda im: _noise_sigma(im) * _MAD,
            "The median of |difference| is 0.6745 standard deviations, not one.",
        ),
        Mistake(
            "median-itself",
            lambda im: _noise_sigma(im) * _MAD * np.sqrt(2),
            "That is the median of |difference| as it is; two steps lead from it to σ.",
        ),
        Mistake(
            "of-the-picture",
            lambda im: im.std(),
            "That is the spread of the picture itself. Take differences of neighbours.",
        ),
        Mistake(
            "mad-of-the-picture",
            lambda im: np.median(np.abs(im - np.median(im))) / _MAD,
            "That is the spread of the picture itself. Take differences of neighbours.",
        ),
        Mistake(
            "standard-deviation",
            lambda im: np.std(np.diff(im, axis=1)) / np.sqrt(2),
            "A standard deviation of the differences counts the edges as noise; the median "
            "hardly sees them.",
        ),
        Mistake(
            "standard-deviation-of-two",
            lambda im: np.std(np.diff(im, axis=1)),
            "A standard deviation counts the edges as noise, and a difference holds two noises.",
        ),
        Mistake(
            "mean",
            lambda im: np.abs(np.diff(im, axis=1)).mean() / _MAD / np.sqrt(2),
            "That is the mean of |difference|. Edges would pull it up; take the median.",
        ),
        Mistake(
            "no-absolute-values",
            lambda im: np.median(np.diff(im, axis=1)) / _MAD / np.sqrt(2),
            "Differences up and down cancel. Take their absolute values before the median.",
        ),
        Mistake(
            "half",
            lambda im: _noise_sigma(im) / np.sqrt(2),
            "Variances add up, so a difference has twice the variance, and √2 times the standard "
            "deviation.",
        ),
        Mistake(
            "times-root-2",
            lambda im: _noise_sigma(im) * 2,
            "√2 goes the other way: a difference is noisier than one pixel, so divide by it.",
        ),
        Mistake(
            "times-factor",
            lambda im: _noise_sigma(im) * _MAD**2,
            "0.6745 goes the other way: the median is smaller than the standard deviation, so "
            "divide by it.",
        ),
        Mistake(
            "variance", lambda im: _noise_sigma(im) ** 2, "That is the variance; σ is its root."
        ),
        Mistake(
            "rows-joined",
            lambda im: _noise_sigma(im.reshape(1, -1)),
            "The end of a row and the start of the next are no neighbours.",
        ),
        Mistake("both-ways", _both_ways, "This exercise asks for horizontal neighbours only."),
        Mistake(
            "vertical",
            lambda im: _noise_sigma(im.T),
            "Those are vertical neighbours; this exercise asks for horizontal ones.",
        ),
        Mistake(
            "each-row",
            lambda im: np.mean([_sigma_of(np.diff(row)) for row in im]),
            "That is a mean over rows. Take one median of all the differences.",
        ),
    ],
    tolerance=1e-5,  # whether 0.6745 or more digits of it
    praise="You can tell how noisy a picture is without ever having seen it clean.",
)


def _window(image: np.ndarray, row: int, column: int, size: int) -> np.ndarray:
    r = size // 2
    return image[row - r : row + r + 1, column - r : column + r + 1]


def _cut_short(image: np.ndarray, row: int, column: int, size: int) -> np.ndarray:
    return _window(image, row, column, size)[:-1, :-1]


def _of_size(image: np.ndarray, row: int, column: int, size: int) -> np.ndarray:
    """Cut exactly ``size`` rows and columns; an even size has no middle."""
    r = size // 2
    return image[row - r : row - r + size, column - r : column - r + size]


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
    cut: Callable[[np.ndarray, int, int, int], np.ndarray] = _window,
    at_the_end: Literal["last", "first", "pixel", "stage B"] = "last",
) -> float:
    """Follow the two stages through windows of these sizes; a mistake swaps one of the parts."""
    value, medians = float(image[row, column]), []
    low = high = 0.0
    for size in sizes:
        window = cut(image, row, column, size)
        low, middle, high = float(window.min()), float(np.median(window)), float(window.max())
        medians.append(middle)
        if stage_a(low, middle, high):
            return value if stage_b(low, value, high) else middle
    kept = at_the_end == "pixel" or (at_the_end == "stage B" and stage_b(low, value, high))
    return value if kept else medians[0 if at_the_end == "first" else -1]


def _sizes(max_size: int) -> range:
    return range(3, max_size + 1, 2)


def _adaptive_median_at(image: np.ndarray, row: int, column: int, max_size: int) -> float:
    return _follow(image, row, column, _sizes(max_size))


def _stage_b_in_3(image: np.ndarray, row: int, column: int, max_size: int) -> float:
    near, value = _window(image, row, column, 3), float(image[row, column])
    if _between(near.min(), value, near.max()):
        return value
    return _follow(image, row, column, _sizes(max_size), stage_b=lambda *_: False)


def _adaptive_cases() -> list[Case]:
    """Make pictures around row 3, column 4, each with one thing to get wrong."""
    ramp = np.add.outer(np.arange(7) ** 2 / 70, np.arange(8) / 25).round(2) + 0.1
    where = {"row": 3, "column": 4, "max_size": 7}

    def case(name: str, values: npt.ArrayLike, rows: slice, columns: slice, **changed: int) -> Case:
        image = ramp.copy()
        image[rows, columns] = values
        return Case(name, {"image": image, **where, **changed})

    one, three, five = ((slice(3 - r, 4 + r), slice(4 - r, 5 + r)) for r in (0, 1, 2))
    flat = np.array([[0.2, 0.2, 0.2], [0.2, 0, 0.2], [0.2, 1, 0.2]])
    ring = np.array([[1, 1, 1], [1, 0, 0.5], [0.4, 1, 0.6]])
    holes = np.array([[0, 0, 0], [0, 1, 0.5], [0.4, 0, 0.6]])
    grains = np.where(ring == 1, 0.95, ring)
    dark = np.where(np.arange(9).reshape(3, 3) == 4, 0.3, 0.95)
    dense = ramp[five].copy()
    dense[:3], dense[3, 2], dense[2, 2] = 1, 1, 0
    grey = np.where(ring == 0, 0.7, ring)
    binary = np.zeros((9, 8))
    binary[three] = np.array([[1, 1, 1], [1, 0, 1], [0, 0, 0]])
    return [
        case("a pixel that is no impulse", 0.9, slice(2, 3), slice(3, 6)),
        case("a grain of salt", 1, *one),
        case("a grain of pepper", 0, *one),
        case("grey, and the brightest of its window", 0.95, *one),
        case("grey, and almost the darkest of its window", 0.3, *one),
        case("grey, and almost the brightest of its window", 0.5, *one),
        case("a grain of pepper and one of salt in a flat part", flat, *three),
        case("salt all around: the window must grow", ring, *three),
        case("pepper all around: the window must grow", holes, *three),
        case("grains of 0.95 all around: the window must grow", grains, *three),
        case("the darkest of 3×3, but not of 5×5", dark, *three),
        case("salt so dense that only 7×7 will do", dense, *five),
        case("salt so dense, and only 5×5 allowed", dense, *five, max_size=5),
        case("salt all around, and only 3×3 allowed", ring, *three, max_size=3),
        case("salt all around a grey pixel, and only 3×3 allowed", grey, *three, max_size=3),
        Case("only black and white: no window will do", {"image": binary, **where}),
    ]


_ANY_VALUE = (
    "An impulse need not be 0 or 1. Compare with the smallest and the largest of the window."
)
_BOTH_SIDES = "Strictly between has two sides: above the smallest and below the largest."
_LARGEST_MEDIAN = "When no window will do, the answer is the median of the largest"

# In the mistakes `r` is the row, `c` the column and `m` the largest size. On one input several may
# agree: those that are right on more of them come first.
adaptive_median_at = Exercise(
    "ch04.adaptive_median_at",
    "function(image, row, column, max_size): the adaptive median of one inner pixel",
    _adaptive_median_at,
    _adaptive_cases(),
    [
        Mistake(
            "stage-b-in-3",
            _stage_b_in_3,
            "Stage B asks in the window that stage A ended with, not in 3×3.",
        ),
        Mistake(
            "no-stage-b",
            lambda im, r, c, m: _follow(im, r, c, _sizes(m), stage_b=lambda *_: False),
            "Stage B is missing: a pixel that is no impulse stays as it is.",
        ),
        Mistake(
            "stage-b-always",
            lambda im, r, c, m: _follow(im, r, c, _sizes(m), at_the_end="stage B"),
            f"{_LARGEST_MEDIAN}: stage B is not asked then.",
        ),
        Mistake(
            "stage-b-0-and-1",
            lambda im, r, c, m: _follow(im, r, c, _sizes(m), stage_b=lambda _, v, __: 0 < v < 1),
            _ANY_VALUE,
        ),
        Mistake(
            "stage-a-0-and-1",
            lambda im, r, c, m: _follow(im, r, c, _sizes(m), lambda _, v, __: 0 < v < 1),
            _ANY_VALUE,
        ),
        Mistake(
            "stage-b-one-side",
            lambda im, r, c, m: _follow(im, r, c, _sizes(m), stage_b=lambda _, v, high: v < high),
            _BOTH_SIDES,
        ),
        Mistake(
            "stage-a-one-side",
            lambda im, r, c, m: _follow(im, r, c, _sizes(m), lambda _, v, high: v < high),
            _BOTH_SIDES,
        ),
        Mistake(
            "stage-b-other-side",
            lambda im, r, c, m: _follow(im, r, c, _sizes(m), stage_b=lambda low, v, _: low < v),
            _BOTH_SIDES,
        ),
        Mistake(
            "stage-a-other-side",
            lambda im, r, c, m: _follow(im, r, c, _sizes(m), lambda low, v, _: low < v),
            _BOTH_SIDES,
        ),
        Mistake(
            "pixel-at-the-end",
            lambda im, r, c, m: _follow(im, r, c, _sizes(m), at_the_end="pixel"),
            f"{_LARGEST_MEDIAN}, not the pixel.",
        ),
        Mistake(
            "first-at-the-end",
            lambda im, r, c, m: _follow(im, r, c, _sizes(m), at_the_end="first"),
            f"{_LARGEST_MEDIAN}, not of the first.",
        ),
        Mistake(
            "largest-never-tried",
            lambda im, r, c, m: _follow(im, r, c, range(3, max(m, 4), 2)),
            "The largest window, `max_size` itself, was never tried.",
        ),
        Mistake(
            "one-too-many",
            lambda im, r, c, m: _follow(im, r, c, range(3, min(m + 3, 8), 2)),
            "A window larger than `max_size` was tried.",
        ),
        Mistake(
            "even-windows",
            lambda im, r, c, m: _follow(im, r, c, range(3, m + 1), cut=_of_size),
            "A window of even size has no middle: go from 3×3 to 5×5, in steps of 2.",
        ),
        Mistake(
            "pixel-kept",
            lambda im, r, c, m: im[r, c],
            "The pixel stayed as it is. It is an impulse if it equals the smallest or the largest "
            "value of the window: strictly between means < and not <=.",
        ),
        Mistake(
            "never-grew",
            lambda im, r, c, m: _follow(im, r, c, [3]),
            "The window never grew: where its median is its smallest or largest value, try 5×5, "
            "and so on.",
        ),
        Mistake(
            "largest-alone",
            lambda im, r, c, m: np.median(_window(im, r, c, m)),
            "Start with the 3×3 window; a larger one is only for where that fails.",
        ),
        Mistake(
            "from-5",
            lambda im, r, c, m: _follow(im, r, c, range(5, max(m, 5) + 1, 2)),
            "Start with the 3×3 window; a larger one is only for where that fails.",
        ),
        Mistake(
            "row-and-column",
            lambda im, r, c, m: _adaptive_median_at(im, c, r, m),
            "Row and column are swapped: an array is `[row, column]`.",
        ),
        Mistake(
            "window-cut-short",
            lambda im, r, c, m: _follow(im, r, c, _sizes(m), cut=_cut_short),
            "The window lacks its last row and column, so the pixel is not in its middle: a slice "
            "ends before its second number.",
        ),
    ],
    praise="It looks before it touches. That is why it keeps thin things.",
)


def _steps(picture: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the steps to the pixel below and to the right; 0 where none comes."""
    down, right = np.zeros(np.shape(picture)), np.zeros(np.shape(picture))
    down[:-1], right[:, :-1] = np.diff(picture, axis=0), np.diff(picture, axis=1)
    return down, right


def _distance(image: np.ndarray, result: np.ndarray) -> float:
    return float(((result - image) ** 2).sum() / 2)


def _variation(result: np.ndarray) -> float:
    return float(np.hypot(*_steps(result)).sum())


def _objective(image: np.ndarray, result: np.ndarray, weight: float) -> float:
    return _distance(image, result) + weight * _variation(result)


def _inside_only(image: np.ndarray, result: np.ndarray, weight: float) -> float:
    down, right = np.diff(result, axis=0)[:, :-1], np.diff(result, axis=1)[:-1]
    return _distance(image, result) + weight * float(np.hypot(down, right).sum())


def _round(image: np.ndarray, result: np.ndarray, weight: float) -> float:
    down, right = (np.roll(result, -1, axis) - result for axis in (0, 1))
    return _distance(image, result) + weight * float(np.hypot(down, right).sum())


def _central(image: np.ndarray, result: np.ndarray, weight: float) -> float:
    return _distance(image, result) + weight * float(np.hypot(*np.gradient(result)).sum())


objective = Exercise(
    "ch04.objective",
    "function(image, result, weight): half the squared distance, and weight times the steps",
    _objective,
    [
        Case(
            "three rows of four",
            {
                "image": np.array(
                    [[0.2, 0.9, 0.1, 0.4], [0.5, 0.3, 0.8, 0.6], [0.0, 0.7, 0.2, 1.0]]
                ),
                "result": np.array(
                    [[0.3, 0.7, 0.2, 0.4], [0.4, 0.4, 0.7, 0.5], [0.1, 0.6, 0.3, 0.8]]
                ),
                "weight": 0.3,
            },
        ),
        Case(
            "a step in one row",
            {
                "image": np.array([[0.1, 0.2, 0.8, 0.9, 0.6]]),
                "result": np.array([[0.1, 0.1, 0.7, 0.8, 0.8]]),
                "weight": 0.6,
            },
        ),
        Case(
            "one column, and a large weight",
            {
                "image": np.array([[0.9], [0.2], [0.4]]),
                "result": np.array([[0.6], [0.3], [0.5]]),
                "weight": 3.0,
            },
        ),
        Case(
            "the noisy picture itself",
            {
                "image": np.array([[0.1, 0.6], [0.3, 0.9], [0.7, 0.2]]),
                "result": np.array([[0.1, 0.6], [0.3, 0.9], [0.7, 0.2]]),
                "weight": 0.1,
            },
        ),
        Case(
            "a flat answer",
            {
                "image": np.array([[0.0, 0.4, 1.0], [0.2, 0.7, 0.1]]),
                "result": np.full((2, 3), 0.25),
                "weight": 0.5,
            },
        ),
    ],
    [
        Mistake(
            "no-half",
            lambda i, r, w: 2 * _distance(i, r) + w * _variation(r),
            "The squared distance counts half.",
        ),
        Mistake(
            "steps-of-the-image",
            lambda i, r, w: _distance(i, r) + w * _variation(i),
            "Those are the steps of `image`. The answer has to be flat: take the steps of `result`.",
        ),
        Mistake(
            "no-weight",
            lambda i, r, w: _distance(i, r) + _variation(r),
            "The steps count `weight` times.",
        ),
        Mistake(
            "weight-on-both",
            lambda i, r, w: w * (_distance(i, r) + _variation(r)),
            "`weight` is the price of the steps alone, not of the distance.",
        ),
        Mistake(
            "weight-on-the-distance",
            lambda i, r, w: w * _distance(i, r) + _variation(r),
            "`weight` belongs to the steps, not to the distance.",
        ),
        Mistake(
            "mean",
            lambda i, r, w: _objective(i, r, w) / np.size(i),
            "That is a mean over pixels. Both parts are sums.",
        ),
        Mistake(
            "mean-of-the-distance",
            lambda i, r, w: _distance(i, r) / np.size(i) + w * _variation(r),
            "The distance is a sum over pixels, not a mean.",
        ),
        Mistake(
            "absolute-steps",
            lambda i, r, w: _distance(i, r) + w * float(sum(abs(s).sum() for s in _steps(r))),
            "That adds the sizes of the two steps. A pixel has one root over the sum of both squares.",
        ),
        Mistake(
            "squared-steps",
            lambda i, r, w: _distance(i, r) + w * float(sum((s**2).sum() for s in _steps(r))),
            "The root is missing: a step counts once, not squared.",
        ),
        Mistake(
            "one-root",
            lambda i, r, w: (
                _distance(i, r) + w * float(np.sqrt(sum((s**2).sum() for s in _steps(r))))
            ),
            "Each pixel has a root of its own. You took one root over the whole picture.",
        ),
        Mistake(
            "goes-round",
            _round,
            "Nothing comes after the last row and the last column: their steps are 0. Here the picture "
            "goes round to its first ones.",
        ),
        Mistake(
            "last-ones-dropped",
            _inside_only,
            "The last row and column were dropped. There one of the two steps is 0, but the other is not.",
        ),
        Mistake(
            "central",
            _central,
            "`np.gradient` takes half the step from the pixel before to the one after. Take the step to "
            "the next.",
        ),
        Mistake(
            "absolute-distance",
            lambda i, r, w: float(abs(r - i).sum()) / 2 + w * _variation(r),
            "That is half the sum of absolute differences; square them.",
        ),
        Mistake(
            "root-of-the-distance",
            lambda i, r, w: float(np.sqrt(2 * _distance(i, r))) / 2 + w * _variation(r),
            "The distance has no root: half the sum of the squares.",
        ),
        Mistake("distance-alone", lambda i, r, w: _distance(i, r), "The steps are missing."),
        Mistake("steps-alone", lambda i, r, w: w * _variation(r), "The distance is missing."),
        Mistake(
            "minus",
            lambda i, r, w: _distance(i, r) - w * _variation(r),
            "The steps are a price: add them.",
        ),
    ],
    praise="Now you can check any answer, whoever computed it.",
)
