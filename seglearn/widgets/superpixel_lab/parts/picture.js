/** Everything that is drawn on the picture: borders, centres, windows, what was found, missed and leaks. */
import { h } from "../../web/ui/dom.js";

const LIGHT = "rgb(255 255 255 / 92%)";
const DARK = "rgb(0 0 0 / 55%)";

/** The borders between labels, or those of one label, as long runs, in units of pixels. */
export function borderPath(labels, width, height, only = null) {
  const path = new Path2D();
  const differ =
    only === null ? (p, q) => labels[p] !== labels[q] : (p, q) => (labels[p] === only) !== (labels[q] === only);
  const scan = (rows, n, index, back, draw) => {
    for (let row = 1; row < rows; row++) {
      for (let i = 0; i < n; i++) {
        const cut = (j) => j < n && differ(index(row, j), index(row, j) - back);
        if (!cut(i)) continue;
        const from = i;
        while (cut(i + 1)) i++;
        draw(row, from, i + 1);
      }
    }
  };
  scan(
    height,
    width,
    (y, x) => y * width + x,
    width,
    (y, from, to) => {
      path.moveTo(from, y);
      path.lineTo(to, y);
    },
  );
  scan(
    width,
    height,
    (x, y) => y * width + x,
    1,
    (x, from, to) => {
      path.moveTo(x, from);
      path.lineTo(x, to);
    },
  );
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

export function createPicture(shell, canvas) {
  const ctx = canvas.getContext("2d");
  const { color } = shell;

  /** `scene` is made in superpixel_lab.js. */
  return function draw({
    width,
    height,
    rgba,
    labels,
    regions,
    quality,
    truth,
    overlay,
    lit,
    region,
    probe,
    step,
    state,
    ...scene
  }) {
    const ratio = window.devicePixelRatio || 1;
    const w = Math.round(canvas.clientWidth * ratio);
    if (!w) return;
    const scale = w / width;
    const unit = ratio / scale; // one CSS pixel, in pixels of the picture
    const tall = Math.round(scale * height);
    if (canvas.width !== w || canvas.height !== tall) Object.assign(canvas, { width: w, height: tall });
    ctx.setTransform(scale, 0, 0, scale, 0, 0);
    ctx.imageSmoothingEnabled = false;
    ctx.drawImage(
      scene.means && labels ? ground(rgba, width, height, labels, regions) : ground(rgba, width, height),
      0,
      0,
    );
    ctx.lineCap = ctx.lineJoin = "round";

    const line = (path, style, thickness, halo = DARK, dash = []) => {
      ctx.strokeStyle = halo;
      ctx.lineWidth = (thickness + 1.6) * unit;
      ctx.stroke(path);
      ctx.setLineDash(dash.map((d) => d * unit));
      ctx.strokeStyle = style;
      ctx.lineWidth = thickness * unit;
      ctx.stroke(path);
      ctx.setLineDash([]);
    };
    const lines = (places, style, thickness, halo, dash) => {
      const path = new Path2D();
      for (const [first, ...rest] of places) {
        path.moveTo(first[1] + 0.5, first[0] + 0.5);
        for (const [y, x] of rest) path.lineTo(x + 0.5, y + 0.5);
      }
      line(path, style, thickness, halo, dash);
    };
    const pixels = (mask, value, style) => {
      ctx.fillStyle = style;
      ctx.fill(cached(mask, value, () => pixelPath(mask, width, value)));
    };
    const striped = (role, down) => {
      const pattern = stripes(ctx, color(role), down, ratio);
      pattern.setTransform(new DOMMatrix().scale(1 / scale));
      return pattern;
    };
    const faint = (role, share) => `color-mix(in srgb, ${color(role)} ${share}%, transparent)`;

    if (labels) {
      if (overlay === "leak") pixels(quality.leak, 1, striped("prediction", true));
      if (lit?.has("crumbs")) pixels(scene.connected.crumbs, 1, color("prediction"));
      line(borders(labels, width, height), LIGHT, 1, "rgb(0 0 0 / 40%)");
      if (overlay === "leak") line(borders(truth, width, height), color("truth"), 2, LIGHT);
      if (["hits", "found", "missed"].includes(overlay)) {
        pixels(quality.hits, 1, faint("agreement", overlay === "missed" ? 20 : 88));
        if (overlay !== "found") {
          pixels(quality.hits, 2, LIGHT);
          pixels(quality.hits, 2, striped("truth", false));
        }
      }
      if (lit?.has("near"))
        for (const k of regions[region].beside)
          line(borderPath(labels, width, height, k), color("ignore"), 2, LIGHT, [5, 4]);
      line(borderPath(labels, width, height, region), LIGHT, 2.5, "rgb(0 0 0 / 80%)");
    }

    // --- centres --------------------------------------------------------------------------------------------------
    const window2S = (centre, style, thickness) => {
      const path = new Path2D();
      path.rect(centre[4] + 0.5 - step, centre[3] + 0.5 - step, 2 * step, 2 * step);
      if (lit?.has("S")) {
        ctx.fillStyle = "rgb(255 255 255 / 14%)";
        ctx.fill(path);
      }
      line(path, style, thickness, "rgb(0 0 0 / 35%)", [5, 4]);
    };
    if (scene.grid) {
      const { x, y } = scene.grid;
      lines(
        [...x.edge].map((v) => [
          [-1, v - 0.5],
          [height, v - 0.5],
        ]),
        "rgb(255 255 255 / 60%)",
        1,
        "rgb(0 0 0 / 25%)",
      );
      lines(
        [...y.edge].map((v) => [
          [v - 0.5, -1],
          [v - 0.5, width],
        ]),
        "rgb(255 255 255 / 60%)",
        1,
        "rgb(0 0 0 / 25%)",
      );
    }
    if (scene.trails) lines(scene.trails, "rgb(255 236 140)", 1.6);
    const dot =
      (hollow) =>
      ([y, x]) => {
        ctx.beginPath();
        ctx.arc(x + 0.5, y + 0.5, (scene.centres.length > 250 ? 2 : 3) * unit, 0, 7);
        ctx.fillStyle = hollow ? "transparent" : "#fff";
        ctx.strokeStyle = hollow ? LIGHT : "rgb(0 0 0 / 85%)";
        ctx.lineWidth = 1.3 * unit;
        ctx.fill();
        ctx.stroke();
      };
    scene.hollow?.forEach(dot(true));
    scene.centres.forEach(dot(false));
    if (scene.window) window2S(scene.window, LIGHT, 2);

    // --- who competes for the probed pixel ----------------------------------------------------------------------------
    const here = [probe.row, probe.col];
    const { candidates } = scene;
    const one = candidates.find(({ k }) => lit?.has(`c${k}`));
    const rim = (rank) => (rank ? LIGHT : color("agreement"));
    candidates.forEach((candidate, rank) => {
      const { centre } = candidate;
      const bright = candidate === (one ?? candidates[0]);
      ctx.globalAlpha = one && !bright ? 0.35 : 1;
      if (bright || lit?.has("S") || state.stage === "assign") window2S(centre, rim(rank), bright ? 2 : 1.3);
      lines([[here, centre.slice(3)]], rim(rank), bright || lit?.has("dxy") ? 3 : 1.4);
    });
    ctx.globalAlpha = 1;
    if (labels) lines([[here, here]], "#fff", 4, "#000");
    // Colours and ranks stand on top.
    const size = (scene.large ? 15 : 11) * unit;
    ctx.font = `700 ${size}px system-ui, sans-serif`;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    /** @type {(place: number[], fill: string, rimmed: string, words?: string) => void} */
    const chip = ([y, x], fill, rimmed, words = "") => {
      ctx.beginPath();
      ctx.arc(x + 0.5, y + 0.5, (words ? 0.72 : 1.1) * size, 0, 7);
      ctx.fillStyle = fill;
      ctx.strokeStyle = rimmed;
      ctx.lineWidth = 2 * unit;
      ctx.fill();
      ctx.stroke();
      ctx.fillStyle = "#111";
      ctx.fillText(words, x + 0.5, y + 0.5 + 0.06 * size);
    };
    const colours = lit?.has("dlab");
    candidates.forEach(({ centre, color: fill }, rank) =>
      colours ? chip(centre.slice(3), fill, rim(rank)) : chip(centre.slice(3), rim(rank), "#111", String(rank + 1)),
    );
    const p = 4 * (probe.row * width + probe.col);
    if (colours && candidates.length) chip(here, `rgb(${rgba.subarray(p, p + 3).join(" ")})`, "#fff");
  };
}
