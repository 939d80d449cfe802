import { shellQuote } from "@/lib/shell-quote";
import type { CommandResult, DetachedUnitId, RemoteHost } from "@/server/ports/remote-host";

export interface HostGuard {
  readonly signal: AbortSignal;
  /** Makes "this goes to that node now" durable and checks that the run is still ours. Throws when it is not. */
  beforeSend(node: string, text: string, unit: { step: string; attempt: number } | null): Promise<void>;
  /** Sees every result, so that a lost answer is known even when the step's code does not care. */
  afterResult(node: string, text: string, result: CommandResult): void;
}

/** A host whose every change is in the journal before it is sent. Reading goes through unrecorded. */
export function journalledHost(host: RemoteHost, guard: HostGuard): RemoteHost {
  const signalOf = (own: AbortSignal | undefined): AbortSignal =>
    own === undefined ? guard.signal : AbortSignal.any([own, guard.signal]);

  async function sent(text: string, unit: DetachedUnitId | null, send: () => Promise<CommandResult>) {
    await guard.beforeSend(host.node, text, unit === null ? null : { step: unit.step, attempt: unit.attempt });
    const result = await send();
    guard.afterResult(host.node, text, result);
    return result;
  }

  return {
    node: host.node,
    exec: (argv, options) =>
      sent(commandText(argv, options.stdin !== undefined), null, () =>
        host.exec(argv, { ...options, signal: signalOf(options.signal) }),
      ),
    execDetached: (id, argv, options) =>
      sent(commandText(argv, options.stdin !== undefined), id, () =>
        host.execDetached(id, argv, { ...options, signal: signalOf(options.signal) }),
      ),
    stopDetached: async (id) => {
      await guard.beforeSend(host.node, `end unit trivet-${id.run}-${id.step}-${id.attempt}`, null);
      await host.stopDetached(id);
    },
    readFile: (path) => host.readFile(path),
    writeFile: async (path, content, options) => {
      const owner = options.owner === undefined ? "" : `, owner ${options.owner}`;
      const mode = options.mode.toString(8).padStart(4, "0");
      await guard.beforeSend(
        host.node,
        `write ${path} (${Buffer.byteLength(content)} bytes, mode ${mode}${owner})`,
        null,
      );
      await host.writeFile(path, content, options);
    },
    upload: async (localPath, remotePath, options) => {
      await guard.beforeSend(host.node, `upload ${remotePath} (sha256 ${options.sha256})`, null);
      await host.upload(localPath, remotePath, { ...options, signal: signalOf(options.signal) });
    },
    reconnect: (addresses, options) => host.reconnect(addresses, { ...options, signal: signalOf(options.signal) }),
    sayTo: async (socket, said, options) => {
      if (said.isReading !== true) await guard.beforeSend(host.node, `${said.about} → ${socket}`, null);
      // No word to afterResult: whoever listens there is asked again for the same, so a lost answer is no reason to begin the step anew.
      return await host.sayTo(socket, said, { ...options, signal: signalOf(options.signal) });
    },
    openTunnel: (address, port) => host.openTunnel(address, port),
  };
}

/** What goes in on standard input may be secret and is never part of the text. */
const commandText = (argv: readonly string[], hasInput: boolean): string =>
  `${shellQuote(argv)}${hasInput ? " < «input»" : ""}`;
