// Seconds of the deployment through the panel over those of the same commands in a plain shell script.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  inputOf,
  readyDraft,
  say,
  startFresh,
  stopPanel,
  succeeded,
  withBench,
  workDirectory,
} from "@/bench/bench-lab";
import { type ScriptFiles, writeScriptInput } from "@/bench/deploy-input";
import { median, rounded } from "@/bench/figures";
import { runScript } from "@/bench/script";
import type { LabStatus } from "@/lab/cluster";
import { followRun, type StepSeconds, startDeployment } from "@/scripts/lab-deployment";

const root = join(import.meta.dirname, "..");
/** The script gives up by itself after three minutes at one barrier; this only ends one that hangs. */
const scriptTimeoutMs = 900_000;

export const deployBar = 1.2;

const sha256 = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");

async function throughPanel(): Promise<{ seconds: number; steps: StepSeconds[] }> {
  const { client, status } = await startFresh();
  const draftId = await readyDraft(client, status);
  const run = await followRun(client, await startDeployment(client, draftId), () => {});
  succeeded(run);
  return { seconds: run.seconds, steps: run.steps };
}

/** Prepared through the panel as the other, which then ends: the script has the machine for itself. */
async function throughScript(): Promise<number> {
  const { client, status } = await startFresh();
  const input = await inputOf(client, await readyDraft(client, status));
  await stopPanel();
  const directory = join(workDirectory, "script");
  mkdirSync(directory, { mode: 0o700 });
  writeScriptInput(directory, input, status, scriptFiles(status));
  const began = performance.now();
  await runScript("deploy.sh", [directory], scriptTimeoutMs);
  return (performance.now() - began) / 1000;
}

function scriptFiles({ consul, managementVm }: LabStatus): ScriptFiles {
  if (consul === null || managementVm === null) throw new Error("the test cluster has no Consul or no image");
  const suite = join(root, "dist/zsha");
  return {
    suite: { path: suite, sha256: sha256(suite) },
    consul: { path: consul.binary, sha256: consul.sha256 },
    image: managementVm.image,
  };
}

export interface DeployFigures {
  ratio: number;
  panelSeconds: number;
  scriptSeconds: number;
  runs: number;
  panel: number[];
  script: number[];
  /** Of the last run through the panel. */
  steps: StepSeconds[];
}

export const benchDeploy = (runs: number): Promise<DeployFigures> =>
  withBench(async () => {
    const panel: number[] = [];
    const script: number[] = [];
    let steps: StepSeconds[] = [];
    const measurePanel = async (): Promise<void> => {
      const run = await throughPanel();
      steps = run.steps;
      panel.push(rounded(run.seconds));
      say(`through the panel: ${run.seconds.toFixed(1)} s`);
    };
    const measureScript = async (): Promise<void> => {
      const seconds = await throughScript();
      script.push(rounded(seconds));
      say(`plain script: ${seconds.toFixed(1)} s`);
    };
    for (let run = 0; run < runs; run += 1) {
      const inTurn = run % 2 === 0 ? [measureScript, measurePanel] : [measurePanel, measureScript];
      for (const measure of inTurn) await measure();
    }
    const [panelSeconds, scriptSeconds] = [rounded(median(panel)), rounded(median(script))];
    return { ratio: rounded(panelSeconds / scriptSeconds), panelSeconds, scriptSeconds, runs, panel, script, steps };
  });
