"""Claims about pairs of rows, fixed beforehand: effect, interval, p-value, verdict.

Two rows differ by chance of two kinds. Another seed would have given other weights, and other scenes
another score. Both count here:

- *Effect*: the mean over seeds of the mean IoU of the first row, minus that of the second. Each mean
  IoU is of the whole scoring set.
- *Scenes* are the same for both rows, so they pair off: the variance of the effect over scenes is
  the jackknife's, which leaves out one scene at a time, for both rows and all seeds at once.
- *Seeds* are independent of each other: the same number starts two networks at unrelated weights
  (over the networks of the first edition, mean IoU at equal seeds is uncorrelated). Their variance is
  that of two samples, as in Welch's test. Variants of one network do begin alike; then the interval
  is too wide, not too narrow. Only where both rows are read off the same trained weights, as with a
  CRF put behind a network, do seeds pair off as well.
- The two variances are added. Student's t has the degrees of freedom of the seeds *alone*, however
  small their share is: three seeds may agree by luck, and then the usual average of both degrees of
  freedom (Satterthwaite's) trusts them most where they deserve it least.
- p-values are two-sided, and corrected by Holm's method for the number of claims in their family.

.. rubric:: Why not a bootstrap over seeds and scenes

Because it draws from three numbers as if they were all there are. A simulation tests families of 28
claims without any true difference: seeds spread as in the first edition (0.1 to 3.9 points, each
network its own), confusions are those of committed networks on 256 scenes. In per cent: claims whose
95 % interval holds the truth (*held*), the same of the fifth whose seeds spread widest (*wide*),
families with a false verdict after Holm's correction (*false*); in points: the median difference that
is decided for certain (*needs*). 300 families each:

==================================  ====  ====  =====  =====  ====  ====  =====  =====
..                                  3 seeds                   5 seeds
----------------------------------  ------------------------  ------------------------
method                              held  wide  false  needs  held  wide  false  needs
==================================  ====  ====  =====  =====  ====  ====  =====  =====
bootstrap of seeds and scenes       83.0  78.3   69.3    2.5  88.4  85.0   45.0    2.4
the same, seeds × √(n/(n − 1))      85.2  82.5   61.0    3.0  89.7  87.6   37.7    2.7
t, pairs of seeds, Satterthwaite    92.5  92.9   30.3   10.9  93.4  93.4   11.3    4.6
t, pairs of seeds, n − 1            98.5  97.4    0.0   22.6  96.3  95.1    0.0    6.3
t, two samples, Satterthwaite       94.2  94.6   14.0    7.9  93.7  93.1    9.3    4.0
t, two samples, 2(n − 1)            96.0  94.5    1.7    7.4  94.5  92.6    2.3    4.0
**t, two samples, Welch** (used)    97.6  97.3    0.3   12.9  95.6  94.1    1.0    4.9
==================================  ====  ====  =====  =====  ====  ====  =====  =====

With spreads half as wide it holds 98.5 % (3 seeds) and 96.1 % (5), without a false verdict. Where a
few seeds are much worse than the others, 97.2 % and 94.3 %: five seeds that missed the bad one look
alike; 0.0 and 3.3 % of the families err. Of the others only pairs of seeds with n − 1 degrees of
freedom are as safe, and need more. The price is power: three seeds decide only large differences, so
little should be asked, and with five. ``python -m tests.experiment.test_claims`` prints these numbers.

References
----------
Welch, "The generalization of Student's problem when several different population variances are
involved", Biometrika 34, 1947. Holm, "A simple sequentially rejective multiple test procedure",
Scandinavian Journal of Statistics 6, 1979. Efron and Tibshirani, "An Introduction to the Bootstrap",
1993, chapter 11 (jackknife).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from seglearn import inputs
from seglearn.data.camvid import drive_and_frame
from seglearn.experiment.clip_leak import FRAMES_PER_SECOND
from seglearn.experiment.rows import NAMED
from seglearn.experiment.variants import VARIANTS, Variant
from seglearn.metrics.scores import Tally

__all__ = [
    "CLAIMS",
    "Claim",
    "Difference",
    "compare",
    "holm",
    "judge",
    "line",
    "stretches",
    "together",
]

STRETCH = 10.0  # seconds of film that count as one scene
LEVEL = 0.05  # chance of one or more false verdicts in a family without true differences


# ------------------------------------------------------------------------------------- the claims


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A pair of rows, and what is asked about them.

    Attributes
    ----------
    first, second : str
        Labels of two rows of the table.
    family : str
        Claims of one family on the same data are corrected together.
    question : str
        What the comparison answers.
    expected : {-1, 0, 1}, default 0
        Whether the first row is published as lower or higher than the second; 0 if nothing is.
    source : str, default ""
        Name in the zoo of the network whose paper says so.
    same_weights : bool, default False
        Whether both rows are read off the same trained weights, seed by seed.
    data : {"streets", "camvid"}, default "streets"
        As in `DataSpec.kind`.
    """

    first: str
    second: str
    family: str
    question: str
    expected: int = 0
    source: str = ""
    same_weights: bool = False
    data: str = "streets"


def _networks(data: str) -> list[Claim]:
    """Return all pairs of the six networks named beforehand; the later one comes first.

    FCN-8s, the only one without batch normalisation, also stands there with it; not on CamVid, where
    there are no twins.
    """
    question = "Which of the two has the higher mean IoU here, at this budget?"
    pairs = [*combinations(NAMED, 2)]
    if data == "streets":
        pairs += [("fcn-8s-bn", other) for other in NAMED if other != "fcn-8s"]
    return [
        Claim(first=later, second=earlier, family="networks", question=question, data=data)
        for earlier, later in pairs
    ]


def _parts() -> list[Claim]:
    """Return what the ablations ask."""
    return [
        Claim(
            first=name,
            second=variant.against,
            family="parts",
            question=variant.question,
            expected=variant.expected,
            source=_source(variant) if variant.expected else "",
            same_weights=variant.crf and variant.network == variant.against,
        )
        for name, variant in VARIANTS.items()
        if variant.against is not None
    ]


def _source(variant: Variant) -> str:
    return "deeplab-v1" if variant.crf else variant.network  # the one that has a CRF behind it


def _normalisation() -> list[Claim]:
    question = "What is batch normalisation worth, everything else being equal?"
    pairs = [
        ("fcn-8s-bn", "fcn-8s"),
        ("unet", "unet-no-bn"),
        ("deeplab-v1", "deeplab-v1-no-bn"),
        ("dilated", "dilated-no-bn"),
    ]
    return [
        Claim(first=with_it, second=without, family="normalisation", question=question)
        for with_it, without in pairs
    ]


def _steps() -> list[Claim]:
    """Return what one network of the history changed of another."""
    asked = [
        ("plain-stack", "pixel-forest", "Are neighbours worth more than the pixel alone?"),
        ("unet-same", "plain-stack", "Is it worth giving up resolution and coming back?"),
        ("unet-same", "unet", "What do convolutions that pad cost or gain?"),
        ("segnet", "segnet-basic", "Does a deeper encoder help?"),
        ("dilated", "dilated-front-end", "What does the context module add?"),
        ("deeplab-v2", "deeplab-v1", "What do several dilations side by side add?"),
        ("deeplab-v3", "deeplab-v2", "What did the third version gain?"),
        ("deeplab-v3-plus", "deeplab-v3", "What does a decoder add to dilation?"),
    ]
    return [
        Claim(first=first, second=second, family="steps", question=question)
        for first, second, question in asked
    ]


CLAIMS: tuple[Claim, ...] = (
    *_networks("streets"),
    *_parts(),
    *_normalisation(),
    *_steps(),
    *_networks("camvid"),
)


# --------------------------------------------------------------------------------------- one pair


@dataclass(frozen=True)
class Difference:
    """A difference of mean IoU, and how sure it is; made by `compare`.

    Attributes
    ----------
    value : float
        First minus second, in [-1, 1].
    seed_error, scene_error : float
        Standard errors of the value by chance in seeds, and in scenes.
    dof : float
        Degrees of freedom of Student's t.
    n_seeds, n_scenes : int
    """

    value: float
    seed_error: float
    scene_error: float
    dof: float
    n_seeds: int
    n_scenes: int

    @property
    def error(self) -> float:
        """Standard error by chance of both kinds."""
        return float(np.hypot(self.seed_error, self.scene_error))

    @property
    def p(self) -> float:
        """Two-sided p-value of no difference."""
        from scipy.stats import t

        return float(2 * t.sf(abs(self.value) / self.error, self.dof))

    def half_width(self, level: float = LEVEL) -> float:
        """Return how far the interval of confidence 1 - ``level`` reaches to either side."""
        from scipy.stats import t

        return float(t.isf(level / 2, self.dof) * self.error)


def compare(first: Any, second: Any, *, same_weights: bool = False) -> Difference:
    """Compare two networks by the confusions of their seeds on the same scenes.

    Parameters
    ----------
    first, second : (S, N, C, C) array of int
        Confusion matrices of S seeds on N scenes, rows are truth; both with the same seeds and the
        same scenes in the same order. Scenes without a counted pixel are left out.
    same_weights : bool
        As in `Claim`.

    Raises
    ------
    TypeError, ValueError
        If an array is not as above, there are fewer than two seeds or two scenes with a counted
        pixel, the two arrays are not of the same shape or scenes, or no seed differs from another.

    Notes
    -----
    Classes that are nowhere in truth and prediction are left out, as in `ConfusionMatrix.scores`.
    Scenes must not depend on each other. The frames of a video do: put those of each stretch
    `together` first.
    """
    arrays = _checked(first, "first"), _checked(second, "second")
    _same_scenes(*arrays)
    counted = arrays[0][0].any((1, 2))
    if np.count_nonzero(counted) < 2:
        raise ValueError(
            f"{np.count_nonzero(counted)} scenes have a counted pixel; at least 2 are needed"
        )
    one, two = (_scores(each[:, counted]) for each in arrays)
    return _difference(one, two, same_weights)


class _Scores(NamedTuple):
    """Mean IoU of every seed (S,), and the mean over seeds without one scene (N,)."""

    seeds: NDArray[np.float64]
    without: NDArray[np.float64]


def _scores(counts: NDArray[Any]) -> _Scores:
    each = Tally.of(counts)
    whole = Tally(*(field.sum(1, keepdims=True) for field in each))
    rest = Tally(*(total - field for total, field in zip(whole, each, strict=True)))
    return _Scores(whole.mean_iou[:, 0], rest.mean_iou.mean(0))


def _difference(first: _Scores, second: _Scores, same_weights: bool) -> Difference:
    n_seeds, n_scenes = len(first.seeds), len(first.without)
    samples = [first.seeds - second.seeds] if same_weights else [first.seeds, second.seeds]
    if all(np.ptp(sample) == 0 for sample in samples):
        raise ValueError(
            "no seed differs from another in mean IoU, so there is no chance to measure; pass the "
            "counts of different trainings"
        )
    variances = np.array([sample.var(ddof=1) / n_seeds for sample in samples])
    dof = (n_seeds - 1) * variances.sum() ** 2 / np.square(variances).sum()
    without = first.without - second.without
    return Difference(
        value=float(first.seeds.mean() - second.seeds.mean()),
        seed_error=float(np.sqrt(variances.sum())),
        scene_error=float(np.sqrt((n_scenes - 1) * without.var())),
        dof=float(min(dof, n_scenes - 1)),
        n_seeds=n_seeds,
        n_scenes=n_scenes,
    )


def _checked(counts: Any, what: str) -> NDArray[np.int64]:
    found = inputs.array(counts, what, kinds="iu")
    if found.ndim != 4 or found.shape[2] != found.shape[3] or found.size == 0:
        raise ValueError(
            f"{what} has shape {found.shape}, expected (seeds, scenes, classes, classes): a "
            "confusion matrix for every scene, not one for all"
        )
    if len(found) < 2:
        raise ValueError(
            f"{what} has {len(found)} seed; at least 2 are needed, as one training does not tell "
            "how much another would differ"
        )
    if found.min() < 0:
        raise ValueError(f"{what} must not be negative, got {found.min()}; pass numbers of pixels")
    return found.astype(np.int64)


def _same_scenes(first: NDArray[np.int64], second: NDArray[np.int64]) -> None:
    """Raise a `ValueError` if the truth of a scene is not the same for all seeds and both rows."""
    differ = [
        f"{a} and {b} {name}"
        for name, a, b in zip(
            ("seeds", "scenes", "classes"), first.shape[:3], second.shape[:3], strict=True
        )
        if a != b
    ]
    if differ:
        raise ValueError(
            f"first and second differ: {', '.join(differ)}; pass the same seeds and scenes of both"
        )
    truth = first[0].sum(-1)
    for what, counts in (("first", first), ("second", second)):
        others = (counts.sum(-1) != truth).any(-1)
        if others.any():
            seed, scene = np.argwhere(others)[0]
            raise ValueError(
                f"scene {scene} of {what}, seed number {seed}, has another truth than in seed "
                "number 0 of first; pass the same scenes in the same order"
            )


# ---------------------------------------------------------------------------------- frames of video


def stretches(frames: Sequence[str], seconds: float = STRETCH) -> list[int]:
    """Return to which stretch of film each frame of CamVid belongs: 0, 1 and so on.

    A stretch is of one drive, and lasts `seconds` at most from its first frame on. Frames within
    one show the same street, so they are one observation and not many.

    Parameters
    ----------
    frames : sequence of str
        Names like ``"0016E5_07959"``, in the order of the film.
    seconds : float, default 10

    Raises
    ------
    TypeError, ValueError
        If `seconds` is not above 0, a name is none of CamVid's, or the frames are in another order.
    """
    length = inputs.number(seconds, "seconds", 0, open_low=True) * FRAMES_PER_SECOND
    found: list[int] = []
    start, before = ("", 0), ("", 0)
    for frame in frames:
        here = drive_and_frame(frame)
        if here[0] == before[0] and here[1] <= before[1]:
            raise ValueError(f"{frame!r} does not come after the frame before it; sort the frames")
        if here[0] != start[0] or here[1] - start[1] >= length:
            start = here
            found.append(found[-1] + 1 if found else 0)
        else:
            found.append(found[-1])
        before = here
    return found


def together(counts: Any, groups: Sequence[int]) -> NDArray[np.int64]:
    """Add up the confusion matrices (N, C, C), or (S, N, C, C) of S seeds, of each group of images.

    Parameters
    ----------
    counts : array of int
    groups : sequence of int
        Number of the group of each image, like those of `stretches`: all of 0 to G - 1.

    Returns
    -------
    (G, C, C) or (S, G, C, C) array of int64

    Raises
    ------
    TypeError, ValueError
        If the shapes do not fit, or a group has no image.
    """
    found = inputs.array(counts, "counts", kinds="iu")
    if found.ndim not in (3, 4) or found.shape[-3] != len(groups):
        raise ValueError(
            f"counts has shape {found.shape} for {len(groups)} images, expected (images, classes, "
            "classes), or with seeds before them"
        )
    numbers = np.unique(groups)
    if not np.array_equal(numbers, np.arange(len(numbers))):
        raise ValueError(f"groups are numbered {numbers.tolist()}; count them from 0, without gaps")
    sums = [found[..., np.equal(groups, n), :, :].sum(-3, dtype=np.int64) for n in numbers]
    return np.stack(sums, axis=-3)


# ----------------------------------------------------------------------------------- all together


def holm(p: Any) -> NDArray[np.float64]:
    """Correct p-values (M,) for their number, by Holm's method; whatever they depend on each other.

    Raises
    ------
    TypeError, ValueError
        If one is no number in [0, 1], or they are not in one row.
    """
    found = inputs.floats(p, "p")
    if found.ndim != 1 or not ((found >= 0) & (found <= 1)).all():
        raise ValueError(f"p must be a row of numbers in [0, 1], got {p!r}")
    order = np.argsort(found, kind="stable")
    steps = found[order] * np.arange(len(found), 0, -1)
    corrected = np.empty_like(found)
    corrected[order] = np.minimum(np.maximum.accumulate(steps), 1)
    return corrected


def judge(
    claims: Sequence[Claim], counts: Mapping[str, Mapping[int, Any]], data: str = "streets"
) -> list[dict[str, Any]]:
    """Test claims; return the rows of their table.

    Parameters
    ----------
    claims : sequence of Claim
        Whole families: the p-values are corrected for those that are passed.
    counts : dict of dict of (N, C, C) array of int
        Confusion matrices of the N scenes, or stretches of film, by row and by seed. A claim rests on
        the seeds that both of its rows have.
    data : {"streets", "camvid"}
        What ``counts`` are of.

    Returns
    -------
    list of dict
        For JSON, one a claim: what `Claim` says, and

        seeds, n_scenes
            What it rests on.
        mean_iou : [float, float]
            Of the first and of the second row, mean over these seeds.
        difference, low, high : float
            Effect and its 95 % interval, for this claim alone: some of many such intervals miss.
        seed_error, scene_error, dof : float
            As in `Difference`.
        p, p_corrected : float
            Two-sided; corrected for the ``n_claims`` of the family.
        decidable : float
            A difference beyond it is decided whatever the other claims give. *Undecided* only says
            that this one was too small for that, not that there is none.
        verdict : str
            *supported*, *contradicted* or *undecided* where something was published; elsewhere
            *first*, *second* (that row has the higher mean IoU) or *undecided*. Decided is what has
            a corrected p-value below 5 %.

    Raises
    ------
    TypeError, ValueError
        If a claim is about other data, a row is missing, or counts are not as in `compare`; the
        message names the claim.
    """
    differences, found = [], []
    for claim in claims:
        name = f"{claim.first} against {claim.second}"
        if claim.data != data:
            raise ValueError(f"{name} is a claim on {claim.data!r}, and the counts are of {data!r}")
        for label in (claim.first, claim.second):
            if label not in counts:
                raise ValueError(f"{name}: no counts of {label!r}; run it, or leave the claim out")
        seeds = sorted(counts[claim.first].keys() & counts[claim.second].keys())
        if len(seeds) < 2:
            raise ValueError(
                f"{name}: the rows share the seeds {seeds}; at least 2 are needed, as one training "
                "does not tell how much another would differ"
            )
        pair = [_stacked(counts[each], seeds, each) for each in (claim.first, claim.second)]
        try:
            difference = compare(*pair, same_weights=claim.same_weights)
        except (TypeError, ValueError) as error:
            raise type(error)(f"{name}: {error}") from error
        differences.append(difference)
        means = [float(Tally.of(each.sum(1)).mean_iou.mean()) for each in pair]
        found.append({"seeds": seeds, "mean_iou": means})
    families = [claim.family for claim in claims]
    corrected = np.empty(len(families))
    for family in dict.fromkeys(families):
        here = [i for i, each in enumerate(families) if each == family]
        corrected[here] = holm([differences[i].p for i in here])
    return [
        _row(claim, difference, float(p), families.count(claim.family), facts)
        for claim, difference, p, facts in zip(claims, differences, corrected, found, strict=True)
    ]


def _stacked(row: Mapping[int, Any], seeds: list[int], label: str) -> NDArray[Any]:
    arrays = [inputs.array(row[seed], f"counts of {label!r}, seed {seed}") for seed in seeds]
    for seed, each in zip(seeds, arrays, strict=True):
        inputs.same_shape(arrays[0].shape, each.shape, f"seeds {seeds[0]} and {seed} of {label!r}")
    return np.stack(arrays)


def _row(
    claim: Claim, difference: Difference, corrected: float, n_claims: int, facts: dict[str, Any]
) -> dict[str, Any]:
    value, half = difference.value, difference.half_width()
    return {
        "first": claim.first,
        "second": claim.second,
        "data": claim.data,
        "family": claim.family,
        "question": claim.question,
        "expected": claim.expected,
        "source": claim.source,
        "same_weights": claim.same_weights,
        "seeds": facts["seeds"],
        "n_scenes": difference.n_scenes,
        "mean_iou": facts["mean_iou"],
        "difference": value,
        "low": value - half,
        "high": value + half,
        "seed_error": difference.seed_error,
        "scene_error": difference.scene_error,
        "dof": difference.dof,
        "p": difference.p,
        "p_corrected": corrected,
        "n_claims": n_claims,
        "decidable": difference.half_width(LEVEL / n_claims),
        "verdict": _verdict(value, corrected, claim.expected),
    }


def _verdict(value: float, corrected: float, expected: int) -> str:
    if corrected >= LEVEL:
        return "undecided"
    if expected == 0:
        return "first" if value > 0 else "second"
    return "supported" if value * expected > 0 else "contradicted"


def line(row: dict[str, Any]) -> str:
    """Return one line about a row that `judge` made, in points of mean IoU."""
    text = (
        f"{row['first']} against {row['second']} ({row['data']}): {100 * row['difference']:+.1f} "
        f"points, 95 % interval {100 * row['low']:+.1f} to {100 * row['high']:+.1f}; "
        f"p {_short(row['p'])}, {_short(row['p_corrected'])} among {row['n_claims']}; "
        f"{len(row['seeds'])} seeds, {row['n_scenes']} images: {row['verdict']}"
    )
    if row["verdict"] == "undecided":
        text += f" (decided for certain beyond {100 * row['decidable']:.1f})"
    return text


def _short(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"{p:.3f}"
