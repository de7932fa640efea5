"""Things: cars, people, and poles with what they carry."""

from dataclasses import dataclass

import numpy as np

from seglearn.data._scenes.canvas import Canvas
from seglearn.data._scenes.classes import CAR, PERSON, POLE
from seglearn.data._scenes.view import SUPERSAMPLING, Colour, Point, between, lit, mix, pick

PAINTS: tuple[Colour, ...] = (
    (0.74, 0.14, 0.13),
    (0.16, 0.32, 0.62),
    (0.92, 0.92, 0.92),
    (0.68, 0.71, 0.74),
    (0.16, 0.17, 0.19),
    (0.12, 0.46, 0.48),
    (0.90, 0.68, 0.18),
    (0.20, 0.34, 0.24),
    (0.46, 0.48, 0.52),
)
CLOTHES: tuple[Colour, ...] = (
    (0.78, 0.20, 0.18),
    (0.18, 0.30, 0.60),
    (0.94, 0.92, 0.88),
    (0.20, 0.20, 0.24),
    (0.88, 0.62, 0.16),
    (0.20, 0.48, 0.44),
    (0.58, 0.34, 0.56),
    (0.50, 0.42, 0.34),
)
TROUSERS: tuple[Colour, ...] = (
    (0.16, 0.20, 0.34),
    (0.16, 0.16, 0.17),
    (0.46, 0.40, 0.32),
    (0.30, 0.34, 0.42),
)
SKIN: tuple[Colour, ...] = (
    (0.94, 0.76, 0.62),
    (0.80, 0.58, 0.42),
    (0.56, 0.38, 0.27),
    (0.38, 0.26, 0.19),
)
HAIR: tuple[Colour, ...] = (
    (0.12, 0.10, 0.09),
    (0.36, 0.24, 0.14),
    (0.74, 0.60, 0.36),
    (0.62, 0.62, 0.62),
)
_SIGNS: tuple[Colour, ...] = (
    (0.12, 0.30, 0.66),
    (0.80, 0.14, 0.14),
    (0.92, 0.74, 0.14),
    (0.10, 0.46, 0.32),
)

Box = tuple[float, float, float, float]
"""Left, right, near and far edge of a rectangle on the ground, in metres."""


@dataclass(frozen=True)
class _Faces:
    left: list[Point] | None
    right: list[Point] | None
    front: list[Point]
    top: list[Point]


def _frustum(canvas: Canvas, base: Box, top: Box, ya: float, yb: float) -> _Faces:
    """Project a block whose upper rectangle may be smaller than its lower one."""
    p = canvas.camera.project
    (a0, a1, c0, c1), (b0, b1, d0, d1) = base, top
    low = [p(a0, ya, c0), p(a1, ya, c0), p(a1, ya, c1), p(a0, ya, c1)]
    up = [p(b0, yb, d0), p(b1, yb, d0), p(b1, yb, d1), p(b0, yb, d1)]
    middle = (c0 + c1) / 2
    return _Faces(
        left=[low[3], low[0], up[0], up[3]] if canvas.camera.side(a0, middle) > 0 else None,
        right=[low[1], low[2], up[2], up[1]] if canvas.camera.side(a1, middle) < 0 else None,
        front=[low[0], low[1], up[1], up[0]],
        top=up,
    )


def _part(face: list[Point], u0: float, u1: float, v0: float, v1: float) -> list[Point]:
    """Cut a part out of a face; ``u`` runs along its base and ``v`` upwards, 0 to 1."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = face

    def at(u: float, v: float) -> Point:
        x0, y0 = ax + (bx - ax) * u, ay + (by - ay) * u
        x1, y1 = dx + (cx - dx) * u, dy + (cy - dy) * u
        return (x0 + (x1 - x0) * v, y0 + (y1 - y0) * v)

    return [at(u0, v0), at(u1, v0), at(u1, v1), at(u0, v1)]


@dataclass(frozen=True)
class Car:
    """A car or van, seen along the street (``across`` false) or from its side.

    Attributes
    ----------
    x, z : float
        Middle of the width and near end, in metres.
    length, width, height : float
        In metres.
    away : bool
        Whether it drives away from the camera and shows its tail lights.
    """

    x: float
    z: float
    length: float
    width: float
    height: float
    van: bool
    across: bool
    away: bool
    colour: Colour

    @property
    def distance(self) -> float:
        return self.z

    @property
    def box(self) -> Box:
        w, d = (self.length, self.width) if self.across else (self.width, self.length)
        return (self.x - w / 2, self.x + w / 2, self.z, self.z + d)

    def cast(self, canvas: Canvas) -> None:
        x0, x1, z0, z1 = self.box
        canvas.shadow(x0, x1, z0, z1, 0, self.height * 0.85)
        canvas.contact(x0 - 0.05, x1 + 0.05, z0 - 0.15, z1)

    def _cabin(self, belt: float) -> tuple[Box, Box]:
        """Footprints of the cabin at the belt line and at the roof."""
        x0, x1, z0, z1 = self.box
        front, rear = (0.20, 0.05) if self.van else (0.27, 0.14)
        slope = 0.05 if self.van else 0.13
        n = self.length
        lean = 0.08
        if self.across:
            a, b = (front, rear) if self.away else (rear, front)
            base = (x0 + a * n, x1 - b * n, z0 + 0.04, z1 - 0.04)
            roof = (base[0] + slope * n, base[1] - slope * n, base[2] + lean, base[3] - lean)
        else:
            a, b = (rear, front) if self.away else (front, rear)
            base = (x0 + 0.04, x1 - 0.04, z0 + a * n, z1 - b * n)
            roof = (base[0] + lean, base[1] - lean, base[2] + slope * n, base[3] - slope * n)
        return base, roof

    def paint(self, canvas: Canvas) -> None:
        light = canvas.light
        if not canvas.sees(*self.box):
            return
        canvas.begin(CAR, self.distance)
        body = {
            "left": canvas.surface(lit(self.colour, light.left)),
            "right": canvas.surface(lit(self.colour, light.right)),
            "front": canvas.surface(lit(self.colour, light.front)),
            "top": canvas.surface(mix(lit(self.colour, light.top), light.sky_low, 0.12)),
        }
        tyre = canvas.surface((0.06, 0.06, 0.07))
        glass = canvas.surface(mix(lit((0.13, 0.16, 0.20), light.round), light.sky_top, 0.18))
        shine = canvas.surface(mix(lit((0.16, 0.19, 0.23), light.round), light.sky_low, 0.35))
        box = self.box
        belt = 0.55 * self.height
        under = _frustum(canvas, box, box, 0.0, 0.4)
        x0, x1, z0, z1 = box
        for face in (under.left, under.right, under.front):
            if face:
                canvas.polygon(_part(face, 0.04, 0.96, 0.0 if not self.across else 0.4, 1), tyre)
        lower = _frustum(canvas, box, (x0 + 0.03, x1 - 0.03, z0 + 0.05, z1 - 0.05), 0.3, belt)
        self._paint_block(canvas, lower, body)
        base, roof = self._cabin(belt)
        cabin = _frustum(canvas, base, roof, belt, self.height)
        self._paint_block(canvas, cabin, body)
        for name in ("left", "right", "front"):
            face = getattr(cabin, name)
            if face:
                end = (name == "front") != self.across
                parts = ((0.1, 0.9),) if end else ((0.08, 0.46), (0.54, 0.92))
                for u0, u1 in parts:
                    canvas.polygon(_part(face, u0, u1, 0.08, 0.84), shine if end else glass)
        if canvas.camera.focal > 5 * self.z:
            self._paint_wheels(canvas, under, tyre)
            if not self.across:
                self._paint_lamps(canvas, lower.front)

    @staticmethod
    def _paint_block(canvas: Canvas, faces: _Faces, body: dict[str, int]) -> None:
        for name in ("left", "right", "top", "front"):
            face = getattr(faces, name)
            if face:
                canvas.polygon(face, body[name])

    def _paint_wheels(self, canvas: Canvas, under: _Faces, tyre: int) -> None:
        unit = canvas.camera.focal / max(self.z, 1.0)
        faces = [under.front] if self.across else [under.left, under.right]
        hub = canvas.surface(lit((0.62, 0.63, 0.65), canvas.light.round))
        for face in faces:
            for at in (0.2, 0.8) if face else ():
                assert face is not None
                (u, v), (u1, _), _, (_, top) = _part(face, at, at + 0.16, 0.0, 0.8)
                radius = (v - top) / 2
                across = radius if self.across else max(abs(u1 - u) / 2, 1.0)
                canvas.ellipse(u, v - radius, across, radius, tyre)
                if radius > 3.5:
                    canvas.ellipse(u, v - radius, across * 0.5, radius * 0.5, hub)
        if not self.across and unit * 0.2 > 1:
            for a, b in ((0.06, 0.2), (0.8, 0.94)):
                canvas.polygon(_part(under.front, a, b, 0.0, 0.9), tyre)

    def _paint_lamps(self, canvas: Canvas, front: list[Point]) -> None:
        dim: Colour = (0.70, 0.08, 0.08) if self.away else (0.95, 0.94, 0.86)
        lamp = canvas.surface(dim if canvas.light.lamps else lit(dim, canvas.light.round))
        for a, b in ((0.04, 0.2), (0.8, 0.96)):
            canvas.polygon(_part(front, a, b, 0.52, 0.78), lamp)
        plate = canvas.surface(lit((0.90, 0.86, 0.62), canvas.light.front))
        canvas.polygon(_part(front, 0.38, 0.62, 0.2, 0.4), plate)


def make_car(
    rng: np.random.Generator, x: float, z: float, *, across: bool = False, away: bool = True
) -> Car:
    """Choose one car; vans are one in six."""
    van = rng.random() < 0.17
    return Car(
        x=x,
        z=z,
        length=between(rng, 4.6, 5.4) if van else between(rng, 3.7, 4.6),
        width=between(rng, 1.85, 2.0) if van else between(rng, 1.65, 1.85),
        height=between(rng, 2.0, 2.4) if van else between(rng, 1.4, 1.6),
        van=van,
        across=across,
        away=away,
        colour=pick(rng, PAINTS),
    )


@dataclass(frozen=True)
class Person:
    """Somebody who stands or walks."""

    x: float
    z: float
    height: float
    stride: float
    coat: Colour
    trousers: Colour
    skin: Colour
    hair: Colour
    long_coat: bool

    @property
    def distance(self) -> float:
        return self.z

    @property
    def box(self) -> Box:
        return (self.x - 0.3, self.x + 0.3, self.z - 0.3, self.z + 0.3)

    def cast(self, canvas: Canvas) -> None:
        canvas.shadow(self.x - 0.2, self.x + 0.2, self.z, self.z + 0.2, 0, self.height)
        canvas.contact(self.x - 0.25, self.x + 0.25, self.z - 0.12, self.z + 0.12)

    def paint(self, canvas: Canvas) -> None:
        light = canvas.light
        if not canvas.sees(self.x - 0.6, self.x + 0.6, self.z, self.z):
            return
        canvas.begin(PERSON, self.distance)
        u, v = canvas.camera.project(self.x, 0, self.z)
        m = canvas.camera.focal / max(self.z, 1.0) * self.height / 1.75
        side = mix(light.round, light.front, 0.5)
        legs = canvas.surface(lit(self.trousers, side))
        shade = canvas.surface(lit(self.trousers, side, 0.75))
        coat = canvas.surface(lit(self.coat, side), 0.15)
        dark = canvas.surface(lit(self.coat, side, 0.75), 0.15)
        skin = canvas.surface(lit(self.skin, side))
        hair = canvas.surface(lit(self.hair, side))
        width = max(0.16 * m, 2.0)
        for sign, tone in ((-1, shade), (1, legs)):
            foot = u + sign * (0.07 + self.stride) * m
            hip = u + sign * 0.08 * m
            half = width / 2
            leg = [
                (hip - half, v - 0.85 * m),
                (hip + half, v - 0.85 * m),
                (foot + half, v),
                (foot - half, v),
            ]
            canvas.polygon(leg, tone)
        hem = 0.55 if self.long_coat else 0.8
        shoulder, waist = 0.23 * m, (0.22 if self.long_coat else 0.17) * m
        outline = [
            (u - shoulder, v - 1.42 * m),
            (u + shoulder, v - 1.42 * m),
            (u + waist, v - hem * m),
            (u - waist, v - hem * m),
        ]
        canvas.polygon(outline, coat)
        if m > 9:
            swing = self.stride * m * 0.7
            for sign, tone in ((-1, dark), (1, coat)):
                s = u + sign * shoulder
                h = u + sign * (shoulder + 0.04 * m) + sign * swing
                t = 0.05 * m
                arm = [
                    (s - t, v - 1.42 * m),
                    (s + t, v - 1.42 * m),
                    (h + t, v - 0.85 * m),
                    (h - t, v - 0.85 * m),
                ]
                canvas.polygon(arm, tone)
        canvas.ellipse(u, v - 1.61 * m, max(0.12 * m, 1.0), max(0.15 * m, 1.0), hair)
        if m > 7:
            canvas.ellipse(u, v - 1.57 * m, 0.09 * m, 0.11 * m, skin)


def make_person(rng: np.random.Generator, x: float, z: float) -> Person:
    """Choose one person."""
    return Person(
        x=x,
        z=z,
        height=between(rng, 1.1, 1.35) if rng.random() < 0.12 else between(rng, 1.55, 1.9),
        stride=between(rng, 0.0, 0.2),
        coat=pick(rng, CLOTHES),
        trousers=pick(rng, TROUSERS),
        skin=pick(rng, SKIN),
        hair=pick(rng, HAIR),
        long_coat=rng.random() < 0.25,
    )


@dataclass(frozen=True)
class Pole:
    """A lamp post, a sign or a traffic light.

    Attributes
    ----------
    x, z : float
        Foot, in metres.
    kind : str
        "lamp", "sign" or "signal".
    inward : int
        Direction towards the road: 1 for poles on the left.
    pixels : float
        Smallest width, in image pixels.
    """

    x: float
    z: float
    kind: str
    height: float
    inward: int
    colour: Colour
    board: Colour
    shape: int
    pixels: float

    @property
    def distance(self) -> float:
        return self.z

    def cast(self, canvas: Canvas) -> None:
        canvas.shadow(self.x - 0.05, self.x + 0.05, self.z, self.z + 0.05, 0, self.height)

    def paint(self, canvas: Canvas) -> None:
        light = canvas.light
        if not canvas.sees(self.x - 1.6, self.x + 1.6, self.z, self.z):
            return
        canvas.begin(POLE, self.distance)
        u, v = canvas.camera.project(self.x, 0, self.z)
        m = canvas.camera.focal / max(self.z, 1.0)
        width = max(round(0.11 * m), round(SUPERSAMPLING * self.pixels))
        metal = canvas.surface(lit(self.colour, light.round))
        top = v - self.height * m
        canvas.bar(u, top, v, width, metal)
        if self.kind == "lamp":
            reach = self.inward * 1.1 * m
            thick = max(0.09 * m, 1.0)
            arm = [
                (u, top - thick),
                (u + reach, top - thick - 0.1 * m),
                (u + reach, top - 0.1 * m),
                (u, top + thick),
            ]
            canvas.polygon(arm, metal)
            bulb = canvas.surface(
                (1.0, 0.90, 0.62) if light.lamps else lit((0.75, 0.75, 0.72), light.top)
            )
            canvas.ellipse(u + reach, top, max(0.3 * m, 1.5), max(0.12 * m, 1.0), bulb)
            return
        board = canvas.surface(lit(self.board, light.front))
        white = canvas.surface(lit((0.94, 0.94, 0.92), light.front))
        r = max(0.34 * m, 2.0)
        if self.kind == "signal":
            box = canvas.surface((0.07, 0.07, 0.08))
            w = max(0.2 * m, 1.6)
            canvas.polygon(
                [(u - w, top), (u + w, top), (u + w, top + 5 * w), (u - w, top + 5 * w)], box
            )
            glow: Colour = ((0.98, 0.20, 0.14), (0.98, 0.72, 0.16), (0.22, 0.92, 0.48))[self.shape]
            on = canvas.surface(glow)
            canvas.ellipse(u, top + (1.0 + 1.5 * self.shape) * w, w * 0.65, w * 0.65, on)
        elif self.shape == 0:
            canvas.ellipse(u, top + r, r, r, board)
            if r > 3:
                canvas.ellipse(u, top + r, r * 0.62, r * 0.62, white)
        elif self.shape == 1:
            canvas.polygon([(u - r, top + 1.7 * r), (u + r, top + 1.7 * r), (u, top)], board)
            if r > 3:
                s = 0.5 * r
                canvas.polygon(
                    [(u - s, top + 1.4 * r), (u + s, top + 1.4 * r), (u, top + 0.6 * r)], white
                )
        else:
            canvas.polygon(
                [(u - r, top), (u + r, top), (u + r, top + 1.5 * r), (u - r, top + 1.5 * r)], board
            )
            if r > 3:
                s = 0.55 * r
                canvas.polygon(
                    [
                        (u - s, top + 0.4 * r),
                        (u + s, top + 0.4 * r),
                        (u + s, top + 0.7 * r),
                        (u - s, top + 0.7 * r),
                    ],
                    white,
                )


def make_pole(rng: np.random.Generator, x: float, z: float, pixels: float) -> Pole:
    """Choose one pole; half are lamp posts."""
    choice = rng.random()
    kind = "lamp" if choice < 0.5 else "sign" if choice < 0.82 else "signal"
    height = between(rng, 5.0, 7.5) if kind == "lamp" else between(rng, 2.5, 3.3)
    grey = between(rng, 0.22, 0.55)
    return Pole(
        x=x,
        z=z,
        kind=kind,
        height=height,
        inward=1 if x < 0 else -1,
        colour=(grey, grey + 0.01, grey + 0.02),
        board=pick(rng, _SIGNS),
        shape=int(3 * rng.random()),
        pixels=pixels,
    )
