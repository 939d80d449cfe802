// The lab's one door to other programs.
import { spawn } from "node:child_process";
import { openSync, closeSync } from "node:fs";
import { execa } from "execa";
import { LabError } from "@/lab/lab-error";

// Longest single step except builds: a container's orderly stop or apt under load. Shorter kills slow machines' steps;
// longer only delays the report of a hang.
const DEFAULT_TIMEOUT_MS = 120_000;

export interface CommandResult {
  code: number;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  input?: string;
  timeoutMs?: number;
  env?: Record<string, string>;
  cwd?: string;
  /** Show the program's output on stderr while it runs (long builds). */
  visible?: boolean;
}

/** Runs to the end and hands back the exit code; throws only when the program cannot start or exceeds its time. */
export async function attempt(argv: readonly string[], options: RunOptions = {}): Promise<CommandResult> {
  const [file, ...args] = argv;
  if (file === undefined) throw new LabError("an empty command was given");
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const result = await execa(file, args, {
    reject: false,
    timeout: timeoutMs,
    stripFinalNewline: true,
    stdin: options.input === undefined ? "ignore" : "pipe",
    stdout: options.visible ? ["pipe", process.stderr] : "pipe",
    stderr: options.visible ? ["pipe", process.stderr] : "pipe",
    ...(options.input === undefined ? {} : { input: options.input }),
    ...(options.env ? { env: options.env } : {}),
    ...(options.cwd ? { cwd: options.cwd } : {}),
  });
  if (result.timedOut) throw new LabError(`${printable(argv)}: did not end within ${timeoutMs / 1000} s`);
  if (result.exitCode === undefined && result.signal === undefined) {
    throw new LabError(`${printable(argv)}: could not be started: ${result.shortMessage ?? "unknown reason"}`);
  }
  // 128+n, as a shell reports a signal; execa leaves exitCode undefined then.
  return { code: result.exitCode ?? 128, stdout: result.stdout ?? "", stderr: result.stderr ?? "" };
}

/** Where a command runs: this machine (`attempt`) or the rig's. */
export type Attempt = (argv: readonly string[], options?: RunOptions) => Promise<CommandResult>;

export async function run(
  argv: readonly string[],
  options: RunOptions = {},
  where: Attempt = attempt,
): Promise<string> {
  const result = await where(argv, options);
  if (result.code !== 0) {
    const said = (result.stderr.trim() || result.stdout.trim()).split("\n").slice(-8).join("\n");
    throw new LabError(`${printable(argv)}: exit code ${result.code}${said ? `: ${said}` : ""}`);
  }
  return result.stdout;
}

/**
 * Runs a build that must not outlive the caller: kill -9 on the lab ends the whole tree, because the build is the first
 * process of its own pid namespace and dies with its parent. Its mounts are private and vanish with it.
 */
export async function runBound(argv: readonly string[], options: RunOptions = {}): Promise<string> {
  const shield = [
    "setpriv",
    "--pdeathsig",
    "KILL",
    "unshare",
    "--mount",
    "--pid",
    "--fork",
    "--kill-child",
    "--mount-proc",
  ];
  return run([...shield, ...argv], options);
}

/** Connects the caller's terminal; the exit code is the program's. */
export async function passThrough(argv: readonly string[]): Promise<number> {
  const [file, ...args] = argv;
  if (file === undefined) throw new LabError("an empty command was given");
  const result = await execa(file, args, { reject: false, stdio: "inherit" });
  return result.exitCode ?? 128;
}

/** Starts a program that outlives the lab's own process; most record their pid themselves (see node/start.sh). */
export function startDetached(argv: readonly string[], logFile: string): number | undefined {
  const [file, ...args] = argv;
  if (file === undefined) throw new LabError("an empty command was given");
  const log = openSync(logFile, "a");
  try {
    const child = spawn(file, args, { detached: true, stdio: ["ignore", log, log] });
    child.unref();
    return child.pid;
  } finally {
    closeSync(log);
  }
}

function printable(argv: readonly string[]): string {
  const text = argv.join(" ");
  return text.length > 160 ? `${text.slice(0, 157)}…` : text;
}
