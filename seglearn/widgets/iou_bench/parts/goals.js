/** What each preset asks for: how far it is, and when it is reached. */
import { score } from "../../web/ui/format.js";
import { strings } from "../words/en.js";
import { derive } from "./model.js";

const NEAR = 0.005; // a shape moves by whole pixels, which seldom meet a score to the last digit

const words = strings.distances;

/** @param {number} target */
const reachIou = (target) => ({
  distance: (/** @type {any} */ m) => (m.iou === null ? words.undefined : Math.abs(m.iou - target)),
  done: (/** @type {any} */ m) => m.iou !== null && Math.abs(m.iou - target) <= NEAR,
});

const CHECKS = {
  given: reachIou(0.5),
  half: reachIou(0.5),
  inside: {
    distance: (/** @type {any} */ m) =>
      words.both(strings.metrics.recall[0], score(m.recall), strings.metrics.precision[0], score(m.precision)),
    done: (/** @type {any} */ m) => m.precision === 1 && m.recall >= 0.8,
  },
  disjoint: {
    distance(/** @type {any} */ m, /** @type {import("./model.js").State} */ state) {
      const { truth, prediction } = derive(state);
      const gap = gapBetween(truth, prediction, state.shape[1], state.shape[0]);
      return gap === null ? words.undefined : words.gap(gap);
    },
    done: (/** @type {any} */ m) => m.iou > 0,
  },
  empty: { distance: () => words.undefined, done: (/** @type {any} */ m) => m.iou !== null },
  pole: reachIou(0.2),
  disk: {
    distance: (/** @type {any} */ m) =>
      words.both(strings.metrics.boundary_iou[0], score(m.boundary_iou), strings.metrics.iou[0], score(m.iou)),
    done: (/** @type {any} */ m) => m.boundary_iou !== null && m.boundary_iou <= 0.5 && m.iou > 0.9,
  },
};

const needs = ["metrics"];
const guessIou = { needs, truth: (/** @type {any} */ m) => m.iou };

/** Presets whose numbers are covered until the reader has guessed the IoU. */
export const guesses = {
  disk: { ...guessIou, ask: strings.guesses.disk },
  seed: { ...guessIou, ask: strings.guesses.seed },
};

/**
 * Boxes and masks are two pairs of shapes: a goal that was set for one is not reached by a look at the other.
 * @param {Pick<Goal, "distance" | "done">} check
 * @returns {Pick<Goal, "distance" | "done">}
 */
const inOneMode = ({ distance, done }) => ({
  distance: (m, state, start) =>
    state.mode === start.mode ? distance(m, state, start) : words.back(strings.modes[start.mode]),
  done: (m, state, start) => state.mode === start.mode && done(m, state, start),
});

/** By preset, as the shell wants them. */
export const goals = Object.fromEntries(
  Object.entries(CHECKS).map(([id, check]) => [id, { ...inOneMode(check), needs, ...strings.goals[id] }]),
);

/**
 * Pixels between two masks, counted in steps to the four neighbours: 0 where they touch or overlap, null where one is
 * empty.
 * @param {Mask} a height × width
 * @param {Mask} b
 * @param {number} width
 * @param {number} height
 * @returns {number | null}
 */
export function gapBetween(a, b, width, height) {
  const seen = Uint8Array.from(a);
  let front = [...a.keys()].filter((i) => a[i]);
  if (front.some((i) => b[i])) return 0;
  for (let steps = 0; front.length; steps++) {
    /** @type {number[]} */
    const next = [];
    for (const i of front) {
      const x = i % width;
      for (const j of [i - width, i + width, x > 0 ? i - 1 : -1, x < width - 1 ? i + 1 : -1]) {
        if (j < 0 || j >= width * height || seen[j]) continue;
        if (b[j]) return steps;
        seen[j] = 1;
        next.push(j);
      }
    }
    front = next;
  }
  return null;
}
