"""Write the receptive fields that the browser's side must reproduce.

    python -m tests.widgets.receptive_field_fixtures

The result, `seglearn/widgets/web/test/receptive_field.json`, is committed: `node --test` reads it
without Python, and `test_receptive_field.py` checks that Python still says the same.
"""

import json
from pathlib import Path

import numpy as np
from torch import nn

from seglearn.nets.receptive_field import receptive_field
from seglearn.widgets import ReceptiveField
from seglearn.widgets.receptive_field import PRESETS, Layer, count_paths

PATH = Path(__file__).parents[2] / "seglearn" / "widgets" / "web" / "test" / "receptive_field.json"
IMAGE = np.zeros((40, 40))


def stack_of(layers: list[Layer]) -> nn.Sequential:
    """The layers as a network of one channel."""
    return nn.Sequential(
        *[
            nn.Conv2d(1, 1, each.kernel, each.stride, each.padding, each.dilation, bias=False)
            if each.kind == "conv"
            else nn.MaxPool2d(each.kernel, each.stride, each.padding)
            for each in layers
        ]
    )


def random_layers(rng: np.random.Generator) -> list[str]:
    """Two to six layers of moderate size, even kernels and odd paddings among them."""
    layers = []
    for _ in range(int(rng.integers(2, 7))):
        kernel, stride = int(rng.integers(1, 6)), int(rng.choice([1, 1, 2, 3]))
        if rng.random() < 0.3:
            layers.append(f"pool {kernel} s{stride} p{int(rng.integers(0, kernel // 2 + 1))}")
        else:
            layers.append(
                f"conv {kernel} s{stride} d{int(rng.integers(1, 5))} p{int(rng.integers(0, 4))}"
            )
    return layers


def make() -> list[dict]:
    """Return the cases as JSON values; `nets` is what the networks' own arithmetic says."""
    rng = np.random.default_rng(10)
    fields = [ReceptiveField(preset=name, image=IMAGE) for name in PRESETS]
    while len(fields) < len(PRESETS) + 30:
        field = ReceptiveField(random_layers(rng), IMAGE)
        if field.field <= 300:
            fields.append(field)
    cases = []
    for field in fields:
        found = receptive_field(stack_of(field.layers), in_channels=1, image_size=(2048, 2048))
        cases.append(
            {
                "layers": field.state["layers"],
                "metrics": field.metrics,
                "paths": count_paths(field.layers).tolist(),
                "nets": {"size": found.size[0], "stride": found.stride[0], "unit": found.unit[0]}
                | {"top": found.box[0]},
            }
        )
    return cases


def text() -> str:
    """Return the cases as they are committed."""
    return json.dumps(make(), ensure_ascii=False, separators=(",", ":")) + "\n"


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
    print(f"wrote {PATH}")
