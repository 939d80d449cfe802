/** The key `zsha/run` of one cluster: a lock that a session holds. Every call throws when no node's Consul gives an answer. */
export interface RunLockStore {
  /** Null: there is no such key. `session` null: nobody holds it, the value is of the last holder. */
  read(): Promise<{ readonly value: string; readonly session: string | null } | null>;
  createSession(ttlSeconds: number): Promise<string>;
  /** False: Consul no longer knows the session, so whatever it held is free. */
  renewSession(session: string): Promise<boolean>;
  /** Frees what the session holds. A session that is gone already is fine. */
  destroySession(session: string): Promise<void>;
  /** Writes and locks while the session holds the key or nobody does; false when another session holds it. */
  acquire(value: string, session: string): Promise<boolean>;
}
