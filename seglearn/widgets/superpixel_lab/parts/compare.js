/** Seven methods side by side: a small picture each, with its scores; choosing one shows it large. */

import { h } from "../../web/ui/dom.js";
import { count, score } from "../../web/ui/format.js";
import { strings } from "../words/en.js";
import { borders, ground } from "./picture.js";

const SHOWN = ["boundary_recall", "undersegmentation_neubert_protzel", "achievable_accuracy"];
const better = (name, a, b) => (name === "undersegmentation_neubert_protzel" ? a < b : a > b);

export function createCompare(lab, onChoose) {
  const tiles = lab.methods.map(({ name: method, title, paper }) => {
    const canvas = h("canvas", { "aria-hidden": "true" });
    const input = h("input", {
      type: "radio",
      name: "method",
      value: method,
      "data-testid": `method-${method}`,
      onchange: () => onChoose(method),
    });
    const how = method === "slic" ? "live" : "recorded";
    const made = h("span");
    const figures = SHOWN.map((s, i) => ({
      s,
      mark: h("small", {}, strings.compare.short[i]),
      number: h("b", { "data-testid": `${method}-${s}` }),
    }));
    const el = h(
      "label",
      { class: `tile by-${how}` },
      input,
      canvas,
      h("span", { class: "badge" }, strings.compare[how]),
      h("b", {}, title),
      h("small", {}, paper, made),
      h(
        "span",
        { class: "tile-scores" },
        figures.map(({ mark, number }) => h("span", {}, mark, number)),
      ),
    );
    return { method, el, canvas, input, figures, made, drawn: null };
  });
  return {
    el: h(
      "div",
      { class: "compare" },
      h(
        "div",
        { class: "tiles", role: "radiogroup", "aria-label": strings.compare.label },
        tiles.map((t) => t.el),
      ),
      h("p", { class: "hint" }, strings.compare.note),
    ),
    draw(state, { compared }) {
      const { width, height } = lab.pictureOf(state);
      const best = Object.fromEntries(
        SHOWN.map((s) => [
          s,
          Object.values(compared)
            .map((m) => m[s])
            .reduce((a, b) => (better(s, b, a) ? b : a)),
        ]),
      );
      for (const tile of tiles) {
        const { method, el, canvas, input, figures, made } = tile;
        input.checked = method === state.method;
        el.classList.toggle("chosen", input.checked);
        made.textContent = `, n\u00a0=\u00a0${count(compared[method].n_segments)}`;
        figures.forEach(({ s, mark, number }, i) => {
          const won = compared[method][s] === best[s];
          mark.textContent = strings.compare.short[i] + (won ? " ▲" : "");
          number.textContent = score(compared[method][s]);
          number.classList.toggle("best", won);
        });
        const { labels } = lab.shown({ ...state, method });
        const ratio = window.devicePixelRatio || 1;
        const w = Math.round(canvas.clientWidth * ratio);
        if (!w || (tile.drawn === labels && canvas.width === w)) continue;
        tile.drawn = labels;
        canvas.width = w;
        canvas.height = Math.round((w * height) / width);
        const ctx = canvas.getContext("2d");
        ctx.setTransform(w / width, 0, 0, w / width, 0, 0);
        ctx.drawImage(ground(lab.seen(state).rgba, width, height), 0, 0);
        ctx.strokeStyle = "rgb(255 255 255 / 90%)";
        ctx.lineWidth = (ratio * width) / w;
        ctx.stroke(borders(labels, width, height));
      }
    },
  };
}
