/** The scores of what is shown, and of every way to cut the network, beside networks that were trained like that. */

import { h } from "../../web/ui/dom.js";
import { count, score } from "../../web/ui/format.js";
import { strings } from "../words/en.js";

const words = strings.scores;

export function createScores({ presets, apart, measure, onApart, onCut }) {
  const tiles = ["mean_iou", "boundary_iou", "wrong"].map((name) => {
    const value = h("b", { "data-testid": `value-${name}` });
    return { name, value, el: h("div", { class: "tile" }, value, h("span", {}, strings.tiles[name])) };
  });
  const others = Object.keys(apart).length > 0;
  const cell = (m, name) => h("td", {}, score(m[name]));
  const rows = presets.map(({ id, state }) => {
    const m = measure(state);
    const cut = h(
      "button",
      { type: "button", class: "row-button", "data-testid": `row-${id}`, onclick: () => onCut(state) },
      words.rows[id],
    );
    const cells = [cell(m, "mean_iou"), cell(m, "boundary_iou")];
    let own = [];
    let choose = null;
    if (others) {
      const mine = apart[id] && measure({ ...state, apart: id });
      if (mine) {
        choose = h(
          "button",
          {
            type: "button",
            class: "row-button",
            "data-testid": `apart-${id}`,
            "aria-label": words.show(id),
            onclick: () => onApart(state, id),
          },
          words.net(id),
        );
        own = [
          h("td", { class: "apart" }, choose),
          ...["mean_iou", "boundary_iou"].map((name) => {
            const td = cell(mine, name);
            td.classList.add("apart");
            return td;
          }),
        ];
      } else
        own =
          id === "8s"
            ? [h("td", { class: "apart same", colspan: 3 }, words.same)]
            : [h("td", { class: "apart", colspan: 3 }, "–")];
    }
    return { id, state, choose, cut, cells, own, el: h("tr", {}, h("th", { scope: "row" }, cut), cells, own) };
  });
  const columns = [...words.columns, ...(others ? ["", ...words.columns] : [])];
  const table = h(
    "table",
    { class: "score-table", "data-testid": "score-table" },
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("th", { scope: "col" }, words.head[0]),
        h("th", { scope: "colgroup", colspan: 2 }, words.head[1]),
        others && h("th", { scope: "colgroup", colspan: 3, class: "apart" }, words.head[2]),
      ),
      h(
        "tr",
        {},
        h("td"),
        columns.map((name, i) =>
          name ? h("th", { scope: "col", class: i > 1 ? "apart" : "" }, name) : h("td", { class: "apart" }),
        ),
      ),
    ),
    h(
      "tbody",
      {},
      rows.map((r) => r.el),
    ),
  );
  return {
    tiles: h(
      "div",
      { class: "tiles", role: "group", "aria-label": words.label },
      tiles.map((t) => t.el),
    ),
    el: h("div", { class: "table-box" }, table),
    draw(state, m) {
      for (const { name, value } of tiles) value.textContent = name === "wrong" ? count(m.wrong) : score(m[name]);
      for (const { id, state: kept, cut, choose, cells, own } of rows) {
        const same = ["fc7", "pool4", "pool3"].every((path) => kept[path] === state[path]);
        const here = same && state.apart === null;
        cut.setAttribute("aria-pressed", String(here));
        cells.forEach((td) => td.classList.toggle("here", here));
        if (!choose) continue;
        choose.setAttribute("aria-pressed", String(state.apart === id));
        own.forEach((td) => td.classList.toggle("here", state.apart === id));
      }
    },
  };
}
