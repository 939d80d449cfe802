// What every bench stands on: a panel of its own and a test cluster, taken down whatever happens.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { type DeploymentInput, deploymentInput } from "@/contract/deployment-input";
import * as lab from "@/lab/cluster";
import { buildPanel } from "@/scripts/build-panel";
import { fillDraft, followRun, prepareNodes, startDeployment, type FollowedRun } from "@/scripts/lab-deployment";
import { type PanelClient, panelClient } from "@/scripts/panel-client";
import { type PanelProcess, startPanelProcess, stopPanelProcess } from "@/scripts/panel-process";

/** Known by name, so that a bench can clean up after one that was killed. */
export const workDirectory = join(tmpdir(), "trivet-bench");
const recordFile = join(workDirectory, "panel.json");
const recordSchema = z.object({ pid: z.number(), startedAt: z.string() });

const port = 3500;
export const panelUrl = `http://127.0.0.1:${port}`;
export const account = { username: "admin", password: "only for this bench" } as const;

/** Set by Ctrl-C and kill: what is still coming up must not be there after everything was taken down. */
let isEnding = false;
let panelStart: Promise<void> = Promise.resolve();

export const say = (line: string): void => console.error(line);

function recordedPanel(): PanelProcess | null {
  try {
    return recordSchema.parse(JSON.parse(readFileSync(recordFile, "utf8")));
  } catch {
    return null;
  }
}

export function panelPid(): number {
  const panel = recordedPanel();
  if (panel === null) throw new Error("no panel is running");
  return panel.pid;
}

export async function stopPanel(): Promise<void> {
  const panel = recordedPanel();
  if (panel !== null) await stopPanelProcess(panel);
}

export async function takeDown(): Promise<void> {
  await panelStart.catch(() => undefined);
  await stopPanel();
  await lab.down();
  rmSync(workDirectory, { recursive: true, force: true });
}

export async function startPanel(): Promise<void> {
  const panel = await startPanelProcess({
    url: panelUrl,
    port,
    dataDirectory: join(workDirectory, "data"),
    logFile: join(workDirectory, "panel.log"),
  });
  writeFileSync(recordFile, JSON.stringify(panel));
}

/** Bare nodes and a panel that knows nothing, with a signed-in administrator. */
export async function startFresh(
  nodes = 3,
  files: lab.UpOptions["files"] = [],
): Promise<{ client: PanelClient; status: lab.LabStatus }> {
  await takeDown();
  mkdirSync(workDirectory, { recursive: true, mode: 0o700 });
  await lab.up({ nodes, files });
  if (isEnding) throw new Error("ended while the cluster was starting");
  panelStart = startPanel();
  await panelStart;
  const client = panelClient(panelUrl);
  await client.auth.setup.mutate(account);
  return { client, status: await lab.status() };
}

export async function readyDraft(client: PanelClient, status: lab.LabStatus): Promise<string> {
  const draftId = await prepareNodes(client, status, "bench");
  await fillDraft(client, status, draftId);
  return draftId;
}

/** What a run of this draft is given. */
export async function inputOf(client: PanelClient, draftId: string): Promise<DeploymentInput> {
  const { draft } = await client.deployment.get.query({ draftId });
  const made = deploymentInput(draft);
  if (made.ok) return made.input;
  throw new Error(`the draft is not ready: ${made.problems.map(({ code }) => code).join(", ")}`);
}

export interface DeployedCluster {
  status: lab.LabStatus;
  input: DeploymentInput;
  run: FollowedRun;
}

/** A deployed cluster and the panel that deployed it. */
export async function startDeployed(files: lab.UpOptions["files"] = []): Promise<DeployedCluster> {
  const { client, status } = await startFresh(3, files);
  const draftId = await readyDraft(client, status);
  const input = await inputOf(client, draftId);
  say("deploying the cluster to measure on…");
  const run = await followRun(client, await startDeployment(client, draftId), () => {});
  succeeded(run);
  say(`deployed in ${run.seconds.toFixed(0)} s`);
  return { status, input, run };
}

export function succeeded(run: FollowedRun): void {
  if (run.state !== "succeeded") throw new Error(`the deployment is ${run.state}: ${run.because.join("\n")}`);
}

/** Builds what is measured, runs the bench and takes everything down: after success, failure, Ctrl-C and kill. */
export async function withBench<T>(measure: () => Promise<T>): Promise<T> {
  buildPanel();
  const interrupted = new Promise<never>((_, reject) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
      process.once(signal, () => {
        isEnding = true;
        reject(new Error(`ended by ${signal}`));
      });
  });
  try {
    return await Promise.race([measure(), interrupted]);
  } finally {
    await takeDown();
  }
}

/** A command on a node; throws with what it said. */
export async function onNode(node: string, argv: readonly string[], timeoutMs = 120_000): Promise<string> {
  const result = await lab.exec(node, argv, { timeoutMs });
  if (result.code === 0) return result.stdout;
  throw new Error(`${argv.join(" ")} on ${node}: exit ${result.code}\n${result.stdout}\n${result.stderr}`);
}
