/** The scores: a grid of classes by scores, and the four numbers of the whole matrix. Choosing one opens its formula. */
import { OVERALL, PER_CLASS } from "../../web/core/confusion.js";
import { h } from "../../web/ui/dom.js";
import { decimal } from "../../web/ui/format.js";
import { strings } from "../words/en.js";
import { roving } from "./grid.js";

const words = strings.scores;

/**
 * @param {string} metric
 * @param {number | null} of the class, or null for a score of the whole matrix
 */
export const metricId = (metric, of) => (of == null ? metric : `${metric}-${of}`);

/**
 * @typedef {{ choose(metric: string, of: number | null): void, point(metric: string, of: number | null): void,
 *   leave(): void }} Chooser
 */

/**
 * @template {HTMLElement} E
 * @param {Light} light
 * @param {Chooser} on
 * @param {E} el
 * @param {string} metric
 * @param {number | null} of
 * @returns {E}
 */
function follow(light, on, el, metric, of) {
  light.bind(el, { term: metricId(metric, of) });
  el.addEventListener("pointerenter", () => on.point(metric, of));
  el.addEventListener("pointerleave", on.leave);
  el.addEventListener("click", () => on.choose(metric, of));
  el.addEventListener("focus", () => on.choose(metric, of));
  return el;
}

/**
 * Scores of each class.
 * @param {Shell} shell
 * @param {string[]} names
 * @param {(k: number) => string} mark
 * @param {Chooser} on
 * @returns {{ el: HTMLElement, draw(scores: any, chosen: { metric: string, of: number | null }, absent: string): void }}
 */
export function createScoreTable({ light }, names, mark, on) {
  const cells = names.map((_, k) =>
    PER_CLASS.map((metric) => {
      const cell = h("td", { role: "gridcell", class: "score", "data-testid": `score-${metricId(metric, k)}` });
      return follow(light, on, cell, metric, k);
    }),
  );
  const heading = (/** @type {number} */ k) =>
    h(
      "th",
      { scope: "row", class: mark(k) },
      h(
        "span",
        { class: "name" },
        h("i", { class: `swatch ${mark(k)}`, "aria-hidden": "true" }),
        h("span", {}, names[k]),
      ),
    );
  const columns = PER_CLASS.map((metric) => h("th", { scope: "col" }, words.short[metric]));
  const el = h(
    "table",
    { role: "grid", class: "score-table", "aria-label": words.perClass, "data-testid": "scores", "data-readout": true },
    h("thead", {}, h("tr", {}, h("th", { scope: "col", class: "unit" }, words.inPercent), columns)),
    h(
      "tbody",
      {},
      names.map((_, k) => h("tr", {}, heading(k), cells[k])),
    ),
  );
  const { tabTo } = roving(el, cells);
  return {
    el,
    draw(scores, chosen, absent) {
      const nothing = absent === "zero" ? decimal(0, 2) : "–";
      cells.forEach((row, k) =>
        row.forEach((cell, m) => {
          const metric = PER_CLASS[m];
          const x = scores[metric][k];
          const is = chosen.metric === metric && chosen.of === k;
          set(cell, x === null ? nothing : decimal(100 * x, 2));
          cell.classList.toggle("undefined", x === null);
          cell.setAttribute("aria-selected", String(is));
          const spoken = x === null ? `${cell.textContent}, ${words.undefined}` : cell.textContent;
          cell.setAttribute("aria-label", words.score(words.short[metric], names[k], spoken));
          if (is) tabTo(k, m);
        }),
      );
    },
  };
}

/**
 * The four scores of the whole matrix.
 * @param {Shell} shell
 * @param {Chooser} on
 * @returns {{ el: HTMLElement, draw(scores: any, chosen: { metric: string }, against: any): void }} `against`: the
 *   scores to compare with, or null
 */
export function createTiles({ light }, on) {
  const tiles = OVERALL.map((metric) => {
    const value = h("b", { "data-testid": `value-${metric}`, "data-readout": true });
    const change = h("span", { class: "change" });
    const button = h(
      "button",
      { type: "button", class: "tile", "data-testid": `score-${metric}` },
      h("span", { class: "tile-line" }, h("span", { class: "tile-short" }, words.short[metric]), value),
      h("span", { class: "tile-line" }, h("span", { class: "tile-name" }, words.full[metric]), change),
    );
    return { metric, value, change, button: follow(light, on, button, metric, null) };
  });
  const buttons = tiles.map((tile) => tile.button);
  return {
    el: h("div", { class: "tiles", role: "group", "aria-label": words.overall }, buttons),
    draw(scores, chosen, against) {
      for (const { metric, value, change, button } of tiles) {
        const x = scores[metric];
        set(value, x === null ? "–" : decimal(100 * x, 2));
        const by = against && x !== null && against[metric] !== null ? 100 * (x - against[metric]) : 0;
        set(change, Math.abs(by) >= 0.005 ? `${by > 0 ? "+" : "−"}${decimal(Math.abs(by), 2)}` : "");
        button.setAttribute("aria-pressed", String(chosen.metric === metric));
      }
    },
  };
}

/**
 * @param {HTMLElement} node
 * @param {string} written
 */
const set = (node, written) => {
  if (node.textContent !== written) node.textContent = written;
};
