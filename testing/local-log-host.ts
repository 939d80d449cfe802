import { spawn } from "node:child_process";
import { AppError } from "@/contract/errors";
import { suitePaths } from "@/contract/node-setup";
import { say } from "@/contract/sentence";
import type { CommandResult, RemoteHost } from "@/server/ports/remote-host";

/**
 * A node whose commands run here, with a folder of the test's in the place of its log folder. Without
 * deadlines: a busy machine must not look like a silent node. `isOff`: it does not answer.
 */
export class LocalLogHost implements RemoteHost {
  isOff = false;
  /** Commands that have not ended. */
  running = 0;
  /** Every program that was run, by the name its script was given. */
  readonly ran: string[] = [];

  constructor(
    readonly node: string,
    private readonly folder: string,
  ) {}

  exec(argv: readonly string[], options: Parameters<RemoteHost["exec"]>[1]): Promise<CommandResult> {
    if (this.isOff) return Promise.reject(this.#silent());
    const [program = "", ...args] = argv.map((arg) => (arg === suitePaths.logDirectory ? this.folder : arg));
    this.ran.push(argv[3] ?? program);
    this.running += 1;
    return new Promise((resolve) => {
      const began = performance.now();
      const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
      let stdout = "";
      let stderr = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        stdout += text;
        options.onOutput?.("stdout", text);
      });
      child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
      child.on("close", (code) => {
        this.running -= 1;
        resolve({ kind: "exited", code: code ?? 255, stdout, stderr, seconds: (performance.now() - began) / 1000 });
      });
    });
  }

  execDetached = (): Promise<CommandResult> => Promise.reject(this.#silent());
  stopDetached = (): Promise<void> => Promise.reject(this.#silent());
  readFile = (): Promise<string | null> => Promise.reject(this.#silent());
  writeFile = (): Promise<void> => Promise.reject(this.#silent());
  upload = (): Promise<void> => Promise.reject(this.#silent());
  reconnect = (): Promise<string> => Promise.reject(this.#silent());
  sayTo = (): Promise<never> => Promise.reject(this.#silent());
  openTunnel = (): Promise<never> => Promise.reject(this.#silent());

  #silent(): AppError {
    return new AppError("node-unreachable", say("address-silent", { node: this.node, address: "192.0.2.1" }));
  }
}
