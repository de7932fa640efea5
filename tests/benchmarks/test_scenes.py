"""Time of one street scene.

    pytest tests/benchmarks/test_scenes.py --benchmark-enable --benchmark-columns=min,median,rounds

Each round makes 20 scenes; at 96×96, 100 ms a round are 200 scenes a second. Nothing is asserted
about time.
"""

import pytest

from seglearn.data import scenes

SCENES = 20


@pytest.mark.parametrize("config", [None, scenes.VARIED], ids=["default", "varied"])
@pytest.mark.parametrize("side", [96, 192, 384])
def test_scenes(benchmark, side, config):
    def make():
        return [scenes.make_scene(seed, (side, side), config) for seed in range(SCENES)]

    made = benchmark(make)
    assert len(made) == SCENES
    if benchmark.enabled:
        benchmark.extra_info["scenes_per_second"] = SCENES / benchmark.stats.stats.median
