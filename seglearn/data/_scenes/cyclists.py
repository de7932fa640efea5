"""Cyclists: a bicycle and its rider, one thing."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from seglearn.data._scenes.canvas import Canvas
from seglearn.data._scenes.classes import CYCLIST
from seglearn.data._scenes.things import CLOTHES, HAIR, PAINTS, SKIN, TROUSERS, Box
from seglearn.data._scenes.view import Colour, Point, between, lit, mix, pick

_WHEEL, _AXLE = 0.34, 0.53
"""Radius of a wheel, and how far its hub lies from the middle of the bicycle, in metres."""


@dataclass(frozen=True)
class Cyclist:
    """Somebody who rides a bicycle.

    Attributes
    ----------
    x, z : float
        Middle of the bicycle on the ground, in metres.
    heading : tuple of float
        Direction of travel as metres in x and z; a unit vector.
    size : float
        Of rider and bicycle, 1 for grown-ups.
    pedal : float
        Height of the near foot, 0 (low) to 1 (high).
    """

    x: float
    z: float
    heading: tuple[float, float]
    size: float
    pedal: float
    frame: Colour
    coat: Colour
    trousers: Colour
    skin: Colour
    head: Colour

    @property
    def distance(self) -> float:
        return self.z

    @property
    def box(self) -> Box:
        along, across = 0.9 * self.size, 0.3
        w = abs(self.heading[0]) * along + abs(self.heading[1]) * across
        d = abs(self.heading[1]) * along + abs(self.heading[0]) * across
        return (self.x - w, self.x + w, self.z - d, self.z + d)

    def cast(self, canvas: Canvas) -> None:
        x0, x1, z0, z1 = self.box
        canvas.shadow(self.x - 0.2, self.x + 0.2, self.z - 0.2, self.z + 0.2, 0.9, 1.7)
        canvas.shadow(x0 + 0.2, x1 - 0.2, z0 + 0.2, z1 - 0.2, 0, 0.7, 0.8)
        canvas.contact(x0 + 0.2, x1 - 0.2, z0 + 0.2, z1 - 0.2)

    def paint(self, canvas: Canvas) -> None:
        light = canvas.light
        x0, x1, _, _ = self.box
        if not canvas.sees(x0, x1, self.z, self.z):
            return
        canvas.begin(CYCLIST, self.distance)
        m = canvas.camera.focal / max(self.z, 1.0) * self.size

        def at(along: float, y: float) -> Point:
            """Point of the bicycle's plane, ``along`` its heading and ``y`` up."""
            s = along * self.size
            x, z = self.x + s * self.heading[0], self.z + s * self.heading[1]
            return canvas.camera.project(x, y * self.size, z)

        side = mix(light.round, light.front, 0.5)
        tyre = canvas.surface((0.07, 0.07, 0.08))
        frame = canvas.surface(lit(self.frame, side))
        legs = canvas.surface(lit(self.trousers, side))
        shade = canvas.surface(lit(self.trousers, side, 0.72))
        coat = canvas.surface(lit(self.coat, side), 0.15)
        sleeve = canvas.surface(lit(self.coat, side, 0.82), 0.15)
        skin = canvas.surface(lit(self.skin, side))
        head = canvas.surface(lit(self.head, side))

        hubs = [at(-_AXLE, _WHEEL), at(_AXLE, _WHEEL)]
        # How much of the bicycle's side is seen: 0 from behind or ahead, 1 from its side.
        seen = min(abs(hubs[1][0] - hubs[0][0]) / (2 * _AXLE * m), 1.0)
        thin = max(0.045 * m, 2.0)
        apart = (1 - seen) * 0.13 * m

        def leg(outwards: float, knee: float, foot: float, tone: int) -> None:
            joints = [at(-0.18, 0.95), at(0.15, knee), at(-0.01, foot)]
            joints = [
                (u + outwards * t, v) for (u, v), t in zip(joints, (0.6, 1.2, 1), strict=True)
            ]
            for a, b in pairwise(joints):
                canvas.limb(a, b, max(0.14 * m, 2.0), tone)

        leg(-apart, 0.82 - 0.2 * self.pedal, 0.42 - 0.2 * self.pedal, shade)
        for u, v in hubs:
            rim = max(round(0.05 * m), 2)
            across = max(_WHEEL * m * seen, 0.035 * m, 1.0)
            canvas.ring(u, v, across, _WHEEL * m, rim, tyre)
        crank, saddle, bar = at(-0.05, 0.3), at(-0.2, 0.92), at(0.38, 0.9)
        for a, b in (
            (crank, bar),
            (crank, saddle),
            (hubs[0], saddle),
            (saddle, bar),
            (bar, hubs[1]),
        ):
            canvas.limb(a, b, thin, frame)
        grip = (1 - seen) * 0.28 * m
        hand = at(0.36, 1.02)
        canvas.limb((hand[0] - grip, hand[1]), (hand[0] + grip, hand[1]), thin, tyre)
        leg(apart, 0.62 + 0.2 * self.pedal, 0.22 + 0.2 * self.pedal, legs)
        hip, shoulder = at(-0.2, 0.92), at(0.12, 1.45)
        broad = (0.27 * seen + 0.40 * (1 - seen)) * m
        canvas.limb(hip, shoulder, max(broad, 2.0), coat)
        for sign in (-1, 1):
            elbow = sign * (1 - seen) * 0.2 * m
            canvas.limb(
                (shoulder[0] + elbow, shoulder[1] + 0.08 * m),
                (hand[0] + sign * grip, hand[1]),
                max(0.09 * m, 1.5),
                sleeve,
            )
        u, v = at(0.2, 1.62)
        canvas.ellipse(u, v, max(0.12 * m, 1.0), max(0.15 * m, 1.0), head)
        if m > 7:
            forward = 0.04 * m * (1 if hubs[1][0] > hubs[0][0] else -1) * seen
            canvas.ellipse(u + forward, v + 0.05 * m, 0.09 * m, 0.1 * m, skin)


def make_cyclist(
    rng: np.random.Generator, x: float, z: float, heading: tuple[float, float]
) -> Cyclist:
    """Choose one cyclist; half wear a helmet."""
    length = float(np.sqrt(heading[0] * heading[0] + heading[1] * heading[1]))
    return Cyclist(
        x=x,
        z=z,
        heading=(heading[0] / length, heading[1] / length),
        size=between(rng, 0.92, 1.06),
        pedal=rng.random(),
        frame=pick(rng, PAINTS),
        coat=pick(rng, CLOTHES),
        trousers=pick(rng, TROUSERS),
        skin=pick(rng, SKIN),
        head=pick(rng, PAINTS if rng.random() < 0.5 else HAIR),
    )
