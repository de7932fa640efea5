/** One pixel: the score of every class by each path, and their sum, as bars from a common zero. */
import { IGNORE, PATHS } from "../../web/core/skips.js";
import { h } from "../../web/ui/dom.js";
import { decimal } from "../../web/ui/format.js";
import { createFormula, ident, op, row, term, text, value } from "../../web/ui/formula.js";
import { className } from "../../web/ui/names.js";
import { strings } from "../words/en.js";
import { swatchOf } from "./looks.js";

const words = strings.probe;
const COLUMNS = [...PATHS, "sum"];
const signed = (x) => decimal(x, 1);
const inSum = (x) => (x < 0 ? `(${signed(x)})` : signed(x));

/**
 * @param {Shell} shell
 * @param {{ classes: { name: string }[], scale: number }} options stored scores times `scale` are scores
 */
export function createProbe({ light }, { classes, scale }) {
  const where = h("p", { class: "where", "data-testid": "probe-where" });
  const formula = createSum(light);
  const table = createTable(light, classes);
  return {
    el: h("div", { class: "probe" }, where, formula.el, h("div", { class: "table-box", tabindex: "0" }, table.el)),
    /**
     * @param {{ keep: any, away: boolean, paths: Record<string, Float64Array>, truth: LabelMap, pixel: number[],
     *   width: number, height: number }} of `away` while another network is shown
     */
    draw({ keep, away, paths, truth, pixel: [r, c], width, height }) {
      const at = r * width + c;
      const given = (path, k) => paths[path][k * width * height + at] * scale;
      const sums = classes.map((_, k) => PATHS.reduce((all, path) => all + (keep[path] ? given(path, k) : 0), 0));
      const winner = sums.indexOf(Math.max(...sums));
      const real = truth[at] === IGNORE ? null : truth[at];
      table.draw({ keep, away, given, sums, winner, real });
      const place = words.where(r, c, real === null ? words.isVoid : words.isTruth(className(classes[real].name)));
      where.textContent = `${place} ${verdict(keep, away, className(classes[winner].name), real === null ? null : real === winner)}`;
      formula.values({
        ...Object.fromEntries(PATHS.map((path) => [path, keep[path] ? inSum(given(path, winner)) : words.cut])),
        sum: signed(sums[winner]),
      });
    },
  };
}

function verdict(keep, away, name, right) {
  if (away) return words.other;
  return PATHS.every((path) => !keep[path]) ? words.nothing : words.says(name, right);
}

function createSum(light) {
  const formula = createFormula(light, words.formula);
  const parts = PATHS.map((path) => term(path, value(path), words.terms[path]));
  formula.show(
    row(
      text(words.score),
      op("="),
      ...PATHS.flatMap((path, i) => [...(i ? [op("+")] : []), term(path, ident(strings.ladder.names[path]))]),
    ),
    row(op("="), parts[0], op("+"), parts[1], op("+"), parts[2], op("="), value("sum")),
  );
  return formula;
}

function createTable(light, classes) {
  const heads = words.head.map((name, i) => {
    const path = PATHS[i - 1];
    const cell = h("th", { scope: "col", ...(path ? { tabindex: "0" } : {}) }, name);
    return path ? light.bind(cell, { term: path }) : cell;
  });
  const rows = classes.map(createRow);
  const el = h(
    "table",
    { class: "probe-table", "data-testid": "probe" },
    h("thead", {}, h("tr", {}, heads)),
    h(
      "tbody",
      {},
      rows.map((r) => r.el),
    ),
  );
  return {
    el,
    draw({ keep, away, given, sums, winner, real }) {
      const all = PATHS.flatMap((path) => sums.map((_, k) => Math.abs(given(path, k))));
      const most = Math.max(1e-9, ...sums.map(Math.abs), ...all);
      el.classList.toggle("away", away);
      rows.forEach((each, k) => {
        each.mark(k === winner, k === real);
        for (const column of COLUMNS) {
          const v = column === "sum" ? sums[k] : given(column, k);
          each.write(column, v, v / most, column === "sum" || keep[column], light.parts?.has(`path-${column}`));
        }
      });
      PATHS.forEach((path, i) => heads[i + 1].classList.toggle("cut", !keep[path]));
    },
  };
}

/** The row of class k: `write` puts a score and a bar of a share of the widest in a column. */
function createRow({ name }, k) {
  const cells = Object.fromEntries(
    COLUMNS.map((column) => {
      const bar = h("i", { class: "bar" });
      const read = h("span", { class: "bar-value" });
      const track = h("span", { class: "bar-track", "aria-hidden": "true" }, bar);
      return [column, { td: h("td", { class: column, "data-testid": `bar-${column}-${k}` }, track, read), bar, read }];
    }),
  );
  const tag = h("span", { class: "tag truth" }, words.tag);
  const best = h("span", { class: "tag best" }, words.winner);
  const el = h(
    "tr",
    {},
    h(
      "th",
      { scope: "row" },
      h("span", { class: "class-name" }, h("i", swatchOf(k)), className(name)),
      " ",
      tag,
      " ",
      best,
    ),
    COLUMNS.map((c) => cells[c].td),
  );
  return {
    el,
    mark(won, real) {
      el.classList.toggle("winner", won);
      tag.hidden = !real;
      best.hidden = !won;
    },
    write(column, v, share, on, lit) {
      const { td, bar, read } = cells[column];
      td.classList.toggle("cut", !on);
      td.classList.toggle("lit", Boolean(lit));
      bar.className = `bar ${v < 0 ? "negative" : "positive"}`;
      bar.style.width = `${50 * Math.abs(share)}%`;
      read.textContent = signed(v);
    },
  };
}
