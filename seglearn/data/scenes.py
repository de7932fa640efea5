"""Synthetic street scenes with complete truth, which the whole course trains and measures on.

A scene is painted back to front in perspective at twice its size. The image and every kind of truth
are read from the same surfaces, so they agree to the pixel.

Examples
--------
>>> from seglearn.data import scenes
>>> scene = scenes.make_scene(7)
>>> scene.image.shape, scene.semantic.dtype.name
((96, 96, 3), 'uint8')
>>> thin = scenes.make_scene(7, poles=10)  # the same street with more poles
>>> varied = scenes.make_scene(7, config=scenes.VARIED)  # from elsewhere, in another light
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from seglearn.data._scenes.classes import CLASSES, IGNORE, STREET_CLASSES, SceneClass
from seglearn.data._scenes.config import SceneConfig
from seglearn.data._scenes.photograph import develop, read_truth
from seglearn.data._scenes.street import build_street, streams
from seglearn.words import say

__all__ = [
    "CLASSES",
    "IGNORE",
    "N_CLASSES",
    "N_STREET_CLASSES",
    "STREET_CLASSES",
    "VARIED",
    "Scene",
    "SceneClass",
    "SceneConfig",
    "Segment",
    "make_scene",
]

N_CLASSES = len(CLASSES)
N_STREET_CLASSES = len(STREET_CLASSES)
PANOPTIC_BASE = 1000
_DEFAULT = SceneConfig()
VARIED = SceneConfig(
    light_variation=0.4,
    trees=7.0,
    soft_edges=0.35,
    texture=0.6,
    noise=0.012,
    viewpoint=0.7,
    bends=0.6,
    crossings=0.45,
    fences=0.5,
    cyclists=2.0,
    shadow_range=0.6,
    wet=0.15,
    exposure=0.25,
    colour_range=0.4,
    motion_blur=1.0,
    cut=0.4,
)
"""Streets that differ more, with fences and cyclists: the class table is `labels.STREETS`."""
SMALLEST = 32
"""Least height and width of a scene, in pixels."""
_MOST_PIXELS = 1 << 22  # more would take gigabytes of memory


@dataclass(frozen=True)
class Segment:
    """One thing, or all visible pixels of one stuff class.

    Attributes
    ----------
    id : int
        Value in the panoptic map: ``1000 * class_id + instance``.
    class_id, instance : int
        ``instance`` is 0 for stuff.
    area : int
        Visible pixels, void left out.
    box : tuple of int
        ``(top, left, bottom, right)`` of the visible pixels, ends excluded.
    distance : float or None
        Metres from the camera for a thing, None for stuff.
    """

    id: int
    class_id: int
    instance: int
    area: int
    box: tuple[int, int, int, int]
    distance: float | None


@dataclass(frozen=True, eq=False)
class Scene:
    """An image and its truth.

    Attributes
    ----------
    image : ndarray of float32, shape (H, W, 3)
        RGB in [0, 1].
    semantic : ndarray of uint8, shape (H, W)
        Class ids (see `STREET_CLASSES`; without fences and cyclists, the nine of `CLASSES`), and
        `IGNORE` (255) on the void border.
    instances : ndarray of int32, shape (H, W)
        1, 2, … for cars, people, poles and cyclists, numbered from far to near; 0 for stuff and void.
    depth : ndarray of uint16, shape (H, W)
        Order of depth, not metres: the order of painting. 0 is the sky, then follow the background
        and the layers of the ground, then all that stands on it, and larger is nearer. Where two
        objects overlap, the one with the larger number hides the other. Void pixels have one too.
    distances : ndarray of float64, shape (n,)
        Distance in metres of instance ``i`` at ``distances[i - 1]``.
    config : SceneConfig
        The knobs that made it.
    """

    image: NDArray[np.float32]
    semantic: NDArray[np.uint8]
    instances: NDArray[np.int32]
    depth: NDArray[np.uint16]
    distances: NDArray[np.float64]
    config: SceneConfig

    @property
    def panoptic(self) -> NDArray[np.int32]:
        """``1000 * class + instance``, shape (H, W); stuff has instance 0 and void is 255000."""
        return self.semantic.astype(np.int32) * PANOPTIC_BASE + self.instances

    @property
    def segments(self) -> tuple[Segment, ...]:
        """Every segment of the panoptic map, by id; void is none."""
        ids, index = np.unique(self.panoptic, return_inverse=True)
        index = index.reshape(self.semantic.shape)
        areas = np.bincount(index.ravel())
        boxes = ndimage.find_objects(index + 1)
        found = []
        for number, area, (rows, columns) in zip(ids.tolist(), areas.tolist(), boxes, strict=True):
            class_id, instance = divmod(number, PANOPTIC_BASE)
            if class_id == IGNORE:
                continue
            box = (rows.start, columns.start, rows.stop, columns.stop)
            distance = float(self.distances[instance - 1]) if instance else None
            found.append(Segment(number, class_id, instance, area, box, distance))
        return tuple(found)


def make_scene(
    seed: int | Sequence[int],
    size: tuple[int, int] = (96, 96),
    config: SceneConfig | None = None,
    **knobs: Any,
) -> Scene:
    """Make one street scene.

    Parameters
    ----------
    seed : int or sequence of int
        Not negative. A sequence names a scene of a series, as ``(data_set_seed, index)``. The same
        seed shows the same street whatever the knobs and, up to the field of view, the size.
    size : tuple of int, default (96, 96)
        Height and width in pixels, each at least 32, and together at most 2²² pixels.
    config : SceneConfig, optional
        The knobs; the default ones if not given.
    **knobs
        Knobs to change in `config`, for example ``poles=10``.

    Returns
    -------
    Scene

    Raises
    ------
    TypeError
        If an argument has the wrong type or a knob does not exist.
    ValueError
        If the seed is negative, the size too small or too large, or a knob out of range.
    """
    key = _check_seed(seed)
    shape = _check_size(size)
    config = _check_config(config, knobs)
    stream = streams(key)
    canvas = build_street(stream, shape, config)
    annotator = stream("annotator") if config.label_noise else None
    semantic, instances, depth, objects = read_truth(
        canvas, config.void_px, config.label_noise, annotator
    )
    return Scene(
        image=develop(canvas, config, stream),
        semantic=semantic,
        instances=instances,
        depth=depth,
        distances=np.array([canvas.painted[i].distance for i in objects]),
        config=config,
    )


def _check_seed(seed: int | Sequence[int]) -> tuple[int, ...]:
    parts = tuple(seed) if isinstance(seed, Sequence) and not isinstance(seed, str) else (seed,)
    if not parts or not all(isinstance(p, Integral) and not isinstance(p, bool) for p in parts):
        raise TypeError(
            say(
                "seed={seed!r} is not a whole number or a sequence of them; pass for example 0 "
                "or (0, 5)",
                seed=seed,
            )
        )
    key = tuple(int(p) for p in parts)
    if min(key) < 0:
        raise ValueError(
            say("seed={seed!r} is negative; pass 0 or a larger whole number", seed=seed)
        )
    return key


def _check_size(size: tuple[int, int]) -> tuple[int, int]:
    if (
        not isinstance(size, Sequence)
        or len(size) != 2
        or not all(isinstance(n, Integral) and not isinstance(n, bool) for n in size)
    ):
        raise TypeError(
            say(
                "size={size!r} is not (height, width) in whole pixels; pass for example (96, 128)",
                size=size,
            )
        )
    height, width = int(size[0]), int(size[1])
    if min(height, width) < SMALLEST:
        raise ValueError(
            say(
                "size={size!r} is too small for a street; make height and width at least "
                "{smallest}",
                size=size,
                smallest=SMALLEST,
            )
        )
    if height * width > _MOST_PIXELS:
        raise ValueError(
            say(
                "size={size!r} has more than {most} pixels, which would take gigabytes of "
                "memory; pass for example (1024, 2048)",
                size=size,
                most=_MOST_PIXELS,
            )
        )
    return height, width


def _check_config(config: SceneConfig | None, knobs: dict[str, Any]) -> SceneConfig:
    if config is None:
        config = _DEFAULT
    elif not isinstance(config, SceneConfig):
        raise TypeError(
            say(
                "config is a {type}; pass a SceneConfig, or knobs by name",
                type=type(config).__name__,
            )
        )
    unknown = sorted(set(knobs) - set(SceneConfig.__dataclass_fields__))
    if unknown:
        names = ", ".join(SceneConfig.__dataclass_fields__)
        raise TypeError(
            say("no knob is called {name!r}; choose from {names}", name=unknown[0], names=names)
        )
    return replace(config, **knobs) if knobs else config
