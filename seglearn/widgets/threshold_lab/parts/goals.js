/** What each preset asks for; every target is worked out from the picture. */
import { count, decimal } from "../../web/ui/format.js";
import { strings } from "../words/en.js";
import { labOf, STEPS } from "./compute.js";

const words = strings.distances;

/** Another picture, or other seeds, are another question. Without `done`, a distance that reads 0.000 is none. */
const fairly = (same, back, goal) => ({
  distance: (m, state, start) => (same(state, start) ? goal.distance(m, state) : back),
  ...(goal.done && { done: (m, state, start) => same(state, start) && goal.done(m, state) }),
});
const samePicture = (state, start) => state.picture === start.picture && state.cuts.length === start.cuts.length;

const highest = fairly(samePicture, words.cuts, {
  distance: (m) => 1 - m.criterion / m.highest,
});

export function goals(data) {
  const lab = labOf(data);
  const bestIou = fairly(
    (state, start) => samePicture(state, start) && state.foreground === start.foreground,
    words.cuts,
    { distance: (m, state) => lab.bestIou(state) - m.iou },
  );
  const leak = fairly(
    (state, start) => state.against === "seed" && String(state.seeds) === String(start.seeds),
    words.seeds,
    {
      distance(_, state) {
        const left = lab.lastBeforeLeak(state) - state.tolerance;
        return left < 0 ? words.leaked : words.more(decimal(left, 2));
      },
      done: (_, state) => Math.abs(lab.lastBeforeLeak(state) - state.tolerance) < 0.5 / STEPS,
    },
  );
  const exact = fairly(
    (state, start) => samePicture(state, start) && String(state.cuts) === String(start.cuts),
    words.otsu,
    {
      distance: (m, state) => words.count(count(m.n_components), count(lab.pictureOf(state).nObjects)),
      done: (m, state) => m.n_components === lab.pictureOf(state).nObjects,
    },
  );
  const checks = { coins: highest, nuclei: bestIou, page: bestIou, camera: highest, leak, count: exact };
  const needs = { leak: ["growing"], count: ["components"] };
  return Object.fromEntries(
    Object.entries(checks).map(([id, check]) => [
      id,
      { ...check, ...strings.goals[id], needs: needs[id] ?? ["cuts", "scores"] },
    ]),
  );
}

export const guesses = {
  count: {
    needs: ["components", "scores"],
    ask: strings.ask,
    truth: (m) => m.n_components,
    min: 0,
    max: 500, // the dial begins in the middle, and that should not be the answer
    step: 1,
    format: count,
  },
};
