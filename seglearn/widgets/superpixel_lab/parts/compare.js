/** Seven methods side by side: a small picture each, with its scores; choosing one shows it large. */

import { radio } from "../../web/ui/controls.js";
import { h } from "../../web/ui/dom.js";
import { count, score } from "../../web/ui/format.js";
import { strings } from "../words/en.js";
import { borders, fitted, ground, LIGHT } from "./picture.js";

/** Recall, the under-segmentation error that was chosen, ASA. */
const shown = (error) => ["boundary_recall", error, "achievable_accuracy"];
const IDS = ["boundary_recall", "undersegmentation", "achievable_accuracy"];

/** The best of all methods in a score; an error is better when it is smaller. */
function bestOf(compared, name) {
  const values = Object.values(compared).map((m) => m[name]);
  return name.startsWith("undersegmentation") ? Math.min(...values) : Math.max(...values);
}

function createTile({ name: method, paper }, onChoose) {
  const canvas = h("canvas", { "aria-hidden": "true" });
  const input = radio({ group: "method", value: method, id: `method-${method}`, onChange: () => onChoose(method) });
  const made = h("span");
  const figures = IDS.map((id) => h("b", { "data-testid": `${method}-${id}` }));
  const scores = figures.map((number, i) => h("span", {}, h("small", {}, strings.compare.short[i]), number));
  const badge = h("span", { class: "badge" }, strings.compare[method === "slic" ? "live" : "recorded"]);
  const head = [input, canvas, badge, h("b", {}, strings.compare.titles[method]), h("small", {}, paper, made)];
  const el = h("label", { class: "tile pick" }, head, h("span", { class: "tile-scores" }, scores));
  return { method, el, canvas, input, figures, made, drawn: null };
}

function paint(tile, { labels, rgba, width, height }) {
  const { canvas, drawn } = tile;
  if (drawn?.labels === labels && drawn.wide === canvas.clientWidth) return;
  const fit = fitted(canvas, width, height);
  if (!fit) return;
  tile.drawn = { labels, wide: canvas.clientWidth };
  const { ctx, ratio, scale } = fit;
  ctx.drawImage(ground(rgba, width, height), 0, 0);
  ctx.strokeStyle = LIGHT;
  ctx.lineWidth = ratio / scale;
  ctx.stroke(borders(labels, width, height));
}

export function createCompare(lab, onChoose) {
  const tiles = lab.methods.map((method) => createTile(method, onChoose));
  return {
    el: h(
      "div",
      { class: "compare" },
      h(
        "div",
        { class: "tiles", role: "radiogroup", "aria-label": strings.compare.label },
        tiles.map((t) => t.el),
      ),
    ),
    draw(state, { compared }, error) {
      const { width, height } = lab.pictureOf(state);
      const { rgba } = lab.seen(state);
      const best = shown(error).map((name) => bestOf(compared, name));
      for (const tile of tiles) {
        const { method, el, input, figures, made } = tile;
        input.checked = method === state.method;
        el.classList.toggle("chosen", input.checked);
        made.textContent = strings.compare.count(count(compared[method].n_segments));
        shown(error).forEach((name, i) => {
          figures[i].textContent = score(compared[method][name]);
          figures[i].classList.toggle("best", compared[method][name] === best[i]);
        });
        paint(tile, { labels: lab.shown({ ...state, method }).labels, rgba, width, height });
      }
    },
  };
}
