"""The painter: surfaces are painted back to front, and image and truth are both read from them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageChops, ImageDraw

from seglearn.data._scenes.classes import SKY, STREET_CLASSES
from seglearn.data._scenes.view import SUPERSAMPLING, Camera, Colour, Light, Point


class Surface(NamedTuple):
    """What is painted at a pixel: lit colour, texture, distance (metres), flat ground or not."""

    r: float
    g: float
    b: float
    texture: float
    distance: float
    flat: float
    painted: int


@dataclass(frozen=True)
class Painted:
    """One object, in the order of painting: class, instance (0 for stuff), distance in metres."""

    class_id: int
    instance: int
    distance: float


class Canvas:
    """A map of surface numbers, a mask of shadows on the ground, and the tables behind them.

    Parameters
    ----------
    size : tuple of int
        Height and width of the image.
    camera, light
        How points are projected and faces are lit.
    """

    def __init__(self, size: tuple[int, int], camera: Camera, light: Light) -> None:
        self.camera = camera
        self.light = light
        shape = (SUPERSAMPLING * size[1], SUPERSAMPLING * size[0])
        self.surface_map = Image.new("I", shape)
        self.shadow_map = Image.new("L", shape)
        self._draw = ImageDraw.Draw(self.surface_map)
        self._draw_shadow = ImageDraw.Draw(self.shadow_map)
        self.painted = [Painted(SKY, 0, float("inf"))]
        self.surfaces = [Surface(0, 0, 0, 0, 0, 0, 0)]
        self._n_things = 0

    def begin(self, class_id: int, distance: float) -> None:
        """Start an object; the surfaces made after this belong to it."""
        if STREET_CLASSES[class_id].is_thing:
            self._n_things += 1
            self.painted.append(Painted(class_id, self._n_things, distance))
        else:
            self.painted.append(Painted(class_id, 0, distance))

    def surface(self, colour: Colour, texture: float = 0.0, *, flat: bool = False) -> int:
        """Register a surface of the current object and return its number."""
        number = len(self.painted) - 1
        self.surfaces.append(
            Surface(*colour, texture, self.painted[number].distance, float(flat), number)
        )
        return len(self.surfaces) - 1

    def sees(self, xa: float, xb: float, za: float, zb: float) -> bool:
        """Say whether any part of a footprint lies between the left and right image edges."""
        depths = (za, zb) if zb > za else (za,)
        camera = self.camera
        columns = [
            camera.turned_column(camera.project(x, 0, z)[0]) for x in (xa, xb) for z in depths
        ]
        return max(columns) >= 0 and min(columns) <= self.surface_map.width

    def polygon(self, points: Sequence[Point], surface: int) -> None:
        """Fill a polygon given in painted pixels."""
        corners = [(round(u), round(v)) for u, v in self.camera.turn(points)]
        if corners:
            self._draw.polygon(corners, fill=surface)

    def screen(self, points: Sequence[Point], pattern: str, surface: int) -> None:
        """Fill a polygon with a pattern finer than an image pixel, so that it is half seen through.

        The truth is read at the painted pixels with odd row and column, which every pattern fills:
        in the labels, the polygon is closed.
        """
        corners = [(round(u), round(v)) for u, v in self.camera.turn(points)]
        if not corners:
            return
        width, height = self.surface_map.size
        us, vs = zip(*corners, strict=True)
        left, top = max(min(us), 0), max(min(vs), 0)
        right, bottom = min(max(us) + 1, width), min(max(vs) + 1, height)
        if left >= right or top >= bottom:
            return
        mask = Image.new("1", (right - left, bottom - top))
        ImageDraw.Draw(mask).polygon([(u - left, v - top) for u, v in corners], fill=1)
        dots = _pattern(pattern, width, height).crop((left, top, right, bottom))
        self.surface_map.paste(surface, (left, top), ImageChops.logical_and(mask, dots))

    def ellipse(self, u: float, v: float, ru: float, rv: float, surface: int) -> None:
        """Fill an ellipse given by its centre and radii in painted pixels."""
        box = self._oval(u, v, ru, rv)
        if box:
            self._draw.ellipse(box, fill=surface)

    def ring(self, u: float, v: float, ru: float, rv: float, width: int, surface: int) -> None:
        """Paint the rim of an ellipse, ``width`` painted pixels wide."""
        box = self._oval(u, v, ru, rv)
        if box:
            self._draw.ellipse(box, outline=surface, width=width)

    def _oval(self, u: float, v: float, ru: float, rv: float) -> tuple[int, int, int, int] | None:
        if self.camera.sine:
            turned = self.camera.turn([(u, v)])
            if not turned:
                return None
            facing = self.camera.facing(u)
            (u, v), ru, rv = turned[0], ru / (facing * facing), rv / facing
        return (round(u - ru), round(v - rv), round(u + ru), round(v + rv))

    def limb(self, a: Point, b: Point, width: float, surface: int) -> None:
        """Fill a straight bar of any direction between two points."""
        du, dv = b[0] - a[0], b[1] - a[1]
        length = math.sqrt(du * du + dv * dv) or 1.0
        nu, nv = -dv / length * width / 2, du / length * width / 2
        outline = [
            (a[0] + nu, a[1] + nv),
            (b[0] + nu, b[1] + nv),
            (b[0] - nu, b[1] - nv),
            (a[0] - nu, a[1] - nv),
        ]
        self.polygon(outline, surface)

    def bar(self, u: float, v0: float, v1: float, width: float, surface: int) -> None:
        """Fill an upright bar that is exactly ``round(width)`` painted pixels wide."""
        if self.camera.sine:
            turned = self.camera.turn([(u, v0), (u, v1)])
            if len(turned) < 2:
                return
            width /= min(self.camera.facing(u), 1.0) ** 2
            (u, v0), (_, v1) = turned
        n = max(round(width), 1)
        left = round(u - n / 2)
        self._draw.rectangle((left, round(v0), left + n - 1, round(v1)), fill=surface)

    def ground(self, xa: float, xb: float, za: float, zb: float, surface: int) -> None:
        """Fill a patch of ground given in metres."""
        self.polygon(self.camera.strip(xa, xb, za, zb), surface)

    def wall(self, x: float, za: float, zb: float, ya: float, yb: float, surface: int) -> None:
        """Fill an upright rectangle that runs along the street."""
        p = self.camera.project
        self.polygon([p(x, ya, za), p(x, ya, zb), p(x, yb, zb), p(x, yb, za)], surface)

    def front(self, xa: float, xb: float, z: float, ya: float, yb: float, surface: int) -> None:
        """Fill an upright rectangle that faces the camera."""
        p = self.camera.project
        self.polygon([p(xa, ya, z), p(xb, ya, z), p(xb, yb, z), p(xa, yb, z)], surface)

    def shadow(
        self, xa: float, xb: float, za: float, zb: float, ya: float, yb: float, share: float = 1.0
    ) -> None:
        """Cast the shadow of a box on the ground; ``share`` 0–1 scales its strength.

        Under a closed sky, and far away, shadows are too faint or too flat to be worth painting.
        """
        strength = self.light.shade * share
        if strength < 0.2 or za > 45:
            return
        dx, dz = self.light.shift
        # The shadow is the hull of two shifted footprints: a hexagon that starts at the corner
        # nearest to the sun.
        x0, x1 = (xa, xb) if dx > 0 else (xb, xa)
        z0, z1 = (za, zb) if dz > 0 else (zb, za)
        corners = (
            (x0, z0, ya),
            (x1, z0, ya),
            (x1, z0, yb),
            (x1, z1, yb),
            (x0, z1, yb),
            (x0, z1, ya),
        )
        self._shade([(x + dx * y, z + dz * y) for x, z, y in corners], strength)

    def contact(self, xa: float, xb: float, za: float, zb: float) -> None:
        """Darken the ground below an object, which no sky reaches."""
        corners = [(xa, za), (xb, za), (xb, zb), (xa, zb)]
        self._shade(corners, max(0.55, self.light.shade))

    def _shade(self, corners: Sequence[Point], strength: float) -> None:
        outline = [self.camera.project(x, 0, z) for x, z in corners]
        points = [(round(u), round(v)) for u, v in self.camera.turn(outline)]
        if points:
            self._draw_shadow.polygon(points, fill=round(255 * min(strength, 1.0)))


@lru_cache(maxsize=8)
def _pattern(name: str, width: int, height: int) -> Image.Image:
    """Make "bars" (every other column) or a "mesh" (three pixels of four), set at odd (row, column)."""
    dots = np.zeros((height, width), np.uint8)
    dots[:, 1::2] = 255
    if name == "mesh":
        dots[1::2] = 255
    return Image.fromarray(dots).convert("1")
