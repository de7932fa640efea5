/** Arrow keys in a table: one cell is in the tab order, and the keys move to its neighbours. */
import { arrow } from "../../web/ui/keys.js";

/**
 * `cells[i][j]` are the focusable cells. Home and End go to the ends of a row, with Ctrl to the first and last cell.
 * @param {HTMLElement} table
 * @param {HTMLElement[][]} cells
 * @returns {{ tabTo(i: number, j: number): void }} which says where Tab enters
 */
export function roving(table, cells) {
  const tabTo = (i, j) =>
    cells.forEach((row, r) => row.forEach((cell, c) => (cell.tabIndex = r === i && c === j ? 0 : -1)));
  const find = (target) => {
    const i = cells.findIndex((row) => row.includes(target));
    return i < 0 ? null : [i, cells[i].indexOf(target)];
  };
  table.addEventListener("focusin", (event) => {
    const at = find(event.target);
    if (at) tabTo(...at);
  });
  table.addEventListener("keydown", (event) => {
    const at = find(event.target);
    if (!at || event.altKey || event.metaKey) return;
    const [i, j] = at;
    const [last, end] = [cells.length - 1, cells[0].length - 1];
    const step = arrow(event);
    const to = step
      ? [Math.min(last, Math.max(0, i + step[1])), Math.min(end, Math.max(0, j + step[0]))]
      : event.key === "Home"
        ? [event.ctrlKey ? 0 : i, 0]
        : event.key === "End"
          ? [event.ctrlKey ? last : i, end]
          : null;
    if (!to) return;
    event.preventDefault();
    cells[to[0]][to[1]].focus();
  });
  tabTo(0, 0);
  return { tabTo };
}
