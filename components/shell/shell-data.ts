import type { RunState } from "@/contract/run";

/** What the frame knows of the world: names to jump to and runs under way. */
export interface ShellCluster {
  id: string;
  name: string;
  nodes: readonly string[];
}

export interface ShellRun {
  id: string;
  kind: string;
  state: RunState;
  clusterName: string | null;
  at: string;
  /** 0…1 of the expected work. */
  fraction: number;
  /** At work or standing still; null: none just now. */
  step: string | null;
}
