import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import type { DeploymentDraft } from "@/contract/deployment";
import { account, button, region, saved, setText, signIn } from "@/e2e/browser";
import { forgetData, startPanel, stopPanel, urlOf } from "@/e2e/panel";
import { wordsOf } from "@/e2e/words";
import * as lab from "@/lab/cluster";
import { fillDraft, prepareNodes } from "@/scripts/lab-deployment";
import { type PanelClient, panelClient } from "@/scripts/panel-client";

const say = wordsOf("en");
const url = urlOf("refusals");
/** A second address of the first node, and an address that answers already: this machine's own in the same network. */
const secondAddress = "10.77.2.41";
const answeringAddress = "10.77.2.254";
const tenMinutesSeconds = 600;
/** Facts of three nodes beside other work. */
const nodesTimeoutMs = 45_000;

let context: BrowserContext;
let page: Page;
let client: PanelClient;
let status: lab.LabStatus;
let draftId = "";

/** One complete draft on bare nodes: each test spoils one thing, sees it refused, and puts it right again. */
test.beforeAll(async ({ browser }) => {
  test.setTimeout(180_000);
  status = await lab.status();
  await stopPanel("refusals");
  forgetData("refusals");
  await startPanel("refusals");
  client = panelClient(url);
  await client.auth.setup.mutate({ ...account });
  draftId = await prepareNodes(client, status, "refused");
  await fillDraft(client, status, draftId);
  context = await browser.newContext();
  page = await context.newPage();
  await signIn(page, say, url);
});

test.afterAll(async () => {
  await context.close();
  for (const node of status.nodes) await lab.exec(node.name, ["rm", "-rf", "/root/.ssh/authorized_keys"]);
  await stopPanel("refusals");
});

const draft = async (): Promise<DeploymentDraft> => (await client.deployment.get.query({ draftId })).draft;
const nodeAt = (index: number): lab.NodeStatus => {
  const node = status.nodes[index];
  if (node === undefined) throw new Error(`the test cluster has no node ${index}`);
  return node;
};
const open = async (place: string, id = draftId): Promise<void> => {
  await page.goto(`${url}/clusters/new/${place}?draft=${id}`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(say(`deployment.place.${place}.title`));
};
const trust = (address: string) => region(page, say("deployment.nodes.trust")).getByRole("row", { name: address });
const nextButton = () => button(page, say("deployment.next"));
/** Next is there, cannot be used, and says why. */
const expectHeldBack = async (because: string): Promise<void> => {
  await expect(nextButton()).toHaveAttribute("aria-disabled", "true");
  await expect(nextButton()).toHaveAccessibleDescription(because);
};
const expectFree = () => expect(page.getByRole("link", { name: say("deployment.next"), exact: true })).toBeVisible();

test("a wrong root password logs in nowhere and leaves nothing on the node", async () => {
  const node = nodeAt(0);
  const keysOn = async () => (await lab.exec(node.name, ["cat", "/root/.ssh/authorized_keys"])).stdout;
  const before = await keysOn();
  await lab.exec(node.name, ["rm", "-f", "/root/.ssh/authorized_keys"]);
  const other = (await client.deployment.create.mutate({ clusterName: "wrong-password" })).draft.id;
  await open("nodes", other);
  await page.getByLabel(say("deployment.nodes.addresses")).fill(node.ip);
  await button(page, say("deployment.nodes.addButton", { count: 1 })).click();
  await button(page, say("deployment.nodes.acceptNamed", { address: node.ip })).click();
  await page.getByLabel(say("deployment.nodes.passwordOf", { user: "root" })).fill("not-the-password");
  await page.keyboard.press("Enter");
  const refused = say("errors.node-refused-login", { node: node.ip });
  await expect(trust(node.ip)).toContainText(refused, { timeout: nodesTimeoutMs });
  await expect(trust(node.ip)).toContainText(say("deployment.nodes.trustState.to-log-in"));
  expect(await keysOn()).toBe("");
  await client.deployment.discard.mutate({ draftId: other });
  await lab.exec(node.name, ["tee", "/root/.ssh/authorized_keys"], { input: `${before}\n` });
});

test("a host key that changed is shown beside the old one and stops everything until accepted", async () => {
  const node = nodeAt(0);
  const accepted = (await draft()).nodes[0]?.acceptedFingerprint ?? "";
  // As after a new installation: other keys, and no connection from before lives on.
  const endConnections =
    "ss -tnpH state established '( sport = :22 )' | grep -o 'pid=[0-9]*' | cut -d= -f2 | xargs -r kill";
  const script = `rm /etc/ssh/ssh_host_*; ssh-keygen -A; systemctl restart ssh; ${endConnections}`;
  expect((await lab.exec(node.name, ["sh", "-c", script])).code).toBe(0);
  await open("nodes");
  await button(page, say("deployment.nodes.readAll")).click();
  await expect(trust(node.ip)).toContainText(say("deployment.nodes.trustState.changed"), { timeout: nodesTimeoutMs });
  await expect(trust(node.ip)).toContainText(say("deployment.nodes.before", { fingerprint: accepted }));
  await expectHeldBack(say("problems.fingerprint-changed", { address: node.ip }));
  expect((await draft()).nodes[0]?.acceptedFingerprint).toBe(accepted);
  const key = await lab.exec(node.name, ["ssh-keygen", "-lf", "/etc/ssh/ssh_host_ed25519_key.pub"]);
  await expect(trust(node.ip)).toContainText(/SHA256:\S+/.exec(key.stdout)?.[0] ?? "no fingerprint at the console");
  await button(page, say("deployment.nodes.acceptNamed", { address: node.ip })).click();
  await expect(trust(node.ip)).toContainText(say("deployment.nodes.trustState.ready"), { timeout: nodesTimeoutMs });
  await expectFree();
});

test("two addresses of one node are recognised as one machine", async () => {
  const node = nodeAt(0);
  await lab.exec(node.name, ["ip", "address", "add", `${secondAddress}/24`, "dev", "eth0"]);
  await open("nodes");
  await page.getByLabel(say("deployment.nodes.addresses")).fill(secondAddress);
  await button(page, say("deployment.nodes.addButton", { count: 1 })).click();
  await button(page, say("deployment.nodes.acceptNamed", { address: secondAddress })).click();
  await expect(trust(secondAddress)).toContainText(node.name, { timeout: nodesTimeoutMs });
  const facts = { address: secondAddress, name: node.name, other: node.ip };
  await expectHeldBack(say("problems.host-name-twice", facts));
  await button(page, say("deployment.nodes.removeNamed", { address: secondAddress })).click();
  await expect(trust(secondAddress)).toHaveCount(0);
  await expectFree();
  await lab.exec(node.name, ["ip", "address", "del", `${secondAddress}/24`, "dev", "eth0"]);
  await client.deployment.refreshFacts.mutate({ draftId, nodeIds: (await draft()).nodes.map(({ id }) => id) });
});

test("an address twice in the plan, or answering on the wire, is not given away", async () => {
  const [node, other] = [nodeAt(1), nodeAt(0)];
  const network = say("deployment.networks.name.management");
  await open("networks");
  const address = page.getByLabel(say("deployment.networks.addressOf", { node: node.name, network }));
  await setText(address, other.ip);
  const twice = { ip: other.ip, otherNode: other.name, otherNetwork: "management" };
  const itself = page.getByRole("rowheader", { name: node.name, exact: true });
  const row = region(page, network).getByRole("row").filter({ has: itself });
  await expect(row).toContainText(say("problems.ip-twice", twice));
  await expect(nextButton()).toHaveAttribute("aria-disabled", "true");
  await setText(address, answeringAddress);
  await saved(page, say);
  await button(page, say("deployment.networks.check")).click();
  const answers = region(page, say("deployment.networks.check"));
  await expect(answers).toContainText(`Somebody answers to ${answeringAddress} on eth0 (seen from ${node.name}`);
  await expect(answers).toContainText("Choose another address or free it.");
  await setText(address, node.ip);
  await saved(page, say);
  await expectFree();
});

test("a management VM too small to work is refused at its fields", async () => {
  await open("configuration");
  const [memory, cpu] = ["MemorySizeInGB", "CPU"].map((key) =>
    page.getByLabel(say(`deployment.config.${key}`), { exact: true }),
  );
  if (memory === undefined || cpu === undefined) throw new Error("unreachable: two fields were asked for");
  const { config } = await draft();
  await setText(memory, "7");
  await setText(cpu, "3");
  await expect(memory).toHaveAccessibleDescription(new RegExp(say("problems.below-minimum", { value: 7, min: 8 })));
  await expect(cpu).toHaveAccessibleDescription(new RegExp(say("problems.below-minimum", { value: 3, min: 4 })));
  await expect(memory).toHaveAttribute("aria-invalid", "true");
  await expect(nextButton()).toHaveAttribute("aria-disabled", "true");
  await setText(memory, String(config?.MemorySizeInGB ?? 8));
  await setText(cpu, String(config?.CPU ?? 4));
  await saved(page, say);
  await expectFree();
});

test("the configuration as text: comments pass, a mistake is named by line and column, a list must name every node", async () => {
  await open("configuration");
  const json = page.getByLabel(say("deployment.config.json"), { exact: true });
  const good = await json.inputValue();
  const before = (await draft()).config;
  await json.fill(good.replace("{\n", "{\n  // chosen for 300 VMs\n"));
  await expect(json).not.toHaveAttribute("aria-invalid");

  const lines = good.split("\n");
  const at = lines.findIndex((line) => line.includes('"CPU"'));
  const unended = (lines[at] ?? "").replace(/,$/, "");
  await json.fill(lines.with(at, unended).join("\n"));
  const expected = say("deployment.config.expected.comma");
  const syntax = new RegExp(say("deployment.config.syntax", { line: at + 1, column: unended.length + 1, expected }));
  await expect(json).toHaveAccessibleDescription(syntax);
  expect((await draft()).config, "text that cannot be read changes nothing").toEqual(before);

  const ip = status.managementVm?.ip ?? "";
  const [first, second, third] = [nodeAt(0), nodeAt(1), nodeAt(2)];
  await json.fill(good.replace(`"${ip}"`, `"${ip}@${first.name}, 10.77.2.101@${second.name}"`));
  await expectHeldBack(say("problems.per-node-missing", { nodes: third.name }));
  await json.fill(good);
  await json.blur();
  await saved(page, say);
  await expectFree();
});

test("a text file is no image, whatever its name", async () => {
  await client.deployment.forgetImage.mutate({ draftId });
  await open("image");
  const file = { name: "mnvm.qcow2", mimeType: "application/octet-stream", buffer: Buffer.from("not an image\n") };
  await page.getByLabel(say("deployment.image.file")).setInputFiles(file);
  const refused = page.getByRole("alert").filter({ hasText: "The image cannot be used" });
  await expect(refused).toContainText("Choose the management VM image of the release");
  await expect(refused).not.toContainText(say("deployment.upload.chooseAgain"));
  await expectHeldBack(say("problems.image-missing"));
  expect((await draft()).image).toBeNull();
  await client.deployment.usePanelPath.mutate({ draftId, path: status.managementVm?.image ?? "" });
});

test("an image that would outgrow the pool is advised against, a file larger than the pool is refused", async () => {
  const node = nodeAt(0);
  const path = "/root/too-large.qcow2";
  await client.deployment.forgetImage.mutate({ draftId });
  try {
    // Sparse, and read by the node: neither a terabyte nor twenty gigabytes exist anywhere.
    await lab.exec(node.name, ["qemu-img", "create", "-q", "-f", "qcow2", path, "1T"]);
    await open("image");
    const useOnNode = async () => {
      await page.getByRole("radio", { name: new RegExp(`^${say("deployment.image.node-path.label")}`) }).click();
      await page.getByLabel(say("deployment.image.node-path.field")).fill(path);
      await button(page, say("deployment.image.use")).click();
    };
    await useOnNode();
    const chosen = region(page, say("deployment.image.chosen"));
    await expect(chosen).toContainText("1024 GiB");
    await expect(chosen).toContainText("The image may grow to 1024 GB");
    await expectFree();
    await lab.exec(node.name, ["truncate", "-s", "20G", path]);
    await button(chosen, say("deployment.image.other")).click();
    await useOnNode();
    await expect(chosen).toContainText("20 GiB");
    await expect(nextButton()).toHaveAttribute("aria-disabled", "true");
    await expect(nextButton()).toHaveAccessibleDescription(/The image file has 20 GB and does not fit: the pool takes/);
  } finally {
    await lab.exec(node.name, ["rm", "-f", path]);
    await client.deployment.usePanelPath.mutate({ draftId, path: status.managementVm?.image ?? "" });
  }
});

test("a clock ten minutes off is found, named, and found right again", async () => {
  const node = nodeAt(1);
  const title = say("preflight.clocks-agree.title");
  await lab.clock(node.name, tenMinutesSeconds);
  try {
    await open("preflight");
    await button(page, say("deployment.preflight.all")).click();
    const attention = region(page, say("deployment.preflight.attention"));
    await expect(attention).toContainText(new RegExp(`${node.name} is (59\\d|60\\d)(\\.\\d+)? s ahead of`), {
      timeout: nodesTimeoutMs,
    });
    await expect(attention).toContainText(say("preflight.clocks-agree.fix"));
    await expect(nextButton()).toHaveAttribute("aria-disabled", "true");
  } finally {
    await lab.clock(node.name, 0);
  }
  await button(page, say("deployment.preflight.againNamed", { check: title })).click();
  await expect(region(page, say("deployment.preflight.passed"))).toContainText(title, { timeout: nodesTimeoutMs });
  await expect(page.getByText("ahead of")).toHaveCount(0);
  await expectFree();
});

test("a disk that holds data is taken only after its name was typed", async () => {
  const node = nodeAt(2);
  const disk = node.disks[0] ?? "";
  const typed = say("deployment.storage.wipeType", { disk });
  await lab.exec(node.name, ["mkfs.ext4", "-q", "-F", disk]);
  try {
    const ids = (await draft()).nodes.map(({ id }) => id);
    await client.deployment.refreshFacts.mutate({ draftId, nodeIds: ids });
    await open("storage");
    const row = page.getByRole("row", { name: node.name }).filter({ hasText: disk });
    const box = row.getByRole("checkbox");
    await expect(row).toContainText(say("deployment.storage.holdsData"));
    await expect(nextButton()).toHaveAttribute("aria-disabled", "true");
    await expect(nextButton()).toHaveAccessibleDescription(/is not empty.*Confirm that everything on it may be erased/);
    await box.uncheck();
    await box.click();
    const dialog = page.getByRole("dialog");
    const confirm = button(dialog, say("deployment.storage.wipeConfirm"));
    await expect(confirm).toHaveAttribute("aria-disabled", "true");
    await dialog.getByLabel(typed).fill("/dev/sda");
    await expect(confirm).toHaveAccessibleDescription(say("deployment.storage.wipeMismatch"));
    await dialog.getByLabel(typed).fill(disk);
    await confirm.click();
    await expect(row).toContainText(say("deployment.storage.willBeErased"));
    await saved(page, say);
    await expectFree();
  } finally {
    // Empty again by the panel's own measure: no signature, and nothing in the first megabyte.
    await lab.exec(node.name, ["wipefs", "--all", disk]);
    await lab.exec(node.name, ["dd", "if=/dev/zero", `of=${disk}`, "bs=1M", "count=2", "conv=fsync"]);
  }
});
