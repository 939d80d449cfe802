import { createHash } from "node:crypto";
import { Client, type ClientChannel, utils } from "ssh2";
import { AppError } from "@/contract/errors";
import { readableKeyPair } from "@/lib/readable-key-pair";
import { shellQuote } from "@/lib/shell-quote";

/**
 * One connection to one node with the operator's password or the cluster's own key. The only importer of ssh2 in the suite.
 * ssh2 has no deadlines of its own, so every wait here has one.
 */
const connectTimeoutMs = 20_000;
/** Dead peers must not hold a command for TCP's quarter of an hour. */
const keepaliveIntervalMs = 5_000;
const keepaliveMissesMax = 4;

export type SshLogin = { user: string; password: string } | { user: string; privateKey: string; fingerprint: string };

export type RemoteResult =
  | { kind: "exited"; code: number; stdout: string; stderr: string }
  /** Outcome unknown: the command may have done its work. */
  | { kind: "timed-out" | "disconnected"; stdout: string; stderr: string; reason: string };

export class SshNode {
  private constructor(
    readonly address: string,
    readonly fingerprint: string,
    private readonly client: Client,
  ) {}

  static connect(address: string, login: SshLogin): Promise<SshNode> {
    const client = new Client();
    let fingerprint = "";
    return new Promise((resolve, reject) => {
      const fail = (error: Error & { level?: string }): void => {
        client.destroy();
        reject(connectError(address, error, fingerprint, login));
      };
      client.once("error", fail);
      // ssh2 would turn an answer that is late into a rejected login: decide in the same tick.
      const hostVerifier = (key: Buffer): boolean => {
        fingerprint = `SHA256:${createHash("sha256").update(key).digest("base64").replace(/=+$/, "")}`;
        return !("fingerprint" in login) || login.fingerprint === fingerprint;
      };
      client.once("ready", () => {
        client.off("error", fail);
        client.on("error", () => undefined);
        // Without it every small packet waits 40 ms.
        client.setNoDelay(true);
        resolve(new SshNode(address, fingerprint, client));
      });
      client.connect({
        host: address,
        username: login.user,
        ...("password" in login ? { password: login.password, tryKeyboard: false } : { privateKey: login.privateKey }),
        hostVerifier,
        readyTimeout: connectTimeoutMs,
        keepaliveInterval: keepaliveIntervalMs,
        keepaliveCountMax: keepaliveMissesMax,
      });
    });
  }

  /** Never rejects for what the command did. Standard input is the only way for a secret. */
  run(argv: readonly string[], options: { timeoutMs: number; stdin?: string | Buffer }): Promise<RemoteResult> {
    return new Promise((resolve) => {
      const output = { stdout: "", stderr: "" };
      const settle = (result: RemoteResult): void => {
        clearTimeout(timer);
        this.client.off("close", broke);
        resolve(result);
      };
      const unknown = (kind: "timed-out" | "disconnected", reason: string): void => settle({ kind, reason, ...output });
      const broke = (): void => unknown("disconnected", "the connection broke");
      const timer = setTimeout(
        () => unknown("timed-out", `no end within ${options.timeoutMs / 1000} s`),
        options.timeoutMs,
      );
      this.client.once("close", broke);
      this.client.exec(shellQuote(argv), (error: Error | undefined, channel: ClientChannel) => {
        if (error) return unknown("disconnected", error.message);
        let code: number | null = null;
        channel.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
        channel.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
        channel.on("exit", (status: number | null) => (code = status));
        channel.on("error", (cause: Error) => unknown("disconnected", cause.message));
        channel.on("close", () => {
          if (code === null) unknown("disconnected", "the command ended without a status");
          else settle({ kind: "exited", code, ...output });
        });
        channel.end(options.stdin ?? "");
      });
    });
  }

  close(): void {
    this.client.end();
  }
}

/** An ed25519 pair in OpenSSH's own format. */
export function newKeyPair(): { privateKey: string; publicKey: string } {
  const pair = readableKeyPair(utils);
  return { privateKey: pair.private, publicKey: pair.public };
}

function connectError(
  address: string,
  error: Error & { level?: string },
  fingerprint: string,
  login: SshLogin,
): AppError {
  if (error.level === "client-authentication") {
    return new AppError("node-refused-login", `${address} refused the login as ${login.user}`, {
      facts: { address },
      advice: "All nodes must accept the same root password, and their sshd must allow it (PermitRootLogin yes).",
    });
  }
  if ("fingerprint" in login && fingerprint !== "" && fingerprint !== login.fingerprint) {
    return new AppError(
      "host-key-changed",
      `${address} presents the host key ${fingerprint}, expected ${login.fingerprint}`,
      { facts: { address } },
    );
  }
  return new AppError("node-unreachable", `${address} cannot be reached by ssh`, { facts: { address }, cause: error });
}
