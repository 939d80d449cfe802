// Rows 26–36: Consul and Ceph.
import { setTimeout as sleep } from "node:timers/promises";
import * as lab from "@/lab/cluster";
import { type Fault, nothingToHeal } from "@/testing/faults/fault";
import type { Scene } from "@/testing/faults/scene";

const startConsul = async (scene: Scene, nodes: readonly string[]): Promise<void> => {
  for (const node of nodes) await scene.on(node, ["systemctl", "start", "consul.service"]);
};
const monitors = (verb: "start" | "stop", node: string): string[] => ["systemctl", verb, `ceph-mon@${node}.service`];

async function consulLeader(scene: Scene): Promise<string> {
  const { consul } = await scene.status(scene.owner);
  const leader = consul.state === "known" ? consul.value.leader : null;
  const place = Number(/\.1(\d):/.exec(leader ?? "")?.[1] ?? Number.NaN);
  const node = scene.nodes[place - 1];
  if (node === undefined) throw new Error(`Consul names no leader: ${leader}`);
  return node;
}

/** Autopilot looks every 10 s and admits a server that came back after 10 s of health; a node boots in between. */
const pruneMs = 120_000;

async function setAutopilot(scene: Scene, cleanup: "true" | "false", quorum: string): Promise<void> {
  const words = [`-cleanup-dead-servers=${cleanup}`, `-min-quorum=${quorum}`];
  await scene.consul(scene.follower(0), ["operator", "autopilot", "set-config", ...words], [0], "managementToken");
}

async function isVoter(scene: Scene, node: string): Promise<boolean> {
  const words = ["operator", "raft", "list-peers"];
  const peers = await scene.consul(scene.follower(0), words, [0], "managementToken");
  // Consul knows its members by their addresses.
  const address = `${scene.planned(node).storageIp}:`;
  return peers.split("\n").some((line) => line.includes(address) && /\strue\s/.test(line));
}

export const serviceFaults: readonly Fault[] = [
  {
    row: "26",
    name: "consul-leader-killed",
    what: "kill -9 of Consul on its leader",
    expect: "stays",
    boundSeconds: 0,
    holdSeconds: 25,
    hits: "cluster",
    ci: true,
    chaos: true,
    inject: async (scene) => void (await scene.killService(await consulLeader(scene), "consul")),
    heal: nothingToHeal,
  },
  {
    row: "27",
    name: "owner-consul-killed",
    what: "kill -9 of Consul on the owner; systemd starts it again",
    expect: "stays",
    boundSeconds: 0,
    holdSeconds: 25,
    hits: "owner",
    chaos: true,
    inject: async (scene) => void (await scene.killService(scene.owner, "consul")),
    heal: nothingToHeal,
  },
  {
    row: "28",
    name: "consul-quorum-lost",
    what: "Consul stopped on two of three nodes",
    expect: "stays",
    boundSeconds: 0,
    holdSeconds: 45,
    hits: "cluster",
    nodes: 3,
    ci: true,
    chaos: true,
    async inject(scene) {
      for (const node of scene.followers) await scene.on(node, ["systemctl", "stop", "consul.service"]);
    },
    heal: (scene) => startConsul(scene, scene.followers),
  },
  {
    row: "29",
    name: "consul-data-lost",
    what: "Consul's data on the owner deleted while it is stopped for ten seconds",
    expect: "stays-or-moves",
    boundSeconds: 45,
    holdSeconds: 30,
    hits: "owner",
    async inject(scene) {
      await scene.shell(scene.owner, "systemctl stop consul.service; rm -rf /var/lib/consul/raft /var/lib/consul/serf");
      await sleep(10_000);
    },
    heal: (scene) => startConsul(scene, [scene.owner]),
  },
  {
    row: "31",
    name: "autopilot-prunes",
    what: "Consul's autopilot set to forget dead servers, as it comes by default; then the owner loses power and is forgotten",
    expect: "moves",
    boundSeconds: 45,
    hits: "owner",
    nodes: 3,
    async inject(scene) {
      await setAutopilot(scene, "true", "0");
      const { alarms } = await scene.status(scene.follower(0));
      scene.noted.set("alarms", alarms.map(({ code }) => code).join(" "));
      await lab.powerOff(scene.owner);
      await scene.until("the owner out of Consul's servers", async () => !(await isVoter(scene, scene.owner)), pruneMs);
    },
    async heal(scene) {
      await setAutopilot(scene, "false", String(scene.nodes.length));
      await lab.powerOn(scene.owner);
      await scene.until("the old owner a server of Consul again", () => isVoter(scene, scene.owner), pruneMs);
    },
    check: (scene) =>
      Promise.resolve(
        scene.noted.get("alarms")?.includes("unsafe-autopilot") === true
          ? []
          : [`no alarm about the unsafe autopilot: ${scene.noted.get("alarms")}`],
      ),
  },
  {
    row: "32",
    name: "osd-down",
    what: "the OSD of another node ends",
    expect: "stays",
    boundSeconds: 0,
    holdSeconds: 25,
    hits: "follower",
    chaos: true,
    inject: async (scene) => void (await scene.shell(scene.follower(0), "systemctl stop 'ceph-osd@*'")),
    heal: async (scene) => void (await scene.shell(scene.follower(0), "systemctl start 'ceph-osd@*' --all")),
  },
  {
    row: "33",
    name: "monitors-killed-in-fence",
    what: "the owner loses power and the remaining monitors are killed while the next one fences",
    expect: "moves",
    boundSeconds: 90,
    hits: "owner",
    async inject(scene) {
      await lab.powerOff(scene.owner);
      await sleep(4_000);
      for (const node of scene.followers) await scene.killService(node, `ceph-mon@${node}`);
    },
    heal: (scene) => lab.powerOn(scene.owner),
  },
  {
    row: "34",
    name: "monitors-lost",
    what: "Ceph's monitors stopped on two of three nodes",
    expect: "freezes",
    boundSeconds: 0,
    holdSeconds: 45,
    hits: "cluster",
    nodes: 3,
    ci: true,
    chaos: true,
    async inject(scene) {
      for (const node of scene.followers) await scene.on(node, monitors("stop", node));
    },
    async heal(scene) {
      for (const node of scene.followers) await scene.on(node, monitors("start", node));
    },
  },
  {
    row: "34o",
    name: "osds-hung",
    what: "all OSDs frozen: storage answers nowhere",
    expect: "freezes",
    boundSeconds: 0,
    holdSeconds: 45,
    hits: "cluster",
    async inject(scene) {
      for (const node of scene.nodes) await lab.pause(node, "ceph-osd");
    },
    async heal(scene) {
      for (const node of scene.nodes) await lab.resume(node, "ceph-osd");
    },
  },
  {
    row: "35",
    name: "pool-full",
    what: "Ceph calls itself full: writes wait",
    expect: "freezes",
    boundSeconds: 0,
    holdSeconds: 40,
    hits: "cluster",
    async inject(scene) {
      for (const [kind, share] of [
        ["nearfull", "0.001"],
        ["backfillfull", "0.002"],
        ["full", "0.003"],
      ] as const)
        await scene.on(scene.owner, ["ceph", "osd", `set-${kind}-ratio`, share]);
    },
    async heal(scene) {
      for (const [kind, share] of [
        ["full", "0.95"],
        ["backfillfull", "0.90"],
        ["nearfull", "0.85"],
      ] as const)
        await scene.on(scene.owner, ["ceph", "osd", `set-${kind}-ratio`, share]);
    },
  },
  {
    row: "36",
    name: "osd-slow",
    what: "one OSD answers only every third second",
    expect: "stays",
    boundSeconds: 0,
    holdSeconds: 5,
    hits: "follower",
    chaos: true,
    async inject(scene) {
      for (let time = 0; time < 8; time += 1) {
        await lab.pause(scene.follower(0), "ceph-osd");
        await sleep(2_000);
        await lab.resume(scene.follower(0), "ceph-osd");
        await sleep(1_000);
      }
    },
    heal: async (scene) => void (await lab.resume(scene.follower(0), "ceph-osd")),
  },
];
