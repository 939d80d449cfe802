import { factsCommand } from "@/testing/scripted-cluster/scripted-facts";
import { sentinelNames, startScriptedCluster } from "@/testing/scripted-cluster/scripted-cluster";

/** Three pretended servers, and one per kind of trouble, to click through the panel without root and without machines. */
const password = "trivet-dev";
const first = 2201;
const names = ["ceph-1", "ceph-2", "ceph-3", ...sentinelNames];

const cluster = await startScriptedCluster({
  nodes: names.map((name, i) => ({
    name,
    port: first + i,
    password: name === "refuses-login" ? null : password,
    commands: [
      factsCommand({
        index: i + 1,
        managementIp: `192.168.254.${201 + i}`,
        storageIp: `192.168.255.${201 + i}`,
        memoryGiB: 128,
        emptyDisks: 4,
      }),
    ],
  })),
});

for (const [name, { port }] of cluster.nodes) console.log(`${name.padEnd(18)} 127.0.0.1 port ${port}`);
console.log(`user root, password ${password}`);
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => void cluster.stop().then(() => process.exit(0)));
