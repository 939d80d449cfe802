import { vi } from "vitest";
import type { DeploymentInput } from "@/contract/deployment-input";
import type { PollBounds } from "@/lib/poll-until";
import type { ProcedureDefinition } from "@/server/engine/step";
import { deployClusterProcedure } from "@/server/procedures/deploy-cluster/procedure";
import { describeConformance } from "@/testing/conformance/conformance";
import type { DeployWorld } from "@/testing/deploy-cluster-world/deploy-world";
import {
  bareServers,
  bareServersInput,
  consulDigest,
  existingCeph,
  existingCephInput,
} from "@/testing/deploy-cluster-world/deploy-worlds";
import { scriptedPlatform } from "@/testing/deploy-cluster-world/scripted-platform";

/** Nothing happens by itself in a scripted world, so a wait is a number of looks with everybody else's turn between. */
vi.mock("@/lib/poll-until", () => ({
  pollUntil: async <T>(look: () => Promise<T | null>, { signal }: PollBounds): Promise<T | null> => {
    for (let looks = 0; looks < 30; looks += 1) {
      const seen = await look();
      if (seen !== null) return seen;
      if (signal.aborted) return null;
      await new Promise((resolve) => setImmediate(resolve));
    }
    return null;
  },
}));

/** 1 takes a minute on two cores and is worth it after a change of a step; a third of all crash points and sends is the daily share. */
const every = 3;

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
