/**
 * The markers that choose bands: R, G and B of the picture, and the band that a threshold cuts. Each is a slider; its
 * whole line can be dragged, and where lines lie close together the nearest is taken.
 */
import { h } from "../../web/ui/dom.js";
import { arrow } from "../../web/ui/keys.js";
import { strings } from "../words/en.js";

const NAMES = ["r", "g", "b", "t"];
const REACH = 16; // CSS pixels from a line to a pointer that takes it

/** `onBand(name, band, done, run)` reports a marker being moved, and put down; `run` is for keys, see store.js. */
export function createMarkers(shell, model, area, onBand) {
  const { bands } = model.cube;
  const markers = NAMES.map((name) => createMarker(shell, model, name, onBand));
  /** @type {typeof markers[number] | null} */
  let held = null;
  const bandAt = (event) => {
    const box = area.getBoundingClientRect();
    return Math.floor(((event.clientX - box.left) / box.width) * bands);
  };
  const away = ({ el }, x) => {
    const box = el.getBoundingClientRect();
    return box.width ? Math.abs((box.left + box.right) / 2 - x) : Infinity;
  };
  area.addEventListener("pointerdown", (event) => {
    const own = markers.find(({ handle }) => handle.contains(event.target));
    const nearest = markers.toSorted((a, b) => away(a, event.clientX) - away(b, event.clientX))[0];
    if (event.button !== 0 || (!own && away(nearest, event.clientX) > REACH)) return;
    held = own ?? nearest;
    held.busy = true;
    area.setPointerCapture(event.pointerId);
    event.preventDefault();
    held.el.focus();
  });
  area.addEventListener("pointermove", (event) => held?.put(bandAt(event), false));
  for (const type of ["pointerup", "pointercancel"]) {
    area.addEventListener(type, () => {
      const was = held;
      held = null;
      was?.put(was.now, true);
    });
  }
  area.append(...markers.map(({ el }) => el));
  return markers;
}

function createMarker(shell, model, name, onBand) {
  const { bands } = model.cube;
  const handle = h("span", { class: "handle" }, name === "t" ? "✂" : name.toUpperCase());
  const el = h(
    "div",
    {
      class: `marker ${name}`,
      role: "slider",
      tabindex: "0",
      "aria-label": strings.markers[name],
      "aria-valuemin": 1,
      "aria-valuemax": bands,
      "data-testid": `marker-${name}`,
      title: strings.markers[name],
    },
    handle,
  );
  const marker = {
    el,
    name,
    handle,
    now: 0,
    busy: false, // under a pointer, or by keys that are still down
    put(band, done) {
      marker.now = Math.min(bands - 1, Math.max(0, band));
      onBand(name, marker.now, done);
    },
    /** Where it stands, unless it is being moved; `words` say which band that is. */
    set(band, hidden, words) {
      if (!marker.busy) marker.now = band;
      el.hidden = hidden;
      el.style.left = `${(100 * (band + 0.5)) / bands}%`;
      el.setAttribute("aria-valuenow", band + 1);
      el.setAttribute("aria-valuetext", words);
    },
  };
  el.addEventListener("keydown", (event) => {
    const to = keyTarget(event, marker.now, model.sensors[shell.store.state.sensor], model);
    if (to === null || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    marker.busy = true;
    marker.put(to, false);
  });
  for (const type of ["keyup", "blur"]) {
    el.addEventListener(type, () => {
      if (!marker.busy) return;
      onBand(name, marker.now, true, `marker-${name}`);
      marker.busy = false;
    });
  }
  return marker;
}

/** The band that a key goes to; on a sensor with few bands it is the next of them. Null for other keys. */
function keyTarget(event, now, sensor, model) {
  const end = { Home: 0, End: model.cube.bands - 1 }[event.key];
  if (end !== undefined) return end;
  const by = arrow(event);
  if (!by) return null;
  const step = by[0] - by[1];
  const { boxes, centres } = sensor;
  if (!boxes) return now + step * (event.shiftKey ? 10 : 1);
  const order = centres.map((_, i) => i).sort((i, j) => centres[i] - centres[j]);
  const next = order.indexOf(model.boxOf(sensor, now)) + step;
  return Math.round(centres[order[Math.min(order.length - 1, Math.max(0, next))]]);
}
