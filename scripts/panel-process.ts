import { spawn } from "node:child_process";
import { openSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
/** From start to the first answer: about a second, more on a machine that is building something beside. */
const startTimeoutMs = 60_000;
/** The panel ends itself in under 5 s after SIGTERM (server/stop.ts); then it is killed. */
const stopTimeoutMs = 10_000;
const pollMs = 200;

export interface PanelProcess {
  pid: number;
  /** Start time of the process as the kernel counts it: a pid alone may belong to somebody else by now. */
  startedAt: string;
}

const startTimeOf = (pid: number): string | null => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
};

const isAlive = (panel: PanelProcess): boolean => startTimeOf(panel.pid) === panel.startedAt;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/api/health`, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}

/** Starts the built panel in a process of its own that outlives this one; resolves when it answers. */
export async function startPanelProcess(options: {
  url: string;
  port: number;
  dataDirectory: string;
  logFile: string;
  /** Beside those of this process. */
  variables?: Readonly<Record<string, string>>;
}): Promise<PanelProcess> {
  if (await answers(options.url)) {
    throw new Error(
      `something answers at ${options.url} already: end it, or another panel would be taken for this one`,
    );
  }
  const out = openSync(options.logFile, "a", 0o600);
  const next = join(root, "node_modules/next/dist/bin/next");
  const argv = [next, "start", "--hostname", "127.0.0.1", "--port", String(options.port)];
  const child = spawn(join(root, "node_modules/.bin/node"), argv, {
    cwd: root,
    detached: true,
    stdio: ["ignore", out, out],
    env: {
      ...process.env,
      NODE_ENV: "production",
      NEXT_TELEMETRY_DISABLED: "1",
      NEXT_MANUAL_SIG_HANDLE: "1",
      TRIVET_DATA: options.dataDirectory,
      ...options.variables,
    },
  });
  child.unref();
  const pid = child.pid;
  const startedAt = pid === undefined ? null : startTimeOf(pid);
  if (pid === undefined || startedAt === null) throw new Error("the panel's process could not be started");
  const panel = { pid, startedAt };
  const until = performance.now() + startTimeoutMs;
  while (performance.now() < until) {
    if (await answers(options.url)) return panel;
    if (!isAlive(panel)) break;
    await pause(pollMs);
  }
  await stopPanelProcess(panel);
  throw new Error(
    `the panel does not answer at ${options.url}:\n${readFileSync(options.logFile, "utf8").split("\n").slice(-15).join("\n")}`,
  );
}

/** Ends it in order; kills it when that takes too long. Nothing happens when it is gone. */
export async function stopPanelProcess(panel: PanelProcess): Promise<void> {
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    if (!isAlive(panel)) return;
    process.kill(panel.pid, signal);
    const until = performance.now() + stopTimeoutMs;
    while (isAlive(panel) && performance.now() < until) await pause(pollMs);
  }
}

/** kill -9: for tests of what survives it. */
export function killPanelProcess(panel: PanelProcess): void {
  if (isAlive(panel)) process.kill(panel.pid, "SIGKILL");
}
