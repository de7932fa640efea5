"""From painted surfaces to an image and to its truth."""

import math
from collections.abc import Callable
from functools import lru_cache
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from PIL import ImageFilter
from scipy import ndimage

from seglearn.data._scenes.annotator import redraw
from seglearn.data._scenes.canvas import Canvas
from seglearn.data._scenes.classes import IGNORE, PAVEMENT, ROAD
from seglearn.data._scenes.config import SceneConfig
from seglearn.data._scenes.lens import grade, mirror_in_ground, smear
from seglearn.data._scenes.view import SUPERSAMPLING, between

Float = NDArray[np.float32]

_TILE = 256

_GLOSS = {ROAD: 1.0, PAVEMENT: 0.55}
"""How much a wet ground mirrors, relative to the road."""


@lru_cache(maxsize=1)
def _texture_tile() -> Float:
    """Make the noise that all textures are cut from: periodic, mean 0, standard deviation 1."""
    rng = np.random.default_rng(2015)
    total = np.zeros((_TILE, _TILE))
    for width, weight in ((1, 0.7), (3, 1.0), (7, 0.9), (17, 0.7), (41, 0.6)):
        octave = rng.standard_normal((_TILE, _TILE))
        for _ in range(2):
            octave = ndimage.uniform_filter(octave, width, mode="wrap")
        total += weight * octave / octave.std()
    return ((total - total.mean()) / total.std()).astype(np.float32)


@lru_cache(maxsize=1)
def _cloud_tile() -> Float:
    """Make smooth periodic noise for clouds, mean 0, standard deviation 1."""
    rng = np.random.default_rng(2006)
    total = np.zeros((_TILE, _TILE))
    for width, weight in ((9, 0.35), (21, 0.7), (45, 1.0)):
        octave = rng.standard_normal((_TILE, _TILE))
        for _ in range(3):
            octave = ndimage.uniform_filter(octave, (width // 2, width), mode="wrap")
        total += weight * octave / octave.std()
    return (total / total.std()).astype(np.float32)


@lru_cache(maxsize=8)
def _vignette(height: int, width: int) -> Float:
    v = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    u = np.linspace(-1, 1, width, dtype=np.float32)
    return np.float32(1) - np.float32(0.07) * (u * u + v * v)


def _veil(distance: NDArray[np.floating], haze: float) -> Float:
    """Share of the light from a distance (metres) that haze replaces."""
    clear = 1 / (1 + distance * (haze / 60))
    return (1 - clear * clear).astype(np.float32)


def develop(
    canvas: Canvas, config: SceneConfig, stream: Callable[[str], np.random.Generator]
) -> Float:
    """Take the picture: haze, texture, shadow, sky, lens and sensor."""
    camera, light, rng = canvas.camera, canvas.light, stream("pixels")
    wetness = _wetness(stream("wet"), config.wet) if config.wet else 0.0
    red, green, blue, texture, veil, ground, sky, *gloss = _expose(canvas, config, wetness)
    height, width = sky.shape

    # Rows below the horizon see the ground plane at a distance that depends on the row alone.
    row = SUPERSAMPLING * (np.arange(height, dtype=np.float64) + 0.5) - camera.horizon
    away = camera.focal * camera.height / np.maximum(row, 0.5)
    noise = _surface_noise(rng, away, row > 0.5, canvas, (height, width))
    gain = 1 + np.float32(0.22 * config.texture) * texture * noise
    if wetness:
        puddles = np.clip(0.8 + 0.3 * noise, 0.35, 1) * gloss[0]
        gain += (1 - gain) * (np.float32(0.7) * gloss[0])
    shade = canvas.shadow_map.reduce(SUPERSAMPLING).filter(ImageFilter.BoxBlur(1))
    gain *= 1 - ground * np.asarray(shade, np.float32) * np.float32(config.shadows / 255)
    veil += ground * _veil(away, config.haze)[:, None]
    gain *= 1 - veil
    veil -= sky
    reach = 2 + math.ceil(3 * config.soft_edges)
    above = min(max(math.ceil(camera.horizon / SUPERSAMPLING) + reach, 1), height)
    heaven = sky[:above] * _sky(rng, canvas, (above, width), 96 / height)
    image = np.empty((3, height, width), np.float32)
    for plane, colour, haze, heavenly in zip(
        image, (red, green, blue), light.sky_low, heaven, strict=True
    ):
        np.multiply(colour, gain, out=plane)
        plane += veil * np.float32(haze)
        plane[:above] += heavenly
    if wetness:
        image = mirror_in_ground(image, ground, puddles, camera.horizon / SUPERSAMPLING)
    if config.motion_blur:
        image = smear(image, stream("motion"), config.motion_blur)
    image *= _vignette(height, width)
    if config.exposure:
        stops = between(stream("exposure"), -config.exposure, config.exposure)
        image = np.clip(image * np.float32(np.exp2(stops)), 0, 1)
    if config.colour_range:
        image = grade(image, stream("colours"), config.colour_range)
    image += np.float32(0.55) * image * (1 - image) * (2 * image - 1)  # a camera's contrast curve
    if config.noise:
        grain = rng.standard_normal((3, height, width), dtype=np.float32)
        image += np.float32(config.noise) * grain
    return np.ascontiguousarray(np.clip(image, 0, 1, out=image).transpose(1, 2, 0))


def _wetness(rng: np.random.Generator, probability: float) -> float:
    """Draw how wet the road is: 0 (dry), or between 0.5 and 1."""
    wet, amount = rng.random(2).tolist()
    return 0.5 + 0.5 * amount if wet < probability else 0.0


def _expose(canvas: Canvas, config: SceneConfig, wetness: float) -> Float:
    """Average the painted surfaces in each pixel.

    Returns
    -------
    ndarray of float32, shape (7, H, W) or, if wet, (8, H, W)
        Lit colour, texture, veil (haze), share of ground, share of sky, gloss.
    """
    numbers = np.asarray(canvas.surface_map)
    table = np.fromiter(chain.from_iterable(canvas.surfaces), np.float32)
    table = table.reshape(len(canvas.surfaces), -1)
    flat = table[:, 5]
    veil = np.where(flat > 0, 0, _veil(table[:, 4], config.haze))
    veil[0] = 1
    columns = [table[:, :4], veil, flat, np.arange(len(table)) == 0]
    if wetness:
        classes = np.array([p.class_id for p in canvas.painted]).take(table[:, 6].astype(int))
        gloss = np.array([_GLOSS.get(c, 0.0) for c in range(int(classes.max()) + 1)])
        columns.append(wetness * flat * gloss.take(classes))
    rows = np.column_stack(columns)
    rows = rows.astype(np.float32) / np.float32(SUPERSAMPLING**2)
    offsets = range(SUPERSAMPLING)
    parts = [
        rows.take(numbers[i::SUPERSAMPLING, j::SUPERSAMPLING], axis=0)
        for i in offsets
        for j in offsets
    ]
    total = parts[0]
    for part in parts[1:]:
        total += part
    pixels = np.ascontiguousarray(total.transpose(2, 0, 1))
    if config.soft_edges:
        for _ in range(2):
            pixels = _blur_rows(pixels, config.soft_edges).swapaxes(1, 2)
    return pixels


def _blur_rows(planes: Float, sigma: float) -> Float:
    """Blur along the last axis by a Gaussian, ends repeated; for a short one, faster than SciPy."""
    reach = max(round(2.5 * sigma), 1)
    taps = np.exp(-0.5 * (np.arange(reach + 1) / sigma) ** 2)
    taps = (taps / (taps[0] + 2 * taps[1:].sum())).astype(np.float32)
    result = planes * taps[0]
    for k in range(1, reach + 1):
        part = planes * taps[k]
        result[..., k:] += part[..., :-k]
        result[..., :k] += part[..., :1]
        result[..., :-k] += part[..., k:]
        result[..., -k:] += part[..., -1:]
    return np.asarray(result)


def _surface_noise(
    rng: np.random.Generator,
    away: NDArray[np.float64],
    below: NDArray[np.bool_],
    canvas: Canvas,
    size: tuple[int, int],
) -> Float:
    """Cut texture for each pixel: foreshortened on the ground, upright everywhere else."""
    tile = _texture_tile()
    height, width = size
    oy, ox, gy, gx = rng.integers(0, _TILE, 4).tolist()
    columns = np.arange(width)
    upright = tile.take((np.arange(height) + oy) % _TILE, axis=0)
    noise = upright.take((columns + ox) % _TILE, axis=1)
    if below.any():
        z = away[below]
        u = SUPERSAMPLING * (columns + 0.5) - canvas.camera.centre
        x = u * (z / canvas.camera.focal)[:, None]
        depth = ((z * 12).astype(np.int64) + gy) % _TILE
        lateral = ((x * 12).astype(np.int64) + gx) % _TILE
        fade = (1 + z / 30).astype(np.float32)
        noise[below] = tile.take(depth[:, None] * _TILE + lateral) / fade[:, None]
    return noise


def _sky(rng: np.random.Generator, canvas: Canvas, size: tuple[int, int], scale: float) -> Float:
    """Paint a gradient from zenith to horizon with clouds that flatten towards the horizon."""
    light = canvas.light
    height, width = size
    horizon = canvas.camera.horizon / SUPERSAMPLING
    up = np.clip(1 - (np.arange(height) + 0.5) / horizon, 0, 1)
    oy, ox = rng.integers(0, _TILE, 2).tolist()
    rows = ((60 / (up + 0.25) * 1.2).astype(np.int64) + oy) % _TILE
    columns = ((np.arange(width) * scale).astype(np.int64) + ox) % _TILE
    cloud = _cloud_tile().take(rows, axis=0).take(columns, axis=1) + (2.6 * light.cloudiness - 1.5)
    cover = np.clip(cloud * 0.75, 0, 0.92).astype(np.float32)
    ramp = (up * (2 - up)).astype(np.float32)[:, None]
    colours = zip(light.sky_low, light.sky_top, light.cloud, strict=True)
    planes = [
        (low + (top - low) * ramp) * (1 - cover) + white * cover for low, top, white in colours
    ]
    return np.stack(planes)


def read_truth(
    canvas: Canvas, void_px: int, label_noise: int = 0, annotator: np.random.Generator | None = None
) -> tuple[NDArray[np.uint8], NDArray[np.int32], NDArray[np.uint16], NDArray[np.int64]]:
    """Read semantic map, instance map and depth order, and which painted object each instance is.

    With an annotator, all but the depth order are drawn again with errors of ``label_noise`` pixels.
    """
    numbers = np.asarray(canvas.surface_map)[1::SUPERSAMPLING, 1::SUPERSAMPLING]
    order = np.array([s.painted for s in canvas.surfaces], np.uint16).take(numbers)
    classes = np.array([p.class_id for p in canvas.painted], np.uint8)
    things = np.array([p.instance for p in canvas.painted], np.int32)
    drawn = redraw(annotator, order, label_noise) if annotator is not None else order
    semantic, instances = classes.take(drawn), things.take(drawn)
    if void_px:
        void = _void_border(semantic, instances, drawn, void_px)
        semantic[void] = IGNORE
        instances[void] = 0
    seen = np.flatnonzero(np.bincount(instances.ravel())[1:]) + 1
    renumber = np.zeros(things.max() + 1, np.int32)
    renumber[seen] = np.arange(1, len(seen) + 1)
    objects = np.flatnonzero(np.isin(things, seen))
    return semantic, renumber.take(instances), order, objects


def _void_border(
    semantic: NDArray[np.uint8],
    instances: NDArray[np.int32],
    order: NDArray[np.uint16],
    width: int,
) -> NDArray[np.bool_]:
    """Mark the farther side of each outline, ``width`` pixels wide in 4-neighbour steps."""
    key = instances.astype(np.int64) * 16 + semantic
    void = np.zeros(key.shape, bool)
    for step in range(width):
        grown = void.copy()
        for a, b in _neighbours():
            if step == 0:
                grown[a] |= (key[a] != key[b]) & (order[a] < order[b])
            else:
                grown[a] |= void[b] & (order[a] == order[b])
        void = grown
    return void


def _neighbours() -> list[tuple[tuple[slice, slice], tuple[slice, slice]]]:
    """Pairs of views that line every pixel up with one of its 4-neighbours."""
    front, back, whole = slice(None, -1), slice(1, None), slice(None)
    pairs = [((front, whole), (back, whole)), ((whole, front), (whole, back))]
    return [*pairs, *((b, a) for a, b in pairs)]
