import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { placeBeside } from "@/components/ui/place-beside";

const view = { width: 1280, height: 720 };
const button = { left: 1200, top: 8, width: 32, height: 32 };

describe("placeBeside", () => {
  it("stands below the button, flush with its end", () => {
    expect(placeBeside(button, { width: 200, height: 100 }, view, "bottom", "end")).toEqual({ left: 1032, top: 46 });
  });

  it("goes across when there is no room on the side asked for", () => {
    const low = { ...button, top: 680 };
    expect(placeBeside(low, { width: 20, height: 100 }, view, "bottom", "center").top).toBe(680 - 6 - 100);
    expect(placeBeside(button, { width: 20, height: 100 }, view, "top", "center").top).toBe(46);
    expect(placeBeside(button, { width: 90, height: 20 }, view, "right", "center").left).toBe(1200 - 6 - 90);
  });

  it("never leaves a window it fits into", () => {
    const span = (most: number) => fc.integer({ min: 0, max: most });
    fc.assert(
      fc.property(
        fc.record({ left: span(1280), top: span(720), width: span(300), height: span(60) }),
        fc.record({ width: span(1264), height: span(704) }),
        fc.constantFrom("top", "right", "bottom", "left"),
        fc.constantFrom("start", "center", "end"),
        (anchor, own, side, align) => {
          const { left, top } = placeBeside(anchor, own, view, side, align);
          expect(left).toBeGreaterThanOrEqual(8);
          expect(top).toBeGreaterThanOrEqual(8);
          expect(left + own.width).toBeLessThanOrEqual(1272);
          expect(top + own.height).toBeLessThanOrEqual(712);
        },
      ),
    );
  });
});
