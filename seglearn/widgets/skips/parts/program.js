/** "Copy as Python": the fusion of an FCN-8s in PyTorch, with the same paths cut. */
import { py } from "../../web/core/python.js";
import { strings } from "../words/en.js";

const up = [
  "def up(scores, factor, size):",
  '    """Transposed convolution with the bilinear kernel, as in FCN."""',
  "    n = len(scores)",
  "    weight = bilinear_kernel(2 * factor).expand(n, 1, -1, -1)",
  "    large = F.conv_transpose2d(scores[None], weight, stride=factor, padding=factor // 2, groups=n)",
  "    return large[0, :, : size[0], : size[1]]",
];

const fusion = (state) => [
  'fc7, pool4, pool3 = (torch.from_numpy(skips.scores[path]).float() for path in ("fc7", "pool4", "pool3"))',
  "",
  "",
  ...up,
  "",
  "",
  `y = up(fc7${state.fc7 ? "" : " * 0"}, 2, pool4.shape[1:])${state.pool4 ? " + pool4" : "  # pool4 is cut"}`,
  `y = up(y, 2, pool3.shape[1:])${state.pool3 ? " + pool3" : "  # pool3 is cut"}`,
  "prediction = up(y, 8, skips.truth.shape).argmax(0).numpy()",
];

/** @param {any} state */
export const python = (state) =>
  [
    "import torch",
    "from torch.nn import functional as F",
    "",
    "from seglearn.metrics import ConfusionMatrix, mean_boundary_iou",
    "from seglearn.nets.blocks import bilinear_kernel",
    "from seglearn.widgets import Skips",
    "",
    `skips = Skips()  # or ${strings.python}`,
    ...(state.apart
      ? [py`skips.state = {**skips.state, "apart": ${state.apart}}`, "prediction = skips.prediction"]
      : fusion(state)),
    "",
    'n = len(skips.metrics["iou"])',
    "matrix = ConfusionMatrix(n, ignore_index=255).update(skips.truth, prediction)",
    "border = mean_boundary_iou(skips.truth, prediction, n, ignore_index=255)",
    'print(f"mIoU {matrix.scores().mean_iou:.3f}, boundary IoU {border:.3f}")',
    "",
  ].join("\n");
