"""Sensors average a spectrum under their bands; angles, indices and band choice do what they say."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from seglearn.data import samples
from seglearn.imaging import landscape, spectra

GRID = np.arange(40, 246) / 100
SENSORS = [
    spectra.LANDSAT8,
    spectra.LANDSAT8_PAN,
    spectra.SENTINEL2,
    spectra.CAMERA,
    spectra.imaging_spectrometer(),
]
named = pytest.mark.parametrize("sensor", SENSORS, ids=lambda s: s.name)

moderate = st.floats(1e-3, 1e3)


def vectors(n: int = 5):
    return hnp.arrays(float, n, elements=moderate)


# ----------------------------------------------------------------------------------- sensors


@named
def test_responses_are_averages(sensor):
    response = sensor.response(GRID)
    assert response.shape == (len(sensor.bands), len(GRID))
    assert (response >= 0).all()
    np.testing.assert_allclose(response.sum(axis=1), 1)
    np.testing.assert_allclose(response @ GRID, sensor.centres_um, atol=0.004)


@named
def test_bands_are_where_they_should_be(sensor):
    for band, row in zip(sensor.bands, sensor.response(GRID), strict=True):
        inside = np.abs(GRID - band.centre_um) < band.width_um / 2 + 0.006
        assert row[inside].sum() > (0.999 if sensor.shape == "box" else 0.75)
        assert band.low_um < band.centre_um < band.high_um
        assert band.width_um > 0


def test_edges_are_the_published_ones():
    """USGS band designations; nominal centres and widths in GDAL's page on Sentinel-2."""
    red, nir = (spectra.LANDSAT8.bands[spectra.LANDSAT8.index(b)] for b in ("red", "nir"))
    assert (red.low_um, red.high_um, nir.low_um, nir.high_um) == (0.64, 0.67, 0.85, 0.88)
    b8 = spectra.SENTINEL2.bands[spectra.SENTINEL2.index("B08")]
    assert b8.centre_um == pytest.approx(0.842)
    assert b8.width_um == pytest.approx(0.115)
    assert [b.gsd_m for b in spectra.SENTINEL2.bands].count(10) == 4
    assert [b.gsd_m for b in spectra.SENTINEL2.bands].count(20) == 6


@pytest.mark.parametrize("name", ["landsat8", "sentinel2"])
def test_centres_agree_with_the_samples(name):
    sensor = {"landsat8": spectra.LANDSAT8, "sentinel2": spectra.SENTINEL2}[name]
    sample = getattr(samples, name)()
    bands = sample.bands + (sample.swir.bands if name == "sentinel2" else ())
    for band in bands:
        own = sensor.bands[sensor.index(band.name)]
        assert own.label == band.label
        assert own.centre_um == pytest.approx(band.wavelength_um, abs=0.0021)


def test_gaussian_falls_to_half_at_its_edges():
    fine = np.linspace(0.4, 0.7, 3001)
    row = spectra.CAMERA.pick("G").response(fine)[0]
    low, high = np.interp([0.49, 0.58], fine, row / row.max())
    assert low == pytest.approx(0.5, abs=0.002)
    assert high == pytest.approx(0.5, abs=0.002)


def test_a_box_between_two_wavelengths_is_shared_by_them():
    sensor = spectra.Sensor("two", (spectra.SensorBand("a", "a", 0.50, 0.52),), "box", "")
    np.testing.assert_allclose(sensor.response([0.49, 0.50, 0.51, 0.52]), [[0, 0.25, 0.5, 0.25]])
    # A coarse and uneven grid: each wavelength stands for the stretch nearest to it.
    np.testing.assert_allclose(sensor.response([0.40, 0.512, 0.9]), [[0, 1, 0]])


@named
@given(level=moderate)
def test_a_flat_spectrum_is_seen_as_it_is(sensor, level):
    seen = sensor.observe(np.full((2, 1, len(GRID)), level), GRID)
    assert seen.shape == (2, 1, len(sensor.bands))
    np.testing.assert_allclose(seen, level)


@given(a=vectors(206), b=vectors(206), share=st.floats(0, 1))
@settings(max_examples=30)
def test_sensors_are_linear_and_stay_within_the_spectrum(a, b, share):
    mixed = spectra.SENTINEL2.observe(share * a + (1 - share) * b, GRID)
    apart = [spectra.SENTINEL2.observe(v, GRID) for v in (a, b)]
    np.testing.assert_allclose(mixed, share * apart[0] + (1 - share) * apart[1], rtol=1e-9)
    assert apart[0].min() >= a.min() * (1 - 1e-12)
    assert apart[0].max() <= a.max() * (1 + 1e-12)


def test_float32_integers_and_lists_are_accepted_and_nan_stays_in_its_pixel():
    cube = np.random.default_rng(0).integers(1, 9, (3, 2, len(GRID)))
    exact = spectra.LANDSAT8.observe(cube, GRID)
    for other in (cube.astype(np.float32), cube.astype(np.uint16), cube.tolist()):
        seen = spectra.LANDSAT8.observe(other, list(GRID))
        assert seen.dtype == np.float64
        np.testing.assert_allclose(seen, exact, rtol=1e-5)
    holed = cube.astype(float)
    holed[1, 1] = np.nan
    seen = spectra.LANDSAT8.observe(holed, GRID)
    assert np.isnan(seen).all(axis=-1).tolist() == [[False] * 2, [False, True], [False] * 2]


def test_picking_bands():
    few = spectra.SENTINEL2.pick("nir", "B04", "green")
    assert few.labels == ("nir", "red", "green")
    assert [band.name for band in few.bands] == ["B08", "B04", "B03"]
    cube = np.random.default_rng(0).random((4, len(GRID)))
    everything = spectra.SENTINEL2.observe(cube, GRID)
    np.testing.assert_array_equal(few.observe(cube, GRID), everything[:, [7, 3, 2]])
    with pytest.raises(ValueError, match="no band 'thermal'; choose a name from B01"):
        spectra.SENTINEL2.pick("thermal")
    with pytest.raises(ValueError, match="at least one band"):
        spectra.SENTINEL2.pick()
    twins = spectra.Sensor("twins", 2 * spectra.LANDSAT8_PAN.bands, "box", "")
    with pytest.raises(ValueError, match="several bands 'pan'"):
        twins.index("pan")


@pytest.mark.parametrize(
    ("wavelengths", "error", "message"),
    [
        ([0.4], ValueError, "at least 2"),
        ([[0.4, 0.5]], ValueError, "at least 2"),
        ([0.6, 0.4, 0.4], ValueError, "holds 0.4 twice"),
        ([-0.4, 0.4], ValueError, "positive"),
        ([400.0, 500.0], ValueError, "divide by 1000"),
        ([0.4, np.nan], ValueError, "NaN"),
        (["red", "green"], TypeError, "expected integers or floats"),
        ([True, False], TypeError, "bool"),
    ],
)
def test_bad_wavelengths(wavelengths, error, message):
    with pytest.raises(error, match=message):
        spectra.CAMERA.response(wavelengths)


def test_bad_cubes_and_bands_out_of_reach():
    with pytest.raises(ValueError, match=r"band B8 .* mostly outside the given 1–2 µm"):
        spectra.LANDSAT8_PAN.response(np.linspace(1, 2, 50))
    with pytest.raises(ValueError, match=r"cube must be \(..., 206\), .* got shape \(3, 4\)$"):
        spectra.CAMERA.observe(np.zeros((3, 4)), GRID)
    with pytest.raises(ValueError, match=r"come first: .*np\.moveaxis\(x, 0, -1\)"):
        spectra.CAMERA.observe(np.zeros((206, 3, 4)), GRID)
    with pytest.raises(ValueError, match=r"shape \(\)"):
        spectra.CAMERA.observe(1.0, GRID)
    with pytest.raises(TypeError, match="complex128"):
        spectra.CAMERA.observe(np.zeros(206, complex), GRID)
    with pytest.raises(TypeError, match="masked"):
        spectra.CAMERA.observe(np.ma.zeros(206), GRID)
    with pytest.raises(ValueError, match="rectangular"):
        spectra.CAMERA.observe([[1, 2], [3]], GRID)


def test_bands_that_cannot_be():
    with pytest.raises(ValueError, match=r"high_um of band X must be above 0\.5"):
        spectra.SensorBand("X", "red", 0.5, 0.5)
    with pytest.raises(TypeError, match="low_um of band X must be a number"):
        spectra.SensorBand("X", "red", "0.5", 0.6)
    with pytest.raises(ValueError, match="unknown shape of a response 'round'; expected one of"):
        spectra.Sensor("S", spectra.CAMERA.bands, "round", "")


def test_imaging_spectrometer():
    sensor = spectra.imaging_spectrometer(11, 0.5, 1.5, gsd_m=20)
    np.testing.assert_allclose(sensor.centres_um, np.arange(5, 16) / 10)
    np.testing.assert_allclose([band.width_um for band in sensor.bands], 0.1)
    assert sensor.bands[3].name == "4"
    for n_bands in (1, 0):
        with pytest.raises(ValueError, match="n_bands must be at least 2"):
            spectra.imaging_spectrometer(n_bands)
    for n_bands in (2.0, "3", None, True):
        with pytest.raises(TypeError, match="n_bands must be a whole number"):
            spectra.imaging_spectrometer(n_bands)
    for low, high in [(1, 1), (2, 1), (1, np.inf)]:
        with pytest.raises(ValueError, match=f"high_um must be above {low}"):
            spectra.imaging_spectrometer(3, low, high)
    for low, high in [(0, 1), (-1, 1), (np.nan, 1)]:
        with pytest.raises(ValueError, match="low_um must be above 0"):
            spectra.imaging_spectrometer(3, low, high)
    with pytest.raises(ValueError, match="gsd_m must be above 0"):
        spectra.imaging_spectrometer(3, gsd_m=0)


def test_wavelengths_may_come_in_any_order():
    order = np.random.default_rng(3).permutation(len(GRID))
    for sensor in (spectra.LANDSAT8, spectra.CAMERA):
        np.testing.assert_allclose(
            sensor.response(GRID[order]), sensor.response(GRID)[:, order], atol=1e-12
        )
    with pytest.raises(ValueError, match="must ascend; sort"):
        spectra.wavelengths([0.5, 0.4])
    np.testing.assert_array_equal(spectra.wavelengths([0.5, 0.4], ascending=False), [0.5, 0.4])


def test_channels_of_indian_pines():
    channels, um = spectra.indian_pines_channels(), spectra.indian_pines_um()
    assert channels.shape == um.shape == (200,)
    assert channels[103] == 109  # what papers call band 104
    assert set(range(1, 221)) - set(channels.tolist()) == {*range(104, 109), *range(150, 164), 220}
    # Even spacing, which many lists take for granted, is up to 0.028 µm off.
    off = um - (0.4 + 2.1 * (channels - 1) / 219)
    assert np.abs(off).max() == pytest.approx(0.0284, abs=1e-4)
    assert np.flatnonzero(np.diff(um) < 0).tolist() == [30, 93]
    np.testing.assert_allclose(
        um[[0, 30, 31, 103, 199]], [0.4, 0.6965, 0.6869, 1.4124, 2.4891], atol=1e-4
    )


def test_bands_of_indian_pines_lie_in_the_order_of_the_file():
    """Where two spectrometers overlap, woods look to bands 32 and 33 as they do to bands 30 and 31."""
    scene = samples.indian_pines()
    woods = scene.image[scene.labels == scene.class_names.index("woods")].mean(axis=0)
    for one, other in ((29, 31), (30, 32), (93, 95)):
        assert woods[one] == pytest.approx(woods[other], rel=0.01)
        assert abs(woods[one] / woods[one + 1] - 1) > 0.05
    order = np.argsort(spectra.indian_pines_um())
    assert order[29:33].tolist() == [29, 31, 30, 32]
    red = spectra.indian_pines_um() < 0.75
    assert (
        np.diff(woods[order][red[order]][29:]) > -0.05
    ).all()  # the red edge climbs, without a fold


@pytest.mark.parametrize("line_um", [0.762, 0.942, 2.01], ids=["oxygen", "water", "CO₂"])
def test_wavelengths_of_indian_pines_put_absorption_where_it_is(line_um):
    order = np.argsort(spectra.indian_pines_um())
    mean = samples.indian_pines().image.reshape(-1, 200).mean(axis=0)[order]
    dips = 1 + np.flatnonzero((mean[1:-1] < mean[:-2]) & (mean[1:-1] < mean[2:]))
    assert np.abs(spectra.indian_pines_um()[order][dips] - line_um).min() < 0.007


# ------------------------------------------------------------------------------------- angle


def test_angles_that_one_knows():
    assert spectra.spectral_angle([1, 0], [0, 1]) == pytest.approx(np.pi / 2)
    assert spectra.spectral_angle([1, 0], [1, 1]) == pytest.approx(np.pi / 4)
    assert spectra.spectral_angle([1, 2, 3], [-1, -2, -3]) == pytest.approx(np.pi)
    assert spectra.spectral_angle([5], [2]) == 0  # one band has no shape
    assert np.isnan(spectra.spectral_angle([0, 0], [1, 1]))
    assert np.isnan(spectra.spectral_angle([1, np.nan], [1, 1]))


@given(a=vectors(), b=vectors(), gain=moderate)
def test_angle_is_a_distance_that_brightness_does_not_change(a, b, gain):
    angle = spectra.spectral_angle(a, b)
    assert 0 <= angle <= np.pi / 2 + 1e-9
    assert spectra.spectral_angle(b, a) == angle
    np.testing.assert_allclose(spectra.spectral_angle(gain * a, b), angle, atol=1e-12)
    np.testing.assert_allclose(spectra.spectral_angle(a, gain * a), 0, atol=1e-12)
    cosine = np.clip(a @ b / np.linalg.norm(a) / np.linalg.norm(b), -1, 1)
    np.testing.assert_allclose(np.cos(angle), cosine, atol=1e-12)


@given(a=vectors(), b=vectors(), c=vectors())
def test_angles_obey_the_triangle_inequality(a, b, c):
    ab, bc, ac = (spectra.spectral_angle(x, y) for x, y in ((a, b), (b, c), (a, c)))
    assert ac <= ab + bc + 1e-9


def test_small_angles_keep_their_digits():
    """The arccos of a cosine cannot tell angles below 1e-8 from zero."""
    for angle in (1e-6, 1e-9, 1e-12):
        found = spectra.spectral_angle([1, 0], [np.cos(angle), np.sin(angle)])
        assert found == pytest.approx(angle, rel=1e-4)


@pytest.mark.parametrize("scale", [1e-200, 1e200])
def test_extreme_values_neither_vanish_nor_overflow(scale):
    assert spectra.spectral_angle([scale, 0], [scale, scale]) == pytest.approx(np.pi / 4)


def test_angle_broadcasts():
    image, references = np.random.default_rng(0).random((4, 5, 6)), np.eye(6)[:3]
    angles = spectra.spectral_angle(image[:, :, None], references)
    assert angles.shape == (4, 5, 3)
    assert angles[2, 3, 1] == spectra.spectral_angle(image[2, 3], references[1])
    assert spectra.spectral_angle(np.zeros((0, 6)), references[0]).shape == (0,)
    assert spectra.spectral_angle(np.uint8([200, 200]), np.uint8([100, 100])) == 0


@pytest.mark.parametrize(
    ("a", "b"),
    [([1, 2], [1, 2, 3]), (1, [1]), ([1], 1), ([], []), (np.ones((2, 3)), np.ones((4, 3)))],
)
def test_angle_refuses_what_does_not_fit(a, b):
    with pytest.raises(ValueError, match="the spectra have shapes"):
        spectra.spectral_angle(a, b)


def test_angle_says_that_bands_come_first():
    for a, b in [(np.ones((5, 2, 3)), np.ones(5)), (np.ones(5), np.ones((5, 2, 3)))]:
        with pytest.raises(ValueError, match=r"come first: .*np\.moveaxis\(x, 0, -1\)"):
            spectra.spectral_angle(a, b)


def test_angle_agrees_with_torchmetrics():
    import torch
    from torchmetrics.functional.image import spectral_angle_mapper

    a, b = np.random.default_rng(0).random((2, 1, 4, 16, 16))
    reference = spectral_angle_mapper(torch.tensor(a), torch.tensor(b), reduction="none")
    mine = spectra.spectral_angle(a.transpose(0, 2, 3, 1), b.transpose(0, 2, 3, 1))
    np.testing.assert_allclose(mine, reference.numpy(), atol=1e-6)


# -------------------------------------------------------------------------------------- NDVI


def test_ndvi():
    assert spectra.ndvi(0.5, 0.1) == pytest.approx(2 / 3)
    assert spectra.ndvi(np.uint8(3), np.uint8(200)) == pytest.approx(-197 / 203)  # no wrap-around
    assert np.isnan(spectra.ndvi(0, 0))
    assert spectra.ndvi(0.2, 0) == 1
    assert not np.signbit(spectra.ndvi(0.3, 0.3))
    assert np.isnan(spectra.ndvi([np.nan, 1], [1, 1])).tolist() == [True, False]
    with pytest.raises(ValueError, match="one grid"):
        spectra.ndvi([1, 2], [1, 2, 3])
    with pytest.raises(TypeError, match="nir holds bool"):
        spectra.ndvi([True], [False])


@pytest.mark.parametrize(
    ("nir", "red"),
    [
        (-9999, -9999),  # no data; the plain quotient is −0.0
        (0.02, -0.001),  # dark water after correction for the atmosphere; the quotient is 1.1
        (-0.001, 0.02),
        (-0.5, 0.5),
        (np.inf, 1),
        (np.inf, np.inf),
        (1e308, 1e308),  # the sum overflows
    ],
)
def test_ndvi_is_nan_where_it_means_nothing(nir, red):
    index = spectra.ndvi([nir, 0.5], [red, 0.1])
    assert np.isnan(index[0])
    assert index[1] == pytest.approx(2 / 3)


@given(
    nir=hnp.arrays(float, 5, elements=st.floats()), red=hnp.arrays(float, 5, elements=st.floats())
)
def test_ndvi_of_any_numbers_is_in_range_or_nan(nir, red):
    index = spectra.ndvi(nir, red)
    assert (np.isnan(index) | (np.abs(index) <= 1)).all()


@given(nir=vectors(), red=vectors(), gain=moderate)
def test_ndvi_is_bounded_antisymmetric_and_blind_to_brightness(nir, red, gain):
    index = spectra.ndvi(nir, red)
    assert (np.abs(index) <= 1).all()
    np.testing.assert_array_equal(spectra.ndvi(red, nir), -index)
    np.testing.assert_allclose(spectra.ndvi(gain * nir, gain * red), index, atol=1e-12)


def test_plants_have_a_high_ndvi_and_nothing_else_has():
    red, nir = (
        spectra.LANDSAT8.pick("red", "nir")
        .observe(landscape.reflectance(), landscape.WAVELENGTHS_UM)
        .T
    )
    index = dict(zip(landscape.MATERIALS, spectra.ndvi(nir, red), strict=True))
    assert min(index[name] for name in ("crop", "meadow", "conifers")) > 0.7
    assert max(v for k, v in index.items() if k not in ("crop", "meadow", "conifers")) < 0.35
    assert index["water"] < 0


# ------------------------------------------------------------------------------- false colour


def test_false_colour_stretches_each_band():
    image = np.stack([np.linspace(5, 9, 12).reshape(3, 4) * k for k in (1, 10, 100, 7)], axis=-1)
    shown = spectra.false_colour(image, (3, 0, 2), percentiles=(0, 100))
    assert shown.shape == (3, 4, 3)
    assert shown.dtype == np.float32
    np.testing.assert_allclose(
        shown, np.linspace(0, 1, 12).reshape(3, 4, 1).repeat(3, 2), atol=1e-6
    )


def test_false_colour_of_odd_images():
    constant = np.full((2, 3, 3), 7.0)
    assert (spectra.false_colour(constant, (0, 1, 2)) == 0).all()
    assert (spectra.false_colour(np.ones((1, 1, 1)), (0, 0, 0)) == 0).all()
    holed = np.random.default_rng(0).random((4, 4, 3))
    holed[1, 2, 0] = np.nan
    shown = spectra.false_colour(holed, (0, 1, 2))
    assert np.isfinite(shown).all()
    assert (shown[1, 2] == 0).all()


@pytest.mark.parametrize(
    ("image", "bands", "percentiles", "message"),
    [
        (np.zeros((2, 2)), (0, 1, 2), (2, 98), r"must be \(H, W, B\)"),
        (np.zeros((0, 2, 3)), (0, 1, 2), (2, 98), "with pixels"),
        (np.zeros((2, 2, 3)), (0, 1, 3), (2, 98), "from 0 to 2"),
        (np.zeros((2, 2, 3)), (0, 1), (2, 98), "three numbers"),
        (np.zeros((2, 2, 3)), (0, 1, -1), (2, 98), "from 0 to 2"),
        (np.zeros((2, 2, 3)), (0, 1, 2), (98, 2), "ascend"),
        (np.zeros((2, 2, 3)), (0, 1, 2), (2, 101), "percentile must be at least 0 and at most 100"),
        (np.zeros((9, 2, 3)), (0, 1, 8), (2, 98), "bands come first"),
        (np.full((2, 2, 3), np.nan), (0, 1, 2), (2, 98), "no pixel has a finite value"),
    ],
)
def test_false_colour_refuses(image, bands, percentiles, message):
    with pytest.raises(ValueError, match=message):
        spectra.false_colour(image, bands, percentiles)


# ----------------------------------------------------------------------------- band selection


def explained(data, chosen):
    """Share of the variance of all bands that a linear function of the chosen ones predicts."""
    centred = data - data.mean(axis=0)
    rest = (
        centred - centred[:, chosen] @ np.linalg.lstsq(centred[:, chosen], centred, rcond=None)[0]
    )
    return 1 - (rest**2).sum() / (centred**2).sum()


@given(seed=st.integers(0, 1000), rank=st.integers(1, 6))
def test_each_band_is_the_best_addition(seed, rank):
    rng = np.random.default_rng(seed)
    data = rng.normal(size=(12, rank)) @ rng.normal(size=(rank, 6)) + 5
    chosen = spectra.select_bands(data, 6).tolist()
    assert len(chosen) == len(set(chosen)) == rank
    for k, band in enumerate(chosen):
        options = {b: explained(data, [*chosen[:k], b]) for b in range(6) if b not in chosen[:k]}
        assert options[band] == pytest.approx(max(options.values()), abs=1e-8)
    assert explained(data, chosen) == pytest.approx(1)
    assert spectra.select_bands(data.reshape(3, 4, 6), 1).tolist() == chosen[:1]


def test_few_bands_of_a_real_cube_predict_the_others():
    pixels = samples.indian_pines().image.astype(float).reshape(-1, 200)
    chosen = spectra.select_bands(pixels, 8)
    assert explained(pixels, chosen) > 0.94
    assert explained(pixels, chosen) > explained(pixels, np.linspace(0, 199, 8).astype(int))


def test_band_selection_of_odd_images():
    assert spectra.select_bands(np.ones((3, 3, 4)), 2).shape == (0,)
    twice = np.random.default_rng(0).random((9, 1)) * [1, 2, 3]
    assert spectra.select_bands(twice, 3).shape == (1,)


@pytest.mark.parametrize(
    ("data", "n_bands", "message"),
    [
        (np.ones((1, 4)), 2, "one pixel has no variance"),
        (np.ones(4), 2, r"must be \(..., B\)"),
        (np.ones((0, 4)), 2, "with pixels"),
        (np.full((3, 4), np.nan), 2, "12 values that are NaN"),
        (np.ones((3, 4)), 0, "1 … 4"),
        (np.ones((3, 4)), 5, "1 … 4"),
        (np.full((3, 4), 1e200), 2, "squares overflow"),
    ],
)
def test_band_selection_refuses(data, n_bands, message):
    with pytest.raises(ValueError, match=message):
        spectra.select_bands(data, n_bands)


def test_numbers_of_bands_are_whole():
    with pytest.raises(TypeError, match=r"n_bands must be a whole number, got 2\.0"):
        spectra.select_bands(np.ones((3, 4)), 2.0)
    with pytest.raises(TypeError, match=r"a band must be a whole number, got 1\.0"):
        spectra.false_colour(np.zeros((2, 2, 3)), (0, 1.0, 2))
