/**
 * The stage: a grid of pixels on a canvas, over a photograph or a plain ground, with a pointer, a keyboard cursor and
 * room for elements on top. A widget may have several.
 *
 *   const stage = createStage(shell, {
 *     label: "Drawing area …",       // accessible name; say which keys do what
 *     width, height,                 // the grid, in pixels
 *     image: "data:…",               // shown under the labels, scaled to the grid (optional)
 *     id: "stage",                   // data-testid
 *     onStroke: { start(p), move(p, before), end(p), cancel() },   // with the tool; see `tool`
 *     onHover: (p | null) => {},     // a mouse or pen passing over, not pressed
 *     onKey: (event, cursor) => bool // true: handled. Arrows the widget leaves alone move the cursor.
 *     onKeysEnd: () => {},           // the keys are released: commit what they previewed
 *   });
 *   stage.tool = true | false   is a tool active? Without one, a finger scrolls the page and nothing is drawn.
 *   stage.cursor                { col, row } of the keyboard cursor; shown while the stage has the focus
 *   stage.brush                 radius of the brush circle around pointer and cursor, in pixels, or null
 *   stage.overlay               a layer for elements; position them with stage.place(el, x0, y0, x1, y1)
 *   stage.point(event)          the p of any pointer event: { x, y, col, row, event }, x and y in grid pixels
 *   stage.show({
 *     labels,                     // Uint8Array(height × width)
 *     styles: [null, { color, hatch, alpha = 0.45, part }],   // a label's look; null leaves the ground bare
 *     outlines: [{ mask, color, width = 2, dash = [], halo }],   // along the pixel edges of Uint8Array masks;
 *                                 // the halo sets a line off from what is below, by default from a photograph
 *   })
 *     A mask may hold several numbers: the edges between them are drawn too, those between equal ones are not.
 *     Labels whose `part` is not lit fade while something is lit (shell.light.parts).
 */
import { h } from "./dom.js";
import { hatchCover, hatchSize } from "./hatch.js";
import { arrow } from "./keys.js";

export function createStage(shell, { label, width, height, image, id = "stage", onStroke, onHover, onKey, onKeysEnd }) {
  const canvas = h("canvas", { "aria-hidden": "true", "data-testid": `${id}-canvas` });
  const overlay = h("div", { class: "stage-overlay" });
  const cross = h("div", { class: "stage-cursor", "aria-hidden": "true", hidden: true });
  const ring = h("div", { class: "stage-brush", "aria-hidden": "true", hidden: true });
  const el = h(
    "div",
    { class: "stage", tabindex: "0", role: "application", "aria-label": label, "data-testid": id },
    canvas,
    overlay,
    cross,
    ring,
  );
  el.style.setProperty("--columns", width);
  el.style.setProperty("--rows", height);
  const ctx = canvas.getContext("2d");
  const scratch = h("canvas");
  const scratchCtx = scratch.getContext("2d", { willReadFrequently: true }); // written pixel by pixel
  let paper = null; // those pixels

  let scene = null;
  let photo = null;
  let tool = false;
  let brush = null;
  let cursor = { col: width >> 1, row: height >> 1 };
  let stroke = null; // the pointer that is drawing

  if (image) {
    const picture = new Image();
    picture.onload = () => {
      photo = picture;
      shell.redraw();
    };
    picture.src = image;
  }

  // --- drawing ----------------------------------------------------------------------------------------------------
  function paint() {
    const ratio = window.devicePixelRatio || 1;
    const w = Math.round(el.clientWidth * ratio);
    const hgt = Math.round(el.clientHeight * ratio);
    if (!w || !hgt || !scene) return;
    if (canvas.width !== w || canvas.height !== hgt) {
      canvas.width = scratch.width = w;
      canvas.height = scratch.height = hgt;
    }
    const sx = w / width;
    const sy = hgt / height;
    ctx.imageSmoothingEnabled = true;
    ctx.fillStyle = shell.color("stage");
    ctx.fillRect(0, 0, w, hgt);
    if (photo) {
      ctx.drawImage(photo, 0, 0, w, hgt);
      ctx.fillStyle = shell.color("stage-veil"); // quiets the photograph so that tints and lines can be read
      ctx.fillRect(0, 0, w, hgt);
    } else {
      paintGrid(sx, sy, w, hgt, ratio);
    }
    paintLabels(w, hgt, ratio);
    for (const outline of scene.outlines ?? []) paintOutline(outline, sx, sy, ratio);
  }

  function paintGrid(sx, sy, w, hgt, ratio) {
    let step = 1;
    while (step * sx < 9 * ratio) step *= 2;
    ctx.fillStyle = shell.color("stage-line");
    for (let c = step; c < width; c += step) ctx.fillRect(Math.round(c * sx), 0, 1, hgt);
    for (let r = step; r < height; r += step) ctx.fillRect(0, Math.round(r * sy), w, 1);
  }

  /** All labels in one pass over the device pixels: a label has one colour, and its hatch is more of the same. */
  function paintLabels(w, hgt, ratio) {
    const { labels, styles } = scene;
    const lit = shell.light.parts;
    const strength = photo ? 0.7 : 1; // the photograph stays visible through what lies on it
    const tile = hatchSize(ratio);
    const inks = styles.map((style) => {
      if (!style) return null;
      const faded = lit && !lit.has(style.part);
      const [r, g, b] = channels(style.color);
      const fill = Math.min(1, strength * (style.alpha ?? 0.45) * (faded ? 0.3 : lit ? 1.35 : 1));
      const line = (faded ? 0.25 : 0.9) * strength;
      const rgb = r | (g << 8) | (b << 16);
      const cover = (c) => Math.round(255 * (1 - (1 - fill) * (1 - (line * c) / 255)));
      return Uint32Array.from(hatchCover(style.hatch ?? "", ratio), (c) => rgb | (cover(c) << 24));
    });
    if (paper?.width !== w || paper?.height !== hgt) paper = scratchCtx.createImageData(w, hgt);
    const out = new Uint32Array(paper.data.buffer);
    const columns = Uint16Array.from({ length: w }, (_, x) => Math.min(width - 1, ((x + 0.5) * width) / w));
    for (let y = 0, i = 0; y < hgt; y++) {
      const row = Math.min(height - 1, Math.floor(((y + 0.5) * height) / hgt)) * width;
      const line = (y % tile) * tile;
      for (let x = 0, tx = 0; x < w; x++, i++) {
        const ink = inks[labels[row + columns[x]]];
        out[i] = ink ? ink[line + tx] : 0;
        if (++tx === tile) tx = 0;
      }
    }
    scratchCtx.putImageData(paper, 0, 0);
    ctx.drawImage(scratch, 0, 0);
  }

  /** The edges between pixels inside and outside, joined into long runs, with a thin halo to stand off a photograph. */
  function paintOutline({ mask, color, width: thickness = 2, dash = [], halo = photo !== null }, sx, sy, ratio) {
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
    if (runs > 6000) return; // a mask of specks is all edge: its outline would hide it, and take 100 ms to draw
    ctx.lineCap = "square";
    if (halo) {
      ctx.strokeStyle = shell.color("stage-halo");
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

  // --- elements on top --------------------------------------------------------------------------------------------
  function place(node, x0, y0, x1, y1) {
    node.style.left = `${(100 * x0) / width}%`;
    node.style.top = `${(100 * y0) / height}%`;
    node.style.width = `${(100 * (x1 - x0)) / width}%`;
    node.style.height = `${(100 * (y1 - y0)) / height}%`;
  }

  function showRing(x, y) {
    ring.hidden = brush == null;
    if (brush != null) place(ring, x - brush, y - brush, x + brush, y + brush);
  }

  function showCursor() {
    // A click gives focus as well; the cursor is for those who came by keyboard.
    const visible = el.matches(":focus-visible") && stroke === null;
    cross.hidden = !visible;
    if (!visible) return;
    place(cross, cursor.col, cursor.row, cursor.col + 1, cursor.row + 1);
    showRing(cursor.col + 0.5, cursor.row + 0.5);
  }

  // --- pointer ----------------------------------------------------------------------------------------------------
  function point(event) {
    const box = canvas.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * width;
    const y = ((event.clientY - box.top) / box.height) * height;
    const clamp = (v, n) => Math.min(n - 1, Math.max(0, Math.floor(v)));
    return { x, y, col: clamp(x, width), row: clamp(y, height), event };
  }

  el.addEventListener("pointerdown", (event) => {
    if (!tool || stroke !== null || event.button !== 0 || !event.isPrimary) return;
    const p = point(event);
    if (onStroke.start(p) === false) return;
    stroke = { id: event.pointerId, last: p };
    el.setPointerCapture(event.pointerId);
    cursor = { col: p.col, row: p.row };
  });
  el.addEventListener("pointermove", (event) => {
    if (stroke?.id === event.pointerId) {
      // The browser batches moves; the ones in between keep a fast stroke round.
      const moves = event.getCoalescedEvents?.() ?? [];
      for (const each of moves.length ? moves : [event]) {
        const p = point(each);
        onStroke.move(p, stroke.last);
        stroke.last = p;
      }
      cursor = { col: stroke.last.col, row: stroke.last.row };
    }
    const p = point(event);
    if (stroke === null && event.pointerType !== "touch") onHover?.(p);
    if (event.pointerType !== "touch") showRing(p.x, p.y);
  });
  const finish = (how) => (event) => {
    if (stroke?.id !== event.pointerId) return;
    stroke = null;
    onStroke[how](point(event));
  };
  el.addEventListener("pointerup", finish("end"));
  el.addEventListener("pointercancel", finish("cancel"));
  el.addEventListener("pointerleave", () => {
    ring.hidden = true;
    if (stroke === null) onHover?.(null);
  });

  // --- keyboard ---------------------------------------------------------------------------------------------------
  el.addEventListener("keydown", (event) => {
    if (event.target !== el) return;
    if (event.key === "Escape" && stroke !== null) {
      stroke = null;
      onStroke.cancel();
      return;
    }
    if (onKey?.(event, cursor)) event.preventDefault();
    else if (arrow(event) && !event.ctrlKey && !event.metaKey) {
      stage.moveCursor(...arrow(event));
      event.preventDefault();
    }
  });
  el.addEventListener("keyup", () => onKeysEnd?.());
  el.addEventListener("focus", showCursor);
  el.addEventListener("blur", () => {
    cross.hidden = ring.hidden = true;
    onKeysEnd?.();
  });

  const observer = new ResizeObserver(() => paint());
  observer.observe(el);
  shell.onClose(() => observer.disconnect());

  const stage = {
    el,
    overlay,
    place,
    point,
    get cursor() {
      return cursor;
    },
    moveCursor(dx, dy) {
      cursor = {
        col: Math.min(width - 1, Math.max(0, cursor.col + dx)),
        row: Math.min(height - 1, Math.max(0, cursor.row + dy)),
      };
      showCursor();
      onHover?.({ x: cursor.col + 0.5, y: cursor.row + 0.5, ...cursor });
    },
    get tool() {
      return tool;
    },
    set tool(active) {
      tool = active;
      el.classList.toggle("tool", active); // theme.css: touch-action none, so that a finger draws
    },
    set brush(radius) {
      brush = radius;
      if (radius == null) ring.hidden = true;
      else showCursor();
    },
    show(next) {
      scene = next;
      paint();
    },
  };
  return stage;
}

const parsed = new Map();

/** "rgb(0, 114, 178)" or "#0072b2" → [0, 114, 178]. */
function channels(color) {
  if (!parsed.has(color)) {
    const hex = /^#(..)(..)(..)$/.exec(color);
    parsed.set(color, hex ? hex.slice(1).map((x) => parseInt(x, 16)) : color.match(/[\d.]+/g).slice(0, 3).map(Number));
  }
  return parsed.get(color);
}
