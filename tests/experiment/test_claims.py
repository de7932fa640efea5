"""Claims about pairs: against plain loops, their invariances, their refusals, and how often they err.

``python -m tests.experiment.test_claims`` runs the simulation in full, on the confusions of committed
networks, and prints the table in the docstring of `seglearn.experiment.claims` (15 minutes).
"""

import json
import time
from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from seglearn.experiment import claims, rows
from seglearn.experiment.claims import CLAIMS, Claim, compare, holm, judge, line
from seglearn.experiment.protocol import PROTOCOL
from seglearn.experiment.variants import VARIANTS
from seglearn.metrics import ConfusionMatrix, bootstrap
from seglearn.metrics.scores import Tally
from seglearn.nets import zoo

# ------------------------------------------------------------------------- confusions to compare


def make_truth(rng, n_scenes, n_classes=4, pixels=400):
    """Return the pixels of each class in each scene (N, C), the last class rare."""
    shares = rng.dirichlet(np.linspace(3, 0.5, n_classes), n_scenes)
    return np.array([rng.multinomial(pixels, share) for share in shares])


def make_counts(rng, truth, n_seeds=3, error=0.2, spread=0.05):
    """Return confusions (S, N, C, C) of networks that mistake a share of the pixels of each class."""
    n_classes = truth.shape[1]
    counts = np.empty((n_seeds, *truth.shape, n_classes), int)
    for seed in range(n_seeds):
        wrong = error * np.exp(spread * rng.normal())
        shares = np.full((n_classes, n_classes), wrong / n_classes)
        shares[np.diag_indices(n_classes)] += 1 - wrong
        for scene, row in enumerate(truth):
            counts[seed, scene] = [rng.multinomial(n, p) for n, p in zip(row, shares, strict=True)]
    return counts


def make_pair(seed=0, n_scenes=24, n_seeds=3, **difference):
    rng = np.random.default_rng(seed)
    truth = make_truth(rng, n_scenes)
    return make_counts(rng, truth, n_seeds, **difference), make_counts(rng, truth, n_seeds)


def by_hand(first, second, same_weights=False):
    """Compare as the docstring says, with loops and the public metrics only."""

    def score(matrices):
        return ConfusionMatrix.from_counts(np.sum(matrices, axis=0)).scores().mean_iou

    n = first.shape[1]
    a, b = ([score(each) for each in counts] for counts in (first, second))
    left_out = [
        np.mean([score(np.delete(each, i, 0)) for each in first])
        - np.mean([score(np.delete(each, i, 0)) for each in second])
        for i in range(n)
    ]
    scenes = (n - 1) / n * np.sum(np.square(np.subtract(left_out, np.mean(left_out))))
    if same_weights:
        test = stats.ttest_1samp(np.subtract(a, b), 0)
        seeds = np.var(np.subtract(a, b), ddof=1) / len(a)
    else:
        test = stats.ttest_ind(a, b, equal_var=False)
        seeds = (np.var(a, ddof=1) + np.var(b, ddof=1)) / len(a)
    value, error = np.mean(a) - np.mean(b), np.sqrt(seeds + scenes)
    dof = min(test.df, n - 1)
    return value, error, dof, 2 * stats.t.sf(abs(value) / error, dof)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 5), st.integers(2, 7), st.booleans())
def test_equals_loops(seed, n_seeds, n_scenes, same_weights):
    first, second = make_pair(seed, n_scenes, n_seeds, error=0.3)
    found = compare(first, second, same_weights=same_weights)
    expected = by_hand(first, second, same_weights)
    np.testing.assert_allclose([found.value, found.error, found.dof, found.p], expected, rtol=1e-9)
    assert (found.n_seeds, found.n_scenes) == (n_seeds, n_scenes)
    assert found.half_width(0.1) == pytest.approx(stats.t.isf(0.05, expected[2]) * expected[1])


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.booleans())
def test_turns_round_with_the_pair_and_knows_no_order(seed, same_weights):
    first, second = make_pair(seed)
    found = compare(first, second, same_weights=same_weights)
    turned = compare(second, first, same_weights=same_weights)
    assert turned.value == -found.value
    rng = np.random.default_rng(seed)
    scenes, seeds = rng.permutation(24), rng.permutation(3)
    moved = compare(first[seeds][:, scenes], second[seeds][:, scenes], same_weights=same_weights)
    for other in (turned, moved):
        assert abs(other.value) == pytest.approx(abs(found.value), rel=1e-9)
        assert [other.error, other.dof, other.p] == pytest.approx([found.error, found.dof, found.p])


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.floats(-0.5, 0.5), st.booleans())
def test_a_constant_more_is_a_constant_more(seed, shift, same_weights):
    first, second = (claims._scores(each) for each in make_pair(seed))
    more = claims._Scores(first.seeds + shift, first.without + shift)
    before = claims._difference(first, second, same_weights)
    after = claims._difference(more, second, same_weights)
    assert after.value == pytest.approx(before.value + shift)
    assert [after.error, after.dof] == pytest.approx([before.error, before.dof])


def test_a_pair_with_different_seeds_does_not_pair_them():
    first, second = make_pair(n_seeds=5)
    moved = second[[3, 0, 4, 2, 1]]
    assert compare(first, moved).p == pytest.approx(compare(first, second).p)
    assert compare(first, moved, same_weights=True).error != pytest.approx(
        compare(first, second, same_weights=True).error
    )


def test_the_jackknife_agrees_with_the_bootstrap():
    first, second = make_pair(n_scenes=200)
    rng = np.random.default_rng(0)
    draws = rng.multinomial(200, np.full(200, 1 / 200), 2000).astype(float)

    def scores(counts):
        return Tally(*(draws @ field for field in Tally.of(counts.astype(float)))).mean_iou

    resampled = np.mean([scores(a) - scores(b) for a, b in zip(first, second, strict=True)], 0)
    assert compare(first, second).scene_error == pytest.approx(resampled.std(), rel=0.06)
    alone = bootstrap(first[0], n_resamples=2000, seed=0)
    width = (alone.high - alone.low) / (2 * 1.96)
    jackknife = claims._scores(first[:1]).without
    assert np.sqrt(199 * jackknife.var()) == pytest.approx(width, rel=0.1)


def test_scenes_without_a_counted_pixel_and_absent_classes_change_nothing():
    first, second = make_pair()
    found = compare(first, second)
    empty = np.zeros((3, 2, 4, 4), int)
    assert compare(*(np.concatenate([c, empty], 1) for c in (first, second))) == found
    wide = [np.pad(c, ((0, 0), (0, 0), (0, 1), (0, 1))) for c in (first, second)]
    assert compare(*wide) == found
    assert compare(first.astype(np.uint16), second.astype(np.uint16)) == found


def test_more_seeds_need_a_smaller_difference():
    narrow = [compare(*make_pair(1, 24, n)).half_width() for n in (2, 3, 5, 20)]
    assert narrow == sorted(narrow, reverse=True)


def test_is_fast():
    rng = np.random.default_rng(0)
    truth = make_truth(rng, 256, 11)
    pair = [np.repeat(make_counts(rng, truth, 1), 5, 0) for _ in range(2)]
    for counts in pair:
        counts[np.arange(5), np.arange(5), 0, 0] += counts[0, :5, 0, 1]
        counts[np.arange(5), np.arange(5), 0, 1] -= counts[0, :5, 0, 1]
    started = time.perf_counter()
    compare(*pair)
    assert time.perf_counter() - started < 1


# --------------------------------------------------------------------------------- what is refused


def spoilt(**change):
    first, second = make_pair()
    arrays = {"first": first, "second": second}
    return {**arrays, **{name: f(arrays[name]) for name, f in change.items()}}


def moved_scene(counts):
    return np.roll(counts, 1, axis=1)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"first": lambda c: c.astype(float)}, TypeError, "first holds float64"),
        ({"second": lambda c: c * np.nan}, TypeError, "second holds float64"),
        ({"first": lambda c: c[0]}, ValueError, r"first has shape \(24, 4, 4\)"),
        ({"first": lambda c: c[..., :3]}, ValueError, r"first has shape \(3, 24, 4, 3\)"),
        ({"second": lambda c: c[:, :0]}, ValueError, r"second has shape \(3, 0, 4, 4\)"),
        ({"first": lambda c: c[:1]}, ValueError, "first has 1 seed; at least 2"),
        ({"second": lambda c: c - 50}, ValueError, "second must not be negative, got -50"),
        ({"second": lambda c: c[:2]}, ValueError, "differ: 3 and 2 seeds; pass"),
        ({"first": lambda c: c[:, 3:]}, ValueError, "differ: 21 and 24 scenes"),
        (
            {"first": lambda c: np.pad(c[:2], ((0, 0), (0, 0), (0, 1), (0, 1)))},
            ValueError,
            "differ: 2 and 3 seeds, 5 and 4 classes",
        ),
        (
            {"second": moved_scene},
            ValueError,
            "scene 0 of second, seed number 0, has another truth",
        ),
        (
            {"first": lambda c: np.stack([c[0], c[1], moved_scene(c)[2]])},
            ValueError,
            "scene 0 of first, seed number 2, has another truth",
        ),
        ({"first": lambda c: 0 * c, "second": lambda c: 0 * c}, ValueError, "0 scenes have a"),
        (
            {"first": lambda c: c[[0, 0, 0]], "second": lambda c: c[[1, 1, 1]]},
            ValueError,
            "no seed differs from another",
        ),
    ],
)
def test_what_cannot_be_compared_is_explained(change, error, message):
    with pytest.raises(error, match=message):
        compare(**spoilt(**change))


# ------------------------------------------------------------------------------- many, and verdicts


def test_holm_by_hand():
    assert holm([0.01, 0.04, 0.03, 0.005]).tolist() == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.9, 0.8]).tolist() == [1, 1]
    assert holm([]).tolist() == []
    for wrong in ([0.1, np.nan], [1.1], [[0.1]], [-0.1]):
        with pytest.raises(ValueError, match="p must be a row of numbers in"):
            holm(wrong)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_holm_lies_between_none_and_bonferroni(p):
    corrected = holm(p)
    assert (corrected >= p).all()
    assert (corrected <= np.minimum(1, len(p) * np.array(p)) + 1e-12).all()
    assert (np.diff(corrected[np.argsort(p, kind="stable")]) >= 0).all()


def a_claim(first, second, **more):
    return Claim(**{"first": first, "second": second, "family": "f", "question": "?", **more})


@pytest.fixture(scope="module")
def counts():
    """Return three rows with five, five and three seeds: b is far better than a, c is like a."""
    rng = np.random.default_rng(5)
    truth = make_truth(rng, 40)
    made = {
        "a": make_counts(rng, truth, 5, error=0.3),
        "b": make_counts(rng, truth, 5, error=0.1),
        "c": make_counts(rng, truth, 3, error=0.3),
    }
    return {label: dict(enumerate(each)) for label, each in made.items()}


def test_verdicts_have_three_words(counts):
    asked = [
        a_claim("b", "a"),
        a_claim("a", "b"),
        a_claim("c", "a"),
        a_claim("b", "a", expected=1, source="fcn-8s"),
        a_claim("b", "a", expected=-1, source="fcn-8s"),
        a_claim("c", "a", expected=1, source="fcn-8s"),
    ]
    found = judge(asked, counts)
    assert [row["verdict"] for row in found] == [
        "first",
        "second",
        "undecided",
        "supported",
        "contradicted",
        "undecided",
    ]
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert line(found[0]).endswith("5 seeds, 40 images: first")
    assert "undecided (decided for certain beyond " in line(found[2])
    assert found[2]["seeds"] == [0, 1, 2]


def test_a_row_of_the_table_adds_up(counts):
    asked = [a_claim("b", "a"), a_claim("c", "a"), a_claim("c", "b", family="g")]
    found = judge(asked, counts)
    first, second = (np.stack(list(counts[label].values())) for label in "ba")
    alone = compare(first, second)
    row = found[0]
    assert row["difference"] == alone.value
    assert row["difference"] == pytest.approx(row["mean_iou"][0] - row["mean_iou"][1])
    assert [row["low"], row["high"]] == [
        alone.value - alone.half_width(),
        alone.value + alone.half_width(),
    ]
    assert [each["n_claims"] for each in found] == [2, 2, 1]
    assert found[2]["p"] == found[2]["p_corrected"]
    assert [each["p_corrected"] for each in found[:2]] == holm([r["p"] for r in found[:2]]).tolist()
    assert row["decidable"] == alone.half_width(0.025)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 6))
def test_beyond_what_is_decidable_a_claim_is_decided(seed, n_claims):
    rng = np.random.default_rng(seed)
    truth = make_truth(rng, 10)
    table = {
        i: dict(enumerate(make_counts(rng, truth, 3, error=rng.uniform(0.1, 0.4))))
        for i in range(n_claims + 1)
    }
    for row in judge([a_claim(i, i + 1) for i in range(n_claims)], table):
        if abs(row["difference"]) > row["decidable"]:
            assert row["verdict"] != "undecided"
        if row["low"] <= 0 <= row["high"]:
            assert row["verdict"] == "undecided"


def test_a_claim_that_cannot_be_judged_is_named(counts):
    with pytest.raises(ValueError, match="z against a: no counts of 'z'; run it, or leave"):
        judge([a_claim("z", "a")], counts)
    with pytest.raises(ValueError, match="b against a is a claim on 'camvid', and the counts"):
        judge([a_claim("b", "a", data="camvid")], counts)
    few = {**counts, "a": {4: counts["a"][4], 9: counts["a"][3]}}
    with pytest.raises(ValueError, match=r"b against a: the rows share the seeds \[4\]"):
        judge([a_claim("b", "a")], few)
    other = {**counts, "a": {seed: each[::-1] for seed, each in counts["a"].items()}}
    with pytest.raises(ValueError, match=r"b against a: scene \d+ of second.*another truth"):
        judge([a_claim("b", "a")], other)
    uneven = {**counts, "a": {0: counts["a"][0], 1: counts["a"][1][:5]}}
    with pytest.raises(ValueError, match="seeds 0 and 1 of 'a' differ in shape"):
        judge([a_claim("b", "a")], uneven)


# --------------------------------------------------------------------------- the list of the claims


def test_the_claims_are_about_rows_that_are_run_and_asked_once():
    known = {*rows.ROWS, *VARIANTS}
    for claim in CLAIMS:
        assert {claim.first, claim.second} <= known
        assert claim.first != claim.second
        assert claim.question.endswith("?")
    pairs = Counter((frozenset((c.first, c.second)), c.family, c.data) for c in CLAIMS)
    assert set(pairs.values()) == {1}


def test_the_rows_of_a_claim_share_three_seeds_or_more():
    def seeds(label):
        row = rows.ROWS.get(label) or rows.ROWS[VARIANTS[label].network]
        return {*row.seeds(PROTOCOL)}

    shared = {(c.first, c.second): seeds(c.first) & seeds(c.second) for c in CLAIMS}
    assert min(map(len, shared.values())) == 3
    for pair in combinations(rows.NAMED, 2):
        assert len(shared[pair[::-1]]) == 5
    for pair in (("fcn-16s", "fcn-32s"), ("fcn-8s", "fcn-16s"), ("dilated-off", "dilated")):
        assert len(shared[pair]) == 5


def test_the_questions_of_the_ablations_are_taken_over():
    parts = {claim.first: claim for claim in CLAIMS if claim.family == "parts"}
    assert parts.keys() == {name for name, each in VARIANTS.items() if each.against}
    for name, claim in parts.items():
        variant = VARIANTS[name]
        assert (claim.second, claim.question, claim.expected) == (
            variant.against,
            variant.question,
            variant.expected,
        )
        assert claim.same_weights == (name == "fcn-8s+crf")


def test_something_published_names_a_paper_and_nothing_else_does():
    for claim in CLAIMS:
        assert (claim.source in zoo.list()) == (claim.expected != 0)
        assert claim.expected in (-1, 0, 1)


def test_every_pair_of_the_six_networks_is_asked_on_both_kinds_of_images():
    for data, further in (("streets", {"fcn-8s-bn"}), ("camvid", set())):
        asked = [c for c in CLAIMS if c.family == "networks" and c.data == data]
        pairs = {frozenset((c.first, c.second)) for c in asked}
        assert len(pairs) == len(asked) == 15 + 5 * len(further)
        assert set().union(*pairs) == {*rows.NAMED, *further}


# --------------------------------------------------------------------------------- frames of a video


def test_frames_of_ten_seconds_of_one_drive_are_one_stretch():
    frames = ["0001TP_008550", "0001TP_008820", "0001TP_008850", "Seq05VD_f00000", "Seq05VD_f00030"]
    assert claims.stretches(frames) == [0, 0, 1, 2, 2]
    assert claims.stretches(frames, seconds=0.5) == [0, 1, 2, 3, 4]
    assert claims.stretches([f"0016E5_{n:05d}" for n in range(7959, 8160, 2)]) == [0] * 101
    assert claims.stretches([]) == []
    with pytest.raises(ValueError, match=r"'0001TP_008550' does not come after"):
        claims.stretches([frames[1], frames[0]])
    with pytest.raises(ValueError, match="'street'"):
        claims.stretches(["street"])
    with pytest.raises(ValueError, match="seconds"):
        claims.stretches(frames, 0)


def test_the_counts_of_a_stretch_are_added_up():
    first, second = make_pair(3, n_scenes=6)
    groups = [0, 0, 1, 1, 1, 2]
    sums = claims.together(first, groups)
    assert sums.shape == (3, 3, *first.shape[2:])
    assert np.array_equal(sums[:, 1], first[:, 2:5].sum(1))
    assert np.array_equal(claims.together(first[0], groups), sums[0])
    found = compare(sums, claims.together(second, groups))
    assert found.n_scenes == 3
    assert found.value == pytest.approx(compare(first, second).value)  # the same pixels in all
    large = np.full((2, 1, 1), 60_000, np.uint16)
    assert claims.together(large, [0, 0]).item() == 120_000
    with pytest.raises(ValueError, match=r"for 2 images"):
        claims.together(first, [0, 1])
    with pytest.raises(ValueError, match=r"numbered \[0, 2\]"):
        claims.together(first, [0, 0, 0, 2, 2, 2])


def test_copies_of_a_scene_say_no_more_than_the_scene():
    """Twenty frames of the same street are one observation: so much the stretches mend."""
    first, second = make_pair(5, n_scenes=8)
    copies = [np.repeat(each, 20, axis=1) for each in (first, second)]
    once, naive = compare(first, second), compare(*copies)
    mended = compare(*(claims.together(each, np.repeat(np.arange(8), 20)) for each in copies))
    assert naive.scene_error < 0.3 * once.scene_error
    assert mended.scene_error == pytest.approx(once.scene_error)


# -------------------------------------------------------------------- how often claims err: a simulation

# Standard deviations of mean IoU over seeds in the first edition, in points, a network each.
SPREADS = (
    *(0.10, 0.28, 0.36, 0.41, 0.54, 0.58, 0.62, 0.71, 0.91, 1.08, 1.11, 1.16),
    *(1.26, 1.30, 1.31, 1.44, 1.52, 1.70, 1.82, 2.59, 2.59, 2.74, 3.17, 3.92),
)
METHODS = (
    "bootstrap of seeds and scenes",
    "the same, seeds × √(n/(n − 1))",
    "t, pairs of seeds, Satterthwaite",
    "t, pairs of seeds, n − 1",
    "t, two samples, Satterthwaite",
    "t, two samples, 2(n − 1)",
    "t, two samples, Welch",
)
BOOTSTRAP, OURS = METHODS[0], METHODS[-1]


class Network:
    """Confusions on a population of scenes, and by how much seeds change its errors.

    The logarithm of the errors is normal over seeds or, if skewed, exponential: most seeds are alike,
    and a few much worse.
    """

    def __init__(self, counts, points, skewed=False):
        self.counts, self.truth, self.skewed = counts, counts.sum(-1), skewed
        slope = (self._score(np.exp(0.05)) - self._score(np.exp(-0.05))) / 0.1
        self.sigma = points / 100 / abs(slope)
        if skewed:
            nodes, weights = np.polynomial.laguerre.laggauss(15)
            nodes = nodes - 1
        else:
            nodes, weights = np.polynomial.hermite_e.hermegauss(15)
        expected = [self._score(np.exp(self.sigma * node)) for node in nodes]
        self.mean_iou = weights @ expected / weights.sum()

    def _score(self, factor):
        return Tally.of(with_errors(self.counts, self.truth, factor).sum(0)).mean_iou

    def draw(self, rng, scenes, n_seeds):
        """Train with n seeds, and score on scenes of the population: (S, N, C, C)."""
        shape = (n_seeds, 1, 1, 1)
        chance = rng.standard_exponential(shape) - 1 if self.skewed else rng.normal(size=shape)
        # A seed is better or worse in all scenes, and a little in each; the latter is 1 on average.
        each = np.exp(0.2 * rng.normal(size=(n_seeds, len(scenes), 1, 1)) - 0.02)
        factors = np.exp(self.sigma * chance) * each
        return with_errors(self.counts[scenes], self.truth[scenes], factors)


def with_errors(counts, truth, factor):
    """Multiply the errors of confusions, as long as there are pixels."""
    diagonal = np.arange(counts.shape[-1])
    wrong = counts * factor
    wrong[..., diagonal, diagonal] = 0
    most = np.divide(truth, wrong.sum(-1), out=np.ones(wrong.shape[:-1]), where=wrong.sum(-1) > 0)
    wrong *= np.minimum(most, 1)[..., None]
    wrong[..., diagonal, diagonal] = truth - wrong.sum(-1)
    return wrong


def p_values(found, drawn, pair, seed_draws, truth):
    """Return the p-value of the true difference by every method, and the corrected half-width.

    The second method takes variances instead of percentiles: those that its bootstrap would have.
    """
    a, b = pair
    first, second = found[a], found[b]
    n, scenes = len(first.seeds), len(first.without)
    effect = first.seeds.mean() - second.seeds.mean() - truth
    v = (scenes - 1) * (first.without - second.without).var()
    d = first.seeds - second.seeds
    sa, sb = first.seeds.var(ddof=1) / n, second.seeds.var(ddof=1) / n
    s, two = d.var(ddof=1) / n, sa + sb
    welch = (n - 1) * two**2 / (sa**2 + sb**2)

    def satterthwaite(seeds, dof):
        return (seeds + v) ** 2 / (seeds**2 / dof + v**2 / (scenes - 1))

    resampled = np.take_along_axis(drawn[a] - drawn[b], seed_draws, 1).mean(1) - truth
    below = np.mean(resampled <= 0)
    tests = [
        (s + v, np.inf),
        (s + v, satterthwaite(s, n - 1)),
        (s + v, n - 1),
        (two + v, satterthwaite(two, welch)),
        (two + v, 2 * (n - 1)),
        (two + v, welch),
    ]
    variances, dofs = np.array(tests).T
    p = 2 * stats.t.sf(abs(effect) / np.sqrt(variances), dofs)
    half = stats.t.isf(claims.LEVEL / 2 / 28, dofs) * np.sqrt(variances)
    whole = np.quantile(resampled, [claims.LEVEL / 56, 1 - claims.LEVEL / 56])
    return [2 * min(below, 1 - below), *p], [np.ptp(whole) / 2, *half]


def simulate(
    bases, n_seeds, *, spreads, families, n_scenes, n_claims=28, resamples=200, seed=0, skewed=False
):
    """Test claims of which none is true, by all `METHODS`.

    Returns
    -------
    dict
        By method: coverage, coverage of the fifth of the claims with the widest seeds, families with
        a false verdict, all in per cent, and the median half-width for certainty, in points.
    """
    rng = np.random.default_rng(seed)
    networks = [Network(bases[i % len(bases)], each, skewed) for i, each in enumerate(spreads)]
    all_p, halves, widths = [], [], []
    for _ in range(families):
        scenes = rng.integers(len(bases[0]), size=n_scenes)
        weights = rng.multinomial(n_scenes, np.full(n_scenes, 1 / n_scenes), resamples) * 1.0
        found, drawn = [], []
        for network in networks:
            counts = network.draw(rng, scenes, n_seeds)
            found.append(claims._scores(counts))
            tallies = [Tally.of(each) for each in counts]
            drawn.append(
                np.stack([Tally(*(weights @ f for f in each)).mean_iou for each in tallies], 1)
            )
        seed_draws = rng.integers(n_seeds, size=(resamples, n_seeds))
        family_p, family_half = [], []
        for _ in range(n_claims):
            a, b = rng.choice(len(networks), 2, replace=False)
            truth = networks[a].mean_iou - networks[b].mean_iou
            p, half = p_values(found, drawn, (a, b), seed_draws, truth)
            family_p.append(p)
            family_half.append(half)
            widths.append(np.hypot(spreads[a], spreads[b]))
        all_p.append(family_p)
        halves.append(family_half)
    p, halves = np.array(all_p), np.array(halves)  # (families, claims, methods)
    widest = np.reshape(widths, p.shape[:2]) >= np.quantile(widths, 0.8)
    result = {}
    for i, method in enumerate(METHODS):
        held = p[..., i] >= claims.LEVEL
        false = [holm(each).min() < claims.LEVEL for each in p[..., i]]
        numbers = held.mean(), held[widest].mean(), np.mean(false), np.median(halves[..., i])
        result[method] = tuple(100 * float(number) for number in numbers)
    return result


@pytest.mark.parametrize("n_seeds", [3, 5])
def test_keeps_its_promise_where_a_bootstrap_does_not(n_seeds):
    rng = np.random.default_rng(1)
    truth = make_truth(rng, 150, pixels=2000)
    bases = [make_counts(rng, truth, 1, error=error)[0] for error in (0.2, 0.35)]
    found = simulate(
        bases, n_seeds, spreads=SPREADS[::2], families=80, n_scenes=120, n_claims=16, seed=n_seeds
    )
    coverage, of_widest, false, _ = found[OURS]
    assert coverage > 95
    assert of_widest > 93
    assert false <= 5
    coverage, _, false, _ = found[BOOTSTRAP]
    assert coverage < 94
    assert false > 15


def committed_confusions(n_scenes=512):
    """Return confusions (N, C, C) of committed networks on default scenes."""
    from seglearn.data import labels
    from seglearn.data.scene_dataset import SceneDataset
    from seglearn.experiment import load_net
    from seglearn.training.dataset import ImageSet
    from seglearn.training.evaluation import predict

    images = ImageSet.of(SceneDataset(n_scenes, seed=3, size=(96, 96)))
    for name in ("unet-same", "pspnet", "fcn-8s", "segnet"):
        matrix = ConfusionMatrix(len(labels.SCENES.names), ignore_index=255, per_image=True)
        yield matrix.update(images.labels, predict(load_net(name), images)).per_image_counts


if __name__ == "__main__":
    populations = list(committed_confusions())
    for factor, skewed in ((1.0, False), (0.5, False), (1.0, True)):
        for n in (3, 5):
            table = simulate(
                populations,
                n,
                spreads=[factor * each for each in SPREADS],
                families=300,
                n_scenes=256,
                resamples=2000,
                skewed=skewed,
            )
            print(f"{n} seeds, spreads × {factor}{', skewed' if skewed else ''}")
            for method, row in table.items():
                print(f"    {method:34s}" + "".join(f"{number:7.1f}" for number in row), flush=True)
