"""Where the camera stands and how the street is lit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

Point = tuple[float, float]
Colour = tuple[float, float, float]

SUPERSAMPLING = 2
"""Painted pixels per image pixel, along each axis."""

NEAREST = 1.0
"""Metres; nothing is drawn nearer to the camera than this."""


def between(rng: np.random.Generator, low: float, high: float) -> float:
    """Draw one uniform number; cheaper than ``rng.uniform``."""
    return low + (high - low) * rng.random()


def pick(rng: np.random.Generator, colours: Sequence[Colour]) -> Colour:
    """Draw one of several colours."""
    return colours[int(len(colours) * rng.random())]


def mix(a: Colour, b: Colour, t: float) -> Colour:
    """Interpolate from ``a`` (t = 0) to ``b`` (t = 1)."""
    return (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t)


def lit(albedo: Colour, light: Colour, gain: float = 1.0) -> Colour:
    """Reflect light from a matt surface."""
    return (albedo[0] * light[0] * gain, albedo[1] * light[1] * gain, albedo[2] * light[2] * gain)


_BEND = 0.0045
"""Strongest bend of a street, in 1/m, unless the knob ``bends`` allows more."""

_ASIDE = 0.15
"""Least `Camera.facing`: what lies nearer to the plane of the lens is cut off."""

_KNOTS = (3.0, 6.0, 9.0, 13.0, 18.0, 24.0, 32.0, 42.0, 58.0, 90.0)
"""Metres; between these, a bent edge is drawn as a straight line."""


@dataclass(frozen=True)
class Camera:
    """A pinhole camera above a street whose centre line bends as a parabola.

    Street coordinates are metres: ``x`` to the right of the centre line, ``y`` up, ``z`` ahead of the
    camera. Only sums, products and quotients are used, so that every platform rounds alike.

    Attributes
    ----------
    focal, centre, horizon : float
        Focal length, column of the vanishing point and row of the horizon, in painted pixels.
    x, height : float
        Position of the camera, in metres.
    bend : float
        The centre line lies at ``bend * z ** 2``, in metres.
    sine, cosine : float
        Of the angle by which the camera is turned to the right of the street's direction. `project`
        leaves it out; a turn of the camera maps the picture by a homography, which `turn` applies.
    nearest : float
        Metres; nothing is drawn nearer to the camera than this.
    """

    focal: float
    centre: float
    horizon: float
    x: float
    height: float
    bend: float
    sine: float = 0.0
    cosine: float = 1.0
    nearest: float = NEAREST

    @property
    def reach(self) -> float:
        """Metres to each side that fill the picture with ground, however it bends and turns."""
        return 2500.0 if self.sine or abs(self.bend) > _BEND else 400.0

    def side(self, x: float, z: float) -> float:
        """Metres from the camera's axis to a point of the street; positive to the right."""
        return x + self.bend * z * z - self.x

    def project(self, x: float, y: float, z: float) -> Point:
        """Column and row, in painted pixels, of a point of the street."""
        scale = self.focal / (z if z > self.nearest else self.nearest)
        side = x + self.bend * z * z - self.x
        return (self.centre + scale * side, self.horizon + scale * (self.height - y))

    def strip(self, xa: float, xb: float, za: float, zb: float) -> list[Point]:
        """Outline of the patch of ground between ``xa`` and ``xb``, from ``za`` to ``zb``."""
        depths = [za, *(z for z in _KNOTS if za < z < zb), zb] if self.bend else [za, zb]
        outline = [self.project(xa, 0, z) for z in depths]
        return outline + [self.project(xb, 0, z) for z in reversed(depths)]

    def facing(self, u: float) -> float:
        """Depth of what column ``u`` shows, after the camera's turn, relative to before."""
        return self.cosine + self.sine * (u - self.centre) / self.focal

    def turn(self, points: Sequence[Point]) -> Sequence[Point]:
        """Turn a polygon of projected points with the camera; cut off what lies beside it."""
        if not self.sine:
            return points
        sine, cosine, focal, centre = self.sine, self.cosine, self.focal, self.centre
        facing = [cosine + sine * (u - centre) / focal for u, _ in points]
        if min(facing) < _ASIDE:
            points, facing = self._clip(points, facing)
        horizon, shift = self.horizon, focal * sine
        return [
            (centre + ((u - centre) * cosine - shift) / d, horizon + (v - horizon) / d)
            for (u, v), d in zip(points, facing, strict=True)
        ]

    @staticmethod
    def _clip(points: Sequence[Point], facing: Sequence[float]) -> tuple[list[Point], list[float]]:
        kept: list[Point] = []
        kept_facing: list[float] = []
        (u0, v0), d0 = points[-1], facing[-1]
        for (u, v), d in zip(points, facing, strict=True):
            if (d < _ASIDE) != (d0 < _ASIDE):
                t = (_ASIDE - d0) / (d - d0)
                kept.append((u0 + (u - u0) * t, v0 + (v - v0) * t))
                kept_facing.append(_ASIDE)
            if d >= _ASIDE:
                kept.append((u, v))
                kept_facing.append(d)
            u0, v0, d0 = u, v, d
        return kept, kept_facing

    def turned_column(self, u: float) -> float:
        """Column to which `turn` moves column ``u``, endlessly far out if it lies beside."""
        if not self.sine:
            return u
        d = self.facing(u)
        if d < _ASIDE:
            return float("-inf") if self.sine > 0 else float("inf")
        return self.centre + ((u - self.centre) * self.cosine - self.focal * self.sine) / d

    def unturned_column(self, u: float) -> float:
        """Column that `turn` moves to column ``u``: its inverse."""
        if not self.sine:
            return u
        shift = u - self.centre
        d = self.cosine - self.sine * shift / self.focal
        return self.centre + (shift * self.cosine + self.focal * self.sine) / max(d, _ASIDE)

    def street_x(self, u: float, z: float) -> float:
        """Where in the street, in metres, column ``u`` meets the distance ``z``."""
        aside = (self.unturned_column(u) - self.centre) * z / self.focal
        return aside + self.x - self.bend * z * z


@dataclass(frozen=True)
class Light:
    """Sun, sky light and air.

    Attributes
    ----------
    top, front, left, right, round : tuple of float
        Light on faces that look up, at the camera, to the left, to the right, and on round things.
    sky_top, sky_low, cloud : tuple of float
        Colours of the sky; ``sky_low`` is also the colour of haze.
    cloudiness : float
        0 (blue) to 1 (closed).
    shift : tuple of float
        Where a point one metre above the ground casts its shadow, as metres in x and z.
    shade : float
        Share of the light on the ground that a shadow takes away.
    lamps : bool
        Whether windows and lamps are on.
    """

    top: Colour
    front: Colour
    left: Colour
    right: Colour
    round: Colour
    sky_top: Colour
    sky_low: Colour
    cloud: Colour
    cloudiness: float
    shift: tuple[float, float]
    shade: float
    lamps: bool

    def wall(self, side: int) -> Colour:
        """Light on the wall of a house on the left (-1) or right (1) of the street."""
        return self.left if side > 0 else self.right


@dataclass(frozen=True)
class _Weather:
    sun: Colour
    ambient: Colour
    sky_top: Colour
    sky_low: Colour
    cloud: Colour
    clouds: tuple[float, float]
    height: tuple[float, float]
    lamps: bool = False


_CLEAR = _Weather(
    sun=(0.74, 0.71, 0.62),
    ambient=(0.42, 0.45, 0.52),
    sky_top=(0.45, 0.63, 0.86),
    sky_low=(0.80, 0.89, 0.95),
    cloud=(0.97, 0.97, 0.98),
    clouds=(0.1, 0.6),
    height=(0.7, 1.5),
)
_EVENING = _Weather(
    sun=(0.90, 0.71, 0.52),
    ambient=(0.40, 0.42, 0.50),
    sky_top=(0.40, 0.52, 0.76),
    sky_low=(0.99, 0.82, 0.62),
    cloud=(0.99, 0.80, 0.70),
    clouds=(0.2, 0.6),
    height=(0.4, 0.6),
)
_OVERCAST = _Weather(
    sun=(0.14, 0.14, 0.13),
    ambient=(0.70, 0.72, 0.76),
    sky_top=(0.66, 0.71, 0.77),
    sky_low=(0.88, 0.90, 0.92),
    cloud=(0.84, 0.86, 0.88),
    clouds=(0.6, 1.0),
    height=(0.8, 1.5),
)
_DUSK = _Weather(
    sun=(0.14, 0.11, 0.12),
    ambient=(0.46, 0.46, 0.56),
    sky_top=(0.27, 0.34, 0.54),
    sky_low=(0.92, 0.72, 0.60),
    cloud=(0.66, 0.54, 0.60),
    clouds=(0.2, 0.7),
    height=(0.4, 0.6),
    lamps=True,
)


def make_light(
    rng: np.random.Generator,
    variation: float,
    sun_rng: np.random.Generator | None = None,
    shadow_range: float = 0.0,
) -> Light:
    """Choose the weather, the place of the sun and the exposure.

    With ``sun_rng``, the sun stands up to 2.2 times lower or twice as high, and shines more or less
    than the sky, as far as ``shadow_range`` (0–1) allows.
    """
    kind = rng.random()
    other = _OVERCAST if kind < 0.4 else _EVENING if kind < 0.75 else _DUSK
    weather = other if rng.random() < variation else _CLEAR
    sun_x = between(rng, 0.35, 1.0) * (-1 if rng.random() < 0.5 else 1)
    sun_z = between(rng, -0.9, 0.4)
    sun_y = between(rng, *weather.height)
    strength = sky = 1.0
    if sun_rng is not None:
        lower, strength, sky = (
            1 + shadow_range * (between(sun_rng, *ends) - 1)
            for ends in ((0.5, 2.2), (0.7, 1.5), (0.75, 1.15))
        )
        sun_y /= lower
    length = float(np.sqrt(sun_x * sun_x + sun_y * sun_y + sun_z * sun_z))
    gain = between(rng, 0.86, 1.08)
    cloudiness = between(rng, *weather.clouds)

    def face(cosine: float) -> Colour:
        direct = max(cosine / length, 0.0) * gain
        r, g, b = (
            a * (gain * sky) + s * (direct * strength)
            for a, s in zip(weather.ambient, weather.sun, strict=True)
        )
        return (r, g, b)

    if sun_rng is not None:  # a camera lengthens its exposure where little light is left
        missing = 0.68 - sum(face(sun_y)) / 3
        sky += max(missing, 0.0) * shadow_range / (gain * sum(weather.ambient) / 3)
    top, shaded = face(sun_y), face(0.0)
    front, left, right = face(-sun_z), face(-sun_x), face(sun_x)
    return Light(
        top=top,
        front=front,
        left=left,
        right=right,
        round=_average([top, front, left if sun_x < 0 else right]),
        sky_top=weather.sky_top,
        sky_low=weather.sky_low,
        cloud=weather.cloud,
        cloudiness=cloudiness,
        shift=(-sun_x / sun_y, -sun_z / sun_y),
        shade=1 - sum(shaded) / sum(top),
        lamps=weather.lamps,
    )


def _average(colours: Iterable[Colour]) -> Colour:
    rows = list(colours)
    r, g, b = (sum(channel) / len(rows) for channel in zip(*rows, strict=True))
    return (r, g, b)


def make_camera(rng: np.random.Generator, size: tuple[int, int], half_road: float) -> Camera:
    """Choose where the camera stands; the field of view does not depend on the image size."""
    height, width = (SUPERSAMPLING * n for n in size)
    bend = between(rng, -_BEND, _BEND)
    return Camera(
        focal=between(rng, 0.72, 1.0) * float(np.sqrt(height * width)),
        centre=width * between(rng, 0.3, 0.7),
        horizon=height * between(rng, 0.36, 0.52),
        x=half_road * between(rng, -0.7, 0.7),
        height=between(rng, 1.7, 4.2),
        bend=0.0 if rng.random() < 0.3 else bend,
    )


def move_camera(
    rng: np.random.Generator,
    usual: Camera,
    size: tuple[int, int],
    half_road: float,
    amount: float,
) -> Camera:
    """Move a camera from its usual place (``amount`` 0) to another one (1), and turn it."""
    rows, columns = (SUPERSAMPLING * n for n in size)
    who, where, side, lens, up, heading = rng.random(6).tolist()
    if who < 0.5:  # from a car or a bicycle
        height, horizon = between(rng, 0.9, 1.7), 0.30 + 0.30 * up
    elif who < 0.8:
        height, horizon = between(rng, 1.7, 3.2), 0.22 + 0.34 * up
    else:  # from a bus or a window
        height, horizon = between(rng, 3.2, 7.0), 0.10 + 0.32 * up
    tangent = (2 * heading - 1) * 0.24  # of half the angle
    sign = 1 if side < 0.5 else -1
    if where < 0.35:  # on the pavement, mostly looking at the street
        x = sign * (half_road + between(rng, 0.2, 1.3))
        tangent = abs(tangent) * (sign if heading < 0.2 else -sign)
    else:
        x = sign * half_road * between(rng, 0.0, 0.9)
    focal = float(np.sqrt(rows * columns)) / (1 / 0.62 + (1 / 1.6 - 1 / 0.62) * lens)
    focal = usual.focal + (focal - usual.focal) * amount
    height = usual.height + (height - usual.height) * amount
    horizon = usual.horizon + (rows * horizon - usual.horizon) * amount
    # In a very wide picture, a turn must not bring what lies beside the camera into view.
    limit = 0.35 * focal / max(usual.centre, columns - usual.centre)
    tangent = amount * min(max(tangent, -limit), limit)
    return replace(
        usual,
        focal=focal,
        horizon=horizon,
        x=usual.x + (x - usual.x) * amount,
        height=height,
        sine=2 * tangent / (1 + tangent * tangent),
        cosine=(1 - tangent * tangent) / (1 + tangent * tangent),
        # Near enough for ground at the lower border.
        nearest=min(0.5, 0.7 * focal * height / (rows - horizon)),
    )
