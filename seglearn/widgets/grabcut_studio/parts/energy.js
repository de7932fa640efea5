/** The energy after every iteration, in its two parts, and the formula of it. */
import { h } from "../../web/ui/dom.js";
import { count } from "../../web/ui/format.js";
import { createFormula, op, row, sub, term, value, variable } from "../../web/ui/formula.js";
import { strings } from "../words/en.js";

export const TERMS = { u: ["inside", "outside"], v: ["contour"] };
/** @type {[number, number][]} */
const NONE = [];
const whole = (x) => count(Math.round(x));
const p = variable("p");
const pair = row(p, op(","), variable("q"));
const FORMULA = [
  row(variable("E"), op("="), term("u", row(sub(op("∑"), p), sub(variable("D"), p)), strings.terms.u)),
  row(
    op("+"),
    term(
      "v",
      row(
        sub(op("∑"), row(sub(variable("α"), p), op("≠"), sub(variable("α"), variable("q")))),
        sub(variable("w"), pair),
      ),
      strings.terms.v,
    ),
  ),
  row(op("="), term("u", value("u")), op("+"), term("v", value("v")), op("="), value("e")),
];

/**
 * Bars of the parts above their least value: the whole bar shrinks by exactly what the energy falls.
 * @param {[number, number][]} trace U and V at the start and after every iteration
 * @returns {{ u: number, v: number }[]} shares of the tallest bar
 */
export function bars(trace) {
  const least = [0, 1].map((part) => Math.min(...trace.map((energy) => energy[part])));
  const above = trace.map((energy) => energy.map((e, part) => e - least[part]));
  const most = Math.max(...above.map(([u, v]) => u + v)) || 1;
  return above.map(([u, v]) => ({ u: u / most, v: v / most }));
}

/**
 * @param {Shell} shell
 * @param {ReturnType<typeof import("./studio.js").studioOf>} studio
 */
export function createEnergy({ light }, studio) {
  const formula = createFormula(light, strings.energy.formula);
  formula.show(...FORMULA);
  const plot = h("div", { class: "plot keeps-colors", role: "img", "data-testid": "energy-plot" });
  const rows = h("tbody", { "data-testid": "energies" });
  const table = h(
    "table",
    { class: "numbers" },
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        strings.energy.head.map((name) => h("th", { scope: "col" }, name)),
      ),
    ),
    rows,
  );
  const key = ["u", "v"].map((part) =>
    light.bind(
      h(
        "span",
        { tabindex: "0", class: `key ${part}` },
        h("i", { class: "keeps-colors", "aria-hidden": "true" }),
        strings.energy[part],
      ),
      { term: part },
    ),
  );
  const note = h("p", { class: "hint small", "data-secondary": true }, strings.energy.note);
  let shown = null;
  return {
    el: h("div", { class: "energy" }, formula.el, h("div", { class: "keys" }, key), plot, note, table),
    draw(state, { u, v, energy }) {
      formula.values({
        u: u === null ? "–" : whole(u),
        v: v === null ? "–" : whole(v),
        e: energy === null ? "–" : whole(energy),
      });
      const trace = studio.result(state)?.trace ?? NONE;
      if (trace === shown) return;
      shown = trace;
      plot.setAttribute("aria-label", strings.energy.plot(trace.map(([a, b]) => whole(a + b)).join(", ")));
      plot.replaceChildren(
        ...bars(trace).map((bar, i) =>
          h(
            "span",
            {},
            h("i", { class: "v", style: `height:${80 * bar.v}%` }),
            h("i", { class: "u", style: `height:${80 * bar.u}%` }),
            h("small", {}, String(i)),
          ),
        ),
      );
      const told = trace.length > 3 ? [0, 1, trace.length - 1] : [...trace.keys()];
      rows.replaceChildren(
        ...told.map((i) =>
          h(
            "tr",
            {},
            h("th", { scope: "row" }, String(i)),
            [...trace[i], trace[i][0] + trace[i][1]].map((e) => h("td", {}, whole(e))),
          ),
        ),
      );
    },
  };
}
