"""Masks, label maps and pictures as text."""

import base64
import io
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from PIL import Image

from seglearn.widgets.codec import (
    decode_label_runs,
    decode_labels,
    decode_mask,
    encode_label_runs,
    encode_labels,
    encode_mask,
    image_url,
)


@pytest.mark.parametrize("share", [0, 0.01, 0.5, 1])
def test_masks_survive(share):
    mask = np.random.default_rng(3).random((17, 23)) < share
    assert np.array_equal(decode_mask(encode_mask(mask), (17, 23)), mask)


def test_runs_start_with_background():
    assert encode_mask([[1, 1, 0]]) == "0 2 1"
    assert encode_mask(np.zeros((2, 2), bool)) == "4"


@pytest.mark.parametrize("runs", ["1 2", "4 -1 1", "9"])
def test_runs_that_do_not_fit_are_refused(runs):
    with pytest.raises(ValueError, match="2 × 2 = 4"):
        decode_mask(runs, (2, 2))


def test_labels_survive():
    labels = np.random.default_rng(3).integers(0, 256, (9, 5))
    assert np.array_equal(decode_labels(encode_labels(labels), (9, 5)), labels)
    for encode in (encode_labels, encode_label_runs):
        for label in (-1, 256):
            with pytest.raises(ValueError, match="0 … 255"):
                encode([[0, label]])


def test_pictures_shrink_but_keep_their_proportions():
    url = image_url(np.linspace(0, 1, 800 * 400 * 3).reshape(400, 800, 3), longest=320)
    head, body = url.split(",")
    assert head == "data:image/jpeg;base64"
    assert Image.open(io.BytesIO(base64.b64decode(body))).size == (320, 160)


@pytest.mark.parametrize(
    ("image", "error", "message"),
    [
        (np.zeros((4, 4, 4), np.uint8), ValueError, r"\(H, W\) or \(H, W, 3\)"),
        (np.full((4, 4), 2.0), ValueError, r"from 2 to 2, expected \[0, 1\]"),
        (np.full((4, 4), np.nan), ValueError, "16 values that are NaN"),
        (np.zeros((4, 4), np.int32), TypeError, r"floats in \[0, 1\] or uint8"),
    ],
)
def test_bad_pictures_are_refused(image, error, message):
    with pytest.raises(error, match=message):
        image_url(image)


# --- text that is no map ------------------------------------------------------------------------

NONSENSE = [
    f"{2**63 - 1} {2**63 - 1} {96 * 128 + 2}",
    f"{2**64 - 12288} {2 * 12288}",
    f"{2**64}",
    "-1 12289",
    "+12288",
    "1_2288",
    "12288 ",
    " 12288",
    "12288  0",
    "12288\n",
    "6144\t6144",
    "１２２８８",
    "¹2288",
    "1e4 2288",
    "0x3000",
    "12288.0",
    "nan",
    "",
    "1" * 10_000_000,
    "0 " * 5_000_000 + "12288",
    None,
    12288,
    b"12288",
    ["12288"],
]


def peak(refused) -> int:
    """Return how many bytes a call allocates at most until it has raised a `ValueError`."""
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=r"96 × 128 = 12288") as error:
            refused()
        assert len(str(error.value)) < 300
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("decode", [decode_mask, decode_label_runs, decode_labels])
@pytest.mark.parametrize("text", NONSENSE)
def test_text_that_is_no_map_is_refused_before_anything_is_allocated(decode, text):
    assert peak(lambda: decode(text, (96, 128))) < 2e6


@pytest.mark.parametrize(
    "text",
    ["0 " + "9" * 30, f"0 {2**63}", f"3 {2**62} 3 {2**62} 3 12288", "256 12288", "1 12288 2"],
)
def test_label_runs_that_do_not_fit_are_refused(text):
    with pytest.raises(ValueError, match="label"):
        decode_label_runs(text, (96, 128))


@pytest.mark.parametrize(
    "shape",
    [
        (2**31, 2**31),
        (2**13, 2**12),
        (-1, -4),
        (2.0, 2),
        (True, 4),
        (4,),
        (1, 2, 2),
        ("4", 1),
        None,
    ],
)
@pytest.mark.parametrize("decode", [decode_mask, decode_label_runs, decode_labels])
def test_shapes_that_are_none_are_refused(decode, shape):
    with pytest.raises(ValueError, match=r"shape must be \(H, W\)"):
        decode("4", shape)


@given(arrays(bool, array_shapes(min_dims=2, max_dims=2)))
def test_any_mask_survives(mask):
    assert np.array_equal(decode_mask(encode_mask(mask), mask.shape), mask)


@given(arrays(np.uint8, array_shapes(min_dims=2, max_dims=2)))
def test_any_label_map_survives(labels):
    assert np.array_equal(decode_label_runs(encode_label_runs(labels), labels.shape), labels)
    assert np.array_equal(decode_labels(encode_labels(labels), labels.shape), labels)


@given(st.text(st.characters(codec=None), max_size=30), st.sampled_from([(2, 3), (1, 1), (7, 9)]))
def test_any_text_is_read_or_refused(text, shape):
    for decode in (decode_mask, decode_label_runs, decode_labels):
        try:
            assert decode(text, shape).shape == shape
        except ValueError as error:
            assert len(str(error)) < 300  # noqa: PT017
