/** What was measured beforehand: scores of a network against noise and filter, and what they say of a state. */

/** Where a value lies among the measured ones: 0 is the first, 1.5 halfway (in ratio) from the second to the third. */
export function placeOf(values, value) {
  for (let i = 0; i < values.length - 1; i++) {
    const share = Math.log(value / values[i]) / Math.log(values[i + 1] / values[i]);
    if (share < 1) return i + share;
  }
  return values.length - 1;
}

/** Of a row of numbers, the one at a place between two. */
export function between(row, place) {
  const i = Math.min(row.length - 1, Math.floor(place));
  return row[i] + (place - i) * ((row[i + 1] ?? row[i]) - row[i]);
}

/** Whether the surface says something of a state: it was measured with as much salt as pepper. */
export const even = ({ noise, salt }) => noise !== "salt-and-pepper" || salt === 0.5;

const top = (values) => values.indexOf(Math.max(...values));

/** `{ columns, strengths, settings, rows, network }` of a widget's constant data. */
export function createSurface({ noises, filters, surface }) {
  const columns = filters.flatMap(({ name, values }) => values.map((setting) => ({ filter: name, setting })));
  const strengths = Object.fromEntries(noises.map(({ name, values }) => [name, values]));
  const settings = Object.fromEntries(filters.map(({ name, values }) => [name, values]));

  /** The measured scores against a noise: a row for each strength, a column for each filter and setting. */
  const rows = (noise, score) => {
    const all = surface.scores[noise][score];
    return strengths[noise].map((_, i) => all.slice(i * columns.length, (i + 1) * columns.length));
  };

  /** One score of every filter and setting, at a row that may lie between two. */
  const across = (noise, score, row) => {
    const table = rows(noise, score);
    const one = (c) => table.map((r) => r[c]);
    return columns.map((_, c) => between(one(c), row));
  };

  /** What the network makes of a state: { row, column, exact, psnr, mean_iou, points, line, bestPsnr, bestIou }. */
  function network(state) {
    const { noise, strength, filter, setting } = state;
    const row = placeOf(strengths[noise], strength);
    const start = columns.findIndex((c) => c.filter === filter);
    const list = settings[filter];
    const place = setting === null ? 0 : placeOf(list, setting);
    const [decibels, ious] = [across(noise, "psnr", row), across(noise, "mean_iou", row)];
    const mine = (values) => values.slice(start, start + list.length);
    return {
      row,
      column: start + place,
      exact: Number.isInteger(row) && Number.isInteger(place) && even(state),
      psnr: between(mine(decibels), place),
      mean_iou: between(mine(ious), place),
      points: columns.map((c, i) => ({ ...c, psnr: decibels[i], mean_iou: ious[i] })),
      line: mine(decibels).map((x, i) => [x, mine(ious)[i]]),
      bestPsnr: top(decibels),
      bestIou: top(ious),
    };
  }

  return { columns, strengths, settings, rows, network, surface };
}
