/**
 * The matrix as an ARIA grid: type, drag sideways, or press + and −. Outlines of the score that is looked at are drawn
 * over it, the numerator with a solid line, the denominator with a dashed one.
 */
import { sum, totals } from "../../web/core/confusion.js";
import { h } from "../../web/ui/dom.js";
import { count } from "../../web/ui/format.js";
import { roving } from "./grid.js";

const GAP = 2; // CSS pixels, half the spacing of the cells in confusion_workbench.css
const DRAG_START = 5; // CSS pixels before a press becomes a drag
const DRAG_ACROSS = 220; // CSS pixels for all pixels of a row

/**
 * on: { select(i, j), flash(i, j), nudge(i, j, by), preview(i, j, value), commit(), cancel(), set(i, j, value) }.
 * Returns { el, draw({ counts, units, roles, tagged, outlines, selected }) }; `tagged` writes TP, FN
 * and FP into the cells.
 */
export function createMatrix(shell, { names, mark, writable, words, on }) {
  const n = names.length;
  const cells = names.map((_, i) =>
    names.map((_, j) => {
      const value = h("span", { class: "cell-value" });
      const cell = h("td", { role: "gridcell", class: "cell", "data-testid": `cell-${i}-${j}` }, value);
      if (j >= writable) cell.setAttribute("aria-readonly", "true");
      shell.light.bind(cell, { part: `${i},${j}` });
      return cell;
    }),
  );
  const rowTotals = names.map(() => h("td", { class: "total" }));
  const columnTotals = names.map(() => h("td", { class: "total" }));
  const grandTotal = h("td", { class: "total" });
  const heading = (k, props) =>
    h(
      "th",
      { ...props, class: mark(k) },
      h(
        "span",
        { class: "name" },
        h("i", { class: `swatch ${mark(k)}`, "aria-hidden": "true" }),
        h("span", {}, names[k]),
      ),
    );
  const sigma = (props) =>
    h(
      "th",
      { ...props, class: "sigma" },
      h("span", { "aria-hidden": "true" }, "Σ"),
      h("span", { class: "spoken" }, words.total),
    );

  const table = h(
    "table",
    { role: "grid", "aria-label": words.matrixLabel, "aria-describedby": "matrix-help", "data-testid": "matrix" },
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("td", {}),
        names.map((_, k) => heading(k, { scope: "col" })),
        sigma({ scope: "col" }),
      ),
    ),
    h(
      "tbody",
      {},
      names.map((_, i) => h("tr", {}, heading(i, { scope: "row" }), cells[i], rowTotals[i])),
    ),
    h("tfoot", {}, h("tr", {}, sigma({ scope: "row" }), columnTotals, grandTotal)),
  );
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "outlines");
  svg.setAttribute("aria-hidden", "true");
  const el = h(
    "div",
    { class: "matrix", "data-size": n > 6 ? "large" : n > 3 ? "medium" : "small" },
    h("span", { class: "axis predicted", "aria-hidden": "true" }, words.predictionAxis),
    h("span", { class: "axis true", "aria-hidden": "true" }, words.truthAxis),
    h("div", { class: "matrix-table" }, table, svg),
  );
  el.style.setProperty("--n", n);
  const grid = roving(table, cells);
  let latest = null;

  // --- editing ----------------------------------------------------------------------------------------------------
  const place = (cell) => {
    const i = cells.findIndex((row) => row.includes(cell));
    return [i, cells[i].indexOf(cell)];
  };

  function type(cell, start) {
    const [i, j] = place(cell);
    if (j >= writable || cell.querySelector("input")) return;
    const input = h("input", {
      class: "cell-input",
      inputmode: "numeric",
      autocomplete: "off",
      value: start ?? latest.counts[i][j],
      "aria-label": words.typeInto(names[i], names[j]),
      "data-testid": "cell-input",
    });
    let done = false;
    const finish = (keep, back = false) => {
      if (done) return;
      done = true;
      const typed = input.value.replace(/\s/g, "");
      input.remove();
      if (back) cell.focus();
      if (keep && /^\d+$/.test(typed)) on.set(i, j, Number(typed));
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

  table.addEventListener("keydown", (event) => {
    const cell = /** @type {Element} */ (event.target).closest("td.cell");
    if (!cell || event.ctrlKey || event.metaKey || event.altKey) return;
    const [i, j] = place(cell);
    const by = { "+": 1, "=": 1, "-": -1, "−": -1, PageUp: 10, PageDown: -10 }[event.key];
    if (by) on.nudge(i, j, by);
    else if (/^\d$/.test(event.key)) type(cell, event.key);
    else if (event.key === "Enter" || event.key === "F2") type(cell);
    else if (event.key === "Delete" || event.key === "Backspace") on.set(i, j, 0);
    else if (event.key === " ") on.flash(i, j);
    else return;
    event.preventDefault();
  });
  table.addEventListener("focusin", (event) => {
    const cell = /** @type {Element} */ (event.target).closest("td.cell");
    if (cell) on.select(...place(cell));
  });
  table.addEventListener("dblclick", (event) => {
    const cell = /** @type {Element} */ (event.target).closest("td.cell");
    if (cell) type(cell);
  });

  let drag = null;
  table.addEventListener("pointerdown", (event) => {
    const cell = /** @type {Element} */ (event.target).closest("td.cell");
    if (!cell || event.button !== 0 || !event.isPrimary) return;
    const [i, j] = place(cell);
    const row = latest.counts[i];
    drag = { cell, i, j, x: event.clientX, from: row[j], rate: sum(row) / DRAG_ACROSS, moving: false };
  });
  table.addEventListener("pointermove", (event) => {
    if (!drag || drag.j >= writable) return;
    const dx = event.clientX - drag.x;
    if (!drag.moving) {
      if (Math.abs(dx) < DRAG_START) return;
      drag.moving = true;
      drag.cell.setPointerCapture(event.pointerId);
      el.classList.add("dragging");
    }
    on.preview(drag.i, drag.j, drag.from + Math.round((dx - Math.sign(dx) * DRAG_START) * drag.rate));
  });
  const release = (keep) => () => {
    if (!drag) return;
    const { moving, cell, i, j } = drag;
    drag = null;
    el.classList.remove("dragging");
    if (moving) return keep ? on.commit() : on.cancel();
    if (!keep) return;
    if (!cell.contains(/** @type {ShadowRoot} */ (table.getRootNode()).activeElement)) cell.focus();
    on.flash(i, j);
  };
  table.addEventListener("pointerup", release(true));
  table.addEventListener("pointercancel", release(false));
  table.addEventListener("pointerleave", () => {
    if (drag && !drag.moving) drag = null;
  });

  // --- drawing ----------------------------------------------------------------------------------------------------
  function draw(next) {
    latest = next;
    const { counts, units, roles, tagged, selected } = next;
    const { rows, columns, all } = totals(counts);
    const share = (over, under) => (under ? `${((100 * over) / under).toFixed(1)}` : "–");
    const write = {
      counts: n > 6 ? compact : count,
      rows: (c, i) => share(c, rows[i]),
      columns: (c, i, j) => share(c, columns[j]),
    }[units];
    cells.forEach((row, i) =>
      row.forEach((cell, j) => {
        const c = counts[i][j];
        const written = write(c, i, j);
        const spoken = words.cell(names[i], names[j], count(c));
        set(cell.firstElementChild, written);
        cell.classList.toggle("nothing", c === 0);
        cell.setAttribute("aria-label", spoken.includes(written) ? spoken : words.also(spoken, written, units));
        cell.setAttribute("aria-selected", String(i === selected[0] && j === selected[1]));
        const heat = units === "columns" ? c / (columns[j] || 1) : c / (rows[i] || 1);
        cell.style.setProperty("--heat", `${(4 + 46 * (c > 0 ? Math.sqrt(heat) : 0)).toFixed(1)}%`);
        const role = roles.get(`${i},${j}`);
        cell.dataset.role = role ?? "";
        cell.dataset.tag = tagged && role ? words.tags[role] : "";
      }),
    );
    names.forEach((_, k) => {
      set(
        rowTotals[k],
        units === "columns" ? share(rows[k], all) : units === "rows" ? share(rows[k], rows[k]) : write(rows[k]),
      );
      set(
        columnTotals[k],
        units === "rows"
          ? share(columns[k], all)
          : units === "columns"
            ? share(columns[k], columns[k])
            : write(columns[k]),
      );
    });
    set(grandTotal, units === "counts" ? (all < 1e5 ? count : write)(all) : share(all, all));
    outline();
  }

  function outline() {
    if (!latest || !el.isConnected) return;
    const { over, under } = latest.outlines;
    const path = (group, kind, inset = 0) => {
      const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
      line.setAttribute("class", kind);
      line.setAttribute("d", contour(group, cells, inset));
      return line;
    };
    svg.replaceChildren(...under.map((group) => path(group, "under")), ...over.map((cell) => path([cell], "over", 2)));
  }
  const observer = new ResizeObserver(outline);
  observer.observe(table);

  return {
    el,
    draw,
    tabTo: grid.tabTo,
    focus: (i, j) => cells[i][j].focus(),
    close: () => observer.disconnect(),
  };
}

/** 57 007 as 57k, where twelve columns leave no room; the line below the matrix has the exact number. */
const compact = (n) => (n < 1e4 ? count(n) : n < 1e6 ? `${Math.round(n / 1e3)}k` : `${(n / 1e6).toPrecision(3)}M`);

const set = (node, words) => {
  if (node.textContent !== words) node.textContent = words;
};

/**
 * An SVG path around a set of cells [i, j], half a gap outside them, so that neighbours share one line; runs of edges
 * are joined, which keeps the dashes even. A single cell is outlined inside (`inset`).
 */
function contour(group, cells, inset) {
  const n = cells.length;
  const at = ({ offsetLeft: x, offsetTop: y, offsetWidth: w, offsetHeight: ht }) => [x, y, x + w, y + ht];
  if (inset) {
    const [x0, y0, x1, y1] = at(cells[group[0][0]][group[0][1]]);
    return `M${x0 + inset} ${y0 + inset}H${x1 - inset}V${y1 - inset}H${x0 + inset}Z`;
  }
  const edge = (k) => {
    const [x0, y0, x1, y1] = at(cells[Math.min(k, n - 1)][Math.min(k, n - 1)]);
    return k < n ? [x0 - GAP, y0 - GAP] : [x1 + GAP, y1 + GAP];
  };
  const edges = Array.from({ length: n + 1 }, (_, k) => edge(k));
  const inside = new Set(group.map(([i, j]) => `${i},${j}`));
  const border = (i0, j0, i1, j1) => inside.has(`${i0},${j0}`) !== inside.has(`${i1},${j1}`);
  const lines = [];
  for (let k = 0; k <= n; k++) {
    for (let from = 0, m = 0; m <= n; m++) {
      if (m < n && border(k, m, k - 1, m)) continue;
      if (m > from) lines.push(`M${edges[from][0]} ${edges[k][1]}H${edges[m][0]}`);
      from = m + 1;
    }
    for (let from = 0, m = 0; m <= n; m++) {
      if (m < n && border(m, k, m, k - 1)) continue;
      if (m > from) lines.push(`M${edges[k][0]} ${edges[from][1]}V${edges[m][1]}`);
      from = m + 1;
    }
  }
  return lines.join("");
}
