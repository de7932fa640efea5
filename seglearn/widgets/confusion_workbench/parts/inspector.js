/** One cell in words, with one pixel more or less. */
import { sum, tradesWith } from "../../web/core/confusion.js";
import { button, enable } from "../../web/ui/controls.js";
import { h } from "../../web/ui/dom.js";
import { strings } from "../words/en.js";
import { derive } from "./model.js";

/**
 * The chosen cell, kept inside a matrix that may have lost its last class.
 * @param {any} view
 * @param {number} n rows
 * @returns {Cell}
 */
export const chosenCell = (view, n) => view.cell.map((/** @type {number} */ k) => Math.min(k, n - 1));

/**
 * @param {Shell} shell
 * @param {import("./edits.js").Edits} edits
 * @returns {{ el: HTMLElement, draw(drawing: Drawing): void }}
 */
export function createInspector({ store }, edits) {
  const step = (/** @type {string} */ id, /** @type {string} */ symbol, /** @type {number} */ by) =>
    button({
      label: strings.inspector[id],
      id: `cell-${id}`,
      quiet: true,
      symbol,
      onClick() {
        const [i, j] = chosenCell(store.view, derive(store.state).names.length);
        edits.nudge(i, j, by);
      },
    });
  const less = step("less", "M3 8h10", -1);
  const more = step("more", "M3 8h10M8 3v10", 1);
  const words = h("p", { class: "inspector-text", "data-testid": "inspector" });
  const note = h("p", { class: "inspector-note", id: "matrix-help" });
  return {
    el: h("div", { class: "inspector" }, h("div", { class: "stepper" }, less, more), h("div", {}, words, note)),
    draw({ state, view }) {
      const { names, counts, classes } = derive(state);
      const [i, j] = chosenCell(view, names.length);
      const row = counts[i];
      words.textContent = strings.inspector.cell(names[i], names[j], row[j]);
      note.textContent =
        j >= classes
          ? strings.inspector.never(names[j])
          : strings.inspector.trade(names[i], names[tradesWith(row, i, j, classes)]);
      enable(less, j < classes && row[j] > 0);
      enable(more, j < classes && row[j] < sum(row));
    },
  };
}
