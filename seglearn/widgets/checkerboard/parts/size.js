/** The size of the output, as a formula whose terms light what they count. */
import { createFormula, number, op, row, term, text, value, variable } from "../../web/ui/formula.js";
import { strings } from "../words/en.js";

/** @param {Shell} shell */
export function createSize({ light }) {
  const words = strings.formula;
  const formula = createFormula(light, words.label);
  const whole = (inside, last) =>
    row(
      op("("),
      inside("inputs", "n"),
      op("−"),
      number(1),
      op(")"),
      op("·"),
      inside("stride", "s"),
      op("+"),
      inside("kernel", "k"),
      op("−"),
      number(2),
      last,
    );
  const named = (name, letter) => term(name, variable(letter), words[name]);
  const filled = (name, letter) => term(name, value(letter));
  formula.show(
    row(text(words.result), op("="), whole(named, named("padding", "p"))),
    row(op("="), whole(filled, row(op("·"), filled("padding", "p"))), op("="), term("result", value("result"))),
  );
  return {
    el: formula.el,
    draw({ inputs, stride, taps, padding }, { output_size }) {
      formula.values({
        n: String(inputs.length),
        s: String(stride),
        k: String(taps.length),
        p: String(padding),
        result: String(output_size),
      });
    },
  };
}
