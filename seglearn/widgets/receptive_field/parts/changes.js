/** What the reader does: change the stack, and move the unit that is looked at. */
import { MOST_LAYERS, MOST_PIXELS, mapSizes, steps, unitAt } from "../../web/core/receptive_field.js";
import { strings } from "../words/en.js";
import { centreOf } from "./cone.js";
import { changed, tooMuch } from "./layers.js";

/**
 * Layers are counted from 1, level 0 is the image; the chosen level is the last one while `view.layer` is null.
 * @param {Shell} shell
 * @param {(reason: string) => void} refuse told why a wish could not be granted
 */
export function createChanges({ store, say }, refuse) {
  const layersNow = () => store.state.layers;
  const level = (layers = layersNow()) => Math.min(store.view.layer ?? Infinity, layers.length);
  const look = (to, n) => store.look({ layer: to >= n ? null : to });
  function put(layers, to) {
    const reason = tooMuch(layers);
    if (reason) {
      refuse(strings.problems[reason]({ layers: MOST_LAYERS, field: MOST_PIXELS }[reason]));
      return;
    }
    look(to, layers.length);
    store.commit({ ...store.state, layers });
  }
  return {
    level,
    select(to) {
      look(to, layersNow().length);
      const { field, jump } = steps(layersNow())[level()];
      say(strings.said(nameOf(layersNow()[level() - 1], level()), field, jump));
    },
    remove(at = level()) {
      if (at > 0)
        put(
          layersNow().filter((_, i) => i !== at - 1),
          Math.max(0, at - 1),
        );
    },
    shift(at, by) {
      const to = at + by;
      if (at < 1 || to < 1 || to > layersNow().length) return;
      const layers = [...layersNow()];
      layers.splice(to - 1, 0, ...layers.splice(at - 1, 1));
      put(layers, to);
    },
    insert(layer) {
      put([...layersNow().slice(0, level()), layer, ...layersNow().slice(level())], level() + 1);
    },
    edit(change) {
      const at = level();
      if (at)
        put(
          layersNow().map((each, i) => (i === at - 1 ? changed(each, change) : each)),
          at,
        );
    },
  };
}

/**
 * What a layer, or the image below the first one, is called.
 * @param {Layer | undefined} layer
 * @param {number} level
 * @returns {string}
 */
export const nameOf = (layer, level) =>
  level === 0 ? strings.stack.image : layer.name || strings.stack.unnamed(layer.kind, level);

/**
 * The unit that is looked at: the one of the chosen level that is nearest to a place of the photograph. `near` and
 * `box` may be asked about other layers than those of the moment.
 * @param {Shell} shell
 * @param {(layers?: Layer[]) => number} level
 * @param {{ shape: number[] }} picture rows and columns of the photograph
 */
export function createUnit({ store, say }, level, picture) {
  const now = () => store.state.layers;
  const sizes = (layers) => picture.shape.map((n) => mapSizes(layers, n)[level(layers)]);
  const step = (layers) => steps(layers)[level(layers)];
  const unit = {
    /**
     * [row, column] of the unit at a place [row, column] of the photograph.
     * @param {number[]} place
     * @param {Layer[]} layers
     */
    near: (place, layers = now()) => sizes(layers).map((n, axis) => unitAt(step(layers), n, place[axis])),
    /**
     * What unit [row, column] sees, in pixels of the photograph.
     * @param {number[]} at
     * @param {Layer[]} layers
     */
    box([r, c], layers = now()) {
      const { field, jump, start } = step(layers);
      return { top: start + r * jump, left: start + c * jump, size: field };
    },
    pin(place) {
      store.look({ at: place });
      say(strings.unit(...unit.near(place), unit.box([0, 0]).size));
    },
    move(dr, dc) {
      const [r, c] = unit.near(store.view.at);
      const last = sizes(now()).map((n) => (n || 1) - 1);
      const to = [r + dr, c + dc].map((v, axis) => Math.min(last[axis], Math.max(0, v)));
      store.look({ at: to.map((u) => centreOf(step(now()), u) - 0.5) });
      say(strings.unit(to[0], to[1], unit.box(to).size));
    },
  };
  return unit;
}
