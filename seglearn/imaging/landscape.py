"""A stretch of land seen from above, of which every spectrum, shadow and mixture is known.

Fields, a wood, a river and a muddy side arm, roads and roofs are laid out at random. Each material
reflects light as measured spectra say (`reflectance`); hills and roofs throw shade; crops leave some
soil visible, so that two fields of one class have different spectra. Any sensor can then look at it::

    from seglearn.imaging import landscape, spectra

    land = landscape.make_landscape(0)
    rgb = spectra.CAMERA.observe(land.cube, landscape.WAVELENGTHS_UM)
    land.labels  # what is really there
"""

import operator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

__all__ = [
    "MATERIALS",
    "SMALLEST",
    "WAVELENGTHS_UM",
    "Landscape",
    "make_landscape",
    "reflectance",
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
_TABLE = Path(__file__).resolve().parent.parent / "assets" / "reflectance" / "materials.csv"


@cache
def _table() -> NDArray[np.float64]:
    table = np.loadtxt(_TABLE, delimiter=",", skiprows=1)
    if not np.allclose(table[:, 0], WAVELENGTHS_UM):
        raise RuntimeError(f"{_TABLE} does not hold the wavelengths expected; restore the file")
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
    if material not in MATERIALS:
        raise ValueError(f"no material {material!r}; choose one of {', '.join(MATERIALS)}")
    return _table()[MATERIALS.index(material)].copy()


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
        Light on the pixel, as a share of what falls on flat open ground; alike at all wavelengths.
    pixel_size_m : float
        Side of a pixel on the ground, metres.
    """

    labels: NDArray[np.uint8]
    fields: NDArray[np.int32]
    abundances: NDArray[np.float32]
    illumination: NDArray[np.float32]
    pixel_size_m: float

    @cached_property
    def cube(self) -> NDArray[np.float32]:
        """Light that leaves each pixel, (H, W, 206) float32, as a share of that on flat ground.

        The reflectances of the materials, mixed in proportion to their area, times the illumination.
        """
        mixed = self.abundances @ _table().astype(np.float32)
        mixed *= self.illumination[..., None]
        return mixed

    def __repr__(self) -> str:
        height, width = self.labels.shape
        return f"Landscape({height}×{width} pixels of {self.pixel_size_m:g} m)"


def make_landscape(seed: int, size: int = 256, relief: float = 1.0) -> Landscape:
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

    Returns
    -------
    Landscape

    Raises
    ------
    TypeError
        If `seed` or `size` is no integer.
    ValueError
        If one of the numbers is out of range.
    """
    seed, size = operator.index(seed), operator.index(size)
    if seed < 0:
        raise ValueError(f"seed must not be negative, got {seed}")
    if size < SMALLEST:
        raise ValueError(f"size must be at least {SMALLEST} pixels, got {size}")
    if not 0 <= relief <= 2:
        raise ValueError(f"relief must lie in 0 … 2, got {relief!r}")
    rng = np.random.default_rng(seed)
    labels, fields = _lay_out_fields(rng, size)
    roofs = _build(rng, labels)
    fields[np.isin(labels, [_WATER, _MUD, _ROAD, _TILE, _METAL])] = 0
    abundances = _mix(rng, labels, fields)
    light = _shade(rng, labels, roofs, relief)
    return Landscape(labels, fields, abundances, light, pixel_size_m=2.0)


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
) -> NDArray[np.float32]:
    """Light from the upper left on hills, tree crowns and roofs."""
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
    light[dark & ~roofs] *= 1 - 0.6 * min(relief, 1)
    light[np.isin(labels, [_WATER, _MUD])] = 1  # level, and nothing stands near it
    light *= rng.normal(1, 0.01, labels.shape)  # texture too fine for anything else
    return np.asarray(light, dtype=np.float32)
