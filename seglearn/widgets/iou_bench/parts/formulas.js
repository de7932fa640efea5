/** The five scores as formulas whose terms light their pixels. */

import { area, frac, number, op, row, sub, term, text, value, variable } from "../../web/ui/formula.js";
import { strings } from "../words/en.js";

/** What each term is made of: labels of the stage, see PARTS in ../iou_bench.js. */
export const TERMS = {
  intersection: ["both"],
  union: ["both", "truthOnly", "predictionOnly"],
  truth: ["both", "truthOnly"],
  prediction: ["both", "predictionOnly"],
  bandIntersection: ["bandBoth"],
  bandUnion: ["bandBoth", "bandTruth", "bandPrediction"],
};

const named = (name, inside) => term(name, inside, strings.terms[name]);
const A = variable("A");
const B = variable("B");
const [cap, cup] = [op("∩"), op("∪")];
const bandA = sub(A, variable("d"));
const bandB = sub(B, variable("d"));
const numbers = (over, under) => row(op("="), frac(over, under), op("="), value("result"));
const counted = (name) => term(name, value(name));

/** Of each score the definition and its numbers. */
export const FORMULAS = {
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
