/** What each preset asks for, computed from what the explorer shows, and what is to be guessed before it is shown. */
import { decimal } from "../../web/ui/format.js";
import { strings } from "../words/en.js";
import { brief } from "./board.js";

const words = strings.goals;

const flat = ({ output }) => (output ?? []).flat();
const lowest = (m) => Math.min(...flat(m));
const highest = (m) => Math.max(...flat(m));
/** Whether the weights of a kernel, divided, add up to 1: flat parts keep their value. */
const keepsFlat = ({ kernel, divisor }) => Math.abs(kernel.flat().reduce((a, b) => a + b, 0) / divisor - 1) < 1e-9;

/** Responses to the left and to the upper side of a square: |output| in the middle of the first column and row. */
function sides({ output }) {
  if (!output) return { left: null, upper: null };
  const middle = output.length >> 1;
  return { left: Math.abs(output[middle][0]), upper: Math.abs(output[0][middle]) };
}

const told = (value) => (value === null || !Number.isFinite(value) ? "–" : brief(value, 2));
const cells = (n) => (n === null ? "–" : decimal(n, 0));

/**
 * Of each preset: `done` whether it is reached, `distance` how far it is, in words.
 * @type {Record<string, { done: (m: any, state: any) => boolean, distance: (m: any, state: any) => string }>}
 */
const RULES = {
  edge: {
    done: (m) => sides(m).left === 0 && sides(m).upper > 0,
    distance: (m) => words.edge.distance(told(sides(m).left), told(sides(m).upper)),
  },
  blur: {
    done: (m, state) => m.output !== null && state.picture === "square" && keepsFlat(state) && highest(m) < 9,
    distance: (m) => words.blur.distance(told(highest(m))),
  },
  identity: {
    done: (m, { image }) => m.output_size === image.length,
    distance: (m, { image }) => words.identity.distance(cells(m.output_size), cells(image.length)),
  },
  stride: {
    done: (m, { stride }) => stride >= 2 && m.output_size >= 4,
    distance: (m, { stride }) => words.stride.distance(cells(m.output_size), cells(stride)),
  },
  same: {
    done: (m, { image, kernel }) => kernel.length === 5 && m.output_size === image.length,
    distance: (m, { kernel }) => words.same.distance(cells(kernel.length), cells(m.output_size)),
  },
  floor: {
    done: (m, { stride }) => stride === 2 && m.output_size !== null && m.lost === 0,
    distance: (m, { stride }) => words.floor.distance(cells(m.lost), cells(stride)),
  },
  sharpen: {
    done: (m, state) => keepsFlat(state) && lowest(m) === -2 && highest(m) === 10,
    distance: (m) => words.sharpen.distance(told(lowest(m)), told(highest(m))),
  },
  dilation: {
    done: (m, { kernel }) => kernel.length === 3 && m.span === 7,
    distance: (m, { kernel }) => words.dilation.distance(cells(m.span), cells(kernel.length)),
  },
  full: {
    done: (m, { kernel }) => kernel.length === 7 && m.output_size === 3,
    distance: (m) => words.full.distance(cells(m.output_size)),
  },
  invalid: {
    done: (m) => m.output_size !== null,
    distance: (m) => words.invalid.distance(cells(Math.max(0, m.span - m.padded))),
  },
};

export const goals = Object.fromEntries(
  Object.entries(RULES).map(([id, rule]) => [
    id,
    { ...rule, needs: ["settings", "kernel"], text: words[id].text, why: words[id].why },
  ]),
);

/** The size of the output, before formula and boards show it. */
const guessSize = (ask, max) => ({
  ask,
  needs: ["formula"],
  truth: (m) => m.output_size,
  min: 1,
  max,
  step: 1,
  format: cells,
});

export const guesses = {
  floor: guessSize(strings.guesses.floor, 8),
  seed: guessSize(strings.guesses.seed, 13),
};
