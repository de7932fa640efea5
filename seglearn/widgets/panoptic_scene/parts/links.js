/** Links between the segments that match, over both maps. */
import { h } from "../../web/ui/dom.js";
import { score } from "../../web/ui/format.js";
import { strings } from "../words/en.js";
import { MAPS } from "./derive.js";

const MOST_NUMBERS = 6; // a number on every link says nothing

/** `stages` by map. Returns { el, draw(scene, view, lit) }. */
export function createLinks(stages, width, height) {
  const el = h("div", { class: "links", "aria-hidden": "true", "data-testid": "links" });

  function ends(scene, match, frame) {
    return MAPS.map((map) => {
      const box = stages[map].el.getBoundingClientRect();
      const { col, row } = scene[map].spots[match[map]];
      return [
        box.left - frame.left + ((col + 0.5) / width) * box.width,
        box.top - frame.top + ((row + 0.5) / height) * box.height,
      ];
    });
  }

  /** In the gap between the maps, which are side by side or one above the other. */
  function tagOf({ match, from, to }, frame) {
    const tag = h("span", { class: "link-tag agreement" }, strings.link(score(match.iou)));
    const [a, b] = MAPS.map((map) => stages[map].el.getBoundingClientRect());
    const beside = b.left > a.right;
    tag.style.left = `${beside ? (a.right + b.left) / 2 - frame.left : (from[0] + to[0]) / 2}px`;
    tag.style.top = `${beside ? (from[1] + to[1]) / 2 : (a.bottom + b.top) / 2 - frame.top}px`;
    return tag;
  }

  return {
    el,
    draw(scene, view, lit) {
      el.replaceChildren();
      if (scene.mode !== "panoptic" || view.stage === "cards") return;
      const frame = el.getBoundingClientRect();
      const lines = scene.found.matches.map((match) => {
        const [from, to] = ends(scene, match, frame);
        return { match, from, to, kind: kindOf(scene, match, view, lit) };
      });
      const svg = h("div", {});
      svg.innerHTML = `<svg width="${frame.width}" height="${frame.height}">${lines.map(drawn).join("")}</svg>`;
      el.append(svg.firstChild);
      const strong = lines.filter(({ kind }) => kind === "strong");
      if (strong.length <= MOST_NUMBERS) el.append(...strong.map((line) => tagOf(line, frame)));
    },
  };
}

/** "strong" for what is lit, or else chosen; "faint" for what is not lit, or else not of the class asked about. */
function kindOf({ truth }, match, { klass }, lit) {
  if (lit) return lit.has(truth.parts[match.truth]) ? "strong" : "faint";
  if (truth.chosen.includes(match.truth)) return "strong";
  return klass !== null && truth.table[match.truth - 1][1] !== klass ? "faint" : "";
}

function drawn({ from, to, kind }) {
  const [mx, my] = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
  const flat = Math.abs(to[0] - from[0]) > Math.abs(to[1] - from[1]);
  const d = flat ? `M${from}C${[mx, from[1]]} ${[mx, to[1]]} ${to}` : `M${from}C${[from[0], my]} ${[to[0], my]} ${to}`;
  const dots = [from, to].map(([x, y]) => `<circle cx="${x}" cy="${y}" r="3.5"/>`).join("");
  return `<g class="${kind}"><path class="halo" d="${d}"/><path d="${d}"/>${dots}</g>`;
}
