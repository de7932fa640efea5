"""Counting: exact, whatever the type, layout, batching and order; and refused where it is wrong."""

import pickle

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix
from torchmetrics.functional.classification import multiclass_confusion_matrix

from seglearn.data import samples
from seglearn.metrics import ConfusionMatrix
from seglearn.metrics import confusion as confusion_module

INTEGER_TYPES = ["u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", ">i2", ">u4", ">i8"]


def maps(rng, n_classes, shape=(2, 12, 17), *, run=1, ignore_index=None):
    """Two label maps whose rows repeat each pair about `run` times."""
    size = int(np.prod(shape))
    pair = rng.integers(0, n_classes, (2, -(-size // run))).repeat(run, axis=1)[:, :size]
    truth, prediction = pair.reshape(2, *shape)
    if ignore_index is not None:
        truth[rng.random(shape) < 0.2] = ignore_index
    return truth, prediction


@pytest.mark.filterwarnings("ignore:A single label was found")
@settings(max_examples=150, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    n_classes=st.integers(1, 30),
    height=st.integers(1, 9),
    width=st.integers(1, 40),
    run=st.sampled_from([1, 2, 5, 50]),
    truth_type=st.sampled_from(INTEGER_TYPES),
    prediction_type=st.sampled_from(INTEGER_TYPES),
    ignore_index=st.sampled_from([None, -1, 99, 127]),
)
def test_equals_the_plain_loop_scikit_learn_and_torchmetrics(
    seed, n_classes, height, width, run, truth_type, prediction_type, ignore_index
):
    if ignore_index == -1 and truth_type[-2] == "u":
        ignore_index = None
    rng = np.random.default_rng(seed)
    truth, prediction = maps(rng, n_classes, (height, width), run=run, ignore_index=ignore_index)
    expected = confusion_module.count_pairs_plain(truth, prediction, n_classes, ignore_index)
    counts = (
        ConfusionMatrix(n_classes, ignore_index=ignore_index)
        .update(truth.astype(truth_type), prediction.astype(prediction_type))
        .counts
    )
    assert counts.dtype == np.int64
    np.testing.assert_array_equal(counts, expected)

    valid = truth != ignore_index
    if valid.any():
        np.testing.assert_array_equal(
            counts, confusion_matrix(truth[valid], prediction[valid], labels=range(n_classes))
        )
    if n_classes > 1:
        theirs = multiclass_confusion_matrix(
            torch.tensor(prediction), torch.tensor(truth), n_classes, ignore_index=ignore_index
        )
        np.testing.assert_array_equal(counts, theirs.numpy())


@pytest.mark.parametrize("name", ["coffee", "rocket"])
def test_runs_of_a_photograph_are_counted_as_its_pixels_are(name):
    truth = samples.photograph(name).labels[::3, ::3]
    n_classes = int(truth[truth != 255].max()) + 1
    prediction = np.where(truth == 255, 0, np.roll(truth, 2, axis=1))
    prediction[prediction == 255] = 0
    counts = ConfusionMatrix(n_classes, ignore_index=255).update(truth, prediction).counts
    plain = confusion_module.count_pairs_plain(truth, prediction, n_classes, 255)
    np.testing.assert_array_equal(counts, plain)


def test_the_plain_count_by_hand_and_what_it_refuses():
    count = confusion_module.count_pairs_plain
    assert count([[0, 1, 1, 9]], [[0, 1, 0, 0]], 2, 9).tolist() == [[1, 0], [1, 1]]
    for truth, prediction in (([[2]], [[0]]), ([[0]], [[2]]), ([[-1]], [[0]]), ([[0]], [[-1]])):
        with pytest.raises(ValueError, match="the classes are 0 to 1"):
            count(truth, prediction, 2, 9)
    with pytest.raises(ValueError, match="differ in shape"):
        count([[0, 1]], [[0], [1]], 2)
    with pytest.raises(TypeError, match="masked"):
        count(np.ma.zeros((2, 2), int), np.zeros((2, 2), int), 2)
    with pytest.raises(ValueError, match="n_classes must lie in 1 … 8192, got 8193"):
        count([[0]], [[0]], 8193)


@pytest.mark.parametrize("n_classes", [255, 256, 257, 700])
@pytest.mark.parametrize("run", [1, 9])
@pytest.mark.parametrize("ignore_index", [None, -1, 1000])
def test_more_classes_than_a_byte_holds(n_classes, run, ignore_index):
    rng = np.random.default_rng(n_classes)
    truth, prediction = maps(rng, n_classes, run=run, ignore_index=ignore_index)
    truth.flat[0], prediction.flat[0] = n_classes - 1, n_classes - 1
    for kind in (np.int16, np.int64):
        matrix = ConfusionMatrix(n_classes, ignore_index=ignore_index)
        matrix.update(truth.astype(kind), prediction.astype(kind))
        np.testing.assert_array_equal(
            matrix.counts,
            confusion_module.count_pairs_plain(truth, prediction, n_classes, ignore_index),
        )


@pytest.mark.parametrize("run", [1, 3, 40])
def test_images_larger_than_a_block_and_runs_across_blocks(monkeypatch, run):
    monkeypatch.setattr(confusion_module, "BLOCK", 50)
    rng = np.random.default_rng(0)
    truth, prediction = maps(rng, 4, (2, 31, 37), run=run, ignore_index=255)
    counts = ConfusionMatrix(4, ignore_index=255).update(truth, prediction).counts
    np.testing.assert_array_equal(
        counts, confusion_module.count_pairs_plain(truth, prediction, 4, 255)
    )


def test_a_whole_block_of_one_pair():
    label = np.full((700, 900), 2, dtype=np.uint8)
    assert ConfusionMatrix(3).update(label, label).counts[2, 2] == 630_000


@pytest.mark.parametrize("run", [1, 20])
@pytest.mark.parametrize(
    "layout",
    [
        lambda x: x[::-1],
        lambda x: x[:, ::-1, ::-1],
        lambda x: np.asfortranarray(x),
        lambda x: np.repeat(x, 2, axis=2)[:, :, ::2],
        lambda x: np.broadcast_to(x[:1, :1], x.shape),
        lambda x: x.transpose(0, 2, 1).copy().transpose(0, 2, 1),
        lambda x: np.frombuffer(x.astype(">i4").tobytes(), ">i4").reshape(x.shape),
    ],
    ids=["flipped", "rotated", "fortran", "strided", "broadcast", "transposed", "big-endian"],
)
def test_any_memory_layout(layout, run):
    truth, prediction = maps(np.random.default_rng(3), 5, (3, 40, 60), run=run, ignore_index=9)
    truth, prediction = layout(truth), layout(prediction[::-1])
    truth.setflags(write=False)
    before = truth.copy()
    counts = ConfusionMatrix(5, ignore_index=9).update(truth, prediction).counts
    np.testing.assert_array_equal(
        counts, confusion_module.count_pairs_plain(truth, prediction, 5, 9)
    )
    np.testing.assert_array_equal(truth, before)


@pytest.mark.parametrize("run", [1, 20])
def test_what_is_predicted_on_ignored_pixels_does_not_matter(run):
    truth, prediction = maps(np.random.default_rng(4), 3, run=run, ignore_index=255)
    wild = np.where(truth == 255, np.arange(truth.size).reshape(truth.shape) - 50, prediction)
    matrix = ConfusionMatrix(3, ignore_index=255)
    np.testing.assert_array_equal(
        matrix.update(truth, wild).counts,
        confusion_module.count_pairs_plain(truth, prediction, 3, 255),
    )


def test_all_ignored_counts_nothing():
    truth = np.full((4, 5), 255, dtype=np.uint8)
    assert not ConfusionMatrix(3, ignore_index=255).update(truth, truth).counts.any()


def test_tensors_lists_and_booleans():
    truth, prediction = maps(np.random.default_rng(5), 2)
    expected = confusion_module.count_pairs_plain(truth, prediction, 2)
    for convert in (
        torch.tensor,
        lambda x: torch.tensor(x, dtype=torch.uint8),
        lambda x: torch.tensor(x).permute(0, 2, 1).contiguous().permute(0, 2, 1),
        np.ndarray.tolist,
        lambda x: x.astype(bool),
        lambda x: torch.tensor(x).bool(),
        lambda x: x.astype(bool)[..., ::-1][..., ::-1],
    ):
        counts = ConfusionMatrix(2).update(convert(truth), convert(prediction)).counts
        np.testing.assert_array_equal(counts, expected)
    mixed = ConfusionMatrix(2).update(truth.astype(np.uint8), torch.tensor(prediction)).counts
    np.testing.assert_array_equal(mixed, expected)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), n_images=st.integers(2, 6), cut=st.integers(1, 5))
def test_merging_is_counting_together_in_any_order(seed, n_images, cut):
    rng = np.random.default_rng(seed)
    truth, prediction = maps(rng, 4, (n_images, 5, 6), run=3, ignore_index=-1)
    new = lambda: ConfusionMatrix(4, ignore_index=-1, per_image=True)  # noqa: E731
    whole = new().update(truth, prediction)
    cut = min(cut, n_images - 1)
    parts = [new().update(truth[s], prediction[s]) for s in (slice(cut), slice(cut, None))]
    for merged in (parts[0] + parts[1], parts[0].merge(parts[1]), sum(parts)):
        np.testing.assert_array_equal(merged.counts, whole.counts)
        np.testing.assert_array_equal(merged.per_image_counts, whole.per_image_counts)
    np.testing.assert_array_equal((parts[1] + parts[0]).counts, whole.counts)

    shuffled = new()
    for i in rng.permutation(n_images):
        shuffled.update(truth[i], prediction[i])
    np.testing.assert_array_equal(shuffled.counts, whole.counts)


def test_merge_leaves_both_untouched():
    a = ConfusionMatrix(2, per_image=True).update([[0]], [[0]])
    b = ConfusionMatrix(2, per_image=True).update([[1]], [[1]])
    (a + b).update([[1]], [[0]])
    assert a.counts.tolist() == [[1, 0], [0, 0]]
    assert b.counts.tolist() == [[0, 0], [0, 1]]
    assert len(a.per_image_counts) == len(b.per_image_counts) == 1


@pytest.mark.parametrize(
    ("other", "name"),
    [
        (ConfusionMatrix(4), "n_classes"),
        (ConfusionMatrix(3, class_names=["a", "b", "c"]), "class_names"),
        (ConfusionMatrix(3, ignore_index=255), "ignore_index"),
        (ConfusionMatrix(3, per_image=True), "per_image"),
    ],
)
def test_merge_refuses_other_settings_by_name(other, name):
    with pytest.raises(ValueError, match=f"differ in {name}"):
        ConfusionMatrix(3) + other


def test_merge_refuses_other_things():
    with pytest.raises(TypeError):
        ConfusionMatrix(3) + 1
    with pytest.raises(TypeError):
        1 + ConfusionMatrix(3)


def test_reset_chaining_and_copies():
    matrix = ConfusionMatrix(2, per_image=True).update([[0, 1]], [[0, 0]])
    matrix.counts[:] = 7
    matrix.per_image_counts[:] = 7
    assert matrix.counts.tolist() == [[1, 0], [1, 0]]
    assert matrix.reset() is matrix
    assert matrix.counts.sum() == 0
    assert matrix.per_image_counts.shape == (0, 2, 2)


def test_survives_pickling():
    matrix = ConfusionMatrix(2, per_image=True, ignore_index=9).update([[0, 1, 9]], [[0, 0, 1]])
    copy = pickle.loads(pickle.dumps(matrix))
    np.testing.assert_array_equal((copy + matrix).counts, 2 * matrix.counts)


def test_from_counts():
    counts = np.arange(9).reshape(3, 3)
    matrix = ConfusionMatrix.from_counts(counts.tolist(), class_names=["a", "b", "c"])
    np.testing.assert_array_equal(matrix.counts, counts)
    assert matrix.class_names == ("a", "b", "c")
    stack = ConfusionMatrix.from_counts(np.stack([counts, counts]))
    np.testing.assert_array_equal(stack.counts, 2 * counts)
    assert stack.per_image_counts.shape == (2, 3, 3)
    matrix.update([[0]], [[0]])
    assert counts[0, 0] == 0


@pytest.mark.parametrize(
    ("counts", "error", "message"),
    [
        ([[0.5, 0.5], [0, 1]], TypeError, "do not normalise"),
        ([[1, 2, 3]], ValueError, r"\(1, 3\)"),
        ([[1, -2], [3, 4]], ValueError, "-2"),
        (np.full((2, 2), 2**62), ValueError, r"more than 2\*\*62"),
        (np.full((2, 2), 2**64 - 1, np.uint64), ValueError, r"more than 2\*\*62"),
        (np.ma.masked_equal([[1, 2], [3, 4]], 4), TypeError, r"counts\.filled"),
        (np.eye(2, dtype=bool), TypeError, "integers"),
    ],
)
def test_from_counts_refuses(counts, error, message):
    with pytest.raises(error, match=message):
        ConfusionMatrix.from_counts(counts)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({}, ValueError, "n_classes, class_names"),
        ({"n_classes": 0}, ValueError, "n_classes must lie in 1 … 8192, got 0"),
        ({"n_classes": 10**9}, ValueError, "n_classes must lie in 1 … 8192"),
        ({"n_classes": 2.0}, TypeError, "whole number, got 2.0"),
        ({"n_classes": True}, TypeError, "whole number, got True"),
        ({"n_classes": np.True_}, TypeError, "whole number"),
        ({"n_classes": "2"}, TypeError, "whole number, got '2'"),
        ({"n_classes": 2, "ignore_index": 255.0}, TypeError, "ignore_index must be a whole number"),
        ({"n_classes": 2, "ignore_index": True}, TypeError, "ignore_index must be a whole number"),
        ({"n_classes": 2, "class_names": ["a"]}, ValueError, "1 class_names for n_classes=2"),
        ({"class_names": ["a", "b", "a"]}, ValueError, "'a'"),
        ({"class_names": "road"}, TypeError, "'road'"),
        ({"class_names": ["bg", "cat"], "ignore_index": 0}, ValueError, "'bg'.*exclude"),
        ({"n_classes": 3, "ignore_index": 2}, ValueError, "outside 0 to 2"),
    ],
)
def test_constructor_refuses(arguments, error, message):
    with pytest.raises(error, match=message):
        ConfusionMatrix(**arguments)


ZEROS = np.zeros((4, 5), dtype=np.uint8)


@pytest.mark.parametrize(
    ("truth", "prediction", "error", "message"),
    [
        (ZEROS, ZEROS[:3], ValueError, r"\(4, 5\) and \(3, 5\)"),
        (ZEROS, ZEROS[None], ValueError, r"\(4, 5\) and \(1, 4, 5\)"),
        (ZEROS[:0], ZEROS[:0], ValueError, r"\(0, 5\): there is no pixel"),
        (ZEROS[0], ZEROS[0], ValueError, r"\(H, W\) or \(N, H, W\), got shape \(5,\)"),
        (ZEROS[None, None], ZEROS[None, None], ValueError, r"\(1, 1, 4, 5\).*argmax.*squeeze"),
        (ZEROS, ZEROS.astype(float), TypeError, "prediction holds float64.*argmax"),
        (ZEROS.astype(np.float16), ZEROS, TypeError, "truth holds float16.*astype"),
        (ZEROS, torch.zeros(1, 3, 4, 5), TypeError, r"float32.*\(1, 3, 4, 5\).*argmax\(axis=1\)"),
        (ZEROS, torch.zeros(4, 5, dtype=torch.bfloat16, requires_grad=True), TypeError, "bfloat16"),
        (ZEROS, ZEROS.astype(complex), TypeError, "complex"),
        (ZEROS, ZEROS.astype(str), TypeError, "<U"),
        (ZEROS, ZEROS.astype(object), TypeError, "object"),
        (ZEROS, ZEROS == 0, TypeError, "prediction is boolean.*3"),
        (np.ma.masked_equal(ZEROS, 1), ZEROS, TypeError, "masked array.*filled"),
        ([[0, 1], [0]], [[0, 1], [0]], ValueError, "truth is not a rectangular array"),
        ([np.ma.masked_equal(ZEROS, 1)], [ZEROS], TypeError, r"truth\[0\].*filled"),
        (np.dstack([ZEROS] * 3), np.dstack([ZEROS] * 3), ValueError, r"truth\[\.\.\., 0\]"),
        (np.dstack([ZEROS] * 3).tolist(), ZEROS, ValueError, "colour picture"),
        ([ZEROS, ZEROS], [ZEROS, ZEROS[:3]], ValueError, r"truth\[1\] and prediction\[1\]"),
        ([ZEROS, ZEROS[:3]], [ZEROS], ValueError, "differ in shape"),
        ([], [], ValueError, "truth is an empty list"),
        (ZEROS, None, TypeError, "prediction holds object"),
    ],
)
def test_update_refuses(truth, prediction, error, message):
    with pytest.raises(error, match=message):
        ConfusionMatrix(3).update(truth, prediction)


@pytest.mark.parametrize("kind", [np.uint8, np.int16, np.int64, np.uint64])
@pytest.mark.parametrize("run", [1, 20])
def test_a_stray_label_is_named_counted_and_located(kind, run):
    truth, prediction = maps(np.random.default_rng(6), 3, (4, 30, 50), run=run)
    stray = prediction.copy()
    stray[2, 7, 11:14] = 77
    stray[3, 0, 0] = 3
    matrix = ConfusionMatrix(3, per_image=True).update(truth, prediction)
    before = matrix.counts
    message = (
        r"prediction holds label 77 on 3 valid pixels \(and other stray labels on 1\), first at "
        r"image 2, row 7, column 11, but the classes are 0 to 2; ignore_index applies to truth only"
    )
    with pytest.raises(ValueError, match=message):
        matrix.update(truth.astype(kind), stray.astype(kind))
    with pytest.raises(ValueError, match=r"truth holds label 77 on 3 valid.*pass ignore_index=77"):
        matrix.update(stray.astype(kind), truth.astype(kind))
    np.testing.assert_array_equal(matrix.counts, before)  # a refused batch leaves no trace
    assert len(matrix.per_image_counts) == 4


def test_stray_labels_around_the_ignored_value():
    matrix = ConfusionMatrix(3, ignore_index=255)
    with pytest.raises(ValueError, match="prediction holds label 255 on 1 valid pixel, "):
        matrix.update([[255, 0]], [[255, 255]])
    with pytest.raises(ValueError, match=r"truth holds label 254.*ignore_index is 255; map 254"):
        matrix.update([[255, 254]], [[0, 0]])
    with pytest.raises(ValueError, match="truth holds label -1"):
        matrix.update([[255, -1]], [[0, 0]])
    # -1 stored as uint8 is 255: the message says which value is really there.
    with pytest.raises(ValueError, match="truth holds label 255"):
        ConfusionMatrix(3, ignore_index=-1).update(
            np.array([[-1, 0]]).astype(np.uint8), np.zeros((1, 2), np.uint8)
        )


@pytest.mark.parametrize("value", [256, 257, 65536, 2**32, 2**62, -1, -256, -(2**63)])
@pytest.mark.parametrize("run", [1, 20])
def test_a_stray_label_never_wraps_into_a_class(value, run):
    truth, prediction = maps(np.random.default_rng(7), 3, (30, 50), run=run)
    prediction[20, 5] = value
    with pytest.raises(ValueError, match=f"label {value} on 1 valid pixel.*row 20, column 5"):
        ConfusionMatrix(3).update(truth, prediction)
    prediction[20, 5], truth[20, 5] = 0, value
    counts = ConfusionMatrix(3, ignore_index=value).update(truth, prediction).counts
    assert counts.sum() == 1499


def test_a_list_of_maps_of_different_sizes_is_a_batch():
    rng = np.random.default_rng(9)
    images = [maps(rng, 3, shape) for shape in ((4, 5), (7, 3), (1, 1))]
    truth, prediction = zip(*images, strict=True)
    matrix = ConfusionMatrix(3, per_image=True).update(truth, list(prediction))
    assert len(matrix.per_image_counts) == 3
    for counts, (t, p) in zip(matrix.per_image_counts, images, strict=True):
        np.testing.assert_array_equal(counts, confusion_module.count_pairs_plain(t, p, 3))
    stray = [*prediction[:1], np.where(prediction[1] == 0, 9, prediction[1]), prediction[2]]
    n_stray = np.count_nonzero(stray[1] == 9)
    assert n_stray
    with pytest.raises(ValueError, match=rf"prediction holds label 9 on {n_stray} .*image 1"):
        matrix.update(truth, stray)


def test_a_map_read_as_a_colour_picture_is_not_taken_for_a_batch():
    truth, prediction = maps(np.random.default_rng(10), 4, (12, 9))
    right = ConfusionMatrix(4, per_image=True).update(truth, prediction)
    grey = [np.dstack([m] * 3) for m in (truth, prediction)]
    matrix = ConfusionMatrix(4, per_image=True)
    with pytest.raises(ValueError, match=r"take one: truth\[\.\.\., 0\]"):
        matrix.update(*grey)
    assert len(matrix.per_image_counts) == 0
    matrix.update(*(m[..., 0] for m in grey))
    assert matrix.scores(average="image").mean_iou == right.scores(average="image").mean_iou
    # Images as narrow as that are compared where a list says that they are images.
    assert len(matrix.update(list(grey[0]), list(grey[1])).per_image_counts) == 1 + 12


def test_per_image_counts_need_per_image():
    with pytest.raises(ValueError, match="per_image=True"):
        ConfusionMatrix(2).update([[0]], [[0]]).per_image_counts  # noqa: B018


def test_per_image_counts_are_those_of_each_image():
    truth, prediction = maps(np.random.default_rng(8), 3, (5, 6, 7))
    matrix = ConfusionMatrix(3, per_image=True)
    matrix.update(truth[:2], prediction[:2]).update(truth[2], prediction[2])
    matrix.update(truth[3:], prediction[3:])
    for counts, t, p in zip(matrix.per_image_counts, truth, prediction, strict=True):
        np.testing.assert_array_equal(counts, confusion_module.count_pairs_plain(t, p, 3))
    np.testing.assert_array_equal(matrix.per_image_counts.sum(0), matrix.counts)


def test_peers_accept_what_is_refused_here():
    truth, prediction = np.array([[0, 1, 1]]), np.array([[0, 1, 2]])
    with pytest.raises(ValueError, match="label 2"):
        ConfusionMatrix(2).update(truth, prediction)
    # The common recipe counts a pixel of class 0 that was predicted as 2 in row 1; scikit-learn
    # drops the pixel; torchmetrics ignores a class on request.
    recipe = np.bincount(2 * np.array([0]) + np.array([2]), minlength=4).reshape(2, 2)
    assert recipe.tolist() == [[0, 0], [1, 0]]
    assert confusion_matrix(truth.ravel(), prediction.ravel(), labels=[0, 1]).sum() == 2
    theirs = multiclass_confusion_matrix(
        torch.tensor(prediction), torch.tensor(truth), 3, ignore_index=0
    )
    assert theirs.sum() == 2


def test_prints_as_text_and_html():
    matrix = ConfusionMatrix.from_counts([[43, 5], [2, 45]], class_names=["<sky>", "tree"])
    text = repr(matrix)
    assert "95 pixels" in text
    assert [line.split() for line in text.splitlines()[3:]] == [
        ["<sky>", "43", "5"],
        ["tree", "2", "45"],
    ]
    page = matrix._repr_html_()
    assert "&lt;sky&gt;" in page
    assert "<sky>" not in page
    assert "color:inherit" in page
    large = ConfusionMatrix(150)
    assert "150 classes" in repr(large)
    assert len(large._repr_html_()) < 100
