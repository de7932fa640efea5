"""The knobs of the scene generator."""

import math
from dataclasses import dataclass, field, fields

from seglearn.words import say


def _knob(default: float, low: float, high: float) -> float:
    """Declare a knob with its inclusive range; the annotation says whether it is whole."""
    value: float = field(default=default, metadata={"low": low, "high": high})
    return value


@dataclass(frozen=True, kw_only=True)
class SceneConfig:
    """Named knobs: ideas of the history of segmentation networks, and what makes streets differ.

    Every part of a scene draws from a random stream of its own, so one knob can be turned while the
    street, its light and its other objects stay where they are. The knobs from ``viewpoint`` on are
    off by default; `seglearn.data.scenes.VARIED` turns them on.

    Attributes
    ----------
    poles : float
        Mean number of lamp posts, signs and traffic lights, 0–12. Thin structures: what pooling
        loses and what skip connections and unpooling indices bring back.
    pole_px : float
        Smallest width in pixels at which a pole is drawn, 1–4; near poles are wider.
    grey_twins : float
        Probability that a roof has exactly the colour, texture and light of the road, 0–1; a third
        of these houses have walls of the same grey, in their own light. Only context tells twins
        apart: dilation, ASPP, pyramid pooling, large kernels.
    green_twins : float
        How far tree crowns take on the green of the grass, 0 (own green) to 1 (the same green).
    scale_range : float
        Spread of the distances of cars and people, 0 (all 9 m away) to 1 (4–60 m). Scale
        variation: ASPP, pyramids, multi-scale inference.
    soft_edges : float
        Standard deviation in pixels of the blur that mixes neighbours across an edge in the image,
        0–3; labels stay hard. Ambiguous borders: dense CRFs and boundary refinement.
    touching : float
        Probability that a person or car joins the one before it, 0–1. Touching instances: what
        semantic maps merge, and instance and panoptic segmentation keep apart.
    imbalance : float
        Fraction of the cars, people, poles and cyclists that is left out, 0–1. Class imbalance:
        weighted, focal and Dice losses.
    void_px : int
        Width in pixels of the void border, 0 (none) to 3. It lies on the farther side of each
        outline, so that it never erases a thin object. ``ignore_index`` in losses and metrics.
    cars, people, trees : float
        Mean numbers before ``imbalance``, 0–12, 0–16 and 0–16.
    greenery : float
        Probability that a side of the street is a park or gardens instead of a closed row of
        buildings, 0–1.
    light_variation : float
        Probability of evening, overcast or dusk instead of a clear day, 0–1.
    shadows : float
        Strength of cast shadows, 0 (none) to 1 (as dark as the light makes them).
    texture : float
        Strength of surface texture, 0–1.
    haze : float
        How much the air veils what is far, 0–1.
    noise : float
        Standard deviation of the sensor noise, 0–0.3 of full scale.
    viewpoint : float
        How far the camera leaves its usual place and lens, 0–1: height (0.9 to 7 m), heading (up to
        27° off the street), on the road or the pavement, field of view.
    bends : float
        How much more streets may bend, 0–1.
    crossings : float
        Probability that the street is given a side street 5 to 24 m away, 0–1.
    fences : float
        Probability that a side of the street has a fence, 0–1: railing, mesh or boards. What shows
        between the bars is labelled as fence too.
    cyclists : float
        Mean number of cyclists before ``imbalance``, 0–8. Rider and bicycle are one thing.
    shadow_range : float
        How much more length and strength of shadows vary, 0–1.
    wet : float
        Probability of a wet road, 0–1: darker, and it mirrors what stands behind.
    exposure : float
        Largest error of the exposure, under or over, 0–2 stops.
    colour_range : float
        How much saturation, white balance and contrast vary, 0–1.
    motion_blur : float
        Largest length of the blur by a camera that moves, 0–6 pixels; half of the images have none,
        labels stay sharp.
    cut : float
        Mean number of near cars, people and (if there are ``cyclists``) cyclists that the border of
        the image cuts, before ``imbalance``, 0–6.
    label_noise : int
        Largest error of the outlines in pixels, 0 (true) to 3, as annotators make it: outlines are
        shifted, thin things drawn too fat or missed in places. ``depth`` stays true.

    Raises
    ------
    TypeError
        If a knob is not a number, or ``void_px`` is not a whole one.
    ValueError
        If a knob is out of its range.
    """

    poles: float = _knob(4.0, 0, 12)
    pole_px: float = _knob(1.0, 1, 4)
    grey_twins: float = _knob(0.6, 0, 1)
    green_twins: float = _knob(0.6, 0, 1)
    scale_range: float = _knob(0.6, 0, 1)
    soft_edges: float = _knob(0.5, 0, 3)
    touching: float = _knob(0.4, 0, 1)
    imbalance: float = _knob(0.0, 0, 1)
    void_px: int = field(default=1, metadata={"low": 0, "high": 3})
    cars: float = _knob(4.0, 0, 12)
    people: float = _knob(7.0, 0, 16)
    trees: float = _knob(5.0, 0, 16)
    greenery: float = _knob(0.45, 0, 1)
    light_variation: float = _knob(0.6, 0, 1)
    shadows: float = _knob(0.8, 0, 1)
    texture: float = _knob(0.5, 0, 1)
    haze: float = _knob(0.3, 0, 1)
    noise: float = _knob(0.02, 0, 0.3)
    viewpoint: float = _knob(0.0, 0, 1)
    bends: float = _knob(0.0, 0, 1)
    crossings: float = _knob(0.0, 0, 1)
    fences: float = _knob(0.0, 0, 1)
    cyclists: float = _knob(0.0, 0, 8)
    shadow_range: float = _knob(0.0, 0, 1)
    wet: float = _knob(0.0, 0, 1)
    exposure: float = _knob(0.0, 0, 2)
    colour_range: float = _knob(0.0, 0, 1)
    motion_blur: float = _knob(0.0, 0, 6)
    cut: float = _knob(0.0, 0, 6)
    label_noise: int = field(default=0, metadata={"low": 0, "high": 3})

    def __post_init__(self) -> None:
        for knob in fields(self):
            value = getattr(self, knob.name)
            whole = knob.type in (int, "int")
            if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
                raise TypeError(
                    say(
                        "{name}={value!r} is a {type}; pass {kind}, for example {default}",
                        name=knob.name,
                        value=value,
                        type=type(value).__name__,
                        kind=say("a whole number") if whole else say("a number"),
                        default=knob.default,
                    )
                )
            low, high = knob.metadata["low"], knob.metadata["high"]
            if not (math.isfinite(value) and low <= value <= high):
                raise ValueError(
                    say(
                        "{name}={value!r} is out of range; choose from {low} to {high} "
                        "(default {default})",
                        name=knob.name,
                        value=value,
                        low=low,
                        high=high,
                        default=knob.default,
                    )
                )
