"""The landscape holds what it says: every material, honest mixtures, light that only scales."""

import hashlib
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seglearn.data.assets import asset
from seglearn.imaging import landscape, spectra
from seglearn.imaging.landscape import MATERIALS, make_landscape

LAND = make_landscape(3)


def test_reflectances_are_fractions_and_look_like_what_they_are():
    table = landscape.reflectance()
    assert table.shape == (len(MATERIALS), len(landscape.WAVELENGTHS_UM)) == (10, 206)
    assert ((table > 0) & (table < 1)).all()

    def at(material, um):
        return landscape.reflectance(material)[round(100 * um) - 40]

    for plant in ("crop", "meadow", "conifers"):
        assert at(plant, 0.55) > at(plant, 0.45)  # green …
        assert at(plant, 0.55) > at(plant, 0.67)
        assert at(plant, 0.85) > 4 * at(plant, 0.67)  # … and bright in the near infrared
        assert at(plant, 0.85) > 2 * at(plant, 2.2)
    assert at("water", 0.85) < 0.05
    assert at("muddy water", 0.6) > 0.2
    assert at("muddy water", 1.65) < 0.01
    assert at("bare soil", 1.65) > at("bare soil", 0.85) > at("bare soil", 0.55)


def test_reflectance_of_one_material_is_the_callers_own():
    mine = landscape.reflectance("crop")
    mine[:] = 0
    assert landscape.reflectance("crop").min() > 0
    np.testing.assert_array_equal(landscape.reflectance("water"), landscape.reflectance()[0])
    with pytest.raises(ValueError, match="unknown material 'concrete'; expected one of 'water'"):
        landscape.reflectance("concrete")


def test_the_table_is_credited():
    text = (asset("reflectance/materials.csv").parent / "CREDITS.md").read_text(encoding="utf-8")
    assert all(name in text for name in MATERIALS)


@given(seed=st.integers(0, 2**32), size=st.integers(landscape.SMALLEST, 130))
@settings(max_examples=15, deadline=None)
def test_every_landscape_is_complete_and_consistent(seed, size):
    land = make_landscape(seed, size)
    assert land.labels.shape == land.fields.shape == land.illumination.shape == (size, size)
    assert set(np.unique(land.labels)) == set(range(len(MATERIALS)))
    np.testing.assert_allclose(land.abundances.sum(axis=-1), 1, atol=1e-6)
    assert land.abundances.min() >= 0
    assert land.illumination.min() > 0
    bare = np.isin(land.labels, [MATERIALS.index(m) for m in ("asphalt", "clay tile", "water")])
    assert (land.fields[bare] == 0).all()
    for number in np.unique(land.fields[land.fields > 0]):
        assert len(np.unique(land.labels[land.fields == number])) == 1


def test_the_label_is_the_largest_share_on_average():
    """A thin spot in a field may be mostly soil, but no field as a whole is."""
    for number in np.unique(LAND.fields[LAND.fields > 0]):
        inside = LAND.fields == number
        assert LAND.abundances[inside].mean(axis=0).argmax() == LAND.labels[inside][0]
    hard = LAND.fields == 0
    np.testing.assert_array_equal(LAND.abundances[hard].argmax(axis=-1), LAND.labels[hard])
    assert (LAND.abundances[hard].max(axis=-1) == 1).all()


def test_the_sky_is_that_of_the_published_model():
    """Values of the same model (SPCTRL2) as pvlib 0.16 computes it, over black ground."""
    um = [0.4, 0.45, 0.55, 0.656, 0.86, 1.61, 2.198]
    for elevation, turbidity, expected in (
        (45, 0.1, [0.31623, 0.24488, 0.15236, 0.10654, 0.06617, 0.02546, 0.01607]),
        (30, 0.3, [0.60161, 0.51742, 0.38955, 0.30949, 0.21901, 0.09551, 0.06159]),
        (70, 0.05, [0.20982, 0.154, 0.08564, 0.05468, 0.03048, 0.01047, 0.00648]),
    ):
        np.testing.assert_allclose(
            landscape.sky_share(um, elevation, turbidity), expected, atol=3e-5
        )


@given(
    elevation=st.floats(5, 90),
    turbidity=st.floats(0, 0.5),
    um=st.lists(st.floats(0.46, 4), min_size=2, max_size=9, unique=True),
)
def test_the_sky_is_blue_and_more_so_without_haze(elevation, turbidity, um):
    share = landscape.sky_share(um, elevation, turbidity)
    assert ((share >= 0) & (share < 1)).all()
    assert (np.diff(share[np.argsort(um)]) <= 1e-12).all()
    assert (landscape.sky_share(um, elevation, 0) <= share + 1e-12).all()


def test_without_haze_the_sky_follows_the_fourth_power():
    """Halving the wavelength makes sixteen times as much of what air scatters, where that is little."""
    share = landscape.sky_share([1.0, 2.0], 90, 0)
    assert share[0] / share[1] == pytest.approx(16, rel=0.05)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"wavelengths_um": [0.2, 0.5]}, ValueError, "from 0.3 to 4 µm, got 0.2 to 0.5"),
        ({"wavelengths_um": [400.0, 500.0]}, ValueError, "divide by 1000"),
        ({"sun_elevation": 0}, ValueError, "sun_elevation must be at least 5"),
        ({"turbidity": -0.1}, ValueError, "turbidity must be at least 0"),
        ({"turbidity": "much"}, TypeError, "turbidity must be a number"),
    ],
)
def test_skies_that_cannot_be(arguments, error, message):
    with pytest.raises(error, match=message):
        landscape.sky_share(**arguments)


def test_under_a_clear_sky_shade_has_a_colour():
    clear = make_landscape(3, light="clear sky")
    np.testing.assert_array_equal(clear.labels, LAND.labels)
    np.testing.assert_array_equal(clear.abundances, LAND.abundances)
    assert (LAND.sky == 0).all()
    y, x = np.argwhere((clear.illumination == 0) & (clear.labels == MATERIALS.index("crop")))[0]
    mixture = clear.abundances[y, x] @ landscape.reflectance()
    np.testing.assert_allclose(clear.cube[y, x], mixture * landscape.sky_share(), rtol=1e-5)
    np.testing.assert_allclose(
        LAND.cube[y, x] / mixture, LAND.illumination[y, x], rtol=1e-5
    )  # grey
    open_ground = np.abs(clear.illumination - 1).argmin()
    left = (clear.cube / (clear.abundances @ landscape.reflectance())).reshape(-1, 206)[open_ground]
    np.testing.assert_allclose(left, 1, atol=1e-4)  # sun and sky together are white there
    # On hills little changes; where the sun does not reach, the index of vegetation falls.
    sensor = spectra.LANDSAT8.pick("nir", "red")
    index, grey_index = (
        spectra.ndvi(*np.moveaxis(sensor.observe(land.cube, landscape.WAVELENGTHS_UM), -1, 0))
        for land in (clear, LAND)
    )
    change = (index - grey_index)[clear.labels == MATERIALS.index("crop")]
    sun = clear.illumination[clear.labels == MATERIALS.index("crop")]
    assert np.abs(change[sun > 0.6]).max() < 0.02
    assert change[sun == 0].max() < -0.05


def test_cube_is_mixture_times_light():
    assert LAND.cube.shape == (256, 256, 206)
    assert LAND.cube.dtype == np.float32
    for y, x in [(0, 0), (128, 40), (200, 220), (77, 181)]:
        expected = LAND.abundances[y, x] @ landscape.reflectance() * LAND.illumination[y, x]
        np.testing.assert_allclose(LAND.cube[y, x], expected, rtol=1e-5)


def test_fields_of_one_class_differ():
    crops = [
        LAND.abundances[LAND.fields == n][:, MATERIALS.index("crop")].mean()
        for n in np.unique(LAND.fields)
        if n and LAND.labels[LAND.fields == n][0] == MATERIALS.index("crop")
    ]
    assert len(crops) > 5
    assert max(crops) - min(crops) > 0.2


def test_without_relief_there_is_no_shade():
    flat = make_landscape(3, relief=0)
    assert flat.illumination.std() < 0.02
    np.testing.assert_array_equal(flat.labels, LAND.labels)
    assert LAND.illumination.std() > 0.1


def test_same_seed_same_landscape_in_another_process():
    def digest(land):
        parts = (land.labels, land.fields, land.abundances, land.illumination)
        return hashlib.sha256(
            b"".join(np.ascontiguousarray(p).tobytes() for p in parts)
        ).hexdigest()

    script = (
        "import hashlib, numpy as np\n"
        "from seglearn.imaging.landscape import make_landscape\n"
        "land = make_landscape(5, 80)\n"
        "parts = (land.labels, land.fields, land.abundances, land.illumination)\n"
        "print(hashlib.sha256(b''.join(np.ascontiguousarray(p).tobytes() for p in parts)).hexdigest())"
    )
    there = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert there.stdout.strip() == digest(make_landscape(5, 80))
    assert digest(make_landscape(5, 80)) != digest(make_landscape(6, 80))
    assert repr(LAND) == "Landscape(256×256 pixels of 2 m)"


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"seed": -1}, ValueError, "seed must not be negative"),
        ({"seed": 1.5}, TypeError, "seed must be .* a seed, got 1.5"),
        ({"seed": None}, TypeError, "seed must be .* a seed, got None"),
        ({"seed": 0, "size": 63}, ValueError, "at least 64"),
        ({"seed": 0, "size": 64.0}, TypeError, "size must be a whole number"),
        ({"seed": 0, "light": "moon"}, ValueError, "unknown light 'moon'; expected one of 'grey'"),
        ({"seed": 0, "relief": 3}, ValueError, "relief must be at least 0 and at most 2"),
        (
            {"seed": 0, "relief": float("nan")},
            ValueError,
            "relief must be at least 0 and at most 2",
        ),
    ],
)
def test_bad_arguments(arguments, error, message):
    with pytest.raises(error, match=message):
        make_landscape(**arguments)
