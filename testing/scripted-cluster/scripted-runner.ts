import { shellWords } from "@/testing/scripted-cluster/shell-words";
import { pause } from "@/testing/scripted-cluster/built-in-commands";
import type {
  ScriptedAnswer,
  ScriptedCall,
  ScriptedCommand,
  ScriptedNode,
  ScriptedUnit,
} from "@/testing/scripted-cluster/scripted-node";

/** Speaks the protocol of the panel's detached-runner.sh (same actions, same exit codes), with units kept in memory. */
export const runnerCommand: ScriptedCommand = (call) => {
  const [shell, script = "", action = "", ...args] = call.argv;
  if (shell !== "/bin/sh" || !/\/runner-[0-9a-f]+\.sh$/.test(script)) return undefined;
  return actions[action]?.(call, args) ?? { code: 2, stderr: `unknown action ${action}\n` };
};

const actions: Readonly<
  Record<string, (call: ScriptedCall, args: readonly string[]) => ScriptedAnswer | Promise<ScriptedAnswer>>
> = {
  start: ({ node, stdin }, [, , unit = "", fence = "0", command = "", stdinBytes = "0"]) => {
    if (Number(fence) < node.highestFence)
      return { code: 90, stderr: `fence ${fence} is older than ${node.highestFence}: another panel has taken over\n` };
    node.highestFence = Math.max(node.highestFence, Number(fence));
    if (node.units.has(unit)) return { stdout: "attached\n" };
    if (stdin.length !== Number(stdinBytes)) return { code: 91, stderr: "standard input arrived incomplete\n" };
    launch(node, unit, shellWords(command), stdin);
    return { stdout: "started\n" };
  },
  follow: async ({ node, signal, say }, [, name = "", out = "0", err = "0", seconds = "60"]) => {
    const unit = node.units.get(name);
    if (!unit) return { code: 77 };
    const from = { stdout: Number(out), stderr: Number(err) };
    const deadline = Date.now() + Number(seconds) * 1000;
    while (!signal.aborted) {
      const ended = !unit.alive;
      for (const stream of ["stdout", "stderr"] as const) {
        if (unit[stream].length > from[stream]) say(stream, unit[stream].subarray(from[stream]));
        from[stream] = unit[stream].length;
      }
      if (ended) return { code: unit.status === null ? 76 : 0 };
      if (Date.now() >= deadline) return { code: 75 };
      await pause(20, signal);
    }
    return { code: 1 };
  },
  state: ({ node }, [, name = ""]) => {
    const unit = node.units.get(name);
    const lines = unit
      ? [
          "known=yes",
          `boot=${unit.boot}`,
          "started=yes",
          `status=${unit.status ?? ""}`,
          `alive=${unit.alive ? "yes" : "no"}`,
        ]
      : ["known=no"];
    return { stdout: [`boot_now=${node.bootId}`, ...lines, ""].join("\n") };
  },
  stop: async ({ node, signal }, [, name = ""]) => {
    const unit = node.units.get(name);
    unit?.stop.abort();
    while (unit?.alive && !signal.aborted) await pause(10, signal);
    return {};
  },
};

function launch(node: ScriptedNode, name: string, argv: readonly string[], stdin: Buffer): void {
  const stop = new AbortController();
  const stored: ScriptedUnit = {
    boot: node.bootId,
    stdout: Buffer.alloc(0),
    stderr: Buffer.alloc(0),
    status: null,
    alive: true,
    stop,
  };
  node.units.set(name, stored);
  const say = (stream: "stdout" | "stderr", text: string | Buffer) => {
    if (stored.alive) stored[stream] = Buffer.concat([stored[stream], Buffer.from(text)]);
  };
  const finish = (answer: ScriptedAnswer) => {
    // Power went: nothing was left to write down how it ended.
    if (!stored.alive) return;
    if (answer.stdout !== undefined) say("stdout", answer.stdout);
    if (answer.stderr !== undefined) say("stderr", answer.stderr);
    stored.status = stop.signal.aborted
      ? "signalled TERM"
      : answer.signal
        ? `signalled ${answer.signal}`
        : `exited ${answer.code ?? 0}`;
    stored.alive = false;
  };
  void node
    .run({ argv, stdin, signal: stop.signal, say })
    .then(finish, (error: unknown) => finish({ code: 1, stderr: `${String(error)}\n` }));
}
