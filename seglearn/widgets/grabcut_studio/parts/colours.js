/** The two mixtures as chips of colour with their weights, and what the probed pixel costs in each. */
import { cheapest } from "../../web/core/grabcut.js";
import { h } from "../../web/ui/dom.js";
import { decimal, percent } from "../../web/ui/format.js";
import { createFormula, frac, number, op, row, sub, text, variable } from "../../web/ui/formula.js";
import { strings } from "../words/en.js";

const SIDES = [1, 0]; // foreground first
const css = (colour) => `rgb(${[0, 1, 2].map((c) => Math.round(255 * colour[colour.length === 1 ? 0 : c])).join(" ")})`;
const half = frac(number(1), number(2));
const [z, mu, sigma, pi] = ["z", "μ", "Σ", "π"].map((name) => sub(variable(name), variable(name === "z" ? "p" : "k")));
const off = row(op("("), z, op("−"), mu, op(")"));
const FORMULA = [
  row(sub(variable("D"), variable("p")), op("="), op("−"), text("log"), pi),
  row(op("+"), half, text("log det"), sigma),
  row(op("+"), half, `<msup>${off}<mo>⊤</mo></msup>`, `<msup>${sigma}<mrow><mo>−</mo><mn>1</mn></mrow></msup>`, off),
];

/**
 * @param {Shell} shell
 * @param {ReturnType<typeof import("./studio.js").studioOf>} studio
 */
export function createColours({ light, control, redraw }, studio) {
  const lists = SIDES.map(() => h("ul", { class: "chips" }));
  const none = h("p", { class: "hint" }, strings.colours.none);
  const chips = h(
    "div",
    { class: "mixtures" },
    SIDES.map((side, i) => h("div", {}, h("b", {}, strings.sides[side]), lists[i])),
  );
  const formula = createFormula(light, strings.colours.formula);
  formula.show(...FORMULA);
  const swatch = h("i", { class: "chip keeps-colors", "aria-hidden": "true" });
  const costs = h("span", { "data-testid": "costs" });
  const probe = h("p", { class: "probe" }, swatch, costs);
  let shown = null;

  /** A chip for each component; the same elements stay while the result is the same. */
  function fill(result) {
    if (result === shown) return;
    shown = result;
    SIDES.forEach((side, i) => {
      const heaviest = result?.sides[side][0]?.weight ?? 1;
      lists[i].replaceChildren(
        ...(result?.sides[side] ?? []).map(({ weight, mean }, k) => {
          const chip = h("i", { class: "chip keeps-colors", "aria-hidden": "true", style: `background:${css(mean)}` });
          const bar = h("i", { class: "weight", "aria-hidden": "true", style: `width:${(100 * weight) / heaviest}%` });
          const item = h(
            "li",
            {
              tabindex: "0",
              "data-testid": `component-${side}-${k}`,
              "aria-label": strings.colours.chip(strings.sides[side], percent(weight)),
            },
            chip,
            h("span", { class: "weight-track keeps-colors" }, bar),
            h("span", {}, percent(weight, 0)),
          );
          return light.bind(item, { part: `${side}-${k}` });
        }),
      );
    });
    redraw();
  }

  return {
    el: h(
      "div",
      { class: "colours" },
      control("components", h("div", {}, chips, none)),
      control("probe", h("div", {}, formula.el, probe)),
    ),
    draw(state, p) {
      const result = studio.result(state) ?? null;
      fill(result);
      none.hidden = result !== null;
      chips.hidden = result === null;
      const at = p ?? -1;
      swatch.hidden = p === null;
      if (p !== null) swatch.style.background = css(studio.colour(state, at));
      const found = result && p !== null ? result.sides.map((side) => cheapest(side, studio.colour(state, at))) : null;
      const inside = p !== null && studio.mask(state)[at];
      costs.textContent = found
        ? strings.colours.costs(
            decimal(found[1].cost, 1),
            decimal(found[0].cost, 1),
            strings.sides[inside],
            found[1].cost < found[0].cost === Boolean(inside),
          )
        : strings.colours.point;
      SIDES.forEach((side, i) => {
        [...lists[i].children].forEach((item, k) => item.classList.toggle("near", found?.[side].k === k));
      });
    },
  };
}
