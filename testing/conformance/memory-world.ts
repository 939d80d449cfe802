import { Duplex } from "node:stream";
import { AppError } from "@/contract/errors";
import type { CommandResult, DetachedUnitId, RemoteHost, RemoteHosts } from "@/server/ports/remote-host";

export interface ScriptedAnswer {
  code: number;
  stdout?: string;
  stderr?: string;
  /** As a unit it goes on until somebody ends it. */
  holds?: boolean;
}

interface Unit {
  readonly done: Promise<CommandResult>;
  readonly end: (result: CommandResult) => void;
}

export interface MemoryNode {
  readonly name: string;
  readonly files: Map<string, string>;
  /** Whatever else commands of the script keep on a node. */
  readonly state: Map<string, string>;
  /** Finished or running units by name; a name is executed at most once. */
  readonly units: Map<string, Unit>;
  highestFence: number;
}

/** What a command does on a node. Must be quick and total: an unknown command is an answer, not an exception. */
export type Script = (node: MemoryNode, argv: readonly string[], stdin: string | null) => ScriptedAnswer;

/** What answers a line at a unix socket of a node; null where nobody listens. */
export type Listener = (node: MemoryNode, socket: string, line: string) => string | null;

/** Nodes as plain data behind the RemoteHost port: enough to run a procedure thousands of times in a test. */
export class MemoryWorld implements RemoteHosts {
  readonly nodes = new Map<string, MemoryNode>();
  readonly #script: Script;
  readonly #listener: Listener;
  /** Every command that changed or could have changed something, in order: "node: command". */
  readonly sent: string[] = [];

  constructor(names: readonly string[], script: Script, listener: Listener = () => null) {
    this.#script = script;
    this.#listener = listener;
    for (const name of names)
      this.nodes.set(name, { name, files: new Map(), state: new Map(), units: new Map(), highestFence: 0 });
  }

  node(name: string): MemoryNode {
    const node = this.nodes.get(name);
    if (node === undefined) throw new AppError("node-unreachable", `no node ${name}`);
    return node;
  }

  /** What an operator would find: files and state, without the traces of how it came about. */
  snapshot(): unknown {
    return [...this.nodes.values()].map(({ name, files, state }) => ({
      name,
      files: sortedObject(files),
      state: sortedObject(state),
    }));
  }

  host(name: string): RemoteHost {
    const node = this.node(name);
    return {
      node: name,
      exec: async (argv, options) => {
        this.sent.push(`${name}: ${argv.join(" ")}`);
        return exited(this.#script(node, argv, inputOf(options.stdin)));
      },
      execDetached: async (id, argv, options) => {
        if (options.fence < node.highestFence) return exited({ code: 90, stderr: "a newer fence was seen" });
        node.highestFence = options.fence;
        const unit = node.units.get(unitName(id)) ?? this.#startUnit(node, unitName(id), argv, inputOf(options.stdin));
        const result = await Promise.race([unit.done, patience(options.timeoutMs, options.signal)]);
        if (result.stdout !== "") options.onOutput?.("stdout", result.stdout);
        return result;
      },
      stopDetached: async (id) => node.units.get(unitName(id))?.end({ ...silent, kind: "signalled", signal: "TERM" }),
      readFile: async (path) => node.files.get(path) ?? null,
      writeFile: async (path, content) => {
        this.sent.push(`${name}: write ${path}`);
        node.files.set(path, content);
      },
      upload: async (_local, remotePath, options) => {
        this.sent.push(`${name}: upload ${remotePath}`);
        node.files.set(remotePath, options.sha256);
        options.onProgress?.(1, 1);
      },
      reconnect: async ([address]) => address ?? "",
      sayTo: async (socket, { about, line }) => {
        const answer = this.#listener(node, socket, line);
        if (answer === null) return null;
        this.sent.push(`${name}: ${about}`);
        return exited({ code: 0, stdout: `${answer}\n` });
      },
      openTunnel: async () => new Duplex(),
    };
  }

  #startUnit(node: MemoryNode, name: string, argv: readonly string[], stdin: string | null): Unit {
    this.sent.push(`${node.name}: unit ${name}`);
    const { promise: done, resolve: end } = Promise.withResolvers<CommandResult>();
    // A turn later, as a real unit does: others may act, and the panel may die, between start and end.
    setImmediate(() => {
      const answer = this.#script(node, argv, stdin);
      if (answer.holds !== true) end(exited(answer));
    });
    const unit = { done, end };
    node.units.set(name, unit);
    return unit;
  }
}

/** What the caller hears when it stops waiting; the unit itself goes on. */
function patience(timeoutMs: number, signal: AbortSignal | undefined): Promise<CommandResult> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve({ ...silent, kind: "timed-out" }), Math.min(timeoutMs, 2 ** 31 - 1));
    timer.unref();
    const cancelled = (): void => resolve({ ...silent, kind: "cancelled" });
    if (signal?.aborted === true) cancelled();
    else signal?.addEventListener("abort", cancelled, { once: true });
  });
}

const silent = { stdout: "", stderr: "", seconds: 0 };

const sortedObject = (map: ReadonlyMap<string, string>): Record<string, string> =>
  Object.fromEntries([...map].toSorted(([a], [b]) => (a < b ? -1 : 1)));

const unitName = (id: DetachedUnitId): string => `trivet-${id.run}-${id.step}-${id.attempt}`;
const inputOf = (stdin: string | Buffer | undefined): string | null => (stdin === undefined ? null : stdin.toString());

const exited = ({ code, stdout = "", stderr = "" }: ScriptedAnswer): CommandResult => ({
  kind: "exited",
  code,
  stdout,
  stderr,
  seconds: 0,
});
