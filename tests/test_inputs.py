"""One gate for arrays: what it decides, and that every public function stands behind it.

`CASES` lists each public function that takes an array, with good values for its arrays and the kind
of each. Every one of these functions is then given the same odd arrays in the place of each of its
arrays, one after the other. It must give the answer for the plain array of the same values where
there is one; otherwise a right answer, or say what is wrong: with a `ValueError` or `TypeError` of a
sentence that names the argument.
"""

import copy
import dataclasses
import importlib
import inspect
import json
import pkgutil
import re
import signal
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib.figure import Figure
from scipy import sparse

import seglearn
from seglearn import inputs
from seglearn.classical import classify
from seglearn.data import augment, labels
from seglearn.imaging import pansharpening, pixelwise
from seglearn.imaging import spectra as spectral
from seglearn.metrics import ConfusionMatrix
from seglearn.nets.crf import DenseCRF, PairwiseKernel
from seglearn.training import LabelCounts
from seglearn.training.dataset import ImageSet
from seglearn.widgets import ConfusionWorkbench
from seglearn.widgets.base import Widget

mpl.use("Agg")

SECONDS = 5
"""No answer may take longer."""

# ------------------------------------------------------------------------------------ odd arrays

SAME = "the answer for the plain array"
WRONG = "an error"
ANY = "an answer, or an error"


class Tracked(np.ndarray):
    """A subclass of arrays."""


def masked(good: np.ndarray, share: float) -> np.ma.MaskedArray:
    mask = np.zeros(good.shape, bool)
    mask.flat[: round(share * mask.size)] = True
    return np.ma.masked_array(good, mask)


def odd(good: np.ndarray) -> Iterator[tuple[str, Any, str]]:
    """Yield the odd arrays: name, value, and what `good` of a usual kind makes of it."""
    floats = good.astype(np.float64)
    integers = good.astype(np.int64) if good.dtype.kind == "f" else good
    plane = good.reshape(*good.shape[:2], -1)[..., 0] if good.ndim > 1 else good
    yield "None", None, WRONG
    yield "text", "an array", WRONG
    yield "numbers as text", good.astype(str), WRONG
    yield "objects", good.astype(object), WRONG
    yield "a ragged list", [[1, 2, 3], [1]], WRONG
    yield "a dict", {"array": good}, WRONG
    yield "complex", good.astype(complex), WRONG
    yield "dates", integers.astype("datetime64[s]"), WRONG
    yield "a number", good.dtype.type(1), WRONG
    yield "one axis", good.ravel(), WRONG
    yield "no rows", np.zeros((0, 5), good.dtype), WRONG
    yield "an empty list", [], WRONG
    yield "three equal channels", np.stack([plane] * 3, -1), WRONG
    yield "channels first", np.stack([plane] * 3), WRONG
    yield "four channels", np.stack([plane] * 4, -1), WRONG
    yield "one channel", plane[..., None], WRONG
    yield "four axes", good[None, None] if good.ndim == 2 else good[None], WRONG
    yield "masked", masked(good, 0.3), WRONG
    yield "masked nowhere", masked(good, 0), WRONG
    yield "a list of masked rows", list(masked(good, 0.3)), WRONG
    yield "NaN", np.where(np.arange(good.size).reshape(good.shape) == 1, np.nan, floats), WRONG
    yield "infinite", np.where(np.arange(good.size).reshape(good.shape) == 1, np.inf, floats), WRONG
    yield "negative floats", floats - 0.5, WRONG
    yield "floats above 1", floats * 200 + 1.5, WRONG
    yield "floats near the largest", np.full(good.shape, 1e308), WRONG
    yield "8 bits", (good * 9).astype(np.uint8), ANY
    yield "whole numbers", np.ones(good.shape, np.int64), ANY
    yield "floats", floats, SAME if good.dtype.kind == "f" else WRONG
    yield "booleans", integers > 0, SAME if good.dtype.kind == "b" else ANY
    yield "large unsigned", np.full(good.shape, 2**64 - 1, np.uint64), ANY
    yield "the most negative", np.full(good.shape, -(2**63)), ANY
    yield "8 bits, negative", np.full(good.shape, -100, np.int8), ANY
    yield "half precision", good.astype(np.float16), ANY if good.dtype.kind == "f" else WRONG
    other_end = good.astype(good.dtype.newbyteorder(">")) if good.dtype.itemsize > 1 else good
    yield "big-endian", other_end, SAME
    yield "not contiguous", np.repeat(good, 2, axis=0)[::2], SAME
    yield "backwards", good[::-1].copy()[::-1], SAME
    yield "column by column", np.asfortranarray(good), SAME
    yield "read-only", frozen(good), SAME
    yield "a list", good.tolist(), SAME
    yield "a tuple", tuple(good.tolist()), SAME
    yield "a subclass", good.copy().view(Tracked), SAME
    yield "a tensor", torch.from_numpy(np.ascontiguousarray(good)), SAME
    yield "a tensor that wants a gradient", torch.tensor(floats, requires_grad=True), WRONG
    if good.ndim == 2:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", PendingDeprecationWarning)
            yield "a matrix", np.matrix(good), SAME


def frozen(good: np.ndarray) -> np.ndarray:
    view = good.copy()
    view.flags.writeable = False
    return view


# ---------------------------------------------------------------------------------------- kinds


@dataclasses.dataclass(frozen=True)
class Kind:
    """What an argument takes: the odd arrays that are not odd to it, and how messages may call it."""

    nouns: str
    takes: tuple[str, ...] = ()
    refuses: tuple[str, ...] = ()
    tensors: bool = False

    def verdict(self, name: str, usual: str) -> str:
        if name in self.refuses or (self.tensors and name in NO_TENSORS):
            return WRONG
        return ANY if name in self.takes else usual


LISTS = ("a list", "a tuple")  # their numbers have 64 bits
NO_TENSORS = (*LISTS, "a subclass")
COLOUR = ("three equal channels", "one channel")
NUMBERS = ("negative floats", "floats above 1", "floats near the largest")
IMAGE = Kind("image|pan|truth", COLOUR)
DRAWN = Kind("image", (*COLOUR, "four channels", "8 bits"))
WIDGET_IMAGE = Kind("image", (*COLOUR, "None"))
MAP = Kind("map|labels")
BATCH = Kind("map|labels", ("channels first", "four axes"))
ONE_BATCH = Kind("map|labels", ("channels first",))
MASK = Kind("mask")
EMPTY_MASK = Kind("mask", ("no rows",))
MASKS = Kind("mask", ("one axis", "a number", "channels first", "four axes"))
ANY_LABELS = Kind(
    "label", ("one axis", "a number", "no rows", "an empty list", "channels first", "four axes")
)
CUBE = Kind(
    "cube|image|bands",
    (*NUMBERS, *COLOUR, "channels first", "four channels", "NaN", "infinite", "whole numbers"),
)
SPECTRA = Kind(
    "spectr|band|cube|pixels", (*CUBE.takes, "one axis", "four axes", "a number", "no rows")
)
REALS = Kind("array|plane|spectr", (*SPECTRA.takes, "an empty list"))
COUNTS = Kind("counts|matrix", ("channels first",))
PICTURE = Kind("image", ("three equal channels",))
PAINTING = Kind("image|picture", ("three equal channels",), LISTS)
ONE_HOT = Kind("channel", ("floats", "half precision"))
TENSOR = Kind(
    "logits|labels|image",
    ("NaN", "infinite", *NUMBERS, "half precision", "a tensor that wants a gradient"),
    tensors=True,
)
FEATURES = Kind(  # of any number of channels, so that their order cannot be told
    "image", (*TENSOR.takes, *COLOUR, "channels first", "four channels"), tensors=True
)
UNBOUNDED = Kind("image", (*COLOUR, "negative floats", "floats above 1"))
PLANES = Kind("image", (*UNBOUNDED.takes, "four channels"))
VALUES = Kind("value", (*REALS.takes, "booleans"))
NUMBER_TABLE = Kind("values|counts|table", (*NUMBERS, "floats", "half precision"))
TABLE_OF_COUNTS = Kind("table", ("floats", "floats above 1", "half precision"))
RING = Kind("polygon", NUMBERS)
AXIS = Kind("wavelengths|µm", ("one axis", *NUMBERS))
SQUARE = Kind("image|picture|kernel", ("None", "negative floats", "floats above 1"))
OPTIONAL_MAP = Kind("map|labels|truth|prediction", ("None",))


@dataclasses.dataclass(frozen=True)
class Case:
    """Good arrays of a function by the names of their arguments, each with its kind."""

    arrays: dict[str, tuple[Any, Kind]]
    options: dict[str, Any] = dataclasses.field(default_factory=dict)
    call: Callable[..., Any] | None = None


def case(*, call: Callable[..., Any] | None = None, **arguments: Any) -> Case:
    arrays = {k: v for k, v in arguments.items() if isinstance(v, tuple) and len(v) == 2}
    arrays = {k: v for k, v in arrays.items() if isinstance(v[1], Kind)}
    options = {k: v for k, v in arguments.items() if k not in arrays}
    return Case(arrays, options, call)


RNG = np.random.default_rng(0)
HEIGHT, WIDTH = 12, 14
GREY = RNG.uniform(0.1, 0.9, (HEIGHT, WIDTH))
RGB = RNG.uniform(0.1, 0.9, (HEIGHT, WIDTH, 3))
LABELS = RNG.integers(0, 3, (4, 7)).repeat(3, 0).repeat(2, 1)
OTHER = np.roll(LABELS, 1, axis=1)
INSIDE = LABELS == 1
NEXT = OTHER == 1
BANDS = RNG.uniform(0.1, 0.9, (HEIGHT, WIDTH, 5))
FINE = RNG.uniform(0.1, 0.9, (HEIGHT, WIDTH))
COARSE, PAN = RNG.uniform(0.1, 0.9, (6, 8, 5)), RNG.uniform(0.1, 0.9, (12, 16))
WAVES = np.array([0.45, 0.55, 0.65, 0.8, 0.9])
GRID = np.linspace(0.4, 1.0, 61)
DETAILED = RNG.uniform(0.1, 0.9, (4, 6, 61))
PIXELS = RNG.uniform(0.1, 0.9, (30, 5))
CLASSES = np.arange(30) % 3
LOGITS = RNG.normal(size=(2, 3, 8, 9))
TRUTH = RNG.integers(0, 3, (2, 8, 9))
FACES = np.float32(RNG.uniform(0.1, 0.9, (2, 3, 8, 9)))
SEGMENTS = {0: 0, 1: 0, 2: 1}
SHOWN = [{"id": i, "class_name": f"c{i}", "is_thing": i > 0} for i in range(3)]
PAINTED = labels.ids_to_colors(LABELS, labels.VOC)
TRIANGLE = np.array([[1.0, 1], [9, 2], [4, 8]])
CRF = DenseCRF(n_iterations=2, theta_alpha=3.0)
SCORES = [RNG.normal(size=(3, n, m)) for n, m in ((1, 1), (1, 1), (2, 2))]


def sample(image: Any, semantic: Any, instances: Any) -> augment.Sample:
    return augment.Sample(image, semantic, instances)


def fitted(kind: type) -> Any:
    return kind().fit(PIXELS, CLASSES)


TABLE_OF_ROWS = Kind("samples|centres", (*NUMBERS, "whole numbers"))
CENTRES = Kind("samples|centres", (*TABLE_OF_ROWS.takes, "None"))
MAP_OF_FEATURES = Kind("features", CUBE.takes)
REGIONS = Kind("regions")
ROWS = {"samples": (PIXELS, TABLE_OF_ROWS)}


def forest() -> classify.RandomForest:
    return classify.RandomForest(3)


FOREST = forest().fit(PIXELS, CLASSES)

SAMPLE = {
    "image": (np.float32(RGB), PICTURE),
    "semantic": (LABELS, MAP),
    "instances": (OTHER, MAP),
}
IMAGING = {"image": (GREY, IMAGE)}
PANSHARPENING = {"ms": (COARSE, CUBE), "pan": (PAN, Kind("pan|ms|ratio", CUBE.takes))}
TABLE = {"table": labels.VOC}
PAIR = {"truth": (LABELS, BATCH), "prediction": (OTHER, BATCH)}
TWO_MASKS = {"truth": (INSIDE, MASKS), "prediction": (NEXT, MASKS)}
TWO_FLAT = {"truth": (INSIDE, MASK), "prediction": (NEXT, MASK)}
SUPERPIXELS = {"image": (GREY, IMAGE), "n_segments": 6}
OVER_TRUTH = {"labels": (LABELS, MAP), "truth": (OTHER, MAP)}
LOSS = {"logits": (LOGITS, TENSOR), "labels": (TRUTH, TENSOR)}
GROWING = {
    "image": (GREY, IMAGE),
    "seeds": (np.array([[3, 4], [5, 6]]), Kind("seeds")),
    "tolerance": 0.2,
}
MARKS = np.where(RNG.random((HEIGHT, WIDTH)) < 0.3, LABELS.clip(0, 1), -1)
BOX = np.array([2, 2, WIDTH - 1, HEIGHT - 1])
SEEDS, OPTIONAL_SEEDS = Kind("seeds"), Kind("seeds|scribbles", ("None",))
WHOLE_BOX = Kind("box|object|background", ("None", "one axis", "floats", "half precision"))
COLOURS = Kind("colours", NUMBERS)
MARKED = {"image": (GREY, IMAGE), "seeds": (MARKS, SEEDS)}
GRAPH = {
    "costs": (RNG.random((2, HEIGHT, WIDTH)), Kind("costs", NUMBERS)),
    "link": (RNG.random((4, HEIGHT, WIDTH)), Kind("link", NUMBERS)),
}
BOXED = {
    "image": (RGB, IMAGE),
    "box": (BOX, WHOLE_BOX),
    "scribbles": (MARKS, OPTIONAL_SEEDS),
    "start": (INSIDE, Kind("start", ("None",))),
}
STRENGTH = {"strength": (GREY, Kind("strength", UNBOUNDED.takes))}

CASES: dict[str, Case] = {
    # data
    "data.augment.check": case(
        **SAMPLE, call=lambda **parts: augment.check(augment.Sample(**parts))
    ),
    "data.augment.flip": case(**SAMPLE, call=lambda **parts: augment.flip(augment.Sample(**parts))),
    "data.augment.rescale": case(
        **SAMPLE, call=lambda **parts: augment.rescale(augment.Sample(**parts), 0.5)
    ),
    "data.augment.crop": case(
        **SAMPLE, call=lambda **parts: augment.crop(augment.Sample(**parts), (20, 20), -2, 3)
    ),
    "data.augment.Augmentation.__call__": case(
        **SAMPLE, call=lambda **parts: augment.Augmentation()(augment.Sample(**parts), 0)
    ),
    "data.augment.photometric": case(
        image=(np.float32(RGB), PICTURE), brightness=1.1, contrast=0.9, saturation=1.2
    ),
    "data.cityscapes.split_instance_ids": case(instances=(LABELS + 26001, Kind("instance"))),
    "data.encodings.color_picture": case(image=(PAINTED, PAINTING)),
    "data.encodings.to_one_hot": case(labels=(LABELS, MAP), n_classes=3),
    "data.encodings.from_one_hot": case(one_hot=(LABELS[..., None] == np.arange(3), ONE_HOT)),
    "data.encodings.mask_to_polygons": case(mask=(INSIDE, EMPTY_MASK)),
    "data.encodings.polygons_to_mask": case(
        polygon=(TRIANGLE, RING),
        call=lambda polygon: labels.polygons_to_mask([polygon], (HEIGHT, WIDTH)),
    ),
    "data.encodings.signed_area": case(polygon=(TRIANGLE, RING)),
    "data.encodings.mask_to_rle": case(mask=(INSIDE, EMPTY_MASK)),
    "data.encodings.rle_to_mask": case(
        counts=(
            np.array([3, 5, 4]),
            Kind("counts|length", ("one axis", "objects", "masked nowhere")),
        ),
        call=lambda counts: labels.rle_to_mask({"size": [3, 4], "counts": counts}),
    ),
    "data.encodings.segment_ids_to_colors": case(segments=(LABELS, Kind("segment"))),
    "data.encodings.colors_to_segment_ids": case(
        image=(PAINTED, Kind("image", (*COLOUR, "8 bits"), LISTS))
    ),
    "data.labels.check_ids": case(**TABLE, labels=(LABELS, ANY_LABELS)),
    "data.labels.ids_to_colors": case(**TABLE, labels=(LABELS, MAP)),
    "data.labels.colors_to_ids": case(**TABLE, image=(PAINTED, PAINTING)),
    "data.labels.to_train_ids": case(**TABLE, labels=(LABELS, MAP)),
    "data.labels.from_train_ids": case(**TABLE, train_labels=(LABELS, MAP)),
    # metrics
    "metrics.boundary.boundary_band": case(mask=(INSIDE, EMPTY_MASK), d=1),
    "metrics.boundary.boundary_iou": case(**TWO_FLAT),
    "metrics.boundary.class_boundary_iou": case(**PAIR, n_classes=3),
    "metrics.boundary.mean_boundary_iou": case(**PAIR, n_classes=3),
    "metrics.confusion.ConfusionMatrix.update": case(
        **PAIR, call=lambda **pair: ConfusionMatrix(3).update(**pair)
    ),
    "metrics.confusion.ConfusionMatrix.from_counts": case(
        counts=(np.array([[4, 1], [2, 3]]), COUNTS), call=ConfusionMatrix.from_counts
    ),
    "metrics.instances.panoptic_quality": case(**PAIR, truth_segments=SEGMENTS),
    "metrics.intervals.mean_interval": case(values=(WAVES, Kind("values", AXIS.takes))),
    "metrics.intervals.bootstrap": case(
        matrix=(RNG.integers(5, 30, (4, 3, 3)), Kind("counts", ("three equal channels",))),
        n_resamples=20,
        seed=0,
    ),
    "metrics.scores.iou": case(**TWO_MASKS),
    "metrics.scores.dice": case(**TWO_MASKS),
    "metrics.scores.precision": case(**TWO_MASKS),
    "metrics.scores.recall": case(**TWO_MASKS),
    # imaging
    "imaging.denoise.mean": case(**IMAGING),
    "imaging.denoise.gaussian": case(**IMAGING),
    "imaging.denoise.median": case(**IMAGING),
    "imaging.denoise.adaptive_median": case(**IMAGING),
    "imaging.denoise.adaptive_median_plain": case(**IMAGING),
    "imaging.denoise.bilateral": case(**IMAGING),
    "imaging.denoise.non_local_means": case(**IMAGING),
    "imaging.denoise.non_local_means_plain": case(**IMAGING, patch_size=3, patch_distance=1),
    "imaging.denoise.total_variation": case(**IMAGING),
    "imaging.denoise.total_variation_objective": case(image=(GREY, IMAGE), result=(FINE, IMAGE)),
    "imaging.denoise.apply": case(**IMAGING, method="median"),
    "imaging.fidelity.psnr": case(truth=(GREY, IMAGE), image=(FINE, UNBOUNDED)),
    "imaging.fidelity.ssim": case(truth=(GREY, IMAGE), image=(FINE, UNBOUNDED)),
    "imaging.fidelity.strength_for": case(
        truth=(GREY, IMAGE), spoil=lambda image, s: image + s, decibels=20
    ),
    "imaging.noise.spread": case(value=(GREY, VALUES), kind="poisson", strength=50),
    "imaging.noise.gaussian": case(**IMAGING, sigma=0.1, rng=0),
    "imaging.noise.salt": case(**IMAGING, amount=0.1, rng=0),
    "imaging.noise.pepper": case(**IMAGING, amount=0.1, rng=0),
    "imaging.noise.salt_and_pepper": case(**IMAGING, amount=0.1, rng=0),
    "imaging.noise.poisson": case(**IMAGING, peak=20, rng=0),
    "imaging.noise.speckle": case(**IMAGING, sigma=0.1, rng=0),
    "imaging.noise.add": case(**IMAGING, kind="gaussian", strength=0.1, rng=0),
    "imaging.landscape.sky_share": case(wavelengths_um=(WAVES, AXIS)),
    "imaging.pansharpening.degrade": case(image=(BANDS, CUBE), ratio=2),
    "imaging.pansharpening.enlarge": case(image=(BANDS, CUBE), ratio=2),
    "imaging.pansharpening.ergas": case(truth=(BANDS, CUBE), image=(BANDS**2, CUBE), ratio=2),
    "imaging.pansharpening.sam": case(truth=(BANDS, CUBE), image=(BANDS**2, CUBE)),
    **{
        f"imaging.pansharpening.{function.__name__}": case(**PANSHARPENING)
        for function in pansharpening.METHODS.values()
    },
    "imaging.pansharpening.wald": case(**PANSHARPENING),
    "imaging.pixelwise.fields": case(labels=(LABELS, MAP)),
    "imaging.pixelwise.field_means": case(
        cube=(BANDS, Kind("cube|image", CUBE.takes)),
        numbered=(pixelwise.fields(LABELS), Kind("numbered|fields")),
    ),
    "imaging.pixelwise.field_split": case(
        labels=(LABELS, Kind("labels|fields")), seed=0, smallest=2
    ),
    "imaging.spectra.Sensor.response": case(
        wavelengths_um=(GRID, AXIS),
        call=spectral.SENTINEL2.pick("blue", "green").response,
    ),
    "imaging.spectra.Sensor.observe": case(
        cube=(DETAILED, SPECTRA),
        wavelengths_um=(GRID, AXIS),
        call=spectral.SENTINEL2.pick("blue", "green").observe,
    ),
    "imaging.spectra.wavelengths": case(wavelengths_um=(WAVES, AXIS)),
    "imaging.spectra.spectral_angle": case(a=(BANDS, REALS), b=(BANDS**2, REALS)),
    "imaging.spectra.ndvi": case(nir=(GREY, REALS), red=(FINE, REALS)),
    "imaging.spectra.false_colour": case(image=(BANDS, CUBE), bands=(0, 2, 4)),
    "imaging.spectra.select_bands": case(spectra=(PIXELS, SPECTRA), n_bands=1),
    # superpixels
    **{
        f"superpixels.{name}": case(**SUPERPIXELS)
        for name in (
            "felzenszwalb.segment",
            "graphcut_compact.segment",
            "graphcut_constant.segment",
            "ncut.segment",
            "peers.slic",
            "peers.slic_request",
            "peers.watershed",
            "quickshift.segment",
            "registry.segment",
            "slic.segment",
            "slic.steps",
            "snic.segment",
            "turbopixels.segment",
            "turbopixels.steps",
        )
    },
    "superpixels.squares.segment": case(**SUPERPIXELS),
    "superpixels.felzenszwalb.regions": case(**IMAGING, scale=1.0),
    "superpixels.felzenszwalb.regions_plain": case(**IMAGING, scale=1.0),
    "superpixels.connectivity.connected_parts": case(labels=(LABELS, MAP)),
    "superpixels.connectivity.renumber": case(labels=(LABELS, MAP)),
    "superpixels.connectivity.borders": case(labels=(LABELS, MAP)),
    "superpixels.connectivity.enforce": case(labels=(LABELS, MAP), n_segments=3),
    "superpixels.quality.score": case(
        labels=(LABELS, MAP),
        truth=(OTHER, ONE_BATCH),
        image=(GREY, Kind("image", (*PLANES.takes, "None"))),
    ),
    "superpixels.quality.contingency": case(**OVER_TRUTH),
    "superpixels.quality.best_mask_iou": case(labels=(LABELS, MAP), mask=(NEXT, MASK)),
    "superpixels.quality.boundaries": case(labels=(LABELS, MAP)),
    "superpixels.quality.boundary_recall": case(**OVER_TRUTH),
    "superpixels.quality.boundary_precision": case(**OVER_TRUTH),
    "superpixels.quality.explained_variation": case(labels=(LABELS, MAP), image=(GREY, PLANES)),
    "superpixels.quality.compactness": case(labels=(LABELS, MAP)),
    # before networks: texture, clusters, classes
    "classical.texture.quantise": case(**IMAGING),
    "classical.texture.cooccurrence": case(levels=(LABELS, Kind("levels"))),
    "classical.texture.cooccurrence_plain": case(levels=(LABELS, Kind("levels"))),
    "classical.texture.glcm_features": case(matrix=(np.eye(3) / 3, Kind("matrix"))),
    "classical.texture.glcm_map": case(**IMAGING, size=5),
    "classical.texture.glcm_map_plain": case(**IMAGING, size=3, n_levels=3),
    "classical.texture.gabor_response": case(**IMAGING, frequency=0.2, angle=0.3),
    "classical.texture.gabor_map": case(**IMAGING),
    "classical.texture.lbp": case(**IMAGING),
    "classical.texture.lbp_plain": case(**IMAGING),
    "classical.texture.lbp_map": case(**IMAGING, size=5),
    "classical.cluster.pixels": case(image=(GREY, CUBE)),
    "classical.cluster.standardise": case(**ROWS),
    "classical.cluster.plus_plus": case(**ROWS, k=3),
    "classical.cluster.assign": case(**ROWS, centres=(PIXELS[:3], TABLE_OF_ROWS)),
    "classical.cluster.assign_plain": case(**ROWS, centres=(PIXELS[:3], TABLE_OF_ROWS)),
    "classical.cluster.kmeans": case(**ROWS, centres=(PIXELS[:3], CENTRES), k=3),
    "classical.cluster.kmeans_steps": case(**ROWS, centres=(PIXELS[:3], CENTRES), k=3),
    "classical.cluster.shift": case(**ROWS, at=(PIXELS[:3], TABLE_OF_ROWS), bandwidth=0.5),
    "classical.cluster.shift_plain": case(**ROWS, at=(PIXELS[:3], TABLE_OF_ROWS), bandwidth=0.5),
    "classical.cluster.mean_shift": case(**ROWS, bandwidth=0.8),
    "classical.cluster.gaussian_mixture": case(**ROWS, centres=(PIXELS[:3], CENTRES), k=3),
    "classical.cluster.log_gaussian": case(
        **ROWS,
        mean=(PIXELS[0], Kind("mean", ("one axis", *NUMBERS))),
        covariance=(np.eye(5) / 4, Kind("covariance", NUMBERS)),
    ),
    "classical.cluster.segment": case(image=(GREY, CUBE), method="mean-shift", bandwidth=0.2),
    "classical.classify.pixel_features": case(**IMAGING, sigmas=(1.0,)),
    "classical.classify.labelled": case(features=(BANDS, MAP_OF_FEATURES), labels=(LABELS, MAP)),
    "classical.classify.RandomForest.fit": case(
        samples=(PIXELS, TABLE_OF_ROWS),
        labels=(CLASSES, Kind("labels", ("one axis",))),
        call=lambda samples, labels: forest().fit(samples, labels).importances,
    ),
    "classical.classify.RandomForest.predict": case(
        samples=(PIXELS, SPECTRA), call=lambda samples: FOREST.predict(samples)
    ),
    "classical.classify.RandomForest.probabilities": case(
        samples=(PIXELS, SPECTRA), call=lambda samples: FOREST.probabilities(samples)
    ),
    "classical.classify.region_features": case(
        features=(BANDS, MAP_OF_FEATURES), regions=(LABELS, REGIONS)
    ),
    "classical.classify.region_labels": case(labels=(OTHER, MAP), regions=(LABELS, REGIONS)),
    "classical.classify.paint": case(
        values=(np.array([2, 0, 1]), Kind("values", ("one axis",))), regions=(LABELS, REGIONS)
    ),
    "classical.classify.cluster_regions": case(
        features=(BANDS, MAP_OF_FEATURES), regions=(LABELS, REGIONS), k=2
    ),
    "classical.classify.classify_regions": case(
        features=(BANDS, MAP_OF_FEATURES),
        regions=(LABELS, REGIONS),
        call=lambda **given: classify.classify_regions(FOREST, **given),
    ),
    # before networks: thresholds, regions, edges
    "classical.threshold.apply": case(
        image=(GREY, IMAGE),
        threshold=(FINE, Kind("threshold", ("a number", *NUMBERS))),
    ),
    "classical.threshold.classes": case(
        image=(GREY, IMAGE), thresholds=(WAVES, Kind("thresholds", AXIS.takes))
    ),
    "classical.threshold.histogram": case(**IMAGING),
    "classical.threshold.otsu_curve": case(
        counts=(np.array([4, 0, 2, 3, 1]), Kind("counts", ("one axis",)))
    ),
    "classical.threshold.otsu": case(**IMAGING),
    "classical.threshold.multi_otsu": case(**IMAGING),
    "classical.threshold.multi_otsu_plain": case(**IMAGING, n_levels=16),
    "classical.threshold.triangle": case(**IMAGING),
    "classical.threshold.adaptive_mean": case(**IMAGING),
    "classical.threshold.adaptive_gaussian": case(**IMAGING),
    "classical.threshold.sauvola": case(**IMAGING),
    "classical.region.grow": case(**GROWING),
    "classical.region.grow_plain": case(**GROWING, against="region"),
    "classical.region.split": case(**IMAGING, tolerance=0.1),
    "classical.region.merge": case(**IMAGING, labels=(LABELS, MAP), tolerance=0.3),
    "classical.region.split_and_merge": case(**IMAGING, tolerance=0.1),
    "classical.region.watershed": case(
        height=(GREY, Kind("height", UNBOUNDED.takes)),
        markers=(LABELS, Kind("markers")),
        mask=(NEXT, Kind("mask", ("None",))),
    ),
    "classical.region.components": case(mask=(INSIDE, MASK)),
    "classical.region.components_plain": case(mask=(INSIDE, MASK)),
    "classical.edge.canny": case(**IMAGING),
    "classical.edge.smooth": case(**IMAGING),
    "classical.edge.gradient": case(**IMAGING),
    "classical.edge.hysteresis": case(**STRENGTH, low=0.4, high=0.7),
    "classical.edge.hysteresis_plain": case(**STRENGTH, low=0.4, high=0.7),
    "classical.edge.fill": case(edges=(INSIDE, Kind("edges")), radius=1),
    "classical.edge.regions": case(
        magnitude=(GREY, Kind("magnitude", UNBOUNDED.takes)), low=0.4, min_area=2
    ),
    # before networks: graphs
    "superpixels.region_cut.affinities": case(image=(GREY, IMAGE), labels=(LABELS, MAP)),
    "superpixels.region_cut.merge": case(image=(GREY, IMAGE), labels=(LABELS, MAP)),
    "superpixels.region_cut.cost": case(
        affinity=sparse.eye(30, format="csr"), labels=(CLASSES, Kind("labels", ("one axis",)))
    ),
    "classical.mincut.beta": case(**IMAGING),
    "classical.mincut.links": case(**IMAGING, gamma=2.0),
    "classical.mincut.energy": case(mask=(INSIDE, MASK), **GRAPH),
    "classical.mincut.energy_plain": case(mask=(INSIDE, MASK), **GRAPH),
    "classical.mincut.cut": case(**GRAPH, seeds=(MARKS, OPTIONAL_SEEDS)),
    "classical.mincut.colour_costs": case(**MARKED),
    "classical.mincut.segment": case(**MARKED, gamma=2.0),
    "classical.grabcut.trimap": case(
        shape=(HEIGHT, WIDTH),
        box=(BOX, WHOLE_BOX),
        scribbles=(MARKS, OPTIONAL_SEEDS),
    ),
    "classical.grabcut.split": case(colours=(PIXELS, COLOURS), n_components=3),
    "classical.grabcut.learn": case(
        colours=(PIXELS, COLOURS),
        component=(CLASSES, Kind("component", ("one axis",))),
        n_components=3,
    ),
    "classical.grabcut.segment": case(**BOXED, gamma=0.5, n_iterations=2),
    "classical.grabcut.steps": case(**BOXED, gamma=0.5, n_iterations=2),
    "classical.random_walker.laplacian": case(**IMAGING),
    "classical.random_walker.probabilities": case(**MARKED),
    "classical.random_walker.segment": case(**MARKED),
    "classical.random_walker.walk": case(**MARKED, start=(3, 4), n_walkers=20),
    # pictures
    "show.show_image": case(image=(GREY, DRAWN)),
    "show.show_labels": case(labels=(LABELS, MAP)),
    "show.overlay": case(image=(GREY, DRAWN), labels=(LABELS, MAP)),
    "show.difference": case(truth=(LABELS, MAP), prediction=(OTHER, MAP)),
    "show.sensor_bands": case(
        wavelengths_um=(GRID, AXIS),
        spectrum=(GRID**2, Kind("spectrum", ("None", "one axis", "negative floats", *NUMBERS))),
        sensors={"Sentinel-2": spectral.SENTINEL2.pick("blue", "green")},
    ),
    "show.shares": case(
        counts=(np.array([[4, 1], [2, 3]]), NUMBER_TABLE),
        names=["a", "b"],
    ),
    "show.outlined": case(image=(GREY, Kind("image", (*COLOUR, "8 bits"))), labels=(LABELS, MAP)),
    "show.paired": case(
        gaps=(WAVES, Kind("gaps|values", AXIS.takes)),
        call=lambda gaps: resolve("show.paired")({"gaps": gaps}),
    ),
    "show.table": case(
        values=(np.array([[0.4, 1.0], [2.0, 3.0]]), NUMBER_TABLE),
        rows=["a", "b"],
        columns=["c", "d"],
    ),
    # networks and training
    "nets.crf.kernel_plain": case(
        image=(FACES[0, :, :4, :3], FEATURES), theta_place=3.0, theta_colour=0.1
    ),
    "nets.crf.SpatialKernel.__init__": case(image=(FACES[0], FEATURES), theta=3.0),
    "nets.crf.BilateralKernel.__init__": case(
        image=(FACES[0], FEATURES), theta_alpha=3.0, theta_beta=0.1
    ),
    "nets.crf.DenseCRF.kernels": case(image=(FACES[0], FEATURES), call=CRF.kernels),
    "nets.crf.DenseCRF.steps": case(
        logits=(LOGITS[0], TENSOR), image=(FACES[0], TENSOR), call=CRF.steps
    ),
    "nets.crf.DenseCRF.forward": case(logits=(LOGITS, TENSOR), images=(FACES, TENSOR), call=CRF),
    "nets.unet.border_weight_map": case(instances=(LABELS, MAP)),
    "training.losses.cross_entropy": case(**LOSS),
    "training.losses.dice_loss": case(**LOSS),
    "training.losses.lovasz_softmax": case(**LOSS),
    "training.losses.total_loss": case(**LOSS, parts={"dice": 1.0}),
    "training.losses.check": case(**LOSS, ignore_index=255),
    "training.losses.jaccard_steps": case(
        foreground=(
            np.arange(9) % 3 == 0,
            Kind("foreground", (*TENSOR.takes, "one axis"), tensors=True),
        )
    ),
    "training.class_weights.LabelCounts.of": case(
        labels=(LABELS, BATCH), n_classes=3, call=LabelCounts.of
    ),
    "training.class_weights.LabelCounts.per_image": case(
        counts=(np.array([[4, 1], [2, 3], [5, 5]]), COUNTS),
        call=LabelCounts.per_image,
    ),
    "training.dataset.ImageSet.__init__": case(
        images=(
            np.float32(RNG.uniform(0.1, 0.9, (2, 8, 9, 3))),
            Kind("images", refuses=(*LISTS, "floats", "big-endian")),
        ),
        labels=(np.uint8(TRUTH), Kind("labels", ("channels first", "8 bits"), LISTS)),
    ),
    "training.records.encode_map": case(labels=(LABELS, MAP)),
    "training.records.encode_photograph": case(image=(RGB, DRAWN)),
    # widgets
    "widgets.checkerboard.Checkerboard.__init__": case(
        image=(RNG.uniform(0.1, 0.9, (96, 100)), WIDGET_IMAGE)
    ),
    "widgets.confusion_workbench.ConfusionWorkbench.__init__": case(
        truth=(LABELS, MAP), prediction=(OTHER, MAP), image=(GREY, WIDGET_IMAGE)
    ),
    "widgets.convolution_explorer.ConvolutionExplorer.__init__": case(
        image=(np.arange(49.0).reshape(7, 7) / 8, SQUARE),
        kernel=(np.eye(3), SQUARE),
    ),
    "widgets.iou_bench.IoUBench.__init__": case(
        truth=(INSIDE, OPTIONAL_MAP),
        prediction=(NEXT, OPTIONAL_MAP),
        image=(GREY, WIDGET_IMAGE),
    ),
    "widgets.grabcut_studio.GrabCutStudio.__init__": case(
        image=(GREY, WIDGET_IMAGE), truth=(INSIDE, OPTIONAL_MAP)
    ),
    "widgets.noise_lab.NoiseLab.__init__": case(image=(GREY, WIDGET_IMAGE)),
    "widgets.panoptic_scene.PanopticScene.__init__": case(
        panoptic=(LABELS, Kind("panoptic|segment")),
        image=(GREY, WIDGET_IMAGE),
        prediction=(OTHER, OPTIONAL_MAP),
        segments=SHOWN,
        void=9,
    ),
    "widgets.receptive_field.ReceptiveField.__init__": case(image=(GREY, WIDGET_IMAGE)),
    "widgets.skips.Skips.__init__": case(
        image=(RGB, PICTURE),
        truth=(LABELS, MAP),
        scores32=(SCORES[0], Kind("scores", (*NUMBERS, "one channel"))),
        pool4_scores=(SCORES[1], Kind("scores", (*NUMBERS, "one channel"))),
        pool3_scores=(SCORES[2], Kind("scores", (*NUMBERS, "one channel"))),
    ),
    "widgets.spectral_explorer.SpectralExplorer.__init__": case(
        cube=(BANDS, Kind("cube|bands", CUBE.takes)),
        wavelengths_um=(WAVES, Kind("wavelengths|µm", (*AXIS.takes, "None"))),
        labels=(LABELS, OPTIONAL_MAP),
    ),
    "widgets.superpixel_lab.SuperpixelLab.__init__": case(
        image=(GREY, WIDGET_IMAGE), truth=(LABELS, OPTIONAL_MAP)
    ),
}
"""By name, without `seglearn.`; a constructor where only the class makes sense."""

CASES |= {
    f"imaging.pixelwise.{kind.__name__}.{method}": each
    for kind in (pixelwise.NearestAngle, pixelwise.LinearDiscriminant)
    for method, each in (
        (
            "fit",
            case(
                spectra=(PIXELS, Kind("spectra|pixels", NUMBERS)),
                labels=(CLASSES, Kind("labels", ("one axis",))),
                call=lambda kind=kind, **both: kind().fit(**both).predict(PIXELS),
            ),
        ),
        ("predict", case(spectra=(PIXELS, SPECTRA), call=fitted(kind).predict)),
    )
}
CASES |= {
    f"superpixels.quality.{name}": case(table=(np.array([[9, 1, 0], [2, 5, 8]]), TABLE_OF_COUNTS))
    for name in (
        "achievable_accuracy",
        "oracle_iou",
        "undersegmentation_achanta",
        "undersegmentation_bleeding",
        "undersegmentation_levinshtein",
        "undersegmentation_neubert_protzel",
    )
}

INSIDE_ONLY = {  # helpers of a room, called with what was checked at its door
    "data.encodings.first_place",
    "data.reading.check_label",
    "metrics.confusion.count_pairs",
    "metrics.confusion.count_pairs_plain",
    "metrics.scores.Tally.of",
    "metrics.scores.ratio",
    "metrics.scores.defined_mean",
    "metrics.scores.summary",
    "nets.crf.PairwiseKernel.__call__",
    "nets.crf.PairwiseKernel.filter",
    "nets.crf.SpatialKernel.filter",
    "nets.crf.BilateralKernel.filter",
    "nets.crf.last",
    "nets.crf.mean_field",
    "nets.unet.UNet.forward",
    "nets.unet.UNet.forward_valid",
    "superpixels.connectivity.absorb",
    "superpixels.connectivity.dense",
    "superpixels.connectivity.region_means",
    "superpixels.ncut.affinities",
    "superpixels.ncut.contour",
    "superpixels.quickshift.density",
    "superpixels.quickshift.links",
    "superpixels.quickshift.links_plain",
    "superpixels.slic.assign_plain",
    "superpixels.slic.move_plain",
    "superpixels.turbopixels.affinity",
    "widgets.base.Checked.__init__",
}


# --------------------------------------------------------------------------------- what is public

ROOMS = ("data", "metrics", "imaging", "superpixels", "classical", "show", "widgets")
MODULES = (
    "nets.crf",
    "nets.unet",
    "training.class_weights",
    "training.dataset",
    "training.losses",
    "training.records",
)
ARRAY = re.compile(r"ndarray|NDArray|ArrayLike|Tensor|Floats|Any$|Iterable\[")
NO_ARRAYS = {
    *("config", "dataset", "mask_of", "n_segments", "rng", "segments", "seed", "setting", "state"),
    *("truth_segments", "prediction_segments", "class_names", "like", "sample", "rle"),
}


def public_functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield each public function, method and constructor of the rooms, by its name."""
    for found in pkgutil.walk_packages(seglearn.__path__, "seglearn."):
        name = found.name.removeprefix("seglearn.").removesuffix(".widget")  # its room says as much
        if "._" in found.name or not (name.split(".")[0] in ROOMS or name in MODULES):
            continue
        module = importlib.import_module(found.name)
        for key, value in vars(module).items():
            if key.startswith("_") or getattr(value, "__module__", None) != found.name:
                continue
            if inspect.isfunction(value) and not name.startswith("widgets."):
                yield f"{name}.{key}", value
            if inspect.isclass(value) and not dataclasses.is_dataclass(value):  # these hold results
                for method, function in methods(value, name.startswith("widgets.")):
                    yield f"{name}.{key}.{method}", function


def methods(kind: type, constructors_only: bool) -> Iterator[tuple[str, Callable[..., Any]]]:
    for name, value in vars(kind).items():
        function = value.__func__ if isinstance(value, classmethod | staticmethod) else value
        public = name == "__init__" or (
            not constructors_only and (name == "__call__" or not name.startswith("_"))
        )
        if public and inspect.isfunction(function):
            yield name, function


def takes_an_array(function: Callable[..., Any]) -> bool:
    return any(
        ARRAY.search(str(parameter.annotation)) and name not in NO_ARRAYS
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.kind not in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL)
    )


def test_every_public_function_that_takes_an_array_is_walked():
    found = {name for name, function in public_functions() if takes_an_array(function)}
    missing = sorted(found - set(CASES) - INSIDE_ONLY)
    assert missing == [], (
        "enter each of these in CASES above, with good values and a Kind for every array it takes"
    )
    gone = sorted((INSIDE_ONLY - found) | {name for name in CASES if not exists(name)})
    assert gone == [], "these are no more"


def exists(name: str) -> bool:
    try:
        resolve(name)
    except (ImportError, AttributeError):
        return False
    return True


def resolve(name: str) -> Callable[..., Any]:
    """Return the function of a name in `CASES`; the class itself for its constructor."""
    parts = name.removesuffix(".__init__").split(".")
    for n in range(len(parts), 0, -1):
        try:
            value = importlib.import_module(".".join(["seglearn", *parts[:n]]))
        except ModuleNotFoundError:
            continue
        for part in parts[n:]:
            value = getattr(value, part)
        return value
    raise ImportError(name)


# --------------------------------------------------------------------------------------- the walk


@pytest.mark.parametrize("name", CASES)
def test_odd_arrays_get_a_right_answer_or_a_clear_error(name):
    each = CASES[name]
    function = each.call or resolve(name)
    good = {k: prepared(value, kind) for k, (value, kind) in each.arrays.items()}
    right = fingerprint(answer(function, good, each.options))
    faults = []
    for argument, (value, kind) in each.arrays.items():
        for what, strange, usual in odd(value):
            verdict = kind.verdict(what, usual)
            given = {**good, argument: prepared(strange, kind)}
            fault = fault_of(function, given, each.options, argument, kind, verdict, right)
            if fault:
                faults.append(f"{argument} = {what}: {fault}")
    assert not faults, f"{name}\n" + "\n".join(faults)


def prepared(value: Any, kind: Kind) -> Any:
    """Return an array as a tensor where only tensors are taken; all else as it is."""
    if kind.tensors and type(value) is np.ndarray and value.dtype.kind in "iufb":
        native = np.ascontiguousarray(value.astype(value.dtype.newbyteorder("=")))
        return torch.from_numpy(native.copy())
    return value


def fault_of(
    function: Callable[..., Any],
    given: dict[str, Any],
    options: dict[str, Any],
    argument: str,
    kind: Kind,
    verdict: str,
    right: Any,
) -> str:
    """Say what is wrong with what a function makes of its arguments; nothing if all is right."""
    before = copy.deepcopy(given[argument])
    try:
        found = fingerprint(answer(function, given, options))
    except (ValueError, TypeError) as error:
        message = str(error)
        if isinstance(error, IndexError | np.linalg.LinAlgError | UnicodeError):
            return f"{type(error).__name__}: {message[:150]}"
        if len(message) <= 40 or not re.search(
            rf"\b{argument}\b|{kind.nouns}", message, re.IGNORECASE
        ):
            return f"unclear {type(error).__name__}: {message[:150]}"
        return f"refused: {message[:150]}" if verdict == SAME else ""
    except Exception as error:
        return f"{type(error).__name__}: {str(error)[:150]}"
    if not unchanged(before, given[argument]):
        return "changed in place"
    if verdict == WRONG:
        return f"accepted, and answered {str(found)[:100]}"
    if verdict == SAME and not alike(found, right):
        return f"another answer: {str(found)[:100]} for {str(right)[:100]}"
    return ""


def answer(function: Callable[..., Any], given: dict[str, Any], options: dict[str, Any]) -> Any:
    """Call, with warnings as errors, and not for ever."""

    def stop(*_: Any) -> None:
        raise TimeoutError(f"no answer after {SECONDS} s")

    if hasattr(signal, "SIGALRM"):
        signal.signal(signal.SIGALRM, stop)
        signal.alarm(SECONDS)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            found = function(**given, **options)
            return list(found) if isinstance(found, Iterator) else found
    finally:
        if hasattr(signal, "SIGALRM"):
            signal.alarm(0)


def fingerprint(found: Any) -> Any:
    """Return what an answer holds, as arrays and plain values that can be compared."""
    if isinstance(found, plt.Axes):
        pictures = [np.ma.getdata(image.get_array()) for image in found.get_images()]
        plt.close(found.figure)
        return pictures
    if isinstance(found, Figure):
        plt.close(found)
        drawn = [artist for ax in found.axes for artist in (*ax.lines, *ax.patches)]
        filled = [c for ax in found.axes for c in ax.collections]
        return [a.get_path().vertices for a in drawn] + [
            path.vertices for c in filled for path in c.get_paths()
        ]
    if isinstance(found, Widget):
        return json.dumps([found.state, found._data, found.metrics], sort_keys=True)
    if isinstance(found, ConfusionMatrix):
        return found.counts
    if isinstance(found, ImageSet):
        return [found.images, found.labels]
    if isinstance(found, PairwiseKernel):
        return found.degree.numpy()
    if isinstance(found, torch.Tensor):
        return found.detach().numpy()
    if hasattr(found, "toarray"):
        return found.toarray()
    if dataclasses.is_dataclass(found):
        return [fingerprint(getattr(found, f.name)) for f in dataclasses.fields(found)]
    if isinstance(found, list | tuple):
        return [fingerprint(part) for part in found]
    if isinstance(found, dict):
        return [[key, fingerprint(part)] for key, part in found.items()]
    return found


def alike(found: Any, right: Any) -> bool:
    if isinstance(found, list) and isinstance(right, list):
        return len(found) == len(right) and all(map(alike, found, right))
    if isinstance(found, np.ndarray | float):
        if np.shape(found) != np.shape(right):
            return False
        if np.asarray(found).dtype.kind in "iufb":
            return np.allclose(found, right, rtol=1e-4, atol=1e-6, equal_nan=True)
    return bool(np.all(found == right))


def unchanged(before: Any, after: Any) -> bool:
    if isinstance(before, torch.Tensor):
        return torch.equal(before.nan_to_num(), after.nan_to_num())
    if isinstance(before, np.ndarray):
        return before.shape == after.shape and before.tobytes() == after.tobytes()
    if isinstance(before, list | tuple):
        return all(map(unchanged, before, after))
    return bool(before == after)


# --------------------------------------------------------------------------------------- the gate


def test_a_masked_map_is_refused_and_its_remedy_gives_the_right_score():
    truth, prediction = np.array([[0, 1, 1, 0, 1]]), np.array([[0, 1, 1, 1, 0]])
    known = np.ma.masked_array(truth, [[False, False, False, True, True]])
    for make in (
        lambda t: ConfusionWorkbench(t, prediction, ignore_index=255).metrics["mean_iou"],
        lambda t: ConfusionMatrix(2, ignore_index=255).update(t, prediction).scores().mean_iou,
    ):
        with pytest.raises(TypeError, match=r"truth\.filled\(value\), .* ignore_index=value"):
            make(known)
        assert make(known.astype(np.uint8).filled(255)) == 1
        assert make(truth) < 0.6


def test_a_batch_is_maps_of_any_size_or_one_array():
    small, large = np.zeros((2, 3), int), np.ones((4, 3), int)
    assert [m.shape for m in inputs.label_batch([small, large])] == [(2, 3), (4, 3)]
    assert [m.shape for m in inputs.label_batch(small)] == [(2, 3)]
    assert [m.shape for m in inputs.label_batch([[0, 1, 2], [1, 1, 1]])] == [(2, 3)]
    assert len(inputs.label_batch(np.stack([small] * 5))) == 5
    narrow = np.zeros((6, 5, 3), int)
    with pytest.raises(ValueError, match="as a list"):
        inputs.label_batch(narrow)
    assert len(inputs.label_batch(list(narrow))) == 6
    with pytest.raises(ValueError, match="colour picture"):
        inputs.label_batch(narrow.tolist())
    assert inputs.masks(list(narrow), list(narrow))[0].shape == narrow.shape
    for shape in ((6, 5, 1), (2, 6, 5, 1)):
        with pytest.raises(ValueError, match=r"Drop it: labels\[\.\.\., 0\]"):
            inputs.label_batch(np.zeros(shape, int))


def test_a_tensor_that_is_no_plain_array_is_refused_by_name():
    wants = torch.ones(2, requires_grad=True)
    for value, why in (
        (torch.eye(3).to_sparse(), "to_dense"),
        (torch.empty(2, 2, device="meta"), "no data"),
        (torch.ones(2).to(torch.float8_e4m3fn), "Float8"),
        ([[wants]], "requires grad"),
    ):
        with pytest.raises(TypeError, match=f"^truth .*{why}"):
            inputs.array(value, "truth")
    turned = torch.complex(torch.zeros(2), torch.ones(2)).conj().imag  # negated when it is read
    assert inputs.array(turned, "truth").tolist() == [-1, -1]


def test_a_whole_number_beyond_floats_is_not_finite():
    assert inputs.number(10**300, "sigma", 0) == 1e300
    with pytest.raises(ValueError, match="sigma must be at least 0, got 1000"):
        inputs.number(10**400, "sigma", 0)
    with pytest.raises(ValueError, match=f"ignore_index must lie in .* … {2**63 - 1}, got"):
        inputs.ignored(2**64, 3)


@pytest.mark.parametrize("value", [True, np.True_, 2.0, "2", None, [2], np.array([1, 2])])
def test_numbers_of_classes_are_whole(value):
    with pytest.raises(TypeError, match="n_classes must be a whole number"):
        inputs.class_count(value)


@pytest.mark.parametrize("value", [0, -1, 10**9])
def test_numbers_of_classes_have_a_range(value):
    with pytest.raises(ValueError, match="n_classes must lie in 1 … 65536"):
        inputs.class_count(value)


def test_the_ignored_label_is_no_class():
    assert inputs.ignored(None, 3) is None
    assert [inputs.ignored(i, 3) for i in (-1, 3, np.int64(255))] == [-1, 3, 255]
    with pytest.raises(ValueError, match="ignore_index 2 is also a class"):
        inputs.ignored(2, 3)
    with pytest.raises(ValueError, match="ignore_index 0 is class 'sky'"):
        inputs.ignored(0, 2, ["sky", "road"])
    for value in (255.0, True, "255"):
        with pytest.raises(TypeError, match="ignore_index must be a whole number"):
            inputs.ignored(value, 3)


def test_run_lengths_are_checked_before_anything_is_made():
    assert inputs.run_lengths([3, 0, 9], 12).tolist() == [3, 0, 9]
    for lengths in ([2**63 - 1, 2**63 - 1, 14], [-1, 13], [13]):
        with pytest.raises(ValueError, match="0 to 12"):
            inputs.run_lengths(lengths, 12)
    with pytest.raises(ValueError, match="add up to 11"):
        inputs.run_lengths([5, 6], 12)
    for lengths in ([5.0, 7], ["5", "7"], [True, 11], None, "57"):
        with pytest.raises(TypeError, match="whole number"):
            inputs.run_lengths(lengths, 12)


def test_a_box_holds_a_pixel_of_its_image():
    assert inputs.box([1, 2, 4.0, 7], (8, 4)) == (1, 2, 4, 7)
    for edges, message in (
        ((0, 0, 5, 8), "x1 ≤ 4"),
        ((2, 0, 2, 8), "x0 < x1"),
        ((0, -1, 2, 8), "0 ≤ y0"),
        ((0, 0, 2.5, 8), "round them first"),
        ((0, 0, 2), "got shape"),
        ((0, 0, np.nan, 8), "NaN"),
    ):
        with pytest.raises(ValueError, match=message):
            inputs.box(edges, (8, 4))
    for edges in (None, "0 0 2 8", (True, False, True, True)):
        with pytest.raises(TypeError, match="box"):
            inputs.box(edges, (8, 4))


def test_a_size_cannot_ask_for_all_the_memory():
    assert inputs.size((2**15, 2**15)) == (2**15, 2**15)
    for height, width in ((10**6, 10**6), (2**40, 2**40), (2**30, 2)):
        counts = [height * width]
        with pytest.raises(ValueError, match=r"size asks for .* cut into tiles"):
            labels.rle_to_mask({"size": [height, width], "counts": counts})
        with pytest.raises(ValueError, match="shape asks for"):
            labels.polygons_to_mask([TRIANGLE], (height, width))


def test_labels_that_64_bits_hold():
    held = np.array([[2**63 - 1]], np.uint64)
    assert inputs.int64(held, "labels").tolist() == [[2**63 - 1]]
    with pytest.raises(ValueError, match=f"labels holds {2**64 - 1}"):
        inputs.int64(np.array([[2**64 - 1]], np.uint64), "labels")


def test_8_bits_are_drawn_as_they_are_and_floats_are_rounded():
    given = np.array([[0, 128, 255]], np.uint8)
    assert inputs.image8(given) is given
    assert inputs.image8(given / 255).tolist() == given.tolist()
    assert inputs.image8(given[..., None]).shape == (1, 3)
    with pytest.raises(TypeError, match="bool"):
        inputs.image8(given > 0)


def test_a_choice_is_one_of_the_words_that_are_listed():
    assert inputs.choice("b", "letter", ("a", "b")) == "b"
    with pytest.raises(ValueError, match=r"unknown letter 'c'; expected one of 'a', 'b'$"):
        inputs.choice("c", "letter", ("a", "b"))
    with pytest.raises(ValueError, match=r"unknown letter \['a'\]; .* 'a', or an array$"):
        inputs.choice(["a"], "letter", {"a": 1}, otherwise="or an array")
    with pytest.raises(ValueError, match=r"unknown letter 'a'; .* there is none"):
        inputs.choice("a", "letter", ())
