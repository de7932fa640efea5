/** The package's calls that give what the widget shows. */
import { py } from "../../web/core/python.js";
import { strings } from "../words/en.js";

export function python(state, { pictures }) {
  const { picture, cuts, foreground, seeds, tolerance, against, connectivity, min_area: area } = state;
  const known = picture in pictures;
  return [
    "from seglearn.classical import region, threshold",
    known && "from seglearn.widgets.threshold_lab import picture",
    "",
    known ? py`image, truth = picture(${picture})` : strings.pythonOwn,
    py`cuts = ${cuts}`,
    "classes = threshold.classes(image, [(k + 0.5) / 255 for k in cuts])",
    cuts.length === 1
      ? "print(threshold.otsu_curve(threshold.histogram(image))[cuts[0]])"
      : "print(sum((classes == c).mean() * (image[classes == c].mean() - image.mean()) ** 2 for c in set(classes.flat)))",
    py`mask = classes == ${foreground === "bright" ? cuts.length : 0}`,
    known && "print((mask & (truth > 0)).sum() / (mask | (truth > 0)).sum())",
    seeds.length > 0 && py`grown = region.grow(image, ${seeds}, ${tolerance}, against=${against})`,
    seeds.length > 0 && "print(grown.sum())",
    py`components = region.components(mask, connectivity=${connectivity}, min_area=${area})`,
    "print(components.max())",
    "",
  ]
    .filter((line) => line || line === "")
    .join("\n");
}
