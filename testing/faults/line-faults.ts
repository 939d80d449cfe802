// Rows 23 and 25: lines that are slow instead of cut.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as lab from "@/lab/cluster";
import { HUB_NAMESPACE, NETWORK_PLAN, planNics } from "@/lab/plan";
import type { Fault } from "@/testing/faults/fault";
import type { Scene } from "@/testing/faults/scene";

const storageNic = "p5p1";
/** Each way: an answer takes 200 ms, more or less by 100. */
const delayMs = 100;
const jitterMs = 50;
const lossPercent = 5;
const relayScript = join(import.meta.dirname, "delay-relay.py");
const relayReadyMs = 10_000;
/** The relay reads frames as they left the node: none may wait for a network card to finish its checksum or cut it into pieces. */
const offloads = (state: "on" | "off"): string[] => ["tx", state, "tso", state, "gso", state];
/** After the heal the copy goes on at full speed or has been given up. */
const migrationMs = 400_000;

/** One at a time: rows run one after the other. */
let relay: ChildProcess | null = null;
let migration: Promise<unknown> = Promise.resolve();

async function startRelay(scene: Scene): Promise<void> {
  const [nic] = planNics(scene.planned(scene.owner), "single", ["storage"]);
  if (nic === undefined) throw new Error("the owner has no storage NIC");
  await scene.on(scene.owner, ["ethtool", "-K", storageNic, ...offloads("off")]);
  const words = [nic.hubPort, NETWORK_PLAN.storage.bridge, String(delayMs), String(jitterMs), String(lossPercent)];
  const argv = ["netns", "exec", HUB_NAMESPACE, "python3", relayScript, ...words];
  relay = spawn("ip", argv, { stdio: ["pipe", "pipe", "inherit"] });
  const said = relay.stdout === null ? Promise.reject(new Error("no output")) : once(relay.stdout, "data");
  const late = sleep(relayReadyMs).then(() => Promise.reject(new Error("the relay did not begin")));
  const ended = once(relay, "exit").then(() => Promise.reject(new Error("the relay ended at once")));
  await Promise.race([said, late, ended]);
  // A relay that lets frames pass undelayed would make this row say nothing.
  const peer = scene.planned(scene.follower(0)).storageIp;
  const ping = await scene.on(scene.owner, ["ping", "-q", "-c", "8", "-i", "0.2", "-W", "2", peer], { codes: [0, 1] });
  const [, average = "0"] = /= [\d.]+\/([\d.]+)\//.exec(ping) ?? [];
  if (Number(average) < 2 * (delayMs - jitterMs))
    throw new Error(`an answer takes ${average} ms: the relay does not delay`);
  scene.tell(`an answer takes ${average} ms`);
}

async function stopRelay(scene: Scene): Promise<void> {
  const running = relay;
  relay = null;
  if (running !== null && running.exitCode === null) {
    const ended = once(running, "exit");
    running.stdin?.end();
    await ended;
  }
  await scene.on(scene.owner, ["ethtool", "-K", storageNic, ...offloads("on")]);
}

export const lineFaults: readonly Fault[] = [
  {
    row: "23d",
    name: "slow-line",
    what: "answers to the owner take 200 ms more or less by 100, and 5 % of its frames are lost",
    expect: "stays",
    boundSeconds: 0,
    holdSeconds: 60,
    hits: "owner",
    inject: startRelay,
    heal: stopRelay,
  },
  {
    row: "25",
    name: "thin-line-in-migration",
    what: "the owner sends 10 Mbit/s at most while its VM migrates",
    expect: "stays",
    boundSeconds: 0,
    holdSeconds: 45,
    hits: "owner",
    async inject(scene) {
      const shape = ["root", "tbf", "rate", "10mbit", "burst", "32kb", "latency", "400ms"];
      await scene.on(scene.owner, ["tc", "qdisc", "replace", "dev", storageNic, ...shape]);
      migration = lab
        .exec(scene.follower(1), ["zsha", "migrate", scene.follower(0)], { timeoutMs: migrationMs })
        .catch(() => null);
    },
    async heal(scene) {
      await scene.shell(scene.owner, `tc qdisc delete dev ${storageNic} root; true`);
      await migration;
    },
  },
];
