// Seconds of the import through the panel's engine over those of a bare qemu-img, same node, same pool, same file.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { onNode, say, startDeployed, withBench } from "@/bench/bench-lab";
import { median, rounded } from "@/bench/figures";
import { type DeploymentInput, deploymentInputSchema } from "@/contract/deployment-input";
import type { PlannedStep } from "@/contract/run";
import type * as lab from "@/lab/cluster";
import { temporaryDatabase } from "@/testing/temporary-database";
import { SshConnections } from "@/server/adapters/ssh/connections";
import { probeHostKey } from "@/server/adapters/ssh/open-client";
import { SshHost } from "@/server/adapters/ssh/ssh-host";
import { productPace } from "@/server/engine/cell-control";
import { RunEngine } from "@/server/engine/run-engine";
import type { ProcedureDefinition } from "@/server/engine/step";
import { rbdName } from "@/server/procedures/deploy-cluster/image-commands";
import { imageImport } from "@/server/procedures/deploy-cluster/steps/image-import";
import type { RemoteHosts } from "@/server/ports/remote-host";
import { runStore } from "@/server/run/store";

export const importBar = 1.05;

const pool = "bench";
const poolPgs = "32";
const imageFile = "/var/tmp/bench-random.qcow2";
/** One import. A gigabyte in three copies takes half a minute on three loop devices of one machine. */
const importTimeoutMs = 3_600_000;
/** Removed images are deleted in the background; an import beside that would pay for the one before. */
const restMs = 10_000;

/** The import's own step and nothing else: what is measured runs in the panel's engine, journal and SSH adapter. */
const importProcedure: ProcedureDefinition<DeploymentInput> = {
  kind: "deploy-cluster",
  parseInput: (json) => deploymentInputSchema.parse(json),
  plan(input): PlannedStep[] {
    const planned = imageImport.plan(input);
    if (planned === null) throw new Error("this deployment imports no image");
    return [{ ...planned, after: [] }];
  },
  steps: [imageImport.definition],
};

/** Random data: nothing in it can be left out, compressed or found to be zero. */
async function makeImage(node: string, gigabytes: number, base: DeploymentInput): Promise<DeploymentInput> {
  const megabytes = gigabytes * 1024;
  const raw = `${imageFile}.raw`;
  await onNode(
    node,
    ["dd", "if=/dev/urandom", `of=${raw}`, "bs=1M", `count=${megabytes}`, "status=none"],
    importTimeoutMs,
  );
  await onNode(node, ["qemu-img", "convert", "-f", "raw", "-O", "qcow2", raw, imageFile], importTimeoutMs);
  await onNode(node, ["rm", "-f", raw]);
  const sha256 = (await onNode(node, ["sha256sum", imageFile], importTimeoutMs)).split(" ")[0] ?? "";
  const fileBytes = Number(await onNode(node, ["stat", "-c", "%s", imageFile]));
  const source = { kind: "node-path" as const, node, path: imageFile };
  const virtualBytes = megabytes * 1024 * 1024;
  const image = {
    ...base.image,
    source,
    fileName: "bench-random.qcow2",
    fileBytes,
    sha256,
    virtualBytes,
    panelPath: null,
  };
  return deploymentInputSchema.parse({ ...base, image, storage: { ...base.storage, pool } });
}

async function makePool(node: string): Promise<void> {
  await onNode(node, ["ceph", "osd", "pool", "create", pool, poolPgs, poolPgs, "replicated"]);
  await onNode(node, ["ceph", "osd", "pool", "application", "enable", pool, "rbd"]);
}

interface Measured {
  hosts: RemoteHosts;
  host: SshHost;
  input: DeploymentInput;
  image: string;
}

interface Timed {
  seconds: number;
  /** Of it, qemu-img and the unit around it; null where there is nothing else. */
  conversion: number | null;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function forget({ host, image }: Measured): Promise<void> {
  await onNode(host.node, ["rbd", "rm", "--no-progress", image], importTimeoutMs);
  await pause(restMs);
}

async function bare(measured: Measured): Promise<Timed> {
  const { host, image } = measured;
  const argv = ["qemu-img", "convert", "-p", "-f", "qcow2", "-O", "raw", imageFile, `rbd:${image}`];
  const began = performance.now();
  const result = await host.exec(argv, { timeoutMs: importTimeoutMs });
  const seconds = (performance.now() - began) / 1000;
  if (result.kind !== "exited" || result.code !== 0)
    throw new Error(`${argv.join(" ")} ended ${result.kind}: ${result.stderr}`);
  await forget(measured);
  return { seconds, conversion: null };
}

/** From the moment the conversion was sent until the next command was, as the journal has it: qemu-img and the unit around it. */
async function conversionSeconds(runId: string): Promise<number> {
  const sent = (await runStore.events(runId, 0, 1_000)).flatMap(({ at, body }) =>
    body.kind === "step-command" ? [{ at: Date.parse(at), text: body.text }] : [],
  );
  const index = sent.findIndex(({ text }) => text.startsWith("qemu-img convert"));
  const [began, ended] = [sent[index]?.at, sent[index + 1]?.at];
  if (index < 0 || began === undefined || ended === undefined) throw new Error(`run ${runId} converted nothing`);
  return (ended - began) / 1000;
}

/** From the request to start until the run has succeeded: plan, look, journal, import, verification. */
async function throughEngine(measured: Measured): Promise<Timed> {
  const engine = new RunEngine({
    journal: runStore,
    procedureOf: () => importProcedure as ProcedureDefinition<unknown>,
    hostsOf: () => Promise.resolve(measured.hosts),
    // The nodes of this bench have no Consul to lock.
    lockStoreOf: () => Promise.reject(new Error("there is no Consul")),
    fenceFloorOf: () => Promise.resolve(0),
    openSecret: (ref) => Promise.reject(new Error(`the import needs no secret, and asked for ${ref}`)),
    scrub: (text) => text,
    pace: productPace,
    onCommitted: () => undefined,
    log: (message, facts) => say(`${message} ${JSON.stringify(facts)}`),
  });
  engine.startBeating();
  try {
    const began = performance.now();
    const { runId } = await engine.start({
      kind: "deploy-cluster",
      clusterId: "bench",
      input: measured.input,
      actor: "bench",
      idempotencyKey: randomUUID(),
    });
    await engine.idle();
    const seconds = (performance.now() - began) / 1000;
    const state = (await runStore.load(runId))?.state;
    if (state !== "succeeded") throw new Error(`the import is ${state}`);
    const conversion = await conversionSeconds(runId);
    await forget(measured);
    return { seconds, conversion };
  } finally {
    await engine.stop();
  }
}

async function hostsOf(status: lab.LabStatus, connections: SshConnections): Promise<Map<string, SshHost>> {
  const privateKey = readFileSync(status.sshKey, "utf8");
  const made = status.nodes.map(async ({ name, ip }): Promise<[string, SshHost]> => {
    const pin = await probeHostKey(ip, 22);
    return [
      name,
      new SshHost(name, connections, () => ({ node: name, address: ip, port: 22, user: "root", pin, privateKey })),
    ];
  });
  return new Map(await Promise.all(made));
}

export interface ImportFigures {
  ratio: number;
  panelSeconds: number;
  bareSeconds: number;
  gigabytes: number;
  runs: number;
  panel: number[];
  bare: number[];
  /** Of `panel`, the part that was qemu-img and the unit around it. */
  conversion: number[];
  measured: string;
}

export const benchImport = (options: { gigabytes: number; runs: number }): Promise<ImportFigures> =>
  withBench(async () => {
    const { status, input: deployed } = await startDeployed();
    const database = await temporaryDatabase();
    const connections = new SshConnections();
    try {
      await database.client.cluster.create({ data: { id: "bench", name: "bench" } });
      const hosts = await hostsOf(status, connections);
      const host = hosts.get(deployed.nodes[0]?.name ?? "");
      if (host === undefined) throw new Error("the cluster has no nodes");
      say(`making ${options.gigabytes} GB of random data on ${host.node}…`);
      const input = await makeImage(host.node, options.gigabytes, deployed);
      await makePool(host.node);
      const byName: RemoteHosts = {
        host: (name) => {
          const found = hosts.get(name);
          if (found === undefined) throw new Error(`no node ${name}`);
          return found;
        },
      };
      const measured: Measured = { hosts: byName, host, input, image: rbdName(input) };
      const figures = { panel: [] as number[], bare: [] as number[], conversion: [] as number[] };
      for (let run = 0; run < options.runs; run += 1) {
        const inTurn = run % 2 === 0 ? (["bare", "panel"] as const) : (["panel", "bare"] as const);
        for (const which of inTurn) {
          const result: Timed = which === "bare" ? await bare(measured) : await throughEngine(measured);
          figures[which].push(rounded(result.seconds));
          if (result.conversion !== null) figures.conversion.push(rounded(result.conversion));
          say(`${which}: ${result.seconds.toFixed(1)} s`);
        }
      }
      const [panelSeconds, bareSeconds] = [rounded(median(figures.panel)), rounded(median(figures.bare))];
      return {
        ratio: rounded(panelSeconds / bareSeconds),
        panelSeconds,
        bareSeconds,
        ...options,
        ...figures,
        measured:
          "the step ensure-image-imported, alone, in the panel's engine, journal and SSH adapter inside the bench's process; the file lay on the node",
      };
    } finally {
      connections.close();
      await database.close();
    }
  });
