/** Beside the picture: the step at hand, with its formula in live terms. */

import { h } from "../../web/ui/dom.js";
import { count, decimal } from "../../web/ui/format.js";
import { createFormula, frac, number, op, row, sub, term, text, value, variable } from "../../web/ui/formula.js";
import { strings } from "../words/en.js";

const squared = (inside) => `<msup>${row(inside)}${number(2)}</msup>`;
const root = (...inside) => `<msqrt>${inside.join("")}</msqrt>`;
const brackets = (...inside) => row(op("("), ...inside, op(")"));
const named = (name, inside) => term(name, inside, strings.terms[name]);
const dOf = (index) => sub(variable("d"), text(index));
const across = (axis) =>
  squared(row(op("‖"), sub(variable("I"), text(`${axis}+1`)), op("−"), sub(variable("I"), text(`${axis}−1`)), op("‖")));

const distance = (write) => {
  const [dlab, dxy, step, m] = ["dlab", "dxy", "S", "m"].map(write);
  return root(squared(dlab), op("+"), squared(brackets(frac(dxy, step))), op("·"), squared(m));
};
const signs = { dlab: dOf("lab"), dxy: dOf("xy"), S: variable("S"), m: variable("m") };
const FORMULAS = {
  S: [
    row(named("S", variable("S")), op("="), root(frac(variable("N"), variable("k")))),
    row(op("="), root(frac(value("N"), value("k"))), op("="), term("S", value("S"))),
  ],
  G: [row(variable("G"), op("="), across("x"), op("+"), across("y"))],
  D: [
    row(
      variable("D"),
      op("="),
      distance((name) => named(name, signs[name])),
    ),
    row(
      op("="),
      distance((name) => term(name, value(name))),
    ),
    row(op("="), value("D")),
  ],
  C: [
    row(
      variable("C"),
      op("="),
      frac(number(1), row(op("|"), variable("S"), op("|"))),
      sub(op("∑"), row(variable("p"), op("∈"), variable("S"))),
      brackets(["L", "a", "b", "x", "y"].map(variable).join(op(","))),
    ),
  ],
};
const FORMULA_OF = { seeds: "S", nudge: "G", assign: "D", update: "C", connect: "D" };
export const css = (rgb) => `rgb(${rgb.map((v) => Math.round(v)).join(" ")})`;
const MOST = 5; // centres in the table

/** Who competes for the probed pixel, nearest first. */
function candidateTable({ candidates }, light) {
  const rows = candidates.slice(0, MOST).map(({ k, dlab, dxy, D, color }, rank) =>
    light.bind(
      h(
        "tr",
        { tabindex: "0", class: rank ? "" : "winner", "data-testid": `candidate-${rank}` },
        h("td", {}, `${rank + 1} `, h("i", { class: "swatch chip", style: `background:${color}` }), rank ? "" : "✓"),
        [dlab, dxy, D].map((x) => h("td", {}, decimal(x, 1))),
      ),
      { part: `c${k}` },
    ),
  );
  const head = strings.candidates.head.map(([name, index]) =>
    h("th", { scope: "col" }, name, index && h("sub", {}, index)),
  );
  return [h("table", { class: "numbers", "aria-label": strings.candidates.label }, h("tr", {}, head), rows)];
}

/** The gradient of nine pixels around a seed. */
function gradientGrid({ gradient: { cells, best } }) {
  const tds = cells.map(({ g, rgb }, i) => {
    const dark = rgb[0] + 2 * rgb[1] + rgb[2] < 500;
    const style = `background:${css(rgb)};color:${dark ? "#fff" : "#000"}`;
    return h("td", { class: i === best ? "best" : "", style }, decimal(g, g < 10 ? 1 : 0));
  });
  return [
    h(
      "table",
      { class: "gradient", "data-testid": "gradient" },
      [0, 3, 6].map((i) => h("tr", {}, tds.slice(i, i + 3))),
    ),
    h("p", { class: "hint" }, strings.nudged(best !== 4)),
  ];
}

/** Where a centre went, and how far all of them did. */
function shift({ move: { from, to, residuals, index } }) {
  const most = Math.max(...residuals, 0.01);
  const cells = (values) => values.map((v) => h("td", {}, decimal(v, 1)));
  const shifts = residuals.map((r) => decimal(r, 2));
  return [
    h(
      "table",
      { class: "numbers" },
      h(
        "tr",
        {},
        h("td", {}),
        ["L", "a", "b", "y", "x"].map((name) => h("th", { scope: "col" }, name)),
      ),
      h("tr", {}, h("th", { scope: "row" }, strings.before), cells(from)),
      h("tr", {}, h("th", { scope: "row" }, strings.after), cells(to)),
    ),
    h(
      "p",
      { class: "hint", "data-testid": "moved" },
      strings.moved(decimal(Math.hypot(to[3] - from[3], to[4] - from[4]), 2), shifts[index]),
    ),
    h(
      "div",
      { class: "residuals", role: "img", "aria-label": `${strings.residuals}: ${shifts.join(", ")}` },
      residuals.map((r, i) =>
        h("span", { class: i === index ? "now" : "" }, h("i", { style: `height:${(100 * r) / most}%` }), String(i + 1)),
      ),
    ),
  ];
}

const INSIDE = {
  seeds: () => [],
  nudge: gradientGrid,
  assign: candidateTable,
  update: shift,
  connect: candidateTable,
};

export function createPanel({ light }) {
  const formula = createFormula(light, "");
  const title = h("b", { "data-testid": "panel-title" });
  const words = h("p", { class: "hint" });
  const inside = h("div", { class: "inside", "data-testid": "panel" });
  const crumbs = light.bind(h("p", { class: "hint", tabindex: "0", "data-testid": "crumbs" }), { part: "crumbs" });
  const el = h("div", { class: "panel" }, title, formula.el, words, crumbs, inside);
  let shownFormula = null;

  return {
    el,
    draw(scene) {
      const { stage } = scene.state;
      const name = FORMULA_OF[stage];
      if (shownFormula !== name) {
        shownFormula = name;
        formula.el.setAttribute("aria-label", strings.stages[stage]);
        formula.show(...FORMULAS[name]);
      }
      const first = scene.candidates[0];
      formula.values({
        N: count(scene.width * scene.height),
        k: count(scene.nSeeds),
        S: decimal(scene.step, 1),
        m: String(scene.state.compactness),
        ...Object.fromEntries(["dlab", "dxy", "D"].map((part) => [part, first ? decimal(first[part], 1) : "–"])),
      });
      title.textContent = strings.stages[stage];
      words.textContent = strings.panel[stage];
      words.hidden = !words.textContent;
      crumbs.hidden = stage !== "connect";
      crumbs.textContent = strings.connected(count(scene.connected.nCrumbs));
      // A row under the focus or the pointer stays: its numbers are the same until the probed pixel changes.
      const key = JSON.stringify([scene.state, scene.probe, scene.candidates.length]);
      if (inside.dataset.key === key) return;
      inside.dataset.key = key;
      inside.replaceChildren(...INSIDE[stage](scene, light));
    },
  };
}
