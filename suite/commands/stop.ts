import { AppError } from "@/contract/errors";
import type { ClusterAccess } from "@/suite/commands/cluster-access";
import { readCluster, setIntent } from "@/suite/commands/cluster-access";

/** The guest's 300 s, the destroy, the watcher. */
const stopTimeoutMs = 400_000;
const pollMs = 500;

/**
 * Says that the management VM shall not run and waits until it is proven off: nobody holds the lock, and every node's
 * zshad has seen that nothing runs there and taken its line out. zshad stays resident, so that `start` needs no ssh.
 */
export async function stopCluster(access: ClusterAccess, actor: string, say: (line: string) => void): Promise<void> {
  say("start shutdown cluster");
  await setIntent(access, "stopped", actor);
  const deadline = access.wallClock().getTime() + stopTimeoutMs;
  const waiting = new Map(access.cluster.nodes.map((node) => [node.name, node.ip]));
  for (;;) {
    const { seen } = await readCluster(access);
    if (seen.intent.record?.want !== "stopped") {
      throw new AppError("conflict", `${seen.intent.record?.actor ?? "Somebody"} started the management VM meanwhile`);
    }
    const owned = seen.owner.session !== null;
    for (const [name, ip] of waiting) {
      // The node that holds the lock is last, whatever its line says.
      if (seen.peers[name] !== undefined || (owned && seen.owner.record?.node === name)) continue;
      say(`Do for ${ip}`);
      waiting.delete(name);
    }
    if (waiting.size === 0 && !owned) break;
    if (access.wallClock().getTime() > deadline) {
      const silent = [...waiting.keys()].filter((name) => (seen.peers[name]?.session ?? null) === null);
      const named = [...waiting.keys()].join(", ") || (seen.owner.record?.node ?? "the owner");
      throw new AppError("timed-out", `The management VM is not proven off on ${named}`, {
        advice: silent.length > 0 ? `zsha does not report on ${silent.join(", ")}: what runs there is unknown.` : "",
      });
    }
    await access.sleep(pollMs);
  }
  say("shutdown cluster finished");
}
