import { expect } from "@playwright/test";
import { button, region } from "@/e2e/browser";
import type { Operator } from "@/e2e/operator";
import * as lab from "@/lab/cluster";

/** A login with a password, the panel's key put there, and a look at the node. */
const loginMs = 40_000;

/** In the wizard's place for nodes: addresses, keys compared at each node's own console, the panel let in. Ends when the facts are there. */
export async function enterNodes({ page, say }: Operator, factsMs: number): Promise<void> {
  const { nodes, rootPassword } = await lab.status();
  await page.getByLabel(say("deployment.nodes.addresses")).fill(nodes.map(({ ip }) => ip).join("\n"));
  await button(page, say("deployment.nodes.addButton", { count: nodes.length })).click();
  for (const { name, ip } of nodes) {
    const row = region(page, say("deployment.nodes.trust")).getByRole("row", { name: ip });
    const key = await lab.exec(name, ["ssh-keygen", "-lf", "/etc/ssh/ssh_host_ed25519_key.pub"]);
    const fingerprint = /SHA256:\S+/.exec(key.stdout)?.[0] ?? "no fingerprint at the console";
    await expect(row).toContainText(fingerprint, { timeout: factsMs });
    await button(row, say("deployment.nodes.acceptNamed", { address: ip })).click();
    // The key goes to the nodes that are accepted by then.
    await expect(row).toContainText(say("deployment.nodes.trustState.to-log-in"));
  }
  const password = page.getByLabel(say("deployment.nodes.passwordOf", { user: "root" }));
  const facts = region(page, say("deployment.nodes.facts"));
  await expect(password).toBeVisible();
  // A node too busy to log anybody in is called unreachable on the page; the operator tries once more.
  await expect(async () => {
    if (await password.isVisible()) {
      await password.fill(rootPassword);
      await button(page, say("deployment.nodes.installKey")).click();
    }
    for (const { name } of nodes)
      await expect(facts.getByRole("rowheader", { name })).toBeVisible({ timeout: loginMs });
  }).toPass({ timeout: factsMs });
}
