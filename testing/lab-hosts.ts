import { readFile } from "node:fs/promises";
import * as lab from "@/lab/cluster";
import { SshConnections } from "@/server/adapters/ssh/connections";
import { probeHostKey } from "@/server/adapters/ssh/open-client";
import { SshHost } from "@/server/adapters/ssh/ssh-host";

/** The test cluster's nodes as the panel reaches them: host keys pinned as found, the lab's own login key. */
export async function labHosts(nodes: number): Promise<{ hosts: SshHost[]; close(): void }> {
  // Bare nodes: what an earlier test set up must not be taken for this one's work.
  await lab.down();
  const { sshKey } = await lab.up({ nodes, disks: 1 });
  const privateKey = await readFile(sshKey, "utf8");
  const connections = new SshConnections();
  const hosts = await Promise.all(
    Array.from({ length: nodes }, async (_, i) => {
      const [node, address] = [`ceph-${i + 1}`, `10.77.2.1${i + 1}`];
      const pin = await probeHostKey(address, 22);
      return new SshHost(node, connections, () => ({ node, address, port: 22, user: "root", pin, privateKey }));
    }),
  );
  return { hosts, close: () => connections.close() };
}
