"""How far a unit of a network sees: its receptive field, found in two independent ways.

By *arithmetic*: the network is run on shapes alone, every operation notes from which rows and
columns of its inputs a row or column of its output is computed, and those of one unit are carried
back through these notes to the image. Nothing is multiplied, so any network and any image size
will do.

By *gradient*: the box is where the gradient of one unit with respect to the image is not zero. A
trained or random network has gradients that vanish by chance (a ReLU that is off, a maximum that
lies elsewhere), so all weights are taken as equal and positive, activations and normalisations as
the identity, max-pooling as average pooling, and unpooling as a copy of each value to its window.

Both take box, not shape: what is inside the box but unused (the holes of one dilated convolution)
counts. Both give the theoretical field; Luo et al. (2016, arXiv 1701.04128) show that the
effective one is smaller, and shaped like a Gaussian.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from seglearn import inputs
from seglearn.words import say

__all__ = ["ReceptiveField", "output_stride", "receptive_field"]

Indices = NDArray[np.int64]  # sorted rows or columns, each once
Seen = tuple[Indices, Indices]  # rows and columns
Back = Callable[[Seen], Seen]  # what is seen of an output → of an input
Look = Callable[[tuple[int, int]], Seen | None]  # unit → what it sees of the image


@dataclass(frozen=True)
class ReceptiveField:
    """What one unit sees of the image.

    Attributes
    ----------
    size : tuple of int
        Height and width of the box, in pixels.
    stride : tuple of float
        Pixels from the box of the unit before to this one's, down and across.
    box : tuple of int
        ``(top, left, bottom, right)``, ends excluded.
    unit : tuple of int
        Row and column of the unit in its layer.
    image : tuple of int
        Height and width of the image it was measured on.
    whole : bool
        Whether the box is all of the image, however large: the unit sees everything.
    """

    size: tuple[int, int]
    stride: tuple[float, float]
    box: tuple[int, int, int, int]
    unit: tuple[int, int]
    image: tuple[int, int]
    whole: bool

    @property
    def centre(self) -> tuple[float, float]:
        """Row and column of the centre of the box; pixel (0, 0) has its centre there."""
        top, left, bottom, right = self.box
        return (top + bottom - 1) / 2, (left + right - 1) / 2


def receptive_field(
    model: nn.Module,
    layer: str | None = None,
    *,
    method: str = "arithmetic",
    unit: tuple[int, int] | None = None,
    image_size: tuple[int, int] | None = None,
    in_channels: int = 3,
) -> ReceptiveField:
    """Find what a unit of `model` sees.

    Parameters
    ----------
    model : nn.Module
        Takes images (1, in_channels, H, W); it is not changed.
    layer : str, optional
        Name of a submodule whose output to look at, e.g. ``"backbone.conv5"``; the output of the
        model if not given.
    method : {"arithmetic", "gradient"}, default "arithmetic"
        See the module.
    unit : tuple of int, optional
        Row and column of the unit; the central one if not given. After up-sampling by fixed steps
        neighbouring units may see boxes of different size.
    image_size : tuple of int, optional
        Height and width. If not given, 256, doubled until the field no longer grows (found by
        arithmetic for both methods), at most 4096.
    in_channels : int, default 3
        Channels of the images.

    Returns
    -------
    ReceptiveField

    Raises
    ------
    ValueError
        If the layer does not exist, does not run, or does not give one map of features.
    NotImplementedError
        By arithmetic, if the model uses an operation without a rule.
    """
    inputs.choice(method, "method", ("arithmetic", "gradient"))
    if layer is not None and layer not in dict(model.named_modules()):
        raise ValueError(
            say("layer={layer!r} is not in the model; see model.named_modules()", layer=layer)
        )
    size = image_size if image_size is not None else _large_enough(model, layer, unit, in_channels)
    trace = _arithmetic if method == "arithmetic" else _gradient
    with _evaluated(model):
        shape, look = trace(model, layer, size, in_channels)
    at = unit if unit is not None else (shape[0] // 2, shape[1] // 2)
    if not all(0 <= a < n for a, n in zip(at, shape, strict=True)):
        raise ValueError(
            say(
                "unit={at} is outside the layer, which is {rows}×{columns}",
                at=at,
                rows=shape[0],
                columns=shape[1],
            )
        )
    seen = look(at)
    if seen is None:
        raise ValueError(
            say("unit={at} sees nothing but padding; choose a more central one", at=at)
        )
    (top, bottom), (left, right) = ((int(i[0]), int(i[-1]) + 1) for i in seen)
    whole = (top, left, bottom, right) == (0, 0, *size)
    return ReceptiveField(
        size=(bottom - top, right - left),
        stride=_strides(look, at, seen, shape, size, whole),
        box=(top, left, bottom, right),
        unit=at,
        image=size,
        whole=whole,
    )


def _large_enough(
    model: nn.Module, layer: str | None, unit: tuple[int, int] | None, in_channels: int
) -> tuple[int, int]:
    """Return the least of a few image sizes beyond which the field does not grow, if any does."""
    before = 0
    for side in (256, 512, 1024, 2048, 4096):
        try:
            with _evaluated(model):
                shape, look = _arithmetic(model, layer, (side, side), in_channels)
        except RuntimeError:  # a network that does not pad needs a larger image
            if side == 4096:
                raise
            continue
        at = unit if unit is not None else (shape[0] // 2, shape[1] // 2)
        seen = look(at) if all(0 <= a < n for a, n in zip(at, shape, strict=True)) else None
        extent = max(int(i[-1] - i[0]) + 1 for i in seen) if seen is not None else 0
        if extent and extent == before:
            return side // 2, side // 2
        before = extent
    return side, side


def output_stride(model: nn.Module, layer: str | None = None, *, in_channels: int = 3) -> int:
    """Return by how many pixels an image must grow for the output of `layer` to grow by one cell.

    Raises
    ------
    ValueError
        If the output has the same size for all images.
    """
    small, large = 1024, 2048
    with _evaluated(model):
        (height, _), _ = _arithmetic(model, layer, (small, small), in_channels)
        (taller, _), _ = _arithmetic(model, layer, (large, large), in_channels)
    if taller == height:
        raise ValueError(
            say(
                "layer={layer!r} gives {height} rows for any image; it has no stride",
                layer=layer,
                height=height,
            )
        )
    return round((large - small) / (taller - height))


def _strides(
    look: Look,
    unit: tuple[int, int],
    seen: Seen,
    shape: tuple[int, int],
    image: tuple[int, int],
    whole: bool,
) -> tuple[float, float]:
    """Pixels by which the box moves from the unit before to this one, down and across."""
    strides = []
    for axis in (0, 1):
        before = [*unit]
        before[axis] -= 1
        other = look((before[0], before[1])) if before[axis] >= 0 and not whole else None
        if other is None:  # at the border: on average
            strides.append(image[axis] / shape[axis])
            continue
        here, there = seen[axis], other[axis]
        strides.append(float(here[0] + here[-1] - there[0] - there[-1]) / 2)
    return strides[0], strides[1]


@contextmanager
def _evaluated(model: nn.Module) -> Iterator[None]:
    training = {part: part.training for part in model.modules()}
    model.eval()
    try:
        yield
    finally:
        for part, was in training.items():
            part.training = was


def _run(model: Callable[[Tensor], Any], part: nn.Module, x: Tensor, catch: Any) -> Any:
    """Run `model` on `x` and return ``catch(output of part)``, taken when it runs."""
    caught: list[Any] = []

    def hook(_: nn.Module, __: Any, out: Any) -> None:
        if not isinstance(out, Tensor) or out.ndim != 4:
            raise ValueError(
                say("this layer does not give one map (N, C, H, W); name one inside it")
            )
        caught.append(catch(out))

    handle = part.register_forward_hook(hook)
    try:
        model(x)
    finally:
        handle.remove()
    if not caught:
        raise ValueError(say("this layer does not run when the model does; name another"))
    return caught[-1]


# ------------------------------------------------------------------------------------- arithmetic


@dataclass(eq=False)
class _Node:
    """A map of features: its size, and from where it is computed."""

    size: tuple[int, int]
    sources: list[tuple["_Node", Back]] = field(default_factory=list)
    pool_stride: tuple[int, int] | None = None  # of indices


def _arithmetic(
    model: nn.Module, layer: str | None, size: tuple[int, int], in_channels: int
) -> tuple[tuple[int, int], Look]:
    part = model if layer is None else model.get_submodule(layer)
    state = {
        name: torch.empty_like(value, device="meta")
        for name, value in [*model.named_parameters(), *model.named_buffers()]
    }
    image = torch.empty((1, in_channels, *size), device="meta")
    with torch.no_grad(), _Recorder(image) as recorder:

        def run(x: Tensor) -> Any:
            return torch.func.functional_call(model, state, (x,))

        node = _run(run, part, image, lambda out: recorder.nodes[id(out)])

    def look(unit: tuple[int, int]) -> Seen | None:
        seen: dict[int, Seen] = {id(node): (np.array([unit[0]]), np.array([unit[1]]))}
        for each in reversed(recorder.order):
            if id(each) not in seen:
                continue
            for source, back in each.sources:
                rows, columns = back(seen[id(each)])
                if rows.size and columns.size:
                    if id(source) in seen:
                        rows = np.union1d(rows, seen[id(source)][0])
                        columns = np.union1d(columns, seen[id(source)][1])
                    seen[id(source)] = rows, columns
        return seen.get(id(recorder.order[0]))

    return node.size, look


class _Recorder(TorchDispatchMode):
    """Notes for every map from which part of which maps it is computed."""

    def __init__(self, image: Tensor) -> None:
        super().__init__()
        start = _Node((image.shape[2], image.shape[3]))
        self.order = [start]
        self.nodes = {id(image): start}
        self.alive = [image]  # an id is reused once its tensor is gone

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        out = func(*args, **(kwargs or {}))
        first = out[0] if isinstance(out, tuple | list) else out
        maps = [a for a in _tensors(args) if id(a) in self.nodes]
        if not maps or not isinstance(first, Tensor):
            return out
        if first.ndim != 4:
            raise NotImplementedError(
                say(
                    "{func} leaves (N, C, H, W) for {shape}; receptive_field has no rule for "
                    "it: name a layer before it",
                    func=func,
                    shape=tuple(first.shape),
                )
            )
        outs = out if isinstance(out, tuple | list) else [out]
        name = str(func.overloadpacket).removeprefix("aten.")
        node = _Node((first.shape[2], first.shape[3]))
        for tensor in maps:
            source = self.nodes[id(tensor)]
            if name == "max_unpool2d" and tensor is args[1]:
                continue  # indices say where, not what; what is there has seen more
            node.sources.append((source, self._rule(name, args, source, node)))
        self.order.append(node)
        for each in outs:
            if isinstance(each, Tensor) and each.ndim == 4:
                self.nodes[id(each)] = node
                self.alive.append(each)
        return out

    def _rule(self, name: str, args: tuple[Any, ...], source: _Node, node: _Node) -> Back:
        size, out = source.size, node.size
        if name == "convolution":
            kernel = args[1].shape[2:]
            return _both(
                _transposed if args[6] else _window, kernel, args[3], args[4], args[5], size
            )
        if name == "max_pool2d_with_indices":
            stride = args[2] if len(args) > 2 and args[2] else args[1]
            padding = args[3] if len(args) > 3 else [0]
            dilation = args[4] if len(args) > 4 else [1]
            node.pool_stride = _two(stride)
            return _both(_window, args[1], stride, padding, dilation, size)
        if name == "avg_pool2d":
            stride = args[2] if len(args) > 2 and args[2] else args[1]
            return _both(_window, args[1], stride, args[3] if len(args) > 3 else [0], [1], size)
        if name == "max_unpool2d":
            window = self.nodes[id(args[1])].pool_stride or (2, 2)
            return _both(_unpooled, window, size)
        if name in ("_adaptive_avg_pool2d", "adaptive_max_pool2d"):
            return _both(_adaptive, size, out)
        if name in ("mean", "amax", "sum") and size != out:
            return lambda _: (np.arange(size[0]), np.arange(size[1]))
        if name == "upsample_bilinear2d":
            corners = next(a for a in args[1:] if isinstance(a, bool))
            return _both(_bilinear, size, out, (corners, corners))
        if name == "upsample_nearest2d":
            return _both(_nearest, size, out)
        if name in ("constant_pad_nd", "reflection_pad2d", "replication_pad2d"):
            pad = [*args[1], 0, 0][:4]
            return _both(_shifted, (-pad[2], -pad[0]), (1, 1), size)
        if name == "slice":
            dim = (args[1] if len(args) > 1 else 0) % 4
            start = (args[2] if len(args) > 2 else 0) or 0
            step = args[4] if len(args) > 4 else 1
            if dim < 2:
                return lambda seen: seen
            start = start + size[dim - 2] if start < 0 else start
            down = dim == 2
            return _both(
                _shifted, (start, 0) if down else (0, start), (step, 1) if down else (1, step), size
            )
        if size == out:
            return lambda seen: seen
        if all(n in (1, m) for n, m in zip(size, out, strict=True)):  # broadcast
            return lambda seen: (
                seen[0] if size[0] > 1 else np.array([0]),
                seen[1] if size[1] > 1 else np.array([0]),
            )
        raise NotImplementedError(
            say(
                "aten.{name} maps {size} to {out}; receptive_field has no rule for it: name a "
                "layer before it",
                name=name,
                size=size,
                out=out,
            )
        )


def _tensors(args: Iterable[Any]) -> Iterator[Tensor]:
    for a in args:
        if isinstance(a, Tensor):
            yield a
        elif isinstance(a, tuple | list):
            yield from _tensors(a)


def _two(value: Any) -> tuple[int, int]:
    value = [value] if isinstance(value, int) else value
    return int(value[0]), int(value[-1])


def _both(rule: Callable[..., Indices], *numbers: Any) -> Back:
    """Apply `rule` to rows and columns, each with its own numbers."""
    pairs = [(n, n) if isinstance(n, bool | int) else (n[0], n[-1]) for n in numbers]

    def back(seen: Seen) -> Seen:
        return rule(seen[0], *(p[0] for p in pairs)), rule(seen[1], *(p[1] for p in pairs))

    return back


def _inside(indices: Indices, n: int) -> Indices:
    """Sort, and leave out repetitions and what lies in the padding."""
    return np.unique(indices[(indices >= 0) & (indices < n)])


def _window(i: Indices, kernel: int, stride: int, padding: int, dilation: int, n: int) -> Indices:
    return _inside(i[:, None] * stride - padding + dilation * np.arange(kernel), n)


def _transposed(
    i: Indices, kernel: int, stride: int, padding: int, dilation: int, n: int
) -> Indices:
    places = i[:, None] + padding - dilation * np.arange(kernel)
    return _inside(places[places % stride == 0] // stride, n)


def _unpooled(i: Indices, stride: int, n: int) -> Indices:
    return _inside(i // stride, n)


def _adaptive(i: Indices, n: int, out: int) -> Indices:
    return np.unique(np.concatenate([np.arange(k * n // out, -(-(k + 1) * n // out)) for k in i]))


def _bilinear(i: Indices, n: int, out: int, align_corners: bool) -> Indices:
    if align_corners:
        place, unit = i * (n - 1), max(out - 1, 1)
    else:
        place, unit = np.maximum((2 * i + 1) * n - out, 0), 2 * out
    return _inside(np.minimum(np.concatenate([place // unit, -(-place // unit)]), n - 1), n)


def _nearest(i: Indices, n: int, out: int) -> Indices:
    return _inside(i * n // out, n)


def _shifted(i: Indices, start: int, step: int, n: int) -> Indices:
    return _inside(i * step + start, n)


# --------------------------------------------------------------------------------------- gradient


def _gradient(
    model: nn.Module, layer: str | None, size: tuple[int, int], in_channels: int
) -> tuple[tuple[int, int], Look]:
    part = model if layer is None else model.get_submodule(layer)
    image = torch.ones((1, in_channels, *size), dtype=torch.float64, requires_grad=True)
    with torch.enable_grad(), _Positive():
        out = _run(model, part, image, lambda out: out)

    def look(unit: tuple[int, int]) -> Seen | None:
        (gradient,) = torch.autograd.grad(
            out[0, :, unit[0], unit[1]].sum(), image, retain_graph=True
        )
        used: NDArray[np.bool_] = (gradient[0].abs().sum(0) > 0).numpy()
        rows, columns = np.nonzero(used)
        return (np.unique(rows), np.unique(columns)) if rows.size else None

    return (out.shape[2], out.shape[3]), look


class _Positive(TorchFunctionMode):
    """Replaces every operation by one whose gradient is positive wherever it looks."""

    SAME = frozenset(
        {"relu", "relu_", "prelu", "leaky_relu", "hardtanh", "softmax", "log_softmax"}
        | {"batch_norm", "group_norm", "dropout", "dropout2d"}
    )

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        kwargs = dict(kwargs or {})
        name = getattr(func, "__name__", "")
        if name in self.SAME:
            return args[0].clone()
        if name in ("conv2d", "conv_transpose2d"):
            x, weight = args[0], args[1]
            terms = weight.numel() // weight.shape[0 if name == "conv2d" else 1]
            weight = torch.full(weight.shape, 1 / terms, dtype=x.dtype)
            if kwargs.get("bias") is not None:
                kwargs["bias"] = None
            return func(x, weight, *((None, *args[3:]) if len(args) > 2 else ()), **kwargs)
        if name in ("max_pool2d", "max_pool2d_with_indices"):
            return self._pool(name, *args, **kwargs)
        if name == "max_unpool2d":
            return self._unpool(*args, **kwargs)
        if name in ("max", "maximum") and len(args) == 2 and isinstance(args[1], Tensor):
            return args[0] + args[1]
        return func(*args, **kwargs)

    @staticmethod
    def _pool(
        name: str,
        x: Tensor,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        dilation: Any = 1,
        ceil_mode: bool = False,
        return_indices: bool = False,
    ) -> Any:
        if _two(dilation) != (1, 1):
            raise NotImplementedError(say("a dilated max-pool has no counterpart here"))
        pooled = F.avg_pool2d(x, kernel_size, stride, padding, ceil_mode)
        if name == "max_pool2d" and not return_indices:
            return pooled
        return pooled, torch.zeros(pooled.shape, dtype=torch.int64)

    @staticmethod
    def _unpool(
        x: Tensor,
        indices: Tensor,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        output_size: Any = None,
    ) -> Tensor:
        kernel, step = _two(kernel_size), _two(stride or kernel_size)
        weight = torch.ones((x.shape[1], 1, *kernel), dtype=x.dtype)
        out = F.conv_transpose2d(x, weight, stride=step, groups=x.shape[1])
        if output_size is not None:
            height, width = output_size[-2:]
            more = (0, max(0, width - out.shape[3]), 0, max(0, height - out.shape[2]))
            out = F.pad(out, more)[..., :height, :width]
        return out
