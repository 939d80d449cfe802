import { spawn } from "node:child_process";
import { type Saying, say } from "@/contract/sentence";

/** What became of a local process. `timed-out` = killed by us, its effect unknown; `not-started` = it never ran. */
export type CommandResult =
  | { kind: "exited"; code: number; stdout: string; stderr: string; seconds: number }
  | { kind: "signalled"; signal: string; stdout: string; stderr: string; seconds: number }
  | { kind: "timed-out"; stdout: string; stderr: string; seconds: number }
  | { kind: "not-started"; reason: string };

export interface CommandOptions {
  /** Bound of the whole command; the process gets SIGKILL when it is up. */
  timeoutMs: number;
  /** The only way a secret may reach a command. */
  stdin?: string;
  env?: Readonly<Record<string, string>>;
  cwd?: string;
  onOutput?: (stream: "stdout" | "stderr", text: string) => void;
}

/** More output than this is cut: a tool gone wild must not take the daemon's memory. */
const outputLimitCharacters = 16 * 1024 * 1024;

/** Runs a program without a shell. Never rejects: every outcome is a value. */
export function runCommand(argv: readonly string[], options: CommandOptions): Promise<CommandResult> {
  const [program, ...args] = argv;
  if (program === undefined) return Promise.resolve({ kind: "not-started", reason: "empty command" });
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      stdio: ["pipe", "pipe", "pipe"],
      // Tool output is parsed: it must not depend on the operator's language.
      env: { ...process.env, LC_ALL: "C.UTF-8", ...options.env },
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    const output = { stdout: "", stderr: "" };
    let timedOut = false;
    let settled = false;
    const settle = (result: CommandResult): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      resolve(result);
    };
    const texts = () => ({ ...output, seconds: (performance.now() - startedAt) / 1000 });
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill("SIGKILL");
      // A process in uninterruptible sleep ignores even SIGKILL, and grandchildren may hold the pipes: do not wait for them.
      settle({ kind: "timed-out", ...texts() });
      child.stdout.destroy();
      child.stderr.destroy();
    }, options.timeoutMs);
    for (const stream of ["stdout", "stderr"] as const) {
      child[stream].setEncoding("utf8");
      child[stream].on("data", (text: string) => {
        if (output[stream].length < outputLimitCharacters) output[stream] += text;
        options.onOutput?.(stream, text);
      });
      child[stream].on("error", () => undefined);
    }
    // EPIPE of a program that does not read its input is its own business: the exit status tells.
    child.stdin.on("error", () => undefined);
    child.stdin.end(options.stdin ?? "");
    child.on("error", (error) => settle({ kind: "not-started", reason: error.message }));
    child.on("close", (code, signal) => {
      if (timedOut) return;
      if (code !== null) settle({ kind: "exited", code, ...texts() });
      else settle({ kind: "signalled", signal: signal ?? "unknown", ...texts() });
    });
  });
}

/** The command ran and said 0. */
export const succeeded = (result: CommandResult): result is Extract<CommandResult, { kind: "exited" }> & { code: 0 } =>
  result.kind === "exited" && result.code === 0;

/** One sentence about a command that did not say 0. */
export function failureOf(argv: readonly string[], result: CommandResult): Saying {
  const program = argv.slice(0, 3).join(" ");
  switch (result.kind) {
    case "exited": {
      const said = (result.stderr.trim() || result.stdout.trim()).split("\n").slice(-3).join(" ");
      const { code } = result;
      return said === ""
        ? say("program-exited-silent", { program, code })
        : say("program-exited", { program, code, said });
    }
    case "signalled":
      return say("program-signalled", { program, signal: result.signal });
    case "timed-out":
      return say("program-late", { program, seconds: result.seconds.toFixed(0) });
    case "not-started":
      return say("program-not-started", { program, why: result.reason });
  }
}

/** Its English, for an error message. */
export const describeFailure = (argv: readonly string[], result: CommandResult): string => failureOf(argv, result).text;
