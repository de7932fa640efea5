/**
 * Bytes that Python compressed (zlib, base64): `await open(text)` once, then `opened(text)` has them at hand. Pictures go
 * this way rather than as PNG through a canvas, because some browsers disturb a canvas' pixels on purpose.
 */
const known = new Map();

/**
 * @param {string} text
 * @returns {Promise<void>}
 */
export async function open(text) {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  known.set(text, new Uint8Array(await new Response(stream).arrayBuffer()));
}

/**
 * The bytes of what was opened before.
 * @param {string} text
 * @returns {Uint8Array}
 * @throws {RangeError} where it was not
 */
export const opened = (text) => known.get(text);

/**
 * A picture of which only differences from Paeth's guess (PNG, filter 4) were compressed.
 * @param {string} text opened before
 * @param {number} width
 * @param {number} channels
 * @returns {Uint8Array} samples 0 … 255, height × width × channels
 */
export function openedPicture(text, width, channels) {
  const stride = width * channels;
  const out = opened(text).slice();
  for (let i = 0; i < out.length; i++) {
    const x = i % stride;
    const left = x < channels ? 0 : out[i - channels];
    const up = i < stride ? 0 : out[i - stride];
    const corner = x < channels || i < stride ? 0 : out[i - stride - channels];
    const [a, b, c] = [left, up, corner].map((v) => Math.abs(left + up - corner - v));
    out[i] += a <= b && a <= c ? left : b <= c ? up : corner;
  }
  return out;
}
