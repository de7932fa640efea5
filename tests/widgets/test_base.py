"""The base class: traits, checks, and the self-contained HTML."""

import json
import re

import pytest

from seglearn.widgets.base import STATIC, Widget


class Counter(Widget):
    """The smallest widget there can be; it borrows a real bundle."""

    _esm = STATIC / "iou_bench.js"
    bundle = "iou_bench"
    controls = ("dial",)

    def _check_state(self, state):
        if not isinstance(state.get("n"), int):
            raise ValueError(f"n must be a whole number, got {state.get('n')!r}")
        return state

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
    with pytest.raises(ValueError, match="n must be a whole number, got 'x'"):
        widget.state = {"n": "x"}
    assert widget.state == {"n": 3}
    with pytest.raises(ValueError, match="whole number"):
        Counter(state={}, data={})


def test_unknown_names_are_answered_with_the_known_ones():
    with pytest.raises(ValueError, match=r"unknown hide 'stirp'.*'undo'.*'dial'"):
        counter(hide=["stirp"])
    with pytest.raises(ValueError, match=r"unknown size 'huge'.*'normal', 'projector'"):
        counter(size="huge")
    with pytest.raises(ValueError, match=r"unknown palette 'jet'.*'okabe-ito'"):
        counter(palette="jet")
    with pytest.raises(TypeError, match=r"hide=\['undo'\]"):
        counter(hide="undo")
    widget = counter(hide=["undo", "dial"])
    with pytest.raises(ValueError, match="unknown hide"):
        widget.hide = ["nothing"]
    assert widget.hide == ["undo", "dial"]


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
