// A panel of its own, three bare nodes and a deployment through the API: what the tests on real nodes start from.
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunProgress } from "@/contract/run-progress";
import * as lab from "@/lab/cluster";
import { bringSuite } from "@/scripts/bring-suite";
import { buildPanel } from "@/scripts/build-panel";
import { fillDraft, prepareNodes } from "@/scripts/lab-deployment";
import { type PanelClient, panelClient } from "@/scripts/panel-client";
import { killPanelProcess, type PanelProcess, startPanelProcess, stopPanelProcess } from "@/scripts/panel-process";

const port = 3310;
const url = `http://127.0.0.1:${port}`;
const progressPollMs = 250;
const account = { username: "admin", password: "only-for-this-test" };

export class LabPanel {
  #process: PanelProcess | null = null;
  readonly client: PanelClient = panelClient(url);

  private constructor(private readonly directory: string) {}

  /** Bare nodes and a fresh panel with a signed-in administrator. */
  static async start(nodes = 3): Promise<LabPanel> {
    buildPanel();
    await lab.down();
    await lab.up({ nodes });
    const panel = new LabPanel(await mkdtemp(join(tmpdir(), "trivet-panel-")));
    await panel.startProcess();
    await panel.client.auth.setup.mutate(account);
    return panel;
  }

  async startProcess(): Promise<void> {
    const { directory } = this;
    this.#process = await startPanelProcess({
      url,
      port,
      dataDirectory: join(directory, "data"),
      logFile: join(directory, "panel.log"),
    });
  }

  /** Puts an executable where an operator puts a newer suite; null takes it away again. */
  async bringSuite(executable: string | null): Promise<void> {
    await bringSuite(join(this.directory, "data"), executable);
  }

  /** kill -9 and start again on the same data. */
  async crash(): Promise<void> {
    if (this.#process === null) throw new Error("the panel does not run");
    killPanelProcess(this.#process);
    await stopPanelProcess(this.#process);
    await this.startProcess();
  }

  /** Of the first `count` nodes; the others stay bare. */
  async readyDraft(clusterName: string, count?: number): Promise<string> {
    const whole = await lab.status();
    const status = { ...whole, nodes: whole.nodes.slice(0, count) };
    const draftId = await prepareNodes(this.client, status, clusterName);
    await fillDraft(this.client, status, draftId);
    return draftId;
  }

  /** Looks until `seen` says so; the panel may be away meanwhile. */
  async progress(runId: string, seen: (progress: RunProgress) => boolean, timeoutMs: number): Promise<RunProgress> {
    const until = performance.now() + timeoutMs;
    let last: RunProgress | null = null;
    while (performance.now() < until) {
      last = await this.client.run.progress.query({ runId }).catch(() => last);
      if (last !== null && seen(last)) return last;
      await new Promise((resolve) => setTimeout(resolve, progressPollMs));
    }
    const cells = Object.entries(last?.cells ?? {}).map(
      ([key, cell]) => `${key} ${cell.state} ${cell.error?.detail ?? ""}`,
    );
    throw new Error(`not seen in ${timeoutMs / 1000} s; the run is ${last?.state ?? "unknown"}:\n${cells.join("\n")}`);
  }

  /** Everything the panel has written: database with its write-ahead log, log file. Not the key, which is a secret itself. */
  async written(): Promise<Buffer> {
    const data = join(this.directory, "data");
    const files = (await readdir(data)).filter((name) => name.startsWith("trivet.db")).map((name) => join(data, name));
    return Buffer.concat(
      await Promise.all([...files, join(this.directory, "panel.log")].map((file) => readFile(file))),
    );
  }

  async stop(): Promise<void> {
    await this.leave();
    await lab.down();
  }

  /** Ends the panel; what it deployed runs on. */
  async leave(): Promise<void> {
    if (this.#process !== null) await stopPanelProcess(this.#process);
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** Runs a command on a node; throws with what it said when it does not end with one of `codes`. */
export async function onNode(
  node: string,
  argv: readonly string[],
  codes: readonly number[] = [0],
  options: { input?: string; timeoutMs?: number } = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const result = await lab.exec(node, argv, options);
  if (codes.includes(result.code)) return result;
  throw new Error(`${argv.join(" ")} on ${node}: exit ${result.code}\n${result.stdout}\n${result.stderr}`);
}
