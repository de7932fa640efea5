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
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Patch, PathPatch
from matplotlib.path import Path
from numpy.typing import NDArray

from seglearn import inputs
from seglearn.data.encodings import mask_to_polygons
from seglearn.data.labels import IGNORE_COLOR, ClassTable, LabelClass, Palette, check_ids
from seglearn.metrics.intervals import mean_interval
from seglearn.words import say, say_many

if TYPE_CHECKING:
    from seglearn.imaging.spectra import Sensor

TRUTH = "#0072B2"
PREDICTION = "#D55E00"
AGREEMENT = "#009E73"
IGNORE = "#{:02X}{:02X}{:02X}".format(*IGNORE_COLOR)
NEITHER = "#F2F2F2"

DISTINCT = (
    *("#994F88", "#F7F056", "#CCEEFF", "#6B5A1E", "#000000", "#999933", "#222255"),
    *("#77AADD", "#CCDDAA", "#BB5566", "#663333", "#CC79A7", "#CCBB44", "#42150A"),
    *("#EE6677", "#882255", "#88CCEE", "#8E7CC3", "#332288", "#EEDD88", "#72190E"),
)
"""Colours for classes that bring none, in order of use: each is the one farthest from those before.

None is a role's: 20 CIEDE2000 or more from each. Smallest difference among the first 5, 8, 11 and
21 for normal, deuteranopic or protanopic sight: 32.8, 18.8, 13.5, 7.6.
"""

SERIES = ("#882255", "#8E7CC3", "#999933", "#6B5A1E", "#CC6677", "#1A1A1A")
"""Colours of lines and bars, which are neither truth nor prediction: 23 CIEDE2000 or more from those of the roles and
from each other, 14 from each other for deuteranopic and protanopic sight."""

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
        "axes.prop_cycle": cycler(color=SERIES),
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


def _name(found: LabelClass) -> str:
    name = say(found.name)
    if not found.ignored or found.name == "ignored":
        return name
    return say("{name} (ignored)", name=name)


def _image(image: Any, name: str = "image") -> np.ndarray:
    return inputs.image(image, name, eight_bit=True, alpha=True, one_channel=True)


def _keys(
    labels: np.ndarray, classes: Classes, ignore_index: int | None, palette: Palette
) -> dict[int, _Key]:
    """Name and colour of every id that occurs in `labels`; unknown ids are an error."""
    present = [int(i) for i in np.unique(labels)]
    if ignore_index is not None:
        ignore_index = inputs.whole(ignore_index, "ignore_index")
    if labels.dtype == bool:
        mask = {
            0: _Key(say("background"), to_rgb(NEITHER), ""),
            1: _Key(say("object"), to_rgb(TRUTH), "//"),
        }
        return {i: mask[i] for i in present}
    if isinstance(classes, ClassTable):
        if ignore_index is None or ignore_index in classes.ids:
            check_ids(labels, classes)
        else:
            check_ids(labels[labels != ignore_index], classes)
        colors = classes.colors(palette) / 255
        keys = {
            c.id: _Key(
                _name(c),
                to_rgb(IGNORE) if c.ignored else (color[0], color[1], color[2]),
                IGNORE_HATCH if c.ignored else HATCHES[i % len(HATCHES)],
            )
            for i, (c, color) in enumerate(zip(classes, colors, strict=True))
        }
    elif isinstance(classes, str):
        raise TypeError(
            say(
                "classes must be a ClassTable or a list of names, not the text {text!r}.",
                text=classes,
            )
        )
    else:
        ids = [i for i in present if i != ignore_index] if classes is None else range(len(classes))
        keys = {
            i: _Key(
                str(i) if classes is None else say(str(classes[i])),
                to_rgb(DISTINCT[k and 1 + (k - 1) % (len(DISTINCT) - 1)]),  # the first comes once
                HATCHES[k % len(HATCHES)],
            )
            for k, i in enumerate(ids)
        }
    if ignore_index is not None:
        keys[ignore_index] = _Key(say("ignored"), to_rgb(IGNORE), IGNORE_HATCH)
    unknown = [i for i in present if i not in keys]
    if unknown:
        raise ValueError(
            say(
                "labels hold {ids}, but there are only {n} classes ({names}). Add the missing names, "
                "or pass ignore_index.",
                ids=", ".join(map(str, unknown[:10])),
                n=len(keys),
                names=", ".join(key.name for key in keys.values()),
            )
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

    Raises
    ------
    TypeError, ValueError
        If the image is not as above, is masked, or has no pixel.
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
    array = inputs.label_map(labels)
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
    picture, array = _image(image), inputs.label_map(labels)
    inputs.same_shape(picture.shape[:2], array.shape, say("image and labels"))
    alpha = inputs.number(alpha, "alpha", 0, 1)
    keys = _keys(array, classes, ignore_index, palette)
    hidden = {inputs.whole(i, say("an id in hide")) for i in hide}
    if array.dtype == bool:
        hidden.add(0)
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
        All of one height and width. Float arrays, and uint8 arrays with channels, are images; 2-D
        integer arrays are label maps, 2-D boolean arrays masks. So a label map that was read as
        RGB is drawn as the picture that it is. A function is called with its Axes, so that a panel
        can be ``lambda ax: show.overlay(image, labels, ax=ax, legend=False)``. A legend that it
        draws moves into the one below the panels.
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
        If there is no panel, a panel is neither image nor label map, numbers of panels and titles
        differ, or sizes differ.
    """
    if len(panels) == 0:
        raise ValueError(say("panels is empty; pass at least one image or label map."))
    if titles is not None and len(titles) != len(panels):
        raise ValueError(
            say("{n} panels need {n} titles, not {given}.", n=len(panels), given=len(titles))
        )
    arrays = [p if callable(p) else _panel(p, f"panels[{k}]") for k, p in enumerate(panels)]
    shapes = {k: p.shape[:2] for k, p in enumerate(arrays) if isinstance(p, np.ndarray)}
    first = min(shapes, default=0)
    for k, shape in shapes.items():
        inputs.same_shape(shapes[first], shape, say("panels {one} and {other}", one=first, other=k))
    maps = [p for p in arrays if isinstance(p, np.ndarray) and _is_label_map(p) and p.dtype != bool]
    keys: dict[int, _Key] = {}
    if maps:
        together = np.concatenate([m.ravel() for m in maps])[None]
        keys = _keys(together, classes, ignore_index, palette)

    columns = min(len(panels), 4) if columns is None else inputs.whole(columns, "columns", 1)
    rows = -(-len(panels) // columns)
    height, width = shapes.get(first, (3, 4))
    panel_height = WIDTH / columns * height / width + (0.45 if titles is not None else 0.1)
    patches = _patches(keys, hatch) if legend and _worth_naming(keys, classes) else []
    figure, grid = plt.subplots(
        rows,
        columns,
        figsize=(WIDTH, rows * panel_height),
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
            patches += _taken_legend(ax, patches)
        elif _is_label_map(panel):
            own = keys if panel.dtype != bool else _keys(panel, None, None, palette)
            _draw_labels(ax, panel, own, hatch)
            _bare(ax, title)
        else:
            show_image(panel, ax=ax, title=title)
    if patches:
        legend_columns = _columns(patches, WIDTH)
        figure.set_figheight(rows * panel_height + _legend_size(patches, legend_columns)[1])
        figure.legend(
            handles=patches, loc="outside lower center", ncols=legend_columns, frameon=False
        )
    return figure, axes


def _taken_legend(ax: Axes, known: Sequence[Patch]) -> list[Patch]:
    """Take away the legend of patches that a panel drew; return its entries that are not `known`."""
    legend = ax.get_legend()
    entries = legend.legend_handles if legend is not None else []
    patches = [handle for handle in entries if isinstance(handle, Patch)]
    if legend is None or len(patches) < len(entries):
        return []
    legend.remove()
    for patch, text in zip(patches, legend.get_texts(), strict=True):
        patch.set_label(text.get_text())
    names = {patch.get_label() for patch in known}
    return [patch for patch in patches if patch.get_label() not in names]


def _panel(panel: Any, name: str) -> np.ndarray:
    array = inputs.array(panel, name)
    return inputs.label_map(array, name) if _is_label_map(array) else _image(array, name)


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
    t, p = inputs.label_map(truth, "truth"), inputs.label_map(prediction, "prediction")
    inputs.same_shape(t.shape, p.shape)
    if (t.dtype == bool) != (p.dtype == bool):
        raise TypeError(
            say(
                "truth is {truth} and prediction {prediction}; compare two masks or two label maps. "
                "A mask of one class is labels == id.",
                truth=t.dtype,
                prediction=p.dtype,
            )
        )
    neither, both = _Key(say("in neither"), to_rgb(NEITHER), ""), "xx"
    if class_id is not None or t.dtype == bool:
        positive = True if class_id is None else inputs.whole(class_id, "class_id")
        code = (t == positive) + 2 * (p == positive)
        keys = {
            3: _Key(say("in both"), to_rgb(AGREEMENT), both),
            1: _Key(say("truth only"), to_rgb(TRUTH), "//"),
            2: _Key(say("prediction only"), to_rgb(PREDICTION), "\\\\"),
            0: neither,
        }
    else:
        code = (t != p).astype(int)
        keys = {
            0: _Key(say("agree"), to_rgb(AGREEMENT), ""),
            1: _Key(say("disagree"), to_rgb(PREDICTION), "\\\\"),
        }
    if ignore_index is not None:
        ignore_index = inputs.whole(ignore_index, "ignore_index")
        code = np.where(t == ignore_index, -1, code)
        keys[-1] = _Key(say("ignored"), to_rgb(IGNORE), IGNORE_HATCH)
    present = {i: key for i, key in keys.items() if (code == i).any()}

    patches = _patches(present, hatch) if legend else []
    ax = _axes(ax, code.shape, patches)
    _draw_labels(ax, code, present, hatch)
    _bare(ax, title)
    return ax


@_styled()
def sensor_bands(
    sensors: Mapping[str, Sensor], wavelengths_um: np.ndarray, spectrum: np.ndarray | None = None
) -> Figure:
    """Draw where sensors look: one row a sensor, one hump a band, over a spectrum if there is one.

    A band has about the colour of its light; what the eye cannot see is drawn in the dark red of
    the last that it can.

    Parameters
    ----------
    sensors : mapping of str to seglearn.imaging.spectra.Sensor
        By the name to write above the row.
    wavelengths_um : (L,) array of float
        In micrometres, ascending.
    spectrum : (L,) array of float, optional
        Drawn in black, the same in every row.

    Returns
    -------
    matplotlib Figure

    Raises
    ------
    TypeError, ValueError
        If there is no sensor, a band of one lies outside the wavelengths, or the spectrum does not
        have one value a wavelength.
    """
    if not sensors:
        raise ValueError(
            say("sensors is empty; pass at least one, such as {'RGB': spectra.CAMERA}.")
        )
    responses = {name: sensor.response(wavelengths_um) for name, sensor in sensors.items()}
    if spectrum is not None:
        spectrum = inputs.finite(inputs.floats(spectrum, "spectrum"), "spectrum")
        inputs.same_shape(
            np.shape(wavelengths_um), spectrum.shape, say("wavelengths_um and spectrum")
        )
    figure, axes = plt.subplots(
        len(sensors), sharex=True, squeeze=False, figsize=(WIDTH, 0.4 + 1.1 * len(sensors))
    )
    for ax, (name, sensor) in zip(axes[:, 0], sensors.items(), strict=True):
        for row, centre in zip(responses[name], sensor.centres_um, strict=True):
            color = plt.get_cmap("turbo")(float(np.clip((centre - 0.37) / 0.36, 0, 1)))
            ax.fill_between(wavelengths_um, row / row.max(), color=color, alpha=0.5)
        if spectrum is not None:
            ax.plot(wavelengths_um, spectrum / max(spectrum.max(), 1e-12), color=INK, linewidth=1)
        n_bands = len(sensor.bands)
        ax.set(yticks=[], ylim=(0, 1.05))
        title = say_many("{name}: {n} band", "{name}: {n} bands", n_bands, name=name)
        ax.set_title(title, loc="left", fontsize=12)
    axes[-1, 0].set_xlabel(say("wavelength (µm)"))
    return figure


@_styled()
def shares(
    counts: np.ndarray, names: Sequence[str], *, ax: Axes | None = None, title: str | None = None
) -> Axes:
    """Draw a table of counts as shares of each row, in percent; those of 10 % or less get no number.

    Parameters
    ----------
    counts : (K, K) ndarray of int
        Rows are what things are, columns what they were called.
    names : sequence of str
        Of the K classes.
    ax : matplotlib Axes, optional
        Where to draw; by default a new figure.
    title : str, optional
        Title above the table.

    Returns
    -------
    matplotlib Axes
        A row without counts stays empty.

    Raises
    ------
    TypeError, ValueError
        If the counts are not a square table of numbers, negative, or have another number of names.
    """
    table = inputs.finite(inputs.floats(counts, "counts"), "counts")
    if table.shape != (len(names), len(names)) or (table < 0).any():
        raise ValueError(
            say(
                "counts must be a square table of numbers from 0 with {n} rows, one a name; got shape "
                "{shape}.",
                n=len(names),
                shape=table.shape,
            )
        )
    if ax is None:
        _, ax = plt.subplots(figsize=(WIDTH, WIDTH))
    total = table.sum(axis=1, keepdims=True)
    share = np.divide(table, total, out=np.zeros_like(table), where=total > 0)
    ax.imshow(share, cmap="Blues", vmin=0, vmax=1)
    for (row, column), value in np.ndenumerate(share):
        if value > 0.1:
            ink = "white" if value > 0.5 else INK
            ax.text(column, row, f"{100 * value:.0f}", color=ink, ha="center", va="center")
    called = [say(name) for name in names]
    ax.set_xticks(range(len(names)), called, rotation=55, ha="right", fontsize=10)
    ax.set_yticks(range(len(names)), called, fontsize=10)
    if title is not None:
        ax.set_title(title)
    return ax


# --------------------------------------------------------------------------------------------------
# Numbers
# --------------------------------------------------------------------------------------------------


@_styled()
def table(
    values: Sequence[Sequence[float]] | np.ndarray,
    rows: Sequence[str],
    columns: Sequence[str],
    *,
    digits: int = 1,
    limits: tuple[float, float] | None = None,
    ylabel: str | None = None,
    ax: Axes | None = None,
    title: str | None = None,
) -> Axes:
    """Draw a table of numbers, darker where they are larger; the best of each row is bold.

    Parameters
    ----------
    values : (R, C) array_like of float
        The largest of a row is its best.
    rows, columns : sequence of str
        R and C names. A column's name breaks at its spaces.
    digits : int
        Digits after the point.
    limits : (float, float), optional
        The values of the lightest and the darkest cell; by default the smallest and the largest.
    ylabel : str, optional
        What the rows are.
    ax : matplotlib Axes, optional
        Where to draw; by default a new figure.
    title : str, optional
        Title above the table.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    TypeError, ValueError
        If the values are no table of finite numbers of that size.
    """
    numbers = inputs.finite(inputs.floats(values, "values"), "values")
    if numbers.shape != (len(rows), len(columns)) or not numbers.size:
        raise ValueError(
            say(
                "values has shape {shape}, but there are {rows} rows and {columns} columns; give each "
                "cell its number",
                shape=numbers.shape,
                rows=len(rows),
                columns=len(columns),
            )
        )
    low, high = (numbers.min(), numbers.max()) if limits is None else limits
    names = [name.replace(" ", "\n") for name in columns]
    if ax is None:
        lines = 0.2 * max(name.count("\n") + 1 for name in names)
        ax = plt.subplots(figsize=(WIDTH, 0.8 + lines + 0.42 * len(rows)))[1]
    ax.imshow(numbers, cmap="Blues", aspect="auto", vmin=low, vmax=high)
    for (r, c), number in np.ndenumerate(numbers):
        dark = number - low > 0.55 * (high - low)
        best = number == numbers[r].max()
        ax.text(
            c,
            r,
            f"{number:.{digits}f}",
            ha="center",
            va="center",
            color="white" if dark else INK,
            fontweight="bold" if best else "normal",
        )
    ax.set_xticks(range(len(names)), names)
    ax.set_yticks(range(len(rows)), rows)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    ax.set(ylabel=ylabel, title=title)
    return ax


@_styled()
def bars(
    heights: dict[str, Sequence[float]],
    names: Sequence[str],
    *,
    digits: int = 2,
    ylabel: str | None = None,
    ax: Axes | None = None,
    title: str | None = None,
) -> Axes:
    """Draw groups of bars, with the number on top of each.

    Parameters
    ----------
    heights : dict of str to sequence of float
        For each series, which the legend names, one height a group.
    names : sequence of str
        What the groups are called.
    digits : int
        Digits after the point.
    ylabel : str, optional
        What the height is.
    ax : matplotlib Axes, optional
        Where to draw; by default a new figure.
    title : str, optional
        Title above the bars.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        If a series has not one height a group, or there is none.
    """
    for name, series in heights.items():
        if len(series) != len(names):
            message = say(
                "{name} has {heights} heights for {groups} groups",
                name=name,
                heights=len(series),
                groups=len(names),
            )
            raise ValueError(message)
    if not heights:
        raise ValueError(say("heights is empty; pass at least one series"))
    ax = plt.subplots()[1] if ax is None else ax
    width = 0.84 / len(heights)
    for k, (name, series) in enumerate(heights.items()):
        place = np.arange(len(names)) + width * (k - (len(heights) - 1) / 2)
        hatch = HATCHES[k % len(HATCHES)]
        drawn = ax.bar(place, series, 0.92 * width, label=name, hatch=hatch)
        ax.bar_label(drawn, fmt=f"%.{digits}f", fontsize=12)
    ax.set_xticks(range(len(names)), names)
    ax.set(ylabel=ylabel, title=title)
    ax.legend()
    return ax


@_styled()
def intervals(
    values: Sequence[float],
    low: Sequence[float],
    high: Sequence[float],
    groups: Sequence[str],
    *,
    xlabel: str | None = None,
    ylabel: str | None = None,
    ax: Axes | None = None,
    title: str | None = None,
) -> Axes:
    """Draw differences with their intervals: a diamond where the interval excludes 0, a dot where not.

    Parameters
    ----------
    values, low, high : sequence of float
        Each difference and the ends of its interval.
    groups : sequence of str
        What each belongs to. Those of one group stand next to each other, and share one name.
    xlabel, ylabel : str, optional
    ax : matplotlib Axes, optional
        Where to draw; by default a new figure.
    title : str, optional

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    TypeError, ValueError
        If the numbers are not finite, of one length, and each value inside its interval.
    """
    middle, bottom, top = (
        inputs.finite(inputs.floats(v, name), name)
        for v, name in ((values, "values"), (low, "low"), (high, "high"))
    )
    if not middle.shape == bottom.shape == top.shape == (len(groups),) or not len(groups):
        raise ValueError(
            say(
                "values, low, high and groups have {values}, {low}, {high} and {groups} entries; give "
                "each difference its interval and its group",
                values=len(middle),
                low=len(bottom),
                high=len(top),
                groups=len(groups),
            )
        )
    if not ((bottom <= middle) & (middle <= top)).all():
        raise ValueError(
            say("a value lies outside its interval; check the order: values, low, high")
        )
    own = ax is None
    ax = plt.subplots()[1] if ax is None else ax
    place, sure = np.arange(len(middle)), (bottom > 0) | (top < 0)
    kinds = ((sure, "D", say("interval excludes 0")), (~sure, "o", say("interval holds 0")))
    for mask, marker, label in kinds:
        bars = (middle - bottom)[mask], (top - middle)[mask]
        ax.errorbar(place[mask], middle[mask], bars, fmt=marker, label=label)
    ax.axhline(0, color=INK, linewidth=1)
    starts = [k for k in range(len(groups)) if k == 0 or groups[k] != groups[k - 1]]
    ends = [*starts[1:], len(groups)]
    for start in starts[1:]:
        ax.axvline(start - 0.5, color=INK, linewidth=0.3)
    centres = [(start + end - 1) / 2 for start, end in zip(starts, ends, strict=True)]
    ax.set_xticks(centres, [groups[k].replace(" ", "\n") for k in starts])
    ax.set(xlabel=xlabel, ylabel=ylabel, title=title)
    if own:
        ax.figure.legend(loc="outside lower center", ncols=2, frameon=False)
    else:
        ax.legend()
    return ax


@_styled()
def paired(
    gaps: Mapping[str, Sequence[float] | np.ndarray],
    *,
    better: Literal["more", "less"] = "more",
    xlabel: str | None = None,
    ax: Axes | None = None,
    title: str | None = None,
) -> Axes:
    """Draw differences in pairs: a row of dots each, with their mean, its interval, and the wins.

    The mean is a filled diamond where its interval (`metrics.mean_interval`) excludes 0, else an
    open one. How many differences are better than 0 stands on the right.

    Parameters
    ----------
    gaps : mapping of str to sequence of float
        For each name, what differs on each image, at least two.
    better : {"more", "less"}
        On which side of 0 a win lies.
    xlabel : str, optional
        What differs.
    ax : matplotlib Axes, optional
        Where to draw; by default a new figure.
    title : str, optional

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    TypeError, ValueError
        If there is no row, or a row holds too few numbers, or one that is not finite.
    """
    sign = {"more": 1, "less": -1}[inputs.choice(better, "better", ("more", "less"))]
    if not gaps:
        raise ValueError(say("gaps is empty; pass at least one row of differences"))
    found = {name: inputs.floats(values, name) for name, values in gaps.items()}
    ends = {name: mean_interval(values) for name, values in found.items()}
    ax = plt.subplots(figsize=(WIDTH, 1.2 + 0.4 * len(gaps)))[1] if ax is None else ax
    ax.axvline(0, color=INK, linewidth=1)
    beside = ax.get_yaxis_transform()
    for row, (name, values) in enumerate(found.items()):
        low, high = ends[name]
        face = SERIES[0] if low > 0 or high < 0 else CARD
        ax.plot(values, np.full(values.size, row), "o", color=SERIES[1], alpha=0.6)
        ax.plot([low, high], [row, row], color=SERIES[0], linewidth=3)
        ax.plot(values.mean(), row, "D", color=SERIES[0], markerfacecolor=face, markersize=9)
        ax.text(1.03, row, f"{np.sum(sign * values > 0)}", va="center", transform=beside)
    ax.text(1.03, -1, say("wins"), va="center", ha="left", transform=beside)
    ax.set_yticks(range(len(found)), found)
    ax.set_ylim(len(found) - 0.4, -1.4)
    ax.set(xlabel=xlabel, title=title)
    return ax


@_styled()
def ranks(
    orders: Mapping[str, Sequence[str]],
    *,
    bold: Mapping[str, str] | None = None,
    ax: Axes | None = None,
    title: str | None = None,
) -> Axes:
    """Draw how one set of names is ordered in several ways, the first on top, joined by lines.

    Parameters
    ----------
    orders : mapping of str to sequence of str
        For each way, the same names from first to last.
    bold : mapping of str to colour, optional
        Names to bring out; the others are grey.
    ax : matplotlib Axes, optional
        Where to draw; by default a new figure.
    title : str, optional

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        If there is no order, or two of them hold different names, or one name twice.
    """
    ways = {way: list(names) for way, names in orders.items()}
    first = next(iter(ways.values()), [])
    if not first:
        raise ValueError(say("orders is empty; pass at least one order of at least one name"))
    for way, names in ways.items():
        if len(set(first)) < len(first) or sorted(names) != sorted(first):
            message = say(
                "{way} orders {names}, expected each of {first} once",
                way=way,
                names=names,
                first=first,
            )
            raise ValueError(message)
    bold = bold or {}
    ax = plt.subplots(figsize=(WIDTH, 0.9 + 0.42 * len(first)))[1] if ax is None else ax
    last = len(ways) - 1
    for name in first:
        places = [names.index(name) + 1 for names in ways.values()]
        ax.plot(places, "o-", color=bold.get(name, "#C8CCD0"), zorder=2 + (name in bold))
        ax.text(last + 0.08, places[-1], name, va="center", color=bold.get(name, "#595F66"))
    ax.set_xticks(range(len(ways)), [way.replace(" ", "\n") for way in ways])
    ax.set_yticks(
        range(1, len(first) + 1), [f"{name}  {place}" for place, name in enumerate(first, 1)]
    )
    ax.set_xlim(-0.2, last + 1)
    ax.invert_yaxis()
    ax.set(title=title)
    return ax


# --------------------------------------------------------------------------------------------------
# Superpixels
# --------------------------------------------------------------------------------------------------


def outlined(image: Any, labels: Any, *, zoom: int = 1) -> NDArray[np.float64]:
    """Return an image with yellow lines along the borders of its regions.

    Parameters
    ----------
    image : (H, W) or (H, W, 3)
        Floats in [0, 1] or uint8.
    labels : (H, W) int
        Regions, any labels.
    zoom : int
        How many pixels of the result one pixel becomes. The lines stay one or two pixels wide.

    Returns
    -------
    (zoom·H, zoom·W, 3) float64 in [0, 1]

    Raises
    ------
    TypeError, ValueError
        If the image or the labels are not as above, or of different sizes.
    """
    from skimage.segmentation import mark_boundaries

    picture = inputs.image(image, "image", eight_bit=True)
    regions = inputs.label_map(labels)
    inputs.same_shape(picture.shape[:2], regions.shape, say("image and labels"))
    zoom = inputs.whole(zoom, "zoom", 1)
    large = [a.repeat(zoom, axis=0).repeat(zoom, axis=1) for a in (picture, regions)]
    marked = mark_boundaries(large[0], large[1], color=(1, 1, 0), mode="inner")
    return np.asarray(marked, dtype=np.float64)
