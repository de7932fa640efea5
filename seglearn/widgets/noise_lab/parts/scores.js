/** How near the pictures are to the clean one: the one number, and the table with its formula. */
import { h } from "../../web/ui/dom.js";
import { decimal, score } from "../../web/ui/format.js";
import { createFormula, frac, number, op, row, sub, term, text, value, variable } from "../../web/ui/formula.js";
import { meter } from "../../web/ui/meter.js";
import { strings } from "../words/en.js";

export const decibels = (x) => (x == null ? "∞" : `${decimal(x, 1)}\u202fdB`);
export const ROLES = { clean: "truth", noisy: "ignore", filtered: "prediction" };

const named = (name, inside) => term(name, inside, strings.terms[name]);
const squared = (inside) => `<msup>${row(op("("), inside, op(")"))}${number(2)}</msup>`;
const PSNR = [
  row(
    text("PSNR"),
    op("="),
    number("10\u202f"),
    sub(text("log"), number(10)),
    frac(number(1), named("mse", text("MSE"))),
    op("="),
    value("psnr"),
  ),
  row(
    named("mse", text("MSE")),
    op("="),
    text(strings.meanOf),
    squared(row(named("clean", variable("x")), op("−"), named("filtered", variable("y")))),
    op("="),
    value("mse"),
  ),
];

export function createScores({ light }) {
  const figures = {};
  const cell = (id) => (figures[id] = h("td", { "data-testid": id, "data-readout": true }));
  const bound = (tag, props, part, ...inside) => light.bind(h(tag, { tabindex: "0", ...props }, ...inside), { part });
  const table = h(
    "table",
    { class: "scores", "aria-label": strings.scores.label },
    h("tr", {}, h("td"), h("th", { scope: "col" }, "PSNR"), bound("th", { scope: "col" }, "ssim", "SSIM")),
    Object.entries(ROLES).map(([part, role]) =>
      h(
        "tr",
        part === "filtered" ? { "data-control": "filter" } : {},
        bound(
          "th",
          { scope: "row", class: role, "data-part": part },
          part,
          h("i", { class: `swatch ${role}`, "aria-hidden": "true" }),
          strings.parts[part],
        ),
        cell(`psnr-${part}`),
        cell(`ssim-${part}`),
      ),
    ),
  );
  const formula = createFormula(light, strings.scores.formula);
  formula.show(...PSNR);
  return {
    el: table,
    formula: formula.el,
    draw(metrics, mse, pending) {
      const rows = {
        clean: [null, 1],
        noisy: [metrics.noisy_psnr, metrics.noisy_ssim],
        filtered: [metrics.psnr, metrics.ssim],
      };
      for (const [part, [p, s]] of Object.entries(rows)) {
        const later = pending && part === "filtered";
        figures[`psnr-${part}`].textContent = later ? "…" : decibels(p);
        figures[`ssim-${part}`].textContent = later ? "…" : score(s);
      }
      formula.values(pending ? { psnr: "…", mse: "…" } : { psnr: decibels(metrics.psnr), mse: mse.toPrecision(3) });
    },
  };
}

const FULL = 40; // dB that a bar holds; more is no visible error
const ENDLESS = 1e6; // stands for no error at all

/** The one number: how many decibels the filter brings. */
export function createGain() {
  const format = (x) => (x === null ? "…" : decibels(x === ENDLESS ? null : x));
  const [noisy, filtered] = ["noisy", "filtered"].map((part) =>
    meter({ label: strings.parts[part], id: `gain-${part}`, max: FULL, role: ROLES[part], format }),
  );
  filtered.el.dataset.control = "filter";
  return {
    el: h("div", { class: "gains" }, h("span", { class: "hint" }, strings.gain), noisy.el, filtered.el),
    draw(metrics, pending, why) {
      noisy.show(metrics.noisy_psnr ?? ENDLESS, why);
      filtered.show(pending ? null : (metrics.psnr ?? ENDLESS), why);
    },
  };
}
