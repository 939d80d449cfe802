// A plain shell script that a bench is compared with.
import { spawn } from "node:child_process";
import { join } from "node:path";

/** The script's own waits end before `timeoutMs`; that only ends one that hangs. Ends with the bench. */
export function runScript(file: string, argv: readonly string[], timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn("bash", [join(import.meta.dirname, file), ...argv], {
      stdio: ["ignore", process.stderr, process.stderr],
      timeout: timeoutMs,
    });
    const end = (): void => void child.kill();
    process.once("exit", end);
    child.once("error", reject);
    child.once("close", (code, signal) => {
      process.removeListener("exit", end);
      if (code === 0) resolve();
      else reject(new Error(`bench/${file} ended with ${code ?? signal}`));
    });
  });
}
