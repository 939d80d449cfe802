import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { type BrowserContext, expect, type Locator, type Page, test } from "@playwright/test";
import { z } from "zod";
import { haStatusSchema, type HaStatus } from "@/contract/ha-status";
import { account, button, chooseLanguage, region, saved } from "@/e2e/browser";
import { chooseCard, chooseFile, chooseOption, pressOn, tick, typeInto } from "@/e2e/by-keyboard";
import { clusterRecord } from "@/e2e/cluster-record";
import { eventsOf, unitsAtWork, unitStartsOn } from "@/e2e/journal";
import { killPanel, startPanel } from "@/e2e/panel";
import { shootAll } from "@/e2e/screenshots";
import { type Locale, locales, wordsOf } from "@/e2e/words";
import * as lab from "@/lab/cluster";
import { labPlatform } from "@/scripts/lab-deployment";

/**
 * `both`: the language changes at every place, so that each text of the walk is read in one language and its place's title in both.
 * `en` or `zh-CN`: all of it in one.
 */
const languages = z.enum(["both", ...locales]).parse(process.env.TRIVET_BROWSER_LANGUAGE ?? "both");
let locale: Locale = languages === "both" ? "zh-CN" : languages;
let say = wordsOf(locale);

/** In the language's own menu, as a person does it; what was typed before stays. By mouse: the way there by key is as long as the place. */
async function changeLanguage(): Promise<void> {
  if (languages !== "both") return;
  locale = locale === "en" ? "zh-CN" : "en";
  say = wordsOf(locale);
  await chooseLanguage(page, locale);
}

/** On to the next place, whose title is read in the language so far and, after the change, in the other. */
async function goOn(place: string): Promise<void> {
  await saved(page, say);
  await press(page.getByRole("link", { name: say("deployment.next"), exact: true }));
  await page.waitForURL(new RegExp(`/clusters/new/${place}\\?`));
  await expect(page.getByRole("heading", { level: 1, name: say(`deployment.place.${place}.title`) })).toBeVisible();
  await changeLanguage();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(say(`deployment.place.${place}.title`));
}

const press = (target: Locator): Promise<void> => pressOn(page, target);
const type = (field: Locator, text: string): Promise<void> => typeInto(page, field, text);

const clusterName = "hci-east-1";
const storageMtu = "9000";
/** The test cluster's Ceph is small: more placement groups and memory only slow three OSDs down. */
const pgNum = "32";
const osdMemoryMb = "900";

/** Logging in and reading the facts of three nodes beside each other: five seconds here, more beside other work. */
const nodesTimeoutMs = 60_000;
/** Two to three minutes on two cores; beyond this something hangs. */
const runTimeoutMs = 480_000;
/** Ceph settles and the canaries report within a minute of the last step. */
const settleTimeoutMs = 120_000;
const imageTimeoutMs = 60_000;

/** The step in whose middle the panel is killed: detached work on all nodes at once, several seconds long. */
const killedStep = "ensure-node-setup";

test.describe.configure({ mode: "serial" });

let context: BrowserContext;
let page: Page;
let status: lab.LabStatus;
let draftId = "";
let runId = "";

test.beforeAll(async ({ browser }) => {
  context = await browser.newContext();
  page = await context.newPage();
  status = await lab.status();
  // One disk was something else before: it is erased only because a person says so.
  const used = usedDisk();
  const made = await lab.exec(used.node, ["mkfs.ext4", "-q", "-F", used.disk]);
  expect(made.code, made.stderr).toBe(0);
});
test.afterAll(async () => context.close());

// Only the language is changed by mouse: nobody does that at every place. The wizard by mouse is in refusals.spec.ts.
test("the wizard by keyboard alone, from an empty panel to a plan", async () => {
  test.setTimeout(300_000);

  await test.step("first administrator", async () => {
    await page.goto("/");
    await page.waitForURL("**/setup");
    await chooseLanguage(page, locale);
    await type(page.getByLabel(say("auth.username")), account.username);
    await type(page.getByLabel(say("auth.password"), { exact: true }), account.password);
    await type(page.getByLabel(say("auth.setup.confirm")), account.password);
    await press(button(page, say("auth.setup.submit")));
    await page.waitForURL("**/clusters");
    await press(page.getByRole("link", { name: say("cluster.list.emptyAction") }));
  });

  await test.step("prepare", async () => {
    await type(page.getByLabel(say("deployment.clusterName")), clusterName);
    await press(button(page, say("deployment.list.start")));
    await page.waitForURL(/\/clusters\/new\/prepare\?/);
    draftId = new URL(page.url()).searchParams.get("draft") ?? "";
    await tick(page, page.getByRole("checkbox").first());
    await goOn("nodes");
  });

  await test.step("nodes", async () => {
    const addresses = page.getByLabel(say("deployment.nodes.addresses"));
    await type(addresses, status.nodes.map((node) => node.ip).join("\n"));
    await press(button(page, say("deployment.nodes.addButton", { count: 3 })));
    for (const node of status.nodes) {
      const row = region(page, say("deployment.nodes.trust")).getByRole("row", { name: node.ip });
      // What the person compares: the fingerprint at the node's own console.
      const key = await lab.exec(node.name, ["ssh-keygen", "-lf", "/etc/ssh/ssh_host_ed25519_key.pub"]);
      await expect(row).toContainText(/SHA256:\S+/.exec(key.stdout)?.[0] ?? "no fingerprint at the console");
      await press(button(row, say("deployment.nodes.acceptNamed", { address: node.ip })));
      await expect(row).toContainText(say("deployment.nodes.trustState.to-log-in"));
    }
    await type(page.getByLabel(say("deployment.nodes.passwordOf", { user: "root" })), status.rootPassword);
    await press(button(page, say("deployment.nodes.installKey")));
    const facts = region(page, say("deployment.nodes.facts"));
    for (const node of status.nodes) {
      await expect(facts.getByRole("rowheader", { name: node.name })).toBeVisible({ timeout: nodesTimeoutMs });
    }
    await shootAll(page, "wizard-nodes", locale);
    await goOn("preflight");
  });

  await test.step("preflight", async () => {
    await expect(page.getByText(say("preflight.severity.hard"))).toHaveCount(0);
    await goOn("networks");
  });

  await test.step("networks", async () => {
    await planNetwork("storage", 0, (node) => node.storageIp);
    await type(networkRegion("storage").getByLabel(say("deployment.networks.mtu")), storageMtu);
    await planNetwork("management", 1, (node) => node.ip);
    const gateway = networkRegion("management").getByLabel(say("deployment.networks.gateway"));
    await type(gateway, status.networksPlan.management.gateway);
    const bridge = networkRegion("management").getByRole("switch");
    if (!(await bridge.isChecked())) await tick(page, bridge);
    await planNetwork("data", 2, () => null);
    await saved(page, say);
    await shootAll(page, "wizard-networks", locale);
    await press(button(page, say("deployment.networks.check")));
    // The storage NICs of bare nodes are down: nobody can be asked there yet, and the page says so instead of "free".
    const answers = region(page, say("deployment.networks.check")).getByRole("listitem");
    await expect(answers).toHaveCount(status.nodes.length);
    for (const node of status.nodes) {
      const [nic = ""] = node.nics;
      await expect(answers.filter({ hasText: node.storageIp })).toContainText(new RegExp(`${nic}.* is down`));
    }
    await goOn("storage");
  });

  await test.step("storage", async () => {
    await chooseCard(page, page.getByRole("radio", { name: new RegExp(`^${say("deployment.storage.bootstrap")}`) }));
    const disks = region(page, say("deployment.storage.disks"));
    const used = usedDisk();
    for (const node of status.nodes) {
      for (const disk of node.disks) {
        const box = disks.getByRole("checkbox", { name: `${node.name} ${disk}` });
        await expect(box).toBeChecked({ checked: node.name !== used.node });
      }
    }
    await expect(disks).toContainText(say("sentences.disk-carries", { signature: "ext4" }));
    await pressOn(page, disks.getByRole("checkbox", { name: `${used.node} ${used.disk}` }), "Space");
    const dialog = page.getByRole("dialog");
    await type(dialog.getByLabel(say("deployment.storage.wipeType", { disk: used.disk })), used.disk);
    await press(button(dialog, say("deployment.storage.wipeConfirm")));
    await expect(disks).toContainText(say("deployment.storage.willBeErased"));
    await type(page.getByLabel(say("deployment.storage.pgNum")), pgNum);
    await type(page.getByLabel(say("deployment.storage.osdMemory")), osdMemoryMb);
    await goOn("image");
  });

  await test.step("image, uploaded in the browser", async () => {
    await chooseFile(page, page.getByLabel(say("deployment.image.file")), status.managementVm?.image ?? "");
    const chosen = region(page, say("deployment.image.chosen"));
    await expect(chosen).toContainText(status.managementVm?.sha256 ?? "no checksum", { timeout: imageTimeoutMs });
    await goOn("configuration");
  });

  await test.step("configuration, Consul, platform", async () => {
    const config = (key: string) => page.getByLabel(say(`deployment.config.${key}`), { exact: true });
    await type(config("ChronyServers"), status.nodes[0]?.storageIp ?? "");
    await type(config("DNS"), status.networksPlan.management.gateway);
    await type(config("Ipaddr"), status.managementVm?.ip ?? "");
    await type(config("Netmask"), status.managementVm?.netmask ?? "");
    await type(config("Gateway"), status.managementVm?.gateway ?? "");
    const software = region(page, say("deployment.software.title"));
    await chooseCard(page, software.getByRole("radio", { name: new RegExp(`^${say("deployment.software.bundle")}`) }));
    await type(software.getByLabel(say("deployment.software.version")), status.consul?.version ?? "");
    await chooseFile(page, software.getByLabel(say("deployment.software.file")), status.consul?.binary ?? "");
    const taken = say("deployment.software.taken", { version: status.consul?.version ?? "" });
    await expect(software).toContainText(taken, { timeout: imageTimeoutMs });
    const platform = region(page, say("deployment.platform.title"));
    await chooseCard(page, platform.getByRole("radio", { name: /^ZStack/ }));
    await type(platform.getByLabel(say("deployment.platform.user")), labPlatform.user);
    await type(platform.getByLabel(say("deployment.platform.password")), labPlatform.password);
    await press(button(platform, say("deployment.field.store")));
    await expect(platform).toContainText(say("deployment.field.stored"));
    await goOn("review");
  });

  await test.step("review", async () => {
    await saved(page, say);
    const steps = say("deployment.review.plan", { count: 99 }).replace("99", "\\d+");
    await expect(page.getByText(new RegExp(`^${steps}$`))).toBeVisible();
    await press(button(page, say("deployment.review.start")));
    await page.waitForURL(/\/runs\/[^/]+$/, { timeout: nodesTimeoutMs });
    runId = new URL(page.url()).pathname.split("/").at(-1) ?? "";
  });
});

test("the run goes on by itself after kill -9 of the panel, and does nothing twice", async () => {
  test.setTimeout(runTimeoutMs + 60_000);
  const grid = page.getByRole("grid", { name: say("run.grid.label") });
  await expect(grid).toBeVisible();

  const someNode = status.nodes[1]?.name ?? "";
  const atWork = () => unitsAtWork(someNode, runId, killedStep);
  await expect
    .poll(atWork, { timeout: runTimeoutMs, intervals: [100], message: "detached work begins" })
    .toHaveLength(1);
  await expect(cellOf(killedStep, someNode)).toContainText(say("run.cellState.running"));
  killPanel("main");
  await expect(page.getByRole("alert").filter({ hasText: say("run.connection.means") })).toBeVisible();
  await startPanel("main");
  await expect(page.getByRole("alert").filter({ hasText: say("run.connection.means") })).toHaveCount(0);

  const done = grid.page().getByText(say("run.standing.succeeded.title"));
  const standsStill = page.getByText(say("shell.runState.parked"), { exact: true });
  await expect(done.or(standsStill).first()).toBeVisible({ timeout: runTimeoutMs });
  await expect(done).toBeVisible();

  const events = eventsOf(runId);
  const attempts = events.flatMap((event) => ("attempt" in event && event.attempt !== 1 ? [event] : []));
  expect(attempts, "every step succeeded at its first attempt").toEqual([]);
  const checked = events.flatMap((event) => (event.kind === "step-succeeded" ? [`${event.step}/${event.cell}`] : []));
  expect(new Set(checked).size, "no cell succeeded twice").toBe(checked.length);
  await expect(grid.getByRole("button")).toHaveCount(checked.length);
  let units = 0;
  for (const node of status.nodes) {
    const starts = await unitStartsOn(node.name, runId);
    units += starts.size;
    expect(
      [...starts].filter(([, times]) => times !== 1),
      `units started twice on ${node.name}`,
    ).toEqual([]);
  }
  // Each node has had a unit for its setup, and each of its Ceph daemons.
  expect(units).toBeGreaterThanOrEqual(status.nodes.length * 3);
});

test("the dashboard is green, and says what every node says", async () => {
  test.setTimeout(settleTimeoutMs + 90_000);
  await page.goto("/clusters");
  const clusters = page.getByRole("group", { name: say("cluster.list.caption") });
  await expect(clusters.getByRole("row").filter({ hasText: clusterName })).not.toContainText(
    say("cluster.list.beingDeployed"),
  );
  await clusters.getByRole("link", { name: clusterName, exact: true }).click();
  const headline = region(page, say("cluster.headline.label"));
  await expect(headline).toContainText(say("cluster.headline.all-good.title", { nodes: 3, spare: 1 }), {
    timeout: settleTimeoutMs,
  });
  const seen = await Promise.all(status.nodes.map((node) => statusOn(node.name)));
  const vm = region(page, say("cluster.vm.title"));
  const ha = region(page, say("cluster.ha.title"));
  await expect(vm).toContainText(say("cluster.vm.state.running"));
  for (const answer of seen) {
    expect(answer.managementVm.state).toBe("running");
    await expect(definition(vm, say("cluster.vm.where"))).toHaveText(answer.managementVm.node ?? "");
    await expect(definition(vm, say("cluster.vm.epoch"))).toHaveText(String(answer.managementVm.epoch));
    await expect(definition(vm, say("cluster.vm.addresses"))).toHaveText(answer.managementIps.join(", "));
    if (answer.consul.state !== "known") throw new Error(`${answer.reporter} does not know its Consul`);
    const { members } = answer.consul.value;
    // Consul's members are named by their addresses in the storage network.
    expect(members.map(({ name }) => name).sort()).toEqual(status.nodes.map(({ storageIp }) => storageIp).sort());
    const alive = members.filter((member) => member.status === "alive").length;
    await expect(definition(ha, say("cluster.ha.members"))).toHaveText(
      say("cluster.ha.membersValue", { alive, total: members.length }),
    );
    for (const service of answer.services) {
      const row = ha.getByRole("row", { name: service.node });
      await expect(row).toContainText(say(`cluster.ha.${service.state}`));
      const eligible = service.eligible === true ? "cluster.ha.eligible" : "cluster.ha.notEligible";
      await expect(row).toContainText(say(eligible, { because: "" }));
    }
  }

  await test.step("the management VM's own page opens from its card", async () => {
    const opened = context.waitForEvent("page");
    await vm.getByRole("link", { name: say("cluster.vm.open") }).click();
    const guest = await opened;
    expect(guest.url()).toBe(`http://${status.managementVm?.ip}:5000/`);
    await expect(guest.getByRole("heading", { level: 1 })).toHaveText("Management platform stand-in");
    await guest.close();
  });

  await test.step("the disk that had data is an OSD that is up", async () => {
    const used = usedDisk();
    const signature = await lab.exec(used.node, ["wipefs", "--noheadings", "--output", "TYPE", used.disk]);
    expect(signature.stdout.trim()).toBe("ceph_bluestore");
    const tree = await lab.exec(used.node, ["ceph", "osd", "tree", "up", "--format", "json"]);
    const hosts = z
      .object({
        nodes: z.array(z.object({ type: z.string(), name: z.string(), children: z.array(z.number()).optional() })),
      })
      .parse(JSON.parse(tree.stdout));
    expect(hosts.nodes.find((each) => each.type === "host" && each.name === used.node)?.children).toHaveLength(1);
  });

  await test.step("the image lies in the pool as it was sent", async () => {
    const info = await lab.exec(status.nodes[0]?.name ?? "", ["rbd", "info", "--format", "json", "zstack/mnvm.img"]);
    const image = z.object({ size: z.number(), features: z.array(z.string()) }).parse(JSON.parse(info.stdout));
    expect(image.features).toContain("exclusive-lock");
    expect(image.size).toBe(virtualSize(status.managementVm?.image ?? ""));
  });

  const clusterId = new URL(page.url()).pathname.split("/").at(-1) ?? "";
  await context.storageState({ path: clusterRecord.session });
  writeFileSync(clusterRecord.file, JSON.stringify({ clusterId, runId, draftId }));
});

const usedDisk = () => {
  const node = status.nodes.at(-1);
  return { node: node?.name ?? "", disk: node?.disks[0] ?? "" };
};
const networkRegion = (id: string) => region(page, say(`deployment.networks.name.${id}`));
const cellOf = (step: string, cell: string) => page.locator(`[data-place="${step}/${cell}"]`);

async function planNetwork(id: string, nic: number, ip: (node: lab.NodeStatus) => string | null): Promise<void> {
  const network = say(`deployment.networks.name.${id}`);
  const scope = networkRegion(id);
  await chooseCard(page, scope.getByRole("radio", { name: new RegExp(`^${say("deployment.networks.single")}`) }));
  for (const node of status.nodes) {
    const nics = scope.getByLabel(say("deployment.networks.nicOf", { node: node.name, network }));
    await chooseOption(page, nics, node.nics[nic] ?? "");
  }
  const [first, ...others] = status.nodes;
  const address = (node: lab.NodeStatus) =>
    scope.getByLabel(say("deployment.networks.addressOf", { node: node.name, network }));
  const firstIp = first === undefined ? null : ip(first);
  if (first === undefined || firstIp === null) return;
  await type(address(first), firstIp);
  await press(button(scope, say("deployment.networks.fill")));
  for (const node of others) await expect(address(node)).toHaveValue(ip(node) ?? "");
}

const definition = (scope: Locator, term: string) => scope.locator(`dt:text-is("${term}") + dd`);

async function statusOn(node: string): Promise<HaStatus> {
  const { stdout } = await lab.exec(node, ["zsha", "status", "--json"]);
  return haStatusSchema.parse(JSON.parse(stdout.trim().split("\n").at(-1) ?? ""));
}

function virtualSize(image: string): number {
  const { stdout } = spawnSync("qemu-img", ["info", "--output=json", image], { encoding: "utf8" });
  return z.object({ "virtual-size": z.number() }).parse(JSON.parse(stdout))["virtual-size"];
}
