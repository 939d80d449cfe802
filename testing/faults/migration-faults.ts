// Row 40: something dies at a moment of a migration. Whatever happens, the guest ends up running once.
import { setTimeout as sleep } from "node:timers/promises";
import { managementVmDomainName } from "@/contract/ha-config";
import { operationRecordSchema } from "@/contract/consul-keys";
import * as lab from "@/lab/cluster";
import type { Fault } from "@/testing/faults/fault";
import type { Scene } from "@/testing/faults/scene";

/** MiB/s. An idle guest copies some 100 MiB: slow enough to be met half-way, fast enough to end. */
const slowSpeed = "8";
const momentMs = 120_000;
const lookMs = 100;
const askAgainMs = 3_000;

const moments = ["set-up", "10 %", "90 %", "switch-over"] as const;
type Moment = (typeof moments)[number];
const victims = [
  "zshad at the source",
  "zshad at the target",
  "libvirtd at the source",
  "libvirtd at the target",
  "virsh",
  "the link",
  "the target's power",
] as const;
type Victim = (typeof victims)[number];

async function reached(scene: Scene, target: string, moment: Moment): Promise<boolean> {
  const receiver = scene.witness.alive().find((life) => life.node === target);
  if (moment === "set-up") return receiver !== undefined;
  if (moment === "switch-over") return receiver !== undefined && receiver.ranFrom !== null;
  const value = await scene.consulKey(scene.owner, "zsha/operation");
  const operation = operationRecordSchema.safeParse(value);
  const percent = operation.success ? (operation.data.percent ?? 0) : 0;
  return receiver !== undefined && percent >= (moment === "10 %" ? 10 : 90);
}

async function kill(scene: Scene, victim: Victim, target: string): Promise<void> {
  switch (victim) {
    case "zshad at the source":
      return void (await scene.killService(scene.owner, "zsha"));
    case "zshad at the target":
      return void (await scene.killService(target, "zsha"));
    case "libvirtd at the source":
      return void (await scene.killService(scene.owner, "libvirtd"));
    case "libvirtd at the target":
      return void (await scene.killService(target, "libvirtd"));
    case "virsh":
      return void (await scene.shell(scene.owner, "pkill -9 -x virsh; true"));
    case "the link":
      return lab.cut(scene.owner, { network: "storage", peer: target });
    case "the target's power":
      return lab.powerOff(target);
  }
}

function migrationFault(victim: Victim, moment: Moment): Fault {
  const words = `${victim} ${moment}`.replaceAll(/^the | at the|the |'s/g, "").replaceAll(/[ %]+/g, "-");
  return {
    row: "40",
    name: `migration-${words}`.replace(/-$/, ""),
    what: `a migration, and ${victim} ends at ${moment}`,
    expect: "stays-or-moves",
    boundSeconds: 45,
    holdSeconds: 20,
    hits: "owner",
    ci:
      (victim === "zshad at the source" && moment === "10 %") ||
      (victim === "libvirtd at the target" && moment === "90 %"),
    async inject(scene) {
      const target = scene.follower(0);
      await scene.on(scene.owner, ["virsh", "--quiet", "migrate-setspeed", managementVmDomainName, slowSpeed]);
      // Ends when the migration does, well or badly; what came of it is seen on the machine.
      let refused: string | null = null;
      const ask = (): Promise<unknown> =>
        lab.exec(scene.follower(scene.followers.length - 1), ["zsha", "migrate", target], { timeoutMs: 300_000 }).then(
          ({ code, stderr }) => {
            if (code !== 0) refused = stderr.trim();
          },
          (error: unknown) => {
            refused = String(error);
          },
        );
      let asked = ask();
      const until = performance.now() + momentMs;
      while (!(await reached(scene, target, moment).catch(() => false))) {
        if (performance.now() > until)
          throw new Error(`the migration never came to ${moment}${refused === null ? "" : `: ${refused}`}`);
        await sleep(lookMs);
        if (refused === null) continue;
        // A node that was just powered on, or is short of processor time, may not be eligible for a moment.
        await sleep(askAgainMs);
        refused = null;
        asked = ask();
      }
      await kill(scene, victim, target);
      scene.tell(`${victim} ended at ${moment}`);
      await Promise.race([asked, sleep(momentMs)]);
    },
    async heal(scene) {
      await lab.heal();
      await lab.powerOn(scene.follower(0));
    },
  };
}

export const migrationFaults: readonly Fault[] = moments.flatMap((moment) =>
  victims.map((victim) => migrationFault(victim, moment)),
);
