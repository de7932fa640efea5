/** The read-outs of a cut: Otsu's criterion with its formula, IoU with the truth, and what the colours mean. */
import { areas } from "../../web/core/areas.js";
import { classStatistics } from "../../web/core/threshold.js";
import { h } from "../../web/ui/dom.js";
import { decimal, percent } from "../../web/ui/format.js";
import { createFormula, number, op, row, sub, term, value, variable } from "../../web/ui/formula.js";
import { legend } from "../../web/ui/legend.js";
import { meter } from "../../web/ui/meter.js";
import { strings } from "../words/en.js";

const of = (name, i) => sub(variable(name), number(i));
const low = (inside, label) => term("low", inside, label);
const high = (inside, label) => term("high", inside, label);
const square = (inside) => `<msup>${row(op("("), inside, op(")"))}${number(2)}</msup>`;
const { terms } = strings;
const TWO = [
  row(
    low(of("ω", 0), terms.low),
    high(of("ω", 1), terms.high),
    square(row(high(of("μ", 1)), op("−"), low(of("μ", 0)))),
  ),
  row(
    op("="),
    low(value("w0")),
    op("·"),
    high(value("w1")),
    op("·"),
    square(row(high(value("m1")), op("−"), low(value("m0")))),
  ),
  row(op("="), value("criterion")),
];
const MORE = [
  row(
    sub(op("∑"), variable("c")),
    sub(variable("ω"), variable("c")),
    square(row(sub(variable("μ"), variable("c")), op("−"), variable("μ"))),
  ),
  row(op("="), value("criterion")),
];
const ERRORS = { missed: "truth", both: "agreement", wrong: "prediction" };
const named = (table, names) => Object.entries(table).map(([part, role]) => ({ part, role, label: names[part] }));

/** The legend of a mask beside its truth, with the share of each part; away without a truth. */
export function createErrors(light) {
  const errors = legend(light, named(ERRORS, strings.legend), strings.legend.truth);
  return {
    el: errors.el,
    draw(mask, truth) {
      errors.el.hidden = !truth;
      if (truth) errors.values(shares(mask, truth));
    },
  };
}

/** `{ el, draw(drawing) }` */
export function createScores({ light }, lab) {
  const criterion = meter({ label: strings.criterion, id: "meter-criterion", format: (x) => percent(x) });
  const iou = meter({ label: strings.iou, id: "meter-iou", role: "agreement" });
  const formula = createFormula(light, strings.formula);
  const hues = Object.fromEntries(strings.classes.map((_, i) => [`class-${i}`, `class-${i}`]));
  const names = Object.fromEntries(strings.classes.map((label, i) => [`class-${i}`, label]));
  const classes = legend(light, named(hues, names), strings.legend.classes);
  const errors = createErrors(light);
  const note = h("p", { class: "hint", "data-secondary": true });
  let pieces = null;
  light.terms({ low: ["class-0"], high: ["class-1"] });
  return {
    el: h("div", { class: "read" }, criterion.el, formula.el, iou.el, classes.el, errors.el, note),
    draw({ state, view, metrics: m, why }) {
      const { counts, truth } = lab.pictureOf(state);
      const wanted = state.cuts.length === 1 ? TWO : MORE;
      if (wanted !== pieces) formula.show(...wanted);
      pieces = wanted;
      const stats = classStatistics(counts, state.cuts);
      const table = { criterion: decimal(m.criterion, 4) };
      stats.forEach(({ share, mean }, i) => {
        table[`w${i}`] = decimal(share, 2);
        table[`m${i}`] = mean === null ? "–" : decimal(mean, 2);
      });
      formula.values(table);
      criterion.show(m.highest ? m.criterion / m.highest : null, why);
      iou.show(m.iou, why);
      const against = view.show === "truth" && truth;
      classes.el.hidden = against;
      errors.draw(lab.mask(state), against ? truth : null);
      classes.values(Object.fromEntries(stats.map(({ share }, i) => [`class-${i}`, percent(share)])));
      [...classes.el.children].forEach((li, i) => li.toggleAttribute("hidden", i >= stats.length));
      note.textContent = state.picture === "page" ? strings.reference : truth ? "" : strings.unlabelled;
    },
  };
}

/** Shares of all pixels that were missed, found, or are too much. */
function shares(mask, truth) {
  const { both, truthOnly, predictionOnly } = areas(truth, mask);
  const share = (pixels) => percent(pixels / mask.length);
  return { missed: share(truthOnly), both: share(both), wrong: share(predictionOnly) };
}
