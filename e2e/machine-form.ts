// A machine that is to become a node: from the key it shows to its disks, as an operator enters it.
import { expect, type Locator } from "@playwright/test";
import { button } from "@/e2e/browser";
import type { Operator } from "@/e2e/operator";
import * as lab from "@/lab/cluster";
import { guardsMs } from "@/testing/maintained-lab";

/** Logging in and reading every disk, beside whatever else the node does. */
const admittedMs = 120_000;

const field = ({ say }: Operator, form: Locator, name: string): Locator =>
  form.getByLabel(say(`membership.machine.${name}`), { exact: true });

export async function fill(who: Operator, form: Locator, values: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, value] of Object.entries(values)) await field(who, form, name).fill(value);
}

export async function showKey(who: Operator, form: Locator): Promise<void> {
  await button(form, who.say("membership.machine.show")).click();
  await expect(form.getByText(who.say("membership.machine.key"), { exact: true })).toBeVisible({ timeout: guardsMs });
}

/** The key that is shown is the one the machine's own console tells; then in with root's password, once. */
export async function admit(who: Operator, form: Locator, machine: string): Promise<void> {
  const { say } = who;
  const console = await lab.exec(machine, ["ssh-keygen", "-lf", "/etc/ssh/ssh_host_ed25519_key.pub"]);
  const fingerprint = /SHA256:\S+/.exec(console.stdout)?.[0] ?? "no fingerprint";
  await showKey(who, form);
  await expect(form).toContainText(fingerprint);
  await form.getByRole("checkbox", { name: say("membership.machine.accept") }).click();
  await field(who, form, "password").fill((await lab.status()).rootPassword);
  await button(form, say("membership.machine.admit")).click();
  await expect(form.getByText(say("membership.machine.disks"), { exact: true })).toBeVisible({ timeout: admittedMs });
}
