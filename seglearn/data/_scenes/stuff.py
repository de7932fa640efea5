"""Stuff: background, ground, buildings and trees."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from seglearn.data._scenes.canvas import Canvas
from seglearn.data._scenes.classes import BUILDING, GRASS, PAVEMENT, ROAD, TREE
from seglearn.data._scenes.view import Colour, between, lit, mix, pick

FAR = 160.0
"""Metres to the end of the ground; beyond is only the background."""

_WALLS: tuple[Colour, ...] = (
    (0.64, 0.36, 0.28),  # brick
    (0.72, 0.46, 0.34),
    (0.90, 0.84, 0.72),  # cream plaster
    (0.80, 0.70, 0.54),  # sandstone
    (0.92, 0.91, 0.88),  # white
    (0.66, 0.74, 0.80),  # pale blue
    (0.88, 0.70, 0.48),  # ochre
    (0.84, 0.66, 0.62),  # old rose
    (0.58, 0.58, 0.56),  # concrete
)
_ROOFS: tuple[Colour, ...] = ((0.68, 0.36, 0.26), (0.56, 0.30, 0.25), (0.36, 0.40, 0.50))
_AWNINGS: tuple[Colour, ...] = ((0.72, 0.20, 0.20), (0.16, 0.42, 0.40), (0.85, 0.60, 0.20))
_GLASS: Colour = (0.20, 0.25, 0.32)
_LAMPLIGHT: Colour = (0.98, 0.80, 0.48)


@dataclass(frozen=True)
class Palette:
    """Colours that one scene shares between its classes.

    Attributes
    ----------
    road, pavement, grass, leaf : tuple of float
        Albedos.
    road_texture, grass_texture : float
        Strengths of texture.
    """

    road: Colour
    pavement: Colour
    grass: Colour
    leaf: Colour
    road_texture: float = 0.5
    grass_texture: float = 1.0


def make_palette(rng: np.random.Generator, green_twins: float) -> Palette:
    """Choose the colours of ground and leaves."""
    grey = between(rng, 0.34, 0.47)
    tint = between(rng, -0.015, 0.015)
    stone = between(rng, 0.54, 0.68)
    warmth = between(rng, 0.0, 0.07)
    grass = mix((0.35, 0.45, 0.23), (0.50, 0.53, 0.28), rng.random())
    autumn = rng.random() < 0.15
    own = (
        (0.68, 0.44, 0.16) if autumn else mix((0.13, 0.30, 0.15), (0.24, 0.40, 0.14), rng.random())
    )
    return Palette(
        road=(grey + tint, grey, grey - tint + 0.01),
        pavement=(stone + warmth / 2, stone, stone - warmth),
        grass=grass,
        leaf=mix(own, grass, green_twins),
    )


@dataclass(frozen=True)
class Side:
    """One side of the street, measured outwards from the centre line in metres.

    Attributes
    ----------
    sign : int
        -1 left, 1 right.
    kind : str
        "town" (a closed row), "houses" (with gardens) or "park".
    kerb, inner, outer : float
        Edge of the road, and the two edges of the pavement; grass lies between kerb and inner.
    """

    sign: int
    kind: str
    kerb: float
    inner: float
    outer: float


def paint_background(canvas: Canvas, rng: np.random.Generator, palette: Palette) -> None:
    """Close the horizon with far roofs and tree tops."""
    camera = canvas.camera
    unit = camera.focal / 100
    v = camera.project(0, 0, FAR)[1] + 1
    wooded = rng.random()
    u = camera.unturned_column(0) - unit * 8
    end = camera.unturned_column(canvas.surface_map.width)
    while u < end:
        step = unit * between(rng, 12, 28)
        rise = unit * between(rng, 2, 7)
        if rng.random() < wooded:
            canvas.begin(TREE, 140.0)
            leaf = canvas.surface(lit(palette.leaf, canvas.light.top, 0.8), 0.8)
            canvas.ellipse(u + step / 2, v, step * 0.7, rise, leaf)
        else:
            canvas.begin(BUILDING, 140.0)
            wall = pick(rng, _WALLS)
            front = canvas.surface(lit(wall, canvas.light.front, 0.85), 0.2)
            canvas.polygon([(u, v), (u + step, v), (u + step, v - rise), (u, v - rise)], front)
        u += step * between(rng, 0.6, 1.0)


def paint_ground(
    canvas: Canvas,
    rng: np.random.Generator,
    palette: Palette,
    sides: tuple[Side, Side],
    crossing: float,
) -> None:
    """Lay grass, pavement and road with their markings; ``crossing`` is a side street's distance."""
    top = canvas.light.top

    def layer(class_id: int, colour: Colour, texture: float) -> int:
        canvas.begin(class_id, 0.0)
        return canvas.surface(lit(colour, top), texture, flat=True)

    grass = layer(GRASS, palette.grass, palette.grass_texture)
    near, far, reach = canvas.camera.nearest, FAR, canvas.camera.reach
    for side in sides:
        canvas.ground(0, side.sign * reach, near, far, grass)
    stone = layer(PAVEMENT, palette.pavement, 0.35)
    pale = canvas.surface(lit(mix(palette.pavement, (0.9, 0.9, 0.88), 0.45), top), 0.1, flat=True)
    joint = canvas.surface(lit(palette.pavement, top, 0.86), 0.2, flat=True)
    for side in sides:
        s = side.sign
        canvas.ground(
            s * side.inner, s * (reach if side.kind == "town" else side.outer), near, far, stone
        )
        if rng.random() < 0.6:
            middle = (side.inner + side.outer) / 2
            canvas.ground(s * (middle - 0.04), s * (middle + 0.04), near, 25, joint)
            for i in range(4):
                z = 4.0 + 2.2 * i
                canvas.ground(s * side.inner, s * side.outer, z, z + 0.12, joint)
        canvas.ground(s * (side.kerb - 0.1), s * (side.kerb + 0.22), near, 70, pale)
    road = layer(ROAD, palette.road, palette.road_texture)
    left, right = sides
    canvas.ground(-left.kerb, right.kerb, near, far, road)
    if crossing:
        canvas.ground(-200, 200, crossing, crossing + 7, road)
    _paint_markings(canvas, rng, palette, sides, crossing)


def _paint_markings(
    canvas: Canvas,
    rng: np.random.Generator,
    palette: Palette,
    sides: tuple[Side, Side],
    crossing: float,
) -> None:
    left, right = -sides[0].kerb, sides[1].kerb
    top = canvas.light.top
    white = canvas.surface(lit((0.86, 0.86, 0.82), top), 0.25, flat=True)
    yellow = canvas.surface(lit((0.84, 0.68, 0.28), top), 0.25, flat=True)
    patch = canvas.surface(lit(palette.road, top, between(rng, 0.8, 0.92)), 0.5, flat=True)
    for _ in range(2):
        x, z = between(rng, left, right - 1.5), between(rng, 4, 20)
        canvas.ground(x, x + between(rng, 0.6, 1.6), z, z + between(rng, 1, 5), patch)
    centre = rng.random()
    dash, gap = (3.0, 5.0) if centre < 0.5 else (1.5, 2.0)
    z = between(rng, 2.0, 5.0)
    while centre < 0.85 and z < 48:
        if not crossing - 3 < z < crossing + 8:
            canvas.ground(-0.09, 0.09, z, z + dash, white)
        z += dash + gap * (1 + z / 20)
    if rng.random() < 0.5:
        line = yellow if rng.random() < 0.4 else white
        for x in (left + 0.35, right - 0.45):
            for a, b in ((1.5, crossing - 1), (crossing + 8, 60)) if crossing > 4 else ((1.5, 60),):
                canvas.ground(x, x + 0.12, a, b, line)
    if rng.random() < 0.3:
        z = crossing - 4.5 if crossing > 9 else between(rng, 6, 16)
        x = left + 0.5
        while x < right - 0.5:
            canvas.ground(x, x + 0.5, z, z + 3.0, white)
            x += 1.0


@dataclass(frozen=True)
class Building:
    """A box beside the street with floors of windows and a roof.

    Attributes
    ----------
    x, depth : float
        Street-facing wall, and how far the box reaches outwards; both signed, in metres.
    z0, z1, height : float
        Extent along the street and up to the eaves, in metres.
    roof : str
        "flat", "slope" (towards the street) or "gable" (towards the camera).
    wall, cover : tuple of float
        Albedos of walls and roof.
    cover_texture : float
        Strength of the roof's texture.
    cover_level : bool
        Light the roof as if it were level, like the road.
    awning : tuple of float or None
        Colour of the shop's sign, if the ground floor is a shop.
    exposed : bool
        Whether the end wall shows, so that it needs windows.
    """

    x: float
    depth: float
    z0: float
    z1: float
    height: float
    roof: str
    wall: Colour
    cover: Colour
    cover_texture: float
    cover_level: bool
    awning: Colour | None
    exposed: bool

    @property
    def distance(self) -> float:
        return self.z1

    def cast(self, canvas: Canvas) -> None:
        xs = sorted((self.x, self.x + self.depth))
        canvas.shadow(xs[0], xs[1], self.z0, self.z1, 0, self.height)

    def paint(self, canvas: Canvas) -> None:
        light = canvas.light
        side = 1 if self.depth > 0 else -1
        if not canvas.sees(self.x, self.x + self.depth, self.z0, self.z1):
            return
        canvas.begin(BUILDING, self.distance)
        flank = canvas.surface(lit(self.wall, light.wall(side)), 0.3)
        face = canvas.surface(lit(self.wall, light.front), 0.3)
        sun = light.top if self.cover_level else light.wall(side)
        cover = canvas.surface(lit(self.cover, sun), self.cover_texture)
        detail = self.z0 < (60 if self.exposed else 34)
        if light.lamps:
            glass = canvas.surface(mix(_GLASS, _LAMPLIGHT, 0.75))
        else:
            glass = canvas.surface(mix(lit(_GLASS, light.round), light.sky_low, 0.15), 0.2)
        if self.roof == "slope":
            self._paint_slope(canvas, cover)
        back = self.x + self.depth
        canvas.front(self.x, back, self.z0, 0, self.height, face)
        if self.roof == "gable":
            self._paint_gable(canvas, face, cover)
        if detail and self.exposed:
            self._paint_front_windows(canvas, glass, face)
        if self._seen_width(canvas, back) * side < 0:
            outer = canvas.surface(lit(self.wall, light.wall(-side)), 0.3)
            canvas.wall(back, self.z0, self.z1, 0, self.height, outer)
        seen = self._seen_width(canvas, self.x) * side
        if seen > 0:
            canvas.wall(self.x, self.z0, self.z1, 0, self.height, flank)
            if detail and seen > 9:
                self._paint_windows(canvas, glass, flank)
        if self.roof == "flat":
            self._paint_flat(canvas, cover, seen > 0)

    def _seen_width(self, canvas: Canvas, x: float) -> float:
        """Painted columns from the far to the near end of a wall along the street."""
        p = canvas.camera.project
        return p(x, 0, self.z0)[0] - p(x, 0, self.z1)[0]

    def _paint_slope(self, canvas: Canvas, cover: int) -> None:
        p = canvas.camera.project
        ridge, rise = self.x + self.depth * 0.45, self.height + abs(self.depth) * 0.3
        x = self.x - 0.3 * (1 if self.depth > 0 else -1)
        eaves, z0, z1 = self.height - 0.1, self.z0, self.z1
        gable = [p(self.x, eaves, z0), p(ridge, rise, z0), p(self.x + self.depth, eaves, z0)]
        canvas.polygon(gable, cover - 1)
        canvas.polygon(
            [p(x, eaves, z0), p(x, eaves, z1), p(ridge, rise, z1), p(ridge, rise, z0)], cover
        )

    def _paint_gable(self, canvas: Canvas, face: int, cover: int) -> None:
        p = canvas.camera.project
        middle, rise = self.x + self.depth / 2, self.height + abs(self.depth) * 0.35
        eaves, z0, z1 = self.height, self.z0, self.z1
        for x in (self.x + self.depth, self.x):
            slope = [p(x, eaves, z0), p(x, eaves, z1), p(middle, rise, z1), p(middle, rise, z0)]
            canvas.polygon(slope, cover)
        inner = [p(self.x, eaves, z0), p(middle, rise - 0.4, z0), p(self.x + self.depth, eaves, z0)]
        canvas.polygon(inner, face)

    def _paint_flat(self, canvas: Canvas, cover: int, visible: bool) -> None:
        p = canvas.camera.project
        back, edge = self.x + self.depth, self.height - 0.45
        if canvas.camera.height > self.height:
            outline = [
                p(self.x, self.height, self.z0),
                p(self.x, self.height, self.z1),
                p(back, self.height, self.z1),
                p(back, self.height, self.z0),
            ]
            canvas.polygon(outline, cover)
        canvas.front(self.x, back, self.z0, edge, self.height, cover)
        if visible:
            canvas.wall(self.x, self.z0, self.z1, edge, self.height, cover)

    def _storeys(self) -> list[float]:
        return [3.1 * k for k in range(int((self.height + 0.3) / 3.1))] or [0.0]

    def _paint_windows(self, canvas: Canvas, glass: int, wall: int) -> None:
        storeys = self._storeys()
        shop = self.awning is not None
        z0, z1 = self.z0 + 0.6, self.z1 - 0.6
        for y in storeys[1:] if shop else storeys:
            canvas.wall(self.x, z0, z1, y + 1.0, y + 2.4, glass)
        bays = max(int((z1 - z0) / 2.6), 1)
        if self.z0 > 22:
            bays = min(bays, 2)
        width = (z1 - z0) / bays
        for i in range(bays):
            z = z0 + width * i
            canvas.wall(
                self.x, z, z + width * 0.5, 0.0 if not shop else 3.2, storeys[-1] + 2.5, wall
            )
        if self.awning is not None:
            canvas.wall(self.x, z0, z1, 0.5, 2.5, glass)
            sign = canvas.surface(lit(self.awning, canvas.light.wall(1 if self.depth > 0 else -1)))
            canvas.wall(self.x, z0, z1, 2.5, 3.2, sign)

    def _paint_front_windows(self, canvas: Canvas, glass: int, wall: int) -> None:
        storeys = self._storeys()
        width = self.depth
        a, b = self.x + 0.12 * width, self.x + 0.88 * width
        for y in storeys:
            canvas.front(a, b, self.z0, y + 1.0, y + 2.4, glass)
        bays = max(int(abs(b - a) / 2.4), 1)
        for i in range(1, bays + 1):
            right = a + (b - a) * i / bays
            left = right - (b - a) / bays * 0.5
            canvas.front(left, right, self.z0, 0, storeys[-1] + 2.5, wall)


def make_building(
    rng: np.random.Generator,
    palette: Palette,
    side: Side,
    z0: float,
    nearer: float,
    grey_twins: float,
) -> Building:
    """Choose one building that starts at ``z0``, behind a neighbour ``nearer`` metres high."""
    town = side.kind == "town"
    low = rng.random() < 0.25
    length = between(rng, 7, 15) if town else between(rng, 7, 11)
    if low:
        height = between(rng, 2.6, 3.3)
    else:
        height = between(rng, 6.5, 16) if town else between(rng, 4.5, 7)
    shape = rng.random()
    roof = "flat" if low or (town and shape < 0.5) else "slope" if shape < 0.75 else "gable"
    setback = 0.0 if town else between(rng, 1.5, 5.0)
    twin, concrete = rng.random() < grey_twins, rng.random() < 0.35
    cover = pick(rng, _ROOFS)
    awning = pick(rng, _AWNINGS)
    shop = rng.random() < 0.45 and town and not low
    wall = mix(pick(rng, _WALLS), (0.8, 0.76, 0.7), between(rng, 0, 0.3))
    return Building(
        x=side.sign * (side.outer + setback),
        depth=side.sign * between(rng, 8, 14),
        z0=z0,
        z1=z0 + length,
        height=height,
        roof=roof,
        wall=palette.road if twin and concrete else wall,
        cover=palette.road if twin else cover,
        cover_texture=palette.road_texture if twin else 0.35,
        cover_level=twin,
        awning=awning if shop else None,
        exposed=height > nearer + 1,
    )


@dataclass(frozen=True)
class Tree:
    """A trunk with a crown of leaf clusters, a conifer, or a bush."""

    x: float
    z: float
    kind: str
    height: float
    radius: float
    leaf: Colour
    texture: float
    clusters: tuple[tuple[float, float, float], ...]

    @property
    def distance(self) -> float:
        return self.z

    def cast(self, canvas: Canvas) -> None:
        r = self.radius * 0.8
        bottom = 0.0 if self.kind == "bush" else self.height * 0.4
        canvas.shadow(self.x - r, self.x + r, self.z - r, self.z + r, bottom, self.height, 0.9)
        if self.kind != "bush":
            canvas.shadow(self.x - 0.12, self.x + 0.12, self.z, self.z + 0.1, 0, self.height / 2)

    def paint(self, canvas: Canvas) -> None:
        camera, light = canvas.camera, canvas.light
        if not canvas.sees(self.x - 1.3 * self.radius, self.x + 1.3 * self.radius, self.z, self.z):
            return
        canvas.begin(TREE, self.distance)
        u, v = camera.project(self.x, 0, self.z)
        unit = camera.focal / max(self.z, 1.0)
        tones = [
            canvas.surface(lit(self.leaf, light.top, g), self.texture) for g in (0.72, 0.9, 1.08)
        ]
        if self.kind != "bush":
            bark = canvas.surface(lit((0.36, 0.28, 0.21), light.round), 0.4)
            trunk = max(unit * 0.05 * self.height, 2.0)
            canvas.bar(u, v - unit * self.height * 0.6, v, trunk, bark)
        if self.kind == "conifer":
            self._paint_conifer(canvas, u, v, unit, tones)
            return
        middle = 0.4 if self.kind == "bush" else 0.66
        ru = unit * self.radius
        rv = unit * self.height * (1 - middle)
        vc = v - unit * self.height * middle
        canvas.ellipse(u, vc, ru * 0.86, rv * 0.86, tones[0])
        sunny = -1 if light.shift[0] > 0 else 1
        few = ru < 10
        for x, y, size in self.clusters[:5] if few else self.clusters:
            bright = x * sunny * 0.7 + y
            tone = tones[2 if bright > 0.45 else 1 if bright > -0.35 else 0]
            canvas.ellipse(u + x * ru * 0.72, vc - y * rv * 0.72, size * ru, size * rv, tone)

    def _paint_conifer(
        self, canvas: Canvas, u: float, v: float, unit: float, tones: list[int]
    ) -> None:
        for i, tone in enumerate(tones):
            base = v - unit * self.height * (0.12 + 0.24 * i)
            half = unit * self.radius * (0.95 - 0.25 * i)
            tip = v - unit * self.height * (0.55 + 0.225 * i)
            canvas.polygon([(u - half, base), (u + half, base), (u, tip)], tone)


def make_tree(rng: np.random.Generator, palette: Palette, x: float, z: float, kind: str) -> Tree:
    """Choose one tree."""
    if kind == "bush":
        height, radius = between(rng, 0.8, 1.6), between(rng, 0.8, 1.6)
    elif kind == "conifer":
        height, radius = between(rng, 6, 10), between(rng, 1.4, 2.2)
    else:
        height, radius = between(rng, 5, 9), between(rng, 1.6, 3.0)
    spots = rng.random((11, 3)).tolist()
    return Tree(
        x=x,
        z=z,
        kind=kind,
        height=height,
        radius=radius,
        leaf=palette.leaf,
        texture=palette.grass_texture,
        clusters=tuple((2 * a - 1, 2 * b - 1, 0.3 + 0.22 * c) for a, b, c in spots),
    )


def closing_row(
    rng: np.random.Generator, palette: Palette, z: float, grey_twins: float
) -> Iterator[Building]:
    """Make the houses that end a street at a T-junction and face the camera."""
    end = Side(sign=1, kind="houses", kerb=0, inner=0, outer=0)
    x = -48.0 - 8 * rng.random()
    while x < 48:
        choice = make_building(rng, palette, end, z, 0.0, grey_twins)
        width = between(rng, 12, 24)
        height = max(choice.height, 3.0) * between(rng, 1.2, 2.0)
        yield replace(choice, x=x, depth=width, height=height, roof="flat")
        x += width
