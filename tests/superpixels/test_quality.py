"""Every score against its definition, spelt out pixel by pixel, and against cases done by hand."""

import time
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seglearn.superpixels import quality

IDENTITIES = settings(max_examples=60, deadline=None)

maps = st.tuples(st.integers(1, 9), st.integers(1, 9), st.integers(0, 2**32 - 1)).map(
    lambda t: np.random.default_rng(t[2]).integers(0, [[[5]], [[4]]], (2, t[0], t[1]))
)


def overlaps(labels, truth):
    """Yield (I, |G|, |S|) of every pair of a region and a superpixel, by set arithmetic."""
    for g in np.unique(truth):
        for s in np.unique(labels):
            yield (
                g,
                s,
                int(((truth == g) & (labels == s)).sum()),
                int((truth == g).sum()),
                int((labels == s).sum()),
            )


@IDENTITIES
@given(maps)
def test_area_scores_are_their_definitions(pair):
    labels, truth = pair
    n = labels.size
    rows = list(overlaps(labels, truth))
    segments = np.unique(labels)
    scores = quality.score(labels, truth)
    bleeding = sum(min(S - inter for _, s, inter, _, S in rows if s == j) for j in segments) / n
    asa = sum(max(inter for _, s, inter, _, _ in rows if s == j) for j in segments) / n
    np_error = sum(min(inter, S - inter) for _, _, inter, _, S in rows if inter) / n
    levinshtein = np.mean(
        [
            (sum(S for g, _, inter, _, S in rows if g == i and inter) - (truth == i).sum())
            / (truth == i).sum()
            for i in np.unique(truth)
        ]
    )
    achanta = (sum(S for _, _, inter, _, S in rows if inter > 0.05 * S) - n) / n
    assert scores.undersegmentation_bleeding == pytest.approx(bleeding)
    assert scores.achievable_accuracy == pytest.approx(asa)
    assert scores.undersegmentation_neubert_protzel == pytest.approx(np_error)
    assert scores.undersegmentation_levinshtein == pytest.approx(levinshtein)
    assert scores.undersegmentation_achanta == pytest.approx(achanta)
    assert scores.undersegmentation_bleeding == pytest.approx(1 - scores.achievable_accuracy)


@IDENTITIES
@given(maps, st.integers(0, 3))
def test_boundary_scores_are_their_definitions(pair, radius):
    labels, truth = pair

    def edge(m):
        padded = np.pad(m, 1, mode="edge")
        h, w = m.shape
        return np.array(
            [
                [
                    any(
                        padded[y + 1 + dy, x + 1 + dx] != m[y, x]
                        for dy, dx in ((0, 1), (1, 0), (0, -1), (-1, 0))
                    )
                    for x in range(w)
                ]
                for y in range(h)
            ]
        )

    def share(of, near):
        hits = [
            near[max(y - radius, 0) : y + radius + 1, max(x - radius, 0) : x + radius + 1].any()
            for y, x in np.argwhere(of)
        ]
        return np.mean(hits) if hits else np.nan

    np.testing.assert_array_equal(quality.boundaries(labels), edge(labels))
    recall = quality.boundary_recall(labels, truth, tolerance=radius)
    precision = quality.boundary_precision(labels, truth, tolerance=radius)
    assert recall == pytest.approx(share(edge(truth), edge(labels)), nan_ok=True)
    assert precision == pytest.approx(share(edge(labels), edge(truth)), nan_ok=True)
    scores = quality.score(labels, truth, tolerance=radius)
    assert scores.boundary_recall == pytest.approx(recall, nan_ok=True)
    assert scores.boundary_precision == pytest.approx(precision, nan_ok=True)


@IDENTITIES
@given(maps)
def test_colour_and_shape_are_their_definitions(pair):
    labels, noise = pair
    image = noise[..., None] * [0.1, 0.2, 0.05]
    painted = np.zeros_like(image)
    compact = 0.0
    padded = np.pad(labels, 1, constant_values=-1)
    for j in np.unique(labels):
        here = labels == j
        painted[here] = image[here].mean(axis=0)
        sides = sum(
            (padded[1 + dy : padded.shape[0] - 1 + dy, 1 + dx : padded.shape[1] - 1 + dx] != j)[
                here
            ].sum()
            for dy, dx in ((0, 1), (1, 0), (0, -1), (-1, 0))
        )
        compact += here.sum() / labels.size * 4 * np.pi * here.sum() / sides**2
    mean = image.mean(axis=(0, 1))
    total = ((image - mean) ** 2).sum()
    explained = ((painted - mean) ** 2).sum() / total if total > 1e-12 else np.nan
    assert quality.explained_variation(labels, image) == pytest.approx(explained, nan_ok=True)
    assert quality.compactness(labels) == pytest.approx(compact)


def test_a_case_done_by_hand():
    truth = np.array([[1, 1, 1, 7, 7, 7]] * 2)  # two regions of 6 pixels
    labels = np.array([[0, 0, 1, 1, 2, 2]] * 2)  # the middle superpixel, 4 pixels, straddles
    scores = quality.score(labels, truth, tolerance=0)
    assert scores.n_segments == 3
    assert scores.undersegmentation_bleeding == pytest.approx(2 / 12)
    assert scores.undersegmentation_neubert_protzel == pytest.approx(4 / 12)
    assert scores.undersegmentation_levinshtein == pytest.approx(2 / 6)
    assert scores.undersegmentation_achanta == pytest.approx(4 / 12)
    assert scores.achievable_accuracy == pytest.approx(10 / 12)
    # The middle one goes to the first region: 6 of 8 and 4 of 6 pixels.
    assert scores.oracle_iou == pytest.approx((6 / 8 + 4 / 6) / 2)
    assert scores.boundary_recall == 1  # columns 2 and 3, both on superpixel borders
    assert scores.boundary_precision == pytest.approx(4 / 8)
    assert np.isnan(scores.explained_variation)
    assert scores.compactness == pytest.approx(np.pi / 4)  # three squares


def test_one_superpixel_a_region_is_perfect():
    truth = np.repeat([0, 0, 1, 2, 2, 2], 4)[None].repeat(5, axis=0)
    image = truth / 2.0
    scores = quality.score(truth, truth, image=image)
    assert scores.boundary_recall == scores.boundary_precision == 1
    assert scores.achievable_accuracy == scores.oracle_iou == 1
    assert scores.explained_variation == pytest.approx(1)
    assert scores.undersegmentation_bleeding == scores.undersegmentation_levinshtein == 0
    assert scores.undersegmentation_neubert_protzel == scores.undersegmentation_achanta == 0


def test_achanta_forgives_small_overlaps_only():
    truth = np.zeros((10, 10), int)
    truth[0, :5] = 1  # 5 pixels of the one superpixel: exactly 5 %
    one = np.zeros((10, 10), int)
    table = quality.contingency(one, truth)
    assert quality.undersegmentation_achanta(table) == 0
    truth[0, 5] = 1
    table = quality.contingency(one, truth)
    assert quality.undersegmentation_achanta(table) == pytest.approx(1)


def test_several_annotators_are_averaged():
    rng = np.random.default_rng(1)
    labels, *truths = rng.integers(0, 6, (4, 12, 15))
    together = quality.score(labels, truths)
    alone = [quality.score(labels, truth) for truth in truths]
    for name in together.per_annotator:
        values = [getattr(one, name) for one in alone]
        assert together.per_annotator[name] == pytest.approx(values)
        assert getattr(together, name) == pytest.approx(np.mean(values))
    assert quality.score(labels, np.stack(truths)).as_dict() == pytest.approx(
        together.as_dict(), nan_ok=True
    )


def test_ignored_pixels_count_nowhere():
    rng = np.random.default_rng(2)
    labels, truth = rng.integers(0, 5, (2, 8, 20))
    void = truth.copy()
    void[:, 12:] = 255
    scores = quality.score(labels, void, ignore_index=255, tolerance=0)
    cropped = quality.score(labels[:, :12], truth[:, :12], tolerance=0)
    for name in set(scores.per_annotator) - {"boundary_precision"}:
        assert getattr(scores, name) == pytest.approx(getattr(cropped, name)), name
    changed = labels.copy()
    changed[:, 13:] = 77
    assert quality.score(changed, void, ignore_index=255, tolerance=0).per_annotator == (
        scores.per_annotator
    )
    border = np.zeros((4, 6), int)
    border[:, 3:] = 255
    assert np.isnan(quality.boundary_recall(border * 0, border, ignore_index=255))


def test_labels_may_be_any_numbers():
    rng = np.random.default_rng(3)
    labels, truth = rng.integers(0, 9, (2, 14, 11))
    scores = quality.score(labels, truth)
    far = quality.score((labels * 10**15 + 3).astype(np.uint64), truth * 1000 + 5)
    assert scores == far or scores.as_dict() == pytest.approx(far.as_dict(), nan_ok=True)


@IDENTITIES
@given(maps)
def test_the_best_mask_is_the_best_of_all_unions(pair):
    labels, truth = pair
    labels = np.unique(labels, return_inverse=True)[1].reshape(labels.shape)
    mask = truth == truth[0, 0]
    n = labels.max() + 1
    best = 0.0
    for chosen in range(1, 2**n):
        union = np.isin(labels, [j for j in range(n) if chosen >> j & 1])
        best = max(best, (union & mask).sum() / (union | mask).sum())
    assert quality.best_mask_iou(labels, mask) == pytest.approx(best)


def test_the_tolerance_of_a_bsds_image_is_one_pixel():
    assert quality.boundary_tolerance(321, 481) == 1
    assert quality.boundary_tolerance(1024, 2048) == 6


@pytest.mark.parametrize(
    ("labels", "truth", "error", "message"),
    [
        (np.zeros((3, 3)), np.zeros((3, 3), int), TypeError, "float64"),
        (np.zeros((3, 3), int), np.zeros((3, 3)), TypeError, "truth holds float64"),
        (np.zeros((3, 3), bool), np.zeros((3, 3), int), TypeError, "bool"),
        (np.ma.zeros((3, 3), int), np.zeros((3, 3), int), TypeError, "labels is a masked array"),
        (np.zeros((3, 3), int), np.ma.zeros((3, 3), int), TypeError, "truth is a masked array"),
        (np.zeros((3, 4), int), np.zeros((3, 3), int), ValueError, r"\(3, 4\) and \(3, 3\)"),
        (np.zeros((3, 3), int), np.full((3, 3), -1), ValueError, "truth holds -1.*ignore_index"),
        (np.zeros((8, 9, 3), int), np.zeros((8, 9), int), ValueError, r"labels\[..., 0\]"),
        (np.zeros((8, 9), int), np.zeros((8, 9, 3), int), ValueError, r"truth\[..., 0\]"),
        (np.zeros((3, 3), int), [np.ma.zeros((3, 3), int)], TypeError, "masked array"),
        (np.full((3, 3), -1), np.zeros((3, 3), int), ValueError, "-1"),
        (np.zeros((0, 3), int), np.zeros((0, 3), int), ValueError, "pixel"),
        (np.zeros(9, int), np.zeros((3, 3), int), ValueError, r"\(9,\)"),
        (np.zeros((3, 3), int), [], ValueError, "no label map"),
        (
            np.zeros((3, 4), int),
            [np.zeros((3, 4), int), np.zeros((4, 3), int)],
            ValueError,
            r"labels and truth\[1\] differ in shape: \(3, 4\) and \(4, 3\)",
        ),
        (np.zeros((3, 3), int), np.full((3, 3), 255), ValueError, "ignored"),
    ],
)
def test_bad_input_is_explained(labels, truth, error, message):
    with pytest.raises(error, match=message):
        quality.score(labels, truth, ignore_index=255)


def test_a_bad_image_mask_or_tolerance_is_explained():
    labels = np.zeros((3, 3), int)
    with pytest.raises(TypeError, match="uint8"):
        quality.score(labels, labels, image=np.zeros((3, 3, 3), np.uint8))
    with pytest.raises(ValueError, match=r"\(4, 3\)"):
        quality.explained_variation(labels, np.zeros((4, 3)))
    with pytest.raises(ValueError, match="NaN"):
        quality.score(labels, labels, image=np.full((3, 3), np.nan))
    with pytest.raises(ValueError, match="come first"):
        quality.explained_variation(labels, np.zeros((5, 3, 3)))
    with pytest.raises(TypeError, match="masked array"):
        quality.explained_variation(labels, np.ma.zeros((3, 3)))
    with pytest.raises(TypeError, match="float64"):
        quality.best_mask_iou(labels, np.ones((3, 3)))
    with pytest.raises(ValueError, match="0 and 1, but holds 255"):
        quality.best_mask_iou(labels, labels + 255)
    with pytest.raises(ValueError, match="empty"):
        quality.best_mask_iou(labels, labels > 0)
    with pytest.raises(ValueError, match="tolerance must be at least 0, got -1"):
        quality.score(labels, labels, tolerance=-1)
    for tolerance in (1.0, "1", True, float("nan")):
        with pytest.raises(TypeError, match="tolerance must be a whole number"):
            quality.score(labels, labels, tolerance=tolerance)
    for ignored in ("255", 255.0, float("nan"), [255], True):
        with pytest.raises(TypeError, match="ignore_index must be a whole number"):
            quality.score(labels, labels, ignore_index=ignored)


def test_a_mask_of_zeros_and_ones_is_a_mask():
    labels = np.array([[0, 0, 1, 1]])
    mask = np.array([[0, 1, 1, 1]], np.uint8)
    assert quality.best_mask_iou(labels, mask) == quality.best_mask_iou(labels, mask > 0) == 0.75


def test_ignored_pixels_may_be_negative():
    labels, truth = np.random.default_rng(4).integers(0, 4, (2, 7, 9))
    for void in (-1, 255):
        truth[:2] = void
        scores = quality.score(labels, truth, ignore_index=void)
        other = quality.score(labels, np.where(truth == void, 99, truth), ignore_index=99)
        assert scores.per_annotator == other.per_annotator


rng = np.random.default_rng(0)
MAPS = {
    "one pixel": (np.zeros((1, 1), int), np.zeros((1, 1), int)),
    "a row": (np.arange(50)[None] // 7, np.arange(50)[None] // 9),
    "a column": (np.arange(50)[:, None] // 7, np.arange(50)[:, None] // 9),
    "constant": (np.zeros((9, 11), int), np.zeros((9, 11), int)),
    "each pixel a superpixel": (np.arange(99).reshape(9, 11), np.zeros((9, 11), int)),
    "each pixel a region": (np.zeros((9, 11), int), np.arange(99).reshape(9, 11)),
    "8 bits": tuple(rng.integers(0, 256, (2, 9, 11)).astype(np.uint8)),
    "labels far apart": tuple(rng.integers(0, 2**62, (2, 9, 11))),
    "64 bits": tuple(2 * rng.integers(0, 2**63, (2, 9, 11)).astype(np.uint64)),
    "not contiguous": tuple(rng.integers(0, 9, (2, 20, 22))[:, ::2, ::-2]),
}
SHARES = [
    "boundary_recall",
    "boundary_precision",
    "undersegmentation_bleeding",
    "achievable_accuracy",
    "oracle_iou",
    "explained_variation",
    "compactness",
]


@pytest.mark.parametrize("tolerance", [None, 0, 10**6])
@pytest.mark.parametrize("name", MAPS)
def test_strange_maps(name, tolerance):
    labels, truth = MAPS[name]
    image = np.full((*labels.shape, 3), 0.5)
    start = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        scores = quality.score(labels, truth, image=image, tolerance=tolerance)
        again = quality.score(
            *(np.unique(a, return_inverse=True)[1].reshape(a.shape) for a in (labels, truth)),
            image=image,
            tolerance=tolerance,
        )
    assert time.process_time() - start < 5
    np.testing.assert_equal(scores.as_dict(), again.as_dict())
    assert scores.n_segments == len(np.unique(labels))
    for share in SHARES:
        value = getattr(scores, share)
        assert np.isnan(value) or 0 <= value <= 1 + 1e-12, share
    has_boundary = len(np.unique(truth)) > 1
    assert np.isnan(scores.boundary_recall) != has_boundary


@pytest.mark.parametrize(
    "score",
    [
        quality.achievable_accuracy,
        quality.undersegmentation_bleeding,
        quality.undersegmentation_neubert_protzel,
        quality.undersegmentation_levinshtein,
        quality.undersegmentation_achanta,
        quality.oracle_iou,
    ],
)
@pytest.mark.parametrize(
    ("table", "message"),
    [
        (np.zeros((0, 0), int), r"\(0, 0\)"),
        (np.ones(4, int), r"\(4,\)"),
        ([[1, -1], [0, 2]], "negative"),
        ([[3, 1], [0, 0]], "a region without pixels"),
        ([[1.0, float("nan")]], "NaN"),
        ([[1.0, float("inf")]], "infinite"),
        ([[2**62, 2**62], [2**62, 2**62]], r"counts 1\.84467e\+19 pixels"),
    ],
)
def test_a_table_for_which_no_score_is_defined_is_explained(score, table, message):
    with pytest.raises(ValueError, match=message):
        score(table)
    for nonsense in ([["a"]], [[True, False]], np.ma.ones((2, 2), int)):
        with pytest.raises(TypeError, match="the table"):
            score(nonsense)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint64, np.float16])
def test_a_table_of_any_type_is_counted_exactly(dtype):
    table = np.array([[200, 100], [100, 200]], dtype).repeat(200, axis=1)
    assert quality.achievable_accuracy(table) == pytest.approx(2 / 3)
    assert quality.undersegmentation_levinshtein(table) == pytest.approx(1)


def test_a_table_may_be_a_list():
    assert quality.oracle_iou([[1, 2], [3, 4]]) == pytest.approx(0.35)
