"""What the shell gives to every widget, each tried on one or a few of them alone in a page without kernel."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from seglearn.widgets import (
    Checkerboard,
    ConvolutionExplorer,
    IoUBench,
    NoiseLab,
    ReceptiveField,
    Skips,
    SuperpixelLab,
)

from . import readings
from .lab import Widget, box_of, wait_until

ORANGE = (200, 100, 50)


@pytest.fixture
def alone(without_kernel):
    """Show one widget in a page of its own."""

    def show(widget, **options) -> Widget:
        return without_kernel(widget.to_html(), **options).widget(widget.bundle)

    return show


# --- links ----------------------------------------------------------------------------------------------------------


def test_a_copied_link_opens_what_was_shown(without_kernel):
    page = without_kernel(2 * IoUBench().to_html())
    first, second = (Widget(page.page, "iou_bench") for _ in range(2))
    first.root, second.root = (first.root.nth(i) for i in range(2))
    start = readings.shown(first)
    second.preset("inside")
    second.drag(second.get("stage"), start=(0.5, 0.5), to=(0.55, 0.6))
    second.stage("scores")
    shown = readings.shown(second)
    assert shown != start
    address = second.link()
    assert "#iou_bench.1=" in address
    # In the page that is open: the part after "#" is all that changes.
    second.get("reset").click()
    second.stage("overlap")
    page.page.evaluate("(address) => (location.href = address)", address)
    expect(second.get("stage-scores")).to_be_checked()
    assert readings.shown(second) == shown
    # In a page that is opened with it.
    page.page.goto("about:blank")
    page.page.goto(address)
    expect(second.get("stage-scores")).to_be_checked()
    assert readings.shown(second) == shown
    assert readings.shown(first) == start
    second.get("undo").click()
    assert readings.shown(second) == start


def test_a_link_waits_for_what_is_unpacked_first(alone):
    lab = alone(SuperpixelLab())
    lab.get("compactness").focus()
    lab.page.keyboard.press("End")
    lab.drawn()
    address = lab.link()
    lab.page.goto("about:blank")
    lab.page.goto(address)
    expect(lab.get("compactness")).to_have_value("9")


@pytest.mark.parametrize("text", ["nonsense", "q1YqLkksSVWyUqqtBQA"])
def test_a_link_that_does_not_fit_changes_nothing(alone, text):
    bench = alone(IoUBench())
    start = readings.shown(bench)
    bench.page.evaluate("(text) => (location.hash = `iou_bench.0=${text}`)", text)
    expect(bench.get("live")).to_contain_text("The link does not fit")
    assert readings.shown(bench) == start


# --- a picture of one's own -----------------------------------------------------------------------------------------


def png() -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.full((40, 60, 3), ORANGE, np.uint8)).save(file, "PNG")
    return file.getvalue()


def give(widget: Widget, event: str, data: bytes, kind: str) -> None:
    """Drop a file on the picture, or paste it."""
    widget.root.evaluate(
        """(root, [event, data, type]) => {
            const files = new DataTransfer();
            files.items.add(new File([Uint8Array.from(atob(data), (c) => c.charCodeAt(0))], "mine", { type }));
            const options = { bubbles: true, cancelable: true, composed: true };
            const target = root.querySelector(event === "drop" ? ".own-picture" : ".body");
            target.dispatchEvent(event === "drop"
                ? new DragEvent("drop", { ...options, dataTransfer: files })
                : new ClipboardEvent("paste", { ...options, clipboardData: files }));
        }""",
        [event, base64.b64encode(data).decode(), kind],
    )


@pytest.mark.parametrize("how", ["choose", "drop", "paste"])
def test_a_picture_is_chosen_dropped_or_pasted(alone, how):
    lab = alone(SuperpixelLab())
    if how == "choose":
        file = {"name": "mine.png", "mimeType": "image/png", "buffer": png()}
        lab.get("own-picture-file").set_input_files(file)
    else:
        give(lab, how, png(), "image/png")
    expect(lab.get("picture")).to_have_value("own")
    expect(lab.get("region-size")).to_be_visible()
    assert lab.colors("picture-canvas", [(0.013, 0.013)]) == [list(ORANGE)]


def test_what_is_no_picture_is_refused(alone):
    lab = alone(SuperpixelLab())
    give(lab, "drop", b"no picture", "image/png")
    expect(lab.get("live")).to_contain_text("This browser cannot read that picture")
    expect(lab.get("picture")).to_have_value("coffee")


def test_a_picture_of_ones_own_lies_under_masks_that_can_be_painted(alone):
    bench = alone(IoUBench(preset="empty"))
    corner = [(0.1, 0.1)]
    bare = bench.colors("stage-canvas", corner)
    give(bench, "drop", png(), "image/png")
    wait_until(lambda: bench.colors("stage-canvas", corner) != bare, "the picture is there")
    ((red, _, blue),) = bench.colors("stage-canvas", corner)
    assert red - blue > 60
    bench.get("tool-brush").click()
    bench.drag(bench.get("stage"), start=(0.4, 0.5), to=(0.6, 0.5))
    assert readings.shown(bench)["prediction_only"] > 0


# --- hold to see before, and the player -----------------------------------------------------------------------------


def test_before_is_shown_while_it_is_held(alone):
    bench = alone(IoUBench())
    start = readings.shown(bench)
    expect(bench.get("before")).to_have_attribute("aria-disabled", "true")
    bench.get("stage").focus()
    bench.page.keyboard.press("ArrowRight")
    after = readings.shown(bench)
    assert after != start
    bench.get("before").hover()
    bench.page.mouse.down()
    assert readings.shown(bench) == start
    bench.page.mouse.up()
    assert readings.shown(bench) == after
    bench.get("before").focus()
    bench.page.keyboard.down("Space")
    assert readings.shown(bench) == start
    bench.page.keyboard.up("Space")
    assert readings.shown(bench) == after


def test_the_player_steps_scrubs_and_plays_to_the_end(alone):
    lab = alone(SuperpixelLab(), reduced_motion="reduce").stage("steps")
    lab.get("scrub").fill("0")
    expect(lab.get("step-back")).to_have_attribute("aria-disabled", "true")
    lab.get("step-on").click()
    expect(lab.get("scrub")).to_have_value("1")
    lab.get("step-back").click()
    expect(lab.get("scrub")).to_have_value("0")
    last = int(lab.get("scrub").get_attribute("max"))
    lab.get("scrub").fill(str(last - 1))
    lab.get("speed").select_option("4")
    lab.get("play").click()
    expect(lab.get("play")).to_have_attribute("aria-pressed", "true")
    expect(lab.get("scrub")).to_have_value(str(last))
    expect(lab.get("play")).to_have_attribute("aria-pressed", "false")
    expect(lab.get("step-on")).to_have_attribute("aria-disabled", "true")


# --- goals and guesses ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("widget", "preset", "covered", "guess", "said"),
    [
        (IoUBench, "disk", "value-iou", "0.5", ["0.500", "0.965"]),
        (NoiseLab, "grain", "here", "0.5", ["50", "28"]),
        (SuperpixelLab, "noisy", "value-boundary_recall", "0.9", ["0.90", "0.73"]),
        (ReceptiveField, "fc7", "fact-field", "100", ["100", "270"]),
        (Skips, "8s", "value-mean_iou", "0.3", ["0.300"]),
        (ConvolutionExplorer, "floor", "output-title", "4", ["4", "3"]),
    ],
    ids=lambda value: getattr(value, "bundle", None),
)
def test_a_number_is_guessed_before_it_is_shown(alone, widget, preset, covered, guess, said):
    asked = alone(widget())
    asked.preset(preset, guess=False)
    expect(asked.get("goal")).to_be_hidden()
    expect(asked.get(covered)).to_have_css("visibility", "hidden")
    asked.guess(guess)
    for number in said:
        expect(asked.get("guess-result")).to_contain_text(number)
    expect(asked.get(covered)).to_have_css("visibility", "visible")


@pytest.mark.parametrize(
    ("widget", "preset", "hide"),
    [
        (NoiseLab, "grain", "network"),
        (NoiseLab, "start", "filter"),
        (Checkerboard, "odd", "kernel"),
        (IoUBench, "disk", "metrics"),
    ],
    ids=lambda value: getattr(value, "bundle", value),
)
def test_nothing_is_asked_about_what_is_hidden(alone, widget, preset, hide):
    shown = alone(widget())
    shown.preset(preset)
    expect(shown.get("goal")).to_be_visible()
    hidden = alone(widget(hide=[hide]))
    hidden.preset(preset)
    expect(hidden.get("goal")).to_be_hidden()
    if hide != "kernel":  # there only the goal needs it
        expect(hidden.get("guess")).to_be_hidden()
        expect(hidden.get("guess-result")).to_be_hidden()


def test_without_a_story_there_is_no_guess(alone):
    bench = alone(IoUBench(hide=["story"]))
    bench.preset("disk", guess=False)
    expect(bench.get("guess")).to_be_hidden()
    expect(bench.get("value-iou")).to_be_visible()


@pytest.mark.parametrize("width", [390, 700, 848, 1280])
def test_nothing_moves_when_a_goal_is_reached(alone, width):
    lab = alone(NoiseLab(), viewport={"width": width, "height": 900})
    goal, stage = lab.get("goal"), lab.get("stage")
    expect(goal).to_have_attribute("data-done", "false")
    for later in ("goal-next", "goal-why"):
        expect(lab.get(later)).to_be_hidden()
    place = box_of(stage)
    lab.get("filter").select_option("median")
    expect(goal).to_have_attribute("data-done", "true")
    for later in ("goal-next", "goal-why"):
        expect(lab.get(later)).to_be_visible()
    expect(lab.get("goal-distance")).to_be_hidden()
    assert box_of(stage) == place
