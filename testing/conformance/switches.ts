import { AppError } from "@/contract/errors";
import type { RunJournal } from "@/server/engine/journal";
import type { RunLockStore } from "@/server/ports/run-lock-store";
import type { CommandResult, RemoteHost, RemoteHosts } from "@/server/ports/remote-host";

/** What never happens again in a process that was killed, or not before it is woken in one that was frozen. */
export class ProcessSwitch {
  #resume = Promise.withResolvers<void>();
  readonly #stopping = Promise.withResolvers<void>();
  readonly stopped = this.#stopping.promise;
  isStopped = false;

  /** kill -9 when nobody wakes it, SIGSTOP when somebody does. */
  stop(): void {
    this.isStopped = true;
    this.#stopping.resolve();
  }

  wake(): void {
    this.isStopped = false;
    this.#resume.resolve();
    this.#resume = Promise.withResolvers();
  }

  async pass(): Promise<void> {
    while (this.isStopped) await this.#resume.promise;
  }
}

export interface StopWhen {
  /** Right after this many writes became durable. */
  afterWrites?: number | undefined;
  /** Before the n-th command with this text goes out. */
  beforeSend?: { text: string; count: number } | undefined;
}

/** The journal as a process sees it that is stopped; counts the writes. */
export function stoppingJournal(journal: RunJournal, process: ProcessSwitch, when: StopWhen) {
  let writes = 0;
  let sends = 0;
  const isAtSend = (args: readonly unknown[]): boolean => {
    if (when.beforeSend === undefined || !JSON.stringify(args).includes(when.beforeSend.text)) return false;
    sends += 1;
    return sends === when.beforeSend.count;
  };
  const through = <TArgs extends unknown[], T>(call: (...args: TArgs) => Promise<T>, isWrite = false) => {
    return async (...args: TArgs): Promise<T> => {
      await process.pass();
      const result = await call(...args);
      if (isWrite) writes += 1;
      if (isWrite && (writes === when.afterWrites || isAtSend(args))) process.stop();
      await process.pass();
      return result;
    };
  };
  const seen: RunJournal = {
    create: through((run) => journal.create(run), true),
    load: through((id) => journal.load(id)),
    claimable: through((now) => journal.claimable(now)),
    claim: through((id, owner, now, until) => journal.claim(id, owner, now, until)),
    renew: through((id, owner, until) => journal.renew(id, owner, until)),
    release: through((id, owner) => journal.release(id, owner)),
    request: through((id, request) => journal.request(id, request)),
    events: through((id, after, limit) => journal.events(id, after, limit)),
    append: through((id, owner, seq, write, until) => journal.append(id, owner, seq, write, until), true),
  };
  return { journal: seen, writes: () => writes };
}

/** The cluster's lock as a process reaches it that can be stopped. */
export function stoppingLock(lock: RunLockStore, process: ProcessSwitch): RunLockStore {
  const through = <TArgs extends unknown[], T>(call: (...args: TArgs) => Promise<T>) => {
    return async (...args: TArgs): Promise<T> => {
      await process.pass();
      return call(...args);
    };
  };
  return {
    read: through(() => lock.read()),
    createSession: through((ttl) => lock.createSession(ttl)),
    renewSession: through((session) => lock.renewSession(session)),
    destroySession: through((session) => lock.destroySession(session)),
    acquire: through((value, session) => lock.acquire(value, session)),
  };
}

export type Cut = { readonly send: number; readonly when: "before" | "after" };
/** A node that dies with the n-th send to it under way: that is done and its answer lost, and nothing reaches it any more. */
export type Death = { readonly node: string; readonly send: number };
export interface HostFaults {
  readonly cut?: Cut | undefined;
  readonly death?: Death | undefined;
}

/** Hosts of a process that can be stopped, over connections that are cut once, before or after their n-th send, or of a node that dies. */
export function fragileHosts(
  hosts: RemoteHosts,
  process: ProcessSwitch,
  { cut, death }: HostFaults,
  onSend: () => void = () => undefined,
): RemoteHosts & { sends: () => number; sendsTo: (node: string) => number } {
  let sends = 0;
  const sendsTo = new Map<string, number>();
  async function send<T>(node: string, act: () => Promise<T>, lost: () => T): Promise<T> {
    await process.pass();
    sends += 1;
    const sent = (sendsTo.get(node) ?? 0) + 1;
    sendsTo.set(node, sent);
    onSend();
    if (death?.node === node && sent > death.send)
      throw new AppError("node-unreachable", `nobody answers at ${node}`, { facts: { node } });
    const isCut = cut !== undefined && sends === cut.send;
    if (isCut && cut.when === "before") return lost();
    const result = await act();
    await process.pass();
    return isCut || (death?.node === node && sent === death.send) ? lost() : result;
  }
  const host = (name: string): RemoteHost => {
    const real = hosts.host(name);
    const noAnswer = (): CommandResult => ({ kind: "disconnected", reason: "cut", stdout: "", stderr: "", seconds: 0 });
    const unreachable = (): never => {
      throw new AppError("node-unreachable", `the connection to ${name} was cut`);
    };
    return {
      node: name,
      exec: (argv, options) => send(name, () => real.exec(argv, options), noAnswer),
      execDetached: (id, argv, options) => send(name, () => real.execDetached(id, argv, options), noAnswer),
      stopDetached: (id) => send(name, () => real.stopDetached(id), unreachable),
      readFile: (path) => send(name, () => real.readFile(path), unreachable),
      writeFile: (path, content, options) => send(name, () => real.writeFile(path, content, options), unreachable),
      upload: (local, remote, options) => send(name, () => real.upload(local, remote, options), unreachable),
      reconnect: (addresses, options) => send(name, () => real.reconnect(addresses, options), unreachable),
      sayTo: (socket, said, options) => send(name, () => real.sayTo(socket, said, options), noAnswer),
      openTunnel: (address, port) => send(name, () => real.openTunnel(address, port), unreachable),
    };
  };
  return { host, sends: () => sends, sendsTo: (node) => sendsTo.get(node) ?? 0 };
}
