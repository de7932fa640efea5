/**
 * The formula of each score, in symbols and with the numbers of the moment. Terms light the cells that they stand for.
 */
import { sum, totals } from "../../web/core/confusion.js";
import { count } from "../../web/ui/format.js";
import { frac, ident, number, op, row, sub, term, text, value, variable } from "../../web/ui/formula.js";

const MOST = 5; // classes of which a sum is written out; of more, the first and the last

const pair = (i, j) => `${i},${j}`;
const times = op("⁢");
const plus = (parts) => parts.flatMap((part, at) => (at ? [op("+"), part] : [part])).join("");

/** What each term is made of, for light.terms(): hits, misses and false alarms of a class, its cross, row … */
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
 * { pieces, values } of a score: what formula.show() and formula.values() take. `of` is the class of a per-class score; `absent` as in scores().
 */
export function formulaOf({ metric, of }, { names, counts, scores, absent, words }) {
  const { rows, columns, all } = totals(counts);
  const percent = (x) => (x == null ? "–" : `${(100 * x).toFixed(2)}\u202f%`);

  if (of != null) {
    const parts = {
      tp: counts[of][of],
      fn: rows[of] - counts[of][of],
      fp: columns[of] - counts[of][of],
    };
    const symbol = (name) => term(`${name}-${of}`, ident(name.toUpperCase()), words.terms[name]);
    const digits = (name) => term(`${name}-${of}`, value(name));
    const { over, under } = {
      iou: { over: ["tp"], under: ["tp", "fn", "fp"] },
      precision: { over: ["tp"], under: ["tp", "fp"] },
      recall: { over: ["tp"], under: ["tp", "fn"] },
      f1: { over: ["2tp"], under: ["2tp", "fn", "fp"] },
    }[metric];
    const line = (list, write) =>
      plus(
        list.map((name) =>
          name === "2tp" ? row(number("2"), write === digits ? op("·") : times, write("tp")) : write(name),
        ),
      );
    return {
      pieces: pieces(
        sub(ident(words.short[metric]), text(escaped(names[of]))),
        frac(row(line(over, symbol)), row(line(under, symbol))),
        frac(row(line(over, digits)), row(line(under, digits))),
      ),
      values: {
        ...Object.fromEntries(Object.entries(parts).map(([name, n]) => [name, count(n)])),
        result: scores[metric][of] === null ? words.undefined : percent(scores[metric][of]),
      },
    };
  }

  if (metric === "pixel_accuracy") {
    return {
      pieces: pieces(
        ident(words.short[metric]),
        frac(
          term("diagonal", text(words.terms.diagonal), words.terms.diagonal),
          term("everything", text(words.terms.everything), words.terms.everything),
        ),
        frac(term("diagonal", value("hits")), term("everything", value("all"))),
      ),
      values: {
        hits: count(sum(counts.map((r, k) => r[k]))),
        all: count(all),
        result: percent(scores[metric]),
      },
    };
  }

  // Means over classes, plain or weighted by the share of each class in the truth.
  const weighted = metric === "frequency_weighted_iou";
  const each = metric === "mean_accuracy" ? "recall" : "iou";
  const group = each === "recall" ? "row" : "cross";
  const counted = names
    .map((_, k) => k)
    .filter((k) => (weighted ? rows[k] > 0 : absent === "zero" || scores[each][k] !== null));
  const shown = counted.length > MOST ? [counted[0], counted.at(-1)] : counted;
  const symbols = shown.map((k) => {
    const label = `${words.short[each]} ${names[k]}`;
    const symbol = sub(ident(words.short[each]), text(escaped(names[k])));
    return term(
      `${group}-${k}`,
      weighted ? row(sub(variable("f"), text(escaped(names[k]))), op("·"), symbol) : symbol,
      escaped(label),
    );
  });
  const digits = shown.map((k) =>
    term(`${group}-${k}`, weighted ? row(value(`f${k}`), op("·"), value(`x${k}`)) : value(`x${k}`)),
  );
  const over = (parts) => plus(counted.length > MOST ? [parts[0], op("⋯"), parts[1]] : parts);
  const fraction = (parts) => (weighted ? row(over(parts)) : frac(row(over(parts)), number(counted.length)));
  return {
    pieces: pieces(ident(words.short[metric]), fraction(symbols), fraction(digits)),
    values: {
      ...Object.fromEntries(shown.map((k) => [`x${k}`, (100 * (scores[each][k] ?? 0)).toFixed(2)])),
      ...Object.fromEntries(shown.map((k) => [`f${k}`, all ? (rows[k] / all).toFixed(3) : "–"])),
      result: percent(scores[metric]),
    },
  };
}

/** Where the formula may break: name = symbols, = numbers, = result. */
const pieces = (name, symbols, digits) => [
  row(name, op("="), symbols),
  row(op("="), digits),
  row(op("="), value("result")),
];

const escaped = (name) => name.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
