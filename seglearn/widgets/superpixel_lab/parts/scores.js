/** The scores as one choice; the chosen one is drawn on the picture and written out as a formula. */

import { h } from "../../web/ui/dom.js";
import { count, score } from "../../web/ui/format.js";
import { createFormula, frac, number, op, row, sub, term, text, value, variable } from "../../web/ui/formula.js";
import { strings } from "../words/en.js";
import { SCORES } from "./compute.js";

const named = (name, inside) => term(name, inside, strings.terms[name]);
const size = (...inside) => row(op("|"), ...inside, op("|"));
const sum = (index) => sub(op("∑"), variable(index));
const both = size(variable("S"), op("∩"), variable("G"));
const FORMULAS = {
  boundary_recall: [
    row(frac(named("found", text("TP")), row(named("found", text("TP")), op("+"), named("missed", text("FN"))))),
    row(
      op("="),
      frac(term("found", value("found")), row(term("found", value("found")), op("+"), term("missed", value("missed")))),
    ),
  ],
  undersegmentation_neubert_protzel: [
    row(
      frac(number(1), variable("N")),
      sum("S"),
      sum("G"),
      named("leak", row(text("min"), op("("), both, op(","), size(variable("S"), op("∖"), variable("G")), op(")"))),
    ),
    row(op("="), frac(term("leak", value("smaller")), value("counted"))),
  ],
  achievable_accuracy: [
    row(frac(number(1), variable("N")), sum("S"), sub(text("max"), variable("G")), both),
    row(op("="), frac(value("inside"), value("counted"))),
  ],
};

export function createScores({ light, store }) {
  const choose = (name) => store.look({ score: name });
  const option = (name, label, ...inside) => {
    const input = h("input", {
      type: "radio",
      name: "score",
      value: name,
      "data-testid": `score-${name}`,
      onchange: () => choose(name),
    });
    return {
      name,
      input,
      el: h("label", { class: "score" }, input, h("span", { class: "score-name" }, label), inside),
    };
  };
  const rows = SCORES.map((name) => {
    const track = h("i", { "aria-hidden": "true" });
    const figure = h("b", { "data-testid": `value-${name}` });
    const [label, better] = strings.scores[name];
    const words = [label, h("span", { class: "better", "aria-hidden": "true" }, ` ${better}`)];
    return {
      ...option(name, words, h("span", { class: "track", "aria-hidden": "true" }, track), figure),
      track,
      figure,
    };
  });
  const none = option("none", strings.scores.none);
  const formula = createFormula(light, "");
  formula.el.dataset.testid = "formula-score";
  const words = h("p", { class: "in-words" });
  const countOf = h("b", { "data-testid": "value-n_segments" });
  const list = h("div", { class: "scores", role: "radiogroup", "aria-label": strings.scores.label });
  list.append(...rows.map((r) => r.el), h("div", { class: "last" }, none.el, countOf));
  const el = h("div", { class: "quality" }, list, h("div", { class: "inside" }, formula.el, words));
  let shown = null;
  return {
    el,
    draw(metrics, quality, chosen, radius) {
      for (const { name, el: label, input, track, figure } of rows) {
        input.checked = name === chosen;
        label.classList.toggle("chosen", name === chosen);
        track.style.width = `${100 * Math.min(1, metrics[name] ?? 0)}%`;
        figure.textContent = score(metrics[name]);
      }
      none.input.checked = chosen === "none";
      none.el.classList.toggle("chosen", chosen === "none");
      countOf.textContent = metrics.n_segments === null ? "" : strings.scores.count(count(metrics.n_segments));
      if (shown !== chosen) {
        shown = chosen;
        formula.show(...(FORMULAS[chosen] ?? []));
        formula.el.setAttribute("aria-label", strings.scores[chosen]?.[0] ?? strings.scores.none);
      }
      const c = quality?.counts;
      if (c) formula.values(Object.fromEntries(Object.entries(c).map(([name, n]) => [name, count(n)])));
      words.textContent =
        chosen === "none"
          ? ""
          : radius === null && chosen !== "compactness"
            ? strings.scores.noTruth
            : strings.scores[chosen][2](radius);
    },
  };
}
