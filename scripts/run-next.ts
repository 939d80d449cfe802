import { spawn } from "node:child_process";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");

/** Runs Next in a process of its own on HOST and PORT, hands signals on and exits as it does. */
export function runNext(command: "start" | "dev", variables: Record<string, string>): void {
  const host = process.env["HOST"] ?? "127.0.0.1";
  const port = process.env["PORT"] ?? "3000";
  const next = join(root, "node_modules/next/dist/bin/next");
  const child = spawn(join(root, "node_modules/.bin/node"), [next, command, "--hostname", host, "--port", port], {
    cwd: root,
    stdio: "inherit",
    env: {
      ...process.env,
      NEXT_TELEMETRY_DISABLED: "1",
      // Next waits for ever for an open event stream; the panel ends its streams and exits by itself (server/stop.ts).
      ...(command === "start" ? { NEXT_MANUAL_SIG_HANDLE: "1" } : {}),
      ...variables,
    },
  });
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => process.exit(code ?? (signal === null ? 1 : 128)));
  console.log(`Trivet: http://${host.includes(":") ? `[${host}]` : host}:${port}`);
}
