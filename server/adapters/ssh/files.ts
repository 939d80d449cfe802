import { AppError } from "@/contract/errors";
import { type Saying, say } from "@/contract/sentence";
import { shellFile } from "@/lib/shell-file";
import { cutMarker } from "@/server/adapters/ssh/kept-output";
import { type CommandResult, howEnded } from "@/server/ports/remote-host";

/** Reading and writing small files; longer means a node whose disk hangs. */
const fileTimeoutMs = 30_000;
const noSuchFile = 44;

export type Exec = (
  argv: readonly string[],
  options: { timeoutMs: number; stdin?: string | Buffer },
) => Promise<CommandResult>;

export async function readRemoteFile(node: string, exec: Exec, path: string): Promise<string | null> {
  const script = `[ -e "$1" ] || exit ${noSuchFile}; exec cat -- "$1"`;
  const result = await exec(["sh", "-c", script, "read-file", path], { timeoutMs: fileTimeoutMs });
  if (result.kind === "exited" && result.code === noSuchFile) return null;
  const text = expectZero(node, say("file-reading", { path }), result);
  if (text.endsWith(cutMarker))
    throw new AppError("unexpected-output", say("file-too-large", { node, path }), {
      facts: { node, path },
    });
  return text;
}

export async function writeRemoteFile(
  node: string,
  exec: Exec,
  path: string,
  content: string,
  options: { mode: number; owner?: string },
): Promise<void> {
  const bytes = Buffer.from(content);
  const facts = [path, options.mode.toString(8), options.owner ?? "", String(bytes.length)];
  const argv = ["sh", "-c", shellFile("server/adapters/ssh/write-file.sh"), "write-file", ...facts];
  expectZero(node, say("file-writing", { path }), await exec(argv, { timeoutMs: fileTimeoutMs, stdin: bytes }));
}

/** The output of a command that must have said 0; anything else as an error that tells what is known. */
export function expectZero(node: string, what: Saying, result: CommandResult): string {
  if (result.kind === "exited" && result.code === 0) return result.stdout;
  const stderr = result.stderr.trim().split("\n").at(-1) ?? "";
  if (result.kind === "exited" || result.kind === "signalled") {
    throw new AppError("command-failed", say("remote-failed", { node, what, how: howEnded(result), said: stderr }), {
      facts: { node, what: what.text, stderr },
    });
  }
  throw new AppError("command-outcome-unknown", say("remote-unknown", { node, what, how: howEnded(result) }), {
    facts: { node, what: what.text, kind: result.kind },
    advice: say("look-before-again"),
  });
}
