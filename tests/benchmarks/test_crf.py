"""Time of dense CRF inference, and of training through it.

    pytest tests/benchmarks/test_crf.py --benchmark-enable --benchmark-columns=min,median,rounds

One street scene of 96×96 with 9 classes, five iterations, the kernels built anew in each round.
``cell=0`` is exact. Nothing is asserted about time; the error is tested in tests/nets/test_crf.py.
"""

import pytest
import torch

from seglearn.data import scenes
from seglearn.nets.crf import DenseCRF


@pytest.mark.parametrize("backward", [False, True], ids=["forward", "forward+backward"])
@pytest.mark.parametrize("cell", [0, 0.5, 1.0, 1.5, 2.0])
def test_crf(benchmark, cell, backward):
    image = torch.from_numpy(scenes.make_scene(3).image).permute(2, 0, 1)[None].contiguous()
    logits = torch.randn((1, 9, 96, 96), generator=torch.Generator().manual_seed(0))
    logits.requires_grad_(backward)
    net = DenseCRF(n_iterations=5, theta_alpha=20.0, theta_beta=0.1, cell=cell)

    def run():
        log_q = net(logits, image)
        if backward:
            log_q[:, 0].sum().backward()
        return log_q

    assert benchmark(run).shape == (1, 9, 96, 96)
    if benchmark.enabled:
        benchmark.extra_info["cells"] = net.kernels(image[0])[0].n_cells
