import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { LabError } from "@/lab/lab-error";
import { MAX_DISKS, MAX_NODES, NETWORK_MODES, NETWORKS, STACKS } from "@/lab/plan";
import { STATE_DIR } from "@/lab/places";
import { DELIVERED, switchStateSchema } from "@/lab/rig/switch-state";

export const cutSchema = z.object({
  node: z.string(),
  network: z.enum([...NETWORKS, "all"]),
  peer: z.string().nullable(),
  direction: z.enum(["in", "out", "both"]),
  lossPercent: z.number().int().min(1).max(100),
  /** TCP and UDP ports, as nft writes them: "8300-8302, 8500". Null: every frame. */
  ports: z
    .string()
    .regex(/^\d+(-\d+)?(, ?\d+(-\d+)?)*$/)
    .nullable()
    .default(null),
});
export type Cut = z.infer<typeof cutSchema>;

const stateSchema = z.object({
  /** `starting` is written before the first namespace is made: a crash in `up` leaves it behind. */
  phase: z.enum(["starting", "up"]),
  networks: z.enum(NETWORK_MODES),
  nodes: z.number().int().min(1).max(MAX_NODES),
  disks: z.number().int().min(0).max(MAX_DISKS),
  root: z.string(),
  loops: z.record(z.string(), z.array(z.string())),
  cuts: z.array(cutSchema),
  /** Clock offset by node, in seconds. */
  clocks: z.record(z.string(), z.number()),
  /** Network stack by node; without an entry systemd-networkd. */
  stacks: z.record(z.string(), z.enum(STACKS)).default({}),
  /** All nodes see one folder of this machine. */
  shared: z.boolean().default(false),
  switch: switchStateSchema.default(DELIVERED),
});
export type LabState = z.infer<typeof stateSchema>;

const STATE_FILE = path.join(STATE_DIR, "cluster.json");

export function readState(): LabState | null {
  let text: string;
  try {
    text = readFileSync(STATE_FILE, "utf8");
  } catch {
    return null;
  }
  try {
    return stateSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new LabError(`${STATE_FILE} was written by another version of the lab: run 'lab down', then 'lab up'`, {
      cause,
    });
  }
}

export function writeState(state: LabState): void {
  mkdirSync(STATE_DIR, { recursive: true });
  writeFileSync(`${STATE_FILE}.new`, `${JSON.stringify(state, null, 2)}\n`);
  renameSync(`${STATE_FILE}.new`, STATE_FILE);
}

export function requireUp(): LabState {
  const state = readState();
  if (state?.phase !== "up") throw new LabError("the lab is not up: run 'npm run lab -- up' first");
  return state;
}
