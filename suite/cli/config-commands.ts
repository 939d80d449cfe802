import { problemMessage } from "@/contract/config-problem-text";
import { serialiseConfig } from "@/contract/config-text";
import { consulKeys } from "@/contract/consul-keys";
import { AppError } from "@/contract/errors";
import { immutableChanges } from "@/contract/config-change";
import type { HaConfig } from "@/contract/ha-config";
import { sampleConfig } from "@/contract/ha-config-sample";
import { checkConfigText, readCheckedConfig } from "@/suite/cli/config-file";
import type { Console } from "@/suite/cli/console";
import { checkFolder } from "@/suite/commands/folder-check";
import { compareAndSet, readKey } from "@/suite/setup/consul-kv";
import { readConsulTokens } from "@/suite/setup/member-files";
import { ensureFile } from "@/suite/system/files";

const exportPath = "/tmp/current.config.json";

export async function checkConfig(console: Console, path: string): Promise<void> {
  const { config, advice } = await readCheckedConfig(path);
  for (const problem of advice) console.warn(`advice: ${problemMessage(problem)}`);
  const folder = config.Type === "FileConf" ? await checkFolder(config) : null;
  if (folder !== null) console.say(folder.line);
  for (const doubt of folder?.doubts ?? []) console.warn(`advice: no automatic failover to this node: ${doubt}`);
  console.say("config file check pass");
  const problems = advice.map((problem) => ({ ...problem, message: problemMessage(problem) }));
  console.result({ pass: true, advice: problems, ...(folder === null ? {} : { folder }) });
}

export async function configSample(console: Console, type: HaConfig["Type"]): Promise<void> {
  const path = `/tmp/sample.${type}.config.json`;
  await ensureFile(path, serialiseConfig(sampleConfig(type)), {
    mode: 0o644,
    uid: process.getuid?.() ?? 0,
    gid: process.getgid?.() ?? 0,
  });
  console.say(`output config json file to ${path}`);
  console.result({ path });
}

export async function exportConfig(console: Console): Promise<void> {
  const { suiteToken } = await readConsulTokens();
  const { config, version } = await currentConfig(suiteToken);
  await ensureFile(exportPath, serialiseConfig(config), { mode: 0o600 });
  console.say(`output config json file to ${exportPath}`);
  console.result({ path: exportPath, version, config });
}

async function currentConfig(token: string): Promise<{ config: HaConfig; version: number }> {
  const entry = await readKey(consulKeys.config, token);
  if (entry === null) {
    throw new AppError("not-found", `Consul has no configuration below ${consulKeys.config}`, {
      advice: 'The installation did not finish: run "zsha install" again.',
    });
  }
  return {
    config: checkConfigText(entry.value, `the configuration in Consul (${consulKeys.config})`).config,
    version: entry.modifyIndex,
  };
}

export type UnderLock = <T>(work: () => Promise<T>) => Promise<T>;

/** Applied at the next start of the management VM. Node addresses are what Consul itself stands on: never changed here. */
export async function importConfig(
  console: Console,
  path: string,
  underLock: UnderLock,
  base: number | null,
): Promise<void> {
  const { config, advice } = await readCheckedConfig(path);
  for (const problem of advice) console.warn(`advice: ${problemMessage(problem)}`);
  const { before, now } = await underLock(() => replaceConfig(config, base));
  console.say(`config version ${now} is in force from the next start of the management VM`);
  console.result({ version: now, changed: now !== before });
}

/** `base`: the version the caller has seen; what came after it is not written over. */
async function replaceConfig(config: HaConfig, base: number | null): Promise<{ before: number; now: number }> {
  const { suiteToken } = await readConsulTokens();
  const current = await currentConfig(suiteToken);
  const refused = immutableChanges(current.config, config);
  if (refused.length > 0) {
    throw new AppError("config-invalid", refused.map(problemMessage).join("; "), {
      advice: 'To change these, run "zsha install" with the new configuration.',
    });
  }
  const text = serialiseConfig(config);
  if (text !== serialiseConfig(current.config)) {
    if (base !== null && base !== current.version)
      throw new AppError(
        "conflict",
        `the configuration is at version ${current.version}, the change was made to ${base}`,
        {
          advice: "Export it again, repeat your change and import that.",
        },
      );
    if (!(await compareAndSet(consulKeys.config, text, current.version, suiteToken))) {
      throw new AppError("conflict", "somebody else changed the configuration meanwhile", {
        advice: "Export it again, repeat your change and import that.",
      });
    }
  }
  const now = await currentConfig(suiteToken);
  if (serialiseConfig(now.config) !== text)
    throw new AppError("conflict", "the configuration read back is not the one imported");
  return { before: current.version, now: now.version };
}
