/** The formula of the output's size, with letters and with numbers, and what its terms light. */
import { trimmed } from "../../web/ui/format.js";
import { number, op, row, term, variable } from "../../web/ui/formula.js";

/** What each term is made of: the parts that the boards draw when they are lit. */
export const TERMS = {
  output: ["output"],
  image: ["image"],
  padding: ["padding"],
  span: ["span"],
  step: ["step"],
  floor: ["dropped"],
  first: ["first"],
};

const minus = op("−");
const plus = op("+");
const frac = (over, under) => `<mfrac><mrow>${over}</mrow><mrow>${under}</mrow></mfrac>`;

/** Pieces for `formula.show`: o = ⌊(n + 2p − (d(k − 1) + 1)) / s⌋ + 1, then the same with the numbers of the moment. */
export function pieces({ n, k, s, p, d }, { room, size }, words) {
  const floor = (inside, named) =>
    row(term("floor", op("⌊"), named ? words.floor : ""), inside, term("floor", op("⌋")));
  const whole = ({ n, twice, span, s }, named) => {
    const name = (key) => (named ? words[key] : "");
    return row(
      floor(
        frac(
          row(
            term("image", n, name("image")),
            plus,
            term("padding", twice, name("padding")),
            minus,
            term("span", span, name("span")),
          ),
          term("step", s, name("step")),
        ),
        named,
      ),
      plus,
      term("first", number(1), name("first")),
    );
  };
  const letters = {
    n: variable("n"),
    twice: row(number(2), variable("p")),
    span: row(op("("), variable("d"), op("("), variable("k"), minus, number(1), op(")"), plus, number(1), op(")")),
    s: variable("s"),
  };
  const digits = {
    n: number(n),
    twice: row(number(2), op("·"), number(p)),
    span: row(op("("), number(d), op("·"), op("("), number(k), minus, number(1), op(")"), plus, number(1), op(")")),
    s: number(s),
  };
  const left = row(term("output", variable("o"), words.output), op("="), whole(letters, true));
  const middle = row(op("="), whole(digits, false));
  if (size === null)
    return [left, middle, row(op("="), floor(frac(number(String(room).replace("-", "−")), number(s)), false), op("…"))];
  const share = room / s;
  const tidy = trimmed(Math.floor(share * 100) / 100, 2);
  return [
    left,
    middle,
    row(op("="), floor(number(tidy), false), plus, number(1), op("="), term("output", number(size))),
  ];
}
