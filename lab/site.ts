// Where a lab's nodes and switch are: on this machine (single networks) or in the rig's virtual one (bonded networks).
import type { GivenFile } from "@/lab/node-layer";
import type { PlannedNode } from "@/lab/plan";
import type { CommandResult, RunOptions } from "@/lab/shell";
import type { LabState } from "@/lab/state";

export interface Site {
  /** Downloads and builds; nothing to do when the caches are warm. Its answer is the state's `root`. */
  fetch(): Promise<string>;
  /** Switch, cables to the host and disks, from nothing. The nodes are off. Answers with each node's empty disks. */
  make(state: LabState, nodes: readonly PlannedNode[], files: readonly GivenFile[]): Promise<Record<string, string[]>>;
  /** Switches the node on, unless it is, and waits for the end of its boot. */
  powerOn(node: PlannedNode, state: LabState): Promise<void>;
  /** A power cut: cables first, then everything at once. */
  powerOff(node: PlannedNode, state: LabState): Promise<void>;
  shutDown(node: PlannedNode, state: LabState): Promise<void>;
  /** One machine more, as an installer leaves it. The node is off. Answers with its empty disks. */
  deliver(node: PlannedNode, state: LabState): Promise<string[]>;
  /** Another machine in its place: a new system as an installer leaves it, empty disks. The node is off. */
  wipe(node: PlannedNode, state: LabState): Promise<void>;
  bootState(node: PlannedNode): Promise<"running" | "off" | "starting">;
  exec(node: PlannedNode, argv: readonly string[], options?: RunOptions): Promise<CommandResult>;
  /** With the caller's own standard streams. */
  execHere(node: PlannedNode, argv: readonly string[]): Promise<number>;
  signalByName(node: PlannedNode, name: string, which: "SIGSTOP" | "SIGCONT"): Promise<number[]>;
  /** Loads a whole nftables ruleset into the switch. */
  loadRuleset(ruleset: string): Promise<void>;
}
