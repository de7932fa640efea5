/** What each preset asks for, from what the given network can do; what no way to cut it reaches is not asked. */
import { PATHS } from "../../web/core/skips.js";
import { strings } from "../words/en.js";
import { metrics } from "./derive.js";

const kept = (state) => PATHS.filter((path) => state[path]).length;
const all = { fc7: true, pool4: true, pool3: true, apart: null };

/** Every way to cut. */
const cuts = Array.from({ length: 8 }, (_, bits) => ({
  ...Object.fromEntries(PATHS.map((path, i) => [path, Boolean((bits >> i) & 1)])),
  apart: null,
}));

/**
 * For each preset: which score, the bound that it must reach, and how many paths may be kept at most and must be kept
 * at least. Presets whose goal cannot be reached, or is reached where they begin, are left out.
 * @param {any} data
 * @returns {Record<string, { what: string, bound: number, least: number, most: number }>}
 */
export function targets(data) {
  const start = Object.fromEntries(data.presets.map(({ id, state }) => [id, metrics(state, data)]));
  const two = Math.max(...cuts.filter((cut) => kept(cut) === 2).map((cut) => metrics(cut, data).mean_iou ?? -1));
  const wanted = {
    "32s": { what: "wrong", bound: start["32s"].wrong >> 1, least: 1, most: 2 },
    "16s": { what: "boundary_iou", bound: 2 * start["16s"].boundary_iou, least: 1, most: 3 },
    "8s": { what: "mean_iou", bound: two, least: 2, most: 2 },
    jump: { what: "mean_iou", bound: metrics(all, data).mean_iou, least: 1, most: 3 },
    where: { what: "wrong", bound: start.where.wrong - 1, least: 1, most: 3 },
  };
  return Object.fromEntries(
    Object.entries(wanted).filter(([id, want]) => {
      const { state } = data.presets.find((preset) => preset.id === id);
      return !reached(want, start[id], state) && cuts.some((cut) => reached(want, metrics(cut, data), cut));
    }),
  );
}

/** What is still missing, as words; "" when it is reached. */
function missing({ what, bound, least, most }, m, state) {
  const words = strings.missing;
  if (state.apart !== null) return words.apart;
  const far = what === "wrong" ? m.wrong > bound : !(m[what] >= bound - 1e-9);
  return [
    far && words[what](m[what], bound),
    kept(state) < least && words.least(least),
    kept(state) > most && words.most(most),
  ]
    .filter(Boolean)
    .join(", ");
}

const reached = (want, m, state) => missing(want, m, state) === "";

/**
 * @param {any} data
 * @returns {Record<string, Goal>}
 */
export const goals = (data) =>
  Object.fromEntries(
    Object.entries(targets(data)).map(([id, want]) => [
      id,
      {
        ...strings.goals[id],
        needs: ["diagram"],
        distance: (m, state) => missing(want, m, state),
        done: (m, state) => reached(want, m, state),
      },
    ]),
  );

/** @type {Record<string, Guess>} */
export const guesses = { "8s": { ask: strings.guess, truth: (m) => m.mean_iou, needs: ["scores"] } };
