import superjson, { type SuperJSONResult } from "superjson";

/** Messages that go to many readers, and what they are packed as once the first of them was served. */
const shared = new WeakMap<object, SuperJSONResult | null>();

/** Packed for the first reader and not again for the others. Nobody may change the message afterwards. */
export function packedOnce<T extends object>(message: T): T {
  if (!shared.has(message)) shared.set(message, null);
  return message;
}

export function pack(value: unknown): SuperJSONResult {
  if (typeof value !== "object" || value === null || !shared.has(value)) return superjson.serialize(value);
  const packed = shared.get(value) ?? superjson.serialize(value);
  shared.set(value, packed);
  return packed;
}
