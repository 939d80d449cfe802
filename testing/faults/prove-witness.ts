// The witness itself on trial: without fence and without exclusive lock an owner that sleeps through its take-over writes on
// when it wakes. A witness that calls this clean is worth nothing. The image is ruined by it, so the lab is thrown away.
import { managementVmImageName } from "@/contract/ha-config";
import * as lab from "@/lab/cluster";
import { run } from "@/lab/shell";
import { SSH_OPTIONS } from "@/lab/testing";
import type { Say } from "@/testing/faults/cluster";
import { guestBootMs, labPatience, waitUntilWell } from "@/testing/faults/run-fault";
import { buildUnfencedSuite } from "@/testing/faults/unfenced-suite";
import type { Verdict } from "@/testing/witness/check";
import type { Ack } from "@/testing/witness/history";
import type { Witness } from "@/testing/witness/witness";

/** Acknowledged writes of the woken owner: ten are beyond any write that was under way when it was frozen. */
const enoughWrites = 10;
/** From the waking to those: QEMU finds its monitors and OSDs again first, whose connections ended while it slept. */
const wakeMs = 60_000 * labPatience;
const takeoverMs = 60_000 * labPatience + guestBootMs;

export async function proveWitness(witness: Witness, nodes: readonly string[], say: Say): Promise<Verdict> {
  const scene = await waitUntilWell(witness, nodes, say, "lifted");
  const status = await lab.status();
  const executable = await buildUnfencedSuite();
  for (const node of status.nodes) {
    const target = `root@${node.ip}:/usr/sbin/zsha.unfenced`;
    await run(["scp", ...SSH_OPTIONS, "-i", status.sshKey, executable, target]);
    await scene.shell(node.name, "mv /usr/sbin/zsha.unfenced /usr/sbin/zsha && systemctl restart zsha.service");
  }
  const image = `zstack/${managementVmImageName}`;
  await scene.on(scene.owner, ["rbd", "feature", "disable", image, "fast-diff", "object-map", "exclusive-lock"]);
  const isServed = async (): Promise<boolean> =>
    (await scene.status(scene.follower(0))).services.every(({ state }) => state === "running");
  await scene.until("zshad everywhere", isServed, takeoverMs);
  say("no fence, no exclusive lock: freezing the owner");
  witness.beginRun();
  await scene.freeze(scene.owner, ["daemon", "qemu"]);
  await scene.until(
    "the guest on another node",
    () => (scene.newBoot()?.node ?? scene.owner) !== scene.owner,
    takeoverMs,
  );
  say("taken over; waking the old owner's QEMU");
  const wokenAt = Date.now();
  await lab.resume(scene.owner, "qemu-system-x86");
  const isOld = ({ ok, boot, at }: Ack): boolean => ok && boot === scene.before.boot && at > wokenAt;
  const writesAgain = (): boolean => witness.acks.acks.filter(isOld).length >= enoughWrites;
  const seconds = await scene.until("writes of the woken owner", writesAgain, wakeMs);
  say(`it writes again after ${seconds.toFixed(1)} s, beside its successor`);
  const { verdict } = await witness.endRun([]);
  await scene.thaw(scene.owner);
  return verdict;
}
