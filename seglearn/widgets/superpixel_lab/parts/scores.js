/** The scores as one choice; the chosen one is drawn on the picture and written out as a formula. */

import { radio } from "../../web/ui/controls.js";
import { h } from "../../web/ui/dom.js";
import { count, score } from "../../web/ui/format.js";
import { createFormula, frac, number, op, row, sub, term, text, value, variable } from "../../web/ui/formula.js";
import { createBar, createGhost } from "../../web/ui/meter.js";
import { select } from "../../web/ui/select.js";
import { strings } from "../words/en.js";
import { ERRORS } from "./compute.js";

const named = (name, inside) => term(name, inside, strings.terms[name]);
const size = (...inside) => row(op("|"), ...inside, op("|"));
const sum = (index) => sub(op("∑"), index);
const [S, G, N] = ["S", "G", "N"].map(variable);
const both = size(S, op("∩"), G);
const share = (over, under = "counted") => row(op("="), frac(over, value(under)));
const found = term("found", value("found"));
const FORMULAS = {
  boundary_recall: [
    row(frac(named("found", text("TP")), row(named("found", text("TP")), op("+"), named("missed", text("FN"))))),
    row(op("="), frac(found, row(found, op("+"), term("missed", value("missed"))))),
  ],
  undersegmentation_neubert_protzel: [
    row(
      frac(number(1), N),
      sum(S),
      sum(G),
      named("leak", row(text("min"), op("("), both, op(","), size(S, op("∖"), G), op(")"))),
    ),
    share(term("leak", value("smaller"))),
  ],
  undersegmentation_bleeding: [
    row(frac(number(1), N), sum(S), named("leak", row(sub(text("min"), G), size(S, op("∖"), G)))),
    share(term("leak", value("outside"))),
  ],
  undersegmentation_levinshtein: [
    row(
      sub(text(strings.mean), G),
      frac(row(named("leak", row(sum(row(S, op("∩"), G, op("≠"), op("∅"))), size(S))), op("−"), size(G)), size(G)),
    ),
    share(value("excess"), "regions"),
  ],
  undersegmentation_achanta: [
    row(
      frac(
        row(sum(G), named("leak", row(sum(row(both, op(">"), number("5\u202f%"), size(S))), size(S))), op("−"), N),
        N,
      ),
    ),
    row(op("="), frac(row(value("charged"), op("−"), value("counted")), value("counted"))),
  ],
  achievable_accuracy: [row(frac(number(1), N), sum(S), sub(text("max"), G), both), share(value("inside"))],
};
export const KINDS = ["boundary_recall", "undersegmentation", "achievable_accuracy", "compactness"];
/** The score that a row stands for, with the under-segmentation error that was chosen. */
export const nameOf = (kind, error) => (kind === "undersegmentation" ? error : kind);
const labelOf = (name) => {
  const [label] = [strings.scores[name]].flat();
  return ERRORS.includes(name) ? strings.ue(label) : label;
};
const FULL = { compactness: Math.PI / 4 }; // what fills a bar; 1 for the others

function createRow(kind, choose) {
  const input = radio({ group: "score", value: kind, id: `score-${kind}`, onChange: () => choose(kind) });
  const bar = createBar(0, FULL[kind]);
  const figure = h("b", { "data-testid": `value-${kind}`, "data-readout": true });
  const ghost = createGhost();
  const name = h("span", { class: "score-name" });
  const el = h("label", { class: "score pick" }, input, name, kind !== "none" && [bar.el, figure]);
  return {
    el,
    draw(chosen, why, x, words, better = "") {
      input.checked = kind === chosen;
      el.classList.toggle("chosen", input.checked);
      name.replaceChildren(words, better && h("span", { class: "better", "aria-hidden": "true" }, ` ${better}`));
      bar.show(x, ghost.next(x, why));
      figure.textContent = score(x);
    },
  };
}

/** The chosen score written out: formula and words. */
function createExplanation(light) {
  const formula = createFormula(light, "");
  formula.el.dataset.testid = "formula-score";
  formula.el.dataset.readout = "";
  const words = h("p", { class: "hint" });
  let shown = null;
  return {
    els: [formula.el, words],
    draw(name, counts, radius) {
      if (shown !== name) {
        shown = name;
        formula.show(...(FORMULAS[name] ?? []));
        formula.el.setAttribute("aria-label", labelOf(name));
      }
      if (counts) {
        const { excess, ...whole } = counts;
        const table = Object.fromEntries(Object.entries(whole).map(([key, n]) => [key, count(n)]));
        formula.values({ ...table, excess: score(excess) });
      }
      const untold = radius === null && name !== "compactness";
      words.textContent = name === "none" ? "" : untold ? strings.scores.noTruth : strings.scores[name][2](radius);
    },
  };
}

/** `{ el, inside, draw(metrics, quality, view, radius) }`: the choice, and what is chosen written out. */
export function createScores({ light, store }) {
  const choose = (kind) => store.look({ score: kind });
  const rows = Object.fromEntries([...KINDS, "none"].map((kind) => [kind, createRow(kind, choose)]));
  const countOf = h("b", { "data-testid": "value-n_segments" });
  const list = h(
    "div",
    { class: "scores", role: "radiogroup", "aria-label": strings.scores.label },
    KINDS.map((kind) => rows[kind].el),
    h("div", { class: "last" }, rows.none.el, countOf),
  );
  const error = select({
    label: strings.error,
    id: "error",
    options: ERRORS.map((value) => ({ value, label: strings.scores[value][0] })),
    onChange: (value) => store.look({ error: value, score: "undersegmentation" }),
  });
  const told = createExplanation(light);
  return {
    el: list,
    inside: h("div", { class: "inside" }, error.el, told.els),
    draw(metrics, quality, { view, why }, radius) {
      for (const kind of KINDS) {
        const name = nameOf(kind, view.error);
        rows[kind].draw(view.score, why, metrics[name], labelOf(name), strings.scores[name][1]);
      }
      rows.none.draw(view.score, why, null, strings.scores.none);
      countOf.textContent = metrics.n_segments === null ? "" : strings.scores.count(metrics.n_segments);
      error.value = view.error;
      told.draw(nameOf(view.score, view.error), quality?.counts, radius);
    },
  };
}
