"""Nobody pays for a library that they do not use."""

import subprocess
import sys

SCRIPT = """
import sys
import seglearn.metrics
assert "numpy" not in sys.modules, "attached lazily"
from seglearn.metrics import ConfusionMatrix, bootstrap, boundary_iou, iou
ConfusionMatrix(2, per_image=True).update([[[0]], [[1]]], [[[0]], [[1]]]).scores()
boundary_iou([[0, 1]], [[1, 1]])
print(*sorted({"torch", "scipy", "numba", "skimage", "sklearn"} & set(sys.modules)))
"""


def test_metrics_need_numpy_only():
    run = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == ""
