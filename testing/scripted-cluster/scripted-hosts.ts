import { SshConnections } from "@/server/adapters/ssh/connections";
import { SshHost } from "@/server/adapters/ssh/ssh-host";
import { type ScriptedCluster, startScriptedCluster } from "@/testing/scripted-cluster/scripted-cluster";
import { ScriptedConsul } from "@/testing/scripted-cluster/scripted-consul";

/** A scripted node as the panel's own SSH adapter reaches it. */
export function scriptedHost(cluster: ScriptedCluster, name: string, connections: SshConnections): SshHost {
  const { node, port, hostKey } = cluster.node(name);
  const { address } = node;
  const target = { node: name, address, port, user: "root", pin: hostKey, privateKey: cluster.privateKey };
  return new SshHost(name, connections, () => target);
}

export const scriptedNames = ["ceph-1", "ceph-2", "ceph-3"] as const;
/** Where a scripted node keeps Consul's token. */
export const scriptedTokenPath = "/token";

export interface ConsulOnScriptedNodes {
  readonly consul: ScriptedConsul;
  readonly cluster: ScriptedCluster;
  readonly hosts: readonly SshHost[];
  stop(): Promise<void>;
}

/** Three nodes with one Consul behind their port 8500. With a token, each node's file has it and Consul asks for it. */
export async function startConsulOnScriptedNodes(token: string | null = null): Promise<ConsulOnScriptedNodes> {
  const members = scriptedNames.map((name) => ({ name, address: "127.0.0.1" }));
  const consul = new ScriptedConsul(members, token);
  const files = token === null ? {} : { [scriptedTokenPath]: token };
  const nodes = scriptedNames.map((name) => ({ name, files }));
  const cluster = await startScriptedCluster({ nodes, ports: () => new Map([[8500, consul.port]]) });
  const connections = new SshConnections();
  return {
    consul,
    cluster,
    hosts: scriptedNames.map((name) => scriptedHost(cluster, name, connections)),
    async stop() {
      connections.close();
      await cluster.stop();
    },
  };
}
