/**
 * What turns one piece of plain data into another: for an object, or a list of the same length, what differs in it; anything else is given
 * whole. As JSON carries it: a field without a value counts as absent.
 */
export type Change =
  | { readonly to: unknown }
  | { readonly in: Readonly<Record<string, Change>>; readonly gone?: readonly string[] };

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null;
const isSameKind = (one: Fields, other: Fields): boolean =>
  Array.isArray(one) ? Array.isArray(other) && one.length === other.length : !Array.isArray(other);

/** Null: nothing differs. */
export function changeBetween(before: unknown, after: unknown): Change | null {
  if (Object.is(before, after)) return null;
  if (!isFields(before) || !isFields(after) || !isSameKind(before, after)) return { to: after };
  const changes: [string, Change][] = [];
  for (const [key, value] of Object.entries(after)) {
    const change = value === undefined ? null : changeBetween(before[key], value);
    if (change !== null) changes.push([key, change]);
  }
  const gone = Object.keys(before).filter((key) => before[key] !== undefined && after[key] === undefined);
  if (changes.length === 0 && gone.length === 0) return null;
  return { in: Object.fromEntries(changes), ...(gone.length === 0 ? {} : { gone }) };
}

/** The same objects where nothing differs. The change must have been made from something equal to `before`. */
export function withChange<T>(before: T, change: Change): T;
export function withChange(before: unknown, change: Change): unknown {
  if ("to" in change) return change.to;
  const copy: Record<string, unknown> | unknown[] = Array.isArray(before) ? [...before] : { ...(before as object) };
  const fields = copy as Record<string, unknown>;
  for (const [key, inside] of Object.entries(change.in)) fields[key] = withChange(fields[key], inside);
  for (const key of change.gone ?? []) delete fields[key];
  return copy;
}

/**
 * `after`, of which everything that differs from `before` in nothing but these fields is left as it was, down to `before` itself. What differs in
 * more has these fields as they are now.
 */
export function keeping<T>(before: T, after: T, fields: ReadonlySet<string>): T;
export function keeping(before: unknown, after: unknown, fields: ReadonlySet<string>): unknown {
  if (Object.is(before, after)) return before;
  if (!isFields(before) || !isFields(after) || !isSameKind(before, after)) return after;
  const keys = Object.keys(after);
  let differs = keys.length !== Object.keys(before).length;
  const kept = keys.map((key): [string, unknown] => {
    if (fields.has(key)) return [key, after[key]];
    const inside = keeping(before[key], after[key], fields);
    differs ||= inside !== before[key] || !(key in before);
    return [key, inside];
  });
  if (!differs) return before;
  return Array.isArray(after) ? kept.map(([, inside]) => inside) : Object.fromEntries(kept);
}
