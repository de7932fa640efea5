/**
 * The drawing below the inputs, as SVG: a lane for the stamp of each, the output as bars stacked of the stamps, and how
 * many stamps each output got. Even and odd stamps differ in hue and hatch.
 */
import { strings } from "../words/en.js";
import { letterOf } from "./phases.js";

const words = strings.stamps;
const HATCHES = [
  ["even", "M-1 7 7 -1M3 9 9 3M-1 1 1 -1"],
  ["odd", "M-1 -1 7 7M-3 3 3 9M5 -1 7 1"],
];

export const kindOf = (i) => (i % 2 ? "odd" : "even");

/**
 * What is drawn, and where. Lengths are in pixels; `full` outputs before the cropping, `now` stamps of all.
 * @typedef {{ state: any, now: number, width: number, em: number, cell: number, left: number, full: number,
 *   counts: number[], lit: Set<string | number> | null, most: number }} Plan
 * @param {Plan} plan
 * @returns {string} an <svg>
 */
export function lanes(plan) {
  const { state, em, cell, width } = plan;
  const place = { lane: 1.35 * em, stack: 6 * em, top: 1.5 * em, labelled: cell >= 1.1 * em, gap: cell > 6 ? 1 : 0 };
  const foot = place.top + state.inputs.length * place.lane;
  const base = foot + 1.6 * em + place.stack;
  const height = base + (place.labelled ? 2.9 : 0.6) * em;
  const at = { ...place, foot, base };
  const markup = [hatches(), stampLanes(plan, at), stacks(plan, at), cuts(plan, at), outputs(plan, at)].join("");
  return `<svg viewBox="0 0 ${width} ${height.toFixed(1)}" width="${width}" height="${height.toFixed(1)}">${markup}</svg>`;
}

const box = (cls, x, y, width, height) =>
  `<rect class="${cls}" x="${x.toFixed(2)}" y="${y.toFixed(2)}" width="${Math.max(0, width).toFixed(2)}" height="${Math.max(0, height).toFixed(2)}"/>`;
const label = (cls, x, y, text, anchor = "middle") =>
  `<text class="${cls}" x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${text}</text>`;
const path = (cls, d) => `<path class="${cls}" d="${d}"/>`;
const dimmed = (lit, part) => (lit && !lit.has(part) ? " dim" : "");
const isCut = ({ state: { padding: p }, full }, o) => o < p || o >= full - p;

const hatches = () =>
  HATCHES.map(
    ([name, d]) =>
      `<pattern id="${name}" width="6" height="6" patternUnits="userSpaceOnUse"><rect class="ground ${name}" width="6" height="6"/><path class="line ${name}" d="${d}"/></pattern>`,
  ).join("");

function stampLanes({ state, now, em, cell, left, lit }, { lane, top, gap }) {
  const { taps, stride: s, inputs: x } = state;
  const high = Math.max(...taps, 1) * Math.max(...x, 1);
  let out = label("caption", left, 1.05 * em, words.copies, "start");
  for (let i = 0; i < x.length; i++) {
    const y = top + (i + 1) * lane;
    const from = left + s * i * cell;
    const kind = `${i >= now ? " waiting" : ""}${i === now - 1 && now < x.length ? " newest" : ""}`;
    out += path(`lane${kind}`, `M${from.toFixed(1)} ${y.toFixed(1)}h${(taps.length * cell).toFixed(1)}`);
    if (i && lit?.has(`step-${i}`))
      out += path("step", `M${(from - s * cell).toFixed(1)} ${(y - 0.3 * lane).toFixed(1)}h${(s * cell).toFixed(1)}`);
    if (i >= now) continue;
    taps.forEach((w, j) => {
      const tall = (0.86 * lane * x[i] * w) / high;
      const look = `seg ${kindOf(i)}${dimmed(lit, `seg-${i}-${j}`)}`;
      out += box(look, from + j * cell + gap / 2, y - tall, cell - gap, tall);
    });
  }
  return out;
}

function stacks(plan, { foot, base, stack, gap }) {
  const { state, now, em, cell, left, full, lit, most } = plan;
  const { taps, stride: s, inputs: x } = state;
  const grown = new Float64Array(full);
  let out = label("caption", left, foot + em, words.output, "start");
  for (let i = 0; i < now; i++) {
    taps.forEach((w, j) => {
      const o = s * i + j;
      const tall = (stack * x[i] * w) / most;
      const look = `seg ${kindOf(i)}${isCut(plan, o) ? " cut" : ""}${dimmed(lit, `seg-${i}-${j}`)}`;
      out += box(look, left + o * cell + gap / 2, base - grown[o] - tall, cell - gap, tall);
      grown[o] += tall;
    });
  }
  return out + path("axis", `M${left.toFixed(1)} ${base.toFixed(1)}h${(full * cell).toFixed(1)}`);
}

/** Where padding cuts the output off. */
function cuts({ state: { padding: p }, em, cell, left, full }, { foot, base }) {
  if (!p) return "";
  return [p, full - p]
    .map((at) => {
      const x = (left + at * cell).toFixed(1);
      return path("cut-line", `M${x} ${(foot + 1.3 * em).toFixed(1)}V${(base + 0.4 * em).toFixed(1)}`);
    })
    .join("");
}

/** Under each output how many stamps it got, and its phase. */
function outputs(plan, { base, stack, labelled }) {
  const { state, now, em, cell, left, full, counts, lit } = plan;
  const { taps, stride: s } = state;
  const under = labelled ? 2.8 * em : 0.5 * em;
  let out = "";
  for (let o = 0; o < full; o++) {
    if (lit?.has(`out-${o}`))
      out += box("column", left + o * cell, base - stack - 0.3 * em, cell, stack + 0.3 * em + under);
    if (!labelled) continue;
    const middle = left + (o + 0.5) * cell;
    const cut = isCut(plan, o);
    const inner = !cut && counts[o] > 0 && o >= taps.length - 1 && o <= s * (now - 1);
    out += label(
      `count${cut ? " cut" : ""}${inner && taps.length % s ? " warn" : ""}`,
      middle,
      base + 1.25 * em,
      counts[o],
    );
    if (letterOf(o % s, s) && !cut) out += label("letter", middle, base + 2.45 * em, letterOf(o % s, s));
  }
  return out;
}
