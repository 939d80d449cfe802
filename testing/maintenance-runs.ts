// What a person does with a run of maintenance that meets a fault: waits for a step, sees it stand still, presses Resume.
import { afterAll, beforeAll } from "vitest";
import { factsOfHa } from "@/contract/maintenance-guards";
import { isStopped, type RunProgress } from "@/contract/run-progress";
import { sentenceText } from "@/contract/sentence";
import { unitsAtWork } from "@/e2e/journal";
import * as lab from "@/lab/cluster";
import {
  begin,
  guardsMs,
  type Maintained,
  maintainedLab,
  nothingLeft,
  runMs,
  statusNow,
  succeed,
  waitsForButton,
} from "@/testing/maintained-lab";
import { until } from "@/testing/maintenance-sights";

/** A deployment beside other test clusters takes six minutes; what a file's own set-up does comes on top. */
const deployMs = 1_200_000;

/** For all tests of a file: deployed before the first one, taken away after the last. */
export function deployedForAll(take: (maintained: Maintained) => void, deploy = () => maintainedLab()): void {
  let maintained: Maintained | null = null;
  beforeAll(async () => {
    maintained = await deploy();
    take(maintained);
  }, deployMs);
  afterAll(async () => {
    await maintained?.panel.stop();
  });
}

/** A person presses Resume at most so often. */
const resumesMax = 8;
/** Until nodes know each other again and their OSDs are whole; a person looks for longer before pressing again. */
const lookMs = 15_000;
/** A unit of a short command is gone within a second. */
const unitEveryMs = 100;

export const standsStill = ({ panel }: Maintained, runId: string): Promise<RunProgress> =>
  panel.progress(runId, ({ state }) => state === "succeeded" || state === "parked", runMs);

const stopped = ({ cells }: RunProgress) => Object.entries(cells).filter(([, cell]) => isStopped(cell));

/** Where a run stands still and why, for the log of the test. */
export function whyStill(progress: RunProgress): string {
  const reasons = stopped(progress).map(
    ([key, { reason, error }]) => `${key}: ${sentenceText(reason ?? error?.detail ?? "")}`,
  );
  return `${progress.state} ${reasons.join("; ")}`;
}

/** Presses Resume as a person does who sees the run stand still, until it has ended well. Returns how often. */
export async function resumed(maintained: Maintained, runId: string): Promise<number> {
  for (let presses = 0; presses < resumesMax; presses += 1) {
    const progress = await standsStill(maintained, runId);
    if (progress.state === "succeeded") return presses;
    console.log(whyStill(progress));
    await new Promise((resolve) => setTimeout(resolve, lookMs));
    await maintained.panel.client.run.resume.mutate({ runId });
    await maintained.panel.progress(runId, ({ seq }) => seq > progress.seq, guardsMs);
  }
  await succeed(maintained, runId);
  return resumesMax;
}

/** Some cell of the step has gone beyond looking. */
export const changedBy = ({ panel }: Maintained, runId: string, step: string) =>
  panel.progress(
    runId,
    ({ cells }) => Object.entries(cells).some(([key, { changed }]) => key.startsWith(`${step}/`) && changed),
    runMs,
  );

/** Every cell of the step was seen to have reached its goal. */
export const reached = ({ panel }: Maintained, runId: string, step: string) =>
  panel.progress(
    runId,
    ({ cells }) => {
      const own = Object.entries(cells).filter(([key]) => key.startsWith(`${step}/`));
      return own.every(([, { state }]) => state === "observed-succeeded" || state === "not-needed");
    },
    runMs,
  );

/** The node that was told, once the step's command is at work there. */
export const unitAtWork = ({ panel }: Maintained, runId: string, step: string): Promise<string> =>
  until(
    `${step} is sent`,
    async () => {
      const { cells } = await panel.client.run.progress.query({ runId });
      const told = Object.entries(cells)
        .find(([key]) => key.startsWith(`${step}/`))?.[1]
        .units.at(-1)?.node;
      if (told === undefined) return null;
      return (await unitsAtWork(told, runId, step)).length > 0 ? told : null;
    },
    runMs,
    unitEveryMs,
  );

export async function bringUp(maintained: Maintained, node: string): Promise<void> {
  const up = await begin(maintained, "node-up", node);
  await waitsForButton(maintained, up, node);
  await lab.powerOn(node);
  await succeed(maintained, up);
  await nothingLeft();
}

/** Consul's opinion, as the others have it; null: nobody can tell. */
async function heardOf(node: string): Promise<string | null> {
  const ha = await statusNow();
  const { members } = factsOfHa(ha, ha.at, { okToStop: null, open: null });
  const member = members.find((each) => each.node === node)?.member;
  return member?.state === "known" ? member.value : null;
}

export const isBack = (node: string): Promise<true> =>
  until(`${node} is back`, async () => ((await heardOf(node)) === "alive" ? true : null), runMs);

export const isLost = (node: string): Promise<true> =>
  until(
    `${node} is lost`,
    async () => {
      const said = await heardOf(node);
      return said === null || said === "alive" ? null : true;
    },
    guardsMs,
  );
