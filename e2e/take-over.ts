import { expect } from "@playwright/test";
import { account, button, region, setText } from "@/e2e/browser";
import type { Operator } from "@/e2e/operator";
import * as lab from "@/lab/cluster";
import { labPlatform } from "@/scripts/lab-deployment";
import { probeHostKey } from "@/server/adapters/ssh/open-client";
import { guardsMs, nodes } from "@/testing/maintained-lab";
import { until } from "@/testing/maintenance-sights";

/** A node's sshd after its start, and the facts of three nodes. */
const bootedMs = 120_000;

/** In an empty panel, from the address of each member to the cluster's own pages; returns the path of its dashboard. */
export async function takeOver(
  { page, say }: Operator,
  clusterName: string,
  { members = nodes, isShutDown }: { members?: readonly string[]; isShutDown: boolean },
): Promise<string> {
  const { nodes: all, rootPassword } = await lab.status();
  const machines = all.filter(({ name }) => members.includes(name));
  for (const { name, ip } of machines) await until(`sshd of ${name}`, async () => await probeHostKey(ip, 22), bootedMs);
  await page.goto("/clusters/new");
  await page.getByLabel(say("deployment.clusterName")).fill(clusterName);
  await button(page, say("deployment.list.start")).click();
  await page.waitForURL(/\/clusters\/new\/prepare\?/);
  await page.goto(`/clusters/new/nodes${new URL(page.url()).search}`);
  await page.getByLabel(say("deployment.nodes.addresses")).fill(machines.map(({ ip }) => ip).join("\n"));
  await button(page, say("deployment.nodes.addButton", { count: machines.length })).click();
  for (const { ip } of machines) {
    await button(page, say("deployment.nodes.acceptNamed", { address: ip })).click({ timeout: bootedMs });
    // The key goes to the nodes that are accepted by then.
    await expect(page.getByRole("row").filter({ hasText: ip })).toContainText(
      say("deployment.nodes.trustState.to-log-in"),
    );
  }
  await page.getByLabel(say("deployment.nodes.passwordOf", { user: "root" })).fill(rootPassword);
  await button(page, say("deployment.nodes.installKey")).click();
  const adopt = button(page, say("deployment.adopt.start"));
  await expect(adopt).toBeVisible({ timeout: bootedMs });
  const whoShutItDown = say("deployment.adopt.open.cluster-down", { actor: account.username, subject: "" });
  await expect(page.getByText(whoShutItDown)).toHaveCount(isShutDown ? 1 : 0, { timeout: bootedMs });
  const platform = region(page, say("deployment.platform.title"));
  await platform.getByRole("radio", { name: /^ZStack/ }).click();
  await expect(adopt).toHaveAccessibleDescription(say("deployment.adopt.needsAccount"));
  await setText(platform.getByLabel(say("deployment.platform.user")), labPlatform.user);
  await platform.getByLabel(say("deployment.platform.password")).fill(labPlatform.password);
  await button(platform, say("deployment.field.store")).click();
  await expect(adopt).toBeEnabled({ timeout: guardsMs });
  await adopt.click();
  await page.waitForURL(/\/clusters\/(?!new)[^/]+\/maintenance/, { timeout: guardsMs });
  return new URL(page.url()).pathname.replace(/\/maintenance$/, "");
}
