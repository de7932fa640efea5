/** The scores: a grid of classes by scores, and the four numbers of the whole matrix. Choosing one opens its formula. */
import { OVERALL, PER_CLASS } from "../../web/core/confusion.js";
import { h } from "../../web/ui/dom.js";
import { roving } from "./grid.js";

export const metricId = (metric, of) => (of == null ? metric : `${metric}-${of}`);

/**
 * on: { choose(metric, of), point(metric, of), leave() }. Returns { table, tiles, draw({ scores, chosen, absent, against }) };
 * `against` holds the scores to compare with, or null.
 */
export function createScores(shell, { names, mark, words, on }) {
  const follow = (el, metric, of) => {
    shell.light.bind(el, { term: metricId(metric, of) });
    el.addEventListener("pointerenter", () => on.point(metric, of));
    el.addEventListener("pointerleave", on.leave);
    el.addEventListener("click", () => on.choose(metric, of));
    return el;
  };
  const cells = names.map((_, k) =>
    PER_CLASS.map((metric) => {
      const cell = h("td", { role: "gridcell", class: "score", "data-testid": `score-${metricId(metric, k)}` });
      cell.addEventListener("focus", () => on.choose(metric, k));
      return follow(cell, metric, k);
    }),
  );
  const table = h(
    "table",
    { role: "grid", class: "score-table", "aria-label": words.perClass, "data-testid": "scores" },
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("th", { scope: "col", class: "unit" }, words.inPercent),
        PER_CLASS.map((metric) => h("th", { scope: "col" }, words.short[metric])),
      ),
    ),
    h(
      "tbody",
      {},
      names.map((name, k) =>
        h(
          "tr",
          {},
          h(
            "th",
            { scope: "row", class: mark(k) },
            h(
              "span",
              { class: "name" },
              h("i", { class: `swatch ${mark(k)}`, "aria-hidden": "true" }),
              h("span", {}, name),
            ),
          ),
          cells[k],
        ),
      ),
    ),
  );
  const { tabTo } = roving(table, cells);

  const tiles = OVERALL.map((metric) => {
    const value = h("b", { "data-testid": `value-${metric}` });
    const change = h("span", { class: "change" });
    const button = h(
      "button",
      { type: "button", class: "tile", "data-testid": `score-${metric}` },
      h("span", { class: "tile-line" }, h("span", { class: "tile-short" }, words.short[metric]), value),
      h("span", { class: "tile-line" }, h("span", { class: "tile-name" }, words.full[metric]), change),
    );
    button.addEventListener("focus", () => on.choose(metric, null));
    return { metric, value, change, button: follow(button, metric, null) };
  });

  return {
    table,
    tiles: h(
      "div",
      { class: "tiles", role: "group", "aria-label": words.overall },
      tiles.map((tile) => tile.button),
    ),
    draw({ scores, chosen, absent, against }) {
      names.forEach((name, k) =>
        PER_CLASS.forEach((metric, m) => {
          const x = scores[metric][k];
          const cell = cells[k][m];
          const is = chosen.metric === metric && chosen.of === k;
          const nothing = absent === "zero" ? "0.00" : "–";
          set(cell, x === null ? nothing : (100 * x).toFixed(2));
          cell.classList.toggle("undefined", x === null);
          cell.setAttribute("aria-selected", String(is));
          cell.setAttribute(
            "aria-label",
            words.score(
              words.short[metric],
              name,
              x === null ? `${cell.textContent}, ${words.undefined}` : cell.textContent,
            ),
          );
          if (is) tabTo(k, m);
        }),
      );
      for (const { metric, value, change, button } of tiles) {
        const x = scores[metric];
        set(value, x === null ? "–" : (100 * x).toFixed(2));
        const by = against && x !== null && against[metric] !== null ? 100 * (x - against[metric]) : 0;
        set(change, Math.abs(by) >= 0.005 ? `${by > 0 ? "+" : "−"}${Math.abs(by).toFixed(2)}` : "");
        button.setAttribute("aria-pressed", String(chosen.metric === metric));
      }
    },
  };
}

const set = (node, words) => {
  if (node.textContent !== words) node.textContent = words;
};
