/** The axes of the spectra: round numbers, wavelengths where they are known, and regions of the spectrum. */
import { h } from "../../web/ui/dom.js";
import { strings } from "../words/en.js";

/** The next number above x that makes four even steps. */
export function roundUp(x) {
  if (!(x > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(x));
  return [1, 1.2, 1.6, 2, 3, 4, 6, 8, 10].find((m) => m * power >= x * 0.9999) * power;
}

/** The number of a tick, with no more digits than an axis that ends at `top` needs. */
export function tidy(v, top) {
  const digits = Math.max(0, 2 - Math.floor(Math.log10(top)));
  return String(Number(v.toFixed(Math.min(4, digits))));
}

/** The ticks and regions under the plot. */
export function createAxis(axis, bands) {
  const ticks = xTicks(axis, bands).map(([band, words]) => {
    const el = h("span", {}, words);
    el.style.left = `${(100 * (band + 0.5)) / bands}%`;
    return el;
  });
  const regions = axis.regions.map(([name, from, to]) => {
    const el = h("span", {}, strings.regions[name]);
    el.style.width = `${(100 * (to - from)) / bands}%`;
    return el;
  });
  return [
    h("div", { class: "x-ticks", "aria-hidden": "true" }, ticks),
    h("div", { class: "regions", "aria-hidden": "true" }, regions),
  ];
}

/** [band, words] for the ticks: band numbers, or round wavelengths where they are known. */
function xTicks({ wavelengths }, bands) {
  if (wavelengths) {
    const step = roundUp((wavelengths.at(-1) - wavelengths[0]) / 8);
    const found = [];
    for (let w = Math.ceil(wavelengths[0] / step) * step; w <= wavelengths.at(-1); w += step) {
      const b = wavelengths.findIndex((x) => x >= w - 1e-9);
      if (b >= 0 && found.at(-1)?.[0] !== b) found.push([b, String(Number(w.toFixed(2)))]);
    }
    return bands < 12 ? wavelengths.map((w, b) => [b, String(Number(w.toFixed(2)))]) : found;
  }
  const step = bands <= 12 ? 1 : Math.max(1, roundUp(bands / 8));
  const found = [[0, "1"]];
  for (let n = Math.ceil(step); n <= bands; n += Math.ceil(step)) if (n > 1) found.push([n - 1, String(n)]);
  return found;
}
