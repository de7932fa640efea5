/** The five scores as formulas whose terms light their pixels. */
import { h } from "../../web/ui/dom.js";
import { count, score } from "../../web/ui/format.js";
import { area, createFormula, frac, number, op, row, sub, term, text, value, variable } from "../../web/ui/formula.js";
import { strings } from "../words/en.js";
import { derive } from "./model.js";

/** What each term is made of: parts of the picture, see PARTS in picture.js. */
export const TERMS = {
  intersection: ["both"],
  union: ["both", "truthOnly", "predictionOnly"],
  truth: ["both", "truthOnly"],
  prediction: ["both", "predictionOnly"],
  bandIntersection: ["bandBoth"],
  bandUnion: ["bandBoth", "bandTruth", "bandPrediction"],
};

const named = (/** @type {string} */ name, /** @type {string} */ inside) => term(name, inside, strings.terms[name]);
const A = variable("A");
const B = variable("B");
const [cap, cup] = [op("∩"), op("∪")];
const bandA = sub(A, variable("d"));
const bandB = sub(B, variable("d"));
const numbers = (/** @type {string} */ over, /** @type {string} */ under) =>
  row(op("="), frac(over, under), op("="), value("result"));
const counted = (/** @type {string} */ name) => term(name, value(name));

/** Of each score the definition and its numbers. */
const FORMULAS = {
  iou: [
    row(text("IoU"), op("="), frac(named("intersection", area(A, cap, B)), named("union", area(A, cup, B)))),
    numbers(counted("intersection"), counted("union")),
  ],
  dice: [
    row(
      text("Dice"),
      op("="),
      frac(
        row(number(2), named("intersection", area(A, cap, B))),
        row(named("truth", area(A)), op("+"), named("prediction", area(B))),
      ),
    ),
    numbers(row(number(2), op("·"), counted("intersection")), row(counted("truth"), op("+"), counted("prediction"))),
  ],
  precision: [
    row(text("Precision"), op("="), frac(named("intersection", area(A, cap, B)), named("prediction", area(B)))),
    numbers(counted("intersection"), counted("prediction")),
  ],
  recall: [
    row(text("Recall"), op("="), frac(named("intersection", area(A, cap, B)), named("truth", area(A)))),
    numbers(counted("intersection"), counted("truth")),
  ],
  boundary_iou: [
    row(
      sub(text("IoU"), variable("d")),
      op("="),
      frac(named("bandIntersection", area(bandA, cap, bandB)), named("bandUnion", area(bandA, cup, bandB))),
    ),
    numbers(counted("bandIntersection"), counted("bandUnion")),
  ],
};

/**
 * The formula of one score, and what it says in words.
 * @param {Shell} shell
 * @returns {{ el: HTMLElement, draw(drawing: Drawing, metric: string): void }}
 */
export function createScoreFormula({ light }) {
  light.terms(TERMS);
  const formula = createFormula(light, strings.metrics.label);
  const words = h("span");
  let shown = "";
  formula.el.dataset.readout = "";
  return {
    el: h("div", { class: "formula-box" }, formula.el, h("p", { class: "in-words" }, words, " ", strings.point)),
    draw({ state, metrics: m }, metric) {
      if (shown !== metric) {
        shown = metric;
        formula.el.setAttribute("aria-label", strings.metrics[metric][0]);
        formula.show(...FORMULAS[metric]);
      }
      const { areas: a, boundary } = derive(state);
      const band = boundary.areas;
      formula.values({
        intersection: count(m.intersection),
        union: count(m.union),
        truth: count(a.both + a.truthOnly),
        prediction: count(a.both + a.predictionOnly),
        bandIntersection: count(band.both),
        bandUnion: count(band.both + band.truthOnly + band.predictionOnly),
        result: score(m[metric]),
      });
      const sentence = strings.metrics[metric][1];
      const said = typeof sentence === "function" ? sentence(boundary.d) : sentence;
      words.textContent = m[metric] === null ? strings.undefinedScore : said;
    },
  };
}
