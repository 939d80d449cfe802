import superjson from "superjson";
import { expect, test } from "vitest";
import { pack, packedOnce } from "@/server/trpc/packed-once";

test("a message for many is packed once, any other each time", () => {
  const message = packedOnce({ at: new Date(0) });
  expect(pack(message)).toBe(pack(message));
  expect(superjson.deserialize(pack(message))).toEqual({ at: new Date(0) });
  const own = { at: new Date(0) };
  expect(pack(own)).not.toBe(pack(own));
  expect(superjson.deserialize(pack(own))).toEqual(own);
  expect([1, null, "text", undefined].map((value) => superjson.deserialize(pack(value)))).toEqual([
    1,
    null,
    "text",
    undefined,
  ]);
});
