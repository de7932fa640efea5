"""Time and memory of every network: forward, and forward with backward, both presets.

    pytest tests/benchmarks/test_nets.py --benchmark-enable --benchmark-group-by=group \
        --benchmark-columns=min,median,rounds

Small networks run on eight 96×96 images, published ones on one of 256×256. Nothing is asserted
about time. ``extra_info`` holds the largest memory of the process so far in MB, where the system
tells it; run one network at a time (``-k``) to know its own.
"""

import sys

import pytest
import torch

from seglearn.nets import zoo

SHAPES = {"mini": (8, 3, 96, 96), "paper": (1, 3, 256, 256)}


@pytest.fixture
def enabled(benchmark):
    if not benchmark.enabled:
        pytest.skip("only with --benchmark-enable: the published sizes take minutes")
    return benchmark


@pytest.mark.parametrize("backward", [False, True], ids=["forward", "backward"])
@pytest.mark.parametrize("preset", zoo.PRESETS)
@pytest.mark.parametrize("name", zoo.list())
def test_network(enabled, name, preset, backward):
    net = zoo.create(name, 21, preset)
    # One image leaves nothing to normalise over where features are pooled to one cell.
    net.train(backward and preset == "mini")
    x = torch.rand(SHAPES[preset], generator=torch.Generator().manual_seed(0))
    enabled.group = f"{preset}, {'forward and backward' if backward else 'forward'}"

    def run():
        with torch.set_grad_enabled(backward):
            logits, aux = net.forward_with_aux(x) if backward else (net(x), {})
            if backward:
                net.zero_grad()
                sum(y.mean() for y in [logits, *aux.values()]).backward()
        return logits

    logits = enabled.pedantic(run, rounds=3, iterations=1, warmup_rounds=1)
    assert logits.shape[2:] == x.shape[2:]
    if sys.platform != "win32":
        import resource

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        enabled.extra_info["peak_MB"] = peak / (1e6 if sys.platform == "darwin" else 1e3)
