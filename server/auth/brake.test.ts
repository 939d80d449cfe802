import { describe, expect, it } from "vitest";
import { afterFailure, type BrakeState, released, waitSecondsLeft } from "@/server/auth/brake";

const start = new Date("2026-01-01T00:00:00Z");
const after = (failures: number): BrakeState =>
  Array.from({ length: failures }).reduce<BrakeState>((state) => afterFailure(state, start), released);

describe("brake", () => {
  it("gives free tries, then a wait that doubles up to a bound", () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 8, 9, 30].map((failures) => waitSecondsLeft(after(failures), start));
    expect(waits).toEqual([0, 0, 0, 0, 2, 4, 8, 16, 30, 30]);
  });

  it("lets go when the wait is over, and remembers the failures", () => {
    const state = after(6);
    const later = new Date(start.getTime() + 4_000);
    expect(waitSecondsLeft(state, later)).toBe(0);
    expect(waitSecondsLeft(afterFailure(state, later), later)).toBe(8);
  });

  it("forgets after an hour without a try", () => {
    const later = new Date(start.getTime() + 3_700_000);
    expect(afterFailure(after(9), later).failures).toBe(1);
  });
});
