"""Telling pixels of a labelled cube, found by measurement: the presets of the spectral explorer.

All is measured between *fields*, connected areas of one class, each represented by the pixel whose
spectrum is nearest to the field's mean. Single pixels would show noise and mixed borders instead.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from seglearn.imaging.spectra import spectral_angle

Floats = npt.NDArray[np.float64]
Preset = dict[str, Any]

SMALLEST = 20  # pixels; the mean of fewer says little
ALIKE = 0.02  # two values that differ by less than 2 % look the same
SEPARABLE = 64  # thresholds tried on each band
PAINTED = ("same-spectrum", "grey", "colour", "split")  # presets about what a threshold captures
STAGES = {
    "same-object": "angles",
    "same-spectrum": "threshold",
    "grey": "threshold",
    "split": "threshold",
}


class Field(NamedTuple):
    """A connected area of one class: what it is, how large, and the pixel that stands for it."""

    class_id: int
    n_pixels: int
    pixel: list[int]
    spectrum: Floats


def fields(cube: Floats, labels: npt.NDArray[Any], ignore_index: int | None) -> list[Field]:
    """Return the fields of a labelled cube that have at least `SMALLEST` pixels, largest first."""
    from scipy import ndimage

    found = []
    for class_id in np.unique(labels).tolist():
        if class_id == ignore_index:
            continue
        areas, n = ndimage.label(labels == class_id)
        for area in range(1, n + 1):
            pixels = np.argwhere(areas == area)
            if len(pixels) < SMALLEST:
                continue
            spectra = cube[areas == area]
            nearest = int(((spectra - spectra.mean(axis=0)) ** 2).sum(axis=1).argmin())
            found.append(Field(class_id, len(pixels), pixels[nearest].tolist(), spectra[nearest]))
    return sorted(found, key=lambda field: (-field.n_pixels, field.pixel))


def telling_presets(
    cube: Floats,
    labels: npt.NDArray[Any],
    ignore_index: int | None,
    responses: dict[str, Floats | None],
) -> list[Preset]:
    """Return presets for what the fields of this cube can show, in the order of the buttons.

    ``spectra``
        Three fields of three classes whose spectra are far apart.
    ``same-object``
        The two fields of one class that are farthest apart, and the field of another class that is
        nearest to one of them.
    ``same-spectrum``
        The two fields of different classes that are nearest to each other.
    ``grey``, ``colour``
        The two fields that are farthest apart among those that look alike (to 2 %) to the
        panchromatic band, or to a camera.
    ``split``
        The class, band and threshold with the highest IoU of all.

    Parameters
    ----------
    cube : (H, W, B) float64
    labels : (H, W) int
    ignore_index : int or None
    responses : dict
        What each sensor makes of the bands, (n, B); None for the cube's own bands.
    """
    found = fields(cube, labels, ignore_index)
    classes = np.array([field.class_id for field in found])
    if len(set(classes.tolist())) < 2:
        return []
    spectra = np.array([field.spectrum for field in found])
    angles = np.degrees(spectral_angle(spectra[:, None], spectra[None]))
    other = classes[:, None] != classes[None]
    same = ~other & ~np.eye(len(found), dtype=bool)

    def preset(name: str, chosen: list[int], **state: Any) -> Preset:
        view = {
            "borders": name.startswith("same"),
            "paint": name in PAINTED,
            "stage": STAGES.get(name, "look"),
        }
        pins = [found[i].pixel for i in chosen]
        return {"id": name, "state": {"pins": pins, **state}, "view": view}

    far = _pair(np.where(other, angles, -1))
    presets = [preset("spectra", _third(far, angles, classes))]
    if same.any():
        a, b = _pair(np.where(same, angles, -1))
        to_others = np.where(other[[a, b]], angles[[a, b]], np.inf)
        which, third = np.unravel_index(to_others.argmin(), to_others.shape)
        first = [a, b] if which == 0 else [b, a]
        presets.append(preset("same-object", [*first, int(third)]))
    sizes = {k: int((labels == k).sum()) for k in set(classes.tolist())}

    def rarer_first(pair: tuple[int, int]) -> list[int]:
        """Ask for the rarer class: of the other, capturing everything would already be most."""
        return sorted(pair, key=lambda i: sizes[found[i].class_id])

    near = _pair(np.where(other, -angles, -np.inf))
    presets.append(preset("same-spectrum", rarer_first(near), rest="pinned"))
    for name, sensor in (("grey", "pan"), ("colour", "rgb")):
        response = responses.get(sensor)
        if response is None:
            continue
        seen = spectra @ response.T
        larger = np.maximum(np.abs(seen[:, None]), np.abs(seen[None]))
        apart = (np.abs(seen[:, None] - seen[None]) / np.maximum(larger, 1e-12)).max(axis=-1)
        alike = other & (apart < ALIKE)
        if alike.any():
            on = "band" if sensor == "pan" else "angle"
            state = {"sensor": sensor, "on": on, "rest": "pinned"}
            presets.append(preset(name, rarer_first(_pair(np.where(alike, angles, -1))), **state))
    band, class_id = most_separable(cube, labels, ignore_index)
    example = int(np.flatnonzero(classes == class_id)[0]) if class_id in classes else None
    if example is not None:
        presets.append(preset("split", [example], on="band", band=band))
    return presets


def most_separable(
    cube: Floats, labels: npt.NDArray[Any], ignore_index: int | None
) -> tuple[int, int]:
    """Return the band and the class that a single threshold on one band captures best, by IoU."""
    counted = np.ones(labels.shape, bool) if ignore_index is None else labels != ignore_index
    ids, codes = np.unique(labels[counted], return_inverse=True)
    totals = np.bincount(codes)[:, None]
    best = (-1.0, 0, 0)
    for band in range(cube.shape[2]):
        values = cube[..., band][counted]
        low, high = np.quantile(values, (0.005, 0.995))
        if high <= low:
            continue
        bins = np.clip((values - low) / (high - low) * SEPARABLE, 0, SEPARABLE - 1).astype(int)
        counts = np.bincount(codes * SEPARABLE + bins, minlength=len(ids) * SEPARABLE)
        below = counts.reshape(len(ids), SEPARABLE).cumsum(axis=1)
        for inside in (below, totals - below):
            iou = inside / np.maximum(totals + inside.sum(axis=0) - inside, 1)
            k, _ = np.unravel_index(iou.argmax(), iou.shape)
            if iou.max() > best[0]:
                best = (float(iou.max()), band, int(ids[k]))
    return best[1], best[2]


def _pair(scores: Floats) -> tuple[int, int]:
    """Return the indices of the largest score, the smaller index first."""
    a, b = np.unravel_index(scores.argmax(), scores.shape)
    return (int(a), int(b)) if a < b else (int(b), int(a))


def _third(pair: tuple[int, int], angles: Floats, classes: npt.NDArray[Any]) -> list[int]:
    """Add the field of a third class whose nearer partner is as far away as can be."""
    nearer = np.minimum(angles[pair[0]], angles[pair[1]])
    nearer[np.isin(classes, classes[list(pair)])] = -1
    return [*pair, int(nearer.argmax())] if nearer.max() > 0 else list(pair)
