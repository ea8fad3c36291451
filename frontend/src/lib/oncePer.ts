/**
 * A function that is not asked twice about the same: it gives what it gave last while its arguments are the
 * same ones. For what is made of all keys: a selector runs at each change, and again for each render.
 */
export function oncePer<A extends readonly unknown[], R>(of: (...about: A) => R): (...about: A) => R {
  let last: { about: A; is: R } | null = null
  return (...about) => {
    if (!last?.about.every((one, i) => one === about[i])) last = { about, is: of(...about) }
    return last.is
  }
}
