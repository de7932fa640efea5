"""What is drawn is what the labels say, legends name it, and nothing covers the image."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.patches import PathPatch

from seglearn import show
from seglearn.data import labels
from seglearn.imaging import spectra

from .data.test_labels import MACHADO, smallest_difference

mpl.use("Agg")
RNG = np.random.default_rng(0)
VOC_MAP = np.array([[0, 0, 15], [0, 255, 15], [7, 255, 15]], np.uint8)


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def pixels(ax, image=-1):
    """What an image of the axes holds, as 8-bit colours."""
    return np.round(np.asarray(ax.images[image].get_array())[..., :3] * 255).astype(np.uint8)


def legend_of(ax):
    return ax.figure.legends[0] if ax.figure.legends else ax.get_legend()


def legend_names(ax):
    legend = legend_of(ax)
    return [t.get_text().replace("\n", " ") for t in legend.get_texts()] if legend else []


def hatches(ax):
    return {p.get_hatch() for p in ax.patches if isinstance(p, PathPatch)}


def drawn(figure):
    figure.canvas.draw()
    return np.asarray(figure.canvas.buffer_rgba())[..., :3]


# ------------------------------------------------------------------------------------- show_labels


@pytest.mark.parametrize("palette", ["safe", "official"])
def test_labels_get_the_colours_of_their_table(palette):
    ax = show.show_labels(VOC_MAP, labels.VOC, palette=palette)
    expected = labels.ids_to_colors(VOC_MAP, labels.VOC, palette)
    expected[VOC_MAP == 255] = labels.IGNORE_COLOR
    np.testing.assert_array_equal(pixels(ax), expected)
    assert legend_names(ax) == ["background", "car", "person", "void (ignored)"]


def test_label_maps_are_never_interpolated():
    for ax in (
        show.show_labels(VOC_MAP, labels.VOC),
        show.difference(VOC_MAP, VOC_MAP),
        show.side_by_side([VOC_MAP], classes=labels.VOC)[1][0],
        show.overlay(np.zeros((3, 3)), VOC_MAP, labels.VOC),
    ):
        assert ax.images[-1].get_interpolation() == "nearest"


def test_an_enlarged_map_holds_only_the_colours_of_its_classes():
    ax = show.show_labels(VOC_MAP[:, [0, 2]], labels.VOC, legend=False)
    figure = ax.figure
    picture = drawn(figure)
    box = ax.get_window_extent()
    height = picture.shape[0]
    inside = picture[
        height - int(box.y1) + 4 : height - int(box.y0) - 4, int(box.x0) + 4 : int(box.x1) - 4
    ]
    colors = {tuple(c) for c in inside.reshape(-1, 3).tolist()}
    assert colors == {labels.VOC.by_id(i).safe_color for i in (0, 7, 15)}


def test_names_can_be_a_list():
    ax = show.show_labels(np.array([[0, 2], [9, 2]]), ["cup", "saucer", "spoon"], ignore_index=9)
    assert legend_names(ax) == ["cup", "spoon", "ignored"]
    assert tuple(pixels(ax)[1, 0]) == labels.IGNORE_COLOR


def test_without_names_ids_name_themselves():
    ax = show.show_labels(np.array([[5, 8000]]))
    assert legend_names(ax) == ["5", "8000"]
    many = np.arange(100).reshape(10, 10)
    assert legend_of(show.show_labels(many)) is None
    assert legend_names(show.show_labels(np.array([[True, False]]))) == ["background", "object"]


def test_ignored_pixels_are_dotted_even_without_hatching():
    assert hatches(show.show_labels(VOC_MAP, labels.VOC)) == {show.IGNORE_HATCH}
    assert hatches(show.show_labels(VOC_MAP[:1], labels.VOC)) == set()


def test_hatching_tells_classes_apart_without_colour():
    ids = np.arange(8).reshape(2, 4)
    ax = show.show_labels(ids, labels.SCENES, hatch=True)
    assert hatches(ax) == set(show.HATCHES) - {""}
    keys = [p.get_hatch() or "" for p in legend_of(ax).get_patches()]
    assert keys == list(show.HATCHES)


def test_hatches_cover_exactly_their_region():
    mask = np.zeros((6, 8), int)
    mask[1:5, 2:7] = 1
    mask[2:4, 3:5] = 0
    ax = show.show_labels(mask, ["a", "b"], hatch=True)
    (patch,) = [p for p in ax.patches if isinstance(p, PathPatch)]
    y, x = np.mgrid[:6, :8]
    # Path.contains_points counts windings; rings of holes run the other way round.
    path = patch.get_path()
    inside = path.contains_points(np.c_[x.ravel(), y.ravel()]).reshape(6, 8)
    assert (inside | (mask == 0)).all()
    low, high = path.vertices.min(0), path.vertices.max(0)
    assert low.tolist() == [1.5, 0.5]
    assert high.tolist() == [6.5, 4.5]


def test_the_ignored_and_extra_ids():
    ids = np.array([[0, 99]])
    ax = show.show_labels(ids, labels.SCENES, ignore_index=99)
    assert legend_names(ax) == ["sky", "ignored"]
    with pytest.raises(ValueError, match="does not define: 99"):
        show.show_labels(ids, labels.SCENES)
    with pytest.raises(ValueError, match="does not define: 50"):
        show.show_labels(np.array([[50, 99]]), labels.SCENES, ignore_index=99)


def test_wrong_label_maps_are_refused():
    with pytest.raises(TypeError, match=r"labels holds float64 values, .* must be integers"):
        show.show_labels(np.zeros((2, 2)))
    with pytest.raises(ValueError, match=r"argmax"):
        show.show_labels(np.zeros((3, 2, 2), int))
    with pytest.raises(ValueError, match=r"colour picture.*labels\[..., 0\]"):
        show.show_labels(np.zeros((5, 6, 3), np.uint8))
    with pytest.raises(ValueError, match="labels hold 3, but there are only 2 classes"):
        show.show_labels(np.array([[0, 3]]), ["a", "b"])
    with pytest.raises(TypeError, match="list of names"):
        show.show_labels(np.array([[0]]), "VOC")
    with pytest.raises(ValueError, match="palette"):
        show.show_labels(VOC_MAP, labels.VOC, palette="bright")


# ----------------------------------------------------------------------------------------- legends


@pytest.mark.parametrize("shape", [(90, 90), (60, 40), (40, 120), (64, 128)])
@pytest.mark.parametrize(
    "table", [labels.SCENES, labels.STREETS, labels.VOC, labels.CITYSCAPES], ids=lambda t: t.name
)
def test_legends_never_cover_the_image_and_fit_the_figure(shape, table):
    ids = np.resize([i for i in table.ids if i >= 0], shape)
    ax = show.show_labels(ids, table, title="a title")
    ax.figure.canvas.draw()
    image, legend = ax.get_window_extent(), legend_of(ax).get_window_extent()
    assert not image.overlaps(legend)
    width, height = ax.figure.canvas.get_width_height()
    assert legend.x0 >= -1
    assert legend.x1 <= width + 1
    assert legend.y0 >= -1
    assert legend.y1 <= height + 1
    assert image.width > 0.3 * width
    assert len(legend_names(ax)) == len(np.unique(ids))


@pytest.mark.parametrize("shape", [(60, 90), (40, 120)])
def test_legends_in_given_axes_never_cover_any_image(shape):
    ids = np.resize(np.arange(9), shape)
    with mpl.rc_context(show.style()):
        figure, axes = plt.subplots(1, 2, figsize=(10, 5))
    for ax in axes:
        show.show_labels(ids, labels.SCENES, ax=ax)
    figure.canvas.draw()
    for ax in axes:
        assert not any(
            a.get_window_extent().overlaps(legend_of(ax).get_window_extent()) for a in axes
        )


def test_legends_of_panels_never_cover_them():
    ids = np.resize(np.arange(21), (30, 40))
    figure, axes = show.side_by_side([ids, ids, ids], ["a", "b", "c"], classes=labels.VOC)
    figure.canvas.draw()
    legend = figure.legends[0].get_window_extent()
    width, _ = figure.canvas.get_width_height()
    assert legend.y0 >= -1
    assert legend.x0 >= -1
    assert legend.x1 <= width + 1
    for ax in axes:
        assert not ax.get_window_extent().overlaps(legend)
        assert not ax.get_tightbbox().overlaps(legend)


def test_text_is_at_least_twelve_points():
    ax = show.show_labels(VOC_MAP, labels.VOC, title="title")
    assert min(t.get_fontsize() for t in legend_of(ax).get_texts()) >= 12
    assert ax.title.get_fontsize() >= 14


def test_long_names_are_wrapped():
    ax = show.show_labels(np.array([[0]]), ["a very long name that would not fit beside the image"])
    (text,) = legend_of(ax).get_texts()
    assert max(map(len, text.get_text().split("\n"))) <= 22


# ----------------------------------------------------------------------------------------- overlay


def test_overlay_tints_labels_and_leaves_ignored_and_hidden_pixels():
    image = RNG.random((3, 3, 3))
    ax = show.overlay(image, VOC_MAP, labels.VOC, alpha=0.4, hide=[0])
    np.testing.assert_array_equal(ax.images[0].get_array(), image)
    tint = np.asarray(ax.images[1].get_array())
    np.testing.assert_allclose(tint[..., 3], np.where(np.isin(VOC_MAP, [0, 255]), 0, 0.4))
    assert legend_names(ax) == ["car", "person", "void (ignored)"]


def test_overlay_of_a_mask_tints_what_is_true():
    mask = np.array([[True, False]])
    tint = np.asarray(show.overlay(np.zeros((1, 2)), mask).images[1].get_array())
    assert tint[..., 3].tolist() == [[0.5, 0]]


def test_overlay_refuses_what_does_not_fit():
    with pytest.raises(
        ValueError, match=r"image and labels differ in shape: \(2, 3\) and \(3, 3\)"
    ):
        show.overlay(np.zeros((2, 3)), VOC_MAP, labels.VOC)
    with pytest.raises(ValueError, match="alpha"):
        show.overlay(np.zeros((3, 3)), VOC_MAP, labels.VOC, alpha=50)
    with pytest.raises(TypeError, match="an id in hide must be a whole number, got 'background'"):
        show.overlay(np.zeros((3, 3)), VOC_MAP, labels.VOC, hide=["background"])


# ------------------------------------------------------------------------------------------ images


def test_images_are_drawn_as_they_are():
    grey = np.array([[0.2, 0.6]])
    ax = show.show_image(grey)
    assert ax.images[0].get_clim() == (0, 1)
    ax = show.show_image(np.full((2, 2, 3), 255, np.uint8))
    assert pixels(ax).min() == 255
    for bad, message in [
        (np.array([[0.0, 2.0]]), r"from 0 to 2, expected \[0, 1\]"),
        (np.array([[np.nan]]), "NaN"),
        (np.zeros((0, 4)), "no pixel"),
        (np.zeros((4, 0, 3), np.uint8), "no pixel"),
        (np.zeros((3, 9, 9)), "moveaxis"),
    ]:
        with pytest.raises(ValueError, match=message):
            show.show_image(bad)
    with pytest.raises(TypeError, match="uint16"):
        show.show_image(np.zeros((2, 2), np.uint16))


def test_an_image_may_have_one_channel_or_lie_outside_by_rounding():
    ax = show.show_image(np.full((2, 3, 1), 1 + 1e-9))
    np.testing.assert_array_equal(ax.images[0].get_array(), np.ones((2, 3)))


MAP, MASKED = np.zeros((5, 6), np.uint8), np.ma.masked_equal([[0, 1], [2, 0]], 2)


@pytest.mark.parametrize(
    "call",
    [
        lambda: show.show_image(MASKED / 2),
        lambda: show.show_labels(MASKED),
        lambda: show.overlay(np.zeros((2, 2)), MASKED),
        lambda: show.overlay(MASKED / 2, np.zeros((2, 2), int)),
        lambda: show.side_by_side([np.zeros((2, 2)), MASKED]),
        lambda: show.side_by_side([MASKED / 2]),
        lambda: show.difference(MASKED, np.zeros((2, 2), int)),
        lambda: show.difference(np.zeros((2, 2), int), MASKED),
    ],
)
def test_masked_arrays_are_refused_everywhere(call):
    with pytest.raises(TypeError, match=r"is a masked array.*\.filled"):
        call()
    assert not plt.get_fignums()


@pytest.mark.parametrize(
    "call",
    [
        lambda bad: show.show_labels(bad),
        lambda bad: show.overlay(np.zeros((5, 6)), bad),
        lambda bad: show.difference(bad, MAP),
        lambda bad: show.difference(MAP, bad),
    ],
)
@pytest.mark.parametrize(
    ("bad", "error", "message"),
    [
        (np.zeros((5, 6, 3), np.uint8), ValueError, "colour picture"),
        (np.zeros((2, 5, 6), np.uint8), ValueError, "one label map"),
        (np.zeros((0, 6), int), ValueError, "no pixel"),
        (np.zeros((5, 6)), TypeError, "must be integers"),
        (np.full((5, 6), None), TypeError, "object"),
        (np.zeros((5, 6), "datetime64[s]"), TypeError, "datetime64"),
        ([[0, 1], [2]], ValueError, "rectangular"),
    ],
)
def test_odd_label_maps_are_refused_everywhere(call, bad, error, message):
    with pytest.raises(error, match=message):
        call(bad)
    assert not plt.get_fignums()


def test_negative_and_huge_ids_are_drawn():
    ids = np.array([[0, 2**64 - 1]], np.uint64)
    assert legend_names(show.show_labels(ids)) == ["0", str(2**64 - 1)]
    assert legend_names(show.show_labels(np.array([[-(2**63), -1]]), ignore_index=-1)) == [
        str(-(2**63)),
        "ignored",
    ]


@pytest.mark.parametrize("value", ["255", 255.0, True])
def test_ids_are_whole_numbers(value):
    for call in (
        lambda: show.show_labels(MAP, ignore_index=value),
        lambda: show.difference(MAP, MAP, ignore_index=value),
        lambda: show.side_by_side([MAP], ignore_index=value),
    ):
        with pytest.raises(TypeError, match="ignore_index must be a whole number"):
            call()
    with pytest.raises(TypeError, match="class_id must be a whole number"):
        show.difference(MAP, MAP, class_id=value)


# ------------------------------------------------------------------------------------ side by side


def test_panels_share_their_zoom():
    image = RNG.random((3, 3, 3))
    figure, axes = show.side_by_side(
        [
            image,
            VOC_MAP,
            VOC_MAP == 15,
            lambda ax: show.overlay(image, VOC_MAP, ax=ax, legend=False),
        ],
        ["image", "truth", "person", "overlay"],
        classes=labels.VOC,
    )
    assert len(axes) == 4
    axes[0].set_xlim(0.5, 1.5)
    axes[2].set_ylim(2, 1)
    assert all(ax.get_xlim() == (0.5, 1.5) and ax.get_ylim() == (2, 1) for ax in axes)
    assert [ax.get_title() for ax in axes] == ["image", "truth", "person", "overlay"]
    names = [t.get_text() for t in figure.legends[0].get_texts()]
    assert names == ["background", "car", "person", "void (ignored)"]


def test_a_legend_that_a_panel_draws_moves_below_all_panels():
    truth, called = np.zeros((2, 30, 34), bool)
    truth[5:20, 5:20] = called[5:20, 9:24] = True
    figure, axes = show.side_by_side(
        [
            lambda ax: show.difference(truth, called, ax=ax),
            lambda ax: show.difference(truth, truth, ax=ax),
        ]
    )
    assert all(ax.get_legend() is None for ax in axes)
    (legend,) = figure.legends
    assert [t.get_text() for t in legend.get_texts()] == [
        "in both",
        "truth only",
        "prediction only",
        "in neither",
    ]
    assert [patch.get_hatch() for patch in legend.get_patches()] == ["xx", "//", "\\\\", ""]
    figure.canvas.draw()
    below = legend.get_window_extent()
    width, _ = figure.canvas.get_width_height()
    assert not any(ax.get_window_extent().overlaps(below) for ax in axes)
    assert sum(ax.get_window_extent().width for ax in axes) > 0.8 * width

    figure, axes = show.side_by_side([lambda ax: ax.legend(ax.plot([0, 1]), ["a line"])])
    assert axes[0].get_legend() is not None
    assert not figure.legends


def test_one_legend_names_the_classes_of_all_panels():
    a, b = np.array([[0, 1]]), np.array([[1, 5]])
    figure, axes = show.side_by_side([a, b], classes=labels.SCENES, columns=1)
    names = [t.get_text() for t in figure.legends[0].get_texts()]
    assert names == ["sky", "building", "tree"]
    assert tuple(pixels(axes[0])[0, 1]) == tuple(pixels(axes[1])[0, 0])


def test_panels_fill_rows():
    figure, axes = show.side_by_side([np.zeros((4, 4))] * 5, columns=2)
    assert len(axes) == len(figure.axes) == 5
    assert not figure.legends


def test_panels_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="at least one"):
        show.side_by_side([])
    with pytest.raises(ValueError, match="2 panels need 2 titles, not 1"):
        show.side_by_side([VOC_MAP, VOC_MAP], ["one"])
    with pytest.raises(TypeError, match=r"panels\[1\] holds int64 values, expected floats"):
        show.side_by_side([MAP, np.zeros((5, 6, 3), int)])
    with pytest.raises(ValueError, match="panels 1 and 2 differ in shape"):
        show.side_by_side([lambda ax: None, VOC_MAP, VOC_MAP[:2]])
    with pytest.raises(ValueError, match="panels 0 and 1"):
        show.side_by_side([VOC_MAP, VOC_MAP[:2]])
    with pytest.raises(ValueError, match="columns"):
        show.side_by_side([VOC_MAP], columns=0)


# -------------------------------------------------------------------------------------- difference


def test_difference_of_label_maps():
    prediction = np.array([[0, 7, 15], [0, 15, 15], [7, 7, 0]], np.uint8)
    ax = show.difference(VOC_MAP, prediction, ignore_index=255)
    expected = np.array([["A", "P", "A"], ["A", "I", "A"], ["A", "I", "P"]])
    colors = {"A": show.AGREEMENT, "P": show.PREDICTION, "I": show.IGNORE}
    for letter, color in colors.items():
        wanted = np.round(np.array(to_rgb(color)) * 255).astype(np.uint8)
        assert (pixels(ax)[expected == letter] == wanted).all()
    assert legend_names(ax) == ["agree", "disagree", "ignored"]


@pytest.mark.parametrize("as_masks", [True, False])
def test_difference_of_one_class(as_masks):
    truth, prediction = np.array([[1, 1, 0, 0]]), np.array([[1, 0, 1, 0]])
    if as_masks:
        ax = show.difference(truth == 1, prediction == 1)
    else:
        ax = show.difference(truth, prediction, class_id=1)
    colors = [show.AGREEMENT, show.TRUTH, show.PREDICTION, show.NEITHER]
    expected = [np.round(np.array(to_rgb(c)) * 255).astype(int).tolist() for c in colors]
    assert pixels(ax)[0].tolist() == expected
    assert legend_names(ax) == [
        "in both",
        "truth only",
        "prediction only",
        "in neither",
    ]
    assert hatches(ax) == {"xx", "//", "\\\\"}


def test_difference_refuses_what_does_not_fit():
    with pytest.raises(TypeError, match="truth is bool and prediction int64"):
        show.difference(np.array([[True]]), np.array([[1]]))
    with pytest.raises(ValueError, match="truth and prediction"):
        show.difference(np.zeros((2, 2), int), np.zeros((2, 3), int))
    with pytest.raises(TypeError, match=r"prediction holds float64 values, .* must be integers"):
        show.difference(np.zeros((2, 2), int), np.zeros((2, 2)))


# ------------------------------------------------------------------------------------------- style


def test_text_contrasts_with_its_card():
    """WCAG 2 contrast; the card is opaque, so the notebook's theme does not matter."""

    def luminance(color):
        linear = [
            c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(color)
        ]
        return np.dot(linear, [0.2126, 0.7152, 0.0722])

    style = show.style()
    assert style["figure.facecolor"] == style["axes.facecolor"] == show.CARD
    for key in ("text.color", "axes.labelcolor", "axes.titlecolor", "xtick.color", "ytick.color"):
        ratio = (luminance(style["figure.facecolor"]) + 0.05) / (luminance(style[key]) + 0.05)
        assert ratio > 7
    assert style["legend.fontsize"] >= 12
    assert 7.5 <= style["figure.figsize"][0] <= 8.5


def test_use_style_sets_what_figures_use():
    with mpl.rc_context():
        show.use_style()
        figure, _ = plt.subplots()
        assert figure.get_facecolor() == (*to_rgb(show.CARD), 1)
        assert mpl.rcParams["legend.fontsize"] == 12


def test_own_figures_have_the_style_without_use_style():
    with mpl.rc_context(mpl.rcParamsDefault):
        ax = show.show_labels(VOC_MAP, labels.VOC)
        assert ax.figure.get_facecolor() == (*to_rgb(show.CARD), 1)
        assert 5 <= ax.figure.get_figwidth() <= 8.5


def test_figures_still_show_by_themselves(monkeypatch):
    """A notebook's backend switches to interactive when it draws its first figure."""
    subplots = plt.subplots

    def waking(*args, **kwargs):
        mpl.interactive(True)
        return subplots(*args, **kwargs)

    monkeypatch.setattr(plt, "subplots", waking)
    mpl.interactive(False)
    try:
        show.show_labels(VOC_MAP, labels.VOC)
        assert mpl.is_interactive()
    finally:
        mpl.interactive(False)


def test_drawing_into_given_axes_opens_no_figure():
    _, axes = plt.subplots(1, 2)
    before = plt.get_fignums()
    assert show.show_labels(VOC_MAP, labels.VOC, ax=axes[0]) is axes[0]
    assert show.difference(VOC_MAP, VOC_MAP, ax=axes[1]) is axes[1]
    assert plt.get_fignums() == before


def apart(colors, sights=tuple(MACHADO)):
    rgb = [[255 * part for part in to_rgb(color)] for color in colors]
    return min(smallest_difference(rgb, sight) for sight in sights)


@pytest.mark.parametrize(("colors", "least"), [(show.DISTINCT, 20), (show.SERIES, 23)])
def test_roles_keep_their_colours_for_themselves(colors, least):
    for role in (show.TRUTH, show.PREDICTION, show.AGREEMENT):
        assert min(apart([role, color], ["normal"]) for color in colors) >= least


def test_colours_of_classes_and_lines_are_as_far_apart_as_documented():
    assert not set(show.DISTINCT) & {show.IGNORE, show.NEITHER}
    found = [apart(show.DISTINCT[:n]) for n in (5, 8, 11, len(show.DISTINCT))]
    np.testing.assert_allclose(found, [32.8, 18.8, 13.5, 7.6], atol=0.06)
    assert apart(show.SERIES, ["normal"]) >= 23
    assert apart(show.SERIES) >= 14


# ------------------------------------------------------------------------------------- numbers


def test_a_table_says_its_numbers_and_the_best_of_each_row_is_bold():
    ax = show.table([[1.0, 3.26], [2.5, 0.0]], ["a", "b"], ["one way", "other"], title="T")
    cells = {t.get_text(): t for t in ax.texts}
    assert list(cells) == ["1.0", "3.3", "2.5", "0.0"]
    assert {t for t, text in cells.items() if text.get_fontweight() == "bold"} == {"3.3", "2.5"}
    assert cells["3.3"].get_color() == "white"
    assert cells["0.0"].get_color() == show.INK
    assert [t.get_text() for t in ax.get_xticklabels()] == ["one\nway", "other"]
    lighter = show.table([[1.0, 3.26]], ["a"], ["x", "y"], digits=0, limits=(0, 100))
    assert [t.get_text() for t in lighter.texts] == ["1", "3"]
    assert {t.get_color() for t in lighter.texts} == {show.INK}
    show.table([[2.0, 2.0]], ["a"], ["x", "y"])  # nothing to tell apart


def test_bars_stand_in_groups():
    ax = show.bars({"mean": [1, 2, 4], "median": [3, 1, 2]}, ["x", "y", "z"], digits=1)
    assert [t.get_text() for t in ax.texts] == ["1.0", "2.0", "4.0", "3.0", "1.0", "2.0"]
    assert legend_names(ax) == ["mean", "median"]
    centres = sorted(p.get_x() + p.get_width() / 2 for p in ax.patches)
    assert [round(x) for x in centres] == [0, 0, 1, 1, 2, 2]
    assert len({p.get_hatch() for p in ax.patches}) == 2


def test_intervals_that_hold_zero_are_dots():
    ax = show.intervals([1, 2, -1], [0.5, -1, -2], [2, 3, -0.5], ["a", "a", "b c"], ylabel="gain")
    assert legend_names(ax) == ["interval excludes 0", "interval holds 0"]
    sure, unsure = (container.lines[0].get_xdata().tolist() for container in ax.containers)
    assert (sure, unsure) == ([0, 2], [1])
    assert [t.get_text() for t in ax.get_xticklabels()] == ["a", "b\nc"]
    assert ax.get_xticks().tolist() == [0.5, 2]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: show.table([[1, 2]], ["a"], ["x"]), "1 rows and 1 columns"),
        (lambda: show.table([[1, np.nan]], ["a"], ["x", "y"]), "values"),
        (lambda: show.table(np.zeros((0, 2)), [], ["x", "y"]), "0 rows"),
        (lambda: show.bars({"m": [1, 2]}, ["x"]), "m has 2 heights for 1 groups"),
        (lambda: show.bars({}, ["x"]), "at least one series"),
        (lambda: show.intervals([1], [0, 0], [2], ["a"]), "1, 2, 1 and 1 entries"),
        (lambda: show.intervals([3], [0], [2], ["a"]), "outside its interval"),
        (lambda: show.intervals([1], [0], [np.inf], ["a"]), "high"),
        (lambda: show.intervals([], [], [], []), "0 entries"),
    ],
)
def test_numbers_that_do_not_fit_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_differences_in_pairs_say_which_means_are_sure_and_how_many_are_wins():
    gaps = {"better": [0.1, 0.2, 0.15, 0.12], "unsure": [0.3, -0.2, 0.1, -0.1], "worse": [-1, -2]}
    ax = show.paired(gaps, xlabel="recall minus SLIC's")
    assert [t.get_text() for t in ax.get_yticklabels()] == list(gaps)
    assert [t.get_text() for t in ax.texts] == ["4", "2", "0", "wins"]
    dots = [line.get_xdata().tolist() for line in ax.lines if line.get_marker() == "o"]
    assert dots == list(gaps.values())
    means = [line for line in ax.lines if line.get_marker() == "D"]
    np.testing.assert_allclose([m.get_xdata()[0] for m in means], [0.1425, 0.025, -1.5])
    filled = [m.get_markerfacecolor() == show.SERIES[0] for m in means]
    assert filled == [True, False, False]  # two differences alone are not much
    less = show.paired({"x": [-1, -2, 3]}, better="less")
    assert [t.get_text() for t in less.texts] == ["2", "wins"]


def test_ranks_join_each_name_from_order_to_order():
    orders = {"by size": ["a", "b", "c"], "by age": ["c", "a", "b"]}
    ax = show.ranks(orders, bold={"c": show.TRUTH}, title="T")
    assert [line.get_ydata().tolist() for line in ax.lines] == [[1, 2], [2, 3], [3, 1]]
    assert ax.lines[2].get_color() == show.TRUTH != ax.lines[0].get_color()
    assert [t.get_text() for t in ax.get_yticklabels()] == ["a  1", "b  2", "c  3"]
    assert [t.get_text() for t in ax.get_xticklabels()] == ["by\nsize", "by\nage"]
    top, bottom = ax.get_ylim()
    assert top > bottom, "the first is on top"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: show.paired({}), "gaps is empty"),
        (lambda: show.paired({"a": [1]}), r"expected \(N,\) with N of 2 or more"),
        (lambda: show.paired({"a": [1, np.nan]}), "values holds 1"),
        (lambda: show.paired({"a": [1, 2]}, better="most"), "better"),
        (lambda: show.ranks({}), "orders is empty"),
        (lambda: show.ranks({"x": ["a"], "y": ["b"]}), "y orders"),
        (lambda: show.ranks({"x": ["a", "a"]}), "x orders"),
        (lambda: show.outlined(np.zeros((3, 4)), np.zeros((4, 3), int)), r"\(3, 4\).*\(4, 3\)"),
        (lambda: show.outlined(np.zeros((3, 4)), np.zeros((3, 4), int), zoom=0), "zoom"),
    ],
)
def test_comparisons_that_do_not_fit_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_outlined_regions_keep_their_insides():
    image = np.linspace(0, 1, 24).reshape(4, 6)
    labels = np.repeat([[0, 0, 0, 5, 5, 5]], 4, axis=0)
    drawn = show.outlined(image, labels, zoom=3)
    assert drawn.shape == (12, 18, 3)
    yellow = (drawn == [1, 1, 0]).all(axis=-1)
    assert set(np.flatnonzero(yellow.any(axis=0))) <= {8, 9}
    assert yellow.any(axis=1).all()
    large = np.repeat(image, 3, 0).repeat(3, 1)[..., None]
    np.testing.assert_allclose(drawn[~yellow], np.broadcast_to(large, drawn.shape)[~yellow])
    nothing = show.outlined(np.full((4, 6, 3), 128, np.uint8), np.full((4, 6), -1))
    np.testing.assert_allclose(nothing, 128 / 255)


# --------------------------------------------------------------------------------------------------
# Sensors and tables
# --------------------------------------------------------------------------------------------------

GRID = np.arange(40, 246) / 100


def test_sensor_bands_draws_a_row_a_sensor_and_a_hump_a_band():
    sensors = {"grey": spectra.LANDSAT8_PAN, "colour": spectra.CAMERA}
    figure = show.sensor_bands(sensors, GRID, np.linspace(0.1, 0.5, len(GRID)))
    assert [ax.get_title(loc="left") for ax in figure.axes] == ["grey: 1 band", "colour: 3 bands"]
    assert [len(ax.collections) for ax in figure.axes] == [1, 3]
    for ax in figure.axes:
        (line,) = ax.lines
        assert line.get_ydata().max() == 1
    peak = figure.axes[0].collections[0].get_paths()[0].vertices
    high = peak[peak[:, 1] > 0.9, 0]
    np.testing.assert_allclose([high.min(), high.max()], [0.5, 0.68], atol=0.011)
    assert all(not ax.lines for ax in show.sensor_bands(sensors, GRID).axes)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (({}, GRID), "sensors is empty"),
        (({"pan": spectra.LANDSAT8_PAN}, GRID[100:]), "mostly outside"),
        (({"pan": spectra.LANDSAT8_PAN}, GRID, GRID[1:]), "differ in shape"),
    ],
)
def test_sensors_that_cannot_be_drawn(arguments, message):
    with pytest.raises(ValueError, match=message):
        show.sensor_bands(*arguments)


def test_shares_are_those_of_the_row():
    counts = np.array([[6, 3, 1], [0, 0, 0], [1, 0, 3]])
    ax = show.shares(counts, ["a", "b", "c"], title="who is who")
    written = {(t.get_position()[1], t.get_position()[0]): t.get_text() for t in ax.texts}
    assert written == {(0, 0): "60", (0, 1): "30", (2, 0): "25", (2, 2): "75"}
    np.testing.assert_allclose(ax.images[0].get_array()[0], [0.6, 0.3, 0.1])
    assert (ax.images[0].get_array()[1] == 0).all()
    assert [t.get_text() for t in ax.get_yticklabels()] == ["a", "b", "c"]
    with pytest.raises(ValueError, match="square table of numbers from 0 with 2 rows"):
        show.shares(counts, ["a", "b"])
    with pytest.raises(ValueError, match="square table"):
        show.shares(-counts, ["a", "b", "c"])
