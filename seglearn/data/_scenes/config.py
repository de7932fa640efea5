"""The knobs of the scene generator."""

import math
from dataclasses import dataclass, field, fields


def _knob(default: float, low: float, high: float) -> float:
    """Declare a knob with its inclusive range; the annotation says whether it is whole."""
    value: float = field(default=default, metadata={"low": low, "high": high})
    return value


@dataclass(frozen=True, kw_only=True)
class SceneConfig:
    """Named knobs, one for each idea of the history of segmentation networks.

    Every part of a scene draws from a random stream of its own, so one knob can be turned while the
    street, its light and its other objects stay where they are.

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
        Fraction of the cars, people and poles that is left out, 0–1. Class imbalance: weighted,
        focal and Dice losses.
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

    def __post_init__(self) -> None:
        for knob in fields(self):
            value = getattr(self, knob.name)
            whole = knob.type in (int, "int")
            if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
                raise TypeError(
                    f"{knob.name}={value!r} is a {type(value).__name__}; pass "
                    f"{'a whole number' if whole else 'a number'}, for example {knob.default}"
                )
            low, high = knob.metadata["low"], knob.metadata["high"]
            if not (math.isfinite(value) and low <= value <= high):
                raise ValueError(
                    f"{knob.name}={value!r} is out of range; choose from {low} to {high} "
                    f"(default {knob.default})"
                )
