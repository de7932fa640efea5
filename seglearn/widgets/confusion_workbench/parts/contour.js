/** An outline around a set of cells of a table. */

const GAP = 2; // CSS pixels, half the spacing of the cells in style.css

/**
 * An SVG path around a set of cells [i, j], half a gap outside them, so that neighbours share one line; runs of edges
 * are joined, which keeps the dashes even. A single cell is outlined inside (`inset`, CSS pixels).
 * @param {Cell[]} group
 * @param {HTMLElement[][]} cells
 * @param {number} inset
 * @returns {string}
 */
export function contour(group, cells, inset) {
  if (inset) {
    const [x0, y0, x1, y1] = boxOf(cells[group[0][0]][group[0][1]]);
    return `M${x0 + inset} ${y0 + inset}H${x1 - inset}V${y1 - inset}H${x0 + inset}Z`;
  }
  const n = cells.length;
  const edge = (/** @type {number} */ k) => {
    const [x0, y0, x1, y1] = boxOf(cells[Math.min(k, n - 1)][Math.min(k, n - 1)]);
    return k < n ? [x0 - GAP, y0 - GAP] : [x1 + GAP, y1 + GAP];
  };
  const edges = Array.from({ length: n + 1 }, (_, k) => edge(k));
  const inside = new Set(group.map(([i, j]) => `${i},${j}`));
  /** @type {(i0: number, j0: number, i1: number, j1: number) => boolean} */
  const border = (i0, j0, i1, j1) => inside.has(`${i0},${j0}`) !== inside.has(`${i1},${j1}`);
  const lines = [];
  for (let k = 0; k <= n; k++) {
    for (const [from, to] of runs(n, (m) => border(k, m, k - 1, m))) {
      lines.push(`M${edges[from][0]} ${edges[k][1]}H${edges[to][0]}`);
    }
    for (const [from, to] of runs(n, (m) => border(m, k, m, k - 1))) {
      lines.push(`M${edges[k][0]} ${edges[from][1]}V${edges[to][1]}`);
    }
  }
  return lines.join("");
}

/** @param {HTMLElement} cell */
const boxOf = ({ offsetLeft: x, offsetTop: y, offsetWidth: w, offsetHeight: tall }) => [x, y, x + w, y + tall];

/**
 * Runs [from, to) of the numbers 0 … n − 1 for which something holds.
 * @param {number} n
 * @param {(m: number) => boolean} holds
 */
function runs(n, holds) {
  const found = [];
  for (let from = 0, m = 0; m <= n; m++) {
    if (m < n && holds(m)) continue;
    if (m > from) found.push([from, m]);
    from = m + 1;
  }
  return found;
}
