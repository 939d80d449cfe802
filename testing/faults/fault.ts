import type { Scene } from "@/testing/faults/scene";

/**
 * What must come of a fault:
 * `stays` the same boot of the guest goes on · `restarts` a new boot on the same node · `moves` a new boot on another node ·
 * `freezes` writes may stand still, the same boot goes on after the heal · `nothing-runs` nobody runs it until the heal,
 * then exactly one start · `stays-or-moves` at most one new boot.
 */
export type Outcome = "stays" | "restarts" | "moves" | "freezes" | "nothing-runs" | "stays-or-moves";

export interface Fault {
  /** Row of the fault matrix (docs/faults.md). */
  row: string;
  name: string;
  what: string;
  expect: Outcome;
  /** From the fault until the CPUs of the next QEMU run, on real machines. */
  boundSeconds: number;
  /** How long the fault lasts when nothing ends it: for outcomes in which nothing visible happens. */
  holdSeconds?: number;
  /** Whether the owner is hit: only then may another node take over. */
  hits: "owner" | "follower" | "cluster";
  nodes?: number;
  /** Part of the set that fits into a quarter of an hour. */
  ci?: boolean;
  /** May come at random, together with others. */
  chaos?: boolean;
  inject(scene: Scene): Promise<void>;
  heal(scene: Scene): Promise<void>;
  /** After the heal and after everything is well again: what else must be true. One sentence per thing that is not. */
  check?(scene: Scene): Promise<string[]>;
}

export const nothingToHeal = (): Promise<void> => Promise.resolve();
