/** Which pixels and cells a score is made of: roles for the matrix, outlines for the maps. */
import { IGNORE } from "../../web/core/confusion.js";

/**
 * Which cells are hits, misses and false alarms of the score that is shown: "i,j" → role.
 * @param {{ of: number | null }} shown
 * @param {{ over: Cell[], under: Cell[][] }} cells
 * @returns {Map<string, string>}
 */
export function rolesOf({ of }, { over, under }) {
  const roles = new Map();
  if (of != null) {
    for (const [i, j] of under.flat()) roles.set(`${i},${j}`, i === of ? "truth" : "prediction");
  }
  for (const cell of over) roles.set(cell.join(), "agreement");
  return roles;
}

/**
 * On the maps: the numerator of the score pointed at with a solid line, its denominator dashed; or the lit cell.
 * @param {import("./model.js").Derived} all
 * @param {Light["parts"]} lit
 * @param {{ over: Cell[], under: Cell[][] } | null} cells
 * @param {{ cell: Cell, on: boolean } | null} flash
 * @param {string} color
 * @returns {Outline[]}
 */
export function mapOutlines({ names, seen, prediction }, lit, cells, flash, color) {
  const n = names.length;
  const mask = (/** @type {Cell[]} */ list) => {
    const wanted = new Set(list.map(([i, j]) => i * n + j));
    return seen.map((t, p) => (t !== IGNORE && wanted.has(t * n + prediction[p]) ? 1 : 0));
  };
  if (flash) return flash.on ? [{ mask: mask([flash.cell]), color, width: 3 }] : [];
  if (cells?.under.length === 1 && cells.over.length === 1) {
    return [
      { mask: mask(cells.under[0]), color, width: 2, dash: [5, 4] },
      { mask: mask(cells.over), color, width: 2.5 },
    ];
  }
  const parts = [...(lit ?? [])].map(String).filter((part) => part.includes(","));
  if (parts.length !== 1) return [];
  const [i, j] = parts[0].split(",").map(Number);
  return [{ mask: mask([[i, j]]), color, width: 2 }];
}
