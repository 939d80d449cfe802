// npm run demo: the whole first deployment on the real test cluster, through the panel's own API.
// -- --detach   returns after the deployment; last line of stdout is one JSON object
// -- --no-deploy  stops before deploying, with bare nodes, and prints what to enter in the wizard
// -- --stop     ends a detached demo
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { buildPanel } from "@/scripts/build-panel";
import {
  type FollowedRun,
  fillDraft,
  followRun,
  furnishPlatform,
  labPlatform,
  prepareNodes,
  startDeployment,
} from "@/scripts/lab-deployment";
import { panelClient } from "@/scripts/panel-client";
import { startPanelProcess, stopPanelProcess } from "@/scripts/panel-process";
import * as lab from "@/lab/cluster";
import { LAB_NAME } from "@/lab/places";

/** One demo per test cluster: two clusters of different names may each have one. */
const stateDirectory = `/var/lib/trivet-demo${LAB_NAME === "" ? "" : `-${LAB_NAME}`}`;
const stateFile = join(stateDirectory, "state.json");
const stateSchema = z.object({ pid: z.number(), startedAt: z.string() });
const port = 3000;
const url = `http://127.0.0.1:${port}`;
const username = "admin";
const clusterName = "demo";

const { values: options } = parseArgs({
  options: {
    detach: { type: "boolean", default: false },
    "no-deploy": { type: "boolean", default: false },
    stop: { type: "boolean", default: false },
  },
});

const say = (line: string): void => console.error(line);

/** Ends what an earlier demo left, whether it was detached, interrupted or killed. */
async function takeDown(): Promise<void> {
  if (existsSync(stateFile)) {
    const state = stateSchema.safeParse(JSON.parse(readFileSync(stateFile, "utf8")));
    if (state.success) await stopPanelProcess(state.data);
  }
  await lab.down();
  rmSync(stateDirectory, { recursive: true, force: true });
}

async function bringUp(): Promise<lab.LabStatus> {
  await takeDown();
  say("Building the panel and the suite…");
  buildPanel();
  say("Starting the test cluster: three bare nodes…");
  await lab.up({ nodes: 3 });
  mkdirSync(stateDirectory, { recursive: true, mode: 0o700 });
  const panel = await startPanelProcess({
    url,
    port,
    dataDirectory: join(stateDirectory, "data"),
    logFile: join(stateDirectory, "panel.log"),
  });
  writeFileSync(stateFile, JSON.stringify(panel));
  say(`The panel answers at ${url}`);
  return await lab.status();
}

function tellWizard(status: lab.LabStatus): void {
  const { managementVm, consul, networksPlan } = status;
  console.log(`
Open ${url} and create the first administrator; then enter in the wizard:

  nodes            ${status.nodes.map((node) => node.ip).join(" ")}   user root, password ${status.rootPassword}
  storage network  NIC p5p1 on each node, addresses ${status.nodes.map((node) => node.storageIp).join(" ")} /24, MTU 9000
  management       NIC eth0 with a bridge, addresses as they are, gateway ${networksPlan.management.gateway}
  VM data          NIC em1, no address
  storage          bootstrap on the suggested empty disks, ${status.nodes.map((node) => `${node.name}:${node.disks.join(",")}`).join(" ")}
  Consul           path on the panel ${consul?.binary ?? "-"}, version ${consul?.version ?? "-"}
  image            path on the panel ${managementVm?.image ?? "-"}
  configuration    management address ${managementVm?.ip ?? "-"}, netmask ${managementVm?.netmask ?? "-"}, gateway ${managementVm?.gateway ?? "-"}
  platform         user ${labPlatform.user}, password ${labPlatform.password}
`);
}

async function deploy(status: lab.LabStatus, password: string): Promise<FollowedRun> {
  const client = panelClient(url);
  await client.auth.setup.mutate({ username, password });
  say("Adding three nodes: host keys, the panel's own key, facts…");
  const draftId = await prepareNodes(client, status, clusterName);
  await fillDraft(client, status, draftId);
  say("Deploying. Every line was observed on the machine:");
  const run = await followRun(client, await startDeployment(client, draftId), say);
  if (run.state !== "succeeded") {
    throw new Error(`the deployment is ${run.state}: ${url}/runs/${run.runId}\n${run.because.join("\n")}`);
  }
  await furnishPlatform(await lab.status());
  return run;
}

async function report(status: lab.LabStatus, run: FollowedRun, password: string) {
  const ha = await lab.exec(status.nodes[0]?.name ?? "", ["zsha", "status", "--json"]);
  const seen = z
    .looseObject({ managementVm: z.looseObject({ node: z.string().nullable() }), managementIps: z.array(z.string()) })
    .parse(JSON.parse(ha.stdout.trim().split("\n").at(-1) ?? "null"));
  const ip = seen.managementIps[0] ?? "";
  return {
    url,
    username,
    password,
    cluster: clusterName,
    nodes: status.nodes.map((node) => ({ name: node.name, ip: node.ip })),
    managementVm: {
      node: seen.managementVm.node ?? "",
      ip,
      uiUrl: `http://${ip}:5000`,
      apiUrl: `http://${ip}:8080/zstack/v1`,
    },
    deploySeconds: run.seconds,
    steps: run.steps,
  };
}

/** No timer of Node's may be longer. */
const longestTimerMs = 2 ** 31 - 1;

/** Resolves with the first Ctrl-C or SIGTERM, and lives until then: Node does not wait for signals, only for timers and the like. */
const interrupted = (): Promise<void> =>
  new Promise((resolve) => {
    setInterval(() => {}, longestTimerMs);
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => resolve());
  });

async function main(): Promise<void> {
  if (options.stop) {
    await takeDown();
    say("The demo is down.");
    return;
  }
  const ended = interrupted();
  const isEnded = ended.then(() => "ended" as const);
  try {
    const outcome = await Promise.race([isEnded, demonstrate()]);
    if (outcome !== "ended" && options.detach) return;
    if (outcome !== "ended") {
      say("Ctrl-C takes everything down.");
      await ended;
    }
  } catch (error) {
    if (!options.detach) {
      say(error instanceof Error ? error.message : String(error));
      say(`Everything is left running so that you can look: ${url}. Ctrl-C takes it down.`);
      await ended;
    }
    await takeDown();
    throw error;
  }
  say("Taking everything down…");
  await takeDown();
}

async function demonstrate(): Promise<"done"> {
  const status = await bringUp();
  if (options["no-deploy"]) {
    tellWizard(status);
    return "done";
  }
  const password = randomBytes(9).toString("base64url");
  const run = await deploy(status, password);
  const result = await report(status, run, password);
  say(`
Deployed in ${result.deploySeconds.toFixed(0)} s.

  panel            ${result.url}
  user             ${result.username}
  password         ${result.password}
  management VM    ${result.managementVm.uiUrl} on ${result.managementVm.node}

Try: the dashboard, then a power cut of the management VM's node in another shell:
  npm run lab -- power-off ${result.managementVm.node}
and on a node:
  npm run lab -- exec ${result.nodes[0]?.name ?? ""} -- zsha status
`);
  if (options.detach) console.log(JSON.stringify(result));
  return "done";
}

try {
  await main();
  process.exit(0);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
