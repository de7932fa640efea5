/**
 * The formula of each score, in symbols and with the numbers of the moment. Terms light the cells that they stand for.
 */
import { sum, totals } from "../../web/core/confusion.js";
import { h } from "../../web/ui/dom.js";
import { count, decimal, percent } from "../../web/ui/format.js";
import { createFormula, frac, ident, number, op, row, sub, term, text, value, variable } from "../../web/ui/formula.js";
import { strings } from "../words/en.js";

const words = strings.scores;

const MOST = 5; // classes of which a sum is written out; of more, the first and the last

const pair = (/** @type {number} */ i, /** @type {number} */ j) => `${i},${j}`;
const times = op("⁢");
const plus = (/** @type {string[]} */ parts) => parts.flatMap((part, at) => (at ? [op("+"), part] : [part])).join("");

/**
 * What each term is made of, for light.terms(): hits, misses and false alarms of a class, its cross, row …
 * @param {number} n classes
 * @returns {Record<string, string[]>}
 */
export function termParts(n) {
  const all = Array.from({ length: n }, (_, i) => i);
  const table = { everything: all.flatMap((i) => all.map((j) => pair(i, j))), diagonal: all.map((i) => pair(i, i)) };
  for (const k of all) {
    const rest = all.filter((c) => c !== k);
    table[`tp-${k}`] = [pair(k, k)];
    table[`fn-${k}`] = rest.map((j) => pair(k, j));
    table[`fp-${k}`] = rest.map((i) => pair(i, k));
    table[`row-${k}`] = [pair(k, k), ...table[`fn-${k}`]];
    table[`cross-${k}`] = [...table[`row-${k}`], ...table[`fp-${k}`]];
  }
  return table;
}

/**
 * What formula.show() and formula.values() take.
 * @typedef {{ pieces: string[], values: Record<string, string> }} Written
 */

/** @typedef {{ names: string[], counts: number[][], scores: any, absent: string }} Scored `absent` as in scores() */

/**
 * The formula of a score, written out.
 * @param {{ metric: string, of: number | null }} shown `of` is the class of a per-class score
 * @param {Scored} scored
 * @returns {Written}
 */
export function formulaOf({ metric, of }, scored) {
  if (of != null) return ofClass(metric, of, scored);
  return metric === "pixel_accuracy" ? ofAccuracy(metric, scored) : ofMean(metric, scored);
}

const inPercent = (/** @type {Score} */ x) => percent(x, 2);

/** What stands over and under the line. */
const FRACTIONS = {
  iou: { over: ["tp"], under: ["tp", "fn", "fp"] },
  precision: { over: ["tp"], under: ["tp", "fp"] },
  recall: { over: ["tp"], under: ["tp", "fn"] },
  f1: { over: ["2tp"], under: ["2tp", "fn", "fp"] },
};

/**
 * @param {string} metric
 * @param {number} of
 * @param {Scored} scored
 * @returns {Written}
 */
function ofClass(metric, of, { names, counts, scores }) {
  const { rows, columns } = totals(counts);
  const hits = counts[of][of];
  const parts = { tp: hits, fn: rows[of] - hits, fp: columns[of] - hits };
  const symbol = (/** @type {string} */ name) => term(`${name}-${of}`, ident(name.toUpperCase()), words.terms[name]);
  const digits = (/** @type {string} */ name) => term(`${name}-${of}`, value(name));
  /** @type {(list: string[], write: (name: string) => string, sign: string) => string} */
  const line = (list, write, sign) =>
    row(plus(list.map((name) => (name === "2tp" ? row(number("2"), sign, write("tp")) : write(name)))));
  const { over, under } = FRACTIONS[metric];
  return {
    pieces: pieces(
      sub(ident(words.short[metric]), text(escaped(names[of]))),
      frac(line(over, symbol, times), line(under, symbol, times)),
      frac(line(over, digits, op("·")), line(under, digits, op("·"))),
    ),
    values: {
      ...Object.fromEntries(Object.entries(parts).map(([name, n]) => [name, count(n)])),
      result: scores[metric][of] === null ? words.undefined : inPercent(scores[metric][of]),
    },
  };
}

/**
 * @param {string} metric
 * @param {Scored} scored
 * @returns {Written}
 */
function ofAccuracy(metric, { counts, scores }) {
  const named = (/** @type {string} */ name) => term(name, text(words.terms[name]), words.terms[name]);
  return {
    pieces: pieces(
      ident(words.short[metric]),
      frac(named("diagonal"), named("everything")),
      frac(term("diagonal", value("hits")), term("everything", value("all"))),
    ),
    values: {
      hits: count(sum(counts.map((r, k) => r[k]))),
      all: count(totals(counts).all),
      result: inPercent(scores[metric]),
    },
  };
}

/**
 * Means over classes, plain or weighted by the share of each class in the truth.
 * @param {string} metric
 * @param {Scored} scored
 * @returns {Written}
 */
function ofMean(metric, { names, counts, scores, absent }) {
  const { rows, all } = totals(counts);
  const weighted = metric === "frequency_weighted_iou";
  const each = metric === "mean_accuracy" ? "recall" : "iou";
  const group = each === "recall" ? "row" : "cross";
  const counted = names
    .map((_, k) => k)
    .filter((k) => (weighted ? rows[k] > 0 : absent === "zero" || scores[each][k] !== null));
  const many = counted.length > MOST;
  const shown = many ? [counted[0], counted.at(-1)] : counted;
  const symbols = shown.map((k) => {
    const name = text(escaped(names[k]));
    const symbol = sub(ident(words.short[each]), name);
    const inside = weighted ? row(sub(variable("f"), name), op("·"), symbol) : symbol;
    return term(`${group}-${k}`, inside, escaped(`${words.short[each]} ${names[k]}`));
  });
  const digits = shown.map((k) =>
    term(`${group}-${k}`, weighted ? row(value(`f${k}`), op("·"), value(`x${k}`)) : value(`x${k}`)),
  );
  const over = (/** @type {string[]} */ parts) => plus(many ? [parts[0], op("⋯"), parts[1]] : parts);
  const fraction = (/** @type {string[]} */ parts) =>
    weighted ? row(over(parts)) : frac(row(over(parts)), number(counted.length));
  return {
    pieces: pieces(ident(words.short[metric]), fraction(symbols), fraction(digits)),
    values: {
      ...Object.fromEntries(shown.map((k) => [`x${k}`, decimal(100 * (scores[each][k] ?? 0), 2)])),
      ...Object.fromEntries(shown.map((k) => [`f${k}`, all ? decimal(rows[k] / all, 3) : "–"])),
      result: inPercent(scores[metric]),
    },
  };
}

/**
 * Where the formula may break: name = symbols, = numbers, = result.
 * @param {string} name
 * @param {string} symbols
 * @param {string} digits
 */
const pieces = (name, symbols, digits) => [
  row(name, op("="), symbols),
  row(op("="), digits),
  row(op("="), value("result")),
];

const escaped = (/** @type {string} */ name) => name.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

/**
 * A place for the formula of the score that is looked at.
 * @param {Shell} shell
 * @returns {{ el: HTMLElement, draw(shown: { metric: string, of: number | null }, scored: Scored): void }}
 */
export function createFormulaBox({ light }) {
  const formula = createFormula(light, strings.formula);
  formula.el.dataset.readout = "";
  let shape = "";
  return {
    el: h("div", { class: "formula-box" }, formula.el),
    draw(shown, scored) {
      const written = formulaOf(shown, scored);
      if (written.pieces.join() !== shape) {
        shape = written.pieces.join();
        formula.el.setAttribute("aria-label", words.full[shown.metric] ?? words.short[shown.metric]);
        formula.show(...written.pieces);
      }
      formula.values(written.values);
    },
  };
}
