"""A stretch of land seen from above, of which every spectrum, shadow and mixture is known.

Fields, a wood, a river and a muddy side arm, roads and roofs are laid out at random. Each material
reflects light as measured spectra say (`reflectance`); hills and roofs throw shade; crops leave some
soil visible, so that two fields of one class have different spectra. Any sensor can then look at it::

    from seglearn.imaging import landscape, spectra

    land = landscape.make_landscape(0)
    rgb = spectra.CAMERA.observe(land.cube, landscape.WAVELENGTHS_UM)
    land.labels  # what is really there

By default light and shade are grey: a shadow is darker at all wavelengths alike. Under a ``"clear
sky"`` a shadow has the colour of the sky, which lights it (`sky_share`).
"""

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from seglearn import inputs
from seglearn.data.assets import asset
from seglearn.imaging import spectra
from seglearn.words import say

__all__ = [
    "MATERIALS",
    "SMALLEST",
    "WAVELENGTHS_UM",
    "Landscape",
    "make_landscape",
    "reflectance",
    "sky_share",
]

MATERIALS = (
    "water",
    "muddy water",
    "conifers",
    "crop",
    "meadow",
    "dry grass",
    "bare soil",
    "asphalt",
    "clay tile",
    "green metal",
)
"""What a label stands for: `Landscape.labels` are indices into this."""

WAVELENGTHS_UM = np.arange(40, 246) / 100
"""Wavelengths of every spectrum here, in micrometres: 0.40 to 2.45, in steps of 0.01."""
WAVELENGTHS_UM.flags.writeable = False

SMALLEST = 64
"""Least side of a landscape, in pixels."""

_WATER, _MUD, _WOOD, _CROP, _MEADOW, _DRY, _SOIL, _ROAD, _TILE, _METAL = range(len(MATERIALS))


@cache
def _table() -> NDArray[np.float64]:
    path = asset("reflectance/materials.csv")
    table = np.loadtxt(path, delimiter=",", skiprows=1)
    if not np.allclose(table[:, 0], WAVELENGTHS_UM):
        raise RuntimeError(
            say("{path} does not hold the wavelengths expected; restore the file", path=path)
        )
    return table[:, 1:].T


def reflectance(material: str | None = None) -> NDArray[np.float64]:
    """Return how much light of each wavelength a material reflects.

    Parameters
    ----------
    material : str, optional
        One of `MATERIALS`; by default all of them.

    Returns
    -------
    (206,) or (10, 206) float64
        Fractions in (0, 1) at `WAVELENGTHS_UM`. Measured, but for crop and meadow, which a model of
        the canopy computed; sources are in ``assets/reflectance/CREDITS.md``. Where the air lets no
        light through (1.36–1.45 and 1.80–1.96 µm) six of the ten are straight lines.

    Raises
    ------
    ValueError
        If there is no such material.
    """
    if material is None:
        return _table().copy()
    return _table()[MATERIALS.index(inputs.choice(material, "material", MATERIALS))].copy()


def sky_share(
    wavelengths_um: Any = WAVELENGTHS_UM, sun_elevation: float = 45.0, turbidity: float = 0.1
) -> NDArray[np.float64]:
    """Return which share of the light on flat open ground comes from the clear sky, not from the sun.

    Air scatters short waves most, with nearly the fourth power of 1/wavelength: so the sky is blue.
    Haze scatters them too, less selectively. What gases absorb dims both kinds of light alike and
    falls out of the share. Light that the ground sends up and the air sends back is left out.

    Parameters
    ----------
    wavelengths_um : (L,) array of float
        In micrometres, from 0.3 to 4, where the model holds; `WAVELENGTHS_UM` by default.
    sun_elevation : float
        Height of the sun over the horizon, in degrees, from 5 to 90.
    turbidity : float
        Optical depth of the haze at 0.5 µm, from 0 (none) to 0.5. About 0.1 on a clear day.

    Returns
    -------
    (L,) float64
        In [0, 1).

    Raises
    ------
    TypeError, ValueError
        If the wavelengths are none, or a number is out of range.

    References
    ----------
    R. E. Bird, C. Riordan, "Simple solar spectral model for direct and diffuse irradiance on
    horizontal and tilted planes at the earth's surface for cloudless atmospheres", Solar Energy
    Research Institute, TR-215-2436, 1984, equations 2-4 to 2-7, 3-5, 3-6, 3-9 and 3-11 to 3-17, with
    its rural haze.
    """
    um = spectra.wavelengths(wavelengths_um, ascending=False)
    if um.min() < 0.3 or um.max() > 4:
        raise ValueError(
            say(
                "the model of the sky holds from 0.3 to 4 µm, got {low:g} to {high:g}; "
                "leave out what lies beyond",
                low=um.min(),
                high=um.max(),
            )
        )
    zenith = 90 - inputs.number(sun_elevation, "sun_elevation", 5, 90)
    turbidity = inputs.number(turbidity, "turbidity", 0, 0.5)
    slant = np.cos(np.radians(zenith))
    mass = 1 / (slant + 0.15 * (93.885 - zenith) ** -1.253)  # air in the way of the sun, 1 at noon
    air = np.exp(-mass / (um**4 * (115.6406 - 1.335 / um**2)))  # share that gets through
    scattering = 0.945 * np.exp(-0.095 * np.log(um / 0.4) ** 2)  # of what haze takes away
    haze = np.exp(-scattering * turbidity * (um / 0.5) ** -1.14 * mass)
    # Haze scatters mostly forwards: this share of it goes on down.
    log = np.log(1 - 0.65)
    a = log * (1.459 + log * (0.1595 + log * 0.4129))
    b = log * (0.0783 + log * (-0.3824 - log * 0.5874))
    down = 1 - 0.5 * np.exp((a + b * slant) * slant)
    violet = np.where(um <= 0.45, (um + 0.55) ** 1.8, 1)
    sky = violet * (0.5 * (1 - air**0.95) + air**1.5 * (1 - haze) * down)
    return np.asarray(sky / (sky + air * haze))


@dataclass(frozen=True, eq=False)
class Landscape:
    """A landscape and its truth.

    Attributes
    ----------
    labels : (H, W) uint8
        What stands on each pixel: an index into `MATERIALS`.
    fields : (H, W) int32
        Which field a pixel belongs to, from 1; 0 on water, roads and roofs.
    abundances : (H, W, 10) float32
        Share of each material in the pixel; sums to 1. A pixel of crop holds soil as well.
    illumination : (H, W) float32
        Light of the sun on the pixel, as a share of what falls on flat open ground; alike at all
        wavelengths.
    sky : (206,) float32
        Share of the light on flat open ground that comes from the sky and reaches every pixel alike,
        at each wavelength. All 0 where light is grey.
    pixel_size_m : float
        Side of a pixel on the ground, metres.
    """

    labels: NDArray[np.uint8]
    fields: NDArray[np.int32]
    abundances: NDArray[np.float32]
    illumination: NDArray[np.float32]
    sky: NDArray[np.float32]
    pixel_size_m: float

    @cached_property
    def cube(self) -> NDArray[np.float32]:
        """Light that leaves each pixel, (H, W, 206) float32, as a share of that on flat ground.

        The reflectances of the materials, mixed in proportion to their area, times the light of sun
        and sky.
        """
        mixed = self.abundances @ _table().astype(np.float32)
        mixed *= self.illumination[..., None] * (1 - self.sky) + self.sky
        return mixed

    def __repr__(self) -> str:
        height, width = self.labels.shape
        return say(
            "Landscape({height}×{width} pixels of {metres:g} m)",
            height=height,
            width=width,
            metres=self.pixel_size_m,
        )


def make_landscape(
    seed: int,
    size: int = 256,
    relief: float = 1.0,
    light: Literal["grey", "clear sky"] = "grey",
) -> Landscape:
    """Make a landscape with all ten materials.

    Parameters
    ----------
    seed : int
        Not negative. The same seed gives the same landscape.
    size : int
        Pixels along a side, at least `SMALLEST`. A pixel is 2 m wide whatever the size.
    relief : float
        Strength of light and shade: 0 is flat country under an overcast sky; at 1 the steepest slopes
        get half, or one and a half times, the light of flat ground, tree crowns vary more than that,
        and beside a roof 0.4 of the light is left.
    light : {"grey", "clear sky"}
        Colour of the shade. ``"grey"``: the same share of light is left at all wavelengths. ``"clear
        sky"``: hills, crowns and roofs take away light of the sun alone, beside a roof all of it; the
        sky lights every pixel, by `sky_share`.

    Returns
    -------
    Landscape

    Raises
    ------
    TypeError
        If `seed` or `size` is no integer, or `relief` no number.
    ValueError
        If one of the numbers is out of range, or there is no such light.
    """
    rng = inputs.generator(seed, "seed")
    size = inputs.whole(size, "size", SMALLEST)
    relief = inputs.number(relief, "relief", 0, 2)
    clear = inputs.choice(light, "light", ("grey", "clear sky")) == "clear sky"
    labels, fields = _lay_out_fields(rng, size)
    roofs = _build(rng, labels)
    fields[np.isin(labels, [_WATER, _MUD, _ROAD, _TILE, _METAL])] = 0
    abundances = _mix(rng, labels, fields)
    sun = _shade(rng, labels, roofs, relief, left=0.0 if clear else 0.4)
    sky = sky_share() if clear else np.zeros(len(WAVELENGTHS_UM))
    return Landscape(labels, fields, abundances, sun, sky.astype(np.float32), pixel_size_m=2.0)


def _lay_out_fields(
    rng: np.random.Generator, size: int
) -> tuple[NDArray[np.uint8], NDArray[np.int32]]:
    """Divide the land into fields around jittered points, each with one kind of cover."""
    from scipy.spatial import cKDTree

    n = 6
    corners = np.stack(np.meshgrid(np.arange(n), np.arange(n), indexing="ij"), -1).reshape(-1, 2)
    points = (corners + rng.uniform(0.15, 0.85, corners.shape)) * size / n
    # Stretched along one axis, cells look like fields rather than like foam.
    stretch = np.array([1.0, 1.5])
    grid = np.stack(np.meshgrid(np.arange(size), np.arange(size), indexing="ij"), -1) + 0.5
    _, nearest = cKDTree(points * stretch).query(grid.reshape(-1, 2) * stretch)
    fields = np.asarray(nearest.reshape(size, size) + 1, dtype=np.int32)
    kinds = np.resize([_CROP, _MEADOW, _SOIL, _WOOD, _CROP, _DRY, _CROP, _MEADOW], n * n)
    rng.shuffle(kinds)
    return kinds[fields - 1].astype(np.uint8), fields


def _build(rng: np.random.Generator, labels: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Draw river, side arm, roads and roofs into the labels; return where the roofs are."""
    size = len(labels)
    y, x = np.mgrid[:size, :size] + 0.5
    # Roads: one across, one down, one slanting; 3 pixels wide, the slanting one 2.
    across = size * rng.uniform(0.55, 0.7) + 0.1 * size * np.sin(x / size * 3 + rng.uniform(0, 6))
    down = size * rng.uniform(0.55, 0.75)
    slanting = size * rng.uniform(0.05, 0.15) + 0.5 * x
    for distance, width in ((y - across, 3), (x - down, 3), (y - slanting, 2)):
        labels[np.abs(distance) < width / 2] = _ROAD
    roofs = np.zeros_like(labels, dtype=bool)
    for i in range(26):
        along = int(size * (i + rng.uniform(0.1, 0.9)) / 26)
        side = int(rng.choice([-1, 1]) * rng.integers(7, 11))
        top = int(across[0, along]) + side - 3 if i % 2 else along
        left = along if i % 2 else int(down) + side - 3
        height, width = rng.integers(4, 8, 2)
        house = np.s_[max(top, 0) : top + height, max(left, 0) : left + width]
        if top + height <= size and left + width <= size and not roofs[house].any():
            labels[house] = _METAL if i % 5 == 0 else _TILE
            roofs[house] = True
    # The river comes last: it floods what stood in its way, and bridges are not built.
    river = size * (rng.uniform(0.2, 0.3) + 0.08 * np.sin(y / size * 5 + rng.uniform(0, 6)))
    arm = size * (0.45 + 0.05 * np.sin(x / size * 9))
    muddy = (np.abs(y - arm) < size * 0.018) & (x < river)
    labels[muddy] = _MUD
    water = np.abs(x - river) < size * 0.035
    labels[water] = _WATER
    return roofs & ~muddy & ~water


def _mix(
    rng: np.random.Generator, labels: NDArray[np.uint8], fields: NDArray[np.int32]
) -> NDArray[np.float32]:
    """Let every field mix its own material with what shows through it."""
    through = {_CROP: _SOIL, _MEADOW: _DRY, _DRY: _SOIL, _SOIL: _DRY, _WOOD: _MEADOW}
    spread = {
        _CROP: (0.5, 0.98),
        _MEADOW: (0.6, 1),
        _DRY: (0.7, 1),
        _SOIL: (0.9, 1),
        _WOOD: (0.8, 1),
    }
    pure = np.eye(len(MATERIALS), dtype=np.float32)
    abundances = pure[labels]
    grain = rng.normal(0, 0.03, labels.shape)
    for number in range(1, fields.max() + 1):
        inside = fields == number
        if not inside.any():
            continue
        kind = int(labels[inside][0])
        cover = np.clip(rng.uniform(*spread[kind]) + grain[inside], 0, 1)[:, None]
        abundances[inside] = cover * pure[kind] + (1 - cover) * pure[through[kind]]
    return abundances


def _shade(
    rng: np.random.Generator,
    labels: NDArray[np.uint8],
    roofs: NDArray[np.bool_],
    relief: float,
    left: float,
) -> NDArray[np.float32]:
    """Light from the upper left on hills, tree crowns and roofs; `left` is what reaches a shadow."""
    size = len(labels)
    hills = ndimage.gaussian_filter(rng.normal(size=labels.shape), size / 14, mode="wrap")
    slope = sum(np.gradient(hills))  # rises towards the lower right: turned to the light
    light = 1 + 0.5 * relief * slope / np.abs(slope).max()
    crowns = ndimage.gaussian_filter(rng.normal(size=labels.shape), 0.8)
    wood = labels == _WOOD
    light[wood] *= np.clip(1 + 0.25 * relief * crowns[wood] / crowns.std(), 0.3, 1.7)
    dark = np.zeros_like(roofs)
    for step in (1, 2):
        dark[step:, step:] |= roofs[:-step, :-step]
    light[dark & ~roofs] *= 1 - (1 - left) * min(relief, 1)
    light[np.isin(labels, [_WATER, _MUD])] = 1  # level, and nothing stands near it
    light *= rng.normal(1, 0.01, labels.shape)  # texture too fine for anything else
    return np.asarray(light, dtype=np.float32)
