// Rows 10–25: power and networks.
import { setTimeout as sleep } from "node:timers/promises";
import * as lab from "@/lab/cluster";
import type { Fault } from "@/testing/faults/fault";
import { cephPorts, consulPorts, type Scene } from "@/testing/faults/scene";

/** Quiet proof that nothing starts without a quorum: longer than any detection. */
const noQuorumMs = 45_000;

/** Serf's suspicion: shorter, nobody is called lost; much longer, and what was said of them is no longer sent. */
const callsOthersLostMs = 3_500;

/** Contradiction, election and a lock taken back; the next cut must find everything as before. */
const rumourEndsMs = 8_000;

/** The suite gives the guest five minutes to shut down before it destroys it. */
const stopMs = 400_000;

const healCuts = (): Promise<void> => lab.heal();

async function powerOnAll(scene: Scene): Promise<void> {
  for (const node of scene.nodes) await lab.powerOn(node);
}

function cutFault(fault: Pick<Fault, "row" | "name" | "what"> & Partial<Fault>, cut: lab.CutOptions): Fault {
  return {
    expect: "moves",
    boundSeconds: 45,
    hits: "owner",
    chaos: true,
    inject: (scene) => lab.cut(scene.owner, cut),
    heal: healCuts,
    ...fault,
  };
}

export const nodeFaults: readonly Fault[] = [
  {
    row: "10",
    name: "owner-power-loss",
    what: "the owner loses power",
    expect: "moves",
    boundSeconds: 45,
    hits: "owner",
    ci: true,
    chaos: true,
    inject: (scene) => lab.powerOff(scene.owner),
    heal: (scene) => lab.powerOn(scene.owner),
  },
  {
    row: "11",
    name: "follower-power-loss",
    what: "another node loses power",
    expect: "stays",
    boundSeconds: 0,
    holdSeconds: 20,
    hits: "follower",
    ci: true,
    chaos: true,
    inject: (scene) => lab.powerOff(scene.follower(0)),
    heal: (scene) => lab.powerOn(scene.follower(0)),
  },
  {
    row: "12",
    name: "two-power-loss",
    what: "owner and one more lose power: no quorum, so no start; on return exactly one",
    expect: "nothing-runs",
    boundSeconds: 120,
    holdSeconds: noQuorumMs / 1000,
    hits: "cluster",
    nodes: 3,
    async inject(scene) {
      await lab.powerOff(scene.owner);
      await lab.powerOff(scene.follower(0));
    },
    heal: powerOnAll,
  },
  {
    row: "12f",
    name: "five-lose-two",
    what: "of five nodes the owner and one more lose power: three are a quorum",
    expect: "moves",
    boundSeconds: 60,
    hits: "owner",
    nodes: 5,
    async inject(scene) {
      await Promise.all([lab.powerOff(scene.owner), lab.powerOff(scene.follower(0))]);
    },
    heal: powerOnAll,
  },
  {
    row: "13",
    name: "cold-boot",
    what: "all nodes lose power and come back, the last owner last",
    expect: "nothing-runs",
    boundSeconds: 120,
    holdSeconds: 5,
    hits: "cluster",
    chaos: true,
    async inject(scene) {
      for (const node of scene.nodes) await lab.powerOff(node);
    },
    async heal(scene) {
      for (const node of scene.followers) await lab.powerOn(node);
      await lab.powerOn(scene.owner);
    },
  },
  {
    row: "13s",
    name: "stopped-means-stopped",
    what: "stopped by the operator; then its last node loses power and comes back: nothing starts before `zsha start`",
    expect: "nothing-runs",
    boundSeconds: 120,
    holdSeconds: 30,
    hits: "cluster",
    ci: true,
    async inject(scene) {
      await scene.on(scene.follower(0), ["zsha", "stop"], { timeoutMs: stopMs });
      scene.witness.noteStopped();
      await lab.powerOff(scene.owner);
    },
    async heal(scene) {
      await lab.powerOn(scene.owner);
      await sleep(noQuorumMs);
      scene.witness.noteStartWanted();
      await scene.on(scene.follower(0), ["zsha", "start"], { timeoutMs: stopMs });
    },
  },
  cutFault(
    { row: "14", name: "owner-isolated", what: "all cables of the owner out, put back after the take-over", ci: true },
    {},
  ),
  cutFault(
    {
      row: "15",
      name: "owner-without-storage",
      what: "the owner does not reach Ceph, everything else does",
      boundSeconds: 90,
      ci: true,
    },
    { network: "storage", ports: cephPorts },
  ),
  cutFault(
    {
      row: "15n",
      name: "owner-storage-network-out",
      what: "the owner's storage network out, and with it Ceph and Consul",
      boundSeconds: 60,
    },
    { network: "storage" },
  ),
  cutFault(
    {
      row: "16",
      name: "owner-management-network-out",
      what: "the owner's management network out: storage and Consul still answer, so the VM stays",
      expect: "freezes",
      boundSeconds: 0,
      holdSeconds: 30,
    },
    { network: "management" },
  ),
  cutFault(
    { row: "17", name: "owner-without-consul", what: "the owner cut from Consul only, storage works", ci: true },
    { network: "storage", ports: consulPorts },
  ),
  cutFault(
    { row: "18", name: "owner-cannot-send", what: "frames of the owner are lost, those to it arrive" },
    { network: "storage", direction: "out" },
  ),
  cutFault(
    { row: "19", name: "owner-cannot-receive", what: "frames to the owner are lost, its own go out" },
    { network: "storage", direction: "in" },
  ),
  {
    row: "21",
    name: "followers-apart",
    what: "two followers do not reach each other by Consul",
    expect: "stays",
    boundSeconds: 0,
    holdSeconds: 40,
    hits: "follower",
    nodes: 3,
    chaos: true,
    inject: (scene) => lab.cut(scene.follower(0), { peer: scene.follower(1), ports: consulPorts }),
    heal: healCuts,
  },
  {
    // Just long enough for the one that is cut off to call both others lost: coming back, it spreads that.
    row: "21r",
    name: "followers-return",
    what: "each follower cut from Consul for 3.5 s and back: what it says of the others is believed for a moment",
    expect: "stays",
    boundSeconds: 0,
    holdSeconds: 10,
    hits: "follower",
    nodes: 3,
    ci: true,
    async inject(scene) {
      for (const follower of scene.followers) {
        await lab.cut(follower, { network: "storage", ports: consulPorts });
        await sleep(callsOthersLostMs);
        await lab.heal();
        await sleep(rumourEndsMs);
      }
    },
    heal: healCuts,
  },
  {
    // Ceph calls an OSD down on the word of two hosts: with three, nobody does, and groups that need both followers wait for the heal.
    row: "21c",
    name: "followers-apart-with-ceph",
    what: "two followers do not reach each other at all: Ceph waits, and moving the VM would help nobody",
    expect: "freezes",
    boundSeconds: 0,
    holdSeconds: 60,
    hits: "follower",
    nodes: 3,
    chaos: true,
    inject: (scene) => lab.cut(scene.follower(0), { peer: scene.follower(1) }),
    heal: healCuts,
  },
  {
    row: "23",
    name: "packet-loss",
    what: "5 % of all frames of the owner are lost",
    expect: "stays",
    boundSeconds: 0,
    holdSeconds: 60,
    hits: "owner",
    chaos: true,
    inject: (scene) => lab.cut(scene.owner, { lossPercent: 5 }),
    heal: healCuts,
  },
  cutFault(
    {
      row: "24",
      name: "consul-barely",
      what: "60 % of the owner's Consul frames are lost for a minute",
      expect: "stays-or-moves",
      holdSeconds: 60,
    },
    { network: "storage", ports: consulPorts, lossPercent: 60 },
  ),
  {
    row: "24f",
    name: "owner-flaps",
    what: "the owner's cables out for 3 s, four times",
    expect: "stays-or-moves",
    boundSeconds: 45,
    holdSeconds: 15,
    hits: "owner",
    chaos: true,
    async inject(scene) {
      for (let time = 0; time < 4; time += 1) {
        await lab.cut(scene.owner, { network: "storage" });
        await sleep(3_000);
        await lab.heal(scene.owner);
        await sleep(4_000);
      }
    },
    heal: healCuts,
  },
];
