import { timingSafeEqual } from "node:crypto";
import type { Duplex } from "node:stream";
import ssh2, { type Connection, type Server, type ServerChannel } from "ssh2";
import type { ScriptedAnswer, ScriptedNode } from "@/testing/scripted-cluster/scripted-node";
import { shellWords } from "@/testing/scripted-cluster/shell-words";

/** What stands behind a TCP port of the node's own loopback. */
export type ScriptedPort = (connection: Duplex) => void;

export interface ScriptedServerOptions {
  node: ScriptedNode;
  hostKey: string;
  ports?: ReadonlyMap<number, ScriptedPort>;
  /** Milliseconds after which a logged-in connection is dropped, again and again; null = never. */
  dropAfterMs?: number | null;
  onConnection?: () => void;
}

/** SSH server of one scripted node. */
export class ScriptedServer {
  readonly #connections = new Set<Connection>();
  readonly #server: Server;
  port = 0;

  constructor(private readonly options: ScriptedServerOptions) {
    this.#server = new ssh2.Server({ hostKeys: [options.hostKey] }, (connection) => this.#accept(connection));
  }

  listen(address: string, port = 0): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, address, () => {
        const bound = this.#server.address();
        this.port = typeof bound === "object" && bound && "port" in bound ? bound.port : 0;
        resolve(this.port);
      });
    });
  }

  cutConnections(): void {
    for (const connection of this.#connections) destroy(connection);
    this.#connections.clear();
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.cutConnections();
    await closed;
  }

  #accept(connection: Connection): void {
    const { node, dropAfterMs } = this.options;
    this.#connections.add(connection);
    this.options.onConnection?.();
    connection.on("error", () => {});
    connection.on("close", () => this.#connections.delete(connection));
    if (!node.poweredOn) return destroy(connection);
    connection.on("authentication", (context) => {
      if (
        context.method === "publickey" &&
        node.authorizedKeys.some((line) => line.includes(context.key.data.toString("base64")))
      )
        return context.accept();
      if (context.method === "password" && node.password !== null && sameText(context.password, node.password))
        return context.accept();
      context.reject(node.password === null ? ["publickey"] : ["publickey", "password"]);
    });
    connection.on("ready", () => {
      if (dropAfterMs != null) setTimeout(() => destroy(connection), dropAfterMs).unref();
      connection.on("session", (acceptSession) => {
        acceptSession().on("exec", (acceptExec, _reject, info) => this.#exec(acceptExec(), info.command));
      });
      connection.on("tcpip", (accept, reject, info) => {
        const behind = this.options.ports?.get(info.destPort);
        if (behind) behind(accept());
        else reject();
      });
    });
  }

  #exec(channel: ServerChannel, command: string): void {
    const gone = new AbortController();
    const stdin: Buffer[] = [];
    channel.on("error", () => {});
    channel.on("close", () => gone.abort());
    channel.on("data", (data: Buffer) => stdin.push(data));
    channel.on("end", () => {
      const say = (stream: "stdout" | "stderr", text: string | Buffer) => {
        if (!gone.signal.aborted) (stream === "stdout" ? channel : channel.stderr).write(text);
      };
      void this.options.node
        .run({ argv: shellWords(command), stdin: Buffer.concat(stdin), signal: gone.signal, say })
        .catch((error: unknown): ScriptedAnswer => ({ code: 1, stderr: `${String(error)}\n` }))
        .then((answer) => {
          if (gone.signal.aborted) return;
          if (answer.stdout !== undefined) say("stdout", answer.stdout);
          if (answer.stderr !== undefined) say("stderr", answer.stderr);
          if (answer.signal !== undefined) channel.exit(answer.signal);
          else channel.exit(answer.code ?? 0);
          channel.end();
        });
    });
  }
}

/** Without a goodbye, as when the cable is pulled: ssh2 offers only a polite end. */
function destroy(connection: Connection): void {
  const socket = (connection as unknown as { _sock?: { destroy(): void } })._sock;
  if (socket) socket.destroy();
  else connection.end();
}

function sameText(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
