// What can be seen of a failover from beside it: one observer on each survivor, and the guest's page from this machine.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import * as lab from "@/lab/cluster";
import { enterNode } from "@/lab/containers";
import { requireUp } from "@/lab/state";

const script = readFileSync(join(import.meta.dirname, "failover-observer.py"), "utf8");

/** In the order in which they happen; each counts from the cut. */
export const seenPhases = ["detected", "freed", "taken", "fenced", "running", "http"] as const;
export type SeenPhase = (typeof seenPhases)[number];
const isPhase = (word: string): word is SeenPhase => seenPhases.some((phase) => phase === word);

/** Two cores emulate the guest and carry three nodes: an unanswered question must not outlast the next. */
const pageTimeoutMs = 1_000;
const pageEveryMs = 100;
/** An observer imports librados and reads the token first. */
const readyTimeoutMs = 30_000;

export interface OwnerBefore {
  node: string;
  storageIp: string;
  epoch: number;
  /** QEMU's storage address, null when it is not on record. */
  address: string | null;
  cephUser: string;
}

/** Milliseconds since 1970 at which each thing was first seen by anybody. */
export interface Sighting {
  seen: Map<SeenPhase, number>;
  takenBy: () => string | null;
  stop(): void;
}

/** Returns when every observer looks. `page` is asked from `follow()` on, because the old owner answers before. */
export async function observe(
  owner: OwnerBefore,
  survivors: readonly string[],
  page: string,
): Promise<Sighting & { follow(): void }> {
  const seen = new Map<SeenPhase, number>();
  let taker: string | null = null;
  let stopped = false;
  const note = (phase: SeenPhase, at: number): void => {
    const before = seen.get(phase);
    if (before === undefined || at < before) seen.set(phase, at);
  };
  const children = survivors.map((name) => {
    const facts = [owner.node, owner.storageIp, String(owner.epoch), owner.address ?? "-", owner.cephUser];
    const argv = enterNode(lab.findNode(requireUp(), name), ["python3", "-u", "-c", script, ...facts]);
    const [file = "", ...args] = argv;
    return spawn(file, args, { stdio: ["pipe", "pipe", "inherit"] });
  });
  const ready = children.map(
    (child) =>
      new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error("an observer has not begun to look")), readyTimeoutMs);
        createInterface({ input: child.stdout }).on("line", (line) => {
          const [seconds = "", what = "", detail = ""] = line.split(" ");
          if (what === "watching") {
            clearTimeout(timer);
            resolve();
          } else if (isPhase(what)) note(what, Number(seconds) * 1000);
          if (what === "taken") taker = detail;
        });
        child.on("error", reject);
      }),
  );
  const stop = (): void => {
    stopped = true;
    for (const child of children) child.kill("SIGKILL");
  };
  const askPage = async (): Promise<void> => {
    while (!stopped && !seen.has("http")) {
      const answered = await fetch(page, { signal: AbortSignal.timeout(pageTimeoutMs) }).then(
        (response) => response.ok,
        () => false,
      );
      if (answered) note("http", Date.now());
      await new Promise((resolve) => setTimeout(resolve, pageEveryMs));
    }
  };
  try {
    await Promise.all(ready);
  } catch (error) {
    stop();
    throw error;
  }
  return { seen, takenBy: () => taker, stop, follow: () => void askPage() };
}
