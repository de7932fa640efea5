/** Everything that is drawn on the picture: borders, centres, windows, what was found, missed and leaks. */
import { h } from "../../web/ui/dom.js";

const WINNER = "#ffe14d"; // the centre that gets the pixel, what is lit: no hue of a role
export const LIGHT = "rgb(255 255 255 / 92%)";
const DARK = "rgb(0 0 0 / 55%)";

/** The borders between labels, or those of one label, as long runs, in units of pixels. */
function borderPath(labels, width, height, only = null) {
  const path = new Path2D();
  const differ =
    only === null ? (p, q) => labels[p] !== labels[q] : (p, q) => (labels[p] === only) !== (labels[q] === only);
  // Across the rows, then across the columns; a step along a border is `along`, one over it `over`.
  for (const [rows, length, over, along] of [
    [height, width, width, 1],
    [width, height, 1, width],
  ]) {
    const go = (to, i, row) => (along === 1 ? path[to](i, row) : path[to](row, i));
    for (let row = 1; row < rows; row++) {
      const cut = (i) => i < length && differ(row * over + i * along, (row - 1) * over + i * along);
      for (let i = 0; i < length; i++) {
        if (!cut(i)) continue;
        go("moveTo", i, row);
        while (cut(i + 1)) i++;
        go("lineTo", i + 1, row);
      }
    }
  }
  return path;
}

/** The pixels of one value, as rectangles. */
function pixelPath(mask, width, value) {
  const path = new Path2D();
  mask.forEach((v, p) => v === value && path.rect(p % width, Math.floor(p / width), 1, 1));
  return path;
}

/** What was made of an object before, by name. */
const made = new WeakMap();
function cached(key, name, make) {
  if (!made.has(key)) made.set(key, {});
  const all = made.get(key);
  all[name] ??= make();
  return all[name];
}
export const borders = (labels, width, height) => cached(labels, "borders", () => borderPath(labels, width, height));

/** A small canvas with one pixel a pixel; with labels, each superpixel in its mean colour. */
export function ground(rgba, width, height, labels = null, regions = null) {
  return cached(labels ?? rgba, "ground", () => {
    const canvas = h("canvas", { width, height });
    const data = new ImageData(width, height);
    data.data.set(rgba);
    labels?.forEach((k, p) => data.data.set(regions[k].mean, 4 * p));
    canvas.getContext("2d").putImageData(data, 0, 0);
    return canvas;
  });
}

/** Stripes one way or the other. */
function stripes(ctx, color, down, ratio) {
  const size = Math.round(6 * ratio);
  const tile = h("canvas", { width: size, height: size });
  const pen = tile.getContext("2d");
  pen.fillStyle = pen.strokeStyle = color;
  pen.globalAlpha = 0.38;
  pen.fillRect(0, 0, size, size);
  pen.globalAlpha = 1;
  pen.lineWidth = 2.2 * ratio;
  if (!down) pen.setTransform(1, 0, 0, -1, 0, size);
  for (const k of [-size, 0, size]) {
    pen.moveTo(k - size, -size);
    pen.lineTo(k + 2 * size, 2 * size);
  }
  pen.stroke();
  return ctx.createPattern(tile, "repeat");
}

/** Pens in units of the picture's pixels; `unit` is one CSS pixel. */
function createPen({ ctx, ratio, scale }, { width, height, color }) {
  const unit = ratio / scale;
  const line = (path, style, thickness, halo = DARK, dash = []) => {
    const stroke = (style, wide, dashes = []) => {
      ctx.strokeStyle = style;
      ctx.lineWidth = wide * unit;
      ctx.setLineDash(dashes.map((d) => d * unit));
      ctx.stroke(path);
    };
    stroke(halo, thickness + 1.6);
    stroke(style, thickness, dash);
    ctx.setLineDash([]);
  };
  return {
    unit,
    color,
    line,
    lines(places, style, thickness, halo, dash) {
      const path = new Path2D();
      for (const [first, ...rest] of places) {
        path.moveTo(first[1] + 0.5, first[0] + 0.5);
        for (const [y, x] of rest) path.lineTo(x + 0.5, y + 0.5);
      }
      line(path, style, thickness, halo, dash);
    },
    outline: (labels, only = null) =>
      only === null ? borders(labels, width, height) : borderPath(labels, width, height, only),
    pixels(mask, value, style) {
      ctx.fillStyle = style;
      ctx.fill(cached(mask, value, () => pixelPath(mask, width, value)));
    },
    striped(role, down) {
      const pattern = stripes(ctx, color(role), down, ratio);
      pattern.setTransform(new DOMMatrix().scale(1 / scale));
      return pattern;
    },
    faint: (role, share) => `color-mix(in srgb, ${color(role)} ${share}%, transparent)`,
    disc([y, x], radius, fill, stroke, thickness) {
      ctx.beginPath();
      ctx.arc(x + 0.5, y + 0.5, radius, 0, 7);
      ctx.fillStyle = fill;
      ctx.strokeStyle = stroke;
      ctx.lineWidth = thickness * unit;
      ctx.fill();
      ctx.stroke();
    },
  };
}

/** Borders, with what of them was found, missed or leaks. */
function drawRegions(pen, { labels, quality, truth, overlay, leak, lit, region, regions, connected }) {
  if (overlay === "leak") pen.pixels(leak, 1, pen.striped("prediction", true));
  if (lit?.has("crumbs")) pen.pixels(connected.crumbs, 1, WINNER);
  pen.line(pen.outline(labels), LIGHT, 1);
  if (overlay === "leak") pen.line(pen.outline(truth), pen.color("truth"), 2, LIGHT);
  if (["hits", "found", "missed"].includes(overlay)) {
    pen.pixels(quality.hits, 1, pen.faint("agreement", overlay === "missed" ? 20 : 88));
    if (overlay !== "found") {
      pen.pixels(quality.hits, 2, LIGHT);
      pen.pixels(quality.hits, 2, pen.striped("truth", false));
    }
  }
  if (lit?.has("near"))
    for (const k of regions[region].beside) pen.line(pen.outline(labels, k), pen.color("ignore"), 2, LIGHT, [5, 4]);
  pen.line(pen.outline(labels, region), LIGHT, 2.5);
}

function drawWindow(pen, ctx, centre, { step, lit }, style, thickness) {
  const path = new Path2D();
  path.rect(centre[4] + 0.5 - step, centre[3] + 0.5 - step, 2 * step, 2 * step);
  if (lit?.has("S")) {
    ctx.fillStyle = "rgb(255 255 255 / 14%)";
    ctx.fill(path);
  }
  pen.line(path, style, thickness, DARK, [5, 4]);
}

/** Grid, centres with where they were, and the window of the one at hand. */
function drawCentres(pen, ctx, scene) {
  const { width, height, grid, trails, centres, hollow, window: centre } = scene;
  if (grid) {
    const rules = [
      ...[...grid.x.edge].map((v) => [
        [-1, v - 0.5],
        [height, v - 0.5],
      ]),
      ...[...grid.y.edge].map((v) => [
        [v - 0.5, -1],
        [v - 0.5, width],
      ]),
    ];
    pen.lines(rules, LIGHT, 1);
  }
  if (trails) pen.lines(trails, WINNER, 1.6);
  const radius = (centres.length > 250 ? 2 : 3) * pen.unit;
  for (const place of hollow ?? []) pen.disc(place, radius, "transparent", LIGHT, 1.3);
  for (const place of centres) pen.disc(place, radius, "#fff", "#111", 1.3);
  if (centre) drawWindow(pen, ctx, centre, scene, LIGHT, 2);
}

/** Who competes for the probed pixel: windows, ties, and on top colours or ranks. */
function drawCandidates(pen, ctx, scene) {
  const { probe, candidates, lit, state, labels, rgba, width, large } = scene;
  const here = [probe.row, probe.col];
  const one = candidates.find(({ k }) => lit?.has(`c${k}`));
  const rim = (rank) => (rank ? LIGHT : WINNER);
  candidates.forEach((candidate, rank) => {
    const { centre } = candidate;
    const bright = candidate === (one ?? candidates[0]);
    ctx.globalAlpha = one && !bright ? 0.35 : 1;
    if (bright || lit?.has("S") || state.stage === "assign")
      drawWindow(pen, ctx, centre, scene, rim(rank), bright ? 2 : 1.3);
    pen.lines([[here, centre.slice(3)]], rim(rank), bright || lit?.has("dxy") ? 3 : 1.4);
  });
  ctx.globalAlpha = 1;
  if (labels) pen.lines([[here, here]], "#fff", 4, "#111");
  const size = (large ? 18 : 12) * pen.unit;
  ctx.font = `700 ${size}px system-ui, sans-serif`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  const chip = (place, fill, rimmed, words = "") => {
    pen.disc(place, (words ? 0.72 : 1.1) * size, fill, rimmed, 2);
    ctx.fillStyle = "#111";
    ctx.fillText(words, place[1] + 0.5, place[0] + 0.5 + 0.06 * size);
  };
  const colours = lit?.has("dlab");
  candidates.forEach(({ centre, color: fill }, rank) =>
    colours ? chip(centre.slice(3), fill, rim(rank)) : chip(centre.slice(3), rim(rank), "#111", String(rank + 1)),
  );
  const p = 4 * (probe.row * width + probe.col);
  if (colours && candidates.length) chip(here, `rgb(${rgba.subarray(p, p + 3).join(" ")})`, "#fff");
}

/** As many pixels as the screen has, and a context in units of the picture's; null while the canvas is not shown. */
export function fitted(canvas, width, height) {
  const ratio = window.devicePixelRatio || 1;
  const w = Math.round(canvas.clientWidth * ratio);
  if (!w) return null;
  const scale = w / width;
  const tall = Math.round(scale * height);
  if (canvas.width !== w || canvas.height !== tall) Object.assign(canvas, { width: w, height: tall });
  const ctx = canvas.getContext("2d");
  ctx.setTransform(scale, 0, 0, scale, 0, 0);
  return { ctx, ratio, scale };
}

export function createPicture({ color }, canvas) {
  /** `scene` is made in widget.js. */
  return function draw(scene) {
    const { width, height, rgba, labels, regions, means } = scene;
    const fit = fitted(canvas, width, height);
    if (!fit) return;
    const { ctx } = fit;
    ctx.imageSmoothingEnabled = false;
    const painted = means && labels ? [labels, regions] : [];
    ctx.drawImage(ground(rgba, width, height, ...painted), 0, 0);
    ctx.lineCap = ctx.lineJoin = "round";
    const pen = createPen(fit, { width, height, color });
    if (labels) drawRegions(pen, scene);
    drawCentres(pen, ctx, scene);
    drawCandidates(pen, ctx, scene);
  };
}
