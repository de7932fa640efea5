"""The landscape holds what it says: every material, honest mixtures, light that only scales."""

import hashlib
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seglearn.imaging import landscape
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
    with pytest.raises(ValueError, match="no material 'concrete'; choose one of water"):
        landscape.reflectance("concrete")


def test_the_table_is_credited():
    text = (landscape._TABLE.parent / "CREDITS.md").read_text(encoding="utf-8")
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
        ({"seed": 1.5}, TypeError, "integer"),
        ({"seed": 0, "size": 63}, ValueError, "at least 64"),
        ({"seed": 0, "size": 64.0}, TypeError, "integer"),
        ({"seed": 0, "relief": 3}, ValueError, "relief must lie in"),
        ({"seed": 0, "relief": float("nan")}, ValueError, "relief must lie in"),
    ],
)
def test_bad_arguments(arguments, error, message):
    with pytest.raises(error, match=message):
        make_landscape(**arguments)
