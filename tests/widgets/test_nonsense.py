"""Whatever a page, a saved notebook or a cell writes into a widget: taken, or refused by name."""

import copy
import json
import time
import tracemalloc
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import pytest
import traitlets

import seglearn.widgets
from seglearn.widgets import (
    Checkerboard,
    ConfusionWorkbench,
    GrabCutStudio,
    IoUBench,
    NoiseLab,
    PanopticScene,
    ReceptiveField,
    Skips,
    SpectralExplorer,
    SuperpixelLab,
)
from seglearn.widgets.base import Checked
from seglearn.widgets.fields import StateError, shown

RNG = np.random.default_rng(5)
GREY = np.full((16, 20), 0.5)
MAP = np.array([[1, 1, 2, 2], [3, 3, 2, 2]])
SEGMENTS = [
    {"id": 1, "class_name": "sky", "is_thing": False},
    {"id": 2, "class_name": "cup", "is_thing": True},
    {"id": 3, "class_name": "cup", "is_thing": True},
]


def skips() -> Skips:
    maps = [RNG.normal(size=(3, *size)) for size in ((1, 1), (2, 2), (3, 3))]
    return Skips(np.zeros((24, 24, 3)), np.zeros((24, 24), int), *maps)


def spectral_explorer() -> SpectralExplorer:
    return SpectralExplorer(RNG.random((6, 5, 8)), labels=np.arange(30).reshape(6, 5) // 15)


# Every widget opens without arguments; these answer sooner with something small.
SMALL: dict[str, Callable[[], Any]] = {
    "Checkerboard": partial(Checkerboard, image=GREY),
    "GrabCutStudio": partial(GrabCutStudio, RNG.random((16, 20)), box=(4, 4, 14, 12)),
    "IoUBench": partial(IoUBench, shape=(24, 32)),
    "NoiseLab": partial(NoiseLab, GREY),
    "PanopticScene": partial(PanopticScene, MAP, SEGMENTS),
    "ReceptiveField": partial(ReceptiveField, ["conv 3", "pool 2"], image=GREY),
    "Skips": skips,
    "SpectralExplorer": spectral_explorer,
    "SuperpixelLab": partial(SuperpixelLab, GREY),
}
CLASSES = [name for name in dir(seglearn.widgets) if name[0].isupper()]
WIDGETS: dict[str, Callable[[], Any]] = {
    **{name: getattr(seglearn.widgets, name) for name in CLASSES},
    **SMALL,
    "ConfusionWorkbench of counts": partial(ConfusionWorkbench, matrix=[[10**6, 1], [2, 3]]),
}


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


RUNS = (  # a mask or a label map, as text
    f"{2**63 - 1} {2**63 - 1} {96 * 128 + 2}",
    f"{2**64}",
    "-1 12289",
    "+12288",
    "1_2288",
    " 12288",
    "12288\n",
    "１２２８８",
    "1e4 2288",
    "0x3000",
    "12288.0",
    "9" * 5000,
    "0 " * 100_000 + "12288",
)
HEAVY = (*RUNS, "x" * 10_000_000, "1 " * 5_000_000, [0] * 1_000_000, [2**31, 2**31])
ODD = (
    *HEAVY,
    None,
    True,
    False,
    float("nan"),
    float("inf"),
    -float("inf"),
    0,
    -1,
    7.5,
    1e308,
    2**53 + 1,
    2**63,
    -(2**63),
    10**400,
    10**5000,
    1j,
    "",
    "nonsense",
    "１",
    "\ud800",
    "\x00",
    "__proto__",
    b"bytes",
    [],
    [[]],
    [None],
    ["a", "b"],
    [1, 2, 3, 4],
    [[1, 2], [3]],
    {},
    {"a": 1},
    {1: 2},
    {"state": {}},
    nested(50),
    nested(100_000),
    {"more": nested(100_000)},
    object(),
    memoryview(b"buffer"),
)


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a document; of long lists the first and the last entry."""
    if path:
        yield path
    if isinstance(value, dict):
        for key, each in value.items():
            yield from paths(each, (*path, key))
    elif isinstance(value, list) and value:
        for i in sorted({0, len(value) - 1}):
            yield from paths(value[i], (*path, i))


def changed(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    out = copy.copy(document)
    out[path[0]] = changed(document[path[0]], path[1:], value)
    return out


def own_traits(widget: Any) -> list[str]:
    return [name for name, t in widget.traits(sync=True).items() if isinstance(t, Checked)]


def held(widget: Any) -> dict[str, Any]:
    return {name: copy.copy(getattr(widget, name)) for name in own_traits(widget)}


def by_python(widget: Any, name: str, value: Any) -> None:
    setattr(widget, name, value)


def by_page(widget: Any, name: str, value: Any) -> None:
    widget.set_state({name: value})


def attempt(widget: Any, route: Callable[..., None], name: str, value: Any, field: str) -> bool:
    """Set a trait; return whether it was taken. Either way the widget is whole."""
    before = held(widget)
    refused = ""
    try:
        route(widget, name, value)
    except traitlets.TraitError as error:
        refused = str(error)
    if refused:
        assert field in refused
        assert len(refused) < 1000
        assert held(widget) == before
        return False
    json.dumps(held(widget), allow_nan=False)
    assert widget.metrics == widget._measure(widget.state)
    assert repr(widget)
    for trait, old in before.items():
        if trait not in ("metrics", "_answer", "_question", "_data"):
            setattr(widget, trait, old)
    return True


@pytest.fixture(scope="module", params=WIDGETS)
def widget(request: pytest.FixtureRequest) -> Any:
    return WIDGETS[request.param]()


@pytest.fixture(params=[by_python, by_page])
def route(request: pytest.FixtureRequest) -> Callable[..., None]:
    return request.param


def test_every_trait_of_ours_refuses_nonsense(widget, route):
    for name in own_traits(widget):
        for value in ODD:
            began = time.perf_counter()
            attempt(widget, route, name, value, name)
            assert time.perf_counter() - began < 2, (name, shown(value))


def test_no_page_sets_what_is_not_its_to_set(widget):
    others = set(widget.traits(sync=True)) - set(widget.from_page)
    assert {"_data", "_esm", "_model_name", "layout"} <= others
    before = {name: widget.get_state(name)[name] for name in others}
    for name in [*sorted(others), "invented", 7, None]:
        for value in ODD:
            if name in before and value == before[name]:
                continue
            with pytest.raises(StateError, match="is not for a page to set"):
                by_page(widget, name, value)
    assert {name: widget.get_state(name)[name] for name in others} == before
    by_page(widget, "_esm", before["_esm"])  # some hosts send everything back


def test_every_place_in_the_document_refuses_nonsense(widget, route):
    state = widget.state
    for path in paths(state):
        n = sum(
            attempt(widget, route, "state", changed(state, path, value), str(path[0]))
            for value in ODD
        )
        assert n < len(ODD) / 2, path


def test_missing_and_surplus_keys(widget, route):
    state = widget.state
    for key in state:
        less = {k: v for k, v in state.items() if k != key}
        assert not attempt(widget, route, "state", less, key)
    assert not attempt(widget, route, "state", {**state, "surplus": 1}, "surplus")
    assert not attempt(widget, route, "state", {**state, **dict.fromkeys(range(10**5))}, "0")


def test_nothing_is_allocated_for_nonsense(widget, route):
    state = widget.state
    tracemalloc.start()
    try:
        for path in paths(state):
            for value in HEAVY:
                document = changed(state, path, value)
                tracemalloc.reset_peak()
                before = tracemalloc.get_traced_memory()[0]
                attempt(widget, route, "state", document, str(path[0]))
                assert tracemalloc.get_traced_memory()[1] - before < 4e6, (path, shown(value))
    finally:
        tracemalloc.stop()


def test_a_page_that_was_refused_is_told_what_holds(widget, monkeypatch):
    told = []
    monkeypatch.setattr(type(widget), "send_state", lambda self, key=None: told.append(key))
    with pytest.raises(traitlets.TraitError):
        widget.set_state({"state": None, "metrics": {}, "invented": 1})
    assert told == [["state", "metrics"]]


def test_all_of_an_update_or_nothing(widget):
    before = held(widget)
    with pytest.raises(StateError, match="size"):
        widget.set_state({"palette": "tol", "hide": ["undo"], "size": "huge"})
    assert held(widget) == before


def test_messages_are_answered_or_logged(widget, monkeypatch):
    said = []
    monkeypatch.setattr(
        type(widget), "send", lambda self, content, buffers=None: said.append(content)
    )
    before = held(widget)
    for value in ODD:
        for data in (value, {"method": value}, {"method": "update", "state": value}):
            widget._handle_msg({"content": {"data": data}, "buffers": []})
        said.clear()
        widget._handle_msg(
            {"content": {"data": {"method": "custom", "content": value}}, "buffers": [b"x"]}
        )
        assert len(said) == 1
        assert "takes no messages" in said[0]["error"]
        assert len(said[0]["error"]) < 200
    paths = [["state", "x"], ["state"], [], [0], "state", [["state"]], [["state", 10**9]], None]
    for where in paths:
        data = {"method": "update", "state": {"state": {}}, "buffer_paths": where}
        widget._handle_msg({"content": {"data": data}, "buffers": [b"x"]})
    assert held(widget) == before


def test_the_button_is_answered_whatever_it_asks():
    lab = NoiseLab(GREY)
    for value in ODD:
        lab._question = {"id": "a", "state": value}
        assert lab._answer["id"] == "a"
        assert "state" in lab._answer["error"]
        with pytest.raises(StateError, match=r"_question|not for a page"):
            lab.set_state({"_question": {"id": 3, "state": value}})
    assert lab._answer["id"] == "a"


# --- whole numbers that a browser holds -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "matrix",
    [
        [[2**62] * 2] * 2,  # 2^64, which is 0 in 64 bits
        np.full((2, 2), 2**63, np.uint64),
        [[2**53, 1], [0, 0]],
    ],
)
def test_counts_that_a_browser_would_round_are_refused(matrix):
    with pytest.raises(ValueError, match=r"add up to \d+, more than the 2\^53"):
        ConfusionWorkbench(matrix=matrix)


def test_the_largest_total_is_exact():
    workbench = ConfusionWorkbench(matrix=[[2**53 - 1, 1], [0, 0]])
    assert workbench.matrix.sum() == 2**53
    for rows in ([[2**53, 1], [0, 0]], [[2**62] * 2] * 2):
        assert not attempt(
            workbench, by_page, "state", {**workbench.state, "counts": rows}, "counts"
        )


def test_ids_that_a_browser_would_round_are_refused():
    segments = [{"id": 2**60 + 1, "class_name": "cup", "is_thing": True}]
    with pytest.raises(ValueError, match=r"an id must lie in .*2\^53.*number the segments anew"):
        PanopticScene(np.full((4, 4), 2**60 + 1), segments)
    segments[0] |= {"id": 1, "class_id": -(2**60)}
    with pytest.raises(ValueError, match="a class_id must lie in"):
        PanopticScene(np.ones((4, 4), int), segments)
    segments[0] |= {"id": 1.5, "class_id": 1}
    with pytest.raises(TypeError, match="an id must be a whole number"):
        PanopticScene(np.ones((4, 4), int), segments)
    with pytest.raises(ValueError, match="void must lie in"):
        PanopticScene(MAP, SEGMENTS, void=2**60)


def test_strides_that_a_browser_would_round_are_refused():
    assert ReceptiveField(["pool 1 s8"] * 17, GREY).jump == 8**17
    with pytest.raises(ValueError, match=r"\d+ pixels apart, more than the 2\^53"):
        ReceptiveField(["pool 1 s8"] * 18, GREY)
    with pytest.raises(ValueError, match="apart"):
        ReceptiveField([*["pool 1 s8"] * 16, "conv 1 p128"], GREY)
