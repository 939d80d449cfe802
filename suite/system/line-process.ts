import { spawn } from "node:child_process";

/** A line longer than this is no answer of ours. */
const lineLimitCharacters = 4 * 1024 * 1024;

export interface LineProcess {
  /** One line to its standard input; false: it is gone. */
  write(line: string): boolean;
  kill(): void;
}

interface Listener {
  onLine(line: string): void;
  /** Once, whatever ended it. The text is the end of what it said on standard error. */
  onEnd(why: string): void;
}

/** A program that stays and answers in lines. It reads its standard input, so it notices the end of this process. */
export function startLineProcess(argv: readonly string[], listener: Listener): LineProcess {
  const [program = "", ...args] = argv;
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"], env: { ...process.env, LC_ALL: "C.UTF-8" } });
  let buffer = "";
  let said = "";
  let ended = false;
  const end = (why: string): void => {
    if (ended) return;
    ended = true;
    const tail = said.trim().split("\n").at(-1) ?? "";
    listener.onEnd(tail === "" ? why : `${why}: ${tail}`);
  };
  child.stdout.setEncoding("utf8");
  child.stdout.on("data", (text: string) => {
    const lines = (buffer + text).split("\n");
    buffer = lines.pop() ?? "";
    if (buffer.length > lineLimitCharacters) child.kill("SIGKILL");
    for (const line of lines) listener.onLine(line);
  });
  child.stderr.setEncoding("utf8");
  child.stderr.on("data", (text: string) => {
    said = (said + text).slice(-2_000);
  });
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on("error", () => undefined);
  child.on("error", (error) => end(error.message));
  child.on("close", (code, signal) => end(`ended with ${signal ?? code ?? "no status"}`));
  return {
    write: (line) => !ended && child.stdin.writable && child.stdin.write(`${line}\n`) !== undefined,
    kill: () => void child.kill("SIGKILL"),
  };
}
