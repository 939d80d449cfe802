import { z } from "zod";
import { AppError } from "@/contract/errors";
import { type HaProfile, profileSettings } from "@/contract/ha-profile";
import { suitePaths } from "@/contract/node-setup";
import { consulRequest } from "@/suite/setup/consul-admin";
import { consulAccount, validateConsul } from "@/suite/setup/install-consul";
import { readClusterFile, readConsulTokens } from "@/suite/setup/member-files";
import type { Observation } from "@/suite/setup/step-log";
import { ensureFile, readTextIfThere } from "@/suite/system/files";
import { systemctl, waitActive } from "@/suite/system/systemd";

const startTimeoutMs = 30_000;
/** A server that comes back finds its leader within 3 s; the rest is for a slow disk. */
const joinTimeoutMs = 60_000;
const pollMs = 300;

/** The gossip of `profile` in this node's Consul. Consul reads it at its start only, so it is restarted when it changed. */
export async function setNodeProfile(profile: HaProfile): Promise<Observation> {
  const text = await readTextIfThere(suitePaths.consulConfig);
  if (text === null) throw new AppError("not-found", `${suitePaths.consulConfig} is not there`);
  const before = z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  const next = { ...before, gossip_lan: profileSettings[profile].gossip };
  const { gid } = await consulAccount();
  const changed = await ensureFile(suitePaths.consulConfig, `${JSON.stringify(next, null, 2)}\n`, { mode: 0o640, gid });
  await validateConsul();
  const cluster = await readClusterFile();
  const file = `${JSON.stringify({ ...cluster, profile }, null, 2)}\n`;
  await ensureFile(suitePaths.clusterFile, file, { mode: 0o644 });
  if (changed) {
    await systemctl("restart", "consul.service");
    await waitActive("consul.service", startTimeoutMs);
  }
  await waitForLeader();
  return { changed, observed: `Consul gossips as the ${profile} profile says` };
}

async function waitForLeader(): Promise<void> {
  const { suiteToken } = await readConsulTokens();
  const deadline = performance.now() + joinTimeoutMs;
  for (;;) {
    // Answered by the leader only: then this server is back among the others.
    const answer = await consulRequest("GET", "/v1/kv/zsha/epoch?consistent", { token: suiteToken }).catch(() => null);
    if (answer?.status === 200 || answer?.status === 404) return;
    if (performance.now() > deadline)
      throw new AppError("consul-no-leader", `Consul on this node found no leader within ${joinTimeoutMs / 1000} s`, {
        advice: 'See "journalctl -u consul".',
      });
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
