/**
 * The matrix as an ARIA grid: type, drag sideways, or press + and −. Outlines of the score that is looked at are drawn
 * over it, the numerator with a solid line, the denominator with a dashed one.
 */
import { totals } from "../../web/core/confusion.js";
import { h } from "../../web/ui/dom.js";
import { count, decimal } from "../../web/ui/format.js";
import { strings } from "../words/en.js";
import { listenToDrag } from "./cell_drag.js";
import { listenToTyping } from "./cell_typing.js";
import { contour } from "./contour.js";
import { roving } from "./grid.js";

const LARGE = 6; // classes beyond which cells are narrow
const SVG = "http://www.w3.org/2000/svg";

/**
 * What the matrix shows: counts; their unit; the role of each cell that the score counts ("i,j" → "truth" …), with
 * TP, FN and FP written in if `tagged`; the cells to outline; and the chosen one.
 * @typedef {{ counts: number[][], units: string, roles: Map<string, string>, tagged: boolean,
 *   outlines: { over: Cell[], under: Cell[][] }, selected: Cell }} Look
 */

/** @typedef {{ table: HTMLTableElement, cells: HTMLElement[][], rows: HTMLElement[], columns: HTMLElement[],
 *   all: HTMLElement }} Parts */

/**
 * @param {Shell} shell
 * @param {{ names: string[], mark: (k: number) => string, writable: number, edits: import("./edits.js").Edits }} options
 *   `writable`: columns that can be edited
 * @returns {{ el: HTMLElement, draw(look: Look): void, close(): void }}
 */
export function createMatrix(shell, { names, mark, writable, edits }) {
  const n = names.length;
  const parts = createTable(shell, names, mark, writable);
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "outlines");
  svg.setAttribute("aria-hidden", "true");
  const el = h(
    "div",
    { class: "matrix", "data-size": n > LARGE ? "large" : n > 3 ? "medium" : "small" },
    h("span", { class: "axis predicted", "aria-hidden": "true" }, strings.matrix.predictionAxis),
    h("span", { class: "axis true", "aria-hidden": "true" }, strings.matrix.truthAxis),
    h("div", { class: "matrix-table", "data-scrolls": n > LARGE }, parts.table, svg),
  );
  el.style.setProperty("--n", String(n));
  roving(parts.table, parts.cells);
  /** @type {Look | null} */
  let latest = null;
  const cellOf = cellFinder(parts);
  const counts = () => latest.counts;
  listenToTyping(parts.table, { names, writable, cellOf, counts, edits });
  listenToDrag(parts.table, { writable, cellOf, counts, edits, mark: (on) => el.classList.toggle("dragging", on) });
  parts.table.addEventListener("focusin", (event) => {
    const at = cellOf(event);
    if (at) edits.select(at.i, at.j);
  });
  const outline = () => {
    if (latest && el.isConnected) drawOutlines(svg, parts.cells, latest.outlines);
  };
  const observer = new ResizeObserver(outline);
  observer.observe(parts.table);
  return {
    el,
    draw(look) {
      latest = look;
      drawCells(parts, names, look);
      drawTotals(parts, look);
      outline();
    },
    close: () => observer.disconnect(),
  };
}

/**
 * @param {Parts} parts
 * @returns {(event: Event) => { cell: HTMLElement, i: number, j: number } | null} the cell that an event is in
 */
const cellFinder =
  ({ cells }) =>
  (event) => {
    const cell = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("td.cell"));
    if (!cell) return null;
    const i = cells.findIndex((row) => row.includes(cell));
    return { cell, i, j: cells[i].indexOf(cell) };
  };

/**
 * @param {Shell} shell
 * @param {string[]} names
 * @param {(k: number) => string} mark
 * @param {number} writable
 * @returns {Parts}
 */
function createTable(shell, names, mark, writable) {
  const cells = names.map((_, i) =>
    names.map((_, j) => {
      const value = h("span", { class: "cell-value" });
      const cell = h("td", { role: "gridcell", class: "cell", "data-testid": `cell-${i}-${j}` }, value);
      if (j >= writable) cell.setAttribute("aria-readonly", "true");
      return shell.light.bind(cell, { part: `${i},${j}` });
    }),
  );
  const total = () => h("td", { class: "total" });
  const [rows, columns, all] = [names.map(total), names.map(total), total()];
  const heading = (/** @type {number} */ k, /** @type {Json} */ props) =>
    h(
      "th",
      { ...props, class: mark(k) },
      h(
        "span",
        { class: "name" },
        h("i", { class: `swatch ${mark(k)}`, "aria-hidden": "true" }),
        h("span", { title: names[k] }, names[k]),
      ),
    );
  const sigma = (/** @type {Json} */ props) =>
    h(
      "th",
      { ...props, class: "sigma" },
      h("span", { "aria-hidden": "true" }, "Σ"),
      h("span", { class: "spoken" }, strings.matrix.total),
    );
  const columnHeadings = names.map((_, k) => heading(k, { scope: "col" }));
  const lines = names.map((_, i) => h("tr", {}, heading(i, { scope: "row" }), cells[i], rows[i]));
  const table = h(
    "table",
    {
      role: "grid",
      "aria-label": strings.matrix.matrixLabel,
      "aria-describedby": "matrix-help",
      "data-testid": "matrix",
    },
    h("thead", {}, h("tr", {}, h("td", {}), columnHeadings, sigma({ scope: "col" }))),
    h("tbody", {}, lines),
    h("tfoot", {}, h("tr", {}, sigma({ scope: "row" }), columns, all)),
  );
  return { table, cells, rows, columns, all };
}

/**
 * @param {number} over
 * @param {number} under
 */
const share = (over, under) => (under ? `${decimal((100 * over) / under, 1)}` : "–");

/**
 * 57 007 as 57k, where twelve columns leave no room; the line below the matrix has the exact number.
 * @param {number} n
 */
const compact = (n) => (n < 1e4 ? count(n) : n < 1e6 ? `${Math.round(n / 1e3)}k` : `${(n / 1e6).toPrecision(3)}M`);

/**
 * @param {Parts} parts
 * @param {string[]} names
 * @param {Look} look
 */
function drawCells({ cells }, names, { counts, units, roles, tagged, selected }) {
  const { rows, columns } = totals(counts);
  const under = (/** @type {number} */ i, /** @type {number} */ j) => (units === "columns" ? columns[j] : rows[i]);
  const whole = names.length > LARGE ? compact : count;
  cells.forEach((row, i) =>
    row.forEach((cell, j) => {
      const c = counts[i][j];
      const written = units === "counts" ? whole(c) : share(c, under(i, j));
      const spoken = strings.matrix.cell(names[i], names[j], c);
      set(cell.firstElementChild, written);
      cell.classList.toggle("nothing", c === 0);
      cell.setAttribute("aria-label", spoken.includes(written) ? spoken : strings.matrix.also(spoken, written, units));
      cell.setAttribute("aria-selected", String(i === selected[0] && j === selected[1]));
      const heat = c / (under(i, j) || 1);
      cell.style.setProperty("--heat", `${(4 + 46 * (c > 0 ? Math.sqrt(heat) : 0)).toFixed(1)}%`);
      const role = roles.get(`${i},${j}`) ?? "";
      cell.dataset.role = role;
      cell.dataset.tag = tagged && role ? strings.matrix.tags[role] : "";
    }),
  );
}

/**
 * @param {Parts} parts
 * @param {Look} look
 */
function drawTotals(parts, { counts, units }) {
  const { rows, columns, all } = totals(counts);
  const whole = counts.length > LARGE ? compact : count;
  // Of its own kind a total is 100 %; of the other kind it is a share of all pixels.
  const written = (/** @type {number} */ c, /** @type {string} */ kind) =>
    units === "counts" ? whole(c) : share(c, units === kind ? c : all);
  parts.rows.forEach((el, k) => set(el, written(rows[k], "rows")));
  parts.columns.forEach((el, k) => set(el, written(columns[k], "columns")));
  set(parts.all, units === "counts" ? (all < 1e5 ? count : whole)(all) : share(all, all));
}

/**
 * @param {SVGElement} svg
 * @param {HTMLElement[][]} cells
 * @param {{ over: Cell[], under: Cell[][] }} outlines
 */
function drawOutlines(svg, cells, { over, under }) {
  const path = (/** @type {Cell[]} */ group, /** @type {string} */ kind, inset = 0) => {
    const line = document.createElementNS(SVG, "path");
    line.setAttribute("class", kind);
    line.setAttribute("d", contour(group, cells, inset));
    return line;
  };
  svg.replaceChildren(...under.map((group) => path(group, "under")), ...over.map((cell) => path([cell], "over", 2)));
}

/**
 * @param {Element} node
 * @param {string} words
 */
const set = (node, words) => {
  if (node.textContent !== words) node.textContent = words;
};
