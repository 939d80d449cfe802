import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { onNode } from "@/bench/bench-lab";
import * as lab from "@/lab/cluster";
import { enterNode } from "@/lab/containers";
import { requireUp } from "@/lab/state";

const script = readFileSync(join(import.meta.dirname, "consul-changes.sh"), "utf8");
const command = (...args: readonly string[]): string[] => ["bash", "-c", script, "consul-changes", ...args];
/** EPOCHREALTIME's seconds; the nodes' clock is this machine's. */
const milliseconds = (seconds: string): number => Number(seconds) * 1000;

export const consulGet = (node: string, key: string): Promise<string> => onNode(node, command("get", key));

/** Writes the values one after another through that node's agent; when each was sent, in milliseconds since 1970. */
export async function consulPut(
  node: string,
  key: string,
  values: readonly string[],
  pauseSeconds: number,
): Promise<number[]> {
  const result = await lab.exec(node, command("put", key, String(pauseSeconds)), {
    input: `${values.join("\n")}\n`,
    timeoutMs: 60_000 + values.length * (pauseSeconds + 2) * 1000,
  });
  const sent = result.stdout.split("\n").filter((line) => line !== "");
  if (result.code !== 0 || sent.length !== values.length)
    throw new Error(`writing ${key} on ${node}: exit ${result.code} after ${sent.length} values: ${result.stderr}`);
  return sent.map(milliseconds);
}

export interface HealthChange {
  at: number;
  health: string;
}

/** Consul's own word about `watched`, as the agent of `node` gives it the moment it knows. */
export function watchHealth(node: string, watched: string): { changes: HealthChange[]; stop(): void } {
  const [file = "", ...args] = enterNode(lab.findNode(requireUp(), node), command("health", watched));
  const child = spawn(file, args, { stdio: ["ignore", "pipe", "inherit"] });
  const changes: HealthChange[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => {
    const [seconds = "", health = ""] = line.split(" ");
    changes.push({ at: milliseconds(seconds), health });
  });
  return { changes, stop: () => void child.kill("SIGKILL") };
}
