/** Masks and label maps as JSON-safe text; seglearn/widgets/codec.py reads and writes the same. */

/**
 * Run lengths in reading order, the first run being background: [[0,1,1],[1,0,0]] → "1 3 2".
 * @param {Iterable<number | boolean>} mask zero or not, in reading order
 * @returns {string}
 */
export function encodeMask(mask) {
  const runs = [];
  let inside = 0;
  let length = 0;
  for (const pixel of mask) {
    if ((pixel ? 1 : 0) === inside) length++;
    else {
      runs.push(length);
      inside = 1 - inside;
      length = 1;
    }
  }
  runs.push(length);
  return runs.join(" ");
}

/**
 * The mask as Uint8Array of 0 and 1 with `size` pixels.
 * @param {string} text
 * @param {number} size
 * @returns {Mask}
 * @throws {RangeError} where the runs do not add up to `size`
 */
export function decodeMask(text, size) {
  const mask = new Uint8Array(size);
  let at = 0;
  text.split(" ").forEach((run, i) => {
    const end = at + Number(run);
    if (i % 2) mask.fill(1, at, end);
    at = end;
  });
  if (at !== size) throw new RangeError(`runs add up to ${at}, not ${size} pixels`);
  return mask;
}

/**
 * One byte a pixel, base64.
 * @param {LabelMap} labels
 * @returns {string}
 */
export function encodeLabels(labels) {
  let binary = "";
  for (let i = 0; i < labels.length; i += 8192) binary += String.fromCharCode(...labels.subarray(i, i + 8192));
  return btoa(binary);
}

/**
 * @param {string} text as `encodeLabels` wrote it
 * @returns {LabelMap}
 */
export const decodeLabels = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));

/**
 * Label maps of large areas, as label and run length in turn: [0, 0, 2] → "0 2 2 1".
 * @param {ArrayLike<number>} labels
 * @returns {string}
 */
export function encodeLabelRuns(labels) {
  const runs = [];
  for (let i = 0, from = 0; i < labels.length; i++) {
    if (labels[i] === labels[i + 1]) continue;
    runs.push(labels[i], i + 1 - from);
    from = i + 1;
  }
  return runs.join(" ");
}

/**
 * The label map as Uint8Array with `size` pixels.
 * @param {string} text
 * @param {number} size
 * @returns {LabelMap}
 * @throws {RangeError} where the runs do not add up to `size`
 */
export function decodeLabelRuns(text, size) {
  const labels = new Uint8Array(size);
  const runs = text.split(" ").map(Number);
  let at = 0;
  for (let i = 0; i < runs.length; i += 2) {
    labels.fill(runs[i], at, at + runs[i + 1]);
    at += runs[i + 1];
  }
  if (at !== size) throw new RangeError(`runs add up to ${at}, not ${size} pixels`);
  return labels;
}
