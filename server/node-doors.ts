import { AppError } from "@/contract/errors";
import { say } from "@/contract/sentence";
import { SshConnections } from "@/server/adapters/ssh/connections";
import { SshNodeAccess } from "@/server/adapters/ssh/node-access";
import { generatePanelKey } from "@/server/adapters/ssh/panel-key";
import { clusterNodes } from "@/server/cluster/node-store";
import { collectFacts } from "@/server/node/collect-facts";
import type { RemoteHosts } from "@/server/ports/remote-host";
import { oncePerProcess, replaceInProcess } from "@/server/process";
import { hasSecret, openSecret, putSecret } from "@/server/secret/service";

/** The one key the panel opens its nodes with; made on first use, sealed like every secret. */
const panelKeyRef = "panel/ssh-key";

async function makePanelKey(): Promise<string> {
  if (!(await hasSecret(panelKeyRef)))
    await putSecret("ssh-private-key", generatePanelKey("trivet").privateKey, panelKeyRef);
  return await openSecret(panelKeyRef);
}

/** Made once at a time: two first uses at once must not make two keys. A failure is not remembered. */
function panelKey(): Promise<string> {
  return oncePerProcess("panel key", () =>
    makePanelKey().catch((error: unknown) => {
      replaceInProcess("panel key");
      throw error;
    }),
  );
}

const connections = (): SshConnections => oncePerProcess("ssh connections", () => new SshConnections());

export const closeNodeConnections = (): void => connections().close();

/** How everything in this process reaches nodes: one pool of connections, one key. */
export const nodeAccess = (): SshNodeAccess =>
  oncePerProcess(
    "node access",
    () =>
      new SshNodeAccess({
        connections: connections(),
        panelKey,
        collectFacts,
      }),
  );

export async function hostsOf(clusterId: string): Promise<RemoteHosts> {
  const nodes = await clusterNodes(clusterId);
  if (nodes.length === 0)
    throw new AppError("not-found", say("no-cluster", { id: clusterId }), { facts: { cluster: clusterId } });
  return nodeAccess().hosts(nodes);
}
