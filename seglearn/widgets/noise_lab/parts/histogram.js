/** Histogram of the values, or of the errors, of the three pictures. */
import { segmented } from "../../web/ui/controls.js";
import { h } from "../../web/ui/dom.js";
import { strings } from "../words/en.js";
import { ROLES } from "./scores.js";

const BINS = 50;
const RANGES = { values: [0, 1], errors: [-0.5, 0.5] };
const [WIDE, TALL] = [256, 84];

/** @returns {Float64Array} */
function countsOf(data, [low, high]) {
  const counts = new Float64Array(BINS);
  for (const v of data) counts[Math.min(BINS - 1, Math.max(0, Math.floor((BINS * (v - low)) / (high - low))))]++;
  return counts;
}

/** The outline of bars that are cut at `top`. */
function outline(bars, top) {
  const steps = [...bars].map(
    (n, i) => `V${(TALL * (1 - Math.min(1, n / top))).toFixed(1)}H${((WIDE * (i + 1)) / BINS).toFixed(1)}`,
  );
  return `M0 ${TALL}${steps.join("")}V${TALL}`;
}

/**
 * What is counted: the values of all three, or how far the two others are off.
 * @returns {Record<string, Float32Array>}
 */
function seriesOf(kind, { clean, noisy, filtered }) {
  if (kind === "values") return { clean: clean.data, noisy: noisy.data, filtered: filtered.data };
  const off = ({ data }) => data.map((v, i) => v - clean.data[i]);
  return { noisy: off(noisy), filtered: off(filtered) };
}

const spread = ({ data }, { data: truth }) =>
  Math.sqrt(data.reduce((sum, v, i) => sum + (v - truth[i]) ** 2, 0) / truth.length);
const signed = (kind, v) => (kind === "errors" && v > 0 ? `+${v}` : String(v).replace("-", "−"));

export function createHistogram({ store }) {
  const which = segmented({
    label: strings.histogram.label,
    id: "bars",
    options: Object.keys(RANGES).map((value) => ({ value, label: strings.histogram[value] })),
    onChange: (histogram) => store.look({ histogram }),
  });
  const plot = h("div", { class: "histogram", role: "img", "data-testid": "histogram" });
  const ticks = h("div", { class: "ticks", "aria-hidden": "true" });
  const title = h("b", { title: strings.histogram.note }, strings.histogram.label);
  let shown = null;
  return {
    el: h("div", { class: "histogram-box" }, h("div", { class: "panel-head" }, title, which.el), plot, ticks),
    draw(kind, all) {
      which.value = kind;
      const key = [kind, all.clean.data, all.noisy.data, all.filtered.data];
      if (shown?.every((part, i) => part === key[i])) return;
      shown = key;
      const range = RANGES[kind];
      const counts = Object.entries(seriesOf(kind, all)).map(([part, data]) => ({ part, bars: countsOf(data, range) }));
      const tallest = counts.flatMap(({ bars }) => [...bars]).sort((a, b) => b - a);
      const top = tallest[2 * counts.length] * 1.15 || tallest[0]; // a few tall bars may be cut
      const paths = counts.map(
        ({ part, bars }) => `<path class="${ROLES[part]} of-${part}" d="${outline(bars, top)}"/>`,
      );
      plot.innerHTML = `<svg viewBox="0 0 ${WIDE} ${TALL}" preserveAspectRatio="none">${paths.join("")}</svg>`;
      const marks = [range[0], (range[0] + range[1]) / 2, range[1]];
      ticks.replaceChildren(...marks.map((v) => h("span", {}, signed(kind, v))));
      const off = [all.noisy, all.filtered].map((image) => spread(image, all.clean));
      plot.setAttribute("aria-label", strings.histogram.words(strings.histogram[kind], ...off));
    },
  };
}
