// How smoothly a page is drawn.
import type { Page } from "@playwright/test";
import { percentile, rounded } from "@/bench/figures";

/** A screen shows sixty frames a second, one every 16.7 ms. */
const lateMs = 20;

export interface FrameFigures {
  perSecond: number;
  /** Share of the frames that came more than 20 ms after the one before. */
  late: number;
  /** Between two frames, milliseconds. */
  p95: number;
  max: number;
}

/** Of the times at which frames were drawn, in milliseconds. Pure. */
export function frameFigures(times: readonly number[]): FrameFigures {
  const gaps = times.slice(1).map((time, at) => time - (times[at] ?? time));
  const took = gaps.reduce((sum, gap) => sum + gap, 0);
  return {
    perSecond: rounded((gaps.length * 1000) / took, 1),
    late: rounded(gaps.filter((gap) => gap > lateMs).length / gaps.length),
    p95: rounded(percentile(gaps, 95), 1),
    max: rounded(Math.max(...gaps), 1),
  };
}

export async function countFrames(page: Page, ms: number): Promise<FrameFigures> {
  // The compiler of the benches wraps functions in this helper of its own, which the page does not have.
  await page.evaluate("globalThis.__name = (named) => named");
  return frameFigures(await page.evaluate(frameTimes, ms));
}

/** Runs in the page. */
const frameTimes = (ms: number): Promise<number[]> =>
  new Promise((resolve) => {
    const times: number[] = [];
    const until = performance.now() + ms;
    const frame = (): void => {
      times.push(performance.now());
      if (performance.now() < until) requestAnimationFrame(frame);
      else resolve(times);
    };
    requestAnimationFrame(frame);
  });
