/** What follows from the data and the state: predictions and scores, worked out once for each way to cut. */
import { decodeLabelRuns } from "../../web/core/codec.js";
import { confusionCounts, scores as scoresOf } from "../../web/core/confusion.js";
import {
  argmax,
  contributions,
  decodeScores,
  filled,
  fuse,
  IGNORE,
  meanBoundaryIou,
  PATHS,
} from "../../web/core/skips.js";

const decoded = new WeakMap();

/**
 * What the data say, decoded once: label maps of height × width, `scores` of each path on its own grid, `paths` what
 * each contributes to the logits, n × height × width.
 * @param {any} data
 */
export function decode(data) {
  if (!decoded.has(data)) {
    const [height, width] = data.shape;
    const map = (runs) => decodeLabelRuns(runs, width * height);
    const scores = Object.fromEntries(PATHS.map((path) => [path, decodeScores(data.scores[path])]));
    const given = contributions(scores, width, height);
    decoded.set(data, {
      width,
      height,
      scores,
      truth: map(data.truth),
      borders: filled(map(data.truth), width, height),
      apart: Object.fromEntries(Object.entries(data.apart).map(([name, runs]) => [name, map(runs)])),
      paths: Object.fromEntries(Object.entries(given).map(([path, logits]) => [path, logits.values])),
      states: new Map(),
    });
  }
  return decoded.get(data);
}

/**
 * The sums, prediction and scores of a state.
 * @param {any} state which of PATHS are kept, and `apart`: the name of another network that is shown instead, or null
 * @param {any} data
 */
export function derive(state, data) {
  const all = decode(data);
  const { width, height, truth, states } = all;
  const key = PATHS.map((path) => Number(state[path])).join("") + (state.apart ?? "");
  if (!states.has(key)) {
    const fused = fuse(all.scores, state, width, height);
    const prediction = state.apart ? all.apart[state.apart] : argmax(fused.logits);
    const n = data.classes.length;
    const counted = scoresOf(confusionCounts(truth, prediction, n));
    const wrong = truth.reduce((sum, label, i) => sum + (label !== IGNORE && label !== prediction[i]), 0);
    const metrics = {
      mean_iou: counted.mean_iou,
      boundary_iou: meanBoundaryIou(truth, prediction, n, width, height),
      pixel_accuracy: counted.pixel_accuracy,
      wrong,
      iou: counted.iou,
    };
    states.set(key, { fused, prediction, metrics });
  }
  return states.get(key);
}

/**
 * @param {any} state
 * @param {any} data
 */
export const metrics = (state, data) => derive(state, data).metrics;
