import { type CephCluster, keyringOf, keysIn, quorumOf, unitKey } from "@/testing/deploy-cluster-world/ceph-cluster";
import type { DeployWorld, Program } from "@/testing/deploy-cluster-world/deploy-world";
import type { MemoryNode, ScriptedAnswer } from "@/testing/conformance/memory-world";

const noQuorum: ScriptedAnswer = { code: 1, stderr: "monclient: authenticate timed out\n" };
const busy: ScriptedAnswer = { code: 16, stderr: "EBUSY: osd is not `down`\n" };
const printed = (value: unknown): ScriptedAnswer => ({ code: 0, stdout: `${JSON.stringify(value)}\n` });
const valued = new Set(["--connect-timeout", "--format", "--name", "-o"]);

/** Options taken out, so that only the command's own words are left. */
function parse(argv: readonly string[]): { words: string[]; name: string; out: string | null } {
  const words: string[] = [];
  const options = new Map<string, string>();
  for (let i = 1; i < argv.length; i += 1) {
    const word = argv[i] ?? "";
    if (valued.has(word)) options.set(word, argv[(i += 1)] ?? "");
    else words.push(word);
  }
  return { words, name: options.get("--name") ?? "client.admin", out: options.get("-o") ?? null };
}

/** The cluster as `name` reaches it from this node, or why it does not. */
export function connect(world: DeployWorld, node: MemoryNode, name = "client.admin"): CephCluster | null {
  const cluster = world.ceph();
  const keyring = keysIn(node.files.get(`/etc/ceph/ceph.${name}.keyring`) ?? "");
  const key = keyring.find(([owner]) => owner === name)?.[1];
  const isKnown = cluster !== null && key !== undefined && cluster.keys.get(name) === key;
  return isKnown && node.files.has("/etc/ceph/ceph.conf") ? cluster : null;
}

export const cephProgram: Program = (world, node, argv) => {
  const { words, name, out } = parse(argv);
  if (words[0] === "daemon") return monStatus(world, node, words[1] ?? "");
  const cluster = connect(world, node, name);
  if (cluster === null) return noQuorum;
  const [area = "", verb = "", ...rest] = words;
  const isAdministrator = name === "client.admin";
  if (!isAdministrator && (area === "auth" || area === "pg"))
    return { code: 13, stderr: "Error EACCES: access denied\n" };
  if (area === "fsid") return { code: 0, stdout: `${cluster.fsid}\n` };
  if (area === "mgr") return printed(managers(world));
  if (area === "auth") return auth(world, cluster, node, verb, rest[0] ?? "", out);
  if (area === "pg") return printed({ pg_stats: placementGroups(cluster, rest[0] ?? "") });
  if (area === "osd" && verb === "pool") return pool(cluster, rest);
  if (area === "osd") return osd(cluster, verb, rest[0] ?? "");
  return { code: 22, stderr: "EINVAL: invalid command\n" };
};

function monStatus(world: DeployWorld, node: MemoryNode, daemon: string): ScriptedAnswer {
  if (daemon !== `mon.${node.name}` || !node.state.has(unitKey(`ceph-mon@${node.name}`))) return { code: 22 };
  const quorum = quorumOf(world.memory.nodes.values());
  const mons = quorum?.store.mons ?? [];
  return printed({
    quorum: (quorum?.names ?? []).map((name) => mons.indexOf(name)),
    monmap: { mons: mons.map((name, rank) => ({ name, rank })) },
  });
}

function managers(world: DeployWorld): { active_name: string; standbys: { name: string }[] } {
  const running = [...world.memory.nodes.values()].filter(
    (node) =>
      node.state.has(unitKey(`ceph-mgr@${node.name}`)) && node.files.has(`/var/lib/ceph/mgr/ceph-${node.name}/keyring`),
  );
  const [active, ...standbys] = running.map(({ name }) => ({ name }));
  return { active_name: active?.name ?? "", standbys };
}

function auth(
  world: DeployWorld,
  cluster: CephCluster,
  node: MemoryNode,
  verb: string,
  entity: string,
  out: string | null,
): ScriptedAnswer {
  const known = cluster.keys.get(entity);
  if (verb === "print-key")
    return known === undefined ? { code: 2, stderr: "ENOENT\n" } : { code: 0, stdout: `${known}\n` };
  const key = known ?? world.newKey(entity);
  cluster.keys.set(entity, key);
  if (out !== null) node.files.set(out, keyringOf([[entity, key]]));
  return { code: 0 };
}

const placementGroups = (cluster: CephCluster, name: string): { state: string }[] => {
  const found = cluster.pools.get(name);
  const up = cluster.osds.filter((osd) => osd?.isUp).length;
  return found === undefined ? [] : [{ state: up >= found.minSize ? "active+clean" : "unknown" }];
};

function pool(cluster: CephCluster, [verb, name = "", first = "", second = ""]: string[]): ScriptedAnswer {
  if (verb === "ls")
    return printed(
      [...cluster.pools].map(([pool_name, { size, minSize, pgNum, applications }]) => ({
        pool_name,
        size,
        min_size: minSize,
        pg_num: pgNum,
        application_metadata: Object.fromEntries(applications.map((application) => [application, {}])),
      })),
    );
  if (verb === "create") {
    if (!cluster.pools.has(name))
      cluster.pools.set(name, { size: 3, minSize: 2, pgNum: Number(first), applications: [] });
    return { code: 0 };
  }
  if (verb === "application") return enableApplication(cluster, first, second);
  const found = cluster.pools.get(name);
  if (found === undefined) return { code: 2, stderr: "ENOENT: unrecognized pool\n" };
  if (first === "size") found.size = Number(second);
  if (first === "min_size") found.minSize = Number(second);
  return { code: 0 };
}

function enableApplication(cluster: CephCluster, name: string, application: string): ScriptedAnswer {
  const found = cluster.pools.get(name);
  if (found === undefined) return { code: 2 };
  if (found.applications.length > 0 && !found.applications.includes(application))
    return { code: 1, stderr: "EPERM: another application is enabled\n" };
  found.applications = [application];
  return { code: 0 };
}

function osd(cluster: CephCluster, verb: string, argument: string): ScriptedAnswer {
  const { osds } = cluster;
  if (verb === "dump")
    return printed({
      osds: osds.flatMap((entry, id) =>
        entry === null ? [] : [{ osd: id, uuid: entry.uuid, up: Number(entry.isUp), in: Number(entry.isUp) }],
      ),
    });
  if (verb === "new") {
    const known = osds.findIndex((entry) => entry?.uuid === argument);
    if (known >= 0) return { code: 0, stdout: `${known}\n` };
    const free = osds.indexOf(null);
    const id = free >= 0 ? free : osds.length;
    osds[id] = { uuid: argument, isUp: false };
    return { code: 0, stdout: `${id}\n` };
  }
  const entry = osds[Number(argument)] ?? null;
  if (verb === "down" && entry !== null) entry.isUp = false;
  if (verb !== "purge" || entry === null) return { code: 0 };
  if (entry.isUp) return busy;
  osds[Number(argument)] = null;
  cluster.keys.delete(`osd.${argument}`);
  return { code: 0 };
}
