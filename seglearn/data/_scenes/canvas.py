"""The painter: surfaces are painted back to front, and image and truth are both read from them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from PIL import Image, ImageDraw

from seglearn.data._scenes.classes import CLASSES, SKY
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
        if CLASSES[class_id].is_thing:
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
        columns = [self.camera.project(x, 0, z)[0] for x in (xa, xb) for z in depths]
        return max(columns) >= 0 and min(columns) <= self.surface_map.width

    def polygon(self, points: Sequence[Point], surface: int) -> None:
        """Fill a polygon given in painted pixels."""
        self._draw.polygon([(round(u), round(v)) for u, v in points], fill=surface)

    def ellipse(self, u: float, v: float, ru: float, rv: float, surface: int) -> None:
        """Fill an ellipse given by its centre and radii in painted pixels."""
        box = (round(u - ru), round(v - rv), round(u + ru), round(v + rv))
        self._draw.ellipse(box, fill=surface)

    def bar(self, u: float, v0: float, v1: float, width: float, surface: int) -> None:
        """Fill an upright bar that is exactly ``round(width)`` painted pixels wide."""
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
        points = [(round(u), round(v)) for u, v in outline]
        self._draw_shadow.polygon(points, fill=round(255 * strength))
