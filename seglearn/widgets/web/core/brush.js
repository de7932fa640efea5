/** Painting on masks and label maps (Uint8Array, width × height), in place. */

/**
 * Sets the pixels whose centre lies within `radius` of the segment from p to q; returns whether any changed.
 * @param {Uint8Array} map height × width
 * @param {number} width
 * @param {number} height
 * @param {Point} p
 * @param {Point} q
 * @param {number} radius pixels
 * @param {number} label 0 … 255
 * @returns {boolean}
 */
export function strokeLine(map, width, height, p, q, radius, label) {
  const dx = q.x - p.x;
  const dy = q.y - p.y;
  const long = dx * dx + dy * dy;
  const x0 = Math.max(0, Math.floor(Math.min(p.x, q.x) - radius));
  const x1 = Math.min(width - 1, Math.ceil(Math.max(p.x, q.x) + radius));
  const y0 = Math.max(0, Math.floor(Math.min(p.y, q.y) - radius));
  const y1 = Math.min(height - 1, Math.ceil(Math.max(p.y, q.y) + radius));
  let changed = false;
  /** @param {number} i */
  const set = (i) => {
    if (map[i] !== label) {
      map[i] = label;
      changed = true;
    }
  };
  for (let y = y0; y <= y1; y++) {
    for (let x = x0; x <= x1; x++) {
      const [cx, cy] = [x + 0.5 - p.x, y + 0.5 - p.y];
      const t = long ? Math.min(1, Math.max(0, (cx * dx + cy * dy) / long)) : 0;
      if ((cx - t * dx) ** 2 + (cy - t * dy) ** 2 <= radius * radius) set(y * width + x);
    }
  }
  // However thin the brush, the pixel under the pointer is painted.
  const [col, row] = [Math.floor(q.x), Math.floor(q.y)];
  if (col >= 0 && row >= 0 && col < width && row < height) set(row * width + col);
  return changed;
}

/**
 * Floods the 4-connected region of equal label around (col, row); returns whether anything changed.
 * @param {Uint8Array} map height × width
 * @param {number} width
 * @param {number} height
 * @param {number} col
 * @param {number} row
 * @param {number} label 0 … 255
 * @returns {boolean}
 */
export function floodFill(map, width, height, col, row, label) {
  const from = map[row * width + col];
  if (from === label) return false;
  const todo = [row * width + col];
  map[todo[0]] = label;
  for (let i = todo.pop(); i !== undefined; i = todo.pop()) {
    const x = i % width;
    const next = [i - width, i + width];
    if (x > 0) next.push(i - 1);
    if (x < width - 1) next.push(i + 1);
    for (const j of next) {
      if (map[j] === from) {
        map[j] = label;
        todo.push(j);
      }
    }
  }
  return true;
}

/**
 * The mask with its holes filled: all that cannot be reached from outside by steps to the four neighbours.
 * @param {ArrayLike<number>} mask zero or not, height × width
 * @param {number} width
 * @param {number} height
 * @returns {Mask}
 */
export function filled(mask, width, height) {
  // A rim around the grid, so that the outside is one region wherever the shape touches the border.
  const wide = width + 2;
  const rimmed = new Uint8Array(wide * (height + 2));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rimmed[(y + 1) * wide + x + 1] = mask[y * width + x] ? 1 : 0;
  }
  floodFill(rimmed, wide, height + 2, 0, 0, 2);
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return rimmed[(y + 1) * wide + x + 1] === 2 ? 0 : 1;
  });
}

/**
 * The smallest box [x0, y0, x1, y1] around a mask, or null where it is empty.
 * @param {ArrayLike<number>} mask zero or not, height × width
 * @param {number} width
 * @param {number} height
 * @returns {Box | null}
 */
export function bounds(mask, width, height) {
  let [x0, y0, x1, y1] = [width, height, 0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!mask[y * width + x]) continue;
      x0 = Math.min(x0, x);
      x1 = Math.max(x1, x + 1);
      y0 = Math.min(y0, y);
      y1 = y + 1;
    }
  }
  return x1 ? [x0, y0, x1, y1] : null;
}

/**
 * The mask moved by whole pixels, as far as it stays on the grid whole.
 * @param {Mask} mask
 * @param {number} width
 * @param {number} height
 * @param {number} dx pixels; rounded
 * @param {number} dy
 * @returns {Mask}
 */
export function shiftMask(mask, width, height, dx, dy) {
  const box = bounds(mask, width, height);
  if (!box) return mask;
  const mx = Math.min(width - box[2], Math.max(-box[0], Math.round(dx)));
  const my = Math.min(height - box[3], Math.max(-box[1], Math.round(dy)));
  const out = new Uint8Array(mask.length);
  for (let y = box[1]; y < box[3]; y++) {
    const row = mask.subarray(y * width + box[0], y * width + box[2]);
    out.set(row, (y + my) * width + box[0] + mx);
  }
  return out;
}
