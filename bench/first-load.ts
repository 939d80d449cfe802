// The first load of a page in a browser that has nothing of it yet: what travels, and when it can be used.
import type { BrowserContext, CDPSession, Frame, Page } from "@playwright/test";

/** That long nothing may block (50 ms and more: a "long task") or be fetched. Shorter: a pause between two parts counts as the end. Longer: bench time. */
const quietMs = 2_000;
/** A console that is not there by then does not work at all. */
const loadTimeoutMs = 90_000;
const pollMs = 50;

export interface FirstLoad {
  /** As they travelled: compressed where the server compressed, headers included. */
  bytes: number;
  /** Of the scripts, without their headers. */
  scriptBytes: number;
  requests: number;
  /** From the order to open the page until its figures are seen. */
  shownMs: number;
  /** Until nothing blocks it any more either. */
  interactiveMs: number;
}

interface Request {
  script: boolean;
  bytes: number;
  body: number;
  live: boolean;
  ended: boolean;
}

/** `context` is signed in and has never had this page. `isShown` finds what somebody opens it for. */
export async function firstLoad(
  context: BrowserContext,
  url: string,
  isShown: (frames: readonly Frame[]) => Promise<boolean>,
): Promise<FirstLoad> {
  const page = await context.newPage();
  try {
    await page.addInitScript(recordLongTasks);
    const traffic = await watchTraffic(page);
    const beganMs = Date.now();
    await page.goto(url, { waitUntil: "commit", timeout: loadTimeoutMs });
    const until = performance.now() + loadTimeoutMs;
    const inTime = (what: string): void => {
      if (performance.now() > until)
        throw new Error(`${url}: ${what} within ${loadTimeoutMs / 1000} s; it is at ${page.url()}`);
    };
    while (!(await isShown(page.frames()).catch(() => false))) {
      inTime("shows no figures");
      await pause(pollMs);
    }
    const shownMs = Date.now() - beganMs;
    for (;;) {
      inTime("does not come to rest");
      await pause(pollMs * 4);
      const blockedMs = await page.evaluate(() => Number(Reflect.get(window, "benchLastLongTaskEnd") ?? 0));
      const lastMs = Math.max(shownMs, blockedMs === 0 ? 0 : blockedMs - beganMs, traffic.lastMs() - beganMs);
      if (Date.now() - beganMs - lastMs < quietMs) continue;
      return {
        ...traffic.total(),
        shownMs,
        interactiveMs: Math.max(shownMs, blockedMs === 0 ? 0 : blockedMs - beganMs),
      };
    }
  } finally {
    await page.close();
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs in the page before anything of it. Wall clock, because frames have clocks of their own. */
function recordLongTasks(): void {
  if (window !== window.top) return;
  new PerformanceObserver((list) => {
    for (const task of list.getEntries()) {
      const end = performance.timeOrigin + task.startTime + task.duration;
      Object.assign(window, {
        benchLastLongTaskEnd: Math.max(Number(Reflect.get(window, "benchLastLongTaskEnd") ?? 0), end),
      });
    }
  }).observe({ type: "longtask", buffered: true });
}

async function watchTraffic(page: Page) {
  const session: CDPSession = await page.context().newCDPSession(page);
  const requests = new Map<string, Request>();
  let socketBytes = 0;
  let lastMs = 0;
  const of = (id: string): Request => {
    const known = requests.get(id) ?? { script: false, bytes: 0, body: 0, live: false, ended: false };
    requests.set(id, known);
    return known;
  };
  session.on("Network.requestWillBeSent", ({ requestId, type, request }) => {
    if (request.url.startsWith("data:")) return;
    lastMs = Date.now();
    const one = of(requestId);
    one.script = type === "Script";
    one.live = type === "EventSource";
  });
  session.on("Network.dataReceived", ({ requestId, encodedDataLength }) => {
    const one = requests.get(requestId);
    if (one === undefined) return;
    if (!one.live) lastMs = Date.now();
    one.body += encodedDataLength;
    if (!one.ended) one.bytes += encodedDataLength;
  });
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const one = requests.get(requestId);
    if (one === undefined) return;
    if (!one.live) lastMs = Date.now();
    one.bytes = encodedDataLength;
    one.ended = true;
  });
  session.on("Network.webSocketFrameReceived", ({ response }) => {
    socketBytes += response.payloadData.length;
  });
  await session.send("Network.enable");
  return {
    lastMs: () => lastMs,
    total: () => {
      const all = [...requests.values()];
      const bytesOf = (some: readonly Request[]): number => some.reduce((sum, { bytes }) => sum + bytes, 0);
      return {
        bytes: bytesOf(all) + socketBytes,
        scriptBytes: all.reduce((sum, { script, body }) => sum + (script ? body : 0), 0),
        requests: all.length,
      };
    },
  };
}
