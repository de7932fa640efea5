/** How field and jump grow in the chosen layer, with its numbers. */
import { createFormula, number, op, row, sub, term, variable } from "../../web/ui/formula.js";
import { strings } from "../words/en.js";

/**
 * @param {Light} light
 * @returns {{ el: HTMLElement, draw(layers: Layer[], found: Step[], level: number): void }}
 */
export function createArithmetic(light) {
  const formula = createFormula(light, strings.formula);
  let shown = "";
  return {
    el: formula.el,
    draw(layers, found, level) {
      light.terms({
        r: [`f${level}`],
        before: [`f${level - 1}`],
        reach: [`c${level}`],
        jump: [`j${level - 1}`],
        next: [`j${level}`],
        stride: [`c${level}`],
      });
      const layer = layers[level - 1];
      const pieces = [rule(), ...(layer ? values(layer, found[level - 1], found[level]) : [])];
      if (pieces.join() === shown) return;
      shown = pieces.join();
      formula.show(...pieces);
    },
  };
}

const at = (letter, index) => sub(variable(letter), index);
const layerBefore = () => row(variable("l"), op("−"), number(1));
const reach = (d, k) => row(d, op("("), k, op("−"), number(1), op(")"));

function rule() {
  const name = strings.terms;
  return row(
    term("r", at("r", variable("l")), name.r),
    op("="),
    term("before", at("r", layerBefore()), name.before),
    op("+"),
    term("reach", reach(variable("d"), variable("k")), name.reach),
    op("·"),
    term("jump", at("j", layerBefore()), name.jump),
  );
}

/**
 * The same with numbers, and the jump.
 * @param {Layer} layer
 * @param {Step} before
 * @param {Step} now
 */
function values(layer, before, now) {
  const name = strings.terms;
  return [
    row(
      op("="),
      term("before", number(before.field)),
      op("+"),
      term("reach", reach(row(number(layer.dilation), op("·")), number(layer.kernel))),
      op("·"),
      term("jump", number(before.jump)),
      op("="),
      term("r", number(now.field)),
    ),
    row(
      term("next", at("j", variable("l")), name.next),
      op("="),
      term("jump", at("j", layerBefore())),
      op("·"),
      term("stride", variable("s"), name.stride),
      op("="),
      term("jump", number(before.jump)),
      op("·"),
      term("stride", number(layer.stride)),
      op("="),
      term("next", number(now.jump)),
    ),
  ];
}
