"""Panoptic quality: against its definition pixel by pixel, torchmetrics, and cases worked by hand."""

import json
from dataclasses import dataclass

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from torchmetrics.functional.detection import panoptic_quality as torchmetrics_quality

from seglearn.data import labels, scenes
from seglearn.metrics import Match, PanopticQuality, panoptic_quality

VOID = 99


@dataclass
class Row:
    id: int
    class_id: int


@dataclass
class CrowdRow(Row):
    iscrowd: bool


def by_definition(truth, prediction, truth_class, prediction_class, void, crowds=()):
    """Compare every pair of segments as masks, one after the other, as the rules say.

    Section 4 of the paper; of crowds, what COCO's evaluation does: they take no part in matching,
    are no false negatives, stay in the union, and excuse what lies on those of its own class.
    """
    t_masks = {i: truth == i for i in truth_class if (truth == i).any()}
    p_masks = {i: prediction == i for i in prediction_class if (prediction == i).any()}
    nothing = truth == void
    counts = {c: [0, 0, 0, 0.0] for c in {*truth_class.values(), *prediction_class.values()}}
    t_found, p_found = set(), set()
    for t in t_masks.keys() - set(crowds):
        for p, p_mask in p_masks.items():
            if truth_class[t] != prediction_class[p]:
                continue
            both = (t_masks[t] & p_mask).sum()
            iou = both / (t_masks[t] | (p_mask & ~nothing)).sum() if both else 0
            if iou > 0.5:
                assert t not in t_found
                assert p not in p_found
                t_found.add(t)
                p_found.add(p)
                counts[truth_class[t]][0] += 1
                counts[truth_class[t]][3] += iou
    for p in p_masks.keys() - p_found:
        excused = nothing.copy()
        for t in crowds:
            if truth_class[t] == prediction_class[p]:
                excused |= truth == t
        if 2 * (p_masks[p] & excused).sum() <= p_masks[p].sum():
            counts[prediction_class[p]][1] += 1
    for t in t_masks.keys() - t_found - set(crowds):
        counts[truth_class[t]][2] += 1
    return counts


def maps(seed, shape, n_segments):
    """Two maps of blocks; the prediction is the truth with pixels and whole ids disturbed."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(1, n_segments + 1, (3, 3))
    rows, columns = (np.linspace(0, 2.99, n).astype(int) for n in shape)
    truth = coarse[np.ix_(rows, columns)]
    prediction = np.where(rng.random(shape) < 0.2, np.roll(truth, 1, 1), truth)
    prediction = np.where(
        rng.random(shape) < 0.1, rng.integers(1, n_segments + 1, shape), prediction
    )
    truth = np.where(rng.random(shape) < rng.choice([0, 0.15, 0.6]), VOID, truth)
    prediction = np.where(rng.random(shape) < 0.05, VOID, prediction)
    tables = [{i: int(rng.integers(3)) for i in range(1, n_segments + 1)} for _ in range(2)]
    if rng.random() < 0.8:
        tables[1] = {**tables[0], 1: 2}
    return truth, prediction, *tables


@settings(max_examples=150, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    height=st.integers(1, 12),
    width=st.integers(1, 12),
    n_segments=st.integers(1, 6),
    crowds=st.sets(st.integers(1, 6)),
)
def test_equals_the_definition(seed, height, width, n_segments, crowds):
    truth, prediction, t_class, p_class = maps(seed, (height, width), n_segments)
    crowds &= t_class.keys()
    quality = panoptic_quality(truth, prediction, t_class, p_class, void=VOID, crowd=crowds)
    expected = by_definition(truth, prediction, t_class, p_class, VOID, crowds)
    assert quality.classes == tuple(sorted(expected))
    for k, c in enumerate(quality.classes):
        tp, fp, fn, iou_sum = expected[c]
        assert (quality.tp[k], quality.fp[k], quality.fn[k]) == (tp, fp, fn)
        assert quality.iou_sum[k] == pytest.approx(iou_sum)
        half = tp + (fp + fn) / 2
        if half:
            assert quality.pq[k] == pytest.approx(iou_sum / half)
        else:
            assert np.isnan([quality.pq[k], quality.sq[k], quality.rq[k]]).all()
        if tp:
            assert quality.pq[k] == pytest.approx(quality.sq[k] * quality.rq[k])


@pytest.mark.parametrize("seed", range(6))
def test_agrees_with_torchmetrics(seed):
    rng = np.random.default_rng(seed)
    stuff, things, size = {0, 1}, {2, 3}, (40, 50)
    coarse = rng.integers(0, 4, (5, 5)), rng.integers(1, 3, (5, 5))
    grid = np.ix_(np.arange(40) // 8, np.arange(50) // 10)
    category, instance = (array[grid] for array in coarse)
    truth = np.stack([category, np.where(np.isin(category, list(things)), instance, 0)], -1)
    noisy = np.where(rng.random((*size, 1)) < 0.25, np.roll(truth, 3, 1), truth)
    theirs = torchmetrics_quality(  # (class, score), things before stuff
        torch.tensor(noisy)[None],
        torch.tensor(truth)[None],
        things=things,
        stuffs=stuff,
        return_sq_and_rq=True,
        return_per_class=True,
    ).numpy()
    ids = [100 * m[..., 0] + m[..., 1] for m in (truth, noisy)]
    quality = panoptic_quality(*ids, {int(i): int(i) // 100 for i in np.unique(ids)})
    order = [quality.classes.index(c) for c in (2, 3, 0, 1)]
    ours = np.nan_to_num(np.stack([quality.pq, quality.sq, quality.rq], 1)[order])
    np.testing.assert_allclose(ours, theirs.reshape(ours.shape), atol=1e-6)


def test_the_worked_case_by_hand():
    # Two cars of 4 pixels: one with 3 of its 4 found, one missed; and one car that is not there.
    truth = np.array([[1, 1, 1, 1, 2, 2, 2, 2, 3, 3]])
    prediction = np.array([[5, 5, 5, 3, 3, 3, 3, 3, 6, 3]])
    quality = panoptic_quality(truth, prediction, {1: 0, 2: 0, 3: 1}, {5: 0, 6: 0, 3: 1}, void=())
    assert quality.matches == (Match(1, 5, 0, 0.75),)
    assert (quality.missed, quality.false) == ((2, 3), (3, 6))
    assert quality.tp.tolist() == [1, 0]
    assert quality.fp.tolist() == [1, 1]
    assert quality.fn.tolist() == [1, 1]
    assert quality.sq[0] == 0.75
    assert quality.rq[0] == 1 / (1 + 0.5 + 0.5)
    assert quality.pq.tolist() == [0.375, 0]
    assert np.isnan(quality.sq[1])
    assert (quality.mean_pq, quality.mean_sq, quality.mean_rq) == (0.1875, 0.75, 0.25)


def test_an_iou_of_exactly_one_half_is_no_match():
    quality = panoptic_quality([[1, 1, 2]], [[1, 3, 3]], {1: 0, 2: 1}, {1: 0, 3: 2})
    assert quality.matches == ()
    assert panoptic_quality(
        [[1, 1, 1, 2]], [[1, 1, 3, 3]], {1: 0, 2: 1}, {1: 0, 3: 2}
    ).tp.tolist() == [1, 0, 0]


def test_void_is_left_out_of_the_union_and_forgives_what_lies_on_it():
    truth = np.array([[1, 1, 0, 0, 0, 0]])
    quality = panoptic_quality(truth, np.array([[5, 5, 5, 6, 6, 6]]), {1: 0}, {5: 0, 6: 0}, void=0)
    assert quality.matches == (Match(1, 5, 0, 1.0),)
    assert quality.false == ()
    assert quality.mean_pq == 1
    # Half on void is not mostly void.
    half = panoptic_quality([[1, 1, 0]], [[0, 6, 6]], {1: 0}, {6: 1}, void=0)
    assert half.false == (6,)


PERSON, CAR = 1, 3


@pytest.mark.parametrize(
    ("prediction", "classes", "tp", "false", "missed"),
    [
        ([0, 0, 0, 0, 0, 0, 0, 0], {}, 0, (), (4,)),  # the crowd is not missed
        ([1, 1, 2, 2, 2, 2, 2, 2], {1: PERSON, 2: PERSON}, 1, (), ()),  # nor found, if all of it is
        ([1, 1, 2, 3, 3, 0, 0, 0], dict.fromkeys((1, 2, 3), PERSON), 1, (), ()),  # nor its people
        ([1, 1, 2, 2, 2, 2, 0, 0], {1: PERSON, 2: CAR}, 1, (2,), ()),  # but a car on it is false
        ([1, 2, 2, 2, 2, 2, 2, 2], {1: PERSON, 2: PERSON}, 0, (1,), (4,)),  # 1: an IoU of one half
        ([0, 2, 2, 0, 0, 0, 0, 0], {2: PERSON}, 0, (2,), (4,)),  # half on the crowd is not mostly
        ([0, 2, 2, 2, 0, 0, 0, 0], {2: PERSON}, 0, (), (4,)),
        ([0, 2, 2, 0, 0, 0, 0, 2], {2: PERSON}, 0, (), (4,)),  # crowd and void together are
        ([0, 2, 2, 0, 0, 0, 0, 2], {2: CAR}, 0, (2,), (4,)),
        ([1, 1, 1, 1, 0, 0, 0, 0], {1: PERSON}, 0, (1,), (4,)),  # crowd stays in the union: 2 / 4
        ([1, 1, 0, 0, 0, 0, 1, 1], {1: PERSON}, 1, (), ()),  # void does not: 2 / 2
    ],
)
def test_crowds_are_neither_found_nor_missed_and_excuse_their_own_class(
    prediction, classes, tp, false, missed
):
    truth = [[4, 4, 9, 9, 9, 9, 0, 0]]
    quality = panoptic_quality(
        truth, [prediction], {4: PERSON, 9: PERSON}, classes, void=0, crowd=9
    )
    assert (int(quality.tp.sum()), quality.false, quality.missed) == (tp, false, missed)
    assert all(match.iou == 1 for match in quality.matches)


def test_every_crowd_of_a_class_counts():
    quality = panoptic_quality(
        [[7, 8, 9, 4, 4]],
        [[1, 1, 1, 1, 0]],
        dict.fromkeys((4, 7, 8, 9), PERSON),
        {1: PERSON},
        void=0,
        crowd={7, 8, 9},
    )
    assert (quality.false, quality.missed) == ((), (4,))


def test_a_class_that_has_only_crowds_has_no_score():
    quality = panoptic_quality([[9, 9]], [[1, 0]], {9: PERSON}, {1: PERSON}, void=0, crowd=[9])
    assert quality.classes == (PERSON,)
    assert np.isnan(quality.pq).all()


def test_crowds_are_read_off_the_segments_that_say_so():
    truth, prediction = [[4, 4, 9, 9]], [[1, 1, 2, 0]]
    people = [
        {"id": 4, "category_id": 1, "iscrowd": 0, "area": 2, "bbox": [0, 0, 2, 1]},
        {"id": 9, "category_id": 1, "iscrowd": 1, "area": 2, "bbox": [2, 0, 2, 1]},
    ]
    found = [{"id": 1, "category_id": 1}, {"id": 2, "category_id": 1, "iscrowd": 1}]
    rows = [CrowdRow(4, 1, False), CrowdRow(9, 1, np.bool_(True))]
    for segments in (people, rows):
        quality = panoptic_quality(truth, prediction, segments, found, void=0)
        assert (quality.tp, quality.fp, quality.fn) == ([1], [0], [0])
    # Only the truth has crowds: that segment 2 calls itself one is not looked at.
    plain = panoptic_quality(truth, prediction, {4: 1, 9: 1}, found, void=0)
    assert (plain.tp, plain.fp, plain.fn) == ([1], [1], [1])


def test_real_crowds_of_coco(seglearn_data):
    """The truth shifted is the prediction. COCO's own code gives the same counts."""
    folder = seglearn_data / "COCO-panoptic-sample"
    record = json.loads((folder / "panoptic_examples.json").read_text(encoding="utf-8"))
    with_rule = without_rule = None
    for annotation in record["annotations"]:
        picture = np.asarray(Image.open(folder / "panoptic_examples" / annotation["file_name"]))
        truth = labels.colors_to_segment_ids(picture)
        segments = annotation["segments_info"]
        classes = {s["id"]: s["category_id"] for s in segments}
        crowds = {s["id"] for s in segments if s["iscrowd"]}
        for shift in ((0, 6), (8, 0), (0, 20)):
            moved = np.roll(truth, shift, axis=(0, 1))
            one = panoptic_quality(truth, moved, segments, segments, void=0)
            assert panoptic_quality(truth, moved, classes, void=0, crowd=crowds).fp.tolist() == (
                one.fp.tolist()
            )
            expected = by_definition(truth, moved, classes, classes, 0, crowds)
            for k, c in enumerate(one.classes):
                assert [one.tp[k], one.fp[k], one.fn[k]] == expected[c][:3]
                assert one.iou_sum[k] == pytest.approx(expected[c][3])
            other = panoptic_quality(truth, moved, classes, void=0)
            with_rule = one if with_rule is None else with_rule + one
            without_rule = other if without_rule is None else without_rule + other
    counts = [
        [int(n[q.classes.index(PERSON)]) for n in (q.tp, q.fp, q.fn)]
        for q in (with_rule, without_rule)
    ]
    assert counts == [[34, 42, 44], [37, 47, 47]]


def test_perfect_missing_and_empty():
    truth = np.array([[1, 1], [2, 2]])
    perfect = panoptic_quality(truth, truth, {1: 0, 2: 1})
    assert (perfect.mean_pq, perfect.mean_sq, perfect.mean_rq) == (1, 1, 1)
    nothing = panoptic_quality(truth, np.zeros_like(truth), {1: 0, 2: 1}, void=0)
    assert (nothing.mean_pq, nothing.mean_rq) == (0, 0)
    assert np.isnan(nothing.mean_sq)
    empty = panoptic_quality(np.zeros((2, 2), int), np.zeros((2, 2), int), {}, void=0)
    assert np.isnan(empty.mean_pq)
    assert empty.classes == ()


def test_segments_of_a_scene_and_any_row_with_id_and_class():
    scene = scenes.make_scene(3)
    quality = panoptic_quality(scene.panoptic, scene.panoptic, scene.segments, void={255000})
    assert quality.mean_pq == 1
    assert int(quality.tp.sum()) == len(scene.segments)
    rows = [Row(1, 0), Row(2, 4)]
    assert panoptic_quality(torch.tensor([[1, 2]]), [[1, 2]], rows).classes == (0, 4)


def test_adding_is_counting_over_both():
    first = panoptic_quality([[1, 1, 1]], [[1, 1, 1]], {1: 0})
    second = panoptic_quality([[1, 1, 2]], [[3, 3, 3]], {1: 0, 2: 5}, {3: 0})
    both = first + second
    assert both.classes == (0, 5)
    assert both.tp.tolist() == [2, 0]
    assert both.fn.tolist() == [0, 1]
    assert both.iou_sum.tolist() == pytest.approx([1 + 2 / 3, 0])
    assert both.matches == first.matches + second.matches
    assert isinstance(both, PanopticQuality)
    with pytest.raises(TypeError):
        first + 1


def test_prints_a_table():
    text = repr(panoptic_quality([[1, 2]], [[1, 1]], {1: 0, 2: 7}, {1: 0}))
    assert text.splitlines()[0].split() == [
        "class",
        "PQ",
        "%",
        "SQ",
        "%",
        "RQ",
        "%",
        "TP",
        "FP",
        "FN",
    ]
    assert "–" in text
    assert text.splitlines()[-1].startswith("mean")


@pytest.mark.parametrize(
    ("arguments", "void", "error", "words"),
    [
        (([[1, 2]], [[1, 1]], {1: 0}), (), ValueError, "truth has pixels of id 2.*pass void=2"),
        (([[1, 1]], [[1, 2]], {1: 0}), (), ValueError, "prediction has pixels of id 2"),
        (([[1.0, 1]], [[1, 1]], {1: 0}), (), TypeError, "integers"),
        (([[1, 1]], [[1, 1, 1]], {1: 0}), (), ValueError, "shape"),
        (([[[1]], [[1]]], [[[1]], [[1]]], {1: 0}), (), ValueError, r"one image.*add the results"),
        (([[1]], [[1]], ["car"]), (), TypeError, "no id or no class.*category_id"),
        (([[1]], [[1]], [{"id": 1, "label": 2}]), (), TypeError, "no id or no class"),
        (([[1]], [[1]], [Row(1, 2), Row(1, 3)]), (), ValueError, "lists id 1 twice"),
        (([[1]], [[1]], [Row("1", 2)]), (), TypeError, "whole number, got '1'"),
        (([[1]], [[1]], [CrowdRow(1, 2, 3)]), (), ValueError, "must be 0 or 1, got 3"),
    ],
)
def test_refuses(arguments, void, error, words):
    with pytest.raises(error, match=words):
        panoptic_quality(*arguments, void=void)


@pytest.mark.parametrize(
    ("void", "crowd", "error", "words"),
    [
        ((), 5, ValueError, "crowd 5 is not among truth_segments"),
        (1, 1, ValueError, "crowd 1 is void, too"),
        ((), [1.0], TypeError, "crowd must be a whole number, got 1.0"),
        ((), "1", TypeError, "crowd must be a whole number"),
    ],
)
def test_refuses_what_is_no_crowd(void, crowd, error, words):
    with pytest.raises(error, match=words):
        panoptic_quality([[1, 2]], [[1, 2]], {1: 0, 2: 0}, void=void, crowd=crowd)
