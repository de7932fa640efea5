/** What each preset asks for: least and most of what can be read off the last layer and the stack. */
import { strings } from "../words/en.js";

const READ = {
  field: (m) => m.field.at(-1),
  jump: (m) => m.jump.at(-1),
  seen: (m) => m.seen.at(-1),
  layers: (m) => m.field.length - 1,
  kernel: (_, { layers }) => Math.max(0, ...layers.map(({ kernel }) => kernel)),
};

/** Rows of what is read, "least" or "most", and the bound. */
const WANTED = {
  strides: [
    ["field", "least", 63],
    ["layers", "most", 5],
  ],
  three: [
    ["field", "least", 31],
    ["layers", "most", 5],
  ],
  pool5: [
    ["field", "least", 200],
    ["jump", "most", 8],
  ],
  context: [
    ["layers", "most", 6],
    ["field", "least", 67],
    ["jump", "most", 1],
    ["seen", "least", 1],
  ],
  gridding: [
    ["seen", "least", 1],
    ["field", "least", 13],
    ["layers", "most", 3],
  ],
  hybrid: [
    ["field", "least", 27],
    ["seen", "least", 1],
    ["layers", "most", 3],
    ["kernel", "most", 3],
    ["jump", "most", 1],
  ],
  largefov: [
    ["kernel", "least", 7],
    ["field", "least", 419],
    ["field", "most", 419],
    ["jump", "most", 8],
  ],
};

/** What is still missing, as words; "" when the goal is reached. */
const missing = (wanted, metrics, state) =>
  wanted
    .map(([what, bound, want]) => ({ what, bound, want, have: READ[what](metrics, state) }))
    .filter(({ bound, want, have }) => (bound === "least" ? have < want - 1e-9 : have > want + 1e-9))
    .map(({ what, bound, want, have }) => strings.missing[what][bound](have, want))
    .join(", ");

/** @type {Record<string, Goal>} */
export const goals = Object.fromEntries(
  Object.entries(WANTED).map(([id, wanted]) => [
    id,
    {
      ...strings.goals[id],
      needs: ["editor"],
      distance: (m, state) => missing(wanted, m, state),
      done: (m, state) => !missing(wanted, m, state),
    },
  ]),
);

const pixels = { needs: ["facts"], step: 1, format: String };

/** @type {Record<string, Guess>} */
export const guesses = {
  fc7: { ...pixels, min: 4, max: 404, ask: strings.guesses.fc7, truth: (m) => m.effective.at(-1) },
  seed: { ...pixels, min: 1, max: 99, ask: strings.guesses.seed, truth: (m) => m.field.at(-1) },
};
