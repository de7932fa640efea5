/** Cuts of a histogram and Otsu's criterion; seglearn/classical/threshold.py does the same. */

/**
 * How many pixels each of the 256 grey levels has.
 * @param {Uint8Array} grey
 * @returns {Float64Array}
 */
export function histogram(grey) {
  const counts = new Float64Array(256);
  for (const level of grey) counts[level]++;
  return counts;
}

/**
 * The class of each pixel: how many cuts lie below its level. A cut at k lies between the levels k and k + 1.
 * @param {Uint8Array} grey
 * @param {number[]} cuts ascending
 * @returns {LabelMap}
 */
export function classesOf(grey, cuts) {
  const of = Uint8Array.from({ length: 256 }, (_, level) => cuts.filter((k) => k < level).length);
  return grey.map((level) => of[level]);
}

/**
 * Share of the pixels and mean of the values, in [0, 1], of each class of a histogram.
 * @param {Float64Array} counts
 * @param {number[]} cuts ascending
 * @returns {{ share: number, mean: number | null }[]} the mean is null where a class is empty
 */
export function classStatistics(counts, cuts) {
  const total = counts.reduce((a, b) => a + b, 0);
  return [...cuts, 255].map((end, i) => {
    let [n, moment] = [0, 0];
    for (let level = i ? cuts[i - 1] + 1 : 0; level <= end; level++) {
      n += counts[level];
      moment += (counts[level] * level) / 255;
    }
    return { share: n / total, mean: n ? moment / n : null };
  });
}

/**
 * Otsu's criterion: the variance between the classes, Σ ω (μ_class − μ)².
 * @param {Float64Array} counts
 * @param {number[]} cuts ascending
 * @returns {number}
 */
export function varianceBetween(counts, cuts) {
  const classes = classStatistics(counts, cuts);
  const mean = classes.reduce((sum, c) => sum + c.share * (c.mean ?? 0), 0);
  return classes.reduce((sum, c) => sum + (c.mean === null ? 0 : c.share * (c.mean - mean) ** 2), 0);
}

/**
 * The criterion for every place of one cut, the others staying where they are.
 * @param {Float64Array} counts
 * @param {number[]} cuts ascending
 * @param {number} which
 * @returns {(number | null)[]} for each of the levels 0 … 254; null where the cut cannot be
 */
export function criterionCurve(counts, cuts, which) {
  const [low, high] = [cuts[which - 1] ?? -1, cuts[which + 1] ?? 255];
  return Array.from({ length: 255 }, (_, k) =>
    k > low && k < high ? varianceBetween(counts, cuts.with(which, k)) : null,
  );
}

/**
 * The n cuts where the criterion is highest, the lowest of equals. Where there are fewer levels than classes, cuts
 * between all of them, and the last free ones.
 * @param {Float64Array} counts
 * @param {number} n
 * @returns {number[]}
 */
export function bestCuts(counts, n) {
  const used = [...counts.keys()].filter((level) => counts[level]);
  if (used.length <= n) {
    const between = used.slice(0, -1);
    const free = Array.from({ length: 255 }, (_, i) => 254 - i).filter((k) => !between.includes(k));
    return [...between, ...free.slice(0, n - between.length)].sort((a, b) => a - b);
  }
  const [number, moment] = [new Float64Array(257), new Float64Array(257)]; // of all levels below
  for (let level = 0; level < 256; level++) {
    number[level + 1] = number[level] + counts[level];
    moment[level + 1] = moment[level] + (counts[level] * level) / 255;
  }
  /**
   * The n μ² of the levels a … b.
   * @param {number} a
   * @param {number} b
   */
  const gain = (a, b) => {
    const pixels = number[b + 1] - number[a];
    return pixels ? (moment[b + 1] - moment[a]) ** 2 / pixels : 0;
  };
  let best = Array.from({ length: 256 }, (_, b) => gain(0, b)); // of levels 0 … b in as many classes as so far
  const from = [];
  for (let i = 0; i < n; i++) {
    const at = new Int16Array(256);
    best = best.map((_, b) => {
      let most = -Infinity;
      for (let a = 0; a < b; a++) {
        const sum = best[a] + gain(a + 1, b);
        if (sum > most) [most, at[b]] = [sum, a];
      }
      return most;
    });
    from.push(at);
  }
  const ends = [255];
  for (const at of from.reverse()) ends.unshift(at[ends[0]]);
  return ends.slice(0, -1);
}
