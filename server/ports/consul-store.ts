/** Consul of one cluster as the panel sees it, through an SSH tunnel to some living node's loopback. */
export interface ConsulEntry {
  key: string;
  value: string;
  modifyIndex: number;
  session: string | null;
}

export interface ConsulStore {
  get(key: string): Promise<ConsulEntry | null>;
  list(prefix: string): Promise<ConsulEntry[]>;
  /** Check-and-set: false when somebody else wrote meanwhile. index 0 = must not exist. */
  put(key: string, value: string, modifyIndex: number): Promise<boolean>;
  members(): Promise<{ name: string; address: string; status: string; tags: Readonly<Record<string, string>> }[]>;
  leader(): Promise<string | null>;
  /** Calls back with every change below prefix until aborted. Survives nodes dying; reports staleness through onState. */
  watch(
    prefix: string,
    options: {
      signal: AbortSignal;
      onEntries: (entries: ConsulEntry[]) => void;
      onState: (state: "live" | "unreachable", reason: string | null) => void;
    },
  ): void;
}
