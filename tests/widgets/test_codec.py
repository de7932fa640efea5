"""Masks, label maps and pictures as text."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from seglearn.widgets.codec import decode_labels, decode_mask, encode_labels, encode_mask, image_url


@pytest.mark.parametrize("share", [0, 0.01, 0.5, 1])
def test_masks_survive(share):
    mask = np.random.default_rng(3).random((17, 23)) < share
    assert np.array_equal(decode_mask(encode_mask(mask), (17, 23)), mask)


def test_runs_start_with_background():
    assert encode_mask([[1, 1, 0]]) == "0 2 1"
    assert encode_mask(np.zeros((2, 2))) == "4"


@pytest.mark.parametrize("runs", ["1 2", "4 -1 1", "9"])
def test_runs_that_do_not_fit_are_refused(runs):
    with pytest.raises(ValueError, match="2 × 2 = 4"):
        decode_mask(runs, (2, 2))


def test_labels_survive():
    labels = np.random.default_rng(3).integers(0, 256, (9, 5))
    assert np.array_equal(decode_labels(encode_labels(labels), (9, 5)), labels)
    with pytest.raises(ValueError, match="0 … 255"):
        encode_labels([[0, 256]])


def test_pictures_shrink_but_keep_their_proportions():
    url = image_url(np.linspace(0, 1, 800 * 400 * 3).reshape(400, 800, 3), longest=320)
    head, body = url.split(",")
    assert head == "data:image/jpeg;base64"
    assert Image.open(io.BytesIO(base64.b64decode(body))).size == (320, 160)


@pytest.mark.parametrize(
    ("image", "message"),
    [
        (np.zeros((4, 4, 4), np.uint8), r"\(H, W\) or \(H, W, 3\)"),
        (np.full((4, 4), 2.0), r"\[0, 1\], got 2"),
        (np.full((4, 4), np.nan), r"\[0, 1\], got nan"),
        (np.zeros((4, 4), np.int32), "uint8 or float"),
    ],
)
def test_bad_pictures_are_refused(image, message):
    with pytest.raises(ValueError, match=message):
        image_url(image)
