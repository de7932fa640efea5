"""The receptive field widget in JupyterLab and in a page without a kernel; the kernel checks every number."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from .conftest import axe_findings
from .lab import LabPage, Widget, box_of, wait_until

HOLES = "49 of 169, 29\u202f%"
INDEPENDENT = """
from torch import nn
from seglearn.nets.receptive_field import receptive_field

def measured():
    stack = nn.Sequential(*[
        nn.Conv2d(1, 1, each.kernel, each.stride, each.padding, each.dilation) if each.kind == "conv"
        else nn.MaxPool2d(each.kernel, each.stride, each.padding) for each in field.layers])
    found = receptive_field(stack, in_channels=1, image_size=(8192, 8192))
    return [len(field.layers), found.size[0], found.stride[0]]
"""


@pytest.fixture(scope="module")
def page(lab, open_lab) -> LabPage:
    notebook = lab.write_notebook(
        "receptive.ipynb",
        "from seglearn.widgets import ReceptiveField\nfield = ReceptiveField()\nfield",
        'ReceptiveField(["conv 3", "pool 2"], size="projector", hide=["formula", "facts"])',
    )
    page = open_lab(notebook).run_all()
    assert page.failures() == []
    page.kernel.run(INDEPENDENT)
    return page


@pytest.fixture
def field(page) -> Widget:
    """Three 3×3 convolutions, as a learner meets them."""
    field = page.widget("receptive_field", "cell-0")
    if field.get("reset").is_enabled():
        field.get("reset").click()
    field.preset("three")
    field.stage("paths")
    field.get("patch-box").check()
    field.stage("see")
    return field


def agreed(
    field: Widget, page: LabPage, *numbers: int, layers: int | None = None
) -> tuple[int, int, int]:
    """Return number of layers, field and jump once screen, trait and the networks' arithmetic agree.

    Before a click has had its effect all three agree on the state before it, so a test that
    clicked says which numbers, or which number of layers, it waits for.
    """

    def agree() -> list[int] | None:
        fields, jumps = row(field, "field"), row(field, "jump")
        shown = [len(fields) - 1, fields[-1], jumps[-1]] if fields and jumps else None
        told, counted = page.kernel.ask(
            "[[len(field.layers), field.field, field.jump], measured()]"
        )
        awaited = (not numbers or shown == list(numbers)) and layers in (None, told[0])
        return shown if awaited and shown == told == counted else None

    field.drawn()
    what = f"screen, widget and arithmetic to agree on {numbers or layers or 'one state'}"
    return tuple(wait_until(agree, what))


def row(field: Widget, name: str) -> list[int]:
    """Return a row of the jump table."""
    cells = field.root.locator(f"td[data-testid^={name}-]")
    return [int(text) for text in cells.all_inner_texts()]


@pytest.mark.parametrize(
    ("preset", "numbers"),
    [
        ("strides", (4, 31, 16)),
        ("three", (3, 7, 1)),
        ("pool5", (18, 212, 32)),
        ("fc7", (20, 404, 32)),
        ("largefov", (20, 419, 8)),
        ("context", (7, 67, 1)),
        ("gridding", (3, 13, 1)),
        ("hybrid", (3, 17, 1)),
    ],
)
def test_presets_give_the_published_fields(field, page, preset, numbers):
    field.preset(preset)
    agreed(field, page, *numbers)
    field.stage("paths")
    effective = page.kernel.ask("field.effective")
    expect(field.get("fact-effective")).to_have_text(f"{effective} × {effective}")


def test_it_opens_where_one_layer_more_shows_a_face(field, page):
    field.get("reset").click()
    agreed(field, page, 4, 31, 16)
    before = field.get("patch-canvas").evaluate("(canvas) => canvas.toDataURL()")
    field.get("add-conv").click()
    agreed(field, page, 5, 63, 16)
    field.drawn()
    assert field.get("patch-canvas").evaluate("(canvas) => canvas.toDataURL()") != before


def test_what_a_stage_does_not_need_is_away(field):
    shown = {
        "see": ["photo", "patch-canvas", "add-conv", "layer-take", "fact-units"],
        "build": ["patch-canvas", "set-dilation", "layer-remove", "formula", "fact-seen"],
        "paths": ["photo", "patch-canvas", "patch-paths", "fact-effective", "fact-seen"],
    }
    field.has_its_parts(shown, always="field-3")


def test_a_goal_tells_how_far_it_is_and_why_it_was_reached(field, page):
    field.preset("gridding")
    expect(field.get("goal-distance")).to_have_text("29\u202f% of the pixels with a path")
    for chip, dilation in (("chip-1", "1"), ("chip-2", "2"), ("chip-3", "3")):
        field.get(chip).click()
        field.drawn()  # what is typed before that lands beside the number of the layer before
        field.get("set-dilation").fill(dilation)
        field.get("set-dilation").press("Enter")
    agreed(field, page, 3, 13, 1)
    expect(field.get("goal")).to_have_attribute("data-done", "true")
    expect(field.get("goal-distance")).to_be_hidden()
    expect(field.get("goal")).to_contain_text("Taps of different spacing", use_inner_text=True)
    assert "29" not in field.text("story"), "a past story drops its numbers"
    field.get("goal-next").click()
    expect(field.get("preset-hybrid")).to_have_attribute("aria-pressed", "true")


def test_the_95_percent_box_is_guessed_before_it_is_shown(field, page, without_kernel):
    field.preset("fc7")  # and guess, unless a test before has
    told = "['fc7', 270] in [[g['preset'], g['truth']] for g in field.guesses]"
    wait_until(lambda: page.kernel.ask(told), "the kernel hears")
    alone = without_kernel(page.kernel.ask("ReceptiveField().to_html()")).widget("receptive_field")
    dashed = alone.get("photo").locator(".box.effective")
    alone.preset("fc7", guess=False)
    expect(dashed).to_have_css("visibility", "hidden")
    alone.guess("100")
    expect(dashed).to_have_css("visibility", "visible")
    expect(alone.get("guess-result")).to_contain_text("270")


def test_what_was_before_is_marked_and_shown_while_a_button_is_held(field, page):
    agreed(field, page, 3, 7, 1)
    field.get("add-dilated").click()
    agreed(field, page, 4, 11, 1)
    expect(field.get("field-before")).to_have_text("was 7")
    x, y = field.place(field.get("before"), (0.5, 0.5))
    page.page.mouse.move(x, y)
    page.page.mouse.down()
    expect(field.get("chip-4")).to_have_count(0)
    assert row(field, "field") == [1, 3, 5, 7]
    page.page.mouse.up()
    agreed(field, page, 4, 11, 1)


def test_the_names_of_the_rows_stay_while_a_long_stack_scrolls(without_kernel, page):
    html = page.kernel.ask("ReceptiveField(preset='fc7').to_html()")
    narrow = without_kernel(html, viewport={"width": 400, "height": 800}).widget("receptive_field")
    narrow.drawn()
    box = narrow.get("stack").locator("xpath=..")
    name, last = (
        narrow.get("stack").locator("th[scope=row]").last,
        narrow.get("field-20"),
    )
    edges = [box_of(each) for each in (box, name, last)]
    assert abs(edges[1]["x"] - edges[0]["x"]) < 1, "nothing shows on their left"
    assert edges[2]["x"] + edges[2]["width"] <= edges[0]["x"] + edges[0]["width"] + 1, "not cut"
    assert box.evaluate("(el) => el.scrollLeft") > 0


def test_the_table_runs_along_the_stack(field, page):
    field.preset("context")
    agreed(field, page)
    assert row(field, "field") == [1, 3, 5, 9, 17, 33, 65, 67]
    assert row(field, "jump") == [1] * 8
    field.preset("pool5")
    agreed(field, page)
    assert row(field, "field") == page.kernel.ask("field.metrics['field']")
    adds = field.root.locator("td[data-testid^=adds-]").all_inner_texts()
    assert adds[1] == "+2"
    assert adds[-2] == "+32"


def test_gridding_shows_its_holes(field):
    field.preset("gridding")
    expect(field.get("fact-seen")).to_have_text(HOLES)
    image = field.get("cone").locator("circle")
    expect(field.get("cone").locator("circle.hole")).to_have_count(6 + 4 + 2)
    assert image.count() == 13 + 9 + 5 + 1
    field.drawn()
    middle = [(x + 0.25) / 13 for x in range(13)]
    places = [(x, 6.75 / 13) for x in middle]
    colors = field.colors("patch-canvas", places)
    bright = [sum(color) > 150 for color in colors]
    assert bright == [True, False] * 6 + [True]
    field.preset("hybrid")
    expect(field.get("fact-seen")).to_have_text("100\u202f%")
    field.drawn()
    assert all(sum(color) > 150 for color in field.colors("patch-canvas", places))


def test_a_stack_is_built_from_chips(field, page):
    field.get("add-pool").click()
    agreed(field, page, 4, 8, 2)
    field.get("add-dilated").click()
    agreed(field, page, 5, 16, 2)
    field.stage("build")
    field.get("set-dilation").fill("4")
    field.get("set-dilation").press("Enter")
    agreed(field, page, 5, 24, 2)
    assert page.kernel.ask("field.layers[-1].padding") == 4
    field.get("kind-pool").check()
    agreed(field, page, 5, 12, 4)
    field.get("layer-left").click()
    field.get("layer-remove").click()
    agreed(field, page, 4, 8, 2)
    field.stage("see")
    field.get("chip-1").click()
    expect(field.get("chosen-too")).to_have_text("conv 1")
    field.get("add-strided").click()
    agreed(field, page, 5, 15, 4)
    field.get("undo").click()
    agreed(field, page, 4, 8, 2)
    field.get("reset").click()
    agreed(field, page, 4, 31, 16)


def test_chips_by_keyboard(field, page):
    cells = len(page.cells())
    field.preset("hybrid")
    field.get("chip-3").focus()
    for key, there in {"ArrowLeft": "chip-2", "Home": "chip-0", "End": "chip-3"}.items():
        page.page.keyboard.press(key)
        wait_until(lambda there=there: field.focused() == there, f"the focus moves to {there}")
    page.page.keyboard.press("Alt+ArrowLeft")
    wait_until(lambda: field.focused() == "chip-2", "the focus goes along")
    agreed(field, page)
    assert page.kernel.ask("[each.dilation for each in field.layers]") == [1, 5, 2]
    page.page.keyboard.press("Delete")
    agreed(field, page, 2, 7, 1)
    for key in ("b", "x", "d", "d"):
        page.page.keyboard.press(key)
    assert len(page.cells()) == cells


def test_a_stack_that_would_not_fit_is_refused_with_a_reason(field, page):
    for preset, add, reason in (("fc7", "pool", "24 layers"), ("three", "strided", "2048 pixels")):
        field.preset(preset)
        field.stage("see")
        agreed(field, page)
        for _ in range(20):
            field.get(f"add-{add}").click()
            field.drawn()
            if field.get("problem").is_visible():
                break
        expect(field.get("problem")).to_contain_text(reason)
        layers, size, _ = agreed(field, page)
        assert layers <= 24
        assert size <= 2048
        field.get("layer-take").click()
        expect(field.get("problem")).to_be_hidden()


def test_the_unit_follows_pointer_and_arrows(field, page):
    field.preset("pool5")
    box = field.get("photo").locator(".box.theoretical")
    start = box_of(box)
    field.page.mouse.move(*field.place(field.get("photo"), (0.8, 0.8)))
    wait_until(lambda: box_of(box)["x"] > start["x"] + 50, "the box follows the mouse")
    field.page.mouse.move(0, 0)
    wait_until(lambda: box_of(box) == field_box(box, start), "and goes home again")
    scale = box_of(field.get("photo"))["width"] / 512
    field.get("photo").focus()
    page.page.keyboard.press("ArrowRight")
    moved = start["x"] + 32 * scale
    wait_until(lambda: abs(box_of(box)["x"] - moved) < 1, "one unit is 32 pixels")
    expect(field.get("live")).to_contain_text("it sees 212 by 212 pixels")


def field_box(box, start):
    """Where a box is that may have been scrolled: the same size and column as at the start."""
    now = box_of(box)
    same = abs(now["x"] - start["x"]) < 0.5 and abs(now["width"] - start["width"]) < 0.5
    return now if same else None


def test_a_layer_in_between_has_a_smaller_box(field, page):
    field.preset("pool5")
    box = field.get("photo").locator(".box.theoretical")
    widths = []
    for level in (18, 10, 4):
        field.get(f"chip-{level}").click()
        expect(field.get(f"chip-{level}")).to_have_attribute("aria-pressed", "true")
        scale = box_of(field.get("photo"))["width"] / 512
        field.drawn()
        widths.append(round(box_of(box)["width"] / scale))
    assert widths == [212, 44, 10]


def test_pointing_into_the_cone_shows_that_units_own_cone(field):
    field.preset("three")
    cone = field.get("cone").locator("svg")
    field.page.mouse.move(*field.place(cone, (2.5 / 4, 0.5)))
    expect(cone.locator("circle.peek")).to_have_count(1 + 3 + 5)
    expect(field.get("photo").locator(".box.peeked")).to_be_visible()
    field.page.mouse.move(0, 0)
    expect(cone.locator(".peek")).to_have_count(0)
    expect(field.get("photo").locator(".box.peeked")).to_be_hidden()


def test_the_patch_is_the_photograph_under_the_box(field):
    field.preset("three")
    field.stage("paths")
    seen = {}
    for mode in ("box", "paths", "random"):
        field.get(f"patch-{mode}").check()
        field.drawn()
        corner, centre = field.colors("patch-canvas", [(0.5 / 7, 0.5 / 7), (0.5, 0.5)])
        seen[mode] = sum(corner), sum(centre)
    assert seen["box"][1] == seen["paths"][1] == seen["random"][1]
    assert seen["paths"][0] < seen["random"][0] < seen["box"][0]


def test_terms_light_the_numbers_they_stand_for(field):
    field.preset("three")
    field.stage("build")
    field.drawn()  # the formula is written anew, and would lose the focus
    for term, lit in {
        "before": "field-2",
        "jump": "jump-2",
        "next": "jump-3",
        "r": "field-3",
    }.items():
        field.get("formula").locator(f"[data-term={term}]").first.focus()
        cells = field.root.locator("td.lit")
        expect(cells).to_have_count(1)
        assert cells.get_attribute("data-testid") == lit
    field.get("field-2").hover()
    expect(field.get("formula").locator("[data-term=before].lit")).to_have_count(2)


def test_copied_python_measures_what_is_shown(field, page):
    field.preset("largefov")
    _, size, jump = agreed(field, page)
    field.get("copy").click()
    printed = page.kernel.printed(page.copied())
    assert printed.split() == [
        "field",
        f"({size},",
        f"{size})",
        "stride",
        f"({jump}.0,",
        f"{jump}.0)",
    ]


def test_python_sets_what_is_shown_and_a_seed_draws(field, page):
    page.kernel.run('field.layers = ["conv 5", "pool 3 s2 p1"]')
    expect(field.get("field-2")).to_have_text("7")
    agreed(field, page, 2, 7, 2)
    shown = []
    for seed in ("4", "5", "4"):
        field.get("seed").fill(seed)
        field.get("seed").press("Enter")
        field.drawn()
        if field.get("guess").is_visible():
            field.get("guess-give").click()
        wait_until(lambda: page.kernel.ask("len(field.layers)") != 2, "the kernel hears of it")
        shown.append(agreed(field, page))
    assert shown[0] == shown[2] != shown[1]


def test_lives_in_a_page_without_kernel(page, field, without_kernel):
    agreed(field, page)
    html = page.kernel.ask("field.to_html()")
    alone = without_kernel(html, has_touch=True).widget("receptive_field")
    alone.preset("fc7")
    expect(alone.get("photo")).to_be_visible()
    expect(alone.get("field-20")).to_have_text("404")
    box = alone.get("photo").locator(".box.theoretical")
    before = box_of(box)["x"]
    alone.page.touchscreen.tap(*alone.place(alone.get("photo"), (0.9, 0.5)))
    wait_until(lambda: box_of(box)["x"] > before + 30, "a tap pins the unit")
    alone.preset("gridding")
    expect(alone.get("fact-seen")).to_have_text(HOLES)


@pytest.mark.parametrize("preset", ["strides", "fc7"])
def test_photograph_patch_and_numbers_stand_side_by_side(page, without_kernel, preset):
    """So that a room sees cause and effect at once."""
    html = page.kernel.ask("ReceptiveField(size='projector').to_html()")
    alone = without_kernel(html, viewport={"width": 1920, "height": 1080}).widget("receptive_field")
    alone.preset(preset)
    alone.drawn()
    photo, patch, facts = (
        box_of(alone.get(name)) for name in ("photo", "patch-canvas", "fact-field")
    )
    assert photo["x"] + photo["width"] < patch["x"] < facts["x"]
    assert photo["width"] > 200
    assert box_of(alone.root)["height"] <= 940


def test_hidden_controls_are_away(page):
    large = page.widget("receptive_field", "cell-1")
    expect(large.get("formula")).to_be_hidden()
    expect(large.get("fact-field")).to_be_hidden()
    expect(large.get("photo")).to_be_visible()


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_axe_finds_nothing(page, field, axe, theme):
    page.theme(theme)
    try:
        for preset in ("strides", "fc7", "gridding"):  # one for each stage
            field.preset(preset)
            field.drawn()
            assert axe_findings(field, axe) == []
        assert axe_findings(page.widget("receptive_field", "cell-1"), axe) == []
    finally:
        page.theme("Light")


def test_a_picture_of_ones_own_takes_the_place_of_the_astronaut(field, page):
    """The last test here, as the picture stays."""
    buffer = io.BytesIO()
    Image.new("RGB", (60, 40), (20, 160, 60)).save(buffer, "PNG")
    file = {"name": "own.png", "mimeType": "image/png", "buffer": buffer.getvalue()}
    field.get("own-picture-file").set_input_files([file])
    expect(field.get("photo-title")).to_contain_text("60 × 40")
    expect(field.get("fact-units")).to_have_text("40 × 60")
    wait_until(lambda: page.kernel.ask("field.picture is not None"), "the kernel has it")
    assert page.kernel.ask("field.picture.shape") == [40, 60, 3]
    wait_until(
        lambda: abs(field.colors("patch-canvas", [(0.5, 0.5)])[0][1] - 160) < 8, "a green patch"
    )
    agreed(field, page, 3, 7, 1)
