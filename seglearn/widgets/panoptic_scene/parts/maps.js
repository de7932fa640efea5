/**
 * The truth, and beside it the prediction, with the segments' names on them and a link between those that match.
 *
 *   const maps = createMaps(shell, { select(map, label), move, nudge(dx, dy) });
 *   maps.figures   { truth, prediction }, maps.links: to lie over both
 *   maps.draw(scene, view)    scene is what sceneOf() in derive.js gives
 *
 * `move` = { start(label), by(dx, dy), end(), cancel() } drags a segment of the prediction, in pixels of the map.
 */
import { h } from "../../web/ui/dom.js";
import { arrow } from "../../web/ui/keys.js";
import { HATCH } from "../../web/ui/palette.js";
import { createStage } from "../../web/ui/stage.js";
import { strings } from "../words/en.js";
import { MAPS } from "./derive.js";
import { createLinks } from "./links.js";
import { lookOf } from "./looks.js";
import { lightTags, writeTags } from "./tags.js";

export function createMaps(shell, on) {
  const { store, light } = shell;
  const [height, width] = store.state.shape;
  /** @type {{ scene: any }} what the pointer and the keys act on */
  const now = { scene: null };
  const stages = Object.fromEntries(MAPS.map((map) => [map, createMap(shell, map, now, on)]));
  const widths = {}; // at which the names were written
  const notes = Object.fromEntries(MAPS.map((map) => [map, h("span")]));
  const figures = Object.fromEntries(
    MAPS.map((map) => [
      map,
      h(
        "figure",
        { class: map, style: `grid-area: ${map}` },
        h("figcaption", {}, h("b", {}, strings.maps[map]), " ", notes[map]),
        stages[map].el,
      ),
    ]),
  );
  const links = createLinks(stages, width, height);
  const resized = new ResizeObserver(() => shell.redraw());
  for (const map of MAPS) resized.observe(figures[map]);
  shell.onClose(() => resized.disconnect());

  return {
    figures,
    links: links.el,
    draw(scene, view) {
      now.scene = scene;
      notes.truth.textContent = strings.captions[scene.mode];
      notes.prediction.textContent = strings.captions.prediction;
      for (const map of scene.mode === "panoptic" && view.stage !== "cards" ? MAPS : ["truth"]) {
        const stage = stages[map];
        stage.tool = map === "prediction" && view.tool === "move";
        stage.show(pictureOf(shell, map, scene));
        if (scene.fresh || !stage.overlay.firstChild || widths[map] !== stage.el.clientWidth) {
          writeTags(stage, scene[map], width, height);
          widths[map] = stage.el.clientWidth;
        }
        lightTags(stage, scene[map], light.parts);
      }
      links.draw(scene, view, light.parts);
    },
  };
}

/** The stage of one map, with pointer and keys. */
function createMap(shell, map, now, on) {
  const { store, data, light } = shell;
  const [height, width] = store.state.shape;
  const at = (p) => now.scene[map].labels[p.row * width + p.col];
  let from = null; // where a drag began
  const stage = createStage(shell, {
    label: strings.stage[map],
    id: `map-${map}`,
    width,
    height,
    image: data.image,
    onHover(p) {
      const part = p && now.scene ? now.scene[map].parts[at(p)] : null;
      light.point(part ? { part } : null);
    },
    onStroke: {
      start(p) {
        if (!at(p)) return false;
        from = p;
        on.select(map, at(p));
        on.move.start(at(p));
        return true;
      },
      move: (p) => on.move.by(p.x - from.x, p.y - from.y),
      end: () => on.move.end(),
      cancel: () => on.move.cancel(),
    },
    onKey: (event, cursor) => key(event, cursor),
    onKeysEnd: () => on.move.end("nudge"),
  });
  stage.el.addEventListener("click", (event) => {
    if (!stage.tool) on.select(map, at(stage.point(event)));
  });

  /** Whether the key meant something here. */
  function key(event, cursor) {
    if (event.ctrlKey || event.metaKey) return false;
    const step = arrow(event);
    if (event.key === "Enter" || event.key === " ") {
      if (at(cursor)) on.select(map, at(cursor));
      return true;
    }
    if (!step) return false;
    if (event.shiftKey) return map === "prediction" && on.nudge(...step);
    const next = neighbour(now.scene[map], at(cursor), step[0] + step[1]);
    if (!next) return true;
    stage.moveCursor(next.col - cursor.col, next.row - cursor.row);
    shell.say(now.scene.describe(map, next.label));
    return true;
  }
  return stage;
}

/** The next segment in reading order, which the keyboard goes to. */
function neighbour({ spots, parts }, label, by) {
  const order = spots
    .map((spot, n) => spot && { ...spot, label: n })
    .filter((spot) => spot?.label && parts[spot.label])
    .sort((a, b) => a.row - b.row || a.col - b.col);
  const now = order.findIndex((spot) => spot.label === label);
  return order[now < 0 ? 0 : (now + by + order.length) % order.length];
}

/** What a stage shows of a map: labels, their looks, and outlines of objects, of what has no partner, of what is chosen. */
function pictureOf(shell, map, scene) {
  const { mode } = scene;
  const { labels, table, parts, alone, objects, chosen } = scene[map];
  const ink = shell.color("ink");
  const styles = [...table].map((entry, i) => ({ ...lookOf(shell, mode, entry, i + 1), part: parts[i + 1] }));
  const outlines = [{ mask: labels.map((label) => objects[label]), color: ink, width: 1.25, halo: true }];
  if (alone.length) {
    const lost = { mask: only(labels, alone), color: shell.color(map), width: 3, dash: [6, 4], halo: true };
    outlines.push(lost);
  }
  if (chosen.length) {
    outlines.push({ mask: only(labels, chosen).map((n) => (n ? 1 : 0)), color: ink, width: 4, halo: true });
  }
  return {
    labels: mode === "instance" ? labels.map((label) => (objects[label] ? label : 0)) : labels,
    styles: [{ ...nothing(shell, map, mode), part: "void" }, ...styles],
    outlines,
  };
}

/** The look of pixels without a segment; on an instance map stuff is gone, whatever is lit. */
function nothing(shell, map, mode) {
  if (mode === "instance") return { color: shell.color("stage"), alpha: 9 };
  const truth = map === "truth";
  return { color: shell.color("ignore"), hatch: truth ? HATCH.ignore : "", alpha: truth ? 0.5 : 0.1 };
}

function only(labels, wanted) {
  const wears = new Uint8Array(256);
  for (const label of wanted) wears[label] = label;
  return labels.map((label) => wears[label]);
}
