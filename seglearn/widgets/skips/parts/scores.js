/** The scores of what is shown, and of every way to cut the network, beside networks that were trained like that. */

import { PATHS } from "../../web/core/skips.js";
import { h } from "../../web/ui/dom.js";
import { count, score } from "../../web/ui/format.js";
import { meter } from "../../web/ui/meter.js";
import { strings } from "../words/en.js";

const words = strings.scores;
const NAMES = ["mean_iou", "boundary_iou", "wrong"];
const COLUMNS = ["mean_iou", "boundary_iou"];

/**
 * The three numbers of what is shown, each with a mark where it was before the last change.
 * @param {number} pixels of the picture
 * @returns {{ el: HTMLElement, draw(m: any, why: Why): void }}
 */
export function createMeters(pixels) {
  const meters = NAMES.map((name) => {
    const wrong = name === "wrong";
    const options = wrong ? { max: pixels, format: count } : { role: "agreement" };
    const made = meter({ label: strings.tiles[name], id: `meter-${name}`, ...options });
    made.el.querySelector(".meter-value").setAttribute("data-testid", `value-${name}`);
    return { name, ...made };
  });
  return {
    el: h(
      "div",
      { class: "meters", role: "group", "aria-label": words.label },
      meters.map(({ el }) => el),
    ),
    draw(m, why) {
      for (const { name, show } of meters) show(m[name], why);
    },
  };
}

/**
 * A row for each preset, and under it one for the network that was trained like that.
 * @param {{ presets: Preset[], apart: Record<string, LabelMap>, measure(state: any): any, onCut(state: any): void,
 *   onApart(state: any, name: string): void }} options
 */
export function createScores({ presets, apart, measure, onApart, onCut }) {
  const row = ({ label, id, state, own, onclick }) => {
    const choose = h("button", { type: "button", class: "row-button", "data-testid": id, onclick }, label);
    const m = measure(state);
    const cells = COLUMNS.map((name) => h("td", { "data-readout": "" }, score(m[name])));
    return { state, choose, el: h("tr", { class: own ? "apart" : "" }, h("th", { scope: "row" }, choose), cells) };
  };
  const rows = presets.flatMap(({ id, state }) => [
    row({
      label: words.rows[id],
      id: `row-${id}`,
      state: { ...state, apart: null },
      own: false,
      onclick: () => onCut(state),
    }),
    ...(apart[id]
      ? [
          row({
            label: words.net(id),
            id: `apart-${id}`,
            state: { ...state, apart: id },
            own: true,
            onclick: () => onApart(state, id),
          }),
        ]
      : []),
  ]);
  const head = [words.head, ...COLUMNS.map((name) => strings.tiles[name])];
  return {
    el: h(
      "table",
      { class: "score-table", "data-testid": "score-table" },
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          head.map((name) => h("th", { scope: "col" }, name)),
        ),
      ),
      h(
        "tbody",
        {},
        rows.map((r) => r.el),
      ),
    ),
    draw(state) {
      for (const { el, choose, state: kept } of rows) {
        const same = PATHS.every((path) => kept[path] === state[path]);
        const here = state.apart === kept.apart && (same || kept.apart !== null);
        el.classList.toggle("here", here);
        choose.setAttribute("aria-pressed", String(here));
      }
    },
  };
}
