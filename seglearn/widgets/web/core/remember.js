/**
 * Remembers the last few results of `work` by its first argument.
 * @template R
 * @param {(...rest: any[]) => R} work
 * @param {number} most results
 * @returns {(key: any, ...rest: any[]) => R}
 */
export function remembering(work, most) {
  const known = new Map();
  return (key, ...rest) => {
    if (!known.has(key)) known.set(key, work(...rest));
    if (known.size > most) known.delete(known.keys().next().value);
    return known.get(key);
  };
}
