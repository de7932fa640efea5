/** Cells edited by keys: digits or Enter open a field, + and − move a pixel, Delete empties, Space flashes. */
import { h } from "../../web/ui/dom.js";
import { strings } from "../words/en.js";

const STEPS = { "+": 1, "=": 1, "-": -1, "−": -1, PageUp: 10, PageDown: -10 };

/**
 * @typedef {{ names: string[], writable: number, counts: () => number[][], edits: import("./edits.js").Edits,
 *   cellOf: (event: Event) => { cell: HTMLElement, i: number, j: number } | null }} Context
 */

/**
 * @param {HTMLTableElement} table
 * @param {Context} context
 */
export function listenToTyping(table, context) {
  const { cellOf, edits } = context;
  table.addEventListener("keydown", (event) => {
    const at = cellOf(event);
    if (!at || event.ctrlKey || event.metaKey || event.altKey) return;
    const { cell, i, j } = at;
    const by = STEPS[event.key];
    if (by) edits.nudge(i, j, by);
    else if (/^\d$/.test(event.key)) openField(cell, i, j, context, event.key);
    else if (event.key === "Enter" || event.key === "F2") openField(cell, i, j, context);
    else if (event.key === "Delete" || event.key === "Backspace") edits.set(i, j, 0);
    else if (event.key === " ") edits.flash(i, j);
    else return;
    event.preventDefault();
  });
  table.addEventListener("dblclick", (event) => {
    const at = cellOf(event);
    if (at) openField(at.cell, at.i, at.j, context);
  });
}

/**
 * A field over the cell; Enter and leaving keep what was typed, Escape does not.
 * @param {HTMLElement} cell
 * @param {number} i
 * @param {number} j
 * @param {Context} context
 * @param {string} [start] the digit that opened it
 */
function openField(cell, i, j, { names, writable, counts, edits }, start) {
  if (j >= writable || cell.querySelector("input")) return;
  const input = h("input", {
    class: "cell-input",
    inputmode: "numeric",
    autocomplete: "off",
    value: start ?? counts()[i][j],
    "aria-label": strings.matrix.typeInto(names[i], names[j]),
    "data-testid": "cell-input",
  });
  let done = false;
  const finish = (/** @type {boolean} */ keep, back = false) => {
    if (done) return;
    done = true;
    const typed = input.value.replace(/\s/g, "");
    input.remove();
    if (back) cell.focus();
    if (keep && /^\d+$/.test(typed)) edits.set(i, j, Number(typed));
  };
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") finish(true, true);
    else if (event.key === "Escape") finish(false, true);
    event.stopPropagation();
  });
  input.addEventListener("blur", () => finish(true));
  input.addEventListener("pointerdown", (event) => event.stopPropagation());
  cell.append(input);
  input.focus();
  input.setSelectionRange(start === undefined ? 0 : 1, input.value.length);
}
