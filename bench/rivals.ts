// Cockpit and the Ceph dashboard, as Debian packages them, on one node of the test cluster: what an operator would use without us.
import type { Browser, BrowserContext, Frame } from "@playwright/test";
import { onNode, say } from "@/bench/bench-lab";
import { rivalsFolder } from "@/lab/rival-packages";
import { pollUntil } from "@/lib/poll-until";

const ports = { cockpit: 9090, ceph: 8088 } as const;
const account = { name: "admin", password: "copper kettle nine geese" } as const;
/** dpkg, one restart of the manager, its modules: half a minute; more while the processors are busy. */
const installTimeoutMs = 300_000;
/** Half a minute by itself. */
const managerGraceSeconds = 600;
const signInTimeoutMs = 60_000;
const lookEveryMs = 1_000;
const viewport = { width: 1280, height: 720 };

export interface Console {
  name: "cockpit" | "ceph-dashboard";
  version: string;
  url: string;
  /** Stays open while it is measured: Cockpit ends the session of a browser that is gone. */
  signIn(browser: Browser): Promise<BrowserContext>;
  /** What somebody opens its first page for has appeared. */
  isShown(frames: readonly Frame[]): Promise<boolean>;
}

export async function startRivals(node: string, ip: string, rootPassword: string): Promise<Console[]> {
  say("installing the other consoles…");
  const shell = (script: string): Promise<string> => onNode(node, ["sh", "-euc", script], installTimeoutMs);
  await shell(`export DEBIAN_FRONTEND=noninteractive
printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d && chmod +x /usr/sbin/policy-rc.d
dpkg --install ${rivalsFolder}/*.deb
rm -f /usr/sbin/policy-rc.d /etc/cockpit/disallowed-users`);
  const version = async (name: string): Promise<string> =>
    (await shell(`dpkg-query --show --showformat '\${Version}' ${name}`)).trim();
  return [
    await cockpit(await version("cockpit-ws"), ip, rootPassword, shell),
    await cephDashboard(await version("ceph-mgr-dashboard"), node, ip, shell),
  ];
}

type Shell = (script: string) => Promise<string>;

async function cockpit(version: string, ip: string, rootPassword: string, shell: Shell): Promise<Console> {
  // Plain HTTP, as the others are measured.
  await shell(
    `systemd-run --unit rival-cockpit --collect /usr/lib/cockpit/cockpit-ws --no-tls --address 0.0.0.0 --port ${ports.cockpit}`,
  );
  const url = `http://${ip}:${ports.cockpit}/`;
  await answers(url);
  return {
    name: "cockpit",
    version,
    url: `${url}system`,
    async signIn(browser) {
      const context = await browser.newContext({ locale: "en-US", viewport });
      const page = await context.newPage();
      await page.goto(url, { timeout: signInTimeoutMs });
      await page.locator("#login-user-input").fill("root");
      await page.locator("#login-password-input").fill(rootPassword);
      await page.locator("#login-button").click();
      await page.locator("iframe").first().waitFor({ timeout: signInTimeoutMs });
      return context;
    },
    async isShown(frames) {
      for (const frame of frames) {
        if (!/\/system/.test(frame.url())) continue;
        if (await frame.locator(".system-usage").getByText(/%/).first().isVisible()) return true;
      }
      return false;
    },
  };
}

async function cephDashboard(version: string, node: string, ip: string, shell: Shell): Promise<Console> {
  // On a busy machine the manager's word comes late, and another node's would take over, which has no dashboard.
  await shell(`ceph config set mon mon_mgr_beacon_grace ${managerGraceSeconds}`);
  // The monitors learn a module's options from a manager that has it: till then they have to be forced.
  await shell(`ceph config set mgr mgr/dashboard/ssl false --force
ceph config set mgr mgr/dashboard/server_port ${ports.ceph} --force
systemctl restart 'ceph-mgr@*'
ceph mgr module enable dashboard --force`);
  // Only the manager that leads serves it, and only this node has the package.
  await within("the Ceph dashboard's address", async () => {
    const active = /"active_name": *"([^"]*)"/.exec(await shell("ceph mgr stat -f json"))?.[1];
    if (active !== node) await shell("ceph mgr fail || true");
    return active === node && /"dashboard": *"http:/.test(await shell("ceph mgr services -f json")) ? true : null;
  });
  // It names itself by the storage network, where no browser is.
  const address = `http://${ip}:${ports.ceph}/`;
  await shell(`umask 077
printf %s '${account.password}' > /root/rival-password
ceph dashboard ac-user-create --force-password ${account.name} -i /root/rival-password administrator >/dev/null
rm /root/rival-password`);
  await answers(address);
  return {
    name: "ceph-dashboard",
    version,
    url: `${address}#/dashboard`,
    async signIn(browser) {
      const context = await browser.newContext({ locale: "en-US", viewport });
      const page = await context.newPage();
      await page.goto(`${address}#/login`, { timeout: signInTimeoutMs });
      await page.locator("input[name=username]").fill(account.name);
      await page.locator("input[name=password]").fill(account.password);
      await page.locator("input[type=submit], button[type=submit]").click();
      await page.waitForURL(/#\/dashboard/, { timeout: signInTimeoutMs });
      await page.close();
      return context;
    },
    async isShown(frames) {
      return (
        (await frames[0]
          ?.getByText(/HEALTH_(OK|WARN|ERR)/)
          .first()
          .isVisible()) ?? false
      );
    },
  };
}

async function within<T>(what: string, look: () => Promise<T | null>): Promise<T> {
  const seen = await pollUntil(look, {
    timeoutMs: installTimeoutMs,
    everyMs: lookEveryMs,
    signal: new AbortController().signal,
  });
  if (seen === null) throw new Error(`not there after ${installTimeoutMs / 1000} s: ${what}`);
  return seen;
}

const answers = (url: string): Promise<true> =>
  within(`an answer of ${url}`, async () => {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch(() => null);
    return response?.ok === true ? true : null;
  });
