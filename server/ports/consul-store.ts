import type { Sentence } from "@/contract/sentence";

/** Consul of one cluster as the panel sees it, through an SSH tunnel to some living node's loopback. */
export interface ConsulEntry {
  key: string;
  value: string;
  modifyIndex: number;
  session: string | null;
}

export interface ConsulMemberEntry {
  name: string;
  address: string;
  status: string;
  tags: Readonly<Record<string, string>>;
}

export interface MembersView {
  members: ConsulMemberEntry[];
  /** "IP:8300"; null when there is none. */
  leader: string | null;
}

/** `live` is said at every answer, also when nothing changed: it confirms what was told before. */
export type WatchState = (state: "live" | "unreachable", reason: Sentence | null) => void;

export interface ConsulStore {
  get(key: string): Promise<ConsulEntry | null>;
  list(prefix: string): Promise<ConsulEntry[]>;
  /** Check-and-set: false when somebody else wrote meanwhile. index 0 = must not exist. */
  put(key: string, value: string, modifyIndex: number): Promise<boolean>;
  members(): Promise<ConsulMemberEntry[]>;
  leader(): Promise<string | null>;
  /** Calls back with every change below prefix until aborted. Survives nodes dying; reports staleness through onState. */
  watch(
    prefix: string,
    options: { signal: AbortSignal; onEntries: (entries: ConsulEntry[]) => void; onState: WatchState },
  ): void;
  /** The same for membership and leader. */
  watchMembers(options: { signal: AbortSignal; onMembers: (view: MembersView) => void; onState: WatchState }): void;
}
