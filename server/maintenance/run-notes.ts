import type { MaintenanceRecord } from "@/contract/maintenance";
import type { FlagsOfRun } from "@/contract/open-bracket";
import type { RunProgress } from "@/contract/run-progress";
import { findRun } from "@/server/run/service";

const flagStep = "ensure-ceph-flags/";

/** Whether this run's own step set Ceph's flags, or found them there. Only what was observed counts. */
export function flagsOfRun({ cells }: Pick<RunProgress, "cells">): FlagsOfRun {
  const step = Object.entries(cells).find(([key]) => key.startsWith(flagStep))?.[1];
  if (step?.state === "not-needed") return "found";
  // A step that was cut in the middle may have set some: they belong to it.
  return step?.changed === true && step.state !== "undone" ? "set" : "not-set";
}

/** By run id; a record of another panel's run is not in it. */
export async function flagsOfRuns(records: readonly MaintenanceRecord[]): Promise<Record<string, FlagsOfRun>> {
  const noted = await Promise.all(
    records.map(async ({ runId }) => {
      const found = await findRun(runId);
      return found === null ? [] : [[runId, flagsOfRun(found.progress)] as const];
    }),
  );
  return Object.fromEntries(noted.flat());
}
