"""Every small network learns eight scenes by heart. Minutes a network, so only when asked for:

    SEGLEARN_OVERFIT=1 pytest tests/nets/test_overfit.py -s -k segnet

A network whose last map is coarse and only interpolated cannot draw a pole two pixels wide. What
it can reach at best is measured as well: the scores of each cell are trained freely, without any
network. It has to come close to that.
"""

import math
import os
import time

import pytest
import torch
from torch.nn import functional as F

from seglearn.data import scenes
from seglearn.metrics import ConfusionMatrix
from seglearn.nets import zoo

pytestmark = pytest.mark.skipif(
    not os.environ.get("SEGLEARN_OVERFIT"), reason="minutes a network; set SEGLEARN_OVERFIT=1"
)
ITERATIONS = 800
ENOUGH = 0.95
# Networks whose finest scores lie this many pixels apart. The fixed bilinear up-sampling does the
# rest.
STRIDES = {"fcn-32s": 32, "fcn-16s": 16, "fcn-8s": 8, "dilated-front-end": 8, "dilated": 8}


@pytest.fixture(scope="module")
def eight_scenes():
    pairs = [scenes.SceneDataset(8, seed=0)[i] for i in range(8)]
    x, target = (torch.stack(each) for each in zip(*pairs, strict=True))
    mean, std = x.mean((0, 2, 3), keepdim=True), x.std((0, 2, 3), keepdim=True)
    return (x - mean) / std, target


def miou(logits, target):
    matrix = ConfusionMatrix(scenes.N_CLASSES, ignore_index=scenes.IGNORE)
    matrix.update(target.numpy(), logits.argmax(1).numpy())
    return matrix.scores().mean_iou


def fit(parameters, predict, target, lr, evaluate):
    """Train until `evaluate` is above 0.95 or the iterations are spent; return its last value."""
    optimizer = torch.optim.Adam(parameters, lr=lr)
    for i in range(ITERATIONS):
        for group in optimizer.param_groups:
            fade = 0.5 + 0.5 * math.cos(math.pi * i / ITERATIONS)
            group["lr"] = lr * min(1, (i + 1) / 20) * fade
        loss = sum(F.cross_entropy(y, target, ignore_index=scenes.IGNORE) for y in predict())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if i % 50 == 49 and (score := evaluate()) > ENOUGH:
            break
    return score


def ceiling(stride, target):
    """Best mIoU of free scores every `stride` pixels, bilinearly interpolated."""
    size = target.shape[1:]
    grid = torch.zeros(len(target), scenes.N_CLASSES, *(-(-n // stride) for n in size))
    grid.requires_grad_()

    def predict():
        return [F.interpolate(grid, size=size, mode="bilinear", align_corners=False)]

    return fit([grid], predict, target, 1.0, lambda: miou(predict()[0].detach(), target))


@pytest.mark.parametrize("name", zoo.list())
def test_overfits_eight_scenes(name, eight_scenes):
    x, target = eight_scenes
    floor = 0.95 * ceiling(STRIDES[name], target) if name in STRIDES else ENOUGH
    net = zoo.create(name, scenes.N_CLASSES)
    torch.manual_seed(0)

    def predict():
        logits, aux = net.forward_with_aux(x)
        return [logits, *aux.values()]

    def evaluate():
        net.eval()
        with torch.no_grad():
            score = miou(net(x), target)
        net.train()
        return score

    start = time.perf_counter()
    score = fit(net.parameters(), predict, target, 2e-3, evaluate)
    print(f"\n{name}: mIoU {score:.3f} (floor {floor:.3f}), {time.perf_counter() - start:.0f} s")
    assert score >= floor
