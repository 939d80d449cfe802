import type { Client } from "ssh2";
import { AppError } from "@/contract/errors";
import { say } from "@/contract/sentence";
import { openClient } from "@/server/adapters/ssh/open-client";
import type { SshTarget } from "@/server/adapters/ssh/ssh-target";

/**
 * sshd allows 10 sessions per connection but frees them late: with 8 of ours one in six was refused, with 4 none of 500.
 * Forwarded channels are not sessions and are not counted.
 */
const sessionsPerConnectionMax = 4;
/** 16 commands at once on one node; the 17th waits. */
const connectionsPerNodeMax = 4;
/** Shorter makes every look at a page pay a handshake again; longer keeps sshd processes on nodes nobody looks at. */
const idleCloseMs = 120_000;

interface Connection {
  client: Client;
  sessions: number;
  tunnels: number;
  /** Takes no new work: it broke, or a command was abandoned on it whose session sshd still counts. */
  retired: boolean;
  idleTimer: NodeJS.Timeout | null;
}

/** A reserved session on a live connection. */
export interface Loan {
  client: Client;
  /** `abandon`: something may still run on it, so it must not be given to others. */
  release(outcome: "reusable" | "abandon"): void;
}

/** All connections of the panel to one node. Opened when needed, closed when idle; a broken one is replaced by the next loan. */
export class NodeConnections {
  readonly #open: Connection[] = [];
  readonly #waiting: { admit: () => void; refuse: (error: unknown) => void }[] = [];
  #opening = 0;
  #closed = false;

  constructor(readonly target: SshTarget) {}

  async session(): Promise<Loan> {
    for (;;) {
      if (this.#closed) throw new AppError("cancelled", say("connections-closed", { node: this.target.node }));
      const free = this.#open.find((one) => !one.retired && one.sessions < sessionsPerConnectionMax);
      if (free) return this.#lend(free, "sessions");
      // Whoever finds places still being opened for others waits for one instead of opening more.
      const coming = this.#opening * sessionsPerConnectionMax;
      const wanted = this.#opening + this.#waiting.length;
      const usable = this.#open.filter((one) => !one.retired).length + this.#opening;
      if (wanted >= coming && usable < connectionsPerNodeMax) await this.#connect();
      else await new Promise<void>((admit, refuse) => this.#waiting.push({ admit, refuse }));
    }
  }

  async tunnel(): Promise<Loan> {
    if (this.#closed) throw new AppError("cancelled", say("connections-closed", { node: this.target.node }));
    const live = this.#open.find((one) => !one.retired);
    return this.#lend(live ?? (await this.#connect()), "tunnels");
  }

  close(): void {
    this.#closed = true;
    for (const one of this.#open) one.client.destroy();
    this.#admitAll();
  }

  #lend(connection: Connection, kind: "sessions" | "tunnels"): Loan {
    connection[kind] += 1;
    if (connection.idleTimer) clearTimeout(connection.idleTimer);
    connection.idleTimer = null;
    let released = false;
    return {
      client: connection.client,
      release: (outcome) => {
        if (released) return;
        released = true;
        connection[kind] -= 1;
        if (outcome === "abandon") connection.retired = true;
        this.#settle(connection);
        this.#admitAll();
      },
    };
  }

  #settle(connection: Connection): void {
    if (connection.sessions > 0 || connection.tunnels > 0) return;
    if (connection.retired) {
      connection.client.destroy();
      return;
    }
    connection.idleTimer = setTimeout(() => {
      connection.retired = true;
      connection.client.end();
    }, idleCloseMs);
    connection.idleTimer.unref();
  }

  async #connect(): Promise<Connection> {
    this.#opening += 1;
    try {
      const { target } = this;
      const client = await openClient({ ...target, credentials: { kind: "key", privateKey: target.privateKey } });
      const connection: Connection = { client, sessions: 0, tunnels: 0, retired: false, idleTimer: null };
      client.on("close", () => {
        connection.retired = true;
        if (connection.idleTimer) clearTimeout(connection.idleTimer);
        const position = this.#open.indexOf(connection);
        if (position >= 0) this.#open.splice(position, 1);
        this.#admitAll();
      });
      if (this.#closed) {
        client.destroy();
        throw new AppError("cancelled", say("connections-closed", { node: target.node }));
      }
      this.#open.push(connection);
      this.#opening -= 1;
      this.#admitAll();
      return connection;
    } catch (error) {
      this.#opening -= 1;
      // What was true for one attempt is told to all who waited for it: in turn, each would wait for its own time-out.
      if (this.#open.length === 0) for (const waiter of this.#waiting.splice(0)) waiter.refuse(error);
      else this.#admitAll();
      throw error;
    }
  }

  #admitAll(): void {
    for (const waiter of this.#waiting.splice(0)) waiter.admit();
  }
}

/** The name is part of it: what goes wrong on these connections is told under it. */
const loginOf = ({ node, user, address, port, pin, privateKey }: SshTarget): string =>
  JSON.stringify([node, user, address, port, pin.fingerprint, privateKey]);

/** One set of connections per login, shared by everything in this process. */
export class SshConnections {
  readonly #byLogin = new Map<string, NodeConnections>();

  to(target: SshTarget): NodeConnections {
    const login = loginOf(target);
    const known = this.#byLogin.get(login);
    if (known) return known;
    const opened = new NodeConnections(target);
    this.#byLogin.set(login, opened);
    return opened;
  }

  /** The next use opens a new connection; what still runs on the old ones ends as disconnected. */
  renew(target: SshTarget): void {
    const login = loginOf(target);
    this.#byLogin.get(login)?.close();
    this.#byLogin.delete(login);
  }

  close(): void {
    for (const one of this.#byLogin.values()) one.close();
    this.#byLogin.clear();
  }
}
