/** What is drawn of the centres at a step: where they are, where they were, and the paths between. */
import { around, slope } from "../../web/core/slic.js";
import { clamp } from "./probe.js";

const EASE = 450; // ms that the centres take to move
const place = (centre) => centre.slice(3);

/** How far the move to a new place has come, 0 … 1; asks for frames until it is there. */
export function createEase({ reducedMotion, redraw }) {
  let moving = null; // { key, start }
  return (key) => {
    if (reducedMotion) return 1;
    if (moving?.key !== key) moving = { key, start: performance.now() };
    const t = Math.min(1, (performance.now() - moving.start) / EASE);
    if (t < 1) requestAnimationFrame(redraw);
    return t;
  };
}

/** { centres, hollow?, trails? }, as [y, x]. */
export function centresOf(state, slic, ease) {
  const { stage, iteration } = state;
  if (state.tab === "compare" || stage === "connect") return { centres: [] };
  if (stage === "seeds") return { centres: slic.seeds };
  if (stage === "nudge")
    return { centres: slic.nudged, hollow: slic.seeds, trails: slic.seeds.map((seed, k) => [seed, slic.nudged[k]]) };
  const before = slic.iterations[iteration - 1].before.map(place);
  if (stage === "update") {
    const after = slic.iterations[iteration - 1].centres.map(place);
    const t = ease(JSON.stringify(state));
    const centres = after.map((to, k) => to.map((v, j) => before[k][j] + t * (v - before[k][j])));
    return { centres, hollow: before, trails: centres.map((to, k) => [before[k], to]) };
  }
  const been = slic.iterations.slice(0, iteration).map((it) => it.before.map(place));
  return { centres: before, trails: before.map((_, k) => been.map((all) => all[k])) };
}

/** The gradient of the nine pixels around a seed, and which of them it moves to. */
export function gradientAround({ seeds, nudged }, { lab: planes, rgba }, { width, height }, k) {
  const [y, x] = seeds[k];
  const cells = around(y, x).map(([row, col]) => {
    const p = 4 * (clamp(row, height) * width + clamp(col, width));
    return { g: slope(planes, width, height, row, col), rgb: [...rgba.subarray(p, p + 3)] };
  });
  return { cells, best: 3 * (nudged[k][0] - y + 1) + nudged[k][1] - x + 1 };
}

/** The move of centre k in this iteration, and how far all have moved in each. */
export function moveOf({ iterations }, iteration, k) {
  const { before, centres } = iterations[iteration - 1];
  return { from: before[k], to: centres[k], residuals: iterations.map((one) => one.residual), index: iteration - 1 };
}
