import { consulKeys, type IntentRecord, intentRecordSchema, nodeRecordSchema } from "@/contract/consul-keys";
import { AppError } from "@/contract/errors";
import { readClusterFile, readConsulTokens } from "@/suite/setup/member-files";
import { compareAndSet, readKey } from "@/suite/setup/consul-kv";
import type { Console } from "@/suite/cli/console";

/** The guest gets 300 s to shut down before it is ended; then storage and peers are asked. */
const stopTimeoutMs = 400_000;
const pollMs = 1_000;

/** Says that the management VM shall not run, and waits until every zshad reports that it does not. */
export async function shutDownCluster(console: Console): Promise<void> {
  const [cluster, { suiteToken }] = await Promise.all([readClusterFile(), readConsulTokens()]);
  console.say("start shutdown cluster");
  await wantStopped(suiteToken);
  const deadline = performance.now() + stopTimeoutMs;
  for (const node of cluster.nodes) {
    console.say(`Do for ${node.ip}`);
    for (;;) {
      const domain = await domainOn(node.name, suiteToken);
      if (domain === "stopped") break;
      if (performance.now() > deadline) {
        throw new AppError(
          "timed-out",
          `whether the management VM has stopped on ${node.name} is ${domain}; nothing was removed`,
          {
            advice: `Look at "systemctl status zsha" on ${node.name}.`,
          },
        );
      }
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
  }
  console.say("shutdown cluster finished");
}

async function wantStopped(token: string): Promise<void> {
  const found = await readKey(consulKeys.intent, token);
  const before = found === null ? null : intentRecordSchema.parse(JSON.parse(found.value));
  if (before?.want === "stopped") return;
  const intent: IntentRecord = {
    want: "stopped",
    generation: (before?.generation ?? 0) + 1,
    actor: "zsha uninstall",
    at: new Date().toISOString(),
  };
  if (!(await compareAndSet(consulKeys.intent, JSON.stringify(intent), found?.modifyIndex ?? 0, token))) {
    throw new AppError("conflict", "somebody else changed what is wanted of the management VM", {
      advice: "Run it again.",
    });
  }
}

type Domain = "running" | "paused" | "stopped" | "unknown";

/** A node whose zshad does not report is unknown, not stopped. */
async function domainOn(node: string, token: string): Promise<Domain> {
  const found = await readKey(`${consulKeys.nodePrefix}${node}`, token);
  return found === null ? "unknown" : nodeRecordSchema.parse(JSON.parse(found.value)).domain;
}
