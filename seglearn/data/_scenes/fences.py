"""Fences: thin stuff along pavements and gardens."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from seglearn.data._scenes.canvas import Canvas
from seglearn.data._scenes.classes import FENCE
from seglearn.data._scenes.view import Colour, between, lit

_METAL: tuple[Colour, ...] = (
    (0.10, 0.11, 0.12),
    (0.14, 0.26, 0.20),
    (0.48, 0.50, 0.52),
    (0.82, 0.82, 0.80),
)
_WOOD: tuple[Colour, ...] = (
    (0.46, 0.32, 0.20),
    (0.62, 0.48, 0.32),
    (0.36, 0.30, 0.26),
    (0.18, 0.30, 0.16),
    (0.80, 0.79, 0.74),
)


@dataclass(frozen=True)
class Fence:
    """One straight piece of a fence.

    Attributes
    ----------
    x0, z0, x1, z1 : float
        Its two ends, in metres.
    kind : str
        "railing" or "mesh", half seen through, or "boards".
    height : float
        In metres.
    """

    x0: float
    z0: float
    x1: float
    z1: float
    kind: str
    height: float
    colour: Colour

    @property
    def distance(self) -> float:
        return (self.z0 + self.z1) / 2

    def cast(self, canvas: Canvas) -> None:
        xa, xb = sorted((self.x0, self.x1))
        share = 0.9 if self.kind == "boards" else 0.45
        canvas.shadow(xa - 0.03, xb + 0.03, self.z0, self.z1 + 0.03, 0, self.height, share)

    def paint(self, canvas: Canvas) -> None:
        left, right = sorted((self.x0, self.x1))
        if not canvas.sees(left, right, self.z0, self.z1):
            return
        light, p, top = canvas.light, canvas.camera.project, self.height
        canvas.begin(FENCE, self.distance)
        across = abs(self.x1 - self.x0) > abs(self.z1 - self.z0)
        sun = light.front if across else light.wall(1 if self.x0 > canvas.camera.x else -1)
        plain = canvas.surface(lit(self.colour, sun), 0.3)
        a, b = p(self.x0, 0, self.z0), p(self.x0, top, self.z0)
        c, d = p(self.x1, 0, self.z1), p(self.x1, top, self.z1)
        unit = canvas.camera.focal / max(self.z0, 1.0)
        if self.kind == "boards":
            canvas.polygon([a, c, d, b], plain)
            if unit * 0.1 > 1:
                dark = canvas.surface(lit(self.colour, sun, 0.72), 0.3)
                n = max(round((abs(self.x1 - self.x0) + self.z1 - self.z0) / 0.5), 1)
                for i in range(n):
                    x = self.x0 + (self.x1 - self.x0) * i / n
                    z = self.z0 + (self.z1 - self.z0) * i / n
                    (u, v0), (_, v1) = p(x, 0, z), p(x, top, z)
                    canvas.bar(u, v1, v0, 0.06 * unit, dark)
            return
        canvas.screen([a, c, d, b], "mesh" if self.kind == "mesh" else "bars", plain)
        rail = max(0.05, 1.5 / unit)
        for y in (top,) if self.kind == "mesh" else (top, 0.2):
            low, high = y - rail, y
            edge = [p(self.x0, low, self.z0), p(self.x1, low, self.z1)]
            edge += [p(self.x1, high, self.z1), p(self.x0, high, self.z0)]
            canvas.polygon(edge, plain)
        canvas.bar(a[0], b[1], a[1], max(0.07 * unit, 2.0), plain)


def make_fence(
    rng: np.random.Generator, x: float, z0: float, z1: float, inwards: float, *, guard: bool
) -> Iterator[Fence]:
    """Build a fence along the street in pieces, short enough to be sorted by distance.

    Parameters
    ----------
    x, z0, z1 : float
        Where it runs, in metres.
    inwards : float
        Signed length of the piece that turns off at its near end, away from the street.
    guard : bool
        Whether it guards the pavement: low, of metal, without a piece that turns off.
    """
    choice, shade = rng.random(), rng.random()
    kind = "railing" if choice < 0.4 or guard else "mesh" if choice < 0.6 else "boards"
    colours = _WOOD if kind == "boards" else _METAL
    colour = colours[int(len(colours) * shade)]
    height = between(rng, 0.9, 1.2) if guard else between(rng, 1.0, 1.9)
    turns = rng.random() < 0.5 and not guard
    if turns:
        yield Fence(x, z0, x + inwards, z0, kind, height, colour)
    while z0 < z1:
        end = min(z0 + max(1.5, 0.15 * z0), z1)
        yield Fence(x, z0, x, end, kind, height, colour)
        z0 = end
