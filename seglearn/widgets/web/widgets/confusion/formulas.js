/**
 * The formula of each score, in symbols and with the numbers of the moment. Terms light the cells that they stand for.
 */
import { sum, totals } from "../../core/confusion.js";
import { count } from "../../ui/format.js";
import { frac, ident, number, op, row, sub, term, text, value, variable } from "../../ui/formula.js";

const SHOWN = 4; // terms of a sum over classes that are written out; the rest is dots

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
 * { markup, values } of a score: markup for formula.show(), which depends only on `shape`, and values for
 * formula.values(). `of` is the class of a per-class score; `absent` as in scores().
 */
export function formulaOf({ metric, of }, { names, counts, scores, absent, words }) {
  const { rows, columns, all } = totals(counts);
  const percent = (x) => (x == null ? "–" : `${(100 * x).toFixed(2)} %`);

  if (of != null) {
    const parts = {
      tp: counts[of][of],
      fn: rows[of] - counts[of][of],
      fp: columns[of] - counts[of][of],
    };
    const symbol = (name) => term(`${name}-${of}`, ident(name.toUpperCase()), words.terms[name]);
    const digits = (name) => term(`${name}-${of}`, value(name), words.terms[name]);
    const { over, under } = {
      iou: { over: ["tp"], under: ["tp", "fn", "fp"] },
      precision: { over: ["tp"], under: ["tp", "fp"] },
      recall: { over: ["tp"], under: ["tp", "fn"] },
      f1: { over: ["2tp"], under: ["2tp", "fn", "fp"] },
    }[metric];
    const line = (list, write) =>
      plus(list.map((name) => (name === "2tp" ? row(number("2"), write === digits ? op("·") : times, write("tp")) : write(name))));
    return {
      markup: row(
        sub(ident(words.short[metric]), text(escape(names[of]))),
        op("="),
        frac(row(line(over, symbol)), row(line(under, symbol))),
        op("="),
        frac(row(line(over, digits)), row(line(under, digits))),
        row(op("="), value("result")),
      ),
      values: {
        ...Object.fromEntries(Object.entries(parts).map(([name, n]) => [name, count(n)])),
        result: scores[metric][of] === null ? words.undefined : percent(scores[metric][of]),
      },
    };
  }

  if (metric === "pixel_accuracy") {
    return {
      markup: row(
        ident(words.short[metric]),
        op("="),
        frac(term("diagonal", text(words.terms.diagonal)), term("everything", text(words.terms.everything))),
        op("="),
        frac(term("diagonal", value("hits")), term("everything", value("all"))),
        row(op("="), value("result")),
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
  const counted = names.map((_, k) => k).filter((k) => (weighted ? rows[k] > 0 : absent === "zero" || scores[each][k] !== null));
  const shown = counted.length > SHOWN + 1 ? counted.slice(0, SHOWN) : counted;
  const dots = shown.length < counted.length ? op("⋯") : null;
  const symbols = shown.map((k) => {
    const label = `${words.short[each]} ${names[k]}`;
    const symbol = sub(ident(words.short[each]), text(escape(names[k])));
    return term(`${group}-${k}`, weighted ? row(sub(variable("f"), text(escape(names[k]))), times, symbol) : symbol, escape(label));
  });
  const digits = shown.map((k) =>
    term(`${group}-${k}`, weighted ? row(value(`f${k}`), op("·"), value(`x${k}`)) : value(`x${k}`), escape(names[k])),
  );
  const over = (parts) => plus([...parts, ...(dots ? [dots] : [])]);
  const fraction = (parts) => (weighted ? row(over(parts)) : frac(row(over(parts)), number(counted.length)));
  return {
    markup: row(
      ident(words.short[metric]),
      op("="),
      fraction(symbols),
      op("="),
      fraction(digits),
      row(op("="), value("result")),
    ),
    values: {
      ...Object.fromEntries(shown.map((k) => [`x${k}`, (100 * (scores[each][k] ?? 0)).toFixed(2)])),
      ...Object.fromEntries(shown.map((k) => [`f${k}`, all ? (rows[k] / all).toFixed(3) : "–"])),
      result: percent(scores[metric]),
    },
  };
}

const escape = (name) => name.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
