/** The measured scores as a heat map: a row for each strength, a column for each filter and setting. */
import { h } from "../../web/ui/dom.js";
import { decimal } from "../../web/ui/format.js";
import { arrow } from "../../web/ui/keys.js";
import { strings } from "../words/en.js";

const largest = (list) => list.indexOf(Math.max(...list));
const clamp = (v, n) => Math.min(n - 1, Math.max(0, v));

export const settingOf = ({ filter, setting }) => `${strings.filters[filter]}${setting === null ? "" : ` ${setting}`}`;

function createCell(column, first, { r, c, go, turned }) {
  return h("td", {
    role: "gridcell",
    tabindex: "-1",
    "data-testid": `cell-${r}-${c}`,
    class: first ? "first" : "",
    onclick: () => go(r, c),
    onkeydown(event) {
      const by = arrow(event);
      if (event.key === "Enter" || event.key === " ") go(r, c);
      else if (by && !event.ctrlKey && !event.metaKey) {
        const [right, down] = turned() ? [by[1], by[0]] : by;
        go(r + down, c + right);
      } else return;
      event.preventDefault();
    },
  });
}

/** `{ el, draw(state, view, net) }`; a click, or an arrow key, gives `choose` what a cell stands for. */
export function createMap(lab, filters, choose) {
  const { columns, surface } = lab;
  let cells = [];
  // On a phone the style sheet lays the table on its side: a row for each filter and setting.
  const turned = () => getComputedStyle(table).display === "grid";
  const go = (row, column) => {
    const [r, c] = [clamp(row, cells.length), clamp(column, columns.length)];
    choose(r, columns[c]);
    cells[r][c].focus();
  };
  cells = lab.strengths.gaussian.map((_, r) =>
    columns.map((column, c) => createCell(column, !c || columns[c - 1].filter !== column.filter, { r, c, go, turned })),
  );
  const heads = cells.map(() => h("th", { scope: "row", role: "rowheader" }));
  const corner = h("th", { role: "columnheader" });
  const names = filters.map(({ name, values }) => {
    const style = `--span: ${values.length}`;
    const words = strings.short[name];
    return h("th", { class: "first", scope: "col", role: "columnheader", colspan: values.length, style }, words);
  });
  const table = h(
    "table",
    {
      class: "map",
      style: `--rows: ${columns.length + 1}`,
      role: "grid",
      "aria-label": strings.map.grid,
      "data-testid": "surface",
      "data-readout": true,
    },
    h("tr", { role: "row" }, corner, names),
    cells.map((line, r) => h("tr", { role: "row" }, heads[r], line)),
  );

  function drawCell(cell, v, { map, strength, column, heat, marks }) {
    const number = decimal(map === "psnr" ? v : 100 * v, 0);
    cell.textContent = number;
    cell.style.setProperty("--heat", `${Math.round(100 * Math.min(1, Math.max(0, heat)))}%`);
    for (const [name, on] of Object.entries(marks)) cell.classList.toggle(name, on);
    cell.tabIndex = marks.now ? 0 : -1;
    cell.setAttribute("aria-selected", String(marks.now));
    cell.ariaLabel = strings.map.cell(strength, settingOf(column), strings.map[map], number + strings.map.units[map]);
  }

  return {
    el: table,
    draw({ noise }, { map }, net) {
      corner.textContent = strings.parameters[noise];
      const scores = lab.rows(noise, map);
      const byPsnr = lab.rows(noise, "psnr").map(largest);
      const byIou = lab.rows(noise, "mean_iou").map(largest);
      const all = scores.flat();
      const [low, high] = map === "psnr" ? [Math.min(...all), Math.max(...all)] : [0, surface.clean];
      const [row, column] = [Math.round(net.row), Math.round(net.column)];
      cells.forEach((line, r) => {
        const strength = lab.strengths[noise][r];
        heads[r].textContent = String(strength);
        line.forEach((cell, c) =>
          drawCell(cell, scores[r][c], {
            map,
            strength,
            column: columns[c],
            heat: (scores[r][c] - low) / (high - low),
            marks: { "by-psnr": byPsnr[r] === c, "by-iou": byIou[r] === c, now: r === row && c === column },
          }),
        );
      });
    },
  };
}
