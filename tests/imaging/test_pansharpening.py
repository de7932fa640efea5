"""Sharpening methods against their textbook definitions, and the scores against torchmetrics."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seglearn.imaging import landscape, pansharpening, spectra
from seglearn.imaging.pansharpening import METHODS, degrade, enlarge, ergas, sam, wald

every = pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
RNG = np.random.default_rng(0)
MS = RNG.random((12, 16, 4)) + 0.2
PAN = enlarge(MS.mean(axis=2), 4) + 0.1 * RNG.random((48, 64))

LAND = landscape.make_landscape(1, 128)
BANDS = spectra.LANDSAT8.pick("blue", "green", "red", "nir")
TRUTH = BANDS.observe(LAND.cube, landscape.WAVELENGTHS_UM)
TRUE_PAN = spectra.LANDSAT8_PAN.observe(LAND.cube, landscape.WAVELENGTHS_UM)[..., 0]


# ------------------------------------------------------------------------- coarser and finer


def test_degrade_is_the_mean_of_blocks():
    image = np.arange(24.0).reshape(4, 6)
    assert degrade(image, 2).tolist() == [[3.5, 5.5, 7.5], [15.5, 17.5, 19.5]]
    np.testing.assert_array_equal(degrade(image, 1), image)
    np.testing.assert_allclose(degrade(MS, 4)[1, 2], MS[4:8, 8:12].mean(axis=(0, 1)))
    holed = image.copy()
    holed[0, 0] = np.nan
    assert np.isnan(degrade(holed, 2)).sum() == 1


@given(ratio=st.integers(1, 5), height=st.integers(1, 6), width=st.integers(1, 6))
@settings(max_examples=40, deadline=None)
def test_enlarge_keeps_constants_means_and_places(ratio, height, width):
    np.testing.assert_allclose(enlarge(np.full((height, width), 3.5), ratio), 3.5)
    image = np.random.default_rng(height).random((height, width, 2))
    larger = enlarge(image, ratio)
    assert larger.shape == (height * ratio, width * ratio, 2)
    np.testing.assert_allclose(larger[::-1, ::-1], enlarge(image[::-1, ::-1], ratio), atol=1e-9)
    np.testing.assert_allclose(larger[..., 1], enlarge(image[..., 1], ratio))
    if ratio % 2:  # the middle of a block lies where the old pixel lay
        middle = larger[ratio // 2 :: ratio, ratio // 2 :: ratio]
        np.testing.assert_allclose(middle, image, atol=1e-6)


def test_enlarge_of_a_ramp_is_a_ramp():
    ramp = np.arange(20.0)[:, None] * np.ones((1, 3))
    finer = enlarge(ramp, 4)[:, 0]
    np.testing.assert_allclose(finer[20:-20], (np.arange(80)[20:-20] - 1.5) / 4, atol=1e-3)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: degrade(np.ones((5, 6)), 2), r"crop it to 4×6"),
        (lambda: degrade(np.ones(5), 1), r"must be \(H, W\)"),
        (lambda: degrade(np.ones((0, 5)), 1), "with pixels"),
        (lambda: degrade(np.ones((4, 4)), 0), "ratio must be at least 1"),
        (lambda: degrade(np.ones((3, 4, 8)), 4), r"bands come first, .*np\.moveaxis\(x, 0, -1\)"),
        (lambda: enlarge(np.full((4, 4), np.nan), 2), "16 values that are NaN"),
        (lambda: enlarge(np.ones((2, 2, 2, 2)), 2), r"must be \(H, W\)"),
    ],
)
def test_scaling_refuses(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("scale", [degrade, enlarge])
@pytest.mark.parametrize("ratio", [2.0, True, "2", None])
def test_scaling_is_by_a_whole_number(scale, ratio):
    with pytest.raises(TypeError, match="ratio must be a whole number"):
        scale(np.ones((4, 4)), ratio)


# ----------------------------------------------------------------------------------- methods


@every
@pytest.mark.parametrize(
    ("ms_shape", "pan_shape"),
    [((1, 1, 3), (4, 4)), ((1, 1, 1), (1, 1)), ((1, 9, 2), (2, 18)), ((7, 1, 4), (21, 3))],
)
def test_smallest_images(method, ms_shape, pan_shape):
    rng = np.random.default_rng(0)
    sharp = method(rng.random(ms_shape), rng.random(pan_shape))
    assert sharp.shape == (*pan_shape, ms_shape[2])
    assert np.isfinite(sharp).all()


@every
@pytest.mark.parametrize("level", [0, 5])
def test_constant_images(method, level):
    flat = np.full((4, 4, 3), level)
    np.testing.assert_allclose(method(flat, np.full((8, 8), 7)), level, atol=1e-12)
    textured = method(MS, np.full(PAN.shape, 7.0))  # no detail to add, and no error
    assert np.isfinite(textured).all()


@every
def test_integers_are_taken_as_numbers(method):
    ms, pan = (200 * MS).astype(np.uint16), (200 * PAN).astype(np.uint8)
    np.testing.assert_allclose(method(ms, pan), method(ms.astype(float), pan.astype(float)))


@every
@given(gain=st.floats(0.1, 100), offset=st.floats(0, 50))
@settings(max_examples=10, deadline=None)
def test_unit_of_the_pan_image_does_not_matter(method, gain, offset):
    np.testing.assert_allclose(
        method(MS, gain * PAN + offset), method(MS, PAN), rtol=1e-6, atol=1e-8
    )


@every
def test_result_scales_with_the_bands(method):
    np.testing.assert_allclose(method(3 * MS, PAN), 3 * method(MS, PAN), rtol=1e-9)


@every
@pytest.mark.parametrize(
    ("ms", "pan", "error", "message"),
    [
        (MS, PAN[:-1], ValueError, "47×64 pixels"),
        (MS, PAN[:36], ValueError, "same whole number"),
        (MS, PAN[:6, :8], ValueError, "same whole number"),
        (np.moveaxis(MS, -1, 0), PAN, ValueError, "bands come first"),
        (MS[..., 0], PAN, ValueError, r"ms must be \(H, W, B\)"),
        (MS, PAN[..., None], ValueError, r"pan must be \(H, W\)"),
        (np.ones((0, 4, 3)), PAN, ValueError, r"ms must be \(H, W, B\)"),
        (np.ma.masked_less(MS, 1), PAN, TypeError, "ms is a masked array"),
        (MS * 1e200, PAN, ValueError, "squares overflow"),
        (np.where(MS > 1, np.nan, MS), PAN, ValueError, "NaN"),
        (MS, np.full_like(PAN, np.inf), ValueError, "infinite"),
        (MS > 1, PAN, TypeError, "ms holds bool"),
        (MS, PAN.astype(str), TypeError, "pan holds"),
    ],
)
def test_methods_refuse(method, ms, pan, error, message):
    with pytest.raises(error, match=message):
        method(ms, pan)


def test_brovey_keeps_the_spectral_angle_and_needs_light():
    sharp, plain = pansharpening.brovey(MS, PAN), enlarge(MS, 4)
    np.testing.assert_allclose(spectra.spectral_angle(sharp, plain), 0, atol=1e-6)
    dark = MS.copy()
    dark[:3] = 0
    assert np.isfinite(pansharpening.brovey(dark, PAN)).all()
    with pytest.raises(ValueError, match="negative values, down to"):
        pansharpening.brovey(MS - 0.5, PAN)


def test_brovey_by_its_textbook_formula():
    """New band = band / sum of bands × pan, with pan matched to the sum."""
    bands = enlarge(MS, 4)
    total = bands.sum(axis=2)
    matched = (PAN - PAN.mean()) / PAN.std() * total.std() + total.mean()
    expected = bands / total[..., None] * matched[..., None]
    np.testing.assert_allclose(pansharpening.brovey(MS, PAN), expected)


def test_ihs_is_the_linear_intensity_hue_saturation_transform():
    forward = np.array(
        [
            [1 / 3, 1 / 3, 1 / 3],
            [-np.sqrt(2) / 6, -np.sqrt(2) / 6, 2 * np.sqrt(2) / 6],
            [1 / np.sqrt(2), -1 / np.sqrt(2), 0],
        ]
    )
    rgb = MS[..., :3]
    components = enlarge(rgb, 4) @ forward.T
    intensity = components[..., 0]
    components[..., 0] = (PAN - PAN.mean()) / PAN.std() * intensity.std() + intensity.mean()
    expected = components @ np.linalg.inv(forward).T
    np.testing.assert_allclose(pansharpening.ihs(rgb, PAN), expected)


def test_pca_is_that_of_scikit_learn():
    from sklearn.decomposition import PCA

    bands = enlarge(MS, 4).reshape(-1, 4)
    model = PCA(4).fit(bands)
    scores = model.transform(bands)
    sign = np.sign(model.components_[0].sum())
    pan = (PAN - PAN.mean()).ravel() / PAN.std()
    scores[:, 0] = sign * pan * scores[:, 0].std()
    expected = model.inverse_transform(scores).reshape(48, 64, 4)
    np.testing.assert_allclose(pansharpening.pca(MS, PAN), expected, rtol=1e-6)


def test_gram_schmidt_is_an_orthogonalisation_with_the_first_vector_replaced():
    bands = enlarge(MS, 4).reshape(-1, 4)
    means = bands.mean(axis=0)
    simulated = bands.mean(axis=1)
    vectors = [simulated - simulated.mean()]
    factors = []
    for band, mean in zip(bands.T, means, strict=True):  # forward: subtract the projections
        row = [v @ (band - mean) / (v @ v) if v @ v > 1e-9 else 0.0 for v in vectors]
        factors.append(row)
        vectors.append(band - mean - sum(f * v for f, v in zip(row, vectors, strict=True)))
    pan = (PAN - PAN.mean()).ravel()
    vectors[0] = pan / pan.std() * simulated.std()
    expected = np.stack(
        [
            means[k] + vectors[k + 1] + sum(f * v for f, v in zip(row, vectors, strict=False))
            for k, row in enumerate(factors)
        ],
        axis=-1,
    )
    np.testing.assert_allclose(
        pansharpening.gram_schmidt(MS, PAN), expected.reshape(48, 64, 4), rtol=1e-6
    )


def test_adaptive_gram_schmidt_finds_what_the_pan_image_is_made_of():
    """If pan is a weighted sum of the true bands, the same sum of the new bands looks like pan."""
    weights = np.array([0.1, 0.6, 0.0, 0.3])
    pan = TRUTH @ weights + 0.05
    coarse = degrade(TRUTH, 4)

    def likeness(method):
        return np.corrcoef((method(coarse, pan) @ weights).ravel(), pan.ravel())[0, 1]

    assert likeness(pansharpening.adaptive_gram_schmidt) == pytest.approx(1, abs=1e-9)
    assert likeness(pansharpening.gram_schmidt) < 0.999


def test_high_pass_gives_the_coarse_image_back():
    sharp = pansharpening.high_pass(degrade(TRUTH, 4), TRUE_PAN)
    back, coarse = degrade(sharp, 4), degrade(TRUTH, 4)
    assert np.abs(back - coarse).mean() < 0.03 * coarse.mean()
    assert ergas(TRUTH, sharp, 4) < ergas(TRUTH, enlarge(coarse, 4), 4)


# ------------------------------------------------------------------------------------ scores


def test_scores_by_hand():
    truth = np.full((2, 2, 2), 10.0)
    wrong = truth + np.array([1.0, 2.0])  # relative errors 0.1 and 0.2
    assert ergas(truth, wrong, 4) == pytest.approx(25 * np.sqrt((0.01 + 0.04) / 2))
    assert sam(truth, wrong) == pytest.approx(np.degrees(np.pi / 4 - np.arctan2(11, 12)))
    assert ergas(truth, truth, 2) == sam(truth, truth) == 0
    assert sam(truth, 3 * truth) == pytest.approx(0, abs=1e-6)


def test_scores_agree_with_torchmetrics():
    import torch
    from torchmetrics.functional.image import (
        error_relative_global_dimensionless_synthesis,
        spectral_angle_mapper,
    )

    a, b = np.random.default_rng(1).random((2, 16, 20, 5)) + 0.1
    tensors = [torch.tensor(x.transpose(2, 0, 1)[None]) for x in (b, a)]  # prediction first
    reference = float(error_relative_global_dimensionless_synthesis(*tensors, ratio=4))
    assert ergas(a, b, 4) == pytest.approx(reference)
    assert np.radians(sam(a, b)) == pytest.approx(float(spectral_angle_mapper(*tensors)))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ergas(MS, MS[:-1], 4), r"both be \(H, W, B\)"),
        (lambda: ergas(MS, np.moveaxis(MS, -1, 0), 4), "bands come first"),
        (lambda: ergas(MS, MS, 0), "ratio must be above 0"),
        (lambda: ergas(MS, MS, 0.25), "coarse pixel over that of a fine one.*got 0.25; .*pass 4$"),
        (lambda: ergas(MS, MS, float("nan")), "ratio must be"),
        (lambda: ergas(MS * [1, 0, 1, 1], MS, 4), "band 1 of the truth has the mean 0"),
        (lambda: sam(MS, 0 * MS), "192 pixels are zero in all bands"),
        (lambda: sam(MS, np.full_like(MS, np.nan)), "NaN"),
        (lambda: wald(PAN[..., None], PAN), "pixels of one size"),
        (lambda: wald(MS[:10], PAN[:40]), "crop it to 8×16"),
    ],
)
def test_scores_refuse(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_wald_is_the_same_thing_one_scale_down():
    coarse = degrade(TRUTH, 4)
    scores = wald(coarse, TRUE_PAN)
    assert list(scores) == list(METHODS)
    sharp = pansharpening.ihs(degrade(coarse, 4), degrade(TRUE_PAN, 4))
    assert scores["ihs"].ergas == ergas(coarse, sharp, 4)
    assert scores["ihs"].sam == sam(coarse, sharp)
    only = wald(coarse, TRUE_PAN, {"mine": pansharpening.no_detail})
    assert only == {"mine": scores["no detail"]}


def test_wald_and_the_truth_agree_on_who_wins():
    """In a simulation both can be had: the ranking one scale down is, nearly, the ranking."""
    coarse = degrade(TRUTH, 4)
    below = {name: score.ergas for name, score in wald(coarse, TRUE_PAN).items()}
    here = {name: ergas(TRUTH, f(coarse, TRUE_PAN), 4) for name, f in METHODS.items()}
    best = {"high-pass", "adaptive gram-schmidt"}
    assert set(sorted(below, key=below.__getitem__)[:2]) == best
    assert set(sorted(here, key=here.__getitem__)[:2]) == best
    # A panchromatic band that does not see the near infrared spoils it when detail is forced in.
    assert below["ihs"] > below["no detail"]


def test_sharpening_a_real_pair_beats_not_sharpening(seglearn_data):
    from scipy.io import loadmat

    pair = loadmat(seglearn_data / "pansharpening" / "imgWV2.mat")
    scores = wald(pair["I_MS"], pair["I_PAN"])
    assert all(s.ergas < scores["no detail"].ergas for k, s in scores.items() if k != "no detail")
    assert scores["high-pass"].sam < scores["no detail"].sam
