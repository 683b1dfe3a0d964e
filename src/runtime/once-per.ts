/**
 * Computes once for each object, and remembers it for as long as the object lives: for pure functions of what is never changed in place, as
 * whatever a watch brought is.
 */
export function oncePer<K extends object, V>(compute: (key: K) => V): (key: K) => V {
  const known = new WeakMap<K, { readonly value: V }>();
  return (key) => {
    const found = known.get(key) ?? { value: compute(key) };
    known.set(key, found);
    return found.value;
  };
}
