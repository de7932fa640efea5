"""Time of GrabCut on a picture of 321×481 with five iterations, in one run with OpenCV.

    OMP_NUM_THREADS=1 pytest tests/benchmarks/test_grabcut.py --benchmark-enable \
        --benchmark-group-by=group --benchmark-columns=min,median,rounds

Nothing is asserted about time. The aim is at most 2.5 times OpenCV; most of it is the minimum cut.
"""

from functools import cache

import cv2
import numpy as np
import pytest

from seglearn.classical import grabcut, mincut
from seglearn.data import samples

TASKS = {  # the corner of a window, and a box in it: one object by itself, and one among others
    "flower": ((50, 80), (83, 29, 372, 317)),
    "coffee": ((40, 60), (60, 30, 390, 300)),
}
N_ITERATIONS = 5


@cache
def picture(name):
    """A photograph, 321×481."""
    y, x = TASKS[name][0]
    image = samples.photograph(name).image[y : y + 321, x : x + 481]
    return image, np.ascontiguousarray(np.round(image[..., ::-1] * 255).astype(np.uint8))


def opencv(image, box):
    marks, models = np.zeros(image.shape[:2], np.uint8), (np.zeros((1, 65)), np.zeros((1, 65)))
    x0, y0, x1, y1 = box
    cv2.setRNGSeed(0)  # of its k-means
    rectangle = x0, y0, x1 - x0, y1 - y0
    cv2.grabCut(image, marks, rectangle, *models, N_ITERATIONS, cv2.GC_INIT_WITH_RECT)
    return marks & 1 == 1


@pytest.fixture(autouse=True)
def one_thread():
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    yield
    cv2.setNumThreads(threads)


@pytest.mark.parametrize("name", TASKS)
@pytest.mark.parametrize("library", ["seglearn", "OpenCV"])
def test_grabcut(benchmark, library, name):
    benchmark.group = f"GrabCut, five iterations, {name}"
    image, eight_bit = picture(name)
    box = TASKS[name][1]
    if library == "OpenCV":
        mask = benchmark.pedantic(opencv, (eight_bit, box), rounds=3, warmup_rounds=0)
    else:
        options = {"n_iterations": N_ITERATIONS}
        mask = benchmark.pedantic(grabcut.segment, (image, box), options, rounds=3)
    assert 0.05 < mask.mean() < 0.5


@pytest.mark.parametrize("n_neighbours", [4, 8])
def test_cut(benchmark, n_neighbours):
    benchmark.group = "one cut of GrabCut's energy"
    image, _ = picture("coffee")
    known = grabcut.trimap(image.shape[:2], TASKS["coffee"][1])
    first = next(grabcut.steps(image, TASKS["coffee"][1]))
    colours = image.reshape(-1, image.shape[2])
    costs = np.stack([side.costs(colours).min(axis=0) for side in first.mixtures])
    link = mincut.links(image, n_neighbours=n_neighbours)
    arguments = costs.reshape(2, *known.shape), link, known
    mask = benchmark.pedantic(mincut.cut, arguments, rounds=3)
    assert not mask[known == grabcut.BACKGROUND].any()
