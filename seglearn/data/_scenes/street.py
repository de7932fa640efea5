"""What stands where: the layout of one street."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Protocol

import numpy as np

from seglearn.data._scenes.canvas import Canvas
from seglearn.data._scenes.config import SceneConfig
from seglearn.data._scenes.cyclists import Cyclist, make_cyclist
from seglearn.data._scenes.fences import Fence, make_fence
from seglearn.data._scenes.stuff import (
    Building,
    Palette,
    Side,
    Tree,
    closing_row,
    make_building,
    make_palette,
    make_tree,
    paint_background,
    paint_ground,
)
from seglearn.data._scenes.things import (
    Box,
    Car,
    Person,
    Pole,
    make_car,
    make_person,
    make_pole,
)
from seglearn.data._scenes.view import between, make_camera, make_light, move_camera

Stream = Callable[[str], np.random.Generator]

_STREAMS = (
    *("layout", "light", "ground", "buildings", "trees", "cars", "people", "poles", "pixels"),
    *("viewpoint", "bends", "crossings", "fences", "cyclists", "sun"),
    *("wet", "exposure", "colours", "motion", "cut", "annotator"),
)
"""The place of a name is part of its seed: append new ones."""


class Standing(Protocol):
    """Anything that stands on the ground."""

    @property
    def distance(self) -> float: ...
    def cast(self, canvas: Canvas) -> None: ...
    def paint(self, canvas: Canvas) -> None: ...


def streams(seed: tuple[int, ...]) -> Stream:
    """Give each part of a scene a random stream of its own, so that knobs do not disturb others."""

    def stream(name: str) -> np.random.Generator:
        key = (*seed[1:], _STREAMS.index(name))
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed[0], spawn_key=key)))

    return stream


def build_street(stream: Stream, size: tuple[int, int], config: SceneConfig) -> Canvas:
    """Lay out a street and paint it, back to front."""
    layout = stream("layout")
    half_road = between(layout, 2.9, 5.2)
    camera = make_camera(layout, size, half_road)
    if config.viewpoint:
        camera = move_camera(stream("viewpoint"), camera, size, half_road, config.viewpoint)
    if config.bends:
        turn = 2 * stream("bends").random() - 1
        camera = replace(camera, bend=camera.bend + config.bends * 0.014 * turn)
    sun = stream("sun") if config.shadow_range else None
    light = make_light(stream("light"), config.light_variation, sun, config.shadow_range)
    sides = (_make_side(layout, -1, half_road, config), _make_side(layout, 1, half_road, config))
    ending = layout.random()
    crossing = between(layout, 14, 32) if ending < 0.38 else 0.0
    closed = crossing + 7 + between(layout, 3, 6) if ending < 0.16 else 0.0
    if config.crossings:
        crossing, closed = _cross(stream("crossings"), config.crossings, crossing, closed)
    ground = stream("ground")
    palette = make_palette(ground, config.green_twins)

    canvas = Canvas(size, camera, light)
    paint_background(canvas, ground, palette)
    paint_ground(canvas, ground, palette, sides, crossing)
    cars = list(_cars(stream("cars"), config, half_road, sides, crossing, closed))
    standing: list[Standing] = [
        *_buildings(stream("buildings"), config, palette, sides, crossing, closed),
        *_trees(stream("trees"), config, palette, sides, crossing, closed),
        *cars,
        *_people(stream("people"), config, sides, [car.box for car in cars], closed),
        *_poles(stream("poles"), config, sides, crossing, closed),
    ]
    taken = [car.box for car in cars]
    if config.fences:
        standing += _fences(stream("fences"), config, sides, crossing, closed)
    if config.cyclists:
        riders = list(_cyclists(stream("cyclists"), config, half_road, crossing, closed, taken))
        standing += riders
        taken += [rider.box for rider in riders]
    if config.cut:
        standing += _cut(stream("cut"), config, canvas, sides, taken)
    standing.sort(key=lambda item: -item.distance)
    if sun:
        _shade_from_behind(sun, canvas, sides)
    for item in standing:
        item.cast(canvas)
    for item in standing:
        item.paint(canvas)
    return canvas


def _count(rng: np.random.Generator, mean: float) -> int:
    """Draw a whole number with the given mean, between about 0.3 and 1.7 times it."""
    return int(mean * (0.3 + 1.4 * rng.random()) + rng.random())


def _depth(rng: np.random.Generator, spread: float) -> float:
    """Draw a distance; apparent sizes, not distances, are spread evenly."""
    t = rng.random()
    nearness = 1 / 60 + (1 / 4 - 1 / 60) * t
    return 1 / (1 / 9 + (nearness - 1 / 9) * spread)


def _make_side(rng: np.random.Generator, sign: int, kerb: float, config: SceneConfig) -> Side:
    green, detached, verge = rng.random(), rng.random(), rng.random()
    kind = "town" if green >= config.greenery else "houses" if detached < 0.5 else "park"
    width = between(rng, 1.6, 3.6)
    strip = between(rng, 1.0, 2.5)
    inner = kerb + (strip if verge < (0.2 if kind == "town" else 0.45) else 0.0)
    return Side(sign=sign, kind=kind, kerb=kerb, inner=inner, outer=inner + width)


def _buildings(
    rng: np.random.Generator,
    config: SceneConfig,
    palette: Palette,
    sides: tuple[Side, Side],
    crossing: float,
    closed: float,
) -> Iterator[Building]:
    end = closed - 3 if closed else 75.0
    if closed:
        yield from closing_row(rng, palette, closed, config.grey_twins)
    for side in sides:
        z, nearer = between(rng, 1.0, 9.0), 0.0
        while z < end:
            building = make_building(rng, palette, side, z, nearer, config.grey_twins)
            blocked = crossing and building.z0 < crossing + 8 and building.z1 > crossing - 1
            if side.kind != "park" and not blocked and building.z1 < end + 3:
                yield building
                nearer = building.height
            gap = rng.random()
            if side.kind == "houses":
                z, nearer = building.z1 + 2 + 8 * gap, 0.0
            elif gap > 0.75 or blocked:
                z, nearer = building.z1 + 3 * gap, 0.0
            else:
                z = building.z1


def _trees(
    rng: np.random.Generator,
    config: SceneConfig,
    palette: Palette,
    sides: tuple[Side, Side],
    crossing: float,
    closed: float,
) -> Iterator[Tree]:
    far = closed - 2 if closed else 60.0
    for _ in range(_count(rng, config.trees * 1.6)):
        t, which, where, kind_draw = rng.random(4).tolist()
        side = sides[which < 0.5]
        z = 1 / (1 / far + (1 / 6 - 1 / far) * t * t) if far > 6 else 6.0
        kind = "round" if kind_draw < 0.62 else "conifer" if kind_draw < 0.75 else "bush"
        if side.kind == "town":
            x = side.inner + 0.5 if side.inner == side.kerb else (side.kerb + side.inner) / 2
            keep = where < 0.45 and kind == "round"
        elif side.kind == "houses":
            x = side.outer + (0.9 if kind == "bush" else 1.6)
            keep = where < 0.7
        else:
            x = side.outer + 1.2 + 22 * where * where
            keep = True
        tree = make_tree(rng, palette, side.sign * x, z, kind)
        if keep and not (crossing and crossing - 1.5 < z < crossing + 8.5):
            yield tree


def _overlaps(box: Box, others: list[Box], margin: float) -> bool:
    return any(
        box[0] - margin < other[1]
        and other[0] < box[1] + margin
        and box[2] - margin < other[3]
        and other[2] < box[3] + margin
        for other in others
    )


def _cars(
    rng: np.random.Generator,
    config: SceneConfig,
    half_road: float,
    sides: tuple[Side, Side],
    crossing: float,
    closed: float,
) -> Iterator[Car]:
    limit = closed - 2 if closed else 90.0
    taken: list[Box] = []
    previous: Car | None = None
    for _ in range(_count(rng, config.cars)):
        left_out, joins, lane, away_draw, gap = rng.random(5).tolist()
        z = _depth(rng, config.scale_range) + 1.0
        sign = 1 if lane < 0.5 else -1
        parked = half_road > 3.8 and lane * 4 % 2 < 1
        x = sign * (half_road - 1.15 if parked else half_road * 0.45)
        across = bool(crossing) and away_draw < 0.3
        if across:
            x, z = (2 * lane - 1) * 9, crossing + (1.2 if away_draw < 0.15 else 4.2)
        away = (sign > 0) if not across else away_draw < 0.15
        car = make_car(rng, x, z, across=across, away=away)
        if previous is not None and joins < config.touching:
            near = previous.box
            if previous.across:
                x, z = near[1] + 0.4 + gap + car.length / 2, previous.z
            else:
                x, z = previous.x, near[3] + 0.4 + gap
            car = replace(car, x=x, z=z, across=previous.across, away=previous.away)
        if car.z > limit or _overlaps(car.box, taken, 0.3) or car.z < 4.2:
            continue
        taken.append(car.box)
        previous = car
        if left_out >= config.imbalance:
            yield car


def _people(
    rng: np.random.Generator,
    config: SceneConfig,
    sides: tuple[Side, Side],
    cars: list[Box],
    closed: float,
) -> Iterator[Person]:
    limit = closed - 1 if closed else 80.0
    previous: Person | None = None
    for _ in range(_count(rng, config.people)):
        left_out, joins, which, where, gap = rng.random(5).tolist()
        z = _depth(rng, config.scale_range)
        side = sides[which < 0.5]
        x = side.sign * (side.inner + 0.4 + (side.outer - side.inner - 0.8) * where)
        if where < 0.12:
            x = side.kerb * (2 * which - 1)
        person = make_person(rng, x, z)
        if previous is not None and joins < config.touching:
            x = previous.x + (0.42 + 0.15 * gap) * (1 if which < 0.5 else -1)
            z = previous.z + 0.4 * (where - 0.5)
            person = replace(person, x=x, z=z)
        if person.z > limit or person.z < 3.5 or _overlaps(person.box, cars, 0.1):
            continue
        previous = person
        if left_out >= config.imbalance:
            yield person


def _poles(
    rng: np.random.Generator,
    config: SceneConfig,
    sides: tuple[Side, Side],
    crossing: float,
    closed: float,
) -> Iterator[Pole]:
    limit = closed - 1 if closed else 70.0
    for _ in range(_count(rng, config.poles)):
        left_out, which, t = rng.random(3).tolist()
        side = sides[which < 0.5]
        z = 1 / (1 / 45 + (1 / 5 - 1 / 45) * t)
        pole = make_pole(rng, side.sign * (side.kerb + 0.45), z, config.pole_px)
        in_crossing = bool(crossing) and crossing < z < crossing + 7
        if z < limit and not in_crossing and left_out >= config.imbalance:
            yield pole


def _cross(
    rng: np.random.Generator, probability: float, crossing: float, closed: float
) -> tuple[float, float]:
    """Give some streets a near side street, and end some of them there."""
    given, ends = rng.random(), rng.random()
    near = 1 / between(rng, 1 / 24, 1 / 5)
    beyond = between(rng, 3, 6)
    if given >= probability:
        return crossing, closed
    return near, near + 7 + beyond if ends < 0.3 else 0.0


def _fences(
    rng: np.random.Generator,
    config: SceneConfig,
    sides: tuple[Side, Side],
    crossing: float,
    closed: float,
) -> Iterator[Fence]:
    far = closed - 3 if closed else 70.0
    for side in sides:
        wanted, place, start, length = rng.random(4).tolist()
        guard = place < (0.8 if side.kind == "town" else 0.25)
        x = side.sign * (side.kerb + 0.25 if guard else side.outer + 0.25)
        za = 1.3 + 12 * start * start
        zb = min(za + 6 + 50 * length, far)
        pieces = make_fence(rng, x, za, zb, side.sign * 8.0, guard=guard)
        for piece in pieces:
            open_street = crossing and piece.z1 > crossing - 0.5 and piece.z0 < crossing + 7.5
            if wanted < config.fences and not open_street:
                yield piece


def _cyclists(
    rng: np.random.Generator,
    config: SceneConfig,
    half_road: float,
    crossing: float,
    closed: float,
    taken: list[Box],
) -> Iterator[Cyclist]:
    limit = closed - 2 if closed else 70.0
    taken = list(taken)
    for _ in range(_count(rng, config.cyclists)):
        left_out, kind, lane, veer = rng.random(4).tolist()
        across = kind < 0.3
        z = _depth(rng, config.scale_range)
        if across and crossing and kind < 0.2:
            z = crossing + 1 + 5 * veer
        for _ in range(3):  # where no car stands
            x = (2 * lane - 1) * (half_road - 0.4)
            sign = 1 if (x > 0) != (kind > 0.9) else -1
            heading = (float(sign), 0.4 * veer) if across else (0.5 * (veer - 0.5), float(sign))
            rider = make_cyclist(rng, x, z, heading)
            lane = rng.random()
            if 3.2 < z < limit and not _overlaps(rider.box, taken, 0.1):
                taken.append(rider.box)
                if left_out >= config.imbalance:
                    yield rider
                break


def _cut(
    rng: np.random.Generator,
    config: SceneConfig,
    canvas: Canvas,
    sides: tuple[Side, Side],
    taken: list[Box],
) -> Iterator[Car | Person | Cyclist]:
    """Place near things so that the left, right or lower border of the image cuts them."""
    camera = canvas.camera
    width, height = canvas.surface_map.size
    taken = list(taken)
    for _ in range(_count(rng, config.cut)):
        left_out, kind, border, where, depth, way = rng.random(6).tolist()
        below, across = border > 0.8, way < 0.25
        car = kind < 0.45
        person = not car and (kind < 0.7 or below or not config.cyclists)
        if car:
            half, z = 2.2 if across else 0.9, 2.6 + 5 * depth
        elif person:
            half, z = 0.3, 1.6 + 3.4 * depth
        else:
            half, z = 0.9 if across else 0.4, 2.2 + 3.4 * depth
        column = (0.0 if border < 0.4 else width) + (where - 0.5) * 1.6 * half * camera.focal / z
        if below:  # feet or wheels
            lowest = camera.focal * camera.height / max(height - camera.horizon, 1.0)
            z = max(lowest * (0.5 + 0.4 * depth), 1.3)
            column = width * (0.1 + 0.8 * where)
        x = camera.street_x(column, z)
        thing: Car | Person | Cyclist
        if car:
            thing = make_car(rng, x, z, across=across, away=x > 0)
        elif person:
            thing = make_person(rng, x, z)
        else:
            sign = 1.0 if depth * 8 % 2 < 1 else -1.0
            thing = make_cyclist(rng, x, z, (sign, 0.1) if across else (0.1, sign))
        box, side = thing.box, sides[x > 0]
        room = side.outer + (0 if side.kind == "town" else 1.0)
        if max(abs(box[0]), abs(box[1])) > room or _overlaps(box, taken, 0.2):
            continue
        taken.append(box)
        if left_out >= config.imbalance:
            yield thing


def _shade_from_behind(rng: np.random.Generator, canvas: Canvas, sides: tuple[Side, Side]) -> None:
    """Cast the shadows of houses and trees that stand behind the camera."""
    for side in sides:
        start, height, width = rng.random(3).tolist()
        near = side.outer + (0 if side.kind == "town" else 2)
        xs = sorted((side.sign * near, side.sign * (near + 4 + 8 * width)))
        canvas.shadow(xs[0], xs[1], -20 + 10 * start, 1.0 - 4 * start, 0, 5 + 9 * height)
