/**
 * What each term of the formula, each output, input, weight and phase is made of; outputs count from before the
 * cropping.
 * @param {number} k kernel
 * @param {number} s stride
 * @param {number} p padding
 * @param {number} n inputs
 * @returns {Record<string, string[]>}
 */
export function litTerms(k, s, p, n) {
  const full = s * (n - 1) + k;
  const all = { inputs: [], stride: [], kernel: [], padding: [], result: [] };
  const add = (name, ...parts) => {
    all[name] ??= [];
    all[name].push(...parts);
  };
  for (let i = 0; i < n; i++) {
    add(`in-${i}`, `in-${i}`);
    add("inputs", `in-${i}`);
    if (i) add("stride", `step-${i}`);
    for (let j = 0; j < k; j++) {
      const o = i * s + j;
      const seg = `seg-${i}-${j}`;
      add(`in-${i}`, seg, `out-${o}`);
      add(`tap-${j}`, seg, `tap-${j}`);
      add(`phase-${j % s}`, seg, `tap-${j}`);
      add(`out-${o}`, seg, `in-${i}`, `tap-${j}`);
      if (i === 0) add("kernel", seg);
    }
  }
  for (let o = 0; o < full; o++) {
    add(`out-${o}`, `out-${o}`);
    add(`phase-${o % s}`, `out-${o}`);
    add(o < p || o >= full - p ? "padding" : "result", `out-${o}`);
  }
  for (let phase = 0; phase < s; phase++) add(`phase-${phase}`, `sum-${phase}`);
  return all;
}
