import type { Duplex } from "node:stream";
import { AppError } from "@/contract/errors";
import { say } from "@/contract/sentence";
import type { NodeConnections, SshConnections } from "@/server/adapters/ssh/connections";
import { type DetachedPlaces, DetachedWork } from "@/server/adapters/ssh/detached";
import { type ExecOptions, execCommand } from "@/server/adapters/ssh/exec-command";
import { readRemoteFile, writeRemoteFile } from "@/server/adapters/ssh/files";
import type { SshTarget } from "@/server/adapters/ssh/ssh-target";
import { type UploadOptions, uploadFile } from "@/server/adapters/ssh/upload";
import { sayToSocket } from "@/server/adapters/ssh/say-to-socket";
import type {
  CommandOptions,
  CommandResult,
  DetachedUnitId,
  RemoteHost,
  Said,
  SayOptions,
} from "@/server/ports/remote-host";

export const defaultPlaces: DetachedPlaces = { stateDirectory: "/var/lib/trivet", runDirectory: "/run/trivet" };

/** A node over SSH. `exec` throws AppError when nothing was sent; once something was sent it always returns a result. */
export class SshHost implements RemoteHost {
  readonly #detached: DetachedWork;
  /** Where it answered when it was last reconnected; null: where it always was. */
  #address: string | null = null;

  constructor(
    readonly node: string,
    private readonly connections: SshConnections,
    /** Asked for each use: an address or an accepted key may have changed since. */
    private readonly target: () => SshTarget | Promise<SshTarget>,
    places: DetachedPlaces = defaultPlaces,
  ) {
    this.#detached = new DetachedWork(this, places);
  }

  async exec(argv: readonly string[], options: ExecOptions): Promise<CommandResult> {
    return await execCommand(await this.#connections(), argv, options);
  }

  execDetached(
    id: DetachedUnitId,
    argv: readonly string[],
    options: CommandOptions & { fence: number },
  ): Promise<CommandResult> {
    return this.#detached.exec(id, argv, options);
  }

  stopDetached(id: DetachedUnitId): Promise<void> {
    return this.#detached.stop(id);
  }

  readFile(path: string): Promise<string | null> {
    return readRemoteFile(this.node, (argv, options) => this.exec(argv, options), path);
  }

  writeFile(path: string, content: string, options: { mode: number; owner?: string }): Promise<void> {
    return writeRemoteFile(this.node, (argv, more) => this.exec(argv, more), path, content, options);
  }

  async upload(localPath: string, remotePath: string, options: UploadOptions): Promise<void> {
    const connections = await this.#connections();
    await uploadFile(connections, (argv, more) => this.exec(argv, more), localPath, remotePath, options);
  }

  async reconnect(
    addresses: readonly string[],
    { timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal },
  ): Promise<string> {
    const base = await this.target();
    const tries = [...new Set([this.#address ?? base.address, ...addresses])].map(async (address) => {
      const target = { ...base, address };
      this.connections.renew(target);
      try {
        // Who has logged in was answered by this node; a program of its own would only cost a busy one time.
        (await this.connections.to(target).tunnel()).release("reusable");
        return address;
      } catch (cause) {
        throw new AppError("node-unreachable", say("address-silent", { node: this.node, address }), {
          facts: { node: this.node, address },
          cause,
        });
      }
    });
    const late = AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal === undefined ? [] : [signal])]);
    const given = Promise.withResolvers<never>();
    late.addEventListener("abort", () => given.reject(new Error("no address answered in time")), { once: true });
    try {
      this.#address = await Promise.race([Promise.any(tries), given.promise]);
      return this.#address;
    } catch (cause) {
      throw new AppError(
        "node-unreachable",
        say("addresses-silent", { node: this.node, addresses: addresses.join(", ") }),
        {
          facts: { node: this.node, address: addresses.join(", ") },
          cause,
        },
      );
    }
  }

  async sayTo(socket: string, { line }: Said, options: SayOptions): Promise<CommandResult | null> {
    return await sayToSocket(await this.#connections(), socket, line, options);
  }

  async openTunnel(host: string, port: number): Promise<Duplex> {
    const loan = await (await this.#connections()).tunnel();
    return await new Promise<Duplex>((resolve, reject) => {
      loan.client.forwardOut("127.0.0.1", 0, host, port, (error, channel) => {
        if (error) {
          loan.release("reusable");
          reject(
            new AppError(
              "node-unreachable",
              say("tunnel-refused", { node: this.node, address: `${host}:${port}`, said: error.message }),
              {
                facts: { node: this.node, host, port, reason: error.message },
                advice: say("tunnel-look"),
                cause: error,
              },
            ),
          );
          return;
        }
        channel.on("error", () => {});
        channel.once("close", () => loan.release("reusable"));
        resolve(channel);
      });
    });
  }

  async #connections(): Promise<NodeConnections> {
    const target = await this.target();
    return this.connections.to(this.#address === null ? target : { ...target, address: this.#address });
  }
}
