/** What a state means: two masks, their areas and scores, the same as Python code, and a pair drawn from a seed. */
import { areas, dice, iou, precision, recall } from "../../web/core/areas.js";
import { boundaryIou } from "../../web/core/boundary.js";
import { boxMask } from "../../web/core/boxes.js";
import { strokeLine } from "../../web/core/brush.js";
import { decodeMask, encodeMask } from "../../web/core/codec.js";
import { py, pythonLiteral } from "../../web/core/python.js";
import { generator } from "../../web/core/random.js";

/**
 * The document: mode "boxes" or "masks", shape [height, width], masks as run lengths, boxes [x0, y0, x1, y1].
 * @typedef {{ mode: string, shape: [number, number], truth: string, prediction: string, truth_box: Box,
 *   prediction_box: Box }} State
 */

/** @typedef {"truth" | "prediction"} Shape */

/** @type {Shape[]} */
export const SHAPES = ["truth", "prediction"];

/** @typedef {{ areas: Areas, truth: Mask, prediction: Mask, iou: Score, d: number }} Boundary */

/** @type {WeakMap<State, { truth: Mask, prediction: Mask, areas: Areas, boundary: Boundary }>} */
const derived = new WeakMap();

/**
 * Masks, areas and bands of a state, worked out once for each state.
 * @param {State} state
 */
export function derive(state) {
  const known = derived.get(state);
  if (known) return known;
  const [height, width] = state.shape;
  const [truth, prediction] = SHAPES.map((shape) =>
    state.mode === "boxes" ? boxMask(state[`${shape}_box`], width, height) : decodeMask(state[shape], width * height),
  );
  const boundary = boundaryIou(truth, prediction, width, height);
  const all = { truth, prediction, areas: areas(truth, prediction), boundary };
  derived.set(state, all);
  return all;
}

/**
 * What goes to Python's `metrics`: counts in pixels, scores in [0, 1] or null.
 * @param {State} state
 */
export function metrics(state) {
  const { areas: a, boundary } = derive(state);
  return {
    intersection: a.both,
    union: a.both + a.truthOnly + a.predictionOnly,
    truth_only: a.truthOnly,
    prediction_only: a.predictionOnly,
    iou: iou(a),
    dice: dice(a),
    precision: precision(a),
    recall: recall(a),
    boundary_iou: boundary.iou,
    boundary_width: boundary.d,
  };
}

/**
 * The program that "copy as Python" gives.
 * @param {State} state
 * @returns {string}
 */
export function python(state) {
  const size = py`(${state.shape[0]}, ${state.shape[1]})`;
  return [
    "import numpy as np",
    "from seglearn.metrics import boundary_iou, dice, iou, precision, recall",
    "",
    ...(state.mode === "boxes" ? boxLines(state, size) : maskLines(state, size)),
    "",
    "for score in (iou, dice, precision, recall, boundary_iou):",
    '    print(f"{score.__name__:13}{score(truth, prediction):.3f}")',
    "",
  ].join("\n");
}

/**
 * @param {State} state
 * @param {string} size
 */
const boxLines = (state, size) =>
  SHAPES.flatMap((name) => {
    const [x0, y0, x1, y1] = state[`${name}_box`];
    return [`${name} = np.zeros(${size}, dtype=bool)`, `${name}${py`[${y0}:${y1}, ${x0}:${x1}] = True`}`];
  });

/**
 * @param {State} state
 * @param {string} size
 */
const maskLines = (state, size) => [
  "",
  `def mask(runs, shape=${size}):`,
  '    """Read run lengths: background first, then in turn, row by row."""',
  "    lengths = [int(run) for run in runs.split()]",
  "    return np.repeat(np.arange(len(lengths)) % 2 == 1, lengths).reshape(shape)",
  "",
  "",
  ...SHAPES.map((name) => `${name} = mask(${pythonLiteral(state[name])})`),
];

/**
 * Two blobs of three disks each, the second a disturbed copy of the first.
 * @param {number} seed
 * @param {State} state
 */
export function seeded(seed, { shape: [height, width] }) {
  const random = generator(seed);
  const between = (/** @type {number} */ a, /** @type {number} */ b) => a + (b - a) * random();
  const unit = Math.min(width, height);
  const blob = { truth: new Uint8Array(width * height), prediction: new Uint8Array(width * height) };
  const [cx, cy] = [width / 2 + between(-0.1, 0.1) * unit, height / 2 + between(-0.1, 0.1) * unit];
  const [sx, sy] = [between(-0.22, 0.22) * unit, between(-0.16, 0.16) * unit];
  for (let i = 0; i < 3; i++) {
    const disk = { x: cx + between(-0.2, 0.2) * unit, y: cy + between(-0.15, 0.15) * unit };
    const radius = between(0.12, 0.22) * unit;
    strokeLine(blob.truth, width, height, disk, disk, radius, 1);
    const moved = { x: disk.x + sx, y: disk.y + sy };
    strokeLine(blob.prediction, width, height, moved, moved, radius * between(0.75, 1.25), 1);
  }
  return { mode: "masks", truth: encodeMask(blob.truth), prediction: encodeMask(blob.prediction) };
}
