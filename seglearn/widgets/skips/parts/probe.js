/** One pixel: the score of every class by each path, and their sum, as bars from a common zero. */
import { IGNORE, PATHS } from "../../web/core/skips.js";
import { h } from "../../web/ui/dom.js";
import { createFormula, ident, op, row, term, text, value } from "../../web/ui/formula.js";
import { strings } from "../words/en.js";
import { swatchOf } from "./looks.js";

const words = strings.probe;
const COLUMNS = [...PATHS, "sum"];
const signed = (x) => x.toFixed(1).replace("-", "−");
const inSum = (x) => (x < 0 ? `(${signed(x)})` : signed(x));

export function createProbe(shell, { classes, scale }) {
  const { light } = shell;
  const where = h("p", { class: "where", "data-testid": "probe-where" });
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
  const heads = words.head.map((name, i) => {
    const cell = h("th", { scope: "col", ...(i > 0 && i < 4 ? { tabindex: "0" } : {}) }, name);
    return i > 0 && i < 4 ? light.bind(cell, { term: PATHS[i - 1] }) : cell;
  });
  const rows = classes.map(({ name }, k) => {
    const cells = Object.fromEntries(
      COLUMNS.map((column) => {
        const bar = h("i", { class: "bar" });
        const read = h("span", { class: "bar-value" });
        return [
          column,
          {
            td: h(
              "td",
              { class: column, "data-testid": `bar-${column}-${k}` },
              h("span", { class: "bar-track", "aria-hidden": "true" }, bar),
              read,
            ),
            bar,
            read,
          },
        ];
      }),
    );
    const tag = h("span", { class: "tag truth" }, words.tag);
    const best = h("span", { class: "tag best" }, words.winner);
    const el = h(
      "tr",
      {},
      h("th", { scope: "row" }, h("i", swatchOf(k)), h("span", { class: "class-name" }, name), tag, best),
      COLUMNS.map((c) => cells[c].td),
    );
    return { el, cells, tag, best };
  });
  const table = h(
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
    el: h(
      "div",
      { class: "probe" },
      h("strong", {}, words.title),
      where,
      formula.el,
      h("div", { class: "table-box" }, table),
    ),
    draw({ keep, away, paths, truth, pixel: [r, c], width, height }) {
      const at = r * width + c;
      const size = width * height;
      const given = (path, k) => paths[path][k * size + at] * scale;
      const sums = classes.map((_, k) => PATHS.reduce((all, path) => all + (keep[path] ? given(path, k) : 0), 0));
      const winner = sums.indexOf(Math.max(...sums));
      const real = truth[at] === IGNORE ? null : truth[at];
      const most = Math.max(
        1e-9,
        ...sums.map(Math.abs),
        ...PATHS.flatMap((path) => classes.map((_, k) => Math.abs(given(path, k)))),
      );
      const lit = light.parts;
      table.classList.toggle("away", away);
      rows.forEach(({ el, cells, tag, best }, k) => {
        el.classList.toggle("winner", k === winner);
        tag.hidden = k !== real;
        best.hidden = k !== winner;
        for (const column of COLUMNS) {
          const v = column === "sum" ? sums[k] : given(column, k);
          const { td, bar, read } = cells[column];
          const on = column === "sum" || keep[column];
          td.classList.toggle("cut", !on);
          td.classList.toggle("lit", Boolean(lit?.has(`path-${column}`)));
          bar.className = `bar ${v < 0 ? "negative" : "positive"}`;
          bar.style.width = `${(50 * Math.abs(v)) / most}%`;
          read.textContent = signed(v);
        }
      });
      heads.forEach((cell, i) => i > 0 && i < 4 && cell.classList.toggle("cut", !keep[PATHS[i - 1]]));
      const place = words.where(r, c, real === null ? words.isVoid : words.isTruth(classes[real].name));
      const none = PATHS.every((path) => !keep[path]);
      where.textContent = away
        ? `${place} ${words.other}`
        : `${place} ${none ? words.nothing : words.says(classes[winner].name, real === null ? null : real === winner)}`;
      formula.values({
        ...Object.fromEntries(PATHS.map((path) => [path, keep[path] ? inSum(given(path, winner)) : words.cut])),
        sum: signed(sums[winner]),
      });
    },
  };
}
