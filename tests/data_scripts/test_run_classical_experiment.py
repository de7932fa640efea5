"""The script that measures the classical methods: what a person gives, and the file that it writes."""

import json

import numpy as np
import pytest

from seglearn.classical import recorded
from seglearn.data import samples

from .conftest import SCRIPTS

import run_classical_experiment as script  # isort: skip


@pytest.fixture
def ring():
    """A ring: its middle is not a part of it."""
    y, x = np.indices((60, 80))
    distance = np.hypot(y - 30, x - 42)
    return (distance < 22) & (distance > 9)


def test_objects_are_what_the_photographs_hold():
    assert sorted(script.OBJECTS) == sorted(samples.photograph_names())
    for name, kind in script.OBJECTS.items():
        image, mask, valid = script.load(name)
        assert max(mask.shape) == script.LONG_SIDE
        assert image.shape[:2] == mask.shape == valid.shape
        share = samples.photograph(name).mask(kind).mean()
        assert mask.mean() == pytest.approx(share, abs=0.01)


def test_a_click_lies_inside(ring):
    row, column = script.Person(ring).click
    assert ring[row, column]
    assert script.Person(np.eye(1, 9, 4, dtype=bool)).click == (0, 4)


def test_a_box_holds_the_object_and_little_more(ring):
    left, top, right, bottom = script.Person(ring).box
    inside = np.zeros_like(ring)
    inside[top:bottom, left:right] = True
    assert not (ring & ~inside).any()
    for side in (inside[:, left], inside[:, right - 1], inside[top], inside[bottom - 1]):
        assert side.any()
    assert (right - left, bottom - top) == (43 + 6, 43 + 6)


@pytest.mark.parametrize("marks", ["strokes", "pixels"])
def test_marks_are_true(ring, marks):
    found = getattr(script.Person(ring), marks)
    assert found.shape == ring.shape
    assert ring[found == 1].all()
    assert not ring[found == 0].any()
    assert set(np.unique(found)) == {-1, 0, 1}


def test_method_names_are_unique():
    parts = [name for chapter in script.CHAPTERS.values() for name in chapter()]
    assert len(parts) == len(set(parts)) == len(script.methods())


def test_names_are_given_to_regions_and_not_to_a_mask(monkeypatch):
    image = np.zeros((4, 6, 3))
    mask = np.zeros((4, 6), bool)
    mask[:, :2] = True
    monkeypatch.setattr(script, "load", lambda name: (image, mask, np.ones_like(mask)))
    thirds = np.repeat(np.arange(3), 2)[None].repeat(4, axis=0)
    found = script.measure("made-up", "thirds", script.Method(lambda x, p: 2 - thirds, "none"))
    assert (found["iou"], found["labels"]) == (1.0, 3), "the best regions are the object"
    method = script.Method(lambda x, p: thirds == 1, "none", "a click")
    assert script.measure("made-up", "wrong", method)["iou"] == 0, "nobody turns a mask round"


def test_void_does_not_count(monkeypatch):
    mask = np.eye(4, 6, dtype=bool)
    valid = np.ones_like(mask)
    valid[:, 4:] = False
    monkeypatch.setattr(script, "load", lambda name: (np.zeros((4, 6)), mask, valid))
    right_where_valid = script.Method(lambda x, p: mask | ~valid, "none", "a click")
    assert script.measure("made-up", "", right_where_valid)["iou"] == 1


def test_it_writes_what_the_reader_reads(tmp_path, monkeypatch):
    out = tmp_path / "scores.json"
    chosen = ["growing", "Otsu"]
    command = ["script", "--out", str(out), "--photographs", "coins", "--methods", *chosen]
    monkeypatch.setattr("sys.argv", command)
    script.main()
    content = recorded.read(out)
    assert content["objects"] == {"coins": "coin"}
    assert list(content["methods"]) == ["Otsu", "growing"], "in the order of the chapter"
    assert content["methods"]["growing"] == {
        "chapter": "06",
        "settings": "tolerance 0.2",
        "needs": "a click",
    }
    assert {row[1] for row in content["rows"]} == set(chosen)


def test_the_recorded_methods_are_those_of_the_script():
    methods = script.methods()
    assert list(recorded.methods()) == list(methods)
    for chapter, theirs in script.CHAPTERS.items():
        assert list(recorded.methods(chapter)) == list(theirs())
    for name, about in recorded.methods().items():
        assert (about["settings"], about["needs"]) == (methods[name].settings, methods[name].needs)
    assert recorded.objects() == script.OBJECTS
    assert recorded.notes() == script.NOTES


@pytest.mark.parametrize(
    ("photograph", "method"),
    [
        ("coins", "Otsu"),
        ("camera", "growing"),
        ("coffee", "watershed, flat parts"),
        ("flower", "Canny, filled"),
        ("rocket", "k-means"),
        ("coins", "graph-based"),
        ("china", "normalized cuts"),
        ("flower", "minimum cut"),
        ("rocket", "random walker"),
        ("chelsea", "forest, 100 pixels"),
        ("coffee", "GrabCut"),
    ],
)
def test_a_case_gives_the_recorded_scores_again(photograph, method):
    found = script.measure(photograph, method, script.methods()[method])
    place = list(recorded.objects()).index(photograph)
    for column, tolerance in (("iou", 0.01), ("squares", 0.01), ("labels", 0)):
        old = recorded.by_method(column)[method][place]
        assert found[column] == pytest.approx(old, abs=tolerance), column


def test_the_file_names_no_machine_and_holds_no_image():
    text = script.TARGET.read_text(encoding="utf-8")
    assert script.TARGET.is_relative_to(SCRIPTS.parent)
    assert not any(word in text for word in ("/home", "/tmp", "/work", "\\\\"))
    assert max(map(len, text.splitlines())) < 300
    assert set(json.loads(text)["packages"]) >= {"numpy", "scipy", "scikit-image"}
