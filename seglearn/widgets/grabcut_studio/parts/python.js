/** The package's calls that give what the studio shows. */
import { py, pythonLiteral } from "../../web/core/python.js";
import { strings } from "../words/en.js";

export function python({ picture, box, scribbles, start, iteration }, { pictures }) {
  const bundled = picture !== "own" && !pictures.given;
  const drawn = scribbles.split(" ").length > 2;
  const names = [bundled && "photograph", drawn && "scribbled"].filter(Boolean).join(", ");
  const measured = picture !== "own" && pictures[picture]?.truth !== undefined;
  const more = [
    ["box", box && `(${box.map(pythonLiteral).join(", ")})`],
    ["scribbles", drawn && `scribbled(${pythonLiteral(scribbles)}, image.shape[:2])`],
    ["start", start !== null && `decode_mask(${pythonLiteral(start)}, image.shape[:2])`],
  ].filter(([, code]) => code);
  return [
    "from seglearn.classical import grabcut",
    measured && "from seglearn.metrics import iou",
    start !== null && "from seglearn.widgets.codec import decode_mask",
    names && `from seglearn.widgets.grabcut_studio import ${names}`,
    "",
    bundled ? py`image, truth = photograph(${picture})` : strings.pythonOwn,
    "mask = grabcut.segment(",
    "    image,",
    ...more.map(([name, code]) => `    ${name}=${code},`),
    py`    n_iterations=${Math.max(1, iteration)},`,
    ")",
    ...(measured
      ? ["counted = truth != 255", "print(iou(truth[counted] == 1, mask[counted]))"]
      : ["print(mask.sum())"]),
    "",
  ]
    .filter((line) => line || line === "")
    .join("\n");
}
