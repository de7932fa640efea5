"""Pictures that are easy to get wrong, and bad ones with what the error must say."""

import numpy as np

rng = np.random.default_rng(0)

STRANGE = {
    "one pixel": np.full((1, 1), 0.5),
    "two pixels": np.array([[0.0, 1.0]]),
    "a row": rng.random((1, 50)),
    "a column of colours": rng.random((40, 1, 3)),
    "constant": np.full((12, 13), 0.3),
    "constant colour": np.full((12, 13, 3), 0.3),
    "black": np.zeros((8, 8)),
    "white": np.ones((8, 8, 3)),
    "chequers": np.indices((12, 12)).sum(axis=0) % 2 * 1.0,
    "float32, not contiguous": rng.random((20, 16, 3)).astype(np.float32)[::2, ::-1],
    "rounding left it above 1": np.full((5, 6), 1 + 1e-9),
    "rounding left it below 0": np.full((5, 6, 3), -1e-9, np.float32),
    "float16": rng.random((9, 7)).astype(np.float16),
}

BAD = {
    "8-bit": (np.zeros((4, 4), np.uint8), TypeError, "divide an 8-bit image by 255"),
    "a mask": (np.zeros((4, 4), bool), TypeError, "expected floats"),
    "complex": (np.zeros((4, 4), complex), TypeError, "expected floats"),
    "text": (np.full((4, 4), "a"), TypeError, "expected floats"),
    "nothing": (None, TypeError, "object values"),
    "objects": (np.full((4, 4), None), TypeError, "object values"),
    "ragged": ([[0.0, 1.0], [0.5]], ValueError, "not a rectangular array"),
    "masked": (np.ma.masked_less(rng.random((4, 4)), 0.5), TypeError, "masked array"),
    "NaN": (np.array([[0.0, np.nan]]), ValueError, "1 values that are NaN or infinite"),
    "infinite": (np.array([[0.0, np.inf]]), ValueError, "NaN or infinite"),
    "masked rows": ([np.ma.zeros(4), np.zeros(4)], TypeError, "masked array"),
    "beyond squares": (np.full((4, 4), 1e200), ValueError, r"1e\+200"),
    "empty": (np.zeros((0, 4)), ValueError, "no pixel"),
    "one axis": (np.zeros(4), ValueError, r"\(4,\), expected \(H, W\)"),
    "a tensor": (np.zeros((3, 8, 8)), ValueError, r"np\.moveaxis\(x, 0, -1\)"),
    "alpha": (np.zeros((8, 8, 4)), ValueError, "drop the alpha channel"),
}
OUT_OF_RANGE = {
    "too bright": (np.array([[0.0, 255.0]]), ValueError, "from 0 to 255"),
    "negative": (np.array([[-0.1, 0.5]]), ValueError, r"from -0\.1 to 0\.5"),
}


def result_type(image):
    """Return the type that results have for this image."""
    return np.float64 if image.dtype == np.float64 else np.float32
