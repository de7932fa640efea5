"""Receptive field: a stack of layers to build, the cone of a unit through it, and its patch of a photograph."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt

from seglearn import inputs
from seglearn.widgets import fields
from seglearn.widgets.base import PictureWidget
from seglearn.widgets.codec import image_url
from seglearn.widgets.fields import Field
from seglearn.words import say

MOST_LAYERS = 24
MOST_PIXELS = 2048  # of a field; more is no longer a picture
LONGEST = 640  # pixels a side of a photograph that is shown pixel by pixel
SHARE = 0.95  # of all paths, for the effective field

LIMITS = {"kernel": (1, 15), "stride": (1, 8), "padding": (0, 128), "dilation": (1, 32)}
KINDS = ("conv", "pool")
PRESETS = ("strides", "three", "pool5", "context", "gridding", "hybrid", "fc7", "largefov")
FIRST_STAGES = {"context": "build", "gridding": "build", "hybrid": "build", "fc7": "paths"}
"""Where a preset's question can be answered; the others open with what a unit sees."""

FACE = (118, 222)
"""Row and column of the astronaut's face, where the widget looks first."""


class Layer(NamedTuple):
    """One convolution or pooling, square and the same on both axes.

    As text, the way `ReceptiveField` reads it, ``"conv 3 s2 d1 p1"``: the kernel, then what differs from the
    default. A convolution moves by 1 and keeps the size of its map (padding d(k - 1) // 2); pooling moves by its
    kernel and pads nothing.
    """

    kind: str
    kernel: int
    stride: int
    padding: int
    dilation: int
    name: str = ""


class Step(NamedTuple):
    """What a layer has made of the receptive field.

    Attributes
    ----------
    field : int
        Side of the box that one unit sees, in pixels of the image.
    jump : int
        Pixels from one unit's box to the next one's: the product of the strides.
    start : int
        First row, and column, of the box of unit 0; negative where it lies in the padding.
    """

    field: int
    jump: int
    start: int


def steps(layers: Iterable[Layer]) -> list[Step]:
    """Follow field, jump and start through the layers, the image first.

    r ← r + d(k - 1)j, start ← start - p·j, then j ← j·s.

    >>> [step.field for step in steps([Layer("conv", 3, 1, 1, 1)] * 3)]
    [1, 3, 5, 7]
    """
    out = [Step(1, 1, 0)]
    for layer in layers:
        field, jump, start = out[-1]
        reach = layer.dilation * (layer.kernel - 1) * jump
        out.append(Step(field + reach, jump * layer.stride, start - layer.padding * jump))
    return out


def count_paths(layers: Sequence[Layer]) -> npt.NDArray[np.float64]:
    """Count, for each pixel along one axis of a unit's box, the ways that lead from it to the unit.

    In two dimensions the counts are the outer product. They are the gradient of the unit where every weight is 1 and
    nothing else is in the way: no activation, and pooling that adds up.

    Returns
    -------
    ndarray, (field,)
        From the first pixel of the box to its last; 0 where a dilated stack leaves a hole.
    """
    counts = np.ones(1)
    for layer in reversed(layers):
        reach = layer.dilation * (layer.kernel - 1)
        below = np.zeros((len(counts) - 1) * layer.stride + reach + 1)
        for tap in range(layer.kernel):
            first = tap * layer.dilation
            below[first : first + (len(counts) - 1) * layer.stride + 1 : layer.stride] += counts
        counts = below
    return counts


def effective_size(counts: npt.NDArray[np.float64], share: float = SHARE) -> int:
    """Side of the smallest box around the centre, in pixels, through which `share` of all paths go in 2-D."""
    total = counts.sum()
    for size in range(2 - len(counts) % 2, len(counts), 2):
        margin = (len(counts) - size) // 2
        if (counts[margin : margin + size].sum() / total) ** 2 >= share:
            return size
    return len(counts)


class ReceptiveField(PictureWidget):
    """Build a stack of layers; see the field of each grow, the cone of a unit, and what it sees of a photograph.

    ::

        from seglearn.widgets import ReceptiveField

        field = ReceptiveField(["conv 3", "conv 3", "pool 2", "conv 3 d2"])
        field

    Whatever is built on the screen can be read back: `field.layers`, `field.field`, `field.jump`,
    `field.effective`, `field.table`.

    Parameters
    ----------
    layers : sequence of str, Layer or dict, or torch.nn.Sequential, optional
        From the image upwards, at most 24. Text is ``"conv 3"``, ``"conv 3 s2"``, ``"conv 3 d2"``, ``"pool 2"``,
        ``"pool 3 s2 p1"``; see `Layer`. Of a `Sequential`, nested ones included, square `Conv2d`, `MaxPool2d` and
        `AvgPool2d` are taken, and what works pixel by pixel is passed over.
    image : array_like, (H, W) or (H, W, 3), optional
        A photograph, float in [0, 1] or uint8, at most 640 pixels a side; an astronaut if not given. The reader can
        put one of their own in its place, which is then `picture`.
    preset : str, optional
        Instead of `layers`: four convolutions with "strides" (the default), "three" 3×3 convolutions, VGG16 to
        "pool5" or, as in FCN, "fc7", DeepLab's "largefov", the "context" module, "gridding" (dilations 2, 2, 2) or
        "hybrid" (1, 2, 5).
    stage, hide, size, palette
        See `seglearn.widgets.base.Widget`. The stages are "see", "build" and "paths".

    Attributes
    ----------
    metrics : dict
        Lists with an entry for the image and for each layer: ``field``, ``jump``, ``start``, ``effective`` (side of
        the box through which 95 % of the paths go) and ``seen`` (share of the box's pixels with any path).

    Raises
    ------
    ValueError
        If a layer is malformed or out of range, there are too many, a field exceeds 2048 pixels, or the image is too
        large.

    Notes
    -----
    The effective field was named by Luo et al., "Understanding the Effective Receptive Field in Deep Convolutional
    Neural Networks", NeurIPS 2016. Here it is that of a linear stack whose weights are all alike, computed exactly.

    Examples
    --------
    >>> field = ReceptiveField(preset="pool5")
    >>> field.field, field.jump
    (212, 32)
    """

    bundle = "receptive_field"
    stages = ("see", "build", "paths")
    controls: ClassVar[tuple[str, ...]] = (
        "chips",
        "editor",
        "cone",
        "table",
        "photo",
        "patch",
        "formula",
        "facts",
        "seed",
        "own",
    )

    def __init__(
        self,
        layers: Sequence[Any] | Any | None = None,
        image: npt.ArrayLike | None = None,
        *,
        preset: str | None = None,
        **options: Any,
    ) -> None:
        if layers is not None and preset is not None:
            raise ValueError(say("give either layers or a preset, not both"))
        if preset is not None:
            inputs.choice(preset, "preset", PRESETS)
        presets: list[dict[str, Any]] = [
            {"id": name, "state": _state(_preset(name))} for name in PRESETS
        ]
        opened = presets[PRESETS.index(preset or "strides")]
        if layers is not None:
            opened = {"id": "given", "state": self._checked(_state(_as_layers(layers)))}
            presets.insert(0, opened)
        photo, at = _photograph(image)
        for each in presets:
            stage = FIRST_STAGES.get(each["id"], "see")
            each["view"] = {"layer": None, "at": list(at), "stage": stage}
        data = {
            "presets": presets,
            "image": image_url(photo, LONGEST),
            "shape": list(photo.shape[:2]),
            "at": list(at),
            "view": opened["view"],
        }
        super().__init__(state=opened["state"], data=data, **options)

    def __repr__(self) -> str:
        return (
            f"ReceptiveField({len(self.layers)} layers: field {self.field} × {self.field} pixels, "
            f"jump {self.jump}, effective {self.effective} × {self.effective})"
        )

    # --- what is shown ------------------------------------------------------------------------------------------------
    @property
    def layers(self) -> list[Layer]:
        """The stack as it is now, from the image upwards. Can be assigned whatever the constructor takes."""
        return _layers_of(self.state)

    @layers.setter
    def layers(self, layers: Sequence[Any] | Any) -> None:
        self.state = _state(_as_layers(layers))

    @property
    def field(self) -> int:
        """Side of the box that a unit of the last layer sees, in pixels."""
        return self.metrics["field"][-1]

    @property
    def jump(self) -> int:
        """Pixels from one unit of the last layer to the next: the stride of the whole stack."""
        return self.metrics["jump"][-1]

    @property
    def effective(self) -> int:
        """Side of the box through which 95 % of the paths to a unit of the last layer go, in pixels."""
        return self.metrics["effective"][-1]

    @property
    def seen(self) -> float:
        """Share of the box's pixels from which any path leads to the unit; below 1 where dilation leaves holes."""
        return self.metrics["seen"][-1]

    @property
    def table(self) -> list[dict[str, Any]]:
        """One row a layer, for `pandas.DataFrame`: what it is, and the field and jump after it."""
        names = ("field", "jump", "effective")
        return [
            {**layer._asdict(), "name": layer.name or f"{layer.kind} {i}"}
            | {name: self.metrics[name][i] for name in names}
            for i, layer in enumerate(self.layers, 1)
        ]

    def paths(self) -> npt.NDArray[np.float64]:
        """Return the number of paths from each pixel of the box to a unit of the last layer, (field, field)."""
        counts = count_paths(self.layers)
        return np.outer(counts, counts)

    # --- for the base class -------------------------------------------------------------------------------------------
    def _fields(self) -> Mapping[str, Field]:
        layer = {
            "kind": fields.one_of(*KINDS),
            **{name: fields.whole(low, high) for name, (low, high) in LIMITS.items()},
            "name": fields.text(),
        }
        return {"layers": fields.list_of(fields.record(layer), 0, MOST_LAYERS)}

    def _check_state(self, state: dict[str, Any]) -> None:
        layers = _layers_of(state)
        for layer in layers:
            _check(layer)
        last = steps(layers)[-1]
        if last.field > MOST_PIXELS:
            raise ValueError(
                say(
                    "layers: the last unit would see {field} pixels, and at most "
                    "{most_pixels} can be drawn; use fewer strides",
                    field=last.field,
                    most_pixels=MOST_PIXELS,
                )
            )
        if max(last.jump, -last.start) > inputs.LARGEST_COUNT:
            raise ValueError(
                say(
                    "layers: units would lie {jump} pixels apart, more than the 2^53 that a "
                    "browser holds exactly; use fewer strides",
                    jump=last.jump,
                )
            )

    def _measure(self, state: dict[str, Any]) -> dict[str, Any]:
        layers = _layers_of(state)
        found = steps(layers)
        counts = [count_paths(layers[:n]) for n in range(len(layers) + 1)]
        return {
            "field": [step.field for step in found],
            "jump": [step.jump for step in found],
            "start": [step.start for step in found],
            "effective": [effective_size(each) for each in counts],
            "seen": [float((each > 0).mean() ** 2) for each in counts],
        }


# --- layers -----------------------------------------------------------------------------------------------------------


def _state(layers: Iterable[Layer]) -> dict[str, Any]:
    return {"layers": [layer._asdict() for layer in layers]}


def _layers_of(state: dict[str, Any]) -> list[Layer]:
    return [Layer(**each) for each in state["layers"]]


def _check(layer: Layer) -> Layer:
    what = layer.name or f"{layer.kind} {layer.kernel}"
    inputs.choice(layer.kind, say("kind of layer"), KINDS)
    for name, limits in LIMITS.items():
        fields.whole(*limits)(f"{what}: {name}", getattr(layer, name))
    if layer.kind == "pool" and layer.padding > layer.kernel // 2:
        raise ValueError(
            say(
                "{what}: pooling may pad at most half its kernel, {half}, got {padding}",
                what=what,
                half=layer.kernel // 2,
                padding=layer.padding,
            )
        )
    return layer


def _layer(spec: Any) -> Layer:
    if isinstance(spec, Layer):
        return _check(spec)
    if isinstance(spec, dict):
        unknown = set(spec) - set(Layer._fields)
        if unknown or not {"kind", "kernel"} <= set(spec):
            raise ValueError(
                say(
                    "a layer needs kind and kernel, and may have {known}; got {spec!r}",
                    known=Layer._fields[2:],
                    spec=spec,
                )
            )
        return _filled(**spec)
    found = (
        re.fullmatch(r"(conv|pool) ?(\d+)((?: [spd]\d+)*)", spec) if isinstance(spec, str) else None
    )
    if found is None:
        raise ValueError(
            say(
                "cannot read the layer {spec!r}; write it as 'conv 3', 'conv 3 s2 d2 p1' or "
                "'pool 2'",
                spec=spec,
            )
        )
    letters = {"s": "stride", "p": "padding", "d": "dilation"}
    numbers: dict[str, Any] = {letters[word[0]]: int(word[1:]) for word in found[3].split()}
    return _filled(kind=found[1], kernel=int(found[2]), **numbers)


def _filled(
    kind: str,
    kernel: int,
    stride: int | None = None,
    padding: int | None = None,
    dilation: int = 1,
    name: str = "",
) -> Layer:
    conv = kind == "conv"
    if stride is None:
        stride = 1 if conv else kernel
    if padding is None:
        padding = dilation * (kernel - 1) // 2 if conv else 0
    return _check(Layer(kind, kernel, stride, padding, dilation, name))


def _as_layers(layers: Any) -> list[Layer]:
    if isinstance(layers, str):
        raise TypeError(say("layers is a list, not a string; write [{layers!r}]", layers=layers))
    if hasattr(layers, "named_children"):
        return list(_modules(layers))
    found = [_layer(spec) for spec in layers]
    if len(found) > MOST_LAYERS:
        raise ValueError(
            say(
                "{n} layers are more than fit the screen ({most_layers}); leave out 1×1 "
                "convolutions, which change nothing here",
                n=len(found),
                most_layers=MOST_LAYERS,
            )
        )
    return found


PIXELWISE = frozenset(
    {"ReLU", "ReLU6", "LeakyReLU", "PReLU", "ELU", "GELU", "SiLU", "Sigmoid", "Tanh", "Softmax2d"}
    | {"Identity", "Dropout", "Dropout2d", "BatchNorm2d", "GroupNorm"}
)
"""Modules that look at one pixel only, in evaluation."""


def _modules(model: Any, prefix: str = "") -> Iterable[Layer]:
    """Read the layers of a torch.nn.Sequential, whose parts may be such again."""
    from torch import nn  # whoever has a module to pass has paid for this import

    if not isinstance(model, nn.Sequential):
        raise ValueError(
            say(
                "{type} is no nn.Sequential, so the order of its layers is not known; use "
                "seglearn.nets.receptive_field for networks that branch",
                type=type(model).__name__,
            )
        )
    for name, module in model.named_children():
        if isinstance(module, nn.Sequential):
            yield from _modules(module, f"{prefix}{name}.")
        elif isinstance(module, nn.Conv2d | nn.MaxPool2d | nn.AvgPool2d):
            kind = "conv" if isinstance(module, nn.Conv2d) else "pool"
            numbers = {
                what: _side(getattr(module, key, 1), f"{prefix}{name}.{key}")
                for what, key in (
                    ("kernel", "kernel_size"),
                    ("stride", "stride"),
                    ("padding", "padding"),
                    ("dilation", "dilation"),
                )
            }
            if kind == "pool" and numbers["dilation"] != 1:
                raise ValueError(
                    say(
                        "{prefix}{name}: a dilated pooling has no chip here",
                        prefix=prefix,
                        name=name,
                    )
                )
            yield _check(Layer(kind, **numbers, name="" if name.isdigit() else f"{prefix}{name}"))
        elif type(module).__name__ not in PIXELWISE:
            raise ValueError(
                say(
                    "{prefix}{name} is a {type}, for which there is no chip; use "
                    "seglearn.nets.receptive_field",
                    prefix=prefix,
                    name=name,
                    type=type(module).__name__,
                )
            )


def _side(value: Any, what: str) -> int:
    sides = (value, value) if isinstance(value, int) else value
    if isinstance(value, str) or sides[0] != sides[1]:
        raise ValueError(
            say(
                "{what} is {value!r}, and layers here are square with a padding in numbers",
                what=what,
                value=value,
            )
        )
    return int(sides[0])


# --- photograph and presets -------------------------------------------------------------------------------------------


def _photograph(image: npt.ArrayLike | None) -> tuple[npt.NDArray[Any], tuple[int, int]]:
    """Return what is shown, and the place that is looked at first."""
    if image is None:
        from seglearn.data import samples  # a photograph of one's own needs no files

        return samples.photograph("astronaut").image, FACE
    array = inputs.image8(image, "image")
    if max(array.shape[:2], default=0) > LONGEST:
        raise ValueError(
            say(
                "the image is {height} × {width}, and at most {longest} pixels a side are "
                "shown, as a field is counted in pixels; crop it, as in image[:{longest}, "
                ":{longest}]",
                height=array.shape[0],
                width=array.shape[1],
                longest=LONGEST,
            )
        )
    return array, (array.shape[0] // 2, array.shape[1] // 2)


def _vgg16(pools: Sequence[str], last_dilation: int = 1) -> list[Layer]:
    """Thirteen 3×3 convolutions in five stages with the poolings named in `pools` (Simonyan and Zisserman, 2015)."""
    layers = []
    for stage, (n, pool) in enumerate(zip((2, 2, 3, 3, 3), pools, strict=True), 1):
        conv = _layer(f"conv 3 d{last_dilation if stage == 5 else 1}")
        layers += [conv._replace(name=f"conv{stage}_{i}") for i in range(1, n + 1)]
        layers.append(_layer(pool)._replace(name=f"pool{stage}"))
    return layers


def _preset(name: str) -> list[Layer]:
    def named(specs: dict[str, str]) -> list[Layer]:
        return [_layer(spec)._replace(name=name) for name, spec in specs.items()]

    if name in ("pool5", "fc7"):
        classifier = named({"fc6": "conv 7", "fc7": "conv 1"}) if name == "fc7" else []
        return _vgg16(["pool 2"] * 5) + classifier
    if name == "largefov":
        pools = ["pool 3 s2 p1"] * 3 + ["pool 3 s1 p1"] * 2
        return _vgg16(pools, last_dilation=2) + named({"fc6": "conv 3 d12", "fc7": "conv 1"})
    if name == "strides":
        return [_layer("conv 3 s2")] * 4
    dilations = {
        "three": (1, 1, 1),
        "context": (1, 1, 2, 4, 8, 16, 1),
        "gridding": (2, 2, 2),
        "hybrid": (1, 2, 5),
    }[name]
    return [_layer(f"conv 3 d{d}") for d in dilations]
