/**
 * Truth and prediction side by side. Each pixel is drawn by its cell of the matrix, so that pointing at a cell, a score
 * or a term lights its pixels on both maps, and pointing at a pixel lights its cell.
 */

import { strokeLine } from "../../web/core/brush.js";
import { IGNORE } from "../../web/core/confusion.js";
import { h } from "../../web/ui/dom.js";
import { arrow } from "../../web/ui/keys.js";
import { CLASS_HATCHES, HATCH } from "../../web/ui/palette.js";
import { createStage } from "../../web/ui/stage.js";

export const MAPS = ["truth", "prediction"];
const SKIPPED = 200; // stage label of pixels that are not counted, plus the predicted class

/** Eight hatches and eight or more colours: twelve classes differ in at least one. */
export const classHatch = (k) => CLASS_HATCHES[(k + Math.floor(k / CLASS_HATCHES.length)) % CLASS_HATCHES.length];

/**
 * `paint(map, change)` edits a copy of a raw map and previews it. on: { flash(i, j) }.
 * Returns { el, draw(scene, view) }; scene is what derive() in confusion_workbench.js gives, plus { over, under, flash }.
 */
export function createMaps(shell, { names, classes, shape: [height, width], image, words, paint, on }) {
  const { store, light } = shell;
  const n = names.length;
  let scene = null;

  const cellAt = (p) => {
    const at = p.row * width + p.col;
    return scene.seen[at] === IGNORE ? null : [scene.seen[at], scene.prediction[at]];
  };
  const pointAt = (p) => {
    const cell = p && store.view.brush === "look" && cellAt(p); // a brush should not dim what it paints
    light.point(cell ? { part: cell.join() } : null);
  };
  const centre = ({ col, row }) => ({ x: col + 0.5, y: row + 0.5 });

  function createMap(map) {
    const label = () => {
      const { label, radius } = brushOf(map);
      return label === null ? null : { label, radius };
    };
    const stroke = (from, to) => {
      const brush = label();
      if (brush) paint(map, (labels) => strokeLine(labels, width, height, from, to, brush.radius, brush.label));
    };
    const stage = createStage(shell, {
      label: words.stage[map],
      id: `map-${map}`,
      width,
      height,
      image,
      onHover: pointAt,
      onStroke: {
        start: (p) => {
          if (!label()) {
            shell.say(words.noIgnoredPrediction);
            return false;
          }
          stroke(p, p);
          return true;
        },
        move: (p, before) => stroke(before, p),
        end: () => store.commit(),
        cancel: () => store.cancel(),
      },
      onKey(event, cursor) {
        if (event.ctrlKey || event.metaKey) return false;
        const step = arrow(event);
        if (event.key === " " || event.key === "Enter") {
          if (store.view.brush === "look") {
            const cell = cellAt(cursor);
            if (cell) on.flash(...cell);
          } else stroke(centre(cursor), centre(cursor));
          return true;
        }
        if (!step || !event.shiftKey || store.view.brush === "look") return false;
        stage.moveCursor(...step);
        stroke(centre(cursor), centre(stage.cursor));
        return true;
      },
    });
    stage.el.addEventListener("keyup", () => store.commit()); // a held key is one undo step
    stage.el.addEventListener("click", (event) => {
      const cell = store.view.brush === "look" && cellAt(stage.point(event));
      if (cell) on.flash(...cell);
    });
    return stage;
  }

  /** What the brush paints on a map: a label, or null for the ignore label on the prediction. */
  function brushOf(map) {
    const { brush, radius } = store.view;
    const label = brush === "ignore" ? (map === "truth" ? IGNORE : null) : Number(brush);
    return { label, radius: radius / 2 };
  }

  const stages = Object.fromEntries(MAPS.map((map) => [map, createMap(map)]));
  const el = h(
    "div",
    { class: "map-pair" },
    MAPS.map((map) => h("figure", { class: map }, h("figcaption", {}, h("b", {}, words.maps[map])), stages[map].el)),
  );

  function draw(next, view) {
    scene = next;
    const { seen, prediction, outlines } = next;
    const codes = new Uint8Array(seen.length);
    const wrong = new Uint8Array(seen.length);
    for (let p = 0; p < codes.length; p++) {
      const skipped = seen[p] === IGNORE;
      codes[p] = skipped ? SKIPPED + prediction[p] : seen[p] * n + prediction[p];
      wrong[p] = !skipped && seen[p] !== prediction[p] ? 1 : 0;
    }
    const alpha = image ? 0.45 : 0.6;
    const look = (k) =>
      k === classes
        ? { color: shell.color("ignore"), hatch: HATCH.ignore, alpha }
        : { color: shell.color(`hue-${k}`), hatch: classHatch(k), alpha };
    const looks = names.map((_, k) => look(k));
    const styles = { truth: [], prediction: [] };
    for (let t = 0; t < n; t++) {
      for (let p = 0; p < n; p++) {
        styles.truth[t * n + p] = { ...looks[t], part: `${t},${p}` };
        styles.prediction[t * n + p] = { ...looks[p], part: `${t},${p}` };
      }
    }
    for (let p = 0; p < classes; p++) {
      styles.truth[SKIPPED + p] = { color: shell.color("ignore"), hatch: HATCH.ignore, alpha: 0.25, part: "skipped" };
      styles.prediction[SKIPPED + p] = { ...looks[p], hatch: HATCH.ignore, alpha: alpha / 3, part: "skipped" };
    }
    const ink = shell.color("ink");
    const fine = width > 64; // a halo would cover small mistakes
    for (const map of MAPS) {
      stages[map].tool = view.brush !== "look";
      stages[map].brush = view.brush === "look" ? null : view.radius / 2;
      const mistakes = map === "prediction" ? [{ mask: wrong, color: ink, width: fine ? 1 : 1.25, halo: !fine }] : [];
      stages[map].show({ labels: codes, styles: styles[map], outlines: [...mistakes, ...outlines] });
    }
  }

  return { el, draw };
}
