/** Cells dragged sideways: pixels come or go within the row. A press without a drag flashes the cell's pixels. */
import { sum } from "../../web/core/confusion.js";

const DRAG_START = 5; // CSS pixels before a press becomes a drag
const DRAG_ACROSS = 220; // CSS pixels for all pixels of a row

/**
 * @param {HTMLTableElement} table
 * @param {{ writable: number, counts: () => number[][], edits: import("./edits.js").Edits,
 *   cellOf: (event: Event) => { cell: HTMLElement, i: number, j: number } | null, mark: (on: boolean) => void }} options
 */
export function listenToDrag(table, { writable, counts, edits, cellOf, mark }) {
  /** @type {{ cell: HTMLElement, i: number, j: number, x: number, from: number, rate: number, moving: boolean } | null} */
  let drag = null;
  table.addEventListener("pointerdown", (event) => {
    const at = cellOf(event);
    if (!at || event.button !== 0 || !event.isPrimary) return;
    const row = counts()[at.i];
    drag = { ...at, x: event.clientX, from: row[at.j], rate: sum(row) / DRAG_ACROSS, moving: false };
  });
  table.addEventListener("pointermove", (event) => {
    if (!drag || drag.j >= writable) return;
    const dx = event.clientX - drag.x;
    if (!drag.moving) {
      if (Math.abs(dx) < DRAG_START) return;
      drag.moving = true;
      drag.cell.setPointerCapture(event.pointerId);
      mark(true);
    }
    edits.preview(drag.i, drag.j, drag.from + Math.round((dx - Math.sign(dx) * DRAG_START) * drag.rate));
  });
  const release = (/** @type {boolean} */ keep) => () => {
    if (!drag) return;
    const { moving, cell, i, j } = drag;
    drag = null;
    mark(false);
    if (moving) return keep ? edits.commit() : edits.cancel();
    if (!keep) return;
    if (!cell.contains(/** @type {ShadowRoot} */ (table.getRootNode()).activeElement)) cell.focus();
    edits.flash(i, j);
  };
  table.addEventListener("pointerup", release(true));
  table.addEventListener("pointercancel", release(false));
  table.addEventListener("pointerleave", () => {
    if (drag && !drag.moving) drag = null;
  });
}
