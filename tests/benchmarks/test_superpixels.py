"""Time of superpixels and of their scores on a picture of 321×481, in one run.

    OMP_NUM_THREADS=1 pytest tests/benchmarks/test_superpixels.py --benchmark-enable \
        --benchmark-group-by=group --benchmark-columns=min,median,rounds

Nothing is asserted about time. SLIC is compared with scikit-image's at the counts that both are
asked for; how well they follow outlines at equal counts is compared in the same place.
"""

from functools import cache

import numpy as np
import pytest
from skimage import segmentation

from seglearn.data import samples
from seglearn.superpixels import METHODS, peers, quality, slic

SLOW = {"graphcut-compact", "graphcut-constant", "ncut", "felzenszwalb", "snic", "quickshift"}


@cache
def picture():
    """A photograph and its panoptic truth, 321×481."""
    photo = samples.photograph("coffee")
    window = np.s_[40:361, 60:541]
    return photo.image[window], photo.panoptic[window]


@pytest.mark.parametrize("n_segments", [200, 1000])
@pytest.mark.parametrize("library", ["seglearn", "scikit-image"])
def test_slic(benchmark, library, n_segments):
    benchmark.group = f"SLIC, {n_segments} superpixels"
    image, truth = picture()
    if library == "seglearn":
        labels = benchmark(slic.segment, image, n_segments)
    else:
        request = peers.slic_request(image, n_segments)
        labels = benchmark(segmentation.slic, image, request, compactness=10, start_label=0)
    benchmark.extra_info["n"] = int(labels.max()) + 1
    scores = quality.score(labels, truth, ignore_index=samples.VOID)
    benchmark.extra_info["recall"] = round(scores.boundary_recall, 3)
    assert abs(benchmark.extra_info["n"] - n_segments) <= 0.1 * n_segments


def test_slic_recalls_at_least_what_scikit_image_does():
    image, truth = picture()
    for n_segments in (100, 300):
        recall = [
            quality.boundary_recall(labels, truth, ignore_index=samples.VOID)
            for labels in (slic.segment(image, n_segments), peers.slic(image, n_segments))
        ]
        assert recall[0] >= recall[1]


@pytest.mark.parametrize("method", METHODS)
def test_method(benchmark, method):
    benchmark.group = "all methods, 200 superpixels"
    image, _ = picture()
    if method in SLOW and benchmark.disabled:
        image = image[::4, ::4]
    options = {}
    if method == "skimage-slic":
        options["request"] = peers.slic_request(image, 200)
    rounds = 1 if method in SLOW else 5
    labels = benchmark.pedantic(
        METHODS[method].segment, (image, 200), options, rounds=rounds, warmup_rounds=0
    )
    assert labels.max() < 200


@pytest.mark.parametrize("n_annotators", [1, 5])
def test_quality(benchmark, n_annotators):
    benchmark.group = "all scores, 200 superpixels"
    image, truth = picture()
    labels = slic.segment(image, 200)
    scores = benchmark(quality.score, labels, [truth] * n_annotators, image=image)
    assert len(scores.per_annotator["boundary_recall"]) == n_annotators
