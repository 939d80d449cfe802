import { expect, test, vi } from "vitest";
import type { DeploymentInput } from "@/contract/deployment-input";
import type { ProcedureDefinition } from "@/server/engine/step";
import type { RemoteHosts } from "@/server/ports/remote-host";
import { deployClusterProcedure } from "@/server/procedures/deploy-cluster/procedure";
import { describeConformance } from "@/testing/conformance/conformance";
import { ConformanceRig } from "@/testing/conformance/rig";
import type { DeployWorld } from "@/testing/deploy-cluster-world/deploy-world";
import {
  bareServers,
  bareServersInput,
  consulDigest,
  existingCeph,
  existingCephInput,
} from "@/testing/deploy-cluster-world/deploy-worlds";
import { scriptedPlatform } from "@/testing/deploy-cluster-world/scripted-platform";

vi.mock("@/lib/poll-until", async () => {
  const { pollByLooks } = await import("@/testing/conformance/poll-by-looks");
  return pollByLooks(30);
});

/** 1 takes a minute on two cores and is worth it after a change of a step; an eleventh of all crash points and sends is the daily share. */
const every = 11;

/** The platform is asked about the world that was made last: the kit plays one after the other. */
function subject(newWorld: () => DeployWorld): {
  procedure: ProcedureDefinition<DeploymentInput>;
  newWorld: () => DeployWorld;
} {
  let current = newWorld();
  const procedure = deployClusterProcedure({
    suite: { path: "zsha", sha256: "ef".repeat(32), version: "0.1.0" },
    consul: async () => ({ path: "consul", sha256: consulDigest }),
    dataPath: (path) => path,
    platform: scriptedPlatform(() => current),
  });
  return { procedure, newWorld: () => (current = newWorld()) };
}

describeConformance({
  name: "deploy-cluster on bare servers",
  ...subject(bareServers),
  input: bareServersInput(),
  every,
});

describeConformance({
  name: "deploy-cluster on a Ceph that exists",
  ...subject(existingCeph),
  input: existingCephInput(),
  every,
});

/** Some forty whole deployments on a busy machine. */
const awayTimeoutMs = 120_000;

test("nodes that took their old networks back while the panel was away get the planned ones, at most after Resume", {
  timeout: awayTimeoutMs,
}, async () => {
  const { procedure, newWorld } = subject(bareServers);
  const reference = newWorld();
  const clean = new ConformanceRig(reference, bareServersInput());
  const unharmed = clean.panel(procedure);
  await clean.start(unharmed);
  const wanted = reference.snapshot();
  let met = 0;
  for (let write = 1; write <= unharmed.writes(); write += 1) {
    const world = newWorld();
    const rig = new ConformanceRig(world, bareServersInput());
    await rig.start(rig.panel(procedure, { stopAfterWrites: write }));
    if (!world.hasUndecidedNetworks()) {
      if (met > 0) break;
      continue;
    }
    met += 1;
    world.rollbackTimersFire();
    const panel = rig.panel(procedure);
    await rig.takeOver(panel);
    if ((await rig.outcome()).state === "parked") await rig.ask(panel, "resume");
    expect((await rig.outcome()).state, `away after write ${write}`).toBe("succeeded");
    expect(world.snapshot(), `away after write ${write}`).toEqual(wanted);
  }
  expect(met).toBeGreaterThan(10);
});

test("a lost answer to one node's commit sends nobody back to the old networks", async () => {
  const { procedure, newWorld } = subject(bareServers);
  const world = newWorld();
  let isLost = false;
  const hosts: RemoteHosts = {
    host(name) {
      const host = world.hosts.host(name);
      return {
        ...host,
        sayTo: async (socket, said, options) => {
          const result = await host.sayTo(socket, said, options);
          if (isLost || name !== "ceph-1" || said.about !== "net-commit") return result;
          isLost = true;
          return { kind: "disconnected", reason: "cut", stdout: "", stderr: "", seconds: 0 };
        },
      };
    },
  };
  const rig = new ConformanceRig(
    { hosts, openSecret: world.openSecret, snapshot: () => world.snapshot() },
    bareServersInput(),
  );
  await rig.start(rig.panel(procedure));
  expect((await rig.outcome()).state).toBe("succeeded");
  expect(isLost).toBe(true);
  expect(world.memory.sent.filter((sent) => sent.includes("net-rollback"))).toEqual([]);
});
