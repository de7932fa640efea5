/** Two histograms, of the class that is asked for and of what it is held against, and the threshold between them. */
import { STOPS } from "../../web/core/cube.js";
import { h } from "../../web/ui/dom.js";
import { className } from "../../web/ui/names.js";
import { strings } from "../words/en.js";

const BINS = 50; // drawn; STOPS is four times as many
const words = strings.threshold;

/** The share of each bin, so that a small class can be seen beside a large one. */
function shares(bins) {
  const each = STOPS / BINS;
  const shown = Array.from({ length: BINS }, (_, i) =>
    bins.slice(each * i + 1, each * (i + 1) + 1).reduce((a, b) => a + b, 0),
  );
  shown[0] += bins[0];
  shown[BINS - 1] += bins[STOPS + 1];
  const total = shown.reduce((a, b) => a + b, 0) || 1;
  return shown.map((n) => n / total);
}

const path = (curve, top) =>
  `M0 100${curve.map((s, i) => `V${(100 - (96 * s) / top).toFixed(1)}H${(STOPS / BINS) * (i + 1)}`).join("")}V100Z`;

const hatch = (role, i) =>
  `<pattern id="p${i}" patternUnits="userSpaceOnUse" width="4" height="7" patternTransform="skewX(${i ? 20 : -20})"><path class="${role}" d="M0 0V7"/></pattern>`;

/** Returns { el, draw(found, stop, lit, others) }; `stop` in 0 … STOPS, `others` what the class is held against. */
export function createHistogram() {
  const plot = h("div", { class: "histogram", role: "img", "data-testid": "histogram" });
  const entry = (role) => {
    const name = h("b", {});
    const swatch = h("i", { class: `swatch ${role}`, "aria-hidden": "true" });
    name.className = "legend-name";
    return { name, el: h("li", { class: role }, swatch, name) };
  };
  const [target, rest] = ["truth", "prediction"].map(entry);
  return {
    el: h("div", {}, h("ul", { class: "legend" }, target.el, rest.el), plot),
    draw({ counts, side, name }, stop, lit, others) {
      target.name.textContent = className(name);
      rest.name.textContent = others;
      const both = counts.map(shares);
      const top = Math.max(...both.flat(), 1e-9);
      const [from, width] = side === "below" ? [0, stop] : [stop, STOPS - stop];
      const scored = lit && ["tp", "fp", "fn"].some((p) => lit.has(p));
      const faded = (...parts) => (scored && !parts.some((p) => lit.has(p)) ? " faded" : "");
      plot.innerHTML =
        `<svg viewBox="0 0 ${STOPS} 100" preserveAspectRatio="none" aria-hidden="true">` +
        `<defs>${["truth", "prediction"].map(hatch).join("")}</defs>` +
        `<rect class="inside" x="${from}" width="${Math.max(0, width)}" height="100"/>` +
        `<path class="prediction${faded("fp")}" fill="url(#p1)" d="${path(both[1], top)}"/>` +
        `<path class="truth${faded("tp", "fn")}" fill="url(#p0)" d="${path(both[0], top)}"/>` +
        `<path class="line" d="M${stop} 0V100"/></svg>`;
      plot.setAttribute("aria-label", words.histogram(className(name)));
    },
  };
}
