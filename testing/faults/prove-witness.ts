// The witness itself on trial: without fence and without exclusive lock an owner that sleeps through its take-over writes on
// when it wakes. A witness that calls this clean is worth nothing. The image is ruined by it, so the lab is thrown away.
import { setTimeout as sleep } from "node:timers/promises";
import { managementVmImageName } from "@/contract/ha-config";
import * as lab from "@/lab/cluster";
import { run } from "@/lab/shell";
import { SSH_OPTIONS } from "@/lab/testing";
import type { Say } from "@/testing/faults/cluster";
import { guestBootMs, labPatience, waitUntilWell } from "@/testing/faults/run-fault";
import { buildUnfencedSuite } from "@/testing/faults/unfenced-suite";
import type { Verdict } from "@/testing/witness/check";
import type { Witness } from "@/testing/witness/witness";

/** Both guests write side by side for this long: some hundred records. */
const sideBySideMs = 10_000;
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
  await lab.resume(scene.owner, "qemu-system-x86");
  await sleep(sideBySideMs);
  const { verdict } = await witness.endRun([]);
  await scene.thaw(scene.owner);
  return verdict;
}
