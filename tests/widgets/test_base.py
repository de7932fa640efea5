"""The base class: traits, checks, and the self-contained HTML."""

import json
import re

import numpy as np
import pytest

from seglearn.widgets import fields
from seglearn.widgets.base import STATIC, PictureWidget, Widget


class Counter(Widget):
    """The smallest widget there can be; it borrows a real bundle."""

    bundle = "iou_bench"
    stages = ("look", "count")
    controls = ("dial",)

    def _fields(self):
        return {"n": fields.whole(0)}

    def _measure(self, state):
        return {"twice": 2 * state["n"], "undefined": None}


def counter(**options):
    return Counter(state={"n": 3}, data={"word": "</script><!-- x"}, **options)


def test_metrics_are_right_before_display_and_follow_the_state():
    widget = counter()
    assert widget.metrics == {"twice": 6, "undefined": None}
    widget.state = {"n": 5}
    assert widget.metrics["twice"] == 10


def test_a_state_from_the_browser_is_measured_too():
    widget = counter()
    widget.set_state({"state": {"n": 4}, "metrics": {"twice": 8, "undefined": None}})
    assert widget.metrics == {"twice": 8, "undefined": None}


def test_bad_state_is_refused_and_changes_nothing():
    widget = counter()
    with pytest.raises(ValueError, match=r"n must be a whole number in 0 … .*, got 'x'"):
        widget.state = {"n": "x"}
    assert widget.state == {"n": 3}
    with pytest.raises(ValueError, match="this one lacks 'n'"):
        Counter(state={}, data={})


def test_a_document_that_was_edited_in_place_counts_once_it_is_assigned():
    class Row(Counter):
        def _fields(self):
            return {"row": fields.list_of(fields.whole(0), 2, 2)}

        def _measure(self, state):
            return {"sum": sum(state["row"])}

    widget = Row(state={"row": [1, 2]}, data={})
    heard = []
    widget.observe(lambda change: heard.append(change["new"]), "state")
    state = widget.state
    state["row"][0] = 10
    assert (widget.state, widget.metrics) == ({"row": [1, 2]}, {"sum": 3})
    widget.state = state
    assert (widget.state, widget.metrics) == ({"row": [10, 2]}, {"sum": 12})
    assert heard == [{"row": [10, 2]}]
    state["row"][0] = "x"
    with pytest.raises(ValueError, match="row"):
        widget.state = state
    assert widget.state == {"row": [10, 2]}


def test_a_page_hears_nothing_of_its_own_words(monkeypatch):
    """Else each move of a drag would come back as a change made in Python."""
    widget = counter()
    sent = []
    monkeypatch.setattr(Counter, "_send", lambda self, message, buffers=None: sent.append(message))
    spoken = {"state": {"n": 4}, "metrics": {"undefined": None, "twice": 8}}
    widget.set_state(spoken)
    assert [message["method"] for message in sent] == ["echo_update"]
    assert json.dumps(sent[0]["state"]["state"]) == json.dumps(spoken["state"])
    sent.clear()
    widget.set_state({"state": {"n": 5}, "metrics": {"twice": 9}})
    assert widget.metrics["twice"] == 10
    assert sent[-1]["state"]["metrics"] == widget.metrics, "what was measured here holds"


def test_keys_keep_the_order_of_the_page():
    """The page compares documents as text."""
    document = fields.record({"a": fields.whole(0), "b": fields.number()})
    assert list(document("state", {"b": 1.5, "a": 2})) == ["b", "a"]


def test_a_state_that_cannot_be_measured_is_refused(monkeypatch):
    widget = counter()
    monkeypatch.setattr(Counter, "_measure", lambda self, state: 1 / 0)
    for put in (lambda s: setattr(widget, "state", s), lambda s: widget.set_state({"state": s})):
        with pytest.raises(fields.StateError, match="state cannot be measured: division by zero"):
            put({"n": 4})
        assert (widget.state, widget.metrics["twice"]) == ({"n": 3}, 6)


def test_metrics_are_measured_not_assigned_nor_edited():
    widget = counter(hide=["undo"])
    widget.metrics["twice"] = 7
    widget.hide.append("dial")
    assert (widget.metrics["twice"], widget.hide) == (6, ["undo"])
    widget.state = widget.state
    assert widget.metrics["twice"] == 6
    with pytest.raises(fields.StateError, match="metrics must be what is measured"):
        widget.metrics = {"twice": 7, "undefined": None}
    assert widget.metrics["twice"] == 6


def test_several_values_are_set_together_or_not_at_all():
    widget = counter()

    def put_together():
        with widget.hold_trait_notifications():
            widget.state = {"n": 9}
            widget.size = "huge"

    with pytest.raises(fields.StateError, match="size"):
        put_together()
    assert (widget.state, widget.metrics["twice"], widget.size) == ({"n": 3}, 6, "normal")


def test_numpy_numbers_become_plain_ones():
    widget = counter()
    widget.state = {"n": np.int64(6)}
    assert json.dumps(widget.state) == '{"n": 6}'


def test_unknown_names_are_answered_with_the_known_ones():
    with pytest.raises(ValueError, match=r"hide\[0\] must be one of .*undo.*dial, got 'stirp'"):
        counter(hide=["stirp"])
    with pytest.raises(ValueError, match="size must be one of normal, projector, got 'huge'"):
        counter(size="huge")
    with pytest.raises(ValueError, match="palette must be one of okabe-ito, tol, got 'jet'"):
        counter(palette="jet")
    with pytest.raises(TypeError, match=r"hide=\['undo'\]"):
        counter(hide="undo")
    widget = counter(hide=["undo", "dial"])
    with pytest.raises(ValueError, match="hide"):
        widget.hide = ["nothing"]
    assert widget.hide == ["undo", "dial"]


def test_the_stage_to_open_with_is_one_of_the_class_and_enters_the_view():
    assert "view" not in counter()._data
    assert counter(stage="count")._data["view"] == {"stage": "count"}
    opened = Counter(state={"n": 3}, data={"view": {"stage": "look", "at": 1}}, stage="count")
    assert opened._data["view"] == {"stage": "count", "at": 1}
    with pytest.raises(ValueError, match="unknown stage 'sum'; expected one of 'look', 'count'"):
        counter(stage="sum")


def test_the_bundle_is_the_module_that_is_sent():
    assert counter()._esm == (STATIC / "iou_bench.js").read_text(encoding="utf-8")


def test_known_controls_are_those_of_shell_and_class():
    assert {"undo", "redo", "reset", "copy", "presets", "dial"} <= set(Counter.known_controls())


def test_nothing_that_is_synced_is_binary():
    def no_bytes(value):
        assert not isinstance(value, (bytes, bytearray, memoryview))
        for inner in (
            value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        ):
            no_bytes(inner)

    no_bytes(counter().get_state())


def test_mimebundle_keeps_the_live_view_and_adds_html():
    data, metadata = counter()._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert set(data) >= {"text/plain", "text/html"}
    assert metadata == {} or isinstance(metadata, dict)


def test_html_holds_everything_and_no_value_can_end_its_script():
    html = counter(hide=["undo"]).to_html()
    place = re.search(
        r'<div data-seglearn="iou_bench"><script type="application/json">(.*?)</script>', html
    )
    values = json.loads(place.group(1))
    assert values["state"] == {"n": 3}
    assert values["hide"] == ["undo"]
    assert values["_data"] == {"word": "</script><!-- x"}
    assert html.count("</script>") == 2, "one for the values, one for the module"
    assert "<!--" not in html


def test_guesses_come_from_the_page_and_are_checked():
    widget = counter()
    guess = {"preset": "seed", "guess": 0.5, "truth": None}
    widget.set_state({"guesses": [guess]})
    assert widget.guesses == [guess]
    widget.guesses = []
    for wrong in ({**guess, "preset": "elsewhere"}, {**guess, "guess": [1]}, {"preset": "seed"}):
        with pytest.raises(fields.StateError, match=r"guesses\[0\]"):
            widget.set_state({"guesses": [wrong]})
        assert widget.guesses == []


def test_an_own_picture_is_an_array_of_its_pixels():
    class Photo(Counter, PictureWidget):
        from_page = PictureWidget.from_page
        taken = ()

        def _take(self, pixels):
            self.taken = (*self.taken, pixels.shape)

    widget = Photo(state={"n": 3}, data={})
    assert widget.picture is None
    pixels = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)
    sent = {"width": 4, "height": 2, "rgb": memoryview(pixels.tobytes())}
    widget.set_state({"_picture": sent})
    np.testing.assert_array_equal(widget.picture, pixels)
    assert set(widget.taken) == {(2, 4, 3)}
    for change, message in (
        ({"width": 5}, r"height × width × 3 = 30 bytes, got 24"),
        ({"width": 513}, r"_picture\.width must be a whole number in 1 … 512, got 513"),
        ({"rgb": "x" * 24}, r"_picture\.rgb must be bytes, got 'x"),
    ):
        with pytest.raises(fields.StateError, match=message):
            widget.set_state({"_picture": {**sent, **change}})
        np.testing.assert_array_equal(widget.picture, pixels)
    widget.set_state({"_picture": None})
    assert widget.picture is None
