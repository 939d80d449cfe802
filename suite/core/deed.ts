import type { Sentence } from "@/contract/sentence";

/**
 * What the core may ask for. One *task* at a time changes the world; one *chore* at a time looks or tidies beside it.
 * Every deed answers with an outcome; `unknown` means it may or may not have happened.
 */
export interface TaskArguments {
  /** One transaction: intent unchanged, lock of the owner key, epoch + 1, fence record with the addresses to fence. */
  take: {
    startId: string;
    epochValue: number;
    epochIndex: number;
    intentIndex: number;
    fenceFirst: readonly string[];
    /** Storage client of the VM that runs here and is kept; null: nothing runs, or it is not known. */
    address: string | null;
  };
  /** Lock the owner key again at an unchanged epoch: nobody else started anything meanwhile. */
  reclaim: { startId: string; epoch: number; epochIndex: number; address: string | null };
  /** Blocklist `first`, then every watcher and lock holder of the image except this node's own living QEMU when `spareOwn`. */
  fence: { epoch: number; first: readonly string[]; spareOwn: boolean; markDown: string | null };
  /**
   * QEMU with its vCPUs stopped, its storage address into the owner record by a transaction that proves lock and epoch, then let
   * it run. So whoever takes the lock later knows every QEMU that ever ran, however late libvirt came to open the image. `not`:
   * addresses of older QEMUs. When any of it fails, QEMU is destroyed again.
   */
  create: { epoch: number; startId: string; not: readonly string[] };
  "ask-guest-off": Record<never, never>;
  destroy: Record<never, never>;
  /** QEMU's process and, where storage answers, its watcher are gone. */
  "confirm-gone": { address: string | null };
  /** Unlock the owner key. A kept address is what the next taker fences first. */
  release: { epoch: number; startId: string; address: string | null };
  /** A session of this node's own earlier zshad, which nobody renews any more. Frees whatever it still holds. */
  "end-session": { session: string };
  "announce-prepared": { operation: string };
  "fail-operation": { operation: string; error: string };
  migrate: { operation: string; target: string; startId: string; epoch: number };
  /** Both sides, asked after the migration command ended, whatever its exit status. */
  "judge-migration": { target: string; startId: string };
  "destroy-peer": { target: string; startId: string };
  resume: Record<never, never>;
  /** One transaction: unlock here, lock for the target's session, epoch + 1, operation done. */
  "hand-over": {
    operation: string;
    target: string;
    targetSession: string;
    startId: string;
    epochIndex: number;
    epoch: number;
  };
}

export interface ChoreArguments {
  "find-address": { not: readonly string[] };
  "ping-guest": Record<never, never>;
  "audit-watchers": { own: string | null };
  "stamp-epoch": { epoch: number; startId: string };
  /** After a migration: the addresses this node gives the guest. */
  "set-guest-network": Record<never, never>;
  "lift-fences": { addresses: readonly string[]; own: string | null };
  /** The same as the task, beside a copy that is under way. */
  reclaim: TaskArguments["reclaim"];
}

export type Task = {
  [K in keyof TaskArguments]: { readonly deed: K } & Readonly<TaskArguments[K]>;
}[keyof TaskArguments];
export type Chore = {
  [K in keyof ChoreArguments]: { readonly deed: K } & Readonly<ChoreArguments[K]>;
}[keyof ChoreArguments];
export type Deed = Task | Chore;

export type SideState = "running" | "paused" | "absent" | "unknown";

export type Outcome =
  | {
      readonly result: "done";
      /** take, hand-over: the new epoch. */
      readonly epoch?: number;
      /** create, find-address: own QEMU's; null: not there yet. */
      readonly address?: string | null;
      /** fence: what was blocklisted. audit-watchers: who has no business there. */
      readonly addresses?: readonly string[];
      /** judge-migration. */
      readonly here?: SideState;
      readonly there?: SideState;
    }
  | {
      readonly result: "failed";
      readonly because: Sentence;
      /** create: lock, epoch, intent or configuration refused it. Nothing is wrong with VM and host, so it is no crash. */
      readonly refused?: boolean;
    }
  | { readonly result: "unknown"; readonly because: Sentence };

export interface Pending<D extends Deed = Deed> {
  readonly id: number;
  readonly what: D;
  readonly since: number;
}

export interface Action {
  readonly id: number;
  readonly what: Deed;
}
