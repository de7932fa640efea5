/**
 * A link to what is shown: an exported page carries the state of one of its widgets in the part of its address after
 * "#", so that opening the link shows that state. With a kernel there is no such page, and no button.
 *
 * The part reads `NAME.N=TEXT`: the N-th widget of this name on the page, and base64url of deflated JSON
 * `{ state, view }`, which holds what differs from the start.
 */
import { same } from "./store.js";

/**
 * What differs in `now`, one level deep.
 * @param {Json} start
 * @param {Json} now
 * @returns {Json}
 */
export function difference(start, now) {
  const changed = Object.entries(now).filter(([key, value]) => !same(value, start[key]));
  return Object.fromEntries(changed);
}

/**
 * Whether `change` may be merged into `start`: the same keys, and values of the same kind.
 * @param {Json} start
 * @param {any} change
 * @returns {boolean}
 */
export function fits(start, change) {
  /** @param {unknown} value */
  const kind = (value) => (Array.isArray(value) ? "list" : typeof value);
  const plain = typeof change === "object" && change !== null && !Array.isArray(change);
  return (
    plain &&
    Object.entries(change).every(([key, value]) => {
      if (!Object.hasOwn(start, key)) return false;
      return start[key] === null || value === null || kind(start[key]) === kind(value);
    })
  );
}

/**
 * @param {Json} value
 * @returns {Promise<string>} letters, digits, "-" and "_"
 */
export async function pack(value) {
  const bytes = await through(new CompressionStream("deflate-raw"), new TextEncoder().encode(JSON.stringify(value)));
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * @param {string} text from `pack`; anything else is an error
 * @returns {Promise<any>}
 */
export async function unpack(text) {
  const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(await through(new DecompressionStream("deflate-raw"), bytes)));
}

/**
 * @param {GenericTransformStream} stream
 * @param {Uint8Array<ArrayBuffer>} bytes
 */
async function through(stream, bytes) {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());
}

/**
 * The link of one widget.
 * @param {string} place `NAME.N`
 * @param {Store} store
 * @param {{ check: (state: any) => void, refuse: () => void }} calls `check` throws for a state that cannot be measured
 * @returns {{ address: () => Promise<string>, open: () => Promise<void> }} `open` shows what the page's address says
 */
export function createLink(place, store, { check, refuse }) {
  const start = { state: store.state, view: store.view };
  queueMicrotask(() => (start.view = store.view)); // build() has said by then which stage is on
  return {
    async address() {
      const { state, view } = store;
      const text = await pack({ state: difference(start.state, state), view: difference(start.view, view) });
      return `${location.href.split("#")[0]}#${place}=${text}`;
    },
    async open() {
      const [name, text] = location.hash.slice(1).split("=");
      if (name !== place || !text) return;
      try {
        const { state, view } = await unpack(text);
        if (!fits(start.state, state) || !fits(start.view, view)) return refuse(); // another widget's
        const next = { ...start.state, ...state };
        check(next);
        store.look({ ...start.view, ...view });
        store.commit(next, null);
      } catch {
        refuse();
      }
    },
  };
}
