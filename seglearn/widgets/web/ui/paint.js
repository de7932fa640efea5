/** What a stage draws on its canvas: a photograph or a plain grid, tinted and hatched labels, outlines. */
import { context, h } from "./dom.js";
import { hatchCover, hatchSize } from "./hatch.js";

/**
 * @param {{ canvas: HTMLCanvasElement, width: number, height: number, color: Shell["color"], light: Light }} stage
 *   width and height of the grid
 * @returns {{ photo: HTMLImageElement | null, paint(scene: Scene, w: number, h: number, ratio: number): void }}
 *   `paint` fills w × h device pixels, `ratio` of them to a CSS pixel; `photo` lies under everything once it is there
 */
export function createPainter({ canvas, width, height, color, light }) {
  const grid = { width, height };
  const ctx = context(canvas);
  const scratch = h("canvas");
  const scratchCtx = context(scratch, { willReadFrequently: true }); // written pixel by pixel
  /** @type {ImageData | null} */
  let paper = null; // those pixels

  const painter = {
    /** @type {HTMLImageElement | null} */
    photo: null,
    /**
     * @param {Scene} scene
     * @param {number} w
     * @param {number} tall
     * @param {number} ratio
     */
    paint(scene, w, tall, ratio) {
      if (canvas.width !== w || canvas.height !== tall) {
        canvas.width = scratch.width = w;
        canvas.height = scratch.height = tall;
      }
      if (paper?.width !== w || paper?.height !== tall) paper = scratchCtx.createImageData(w, tall);
      const { photo } = painter;
      const { ground } = scene;
      ctx.imageSmoothingEnabled = true;
      ctx.fillStyle = color("stage");
      ctx.fillRect(0, 0, w, tall);
      if (ground) {
        ctx.imageSmoothingEnabled = false;
        ctx.drawImage(ground, 0, 0, w, tall);
      } else if (photo) {
        ctx.drawImage(photo, 0, 0, w, tall);
        ctx.fillStyle = color("stage-veil"); // quiets the photograph so that tints and lines can be read
        ctx.fillRect(0, 0, w, tall);
      } else {
        paintGrid(ctx, grid, color("stage-line"), ratio);
      }
      const strength = photo ? 0.7 : 1; // the photograph stays visible through what lies on it
      fillLabels(paper, grid, scene, inksOf(scene.styles, light.parts, strength, ratio), ratio);
      scratchCtx.putImageData(paper, 0, 0);
      ctx.drawImage(scratch, 0, 0);
      for (const outline of scene.outlines ?? []) {
        const halo = (outline.halo ?? Boolean(ground ?? photo)) ? color("stage-halo") : null;
        paintOutline(ctx, grid, outline, halo, ratio);
      }
    },
  };
  return painter;
}

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {{ width: number, height: number }} grid
 * @param {string} color
 * @param {number} ratio
 */
function paintGrid(ctx, { width, height }, color, ratio) {
  const { width: w, height: tall } = ctx.canvas;
  const [sx, sy] = [w / width, tall / height];
  let step = 1;
  while (step * sx < 9 * ratio) step *= 2;
  ctx.fillStyle = color;
  for (let c = step; c < width; c += step) ctx.fillRect(Math.round(c * sx), 0, 1, tall);
  for (let r = step; r < height; r += step) ctx.fillRect(0, Math.round(r * sy), w, 1);
}

/**
 * What each label puts on the pixels of a hatch's tile, red in the lowest byte: one colour, and more of it on strokes.
 * @param {(LabelStyle | null)[]} styles
 * @param {Light["parts"]} lit
 * @param {number} strength in [0, 1]
 * @param {number} ratio
 * @returns {(Uint32Array | null)[]}
 */
function inksOf(styles, lit, strength, ratio) {
  return styles.map((style) => {
    if (!style) return null;
    const faded = lit && !lit.has(style.part ?? "");
    const [r, g, b] = channels(style.color);
    const fill = Math.min(1, strength * (style.alpha ?? 0.45) * (faded ? 0.3 : lit ? 1.35 : 1));
    const line = (faded ? 0.25 : 0.9) * strength;
    const rgb = r | (g << 8) | (b << 16);
    /** @param {number} c */
    const cover = (c) => Math.round(255 * (1 - (1 - fill) * (1 - (line * c) / 255)));
    return Uint32Array.from(hatchCover(style.hatch ?? "", ratio), (c) => rgb | (cover(c) << 24));
  });
}

/**
 * All labels in one pass over the device pixels.
 * @param {ImageData} paper
 * @param {{ width: number, height: number }} grid
 * @param {Scene} scene
 * @param {(Uint32Array | null)[]} inks
 * @param {number} ratio
 */
function fillLabels(paper, { width, height }, { labels }, inks, ratio) {
  const { width: w, height: tall } = paper;
  const tile = hatchSize(ratio);
  const out = new Uint32Array(paper.data.buffer);
  const columns = Uint16Array.from({ length: w }, (_, x) => Math.min(width - 1, ((x + 0.5) * width) / w));
  for (let y = 0, i = 0; y < tall; y++) {
    const row = Math.min(height - 1, Math.floor(((y + 0.5) * height) / tall)) * width;
    const line = (y % tile) * tile;
    for (let x = 0, tx = 0; x < w; x++, i++) {
      const ink = inks[labels[row + columns[x]]];
      out[i] = ink ? ink[line + tx] : 0;
      if (++tx === tile) tx = 0;
    }
  }
}

/**
 * The edges between pixels inside and outside, joined into long runs, with a thin halo to stand off a photograph.
 * @param {CanvasRenderingContext2D} ctx
 * @param {{ width: number, height: number }} grid
 * @param {Outline} outline
 * @param {string | null} halo its colour
 * @param {number} ratio
 */
function paintOutline(ctx, grid, { mask, color, width: thickness = 2, dash = [] }, halo, ratio) {
  const { path, runs } = edgesOf(mask, grid, ctx.canvas.width / grid.width, ctx.canvas.height / grid.height);
  if (runs > 6000) return; // a mask of specks is all edge: its outline would hide it, and take 100 ms to draw
  ctx.lineCap = "square";
  if (halo) {
    ctx.strokeStyle = halo;
    ctx.lineWidth = (thickness + 2) * ratio;
    ctx.stroke(path);
  }
  if (dash.length) {
    ctx.lineCap = "butt";
    ctx.setLineDash(dash.map((d) => d * ratio));
  }
  ctx.strokeStyle = color;
  ctx.lineWidth = thickness * ratio;
  ctx.stroke(path);
  ctx.setLineDash([]);
}

/**
 * @param {ArrayLike<number>} mask
 * @param {{ width: number, height: number }} grid
 * @param {number} sx device pixels in a pixel of the grid
 * @param {number} sy
 */
function edgesOf(mask, { width, height }, sx, sy) {
  /**
   * @param {number} c
   * @param {number} r
   */
  const inside = (c, r) => (c >= 0 && r >= 0 && c < width && r < height ? mask[r * width + c] : 0);
  const path = new Path2D();
  let runs = 0;
  for (let r = 0; r <= height; r++) {
    for (let c = 0; c < width; c++) {
      if (inside(c, r) === inside(c, r - 1)) continue;
      const from = c;
      while (c + 1 < width && inside(c + 1, r) !== inside(c + 1, r - 1)) c++;
      runs++;
      path.moveTo(from * sx, r * sy);
      path.lineTo((c + 1) * sx, r * sy);
    }
  }
  for (let c = 0; c <= width; c++) {
    for (let r = 0; r < height; r++) {
      if (inside(c, r) === inside(c - 1, r)) continue;
      const from = r;
      while (r + 1 < height && inside(c, r + 1) !== inside(c - 1, r + 1)) r++;
      runs++;
      path.moveTo(c * sx, from * sy);
      path.lineTo(c * sx, (r + 1) * sy);
    }
  }
  return { path, runs };
}

/** @type {Map<string, number[]>} */
const parsed = new Map();

/**
 * "rgb(0, 114, 178)" or "#0072b2" → [0, 114, 178].
 * @param {string} color
 * @returns {number[]}
 */
function channels(color) {
  const known = parsed.get(color);
  if (known) return known;
  const hex = /^#(..)(..)(..)$/.exec(color);
  const found = hex ? hex.slice(1).map((x) => parseInt(x, 16)) : (color.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number);
  parsed.set(color, found);
  return found;
}
