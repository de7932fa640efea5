/**
 * The truth, and beside it the prediction, with the segments' names on them and a link between those that match.
 *
 *   const maps = createMaps(shell, { on: { select(map, label), move } });
 *   maps.figures   { truth, prediction }, maps.links: to lie over both
 *   maps.draw(scene, view)    scene is what derive() in panoptic_scene.js gives
 *
 * `on.move` = { start(label), by(dx, dy), end(), cancel() } drags a segment of the prediction.
 */
import { h } from "../../web/ui/dom.js";
import { score } from "../../web/ui/format.js";
import { arrow } from "../../web/ui/keys.js";
import { HATCH } from "../../web/ui/palette.js";
import { createStage } from "../../web/ui/stage.js";
import { strings } from "../words/en.js";
import { lookOf } from "./looks.js";

export const MAPS = ["truth", "prediction"];

export function createMaps(shell, { on }) {
  const { store, data, light } = shell;
  const [height, width] = store.state.shape;
  let scene = null;

  const at = (map, p) => scene[map].labels[p.row * width + p.col];
  const hover = (map) => (p) => {
    const part = p && scene ? scene[map].parts[at(map, p)] : null;
    light.point(part ? { part } : null);
  };

  function createMap(map) {
    let drag = null;
    const stage = createStage(shell, {
      label: strings.stage[map],
      id: `map-${map}`,
      width,
      height,
      image: data.image,
      onHover: hover(map),
      onStroke: {
        start(p) {
          const label = at(map, p);
          if (!label) return false;
          drag = p;
          on.select(map, label);
          on.move.start(label);
          return true;
        },
        move: (p) => on.move.by(p.x - drag.x, p.y - drag.y),
        end: () => on.move.end(),
        cancel: () => on.move.cancel(),
      },
      onKey(event, cursor) {
        if (event.ctrlKey || event.metaKey) return false;
        const step = arrow(event);
        if (event.key === "Enter" || event.key === " ") {
          if (at(map, cursor)) on.select(map, at(map, cursor));
        } else if (step && event.shiftKey) {
          return map === "prediction" && on.nudge(...step);
        } else if (step) {
          const next = neighbour(map, at(map, cursor), step[0] + step[1]);
          if (!next) return true;
          stage.moveCursor(next.col - cursor.col, next.row - cursor.row);
          shell.say(scene.describe(map, next.label));
        } else return false;
        return true;
      },
      onKeysEnd: () => on.move.end(),
    });
    stage.el.addEventListener("click", (event) => {
      if (!stage.tool) on.select(map, at(map, stage.point(event)));
    });
    return stage;
  }

  /** The next segment in reading order, which the keyboard goes to. */
  function neighbour(map, label, by) {
    const order = scene[map].spots
      .map((spot, n) => spot && { ...spot, label: n })
      .filter((spot) => spot?.label && scene[map].parts[spot.label])
      .sort((a, b) => a.row - b.row || a.col - b.col);
    const now = order.findIndex((spot) => spot.label === label);
    return order[now < 0 ? 0 : (now + by + order.length) % order.length];
  }

  const stages = Object.fromEntries(MAPS.map((map) => [map, createMap(map)]));
  const widths = {}; // at which the names were written
  const notes = Object.fromEntries(MAPS.map((map) => [map, h("span")]));
  const figures = Object.fromEntries(
    MAPS.map((map) => [
      map,
      h("figure", { class: map }, h("figcaption", {}, h("b", {}, strings.maps[map]), " ", notes[map]), stages[map].el),
    ]),
  );
  const links = h("div", { class: "links", "aria-hidden": "true", "data-testid": "links" });
  const resized = new ResizeObserver(() => shell.redraw());
  resized.observe(figures.truth);
  shell.onClose(() => resized.disconnect());

  function draw(next, view) {
    scene = next;
    const { mode } = scene;
    const ink = shell.color("ink");
    notes.truth.textContent = strings.captions[mode];
    notes.prediction.textContent = strings.captions.prediction;
    for (const map of mode === "panoptic" ? MAPS : ["truth"]) {
      const { labels, table, parts, alone, objects, chosen } = scene[map];
      const styles = [...table].map((entry, i) => ({ ...lookOf(shell, mode, entry, i + 1), part: parts[i + 1] }));
      const nothing =
        mode === "instance"
          ? { color: shell.color("stage"), alpha: 9 } // stuff is gone, whatever is lit
          : {
              color: shell.color("ignore"),
              hatch: map === "truth" ? HATCH.ignore : "",
              alpha: map === "truth" ? 0.5 : 0.1,
            };
      const role = map === "truth" ? "truth" : "prediction";
      stages[map].tool = map === "prediction" && view.tool === "move";
      stages[map].show({
        labels: mode === "instance" ? labels.map((label) => (objects[label] ? label : 0)) : labels,
        styles: [{ ...nothing, part: "void" }, ...styles],
        outlines: [
          { mask: labels.map((label) => objects[label]), color: ink, width: 1.25, halo: true },
          ...(alone.length
            ? [{ mask: only(labels, alone), color: shell.color(role), width: 3, dash: [6, 4], halo: true }]
            : []),
          ...(chosen.length
            ? [{ mask: only(labels, chosen).map((n) => (n ? 1 : 0)), color: ink, width: 4, halo: true }]
            : []),
        ],
      });
      if (scene.fresh || !stages[map].overlay.firstChild || widths[map] !== stages[map].el.clientWidth) {
        writeTags(stages[map], scene[map], width, height);
        widths[map] = stages[map].el.clientWidth;
      }
      lightTags(stages[map], parts, light.parts, chosen);
    }
    drawLinks(view);
  }

  // --- links --------------------------------------------------------------------------------------------------------
  function drawLinks(view) {
    links.replaceChildren();
    if (scene.mode !== "panoptic") return;
    const frame = links.getBoundingClientRect();
    const spot = (map, label) => {
      const box = stages[map].el.getBoundingClientRect();
      const { col, row } = scene[map].spots[label];
      return [
        box.left - frame.left + ((col + 0.5) / width) * box.width,
        box.top - frame.top + ((row + 0.5) / height) * box.height,
      ];
    };
    const lit = light.parts;
    const lines = scene.found.matches.map((match) => {
      const part = scene.truth.parts[match.truth];
      const strong = lit ? lit.has(part) : scene.truth.chosen.includes(match.truth);
      const faint = lit ? !lit.has(part) : view.klass !== null && scene.truth.table[match.truth - 1][1] !== view.klass;
      const [from, to] = [spot("truth", match.truth), spot("prediction", match.prediction)];
      return { match, from, to, kind: strong ? "strong" : faint ? "faint" : "" };
    });
    const paths = lines.map(({ from, to, kind }) => {
      const [mx, my] = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
      const flat = Math.abs(to[0] - from[0]) > Math.abs(to[1] - from[1]);
      const d = flat
        ? `M${from}C${[mx, from[1]]} ${[mx, to[1]]} ${to}`
        : `M${from}C${[from[0], my]} ${[to[0], my]} ${to}`;
      const dots = [from, to].map(([x, y]) => `<circle cx="${x}" cy="${y}" r="3.5"/>`).join("");
      return `<g class="${kind}"><path class="halo" d="${d}"/><path d="${d}"/>${dots}</g>`;
    });
    const svg = h("div", {});
    svg.innerHTML = `<svg width="${frame.width}" height="${frame.height}">${paths.join("")}</svg>`;
    links.append(svg.firstChild);
    const strong = lines.filter(({ kind }) => kind === "strong");
    if (strong.length > 6) return; // a number on every link says nothing
    for (const { match, from, to } of strong) {
      const tag = h("span", { class: "link-tag agreement" }, strings.link(score(match.iou)));
      // In the gap between the maps, which are side by side or one above the other.
      const [a, b] = MAPS.map((map) => stages[map].el.getBoundingClientRect());
      const beside = b.left > a.right;
      tag.style.left = `${beside ? (a.right + b.left) / 2 - frame.left : (from[0] + to[0]) / 2}px`;
      tag.style.top = `${beside ? (from[1] + to[1]) / 2 : (a.bottom + b.top) / 2 - frame.top}px`;
      links.append(tag);
    }
  }

  return { figures, links, draw };
}

function only(labels, wanted) {
  const wears = new Uint8Array(256);
  for (const label of wanted) wears[label] = label;
  return labels.map((label) => wears[label]);
}

// --- names on the map -----------------------------------------------------------------------------------------------

/**
 * The names of the segments: of a thing above its head, of stuff above where its link ends. First each gets a place for its short form,
 * a number or nothing; then, the largest first, as many as can be are written out without covering another.
 */
function writeTags(stage, { spots, names, areas, alone, objects }, width, height) {
  stage.overlay.replaceChildren();
  const [w, hgt] = [stage.el.clientWidth, stage.el.clientHeight];
  const first = (n) => (n && !alone.includes(n) ? areas[n] : 1e6);
  const tags = [...spots.keys()]
    .filter((n) => spots[n] && names[n])
    .sort((a, b) => first(b) - first(a))
    .map((n) => {
      const el = h("span", { class: `stage-tag ${alone.includes(n) ? names[n].role : ""}`, "data-label": n });
      stage.overlay.append(el);
      return { el, n, ...names[n], box: null };
    });
  const put = (tag, words) => {
    const { col, row, top } = spots[tag.n];
    tag.el.textContent = words;
    const [tw, th] = [tag.el.offsetWidth, tag.el.offsetHeight];
    const middle = ((objects[tag.n] ? top : row) / height) * hgt - th / 2 - 4;
    const x = Math.min(w - tw - 2, Math.max(2, ((col + 0.5) / width) * w - tw / 2));
    const y = Math.min(hgt - th - 2, Math.max(2, middle - th / 2));
    tag.el.style.left = `${x}px`;
    tag.el.style.top = `${y}px`;
    const box = [x, y, x + tw, y + th];
    if (tags.some((other) => other !== tag && other.box && overlap(box, other.box))) return false;
    tag.box = box;
    tag.shown = words;
    return true;
  };
  for (const tag of tags) if (tag.short) put(tag, tag.short);
  for (const tag of tags) {
    tag.shown ??= "";
    if (!put(tag, tag.full)) put(tag, tag.shown);
    tag.el.dataset.shown = tag.shown;
    tag.el.dataset.words = tag.full;
  }
}

/** What is lit or chosen shows its full name, above the others. */
function lightTags(stage, parts, lit, chosen) {
  for (const tag of stage.overlay.children) {
    const n = Number(tag.dataset.label);
    const bright = (lit?.size < 4 && lit.has(parts[n])) || (chosen.includes(n) && chosen.length < 4);
    tag.textContent = bright ? tag.dataset.words : tag.dataset.shown;
    tag.hidden = !tag.textContent;
    tag.classList.toggle("bright", bright);
    tag.classList.toggle("dim", lit !== null && !lit.has(parts[n]));
  }
}

const overlap = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
