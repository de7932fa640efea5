r"""The one way in which the course draws images, label maps and differences.

Label maps are never interpolated, ignored pixels are always grey with dots, legends stand outside
the image and name the classes that occur. The roles have fixed colours and hatches, the same as in
the widgets: truth blue ``/``, prediction orange ``\\``, agreement green ``x``, ignored grey ``.``.
Default colours come from the palettes of Okabe and Ito and of Paul Tol (see
`seglearn.data.labels`); ``hatch=True`` adds a second cue for print and for colour-blind readers.

Call `use_style` once in a notebook's set-up cell. Figures are light cards with dark text, so they
read equally well in a light and in a dark notebook, on a projector and in print.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Patch, PathPatch
from matplotlib.path import Path

from seglearn.data.encodings import mask_to_polygons
from seglearn.data.labels import IGNORE_COLOR, ClassTable, Palette, check_ids

TRUTH = "#0072B2"
PREDICTION = "#D55E00"
AGREEMENT = "#009E73"
IGNORE = "#{:02X}{:02X}{:02X}".format(*IGNORE_COLOR)
NEITHER = "#F2F2F2"

DISTINCT = (
    *("#0072B2", "#EE8026", "#000000", "#99DDFF", "#BB5566", "#EEEEBB", "#222255"),
    *("#72190E", "#BA8DB4", "#F0E442", "#DC050C", "#009988", "#56B4E9", "#663333"),
    *("#4EB265", "#225555", "#117733", "#004488", "#DDCC77", "#994F88", "#5289C7"),
)
"""Colours for classes that bring none, in order of use: each is the one farthest from those before.

Smallest CIEDE2000 difference among the first 5, 8, 11 and 21 for normal, deuteranopic or protanopic
sight: 22.4, 19.0, 14.2, 8.9.
"""

HATCHES = ("", "//", "\\\\", "xx", "--", "||", "++", "oo")
IGNORE_HATCH = ".."

INK = "#1A1A1A"
CARD = "#F7F7F5"
WIDTH, MAX_HEIGHT = 8.0, 6.0  # of an image, in inches


# --------------------------------------------------------------------------------------------------
# Style
# --------------------------------------------------------------------------------------------------


def style() -> dict[Any, Any]:
    """Return the course's matplotlib settings, for ``matplotlib.rc_context(show.style())``."""
    return {
        "figure.figsize": (WIDTH, 4.5),
        "figure.dpi": 100,
        "figure.facecolor": CARD,
        "figure.constrained_layout.use": True,
        "savefig.facecolor": "auto",
        "savefig.dpi": "figure",
        "axes.facecolor": CARD,
        "axes.edgecolor": INK,
        "axes.labelcolor": INK,
        "axes.titlecolor": INK,
        "axes.titlesize": 14,
        "axes.labelsize": 13,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.prop_cycle": cycler(
            color=[TRUTH, PREDICTION, AGREEMENT, "#CC79A7", "#56B4E9", "#E69F00", "#595F66"]
        ),
        "font.size": 13,
        "text.color": INK,
        "xtick.color": INK,
        "ytick.color": INK,
        "xtick.labelsize": 12,
        "ytick.labelsize": 12,
        "legend.fontsize": 12,
        "legend.facecolor": CARD,
        "legend.edgecolor": "none",
        "legend.framealpha": 0.85,
        "lines.linewidth": 2,
        "hatch.linewidth": 0.8,
        "image.cmap": "gray",
    }


@contextmanager
def _styled() -> Iterator[None]:
    """Draw in the course's style; keep what the notebook's backend sets when it first wakes up.

    Leaving `rc_context` also takes back ``interactive``, and figures would no longer show by themselves.
    """
    with mpl.rc_context(style()):
        yield
        interactive = mpl.is_interactive()
    mpl.interactive(interactive)


def use_style() -> None:
    """Make `style` the default of every figure drawn from now on."""
    mpl.rcParams.update(style())


# --------------------------------------------------------------------------------------------------
# What an id is called and how it is painted
# --------------------------------------------------------------------------------------------------

Classes = ClassTable | Sequence[str] | None


@dataclass(frozen=True)
class _Key:
    """One entry of a legend."""

    name: str
    color: tuple[float, float, float]
    hatch: str

    @property
    def ink(self) -> str:
        """Colour of the hatch lines: readable on the key's colour."""
        r, g, b = self.color
        return "#FFFFFF" if 0.299 * r + 0.587 * g + 0.114 * b < 0.45 else "#404040"

    def patch(self, hatch: bool) -> Patch:
        name = textwrap.fill(self.name, 22)
        return Patch(
            facecolor=self.color,
            edgecolor=self.ink if hatch and self.hatch else "#404040",
            hatch=self.hatch if hatch else "",
            linewidth=0.5,
            label=name,
        )


def _label_map(labels: Any, name: str = "labels") -> np.ndarray:
    array = np.asarray(labels)
    if array.ndim != 2:
        raise ValueError(
            f"{name} must have shape (H, W), not {array.shape}. For scores (C, H, W) take "
            "argmax(axis=0) first."
        )
    if array.dtype.kind not in "iub":
        raise TypeError(
            f"{name} must hold integers or booleans, not {array.dtype}. Label maps are never floats: "
            "convert whole numbers with .astype(np.uint8)."
        )
    return array


def _image(image: Any, name: str = "image") -> np.ndarray:
    array = np.asarray(image)
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] not in (3, 4)):
        raise ValueError(
            f"{name} must have shape (H, W), (H, W, 3) or (H, W, 4), not {array.shape}. A tensor "
            "(C, H, W) becomes one with np.moveaxis(x, 0, -1); of more bands, choose three."
        )
    if array.dtype == np.uint8:
        array = array.astype(np.float32) / 255
    if array.dtype.kind != "f":
        raise TypeError(
            f"{name} must be float in [0, 1] or uint8, not {array.dtype}. Divide by the sensor's "
            "largest value."
        )
    if not ((array >= 0) & (array <= 1)).all():
        raise ValueError(
            f"{name} must lie in [0, 1]; it spans {array.min():g} to {array.max():g}. Scale it, or "
            "clip it yourself with np.clip so that you know what is lost."
        )
    return array


def _same_size(shape: tuple[int, ...], other: tuple[int, ...], names: str) -> None:
    if shape[:2] != other[:2]:
        raise ValueError(
            f"{names} must have the same height and width, not {shape[:2]} and {other[:2]}. "
            "Resize images, never label maps with interpolation."
        )


def _keys(
    labels: np.ndarray, classes: Classes, ignore_index: int | None, palette: Palette
) -> dict[int, _Key]:
    """Name and colour of every id that occurs in `labels`; unknown ids are an error."""
    present = [int(i) for i in np.unique(labels)]
    if labels.dtype == bool:
        mask = {0: _Key("background", to_rgb(NEITHER), ""), 1: _Key("object", to_rgb(TRUTH), "//")}
        return {i: mask[i] for i in present}
    if isinstance(classes, ClassTable):
        if ignore_index is None or ignore_index in classes.ids:
            check_ids(labels, classes)
        else:
            check_ids(labels[labels != ignore_index], classes)
        colors = classes.colors(palette) / 255
        keys = {
            c.id: _Key(
                c.name if not c.ignored or c.name == "ignored" else f"{c.name} (ignored)",
                to_rgb(IGNORE) if c.ignored else (color[0], color[1], color[2]),
                IGNORE_HATCH if c.ignored else HATCHES[i % len(HATCHES)],
            )
            for i, (c, color) in enumerate(zip(classes, colors, strict=True))
        }
    elif isinstance(classes, str):
        raise TypeError(
            f"classes must be a ClassTable or a list of names, not the text {classes!r}."
        )
    else:
        ids = [i for i in present if i != ignore_index] if classes is None else range(len(classes))
        keys = {
            i: _Key(
                str(i) if classes is None else str(classes[i]),
                to_rgb(DISTINCT[k and 1 + (k - 1) % (len(DISTINCT) - 1)]),  # the first comes once
                HATCHES[k % len(HATCHES)],
            )
            for k, i in enumerate(ids)
        }
    if ignore_index is not None:
        keys[ignore_index] = _Key("ignored", to_rgb(IGNORE), IGNORE_HATCH)
    unknown = [i for i in present if i not in keys]
    if unknown:
        raise ValueError(
            f"labels hold {', '.join(map(str, unknown[:10]))}, but there are only {len(keys)} classes "
            f"({', '.join(k.name for k in keys.values())}). Add the missing names, or pass "
            "ignore_index."
        )
    return {i: keys[i] for i in present}


def _paint(labels: np.ndarray, keys: dict[int, _Key]) -> np.ndarray:
    """Colour a label map, ``(H, W, 3)`` float."""
    ids, inverse = np.unique(labels, return_inverse=True)
    colors = np.array([keys[int(i)].color for i in ids], np.float32).reshape(-1, 3)
    return colors[inverse.reshape(labels.shape)]


def _draw_hatches(ax: Axes, labels: np.ndarray, keys: dict[int, _Key], all_classes: bool) -> None:
    """Hatch the regions of all classes, or of the ignored ones only."""
    for i, key in keys.items():
        if not key.hatch or not (all_classes or key.hatch == IGNORE_HATCH):
            continue
        rings = mask_to_polygons(labels == i)
        if not rings:
            continue
        path = Path.make_compound_path(
            *(Path(np.vstack([ring, ring[:1]]) - 0.5, closed=True) for ring in rings)
        )
        ax.add_patch(
            PathPatch(path, facecolor="none", edgecolor=key.ink, hatch=key.hatch, linewidth=0)
        )


def _draw_labels(ax: Axes, labels: np.ndarray, keys: dict[int, _Key], hatch: bool) -> None:
    ax.imshow(_paint(labels, keys), interpolation="nearest")
    _draw_hatches(ax, labels, keys, hatch)


# --------------------------------------------------------------------------------------------------
# Axes and legends
# --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Layout:
    """Where the legend of one image goes, and how large a figure holds both, in inches."""

    below: bool
    columns: int
    figsize: tuple[float, float]


def _layout(shape: tuple[int, ...], patches: Sequence[Patch], width: float = WIDTH) -> _Layout:
    """Put the legend beside the image if both fit there, otherwise below."""
    aspect = shape[0] / max(shape[1], 1)
    title = 0.5
    legend_width, legend_height = _legend_size(patches, 1)
    image_height = min((width - legend_width - 0.2) * aspect, MAX_HEIGHT)
    image_width = image_height / aspect
    if aspect > 1 / 1.6 and image_width > width / 3 and legend_height < image_height + 0.3:
        height = max(image_height, legend_height) + title
        return _Layout(False, 1, (image_width + legend_width + 0.2, height))
    columns = _columns(patches, width)
    image_height = min(width * aspect, MAX_HEIGHT)
    legend_height = _legend_size(patches, columns)[1]
    return _Layout(True, columns, (width, image_height + legend_height + title))


def _legend_size(patches: Sequence[Patch], columns: int) -> tuple[float, float]:
    """Width and height of a legend in inches, estimated for 12-point text."""
    if not patches:
        return 0.0, 0.0
    lines = [str(p.get_label()).split("\n") for p in patches]
    parts = [[lines[k] for k in part] for part in np.array_split(range(len(lines)), columns)]
    width = sum(0.8 + 0.095 * max(len(t) for entry in part for t in entry) for part in parts)
    height = max(sum(0.09 + 0.2 * len(entry) for entry in part) for part in parts)
    return width, height


def _columns(patches: Sequence[Patch], width: float) -> int:
    """How many legend columns fit into `width` inches."""
    fitting = [n for n in range(1, len(patches) + 1) if _legend_size(patches, n)[0] <= width]
    return max(fitting, default=1)


def _axes(ax: Axes | None, shape: tuple[int, ...], patches: Sequence[Patch] = ()) -> Axes:
    """Return `ax`, or the axes of a new figure for an image of this shape, with the legend outside."""
    if ax is None:
        layout = _layout(shape, patches)
        figure, ax = plt.subplots(figsize=layout.figsize)
        if patches:  # the layout engine keeps "outside" legends off the axes
            figure.legend(
                handles=list(patches),
                loc="outside lower center" if layout.below else "outside right upper",
                ncols=layout.columns,
                frameon=False,
            )
    elif patches:
        box = ax.get_window_extent().transformed(ax.figure.dpi_scale_trans.inverted())
        layout = _layout(shape, patches, box.width)
        ax.legend(
            handles=list(patches),
            loc="upper center" if layout.below else "upper left",
            bbox_to_anchor=(0.5, 0.0) if layout.below else (1.0, 1.0),
            ncols=layout.columns,
            borderaxespad=0.6,
            frameon=False,
        )
    return ax


def _bare(ax: Axes, title: str | None) -> None:
    """Leave only a thin frame around the picture."""
    ax.set_xticks([])
    ax.set_yticks([])
    for spine in ax.spines.values():
        spine.set(visible=True, color="#808080", linewidth=0.8)
    if title is not None:
        ax.set_title(textwrap.fill(title, 40))


def _patches(keys: dict[int, _Key], hatch: bool) -> list[Patch]:
    return [
        key.patch(hatch or key.hatch == IGNORE_HATCH)
        for _, key in sorted(keys.items(), key=lambda item: item[1].hatch == IGNORE_HATCH)
    ]


# --------------------------------------------------------------------------------------------------
# Drawing
# --------------------------------------------------------------------------------------------------


@_styled()
def show_image(image: np.ndarray, *, ax: Axes | None = None, title: str | None = None) -> Axes:
    """Draw an image without axes.

    Parameters
    ----------
    image : (H, W), (H, W, 3) or (H, W, 4) ndarray
        Float in [0, 1], or uint8. Grey values are drawn from 0 (black) to 1 (white), never stretched.
    ax : matplotlib Axes, optional
        Where to draw; by default a new figure.
    title : str, optional
        Title above the image.

    Returns
    -------
    matplotlib Axes
    """
    array = _image(image)
    ax = _axes(ax, array.shape)
    ax.imshow(array, cmap="gray", vmin=0, vmax=1)
    _bare(ax, title)
    return ax


@_styled()
def show_labels(
    labels: np.ndarray,
    classes: Classes = None,
    *,
    ignore_index: int | None = None,
    palette: Palette = "safe",
    hatch: bool = False,
    legend: bool = True,
    ax: Axes | None = None,
    title: str | None = None,
) -> Axes:
    """Draw a label map in colours, with a legend of the classes that occur.

    Parameters
    ----------
    labels : (H, W) ndarray of int or bool
        Ids; a boolean mask is drawn as *background* and *object*, whatever `classes` says.
    classes : ClassTable or list of str, optional
        What the ids mean: a table of `seglearn.data.labels`, or names for 0, 1, 2 …. Without it,
        ids are named by their numbers (superpixels, instances).
    ignore_index : int, optional
        Id that is drawn as ignored, in addition to the table's own ignored ids.
    palette : {"safe", "official"}
        Colour-blind-safe colours, or those of the data set's authors.
    hatch : bool
        Hatch each class as well.
    legend : bool
        Name the classes beside the image. Maps of more than 24 unnamed ids have no legend.
    ax : matplotlib Axes, optional
        Where to draw; by default a new figure.
    title : str, optional
        Title above the image.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    TypeError, ValueError
        If `labels` is not an integer map, or holds an id that `classes` does not name.
    """
    array = _label_map(labels)
    keys = _keys(array, classes, ignore_index, palette)
    patches = _patches(keys, hatch) if legend and _worth_naming(keys, classes) else []
    ax = _axes(ax, array.shape, patches)
    _draw_labels(ax, array, keys, hatch)
    _bare(ax, title)
    return ax


def _worth_naming(keys: dict[int, _Key], classes: Classes) -> bool:
    return classes is not None or len(keys) <= 24


@_styled()
def overlay(
    image: np.ndarray,
    labels: np.ndarray,
    classes: Classes = None,
    *,
    alpha: float = 0.5,
    hide: Collection[int] = (),
    ignore_index: int | None = None,
    palette: Palette = "safe",
    hatch: bool = False,
    legend: bool = True,
    ax: Axes | None = None,
    title: str | None = None,
) -> Axes:
    """Draw a label map as a tint over its image.

    Parameters
    ----------
    image : (H, W), (H, W, 3) or (H, W, 4) ndarray
        Float in [0, 1], or uint8.
    labels : (H, W) ndarray of int or bool
        Ids. Of a boolean mask only the True pixels are tinted.
    classes : ClassTable or list of str, optional
        As in `show_labels`.
    alpha : float
        Strength of the tint: 0 shows the image, 1 the labels. Ignored pixels are not tinted, only
        dotted.
    hide : collection of int
        Ids to leave untinted, for example 0 for VOC's background.
    ignore_index, palette, hatch, legend, ax, title
        As in `show_labels`.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    TypeError, ValueError
        As `show_labels`; also if sizes differ or `alpha` is not in [0, 1].
    """
    picture, array = _image(image), _label_map(labels)
    _same_size(picture.shape, array.shape, "image and labels")
    if not 0 <= alpha <= 1:
        raise ValueError(f"alpha must lie in [0, 1], not {alpha}.")
    keys = _keys(array, classes, ignore_index, palette)
    hidden = {*hide, 0} if array.dtype == bool else set(hide)
    shown = {i: key for i, key in keys.items() if i not in hidden}
    tinted = [i for i, key in shown.items() if key.hatch != IGNORE_HATCH]

    patches = _patches(shown, hatch) if legend and _worth_naming(keys, classes) else []
    ax = _axes(ax, array.shape, patches)
    show_image(picture, ax=ax, title=title)
    tint = np.dstack([_paint(array, keys), np.where(np.isin(array, tinted), alpha, 0)])
    ax.imshow(tint, interpolation="nearest")
    _draw_hatches(ax, array, shown, hatch)
    return ax


Panel = np.ndarray | Callable[[Axes], Any]


@_styled()
def side_by_side(
    panels: Sequence[Panel],
    titles: Sequence[str] | None = None,
    *,
    classes: Classes = None,
    ignore_index: int | None = None,
    palette: Palette = "safe",
    hatch: bool = False,
    legend: bool = True,
    columns: int | None = None,
) -> tuple[Figure, np.ndarray]:
    """Draw images and label maps next to each other, with one legend and one zoom for all.

    Parameters
    ----------
    panels : sequence
        All of one height and width. Float arrays, and uint8 arrays with channels, are images;
        2-D integer arrays are label maps, 2-D boolean arrays masks; a function is called with its Axes, so that a
        panel can be ``lambda ax: show.overlay(image, labels, ax=ax, legend=False)``.
    titles : sequence of str, optional
        One for each panel.
    classes, ignore_index, palette, hatch
        As in `show_labels`, for all label maps.
    legend : bool
        Name all classes that occur in any panel, below the panels.
    columns : int, optional
        Panels in a row; by default all, at most four.

    Returns
    -------
    figure : matplotlib Figure
    axes : ndarray of matplotlib Axes
        One for each panel, 1-D.

    Raises
    ------
    TypeError, ValueError
        If there is no panel, if numbers of panels and titles differ, or sizes differ.
    """
    if len(panels) == 0:
        raise ValueError("panels is empty; pass at least one image or label map.")
    if titles is not None and len(titles) != len(panels):
        raise ValueError(f"{len(panels)} panels need {len(panels)} titles, not {len(titles)}.")
    arrays = [p if callable(p) else np.asarray(p) for p in panels]
    shapes = [p.shape for p in arrays if isinstance(p, np.ndarray)]
    for k, shape in enumerate(shapes):
        _same_size(shapes[0], shape, f"panels 0 and {k}")
    maps = [p for p in arrays if isinstance(p, np.ndarray) and _is_label_map(p) and p.dtype != bool]
    keys: dict[int, _Key] = {}
    if maps:
        together = np.concatenate([m.ravel() for m in maps])[None]
        keys = _keys(together, classes, ignore_index, palette)

    columns = min(len(panels), 4) if columns is None else columns
    if columns < 1:
        raise ValueError(f"columns must be at least 1, not {columns}.")
    rows = -(-len(panels) // columns)
    height, width = shapes[0][:2] if shapes else (3, 4)
    panel_height = WIDTH / columns * height / width + (0.45 if titles is not None else 0.1)
    patches = _patches(keys, hatch) if legend and _worth_naming(keys, classes) else []
    legend_columns = _columns(patches, WIDTH)
    figure, grid = plt.subplots(
        rows,
        columns,
        figsize=(WIDTH, rows * panel_height + _legend_size(patches, legend_columns)[1]),
        sharex=True,
        sharey=True,
        squeeze=False,
        layout="compressed",
    )
    axes = grid.ravel()
    for ax in axes[len(panels) :]:
        ax.remove()
    axes = axes[: len(panels)]
    for k, (ax, panel) in enumerate(zip(axes, arrays, strict=True)):
        title = None if titles is None else titles[k]
        if not isinstance(panel, np.ndarray):
            panel(ax)
            _bare(ax, title)
        elif _is_label_map(panel):
            own = keys if panel.dtype != bool else _keys(panel, None, None, palette)
            _draw_labels(ax, panel, own, hatch)
            _bare(ax, title)
        else:
            show_image(panel, ax=ax, title=title)
    if patches:
        figure.legend(
            handles=patches, loc="outside lower center", ncols=legend_columns, frameon=False
        )
    return figure, axes


def _is_label_map(panel: np.ndarray) -> bool:
    return panel.ndim == 2 and panel.dtype.kind in "iub"


@_styled()
def difference(
    truth: np.ndarray,
    prediction: np.ndarray,
    *,
    class_id: int | None = None,
    ignore_index: int | None = None,
    hatch: bool = True,
    legend: bool = True,
    ax: Axes | None = None,
    title: str | None = None,
) -> Axes:
    """Draw where a prediction agrees with the truth.

    For label maps of several classes: agree, disagree, ignored. For one class (`class_id`) or for
    boolean masks: in both (true positive), in the truth only (false negative, missed), in the
    prediction only (false positive, false alarm), in neither.

    Parameters
    ----------
    truth, prediction : (H, W) ndarray of int or bool
        Label maps, or two masks.
    class_id : int, optional
        Compare this class alone against all others.
    ignore_index : int, optional
        Pixels whose **truth** has this id are ignored.
    hatch, legend, ax, title
        As in `show_labels`; hatches are on by default.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    TypeError, ValueError
        If the maps are not integer maps of one size, or only one of them is boolean.
    """
    t, p = _label_map(truth, "truth"), _label_map(prediction, "prediction")
    _same_size(t.shape, p.shape, "truth and prediction")
    if (t.dtype == bool) != (p.dtype == bool):
        raise TypeError(
            f"truth is {t.dtype} and prediction {p.dtype}; compare two masks or two label maps. "
            "A mask of one class is labels == id."
        )
    neither, both = _Key("in neither", to_rgb(NEITHER), ""), "xx"
    if class_id is not None or t.dtype == bool:
        positive = True if class_id is None else class_id
        code = (t == positive) + 2 * (p == positive)
        keys = {
            3: _Key("in both (TP)", to_rgb(AGREEMENT), both),
            1: _Key("truth only (FN)", to_rgb(TRUTH), "//"),
            2: _Key("prediction only (FP)", to_rgb(PREDICTION), "\\\\"),
            0: neither,
        }
    else:
        code = (t != p).astype(int)
        keys = {
            0: _Key("agree", to_rgb(AGREEMENT), ""),
            1: _Key("disagree", to_rgb(PREDICTION), "\\\\"),
        }
    if ignore_index is not None:
        code = np.where(t == ignore_index, -1, code)
        keys[-1] = _Key("ignored", to_rgb(IGNORE), IGNORE_HATCH)
    present = {i: key for i, key in keys.items() if (code == i).any()}

    patches = _patches(present, hatch) if legend else []
    ax = _axes(ax, code.shape, patches)
    _draw_labels(ax, code, present, hatch)
    _bare(ax, title)
    return ax
