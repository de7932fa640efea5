"""The classes of the synthetic streets, and the void label."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SceneClass:
    """One row of the class table.

    Attributes
    ----------
    id : int
        Value in the semantic map.
    name : str
        English name, lower case.
    is_thing : bool
        True for countable objects that carry an instance id, False for stuff.
    color : tuple of int
        Red, green and blue in 0–255; colour-blind safe, from the palettes of Okabe and Ito (2008)
        and of Paul Tol (technical note SRON/EPS/TN/09-002).
    """

    id: int
    name: str
    is_thing: bool
    color: tuple[int, int, int]


SKY, BUILDING, ROAD, PAVEMENT, GRASS, TREE, CAR, PERSON, POLE, FENCE, CYCLIST = range(11)

CLASSES: tuple[SceneClass, ...] = (
    SceneClass(SKY, "sky", False, (0x88, 0xCC, 0xEE)),
    SceneClass(BUILDING, "building", False, (0x72, 0x19, 0x0E)),
    SceneClass(ROAD, "road", False, (0x55, 0x55, 0x55)),
    SceneClass(PAVEMENT, "pavement", False, (0xCC, 0xBB, 0x44)),
    SceneClass(GRASS, "grass", False, (0xCC, 0xDD, 0xAA)),
    SceneClass(TREE, "tree", False, (0x00, 0x9E, 0x73)),
    SceneClass(CAR, "car", True, (0x00, 0x72, 0xB2)),
    SceneClass(PERSON, "person", True, (0xCC, 0x33, 0x11)),
    SceneClass(POLE, "pole", True, (0x00, 0x00, 0x00)),
)
"""The nine classes of the default scenes."""

STREET_CLASSES: tuple[SceneClass, ...] = (
    *CLASSES,
    SceneClass(FENCE, "fence", False, (0xCC, 0x79, 0xA7)),
    SceneClass(CYCLIST, "cyclist", True, (0x33, 0x22, 0x88)),
)
"""The classes of scenes that may have fences and cyclists: the nine, and two more."""

IGNORE = 255
"""Semantic label of void pixels, which losses and metrics skip."""
