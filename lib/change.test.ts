import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { changeBetween, keeping, withChange } from "@/lib/change";

describe("what changed between two values", () => {
  test("is told by the fields that differ, and leaves the rest as the objects they were", () => {
    const before = {
      at: 1,
      nodes: [
        { name: "a", up: true },
        { name: "b", up: true },
      ],
      ha: { state: "known" },
    };
    const after = structuredClone({ ...before, at: 2 });
    Object.assign(after.nodes[1] ?? {}, { up: false });
    const change = changeBetween(before, after);
    expect(change).toEqual({ in: { at: { to: 2 }, nodes: { in: { 1: { in: { up: { to: false } } } } } } });
    const made = change && withChange(before, change);
    expect(made).toEqual(after);
    expect(made?.nodes[0]).toBe(before.nodes[0]);
    expect(made?.ha).toBe(before.ha);
  });

  test("names fields that are gone, and gives lists of another length whole", () => {
    expect(changeBetween({ a: 1, b: 2 }, { a: 1 })).toEqual({ in: {}, gone: ["b"] });
    expect(changeBetween({ a: 1, b: undefined }, { a: 1 })).toBeNull();
    expect(changeBetween([1], [1, 2])).toEqual({ to: [1, 2] });
    expect(changeBetween({ a: null }, { a: {} })).toEqual({ in: { a: { to: {} } } });
  });

  test("leads from any value to any other, also after it has travelled as JSON", () => {
    const plain = fc.jsonValue().filter((value) => !JSON.stringify(value).includes("__proto__"));
    fc.assert(
      fc.property(plain, plain, (one, other) => {
        const [before, after]: unknown[] = JSON.parse(JSON.stringify([one, other]));
        const change = changeBetween(before, after);
        const made = change === null ? before : withChange(before, JSON.parse(JSON.stringify(change)));
        expect(made).toEqual(after);
      }),
    );
  });

  test("keeps what differs in some fields only", () => {
    const only = new Set(["at"]);
    const before = { at: 1, link: { at: 1, up: true }, ha: { at: 1, list: [{ at: 1, ms: 4 }] } };
    const confirmed = { at: 2, link: { at: 2, up: true }, ha: { at: 2, list: [{ at: 2, ms: 4 }] } };
    expect(keeping(before, confirmed, only)).toBe(before);
    const news = { ...confirmed, link: { at: 3, up: false } };
    const kept = keeping(before, news, only);
    expect(kept).toEqual({ at: 2, link: { at: 3, up: false }, ha: before.ha });
    expect(kept.ha).toBe(before.ha);
    expect(keeping<unknown>([1], [1, 2], only)).toEqual([1, 2]);
    expect(keeping<unknown>({ a: 1 }, { b: 1 }, only)).toEqual({ b: 1 });
    expect(keeping<unknown>({ a: 1 }, { a: undefined }, only)).toEqual({ a: undefined });
    expect(keeping<unknown>({ a: 1 }, null, only)).toBeNull();
  });
});
