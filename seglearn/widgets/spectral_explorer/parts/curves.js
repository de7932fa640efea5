/** The drawing inside the plot, as SVG: spectra, what a sensor sees of them, and how well each band would split. */
export const TALL = 100; // of the drawing; it is as wide as there are bands

/** From where to where a response is above half of its peak. */
export function extent({ first, weights }) {
  const half = Math.max(...weights) / 2;
  const inside = weights.map((w, i) => [w, i]).filter(([w]) => w >= half);
  return [first + inside[0][1], first + inside.at(-1)[1] + 1];
}

const extentOf = ({ boxes }, b) => (boxes ? extent(boxes[b]) : [b, b + 1]);

/** The response of a band, as a hump that stands on the axis. */
function hump({ first, weights }) {
  const peak = Math.max(...weights);
  const top = (w) => TALL - 0.94 * TALL * (w / peak);
  return `M${first} ${TALL}${weights.map((w, i) => `V${top(w).toFixed(1)}H${first + i + 1}`).join("")}V${TALL}Z`;
}

/** One path through the values of all bands, broken where bands were left out. */
const curve = (values, breaks, y) =>
  Array.from(values, (v, b) => `${b && !breaks.includes(b - 1) ? "L" : "M"}${b + 0.5} ${y(v)}`).join("");

/** What a sensor with few bands sees: a bar as wide as the band, and a thin line from one to the next. */
function steps(values, { boxes, centres }, y) {
  const order = centres.map((_, i) => i).sort((i, j) => centres[i] - centres[j]);
  const bars = order.map((i) => {
    const [a, b] = extent(boxes[i]);
    return `M${a} ${y(values[i])}H${b}`;
  });
  return [bars.join(""), order.map((i, n) => `${n ? "L" : "M"}${centres[i] + 0.5} ${y(values[i])}`).join("")];
}

function sweepPath(sensor, sweep) {
  const bar = (iou, b) => {
    const [from, to] = extentOf(sensor, b);
    return `M${from} ${TALL}V${TALL - 0.3 * TALL * iou}H${to}V${TALL}Z`;
  };
  return sweep.map((iou, b) => (iou == null ? "" : bar(iou, b))).join("");
}

/**
 * The markup of all that is drawn.
 * @param {any} sensor
 * @param {{ kind: string, values: ArrayLike<number>, full: ArrayLike<number> }[]} lines `full`: what all bands see
 * @param {{ y: (v: number) => string, breaks: number[], behind: boolean, sweep: (number | null)[] | null, bands: number }}
 *   look `behind`: draw the full spectra faintly too
 */
export function drawing(sensor, lines, { y, breaks, behind, sweep, bands }) {
  const path = (kind, d) => {
    const pin = kind.match(/^pin-\d/);
    return `<path class="${kind}"${pin ? ` style="--pin: var(--${pin[0]})"` : ""} d="${d}"/>`;
  };
  let out = (sensor.boxes ?? []).map((box) => path("box", hump(box))).join("");
  for (const b of breaks) out += path("gap", `M${b + 1} 0V${TALL}`);
  if (sweep) out += path("sweep", sweepPath(sensor, sweep));
  for (const { kind, values, full } of lines) {
    if (!sensor.boxes) out += path(kind, curve(values, breaks, y));
    else {
      const [bars, line] = steps(values, sensor, y);
      if (behind) out += path(`${kind} behind`, curve(full, breaks, y));
      out += path(`${kind} thin`, line) + path(`${kind} bar`, bars);
    }
  }
  return `<svg viewBox="0 0 ${bands} ${TALL}" preserveAspectRatio="none">${out}</svg>`;
}
