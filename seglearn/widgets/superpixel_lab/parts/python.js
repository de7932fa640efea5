/** The package's calls that give what the lab shows. */
import { py } from "../../web/core/python.js";
import { strings } from "../words/en.js";

export function python({ tab, picture, noise, sigma, n_segments: n, compactness, method }, { methods, pictures }) {
  const plain = tab === "compare";
  const blurs = methods && !plain && sigma > 0;
  return [
    "from seglearn.superpixels import quality, segment",
    methods && `from seglearn.widgets.superpixel_lab import ${blurs ? "blurred, " : ""}picture`,
    "",
    methods
      ? `${py`image, truth = picture(${picture}`}${noise && !plain ? py`, noise=${noise}` : ""})`
      : strings.pythonOwn,
    blurs && py`image = blurred(image, ${sigma})`,
    plain && method !== "slic"
      ? py`labels = segment(image, ${n}, ${method})`
      : py`labels = segment(image, ${n}, compactness=${compactness})`,
    pictures[picture].truth && "print(quality.score(labels, truth, ignore_index=255).as_dict())",
    "",
  ]
    .filter((line) => line || line === "")
    .join("\n");
}
