/** "Copy as Python": the angles between the pins and the threshold, in the cube as it was measured. */
import { py, pythonLiteral, pythonName } from "../../web/core/python.js";
import { strings } from "../words/en.js";
import { modelOf } from "./model.js";

const notes = strings.pythonNotes;

/** The program for a state. */
export function python(state, data) {
  const model = modelOf(data);
  const found = model.threshold(state);
  const lines = [
    ...opening(state, data, model),
    "",
    `pins = [${state.pins.map((p) => py`(${p[0]}, ${p[1]})`).join(", ")}]`,
  ];
  if (state.pins.length && model.sensors[state.sensor].n > 1) {
    lines.push("spectra = np.array([cube[pin] for pin in pins])");
    lines.push("angles = np.degrees(spectral_angle(spectra[:, None], spectra[None]))", "print(angles.round(2))");
  }
  if (found) lines.push("", ...splitting(state, data, model, found));
  return `${lines.join("\n")}\n`;
}

/** Imports, the cube, and what the sensor makes of it. */
function opening({ sensor }, data, model) {
  const given = !data.source;
  const own = sensor === "hyper";
  const lines = ["import numpy as np", ""];
  if (!given) lines.push("from seglearn.data import samples");
  lines.push("from seglearn.imaging.spectra import spectral_angle");
  if (!own) lines.push("from seglearn.widgets import SpectralExplorer");
  lines.push("", `# ${notes.reduced}`);
  if (given) lines.push(`# ${notes.given}`);
  else {
    const labels = model.labels ? [", labels", ", scene.labels"] : ["", ""];
    lines.push(`scene = samples.${pythonName(data.source)}()`, `cube${labels[0]} = scene.image${labels[1]}`);
  }
  if (!own) {
    const explorer = `SpectralExplorer(${given ? "cube, wavelengths_um" : "scene"})`;
    lines.push(`# ${notes.sensor}`, `cube = cube @ ${explorer}.responses[${pythonLiteral(sensor)}].T`);
  }
  return lines;
}

/** The threshold, and what it captures. */
function splitting({ sensor, pin, on, band, rest }, data, model, found) {
  const b = model.boxOf(model.sensors[sensor], band);
  const counted = data.ignore === null ? "np.ones(labels.shape, bool)" : py`labels != ${data.ignore}`;
  const among = rest === "all" ? counted : `(${counted}) & np.isin(labels, [labels[pin] for pin in pins])`;
  const values = on === "angle" ? py`np.degrees(spectral_angle(cube, cube[pins[${pin}]]))` : py`cube[..., ${b}]`;
  return [
    py`target = labels == labels[pins[${pin}]]`,
    `counted = ${among}`,
    `values = ${values}`,
    `captured = values ${found.side === "below" ? "<=" : ">"} ${Number(found.t.toPrecision(6))}`,
    "tp = int((captured & target).sum())",
    "fp = int((captured & counted & ~target).sum())",
    "fn = int((~captured & target).sum())",
    'print(f"TP {tp}  FP {fp}  FN {fn}  IoU {tp / (tp + fp + fn):.3f}")',
  ];
}
